"""The reasons that the history and the audit keep: stored in English, shown as the reader speaks.

A sentence of ours is found again by its template, also where it was stored in another language, as
it was before. What a person wrote is shown as it stands, also where it begins like one of ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

_KNOWN: list[Any] = []
_PARAMETER = re.compile(r"%\(\w+\)s")
_NAME = re.compile(r"%\\\((\w+)\\\)s")
MOMENT = "when"
"""The name of a parameter that is a moment."""
_YEAR = re.compile(r"\d{4}")
_LONGEST = 300
"""Characters. No column has room for more, and long words of others would take long to match."""


def known(sentence: Any) -> Any:
    """Register a lazily translated sentence with named parameters, and return it.

    Modules do that while they are loaded.
    """
    _KNOWN.append(sentence)
    return sentence


PROPOSAL_ACCEPTED = known(_("proposal accepted"))
HOLDS_FOR_NEWEST = known(_("the summary holds for the newest version"))


def stored(sentence: Any, **words: Any) -> str:
    """Return a known sentence as it is stored, whatever language its author reads."""
    with override(None):
        return str(sentence) % {name: _neutral(word) for name, word in words.items()}


def shown(reason: str) -> str:
    """Return a stored reason in the current language if it is a known sentence, else as it is."""
    for pattern, sentence in _patterns() if len(reason) <= _LONGEST else ():
        match = pattern.fullmatch(reason)
        if match and _names_a_moment(match):
            words = {name: _told(name, word) for name, word in match.groupdict().items()}
            return str(sentence) % words
    return reason


def _names_a_moment(match: re.Match[str]) -> bool:
    """Return whether its moment, if it has one, may be one: "restored from the draft" has none."""
    when = match.groupdict().get(MOMENT)
    return when is None or bool(_YEAR.search(when))


def beginnings(words: str) -> list[str]:
    """Return how the stored reasons begin that show these words in the current language."""
    found = [
        each for each in _KNOWN if words.casefold() in _PARAMETER.sub("", str(each)).casefold()
    ]
    with override(None):
        return [str(each).partition("%(")[0] for each in found]


@cache
def _patterns() -> list[tuple[re.Pattern[str], Any]]:
    texts = [(text, each) for each in _KNOWN for text in dict.fromkeys(_in_each(each))]
    # A sentence without parameters may match another's template too: "restored from the trash".
    texts.sort(key=lambda known: "%(" in known[0])
    return [(_pattern(text), each) for text, each in texts]


def _in_each(sentence: Any) -> Iterator[str]:
    """Yield a sentence in English, and in each language of the site."""
    for language in (None, *dict(settings.LANGUAGES)):
        with override(language):
            yield str(sentence)


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(_NAME.sub(r"(?P<\1>.+?)", re.escape(text)), re.DOTALL)


def _neutral(word: Any) -> str:
    return word.isoformat(timespec="seconds") if isinstance(word, datetime) else str(word)


def _told(name: str, word: str) -> str:
    """Return a parameter as a reader reads it. A moment of before is stored as it was shown."""
    moment = _moment(word) if name == MOMENT else None
    return date_format(moment, "DATETIME_FORMAT") if moment else word


def _moment(word: str) -> datetime | None:
    """Return a moment in the zone of the site, or None if the word is none that a calendar has."""
    try:
        moment = parse_datetime(word)
        return localtime(moment) if moment and moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
