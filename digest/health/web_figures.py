"""Stores what each web process has counted, so that whichever one a monitor reaches tells of all.

A process stores its figures every FLUSH_S while it has new ones, in a thread. If PostgreSQL is away
the figures wait; no request does.
"""

from __future__ import annotations

import logging
import os
import secrets
import time
from datetime import datetime, timedelta
from threading import Event, Lock, Thread

from django.db import DatabaseError, InterfaceError, connection
from django.db.models import QuerySet

from digest.health.requests import figures
from digest.models import WebFigures
from papers.clock import now

FLUSH_S = 10.0
STALE_S = 600.0
"""A process whose figures are older has ended."""

logger = logging.getLogger(__name__)


class Storing:
    """A thread that stores this process's figures while they change, from its first request on."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._pid = 0

    def begin(self) -> None:
        if self._pid != os.getpid():
            with self._lock:
                if self._pid != os.getpid():
                    self._pid = os.getpid()
                    Thread(target=_flush_again_and_again, name="figures", daemon=True).start()


def _flush_again_and_again() -> None:
    process, stored, stored_at, pause = secrets.token_hex(4), "", 0.0, Event()
    while not pause.wait(FLUSH_S):
        text = figures()
        is_due = text != stored or time.monotonic() - stored_at > STALE_S / 4
        if is_due and store(process, text):
            stored, stored_at = text, time.monotonic()


def store(process: str, text: str) -> bool:
    """Store the figures of a process. Return whether PostgreSQL took them. It raises nothing."""
    try:
        WebFigures.objects.update_or_create(process=process, defaults={"at": now(), "text": text})
    except (DatabaseError, InterfaceError) as error:
        logger.debug("The figures of this process were not stored: %s", error)
        return False
    except Exception:  # Else its thread would end, and nothing be told of this process any more.
        logger.exception("The figures of this process were not stored")
        return False
    finally:
        connection.close()
    return True


def of_all_processes() -> QuerySet[WebFigures]:
    return WebFigures.objects.filter(at__gt=_stale()).order_by("process")


def forget_ended() -> None:
    """Forget the figures of processes that have ended."""
    WebFigures.objects.filter(at__lte=_stale()).delete()


def _stale() -> datetime:
    return now() - timedelta(seconds=STALE_S)
