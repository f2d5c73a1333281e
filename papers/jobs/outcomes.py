"""What an attempt at a job comes to: a result, a wait, or a failure that time does not cure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from papers.models import WaitsFor
from papers.sources.items import Remark


@dataclass(frozen=True, slots=True)
class Result:
    """What an attempt did, where counts alone do not tell it."""

    counts: Mapping[str, int]
    remarks: Sequence[Remark] = ()
    """What was refused, and why."""


class PermanentFailure(Exception):
    """A job that time does not cure; the message says why."""


class Postponed(Exception):
    """A job that has to wait until `retry_at`; the message says for what in words.

    No attempt is counted, and waits for the same thing in a row are one Run.
    """

    waits_for = WaitsFor.OTHER

    def __init__(self, message: str, retry_at: datetime, waits_for: WaitsFor | None = None) -> None:
        super().__init__(message)
        self.retry_at = retry_at
        self.waits_for = waits_for or self.waits_for
