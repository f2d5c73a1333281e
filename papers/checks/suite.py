"""All checks, in one call for a section and one for a paper: texts in, findings out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext_noop

from papers.checks import (
    injection,
    language,
    length,
    links,
    markup,
    names,
    numbers,
    placeholders,
    structure,
    terms,
)
from papers.checks.base import Finding, Level
from papers.checks.structure import SectionText
from papers.checks.terms import Term

SHOWN = 80  # characters of a section that is pointed out as a whole

MOST = 100  # findings of a section that are told one by one
_MORE = gettext_noop("%(count)d more findings: this text needs to be written anew.")
NOT_IN_ABSTRACT = "not_in_abstract"
_NOT_IN_ABSTRACT = gettext_noop(
    "The abstract does not state %(number)s; the full text, which might, was not read."
)

_FILES = sorted(Path(__file__).parent.glob("*.py"))
VERSION = hashlib.sha256(b"".join(file.read_bytes() for file in _FILES)).hexdigest()
"""Moves with every change of a check, so that what was checked before is checked anew."""


@dataclass(frozen=True, slots=True)
class Source:
    """A paper's own words, to check its summary against."""

    title: str
    abstract: str = ""
    full_text: str = ""
    hosts: frozenset[str] = frozenset()
    """Hosts that the paper's own links name."""

    @property
    def text(self) -> str:
        """All of them; "" where only a title is known, against which nothing can be checked."""
        if not self.abstract and not self.full_text:
            return ""
        return "\n\n".join(filter(None, [self.title, self.abstract, self.full_text]))


@dataclass(frozen=True, slots=True)
class Claim:
    """A section's text, to be checked."""

    markdown: str
    language: str
    kind: str


def of_section(claim: Claim, source: Source, glossary: Sequence[Term]) -> list[Finding]:
    """What the checks say against a section, in the order of its text."""
    text = claim.markdown
    empty_talk = placeholders.check(text)
    found = [
        *(_as_far_as_known(each, source) for each in numbers.check(text, source.text)),
        *empty_talk,
        *language.check(text, claim.language),
        *structure.check(text),
        *terms.check(text, claim.language, glossary),
        *(names.check(text, claim.language, source.text) if source.text else []),
        # A placeholder is short of itself.
        *([] if empty_talk else length.check(text, claim.language)),
        *links.check(text, source.hosts, source.text),
        *markup.check(text),
    ]
    found.sort(key=lambda finding: (finding.start, finding.end))
    return [*found[:MOST], *_more(found[MOST:])]


def _more(left_out: Sequence[Finding]) -> list[Finding]:
    """One error for all that are not told, which stands for these and no others."""
    if not left_out:
        return []
    told = repr([(each.check, each.code, each.text) for each in left_out])
    checksum = hashlib.sha256(told.encode()).hexdigest()
    data: dict[str, str | int] = {"count": len(left_out), "checksum": checksum}
    return [Finding("more", Level.ERROR, "more", _MORE, 0, 0, data=data)]


def _as_far_as_known(finding: Finding, source: Source) -> Finding:
    """What is not in the abstract may still be in a full text that was not read."""
    if finding.code != numbers.UNSUPPORTED_CODE or source.full_text:
        return finding
    return replace(finding, code=NOT_IN_ABSTRACT, message=_NOT_IN_ABSTRACT)


@lru_cache(maxsize=32)
def _addressing(full_text: str) -> tuple[Finding, ...]:
    """Kept for the pages that an editor opens one after the other: 37 ms for 100 kB."""
    return tuple(injection.check(full_text, is_full_text=True))


def of_paper(claims: Sequence[Claim], source: Source) -> list[Finding]:
    """What they say against a paper's own text, and against its sections as a whole."""
    sections = [SectionText(claim.kind, claim.language, claim.markdown) for claim in claims]
    doubled = structure.check_doubled(sections)
    return [
        *injection.check(f"{source.title}\n\n{source.abstract}"),
        *_addressing(source.full_text),
        *structure.check_paper(sections),
        *(replace(each, text=sections[at].markdown[:SHOWN]) for at, each in doubled.items()),
    ]
