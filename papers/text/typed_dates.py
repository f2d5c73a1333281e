"""Dates as people type them: a day or a month, in numbers, in Korean and in English."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEAR = r"(?<!\d)(?P<year>(?:19|20)\d{2})"
_NAME = rf"(?P<name>{'|'.join(_MONTHS)})[a-z]*\.?"
_FORMS = [
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_YEAR}\s*년\s*(?P<month>\d{{1,2}})\s*월(?:\s*(?P<day>\d{{1,2}})\s*일)?",
        rf"{_YEAR}\.\s+(?P<month>\d{{1,2}})\.(?:\s+(?P<day>\d{{1,2}})\.?)?(?!\d)",
        rf"{_YEAR}([-/.])(?P<month>\d{{1,2}})(?:\2(?P<day>\d{{1,2}}))?(?![\d-])",
        rf"{_YEAR}(?P<month>\d{{2}})(?P<day>\d{{2}})(?!\d)",
        rf"\b(?P<day>\d{{1,2}})\s+{_NAME},?\s+{_YEAR}\b",
        rf"\b{_NAME}\s+(?:(?P<day>\d{{1,2}}),?\s+)?{_YEAR}\b",
    )
]


@dataclass(frozen=True, slots=True)
class TypedDate:
    """The days from `first` to `last`, both included, and how they were typed."""

    first: date
    last: date
    typed: str


def take_date(text: str) -> tuple[TypedDate | None, str]:
    """Return the first date in the text, and the rest of the text."""
    for form in _FORMS:
        if (match := form.search(text)) and (found := _read(match)):
            return found, f"{text[: match.start()]} {text[match.end() :]}"
    return None, text


def _read(match: re.Match[str]) -> TypedDate | None:
    parts = match.groupdict()
    year, month, day = int(parts["year"]), _month(parts), int(parts["day"] or 0)
    try:
        last = day or monthrange(year, month)[1]
        return TypedDate(date(year, month, day or 1), date(year, month, last), match[0])
    except ValueError:  # There is no such day.
        return None


def _month(parts: dict[str, str]) -> int:
    if name := parts.get("name"):
        return _MONTHS.index(name[:3].lower()) + 1
    return int(parts["month"])
