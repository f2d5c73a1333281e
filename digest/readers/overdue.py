"""Whether the newest digest is old, and which days since then have a page that says why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.timezone import get_default_timezone, localtime

from digest.readers import pages
from digest.readers.calendars import Known
from papers.clock import now

WORKING_DAYS = 2
SHOWN = 5
REACH = 31
"""The days before the last known one among which those shown are looked for."""
FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Overdue:
    """The newest days since a digest that is older than two working days."""

    days: list[date]
    """Those that some source knows. Their pages have the state, which a stored page cannot have."""

    @classmethod
    def after(cls, newest: date, known: Known) -> Overdue | None:
        """Return None while the digest of `newest` is no older than that.

        Working days are those of the site's zone, Monday to Friday: on others no papers are listed.
        """
        today, begins = localtime(now()).date(), _overdue_from(newest)
        if begins is None:
            return None
        if today < begins:
            pages.tell_until(datetime.combine(begins, time.min, get_default_timezone()))
            return None
        last = max((last for _first, last in known.spans), default=newest)
        since = _days(max(newest, last - timedelta(days=REACH)), last)
        return cls([day for day in since if day in known][-SHOWN:])


def _overdue_from(newest: date) -> date | None:
    """Return the third working day after `newest`, or None at the end of all dates."""
    day, left = newest, WORKING_DAYS + 1
    try:
        while left:
            day += timedelta(days=1)
            left -= day.weekday() <= FRIDAY
    except OverflowError:
        return None
    return day


def _days(after: date, last: date) -> list[date]:
    return [after + timedelta(days=n) for n in range(1, (last - after).days + 1)]
