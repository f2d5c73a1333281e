"""Reads the date of a front matter as Ruby's ``Time.parse`` does, which Jekyll uses."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MAX_CHARS = 100

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = rf"(?:{'|'.join(_MONTHS)})[a-z]*\.?"
_YEAR = r"(?P<year>\d{4})"
_DAYS = (
    rf"{_YEAR}(?P<mark>[-/.])(?P<month>\d{{1,2}})(?P=mark)(?P<day>\d{{1,2}})",
    rf"{_YEAR}(?P<month>\d{{2}})(?P<day>\d{{2}})",
    rf"(?P<day>\d{{1,2}})(?P<mark>[-/.])(?P<month>\d{{1,2}})(?P=mark){_YEAR}",
    rf"(?:[a-z]{{3,9}},?[ ]+)?(?P<day>\d{{1,2}})[ -](?P<name>{_NAME})[ -]{_YEAR}",
    rf"(?:[a-z]{{3,9}},?[ ]+)?(?P<name>{_NAME})[ ](?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?[ ]{_YEAR}",
)
_TIME = r"""(?:(?:T|,?[ ]+)
    (?P<before>오전|오후)?[ ]?(?P<hour>\d{1,2})
    (?: :(?P<minute>\d{2})(?: :(?P<second>\d{2})(?:[.,]\d+)?)?[ ]?(?:(?P<half>[ap])\.?m\.?)?
      | [ ]?(?P<alone>[ap])\.?m\.?))?"""
_ZONE = r"(?:[ ]*(?P<zone>(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?|[a-z][a-z_+-]*(?:/[a-z_+-]+)*))?"
_FORMS = [re.compile(day + _TIME + _ZONE, re.VERBOSE | re.IGNORECASE | re.ASCII) for day in _DAYS]

_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?")
_HOURS = {
    name: hours
    for hours, names in {
        -8: "PST",
        -7: "MST PDT",
        -6: "CST MDT",
        -5: "EST CDT",
        -4: "EDT",
        0: "Z UTC UT GMT WET",
        1: "CET WEST",
        2: "EET CEST",
        3: "MSK EEST",
        8: "HKT SGT",
        9: "KST JST",
        10: "AEST",
        11: "AEDT",
        12: "NZST",
        13: "NZDT",
    }.items()
    for name in names.split()
}
"""Names of zones that mean one offset everywhere. The American ones are those that Ruby knows."""


class Moment(NamedTuple):
    """A date as it was read. ``unknown`` is what stands in the place of a time zone and is none."""

    at: datetime
    unknown: str


def moment(text: str, zone: tzinfo) -> Moment:
    """Return the time that a date means, in ``zone``. Without an offset it is local there.

    Raises ValueError, and OverflowError if the year is out of range.
    """
    matches = (form.fullmatch(text) for form in _FORMS if len(text) <= MAX_CHARS)
    found = next(filter(None, matches), None)
    if found is None:
        raise ValueError(text)
    parts = found.groupdict()
    written = parts["zone"] or ""
    own = _zone(written)
    local = _day(parts) + _time(parts)
    at = local.replace(tzinfo=own or zone)
    at.astimezone(UTC)  # Raises OverflowError if it has no UTC time, which is what is stored.
    return Moment(at.astimezone(zone), "" if own else written)


def _day(parts: dict[str, str]) -> datetime:
    name = parts.get("name")
    month = _MONTHS.index(name[:3].lower()) + 1 if name else int(parts["month"])
    return datetime(int(parts["year"]), month, int(parts["day"]))  # noqa: DTZ001  # set later


def _time(parts: dict[str, str]) -> timedelta:
    hour, minute, second = (int(parts[name] or 0) for name in ("hour", "minute", "second"))
    if half := parts["half"] or parts["alone"] or {"오전": "a", "오후": "p"}.get(parts["before"]):
        if not 1 <= hour <= 12:
            raise ValueError(f"{hour} {half}m")
        hour = hour % 12 + (12 if half in "pP" else 0)
    if (hour, minute, second) > (24, 0, 0) or minute > 59 or second > 59:
        raise ValueError(f"{hour}:{minute}:{second}")
    return timedelta(hours=hour, minutes=minute, seconds=second)


def _zone(written: str) -> tzinfo | None:
    """Return the zone that is meant, or None for none and for one that cannot be."""
    if offset := _OFFSET.fullmatch(written.upper()):
        return _fixed(*offset.groups())
    if "/" in written:
        try:
            return ZoneInfo(written)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return None
    hours = _HOURS.get(written.upper())
    return None if hours is None else timezone(timedelta(hours=hours))


def _fixed(sign: str, hours: str, minutes: str | None) -> tzinfo | None:
    try:
        if int(minutes or 0) < 60:
            offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
            return timezone(-offset if sign == "-" else offset)
    except ValueError:  # A day or more.
        pass
    return None
