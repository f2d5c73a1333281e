"""Tells an answer from an echo of the form that was asked for: its example, or its schema."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from papers.text.cleaning import fold

_LONGEST = 200
"""Characters of the longest text that may be a placeholder."""
_HOLDS_PLACE = re.compile(
    r"\W*|[<\[{(（【《].*[>\]})）】》]|\W*(?:(?:your|the|some)\s+)?(?:text|string|str|value|sentences?|quotes?"
    r"|summary|content|placeholder|lorem ipsum|todo|tbd|xxx+|null|none)(?:\s+(?:here|\d))?\W*"
    r"|\W*(?:one|two|a few|1|2)(?:\s*(?:to|or|-|–)\s*(?:two|three|2|3))?\s+sentences?"
    r"(?:\s+\w+){0,4}\W*"
    r"|\W*(?:text|string|summary|description)\s+(?:of|for|about)\s+(?:the\s+)?[\w ]{1,20}\W*"
    r"|(?:여기에?\s*)?(?:텍스트|문자열|내용|문장|요약|설명|인용문?|원문|예시)(?:을|를)?"
    r"(?:\s*(?:여기에|입력|작성|문장|\d))*\W*"
    r"|\W*[\w ]{0,20}에\s?(?:대한|관한)\s+(?:간단한\s+|한국어\s+)?(?:설명|내용|요약|문장)\W*"
    r"|\W*(?:an?\s+)?(?:example|sample|exact|verbatim|source)\s+"
    r"(?:text|sentences?|quotes?|summary|content)(?:\s+from\s+the\s+(?:paper|text))?(?:\s+\d)?\W*"
    r"|\W*sentences?\s+from\s+the\s+(?:paper|text)\W*",
    re.IGNORECASE | re.DOTALL,
)


def is_echo(found: Mapping[str, Any], fields: Collection[str], told: Collection[str] = ()) -> bool:
    """Return whether no field of an object says anything.

    `told` are the words with which the fields were asked for. An echo may repeat them.
    """
    asked = [fold(each).casefold() for each in told]
    return not any(_says(found.get(name), name, asked) for name in fields)


def _is_name(told: str, name: str) -> bool:
    """Return whether words are only the field's name: "goal", "The goal of the paper in Korean"."""
    plain = re.sub(r"^(?:the|your|an?|its)\s+|\s+(?:here|text)$", "", told)
    named = re.sub(r"\s+(?:of|in|for|from)\s+(?:(?:the|this|an?)\s+)?\w+", "", plain)
    return name in {plain, named}


def _says(value: Any, name: str, asked: Collection[str]) -> bool:
    if isinstance(value, dict):
        value = value.get("text")
    if isinstance(value, list):
        return any(_says(each, name, asked) for each in value)
    if not isinstance(value, str):
        return isinstance(value, (int, float))
    if len(value) > _LONGEST:
        return True
    text = fold(value).casefold()
    told = text.strip(" .…<>[](){}\"'")
    return not (
        _HOLDS_PLACE.fullmatch(text)
        or _is_name(told, name.casefold())
        or any(told in each for each in asked)
    )
