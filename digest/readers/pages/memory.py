"""The pages that a process remembers, and the listener that makes it forget them.

A notice from PostgreSQL says only that something public has changed, and the process forgets all
pages. The stored rows say which of them still count. A page is answered from memory only if the
listener has seen less than PROOF_S ago that nothing has changed, so a lost notice costs no more
than that.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from select import POLLIN, poll
from threading import Event, Lock, Thread
from time import monotonic
from typing import Any

from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from digest.readers.pages.changes import CHANNEL
from digest.readers.pages.rows import Page

PROOF_S = 2.0
BEAT_S = 0.5
"""How often the listener proves that it hears."""
OVERHEAD = 2_000
"""Bytes that a page takes beside its body and its compressed body."""
_NEWS = """
    SELECT pg_current_snapshot()::text, EXISTS (
        SELECT FROM digest_pagechange WHERE xid >= pg_snapshot_xmin(%(seen)s::pg_snapshot)
        AND NOT pg_visible_in_snapshot(xid, %(seen)s::pg_snapshot)
    )
"""

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Memory:
    """Pages by path, the least used of which is dropped when there is no room."""

    limit: int
    """Bytes."""
    generation: int = 0
    """Counts how often all was forgotten."""
    proved: float = -PROOF_S
    """The time (`monotonic`) of the last proof that the listener hears."""
    _pages: OrderedDict[str, Page] = field(default_factory=OrderedDict)
    _size: int = 0
    _lock: Lock = field(default_factory=Lock)

    def get(self, path: str) -> Page | None:
        if monotonic() - self.proved >= PROOF_S:
            return None
        page = self._pages.get(path)
        if page is not None:
            try:
                self._pages.move_to_end(path)
            except KeyError:  # Another thread has just dropped it.
                return None
        return page

    def put(self, path: str, page: Page, generation: int) -> None:
        """Remember a page that was read or made in a generation, if that is still the present."""
        with self._lock:
            if generation != self.generation or _size(page) > self.limit:
                return
            self._drop(path)
            self._pages[path] = page
            self._size += _size(page)
            while self._size > self.limit:
                self._drop(next(iter(self._pages)))

    def forget(self) -> None:
        with self._lock:
            self.generation += 1
            self._pages.clear()
            self._size = 0

    def _drop(self, path: str) -> None:
        if page := self._pages.pop(path, None):
            self._size -= _size(page)


def _size(page: Page) -> int:
    return len(page.body) + len(page.compressed) + OVERHEAD


class OwnChanges:
    """Makes a memory forget when a connection of this process has committed a change.

    So this process shows its changes at once. The notice would come a moment later.
    """

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        connection_created.connect(self._watch)
        self._watch(connection)

    def _watch(self, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
        if self._note not in connection.execute_wrappers:
            connection.execute_wrappers.append(self._note)

    def _note(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        result = execute(sql, params, many, context)
        if not str(sql).lstrip().startswith(("SELECT", "SET", "INSERT INTO digest_storedpage")):
            context["connection"].on_commit(self.memory.forget)
        return result

    def stop(self) -> None:
        connection_created.disconnect(self._watch)
        if self._note in connection.execute_wrappers:
            connection.execute_wrappers.remove(self._note)


class Listener:
    """A thread with a connection of its own, which makes a memory forget."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self._ending = Event()
        self._thread = Thread(target=self._run, name="stored pages", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End the thread, within BEAT_S."""
        self._ending.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                self._listen()
            except DatabaseError as error:
                logger.warning("Changes of pages are not heard of: %s", error)
            except Exception:
                logger.exception("The listener of stored pages failed")
            self._ending.wait(BEAT_S)

    def _listen(self) -> None:
        """Listen until the connection is lost. What was said before is not known."""
        own, ear, seen = connection.copy(), poll(), None
        try:
            own.connect()
            own.connection.add_notify_handler(lambda notice: self.memory.forget())
            ear.register(own.connection.fileno(), POLLIN)
            cursor = own.cursor()
            cursor.execute(f"LISTEN {CHANNEL}")
            while not self._ending.is_set():
                asked = monotonic()
                cursor.execute(_NEWS, {"seen": seen})  # It also fetches the notices.
                latest, is_news = cursor.fetchone() or (None, True)
                if is_news or seen is None:
                    self.memory.forget()
                seen, self.memory.proved = latest, asked
                ear.poll(BEAT_S * 1000)
        finally:
            own.close()
