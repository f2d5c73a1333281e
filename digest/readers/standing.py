"""What became of a day without a digest, in words for readers."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from digest.ledger import Date, State

# Where sources differ, the first of these stands for the day: a list that can become a digest
# first, then what may yet bring one.
_ORDER = (
    State.COMPLETE,
    State.OPEN,
    State.WAITING,
    State.FAILED,
    State.MISSED,
    State.QUIET,
)
_SAID = {
    State.WAITING: _("The list of this day is not read yet."),
    State.FAILED: _("The list of this day could not be read."),
    State.MISSED: _("The list of this day was never read."),
    State.QUIET: _("No papers were listed on this day."),
}
_MEANS = {
    State.COMPLETE: _("Editors choose among them. Their digest will stand at this address."),
    State.OPEN: _("The list grows until the day is over in UTC. Editors choose after that."),
    State.WAITING: _("The source did not answer, or asked for patience. It is asked again soon."),
    State.FAILED: _("The source was asked several times. An editor has to try again."),
    State.MISSED: _("Nobody asked the source on this day. An editor can still do that."),
    State.QUIET: _("That is usual on weekends and holidays. So there is no digest of this day."),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """The one state of a day over all its sources."""

    state: State
    listed: int

    @classmethod
    def of(cls, date: Date) -> Standing:
        """Return the standing of a day. A paper that several sources list counts once."""
        state = min((account.state for account in date.sources), key=_ORDER.index)
        return cls(state, date.day.listed)

    @property
    def said(self) -> str:
        """The state as one plain sentence."""
        count = {"count": self.listed}
        if self.state == State.COMPLETE:
            one = ngettext(
                "Being reviewed: %(count)s paper was listed.",
                "Being reviewed: %(count)s papers were listed.",
                self.listed,
            )
            return one % count
        if self.state == State.OPEN:
            one = ngettext(
                "The list of this day still grows: %(count)s paper so far.",
                "The list of this day still grows: %(count)s papers so far.",
                self.listed,
            )
            return one % count
        return str(_SAID[self.state])

    @property
    def meaning(self) -> str:
        return str(_MEANS[self.state])
