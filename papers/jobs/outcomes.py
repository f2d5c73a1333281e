"""The outcomes of an attempt at a job: a result, a wait, or a failure that no retry cures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from papers.models import WaitsFor
from papers.sources.items import Remark


@dataclass(frozen=True, slots=True)
class Result:
    """What an attempt did, where counts alone do not say it."""

    counts: Mapping[str, int]
    remarks: Sequence[Remark] = ()
    """What was refused, and why."""


class PermanentFailure(Exception):
    """The job failed and no retry can cure it. The message says why."""


class Postponed(Exception):
    """The job must wait until `retry_at`. The message says in words what for.

    No attempt is counted. Waits for the same thing in a row are one Run.
    """

    waits_for = WaitsFor.OTHER

    def __init__(self, message: str, retry_at: datetime, waits_for: WaitsFor | None = None) -> None:
        super().__init__(message)
        self.retry_at = retry_at
        self.waits_for = waits_for or self.waits_for
