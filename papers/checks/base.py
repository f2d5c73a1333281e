"""What a check is, what it is given to read, and what it returns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from papers import languages


class Level(StrEnum):
    """What a finding does to publishing."""

    ERROR = "error"
    """Blocks it, unless a publisher overrides with a reason."""
    WARNING = "warning"
    """Is shown."""
    UNCHECKED = "unchecked"
    """There was nothing to check against: never counted as passed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a check says against a text."""

    check: str
    """The check's name, as "numbers"."""
    level: Level
    code: str
    """What is wrong, for machines: stable, unique within the check."""
    message: str
    """English msgid with %(name)s for each value of `data`: `gettext(message) % data` shows it.

    Written in the check as `gettext_noop("...")`, so that it is found for translation.
    """
    start: int
    """Where it begins in the checked text, in characters; 0, 0 for the text as a whole."""
    end: int
    text: str = ""
    """The checked text from `start` to `end`, as written."""
    data: Mapping[str, str | int] = field(default_factory=dict, hash=False)
    """Values of JSON only, so that a finding can be stored."""
    source_span: tuple[int, int] | None = None
    """Where the paper's text says something else of it, in characters of that text, if known."""

    @property
    def why(self) -> str:
        """The message in English."""
        return self.message % self.data


@dataclass(frozen=True, slots=True)
class Claim:
    """A section's text, to be checked."""

    kind: str
    """One of `papers.kinds`."""
    language: str
    markdown: str


@dataclass(frozen=True, slots=True)
class PaperText:
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
class Term:
    """How the house renders an English term, and what else it is called."""

    english: str
    rendering: str
    variants: tuple[str, ...] = ()
    language: str = languages.KOREAN


@dataclass(frozen=True, slots=True)
class Summary:
    """A paper as a post tells of it."""

    claims: tuple[Claim, ...]
    imported_title: str = ""
    """The title as an imported file has it, with its white space; "" where a source gave it."""


class Place(NamedTuple):
    """Where in a post something is found: by the numbers of a paper and of its section, from 0."""

    paper: int
    section: int | None = None
    """None for the paper as a whole."""


Placed = Mapping[Place, Sequence[Finding]]


def by_language(post: Sequence[Summary]) -> dict[str, dict[Place, Claim]]:
    """The sections of a post that are read side by side: those in one language."""
    claims: defaultdict[str, dict[Place, Claim]] = defaultdict(dict)
    for paper, summary in enumerate(post):
        for section, claim in enumerate(summary.claims):
            claims[claim.language][Place(paper, section)] = claim
    return claims


@dataclass(frozen=True, slots=True)
class Check:
    """A check by its name: how it reads a section, a paper and a post, each where it does."""

    name: str
    """At most 20 characters; what its findings have as `check`."""
    version: int
    """Raised with every change of what it says: texts that an older version read are read again."""
    section: Callable[[Claim, PaperText, Sequence[Term]], Sequence[Finding]] | None = None
    """Given a section, its paper's own words and the house's glossary."""
    paper: Callable[[Sequence[Claim], PaperText], Sequence[Finding]] | None = None
    """Given all sections of a paper, and its own words; the spans of findings are not used."""
    post: Callable[[Sequence[Summary], Sequence[Term]], Placed] | None = None
    """Given the papers of a post in their order, and the house's glossary."""
