"""Reads one JSON object as models write it, and nothing that could be read in two ways.

It takes typographic or single quotes around strings, keys without quotes, a comma too many, line
breaks inside strings, comments, and backslashes that were not doubled. A read stops at the first
sign that cannot stand where it stands, so that hostile text is not read far.
"""

from __future__ import annotations

import json
import re
from typing import Any

from papers.drafting.llm.tex_escapes import decode
from papers.text import strict_json

QUOTES = "\"“”„‟'‘’"
_BLANK = r"(?:\s++|//[^\n]*+|\#[^\n]*+|/\*(?:[^*]|\*(?!/))*+\*/)*+"
_TOKEN = re.compile(rf"{_BLANK}(?:([{{}}\[\]:,])|([{QUOTES}])|([-+.\w]+))")
_NOTHING_MORE = re.compile(rf"(?:{_BLANK}`*)*+(?:/\*.*)?", re.DOTALL)
_STRING = re.compile(r'(?:[^"\\]|\\.)*+"', re.DOTALL)
# A typographic quote may stand inside a string too, so the next sign decides whether it ends one.
_ENDS = {
    mark: re.compile(
        rf"\\.|[{same}](?=\s*(?:[:}}\]]|//|/\*|,\s*(?:[{QUOTES}{{\[}}\]]|//|/\*)))", re.DOTALL
    )
    for same in ('"“”„‟', "'‘’")
    for mark in same
    if mark != '"'
}
_WORDS = {"None": "null", "True": "true", "False": "false"}
_KEY = re.compile(r"[A-Za-z_]\w{0,60}", re.ASCII)
_VALUE = re.compile(r"null|true|false|-?\d[-+.\deE]*")
_CLOSES = {"{": "}", "[": "]"}


class Broken(ValueError):
    """The text is no object. `at` is how far it was read."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


class CutOff(Broken):
    """The text ends before the object does."""


class Reader:
    """Reads objects of one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.no_end: dict[str, int] = {}
        """Where a string began that has no end, by its quote. No later one has an end either."""

    def read(self, start: int) -> tuple[dict[str, Any], int]:
        """Return the object that begins at `start`, and where it ends. Raises Broken."""
        tokens, end = self._tokens(start)
        parts = [
            json.dumps(decode(self.text[token[0] : token[1]]), ensure_ascii=True)
            if isinstance(token, tuple)
            else token
            for token in tokens
        ]
        try:
            return strict_json.loads(" ".join(parts)), end
        except ValueError as error:
            raise Broken(str(error), end) from None

    def _tokens(self, start: int) -> tuple[list[str | tuple[int, int]], int]:
        """Return the signs and words of an object, and where the inside of each string stands."""
        tokens: list[str | tuple[int, int]] = []
        is_open: list[str] = []
        at, expected = start, "value"
        while token := _TOKEN.match(self.text, at):
            sign, quote, word = token.groups()
            if not _may_stand(sign, quote, word, expected, tokens):
                break
            at = token.end()
            if quote:
                end = self._end_of_string(quote, at)
                tokens.append((at, end - 1))
                at = end
            elif word:
                is_key = expected == "key"
                tokens.append(json.dumps(word) if is_key else _WORDS.get(word, word))
            else:
                _put(sign, tokens, is_open, at)
                if not is_open:
                    return tokens, at
            expected = _next(sign, expected, is_open)
        if _NOTHING_MORE.fullmatch(self.text, at):
            raise CutOff("its JSON has no end", len(self.text))
        bad = self.text[at : at + 20].strip()[:1]
        raise Broken(f"{bad!r} at character {at - start + 1:,}", at)

    def _end_of_string(self, quote: str, start: int) -> int:
        """Return where the string ends that begins at `start`, its closing quote included."""
        if start < self.no_end.get(quote, len(self.text) + 1):
            if quote == '"':
                if string := _STRING.match(self.text, start):
                    return string.end()
            else:
                for mark in _ENDS[quote].finditer(self.text, start):
                    if mark[0][0] != "\\":
                        return mark.end()
            self.no_end[quote] = start
        raise CutOff("a string has no end", len(self.text))


def read(text: str, start: int) -> tuple[dict[str, Any], int]:
    """Return the object that begins at `start`, and where it ends. Raises CutOff, Broken."""
    return Reader(text).read(start)


def _may_stand(
    sign: str | None, quote: str | None, word: str | None, expected: str, tokens: list[Any]
) -> bool:
    if quote:
        return expected in {"key", "value"} and bool(tokens)
    if word:
        if expected == "key":
            return bool(_KEY.fullmatch(word))
        return expected == "value" and bool(_VALUE.fullmatch(_WORDS.get(word, word)))
    if sign in _CLOSES:
        return expected == "value"
    if sign in {"}", "]"}:  # After an opening bracket, a value or a comma too many.
        return expected == "comma" or (bool(tokens) and tokens[-1] in {"{", "[", ","})
    return expected == {":": "colon", ",": "comma"}[sign or ""]


def _next(sign: str | None, expected: str, is_open: list[str]) -> str:
    """Return what is expected after a token."""
    if not sign and expected == "key":
        return "colon"
    if sign == ":":
        return "value"
    if sign in {"{", "[", ","}:
        return "key" if is_open[-1] == "}" else "value"
    return "comma"


def _put(sign: str, tokens: list[Any], is_open: list[str], at: int) -> None:
    if sign in _CLOSES:
        is_open.append(_CLOSES[sign])
        if len(is_open) > strict_json.NESTING_LIMIT:
            raise Broken(f"nested deeper than {strict_json.NESTING_LIMIT}", at)
    elif sign in {"}", "]"}:
        if not is_open or is_open.pop() != sign:
            raise Broken(f"{sign!r} at character {at:,} closes nothing", at)
        if tokens[-1] == ",":
            tokens.pop()
    tokens.append(sign)
