"""How a command waits out the pauses that its sources ask for. Workers postpone jobs instead."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.core.management.base import CommandError, OutputWrapper
from django.db import close_old_connections
from tqdm import tqdm

from papers.clock import now
from papers.sources.errors import SourceBusy, SourceForbidden

T = TypeVar("T")

IN_A_ROW = 10
"""Pauses for the same thing: a source that goes on asking for short ones is left in peace."""


class Pauses:
    """The pauses of one command, COMMAND_WAIT_MAX_S seconds in all."""

    def __init__(self, progress: tqdm[Any], stderr: OutputWrapper) -> None:
        self._progress = progress
        self._stderr = stderr
        self._left: float = settings.COMMAND_WAIT_MAX_S

    def wait_out(self, ask: Callable[[], T]) -> T:
        """Return what `ask` returns, and ask again after each pause that the source asks for.

        Raises SourceBusy for a pause that is longer than what is left of the command's time, or
        the last of IN_A_ROW. Raises CommandError if the source has turned us away.
        """
        for _ in range(IN_A_ROW):
            try:
                return self._ask(ask)
            except SourceBusy as busy:
                if self._seconds_of(busy) > self._left:
                    raise
                self._wait(busy)
        return self._ask(ask)

    def _ask(self, ask: Callable[[], T]) -> T:
        try:
            return ask()
        except SourceForbidden as error:
            raise CommandError(
                f"{error}. Nothing more is asked. Find out why it turned us away"
                " (docs/operations.md). If the admin says under Sources that it is stopped,"
                " resume it there. Then run the command again."
            ) from error

    def _wait(self, busy: SourceBusy) -> None:
        self._tell(busy)
        began = time.monotonic()
        while (seconds := self._seconds_of(busy)) > 0:
            time.sleep(seconds)
        self._left -= time.monotonic() - began
        close_old_connections()  # The server may have dropped the one that was idle meanwhile.
        if not self._progress.disable:
            self._progress.set_postfix_str("")

    def _tell(self, busy: SourceBusy) -> None:
        if self._progress.disable:
            self._stderr.write(
                f"{busy.source}: waiting until {moment(busy)}, as it asks."
                " Then the command goes on."
            )
            self._stderr.flush()
        else:  # A line of a terminal has no room for the date.
            self._progress.set_postfix_str(f"{busy.source}: waiting until {busy.retry_at:%X %Z}")

    @staticmethod
    def _seconds_of(busy: SourceBusy) -> float:
        return (busy.retry_at - now()).total_seconds()


def moment(busy: SourceBusy) -> str:
    """Return the time from which a source may be asked again, as people read it."""
    return f"{busy.retry_at:%Y-%m-%d %H:%M:%S %Z}"


def too_long(busy: SourceBusy) -> str:
    """Return what to do after a pause that a command does not wait out."""
    return (
        f"{busy.source} asks for a pause until {moment(busy)}. The command has waited as long as it"
        f" may (COMMAND_WAIT_MAX_S, and {IN_A_ROW} pauses in a row): run it again from then on."
    )
