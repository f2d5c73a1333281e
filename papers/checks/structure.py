"""Checks which sections a paper has, how each is built, and whether a post labels them alike."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product, zip_longest
from typing import TypeVar

from django.utils.translation import gettext_noop

from papers import kinds, languages
from papers.checks.base import (
    Check,
    Claim,
    Finding,
    Level,
    PaperText,
    Place,
    Summary,
    Term,
    by_language,
)
from papers.checks.lines import of_line
from papers.checks.prose import Item, items, prose

NAME = "structure"
VERSION = 1

_NONE = gettext_noop("The paper has no section.")
_EMPTY = gettext_noop("The section says nothing.")
_DOUBLED = gettext_noop("An earlier section has the same text.")
_NO_TEXT = gettext_noop("Nothing follows the label “%(text)s”.")
_SKIPPED = gettext_noop("The heading “%(text)s” skips a level.")
_SECTION_INSIDE = gettext_noop("The heading “%(text)s” begins a section inside this one.")
_UNLABELLED = gettext_noop("Has no labels, as most introductions of this post have (%(labels)s).")
_OTHER_LABELS = gettext_noop("Has other labels than most introductions of this post (%(labels)s).")
_TITLE = gettext_noop("The title has line breaks, or blanks beside blanks.")

_FENCE = re.compile(r"^ {0,3}(?:```|~~~).*$", re.MULTILINE)
_STRAY_SPACE = re.compile(r"\A\s+|\s+\Z|\s{2,}|[^\S ]")

_SHOWN = 80  # characters of a section that a finding shows when it is about the whole

_Key = TypeVar("_Key", bound=Hashable)


def check(markdown: str) -> list[Finding]:
    """Return warnings about how a section is built."""
    if not re.search(r"\w", _FENCE.sub("", markdown)):
        return [_finding("empty", _EMPTY)]
    found = list(items(prose(markdown)))
    findings = [*_headings(markdown, found), *_labels_alone(markdown, found)]
    return sorted(findings, key=lambda finding: finding.start)


def check_paper(sections: Sequence[Claim]) -> list[Finding]:
    """Return an error if there is no section, and warnings for expected kinds that are missing.

    A kind is missing if no language has it. A line alone is no section.
    """
    written = {section.kind for section in sections if section.markdown.strip()}
    if written <= set(kinds.lines()):
        return [_finding("none", _NONE, level=Level.ERROR)]
    return [
        _finding(f"no_{row.name}", row.missing)
        for row in kinds.rows()
        if row.missing and row.name not in written
    ]


def check_doubled(sections: Sequence[Claim]) -> dict[int, Finding]:
    """Return a finding for each section that repeats an earlier one, by its place in `sections`.

    A line says again what sections say.
    """
    seen: set[str] = set()
    findings = {}
    for at, section in enumerate(sections):
        if kinds.of(section.kind).is_line:
            continue
        words = " ".join(re.findall(r"\w+", section.markdown)).casefold()
        if words and words in seen:
            findings[at] = _finding("doubled", _DOUBLED)
        seen.add(words)
    return findings


def check_labels(introductions: Mapping[_Key, str]) -> dict[_Key, Finding]:
    """Return, by key, findings for introductions that lack the labels most introductions have.

    Labels in another language than most count too. Pass introductions of one post in one language.
    Blank ones do not count.
    """
    styles = {key: _style(text) for key, text in introductions.items() if text.strip()}
    usual, count = Counter(styles.values()).most_common(1)[0] if styles else ("", 0)
    if not usual or count * 2 <= len(styles):
        return {}
    wanted = _usual_labels(introductions[key] for key, style in styles.items() if style == usual)
    return {
        key: _finding("other_labels", _OTHER_LABELS, labels=wanted)
        if style
        else _finding("unlabelled", _UNLABELLED, labels=wanted)
        for key, style in styles.items()
        if style != usual
    }


def check_title(raw_title: str) -> list[Finding]:
    """Return a warning at the first stray white space in a title, given as it came."""
    stray = _STRAY_SPACE.search(raw_title)
    return [_finding("white_space", _TITLE, raw_title, *stray.span())] if stray else []


def _headings(markdown: str, found: Sequence[Item]) -> Iterator[Finding]:
    level = 0
    for item in found:
        if not item.is_heading:
            continue
        before, level = level, item.marks.count("#")
        text = markdown[item.start : item.end].strip("# *_")
        if kinds.begins_section(text):
            yield _finding("section_inside", _SECTION_INSIDE, markdown, item.start, item.end)
        elif before and level > before + 1:
            yield _finding("skipped_level", _SKIPPED, markdown, item.start, item.end)


def _labels_alone(markdown: str, found: Sequence[Item]) -> Iterator[Finding]:
    """Yield known labels with nothing after them, neither on the line nor in a list below."""
    for item, after in zip_longest(found, found[1:]):
        if not markdown[item.start : item.end].strip() and languages.of_label(item.label):
            start = markdown.rfind(item.label, 0, item.start)
            if not after or len(after.marks) <= len(item.marks):
                yield _finding("no_text", _NO_TEXT, markdown, start, start + len(item.label))


def _style(introduction: str) -> str:
    """Return the language of its labels, or "" if it has none."""
    return next(filter(None, (languages.of_label(item.label) for item in items(introduction))), "")


def _usual_labels(introductions: Iterator[str]) -> str:
    labels = (item.label for text in introductions for item in items(text))
    known = Counter(label for label in labels if languages.of_label(label))
    return ", ".join(label for label, _ in known.most_common(3))


def _finding(
    code: str,
    message: str,
    text: str = "",
    start: int = 0,
    end: int = 0,
    *,
    level: Level = Level.WARNING,
    labels: str = "",
) -> Finding:
    shown = text[start:end]
    data = {"labels": labels} if labels else {"text": shown} if shown else {}
    return Finding(NAME, level, code, message, start, end, text=shown, data=data)


def _of_section(claim: Claim, paper: PaperText, glossary: Sequence[Term]) -> list[Finding]:
    return [*check(claim.markdown), *of_line(NAME, claim, "line_breaks", "marked_line")]


def _of_paper(claims: Sequence[Claim], paper: PaperText) -> list[Finding]:
    doubled = check_doubled(claims)
    shown = [replace(each, text=claims[at].markdown[:_SHOWN]) for at, each in doubled.items()]
    return [*check_paper(claims), *shown]


def _of_post(post: Sequence[Summary], glossary: Sequence[Term]) -> dict[Place, list[Finding]]:
    found = {Place(at): check_title(summary.imported_title) for at, summary in enumerate(post)}
    labelled = [row.name for row in kinds.rows() if row.is_labelled]
    for kind, claims in product(labelled, by_language(post).values()):
        texts = {place: claim.markdown for place, claim in claims.items() if claim.kind == kind}
        found |= {place: [each] for place, each in check_labels(texts).items()}
    return found


CHECK = Check(NAME, VERSION, section=_of_section, paper=_of_paper, post=_of_post)
