"""Finds text that only fills a gap: "정보 부족", "N/A", "TODO", a template's remains.

A sentence is a placeholder if it says that something is missing and all its words are about the
paper or the summary itself. A sentence that names a thing ("데이터가 부족하다") is the paper's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import gettext_noop

from papers import kinds, languages
from papers.checks.base import Check, Claim, Finding, Level, PaperText, Term
from papers.checks.prose import SENTENCE, Item, items, prose
from papers.kinds import Kind
from papers.languages import Language

NAME = "placeholders"
VERSION = 2

_MESSAGES = {
    "placeholder": gettext_noop("“%(text)s” stands where a text should."),
    "template": gettext_noop("“%(text)s” is left over from a template."),
    "refusal": gettext_noop("“%(text)s” is a model speaking of itself."),
}
_WORD = re.compile(r"[^\W_]+(?:[/'’][^\W_]+)*")
_DASHES = re.compile(r"[-–—.…?/]+")  # "Limitations: -"
_MAX_SENTENCE = 200

_TEMPLATE = r"""(?P<template>
        (?<![\\_^{{}}\w]) \{{\{{ \s* [\w .|:'"-]{{1,80}} \}}\}} | \{{% [^%{{}}\n]{{1,80}} %\}}
      | <%=? [^%<>\n]{{1,80}} %> | \$\{{ [a-z]\w{{0,40}} \}} | \[\s*(?:\.\.\.|…)\s*\]
      | \[ \s* (?:{slot_begins}) \b [^\[\]\n]{{0,80}} \] (?!\()
      | \[ [^\[\]\n]{{1,40}}(?:{slot_ends})\s?\] (?!\()
      | \b lorem\ ipsum (?:\ dolor(?:\ sit\ amet)?)? | \[object\ Object\]
      | \b (?:TODO|TBD|FIXME) \s? (?:[:：] | \([\w .@-]{{1,40}}\)))
    """
_REFUSAL = r"""
        (?:^|(?<=[.!?。]\s)|(?<=\n))
        [>*_\s\#-]{{0,9}}
        (?P<refusal>{refusal})
    """


class _Patterns(NamedTuple):
    """The placeholder patterns of the table of languages, for all languages together."""

    talk: re.Pattern[str]
    missing: re.Pattern[str]
    anywhere: Mapping[str, re.Pattern[str]]
    """By the finding's code."""


def check(markdown: str) -> list[Finding]:
    """Return errors for placeholders, remains of templates and a model's words about itself."""
    text = prose(markdown)
    patterns = _patterns(tuple(languages.rows()), tuple(kinds.headed()))
    spans = [
        (*match.span(code), code)
        for code, pattern in patterns.anywhere.items()
        for match in pattern.finditer(markdown)
        if match[code] == text[slice(*match.span(code))]
    ]
    for item in items(markdown):
        if item.is_heading:
            continue
        if item.label and _DASHES.fullmatch(markdown, item.start, item.end):
            spans.append((item.start, item.end, "placeholder"))
        spans += [(start, end, "placeholder") for start, end in _empty_talk(text, item, patterns)]
    return [_finding(markdown, *span) for span in _apart(spans)]


@lru_cache(maxsize=4)
def _patterns(rows: tuple[Language, ...], headed: tuple[Kind, ...]) -> _Patterns:
    known = [(row.code, row.placeholders) for row in rows if row.placeholders]
    headings = [
        rf"{re.escape(word)}{each.joined}"
        for code, each in known
        for row in headed
        for word in row.heading(code).split()
    ]

    def any_of(name: str) -> str:
        return "|".join(filter(None, (getattr(each, name) for _, each in known)))

    return _Patterns(
        _compiled("|".join([any_of("talk"), *headings])),
        _compiled(any_of("missing")),
        {
            "template": _compiled(
                _TEMPLATE.format(slot_begins=any_of("slot_begins"), slot_ends=any_of("slot_ends"))
            ),
            "refusal": _compiled(_REFUSAL.format(refusal=any_of("refusal"))),
        },
    )


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.VERBOSE | re.IGNORECASE)


def _apart(spans: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """Yield the spans in order, without those that begin inside an earlier one."""
    last = 0
    for span in sorted(spans):
        if span[0] >= last:
            yield span
            last = span[1]


def _empty_talk(text: str, item: Item, patterns: _Patterns) -> Iterator[tuple[int, int]]:
    """Yield the spans of sentences that only say that something is missing."""
    for sentence in SENTENCE.finditer(text, item.start, item.end):
        words = list(_WORD.finditer(text, *sentence.span()))
        if words and len(sentence[0]) <= _MAX_SENTENCE and _says_nothing(words, patterns):
            yield words[0].start(), words[-1].end()


def _says_nothing(words: list[re.Match[str]], patterns: _Patterns) -> bool:
    missing = [bool(patterns.missing.fullmatch(word[0])) for word in words]
    return any(missing) and all(
        found or patterns.talk.fullmatch(word[0])
        for word, found in zip(words, missing, strict=True)
    )


def _finding(markdown: str, start: int, end: int, code: str) -> Finding:
    text = markdown[start:end]
    return Finding(
        NAME, Level.ERROR, code, _MESSAGES[code], start, end, text=text, data={"text": text}
    )


def _of_section(claim: Claim, paper: PaperText, glossary: Sequence[Term]) -> list[Finding]:
    return check(claim.markdown)


CHECK = Check(NAME, VERSION, section=_of_section)
