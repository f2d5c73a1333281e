"""Reads one JSON object as models write it, and nothing that could be read in two ways.

It takes typographic or single quotes around strings, a comma too many, line breaks inside strings,
and backslashes that were not doubled.
"""

from __future__ import annotations

import json
import re
from typing import Any

from papers.drafting.llm.tex_escapes import decode
from papers.text import strict_json

QUOTES = "\"“”„‟'‘’"
_TOKEN = re.compile(rf"\s*(?:([{{}}\[\]:,])|([{QUOTES}])|([-+.\w]+))")
_STRING = re.compile(r'(?:[^"\\]|\\.)*+"', re.DOTALL)
# A typographic quote may stand inside a string too, so the next sign decides whether it ends one.
_ENDS = {
    mark: re.compile(rf"\\.|[{same}](?=\s*(?:[:}}\]]|,\s*[{QUOTES}{{\[}}\]]))", re.DOTALL)
    for same in ('"“”„‟', "'‘’")
    for mark in same
    if mark != '"'
}
_WORDS = {"None": "null", "True": "true", "False": "false"}
_CLOSES = {"{": "}", "[": "]"}
_CLOSED = ("}", "]")


class CutOff(ValueError):
    """The text ends before the object does."""


def read(text: str, start: int) -> tuple[dict[str, Any], int]:
    """Return the object that begins at `start` and where it ends. Raises CutOff, ValueError."""
    parts: list[str] = []
    is_open: list[str] = []
    at, after_value = start, False
    while token := _TOKEN.match(text, at):
        sign, quote, word = token.groups()
        if after_value == (sign is None or sign in _CLOSES) and (sign not in _CLOSED):
            break
        after_value = sign is None or sign in _CLOSED
        at = token.end()
        if quote:
            end = _end_of_string(text, quote, at)
            parts.append(json.dumps(decode(text[at : end - 1]), ensure_ascii=True))
            at = end
        elif word:
            parts.append(_WORDS.get(word, word))
        else:
            _put(sign, parts, is_open, at)
            if not is_open:
                return strict_json.loads(" ".join(parts)), at
    if not text[at:].strip("` \t\r\n"):
        raise CutOff("its JSON has no end")
    raise ValueError(f"{text[at : at + 20].strip()[:1]!r} at character {at - start + 1:,}")


def _put(sign: str, parts: list[str], is_open: list[str], at: int) -> None:
    if sign in _CLOSES:
        is_open.append(_CLOSES[sign])
        if len(is_open) > strict_json.NESTING_LIMIT:
            raise ValueError(f"nested deeper than {strict_json.NESTING_LIMIT}")
    elif sign in _CLOSED:
        if not is_open or is_open.pop() != sign:
            raise ValueError(f"{sign!r} at character {at:,} closes nothing")
        if parts[-1] == ",":
            parts.pop()
    parts.append(sign)


def _end_of_string(text: str, quote: str, start: int) -> int:
    """Return where the string ends that begins at `start`, its closing quote included."""
    if quote == '"':
        if string := _STRING.match(text, start):
            return string.end()
    else:
        for mark in _ENDS[quote].finditer(text, start):
            if mark[0][0] != "\\":
                return mark.end()
    raise CutOff("a string has no end")
