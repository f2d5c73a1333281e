"""What a check is, what it reads and what it returns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from papers import languages


class Level(StrEnum):
    """The effect of a finding on publishing."""

    ERROR = "error"
    """Blocks publishing, unless a publisher overrides it with a reason."""
    WARNING = "warning"
    """Is shown and does not block."""
    UNCHECKED = "unchecked"
    """There was nothing to check against. It never counts as passed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check says against a text."""

    check: str
    """The check's name, such as "numbers"."""
    level: Level
    code: str
    """What is wrong, for machines. It is stable and unique within the check."""
    message: str
    """English msgid with %(name)s for each value of `data`. `gettext(message) % data` shows it.

    The check writes it as `gettext_noop("...")`, so that it is found for translation.
    """
    start: int
    """Start in the checked text, in characters. 0, 0 means the text as a whole."""
    end: int
    text: str = ""
    """The checked text from `start` to `end`, as written."""
    data: Mapping[str, str | int] = field(default_factory=dict, hash=False)
    """JSON values only, so that a finding can be stored."""
    source_span: tuple[int, int] | None = None
    """Where the paper's text differs, in characters of that text, if known."""

    @property
    def why(self) -> str:
        """Return the message in English."""
        return self.message % self.data


@dataclass(frozen=True, slots=True)
class Claim:
    """A section's text to check."""

    kind: str
    """One of `papers.kinds`."""
    language: str
    markdown: str


class Passage(NamedTuple):
    """A part of a paper's full text."""

    heading: str
    text: str
    """A paragraph on each line."""

    @property
    def opening(self) -> str:
        """The heading as it stands before the text."""
        return f"{self.heading}\n" if self.heading else ""


@dataclass(frozen=True, slots=True)
class PaperText:
    """A paper's own words. Its summary is checked against them."""

    title: str
    abstract: str = ""
    passages: tuple[Passage, ...] = ()
    """The full text, if it is known."""
    hosts: frozenset[str] = frozenset()
    """The hosts of the paper's own links."""
    gap: str = ""
    """The sign that parts of the full text are missing, or ""."""

    @property
    def full_text(self) -> str:
        return "\n\n".join(each.opening + each.text for each in self.passages)

    @property
    def text(self) -> str:
        """Return title, abstract and full text joined.

        Returns "" if only the title is known, because nothing can be checked against a title.
        """
        if not self.abstract and not self.full_text:
            return ""
        return "\n\n".join(filter(None, [self.title, self.abstract, self.full_text]))


@dataclass(frozen=True, slots=True)
class Term:
    """How the house renders an English term, and its other renderings."""

    english: str
    rendering: str
    variants: tuple[str, ...] = ()
    language: str = languages.KOREAN


@dataclass(frozen=True, slots=True)
class Summary:
    """A paper as a post presents it."""

    claims: tuple[Claim, ...]
    imported_title: str = ""
    """The title as an imported file has it, with its white space; "" if a source gave the title."""


class Place(NamedTuple):
    """A place in a post: the number of a paper and of its section, from 0."""

    paper: int
    section: int | None = None
    """None for the paper as a whole."""


Placed = Mapping[Place, Sequence[Finding]]


def by_language(post: Sequence[Summary]) -> dict[str, dict[Place, Claim]]:
    """Return the sections of a post, grouped by language. A group is read side by side."""
    claims: defaultdict[str, dict[Place, Claim]] = defaultdict(dict)
    for paper, summary in enumerate(post):
        for section, claim in enumerate(summary.claims):
            claims[claim.language][Place(paper, section)] = claim
    return claims


@dataclass(frozen=True, slots=True)
class Check:
    """A check: its name, and how it reads a section, a paper and a post, if it does."""

    name: str
    """At most 20 characters. Its findings have it as `check`."""
    version: int
    """Raise it when the check's results change. Texts read by an older version are read again."""
    section: Callable[[Claim, PaperText, Sequence[Term]], Sequence[Finding]] | None = None
    """Takes a section, its paper's own words and the house's glossary."""
    paper: Callable[[Sequence[Claim], PaperText], Sequence[Finding]] | None = None
    """Takes all sections of a paper and its own words. The spans of its findings are not used."""
    post: Callable[[Sequence[Summary], Sequence[Term]], Placed] | None = None
    """Takes the papers of a post in order, and the house's glossary."""
    compares: bool = False
    """Whether it compares a section with the paper, whose nearest sentence is shown then."""
