"""Attempts as a person reads them: how long each took, and its counts in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from papers.models import Run
from papers.sources.items import Remark

# The order of display. A count that is not listed here is shown by its own name.
WORDS: dict[str, Any] = {
    "listed": ngettext_lazy("%d listed", "%d listed"),
    "papers added": ngettext_lazy("%d paper added", "%d papers added"),
    "papers updated": ngettext_lazy("%d paper updated", "%d papers updated"),
    "listings added": ngettext_lazy("%d new on the list", "%d new on the list"),
    "listings updated": ngettext_lazy("%d moved on the list", "%d moved on the list"),
    "asked": ngettext_lazy("%d asked about", "%d asked about"),
    "papers": ngettext_lazy("%d paper", "%d papers"),
    "without abstract": ngettext_lazy("%d without an abstract", "%d without an abstract"),
    "added": ngettext_lazy("%d section written", "%d sections written"),
    "updated": ngettext_lazy("%d section rewritten", "%d sections rewritten"),
    "unchanged": ngettext_lazy("%d section unchanged", "%d sections unchanged"),
    "kept": ngettext_lazy("%d section kept", "%d sections kept"),
    "proposed": ngettext_lazy("%d section proposed", "%d sections proposed"),
    "left empty": ngettext_lazy("%d part left empty", "%d parts left empty"),
    "quoted": ngettext_lazy("%d sentence quoted", "%d sentences quoted"),
    "not in the paper": ngettext_lazy("%d of them not in the paper", "%d of them not in the paper"),
    "drafted before": ngettext_lazy("%d drafted before", "%d drafted before"),
    "tokens": ngettext_lazy("%d token", "%d tokens"),
    "facts proposed": ngettext_lazy("%d fact proposed", "%d facts proposed"),
    "parts read": ngettext_lazy("%d part read", "%d parts read"),
    "not the whole": ngettext_lazy("%d not the whole", "%d not the whole"),
    "unreadable": ngettext_lazy("%d unreadable", "%d unreadable"),
    "mails": ngettext_lazy("%d mail sent", "%d mails sent"),
    "cured meanwhile": ngettext_lazy("%d cured meanwhile", "%d cured meanwhile"),
    "compared": ngettext_lazy("%d compared", "%d compared"),
    "in no day": ngettext_lazy("%d in no day's list", "%d in no day's list"),
    "gone": ngettext_lazy("%d gone from the month's list", "%d gone from the month's list"),
    "days again": ngettext_lazy("%d day asked for again", "%d days asked for again"),
    "refused": ngettext_lazy("%d refused", "%d refused"),
    "not read": ngettext_lazy("%d list not read", "%d lists not read"),
    "missing": ngettext_lazy("%d not found", "%d not found"),
}


def in_words(counts: Mapping[str, int]) -> str:
    """Return what an attempt did, in words. Zero counts are left out."""
    told = [counted % counts[name] for name, counted in WORDS.items() if counts.get(name)]
    told += [f"{n} {name}" for name, n in counts.items() if n and name not in WORDS]
    return " · ".join(map(str, told)) or _("nothing new")


def duration(took: timedelta) -> str:
    """Return a length of time in a fitting unit."""
    seconds = max(took.total_seconds(), 0)
    if seconds < 10:
        return _("%s s") % f"{seconds:.1f}"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}
    if minutes:
        return _("%(minutes)d min %(seconds)d s") % {"minutes": minutes, "seconds": rest}
    return _("%s s") % rest


@dataclass(frozen=True, slots=True)
class RunRow:
    """One attempt, ready to be shown."""

    run: Run
    took: str
    """"" while it is under way."""
    counts: str
    """"" if there is nothing to count: it is under way, or did nothing."""

    @property
    def said(self) -> str:
        """Return why it ended and what it refused, on one line."""
        return " · ".join(filter(None, [self.run.message, *map(str, self.remarks)]))

    @property
    def remarks(self) -> list[Remark]:
        """Return what was refused, and why."""
        return [Remark.from_json(each) for each in self.run.remarks]

    @classmethod
    def of(cls, run: Run) -> RunRow:
        took = duration(run.ended_at - run.started_at) if run.ended_at else ""
        counted = bool(run.counts) or run.outcome == "done"
        return cls(run, took, in_words(run.counts) if counted else "")


def rows(runs: Iterable[Run]) -> list[RunRow]:
    return [RunRow.of(run) for run in runs]
