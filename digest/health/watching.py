"""Who looks for troubles when those stand still that should: beat and the workers look after each
other.

A worker looks once a minute, because beat tells it to (`digest.tasks.look_for_troubles`). Beat
itself looks while no worker does. Workers also tell themselves to look, every five minutes, for
beat may be gone.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

from celery import current_app
from django.db import DatabaseError, InterfaceError, connection
from kombu.exceptions import OperationalError

from digest.health import alarms, heartbeat

EVERY_S = 60.0
WITHOUT_BEAT_S = 300.0
TASK = "digest.tasks.look_for_troubles"

logger = logging.getLogger(__name__)


def beside_beat(**kwargs: Any) -> None:
    """Begin to look from beat's process, in a thread, so that no schedule waits for a mail."""
    Thread(target=_look_again_and_again, name="troubles", daemon=True).start()


def _look_again_and_again() -> None:
    pause = Event()
    while not pause.wait(EVERY_S):
        look_if_no_worker_does()


def look_if_no_worker_does() -> None:
    with _going_on():
        if heartbeat.silent():
            alarms.look()


@contextmanager
def _going_on() -> Iterator[None]:
    """Log what fails, because the next look may succeed, and keep no connection meanwhile."""
    try:
        yield
    except (DatabaseError, InterfaceError, OSError) as error:  # A mail server's errors are OSError.
        logger.warning("Nobody could look for troubles: %s", error)
    except Exception:  # Whoever looks after the others must not end.
        logger.exception("Nobody could look for troubles")
    finally:
        connection.close()


_timer: list[Any] = []
"""The one timer of this worker, which is ready again after each loss of the queue."""


def beside_a_worker(sender: Any = None, **kwargs: Any) -> None:
    """Begin to have a look made by whichever worker is free, whatever beat does."""
    while _timer:
        _timer.pop().cancel()
    _timer.append(sender.timer.call_repeatedly(WITHOUT_BEAT_S, _have_a_look_made))


def _have_a_look_made() -> None:
    try:
        current_app.send_task(TASK, expires=EVERY_S)
    except OperationalError as error:
        logger.warning("The queue cannot be reached, nobody looks for troubles: %s", error)
