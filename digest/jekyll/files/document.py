"""What a post's file says: the fields that the readers fill and the writer turns into text."""

from dataclasses import dataclass, field
from datetime import date, datetime

from papers import kinds, languages

KNOWN_KEYS = ("title", "date", "tags")
"""The front matter keys that are fields of the post."""

LISTING_DATE = "listing_date"
"""The front matter key by which a post that went public days later names the day it digests."""


def usual_heading(kind: str) -> str:
    """The heading that a file gives a kind of section, where the post's language has no other."""
    return kinds.of(kind).heading(languages.ENGLISH)


class FileRefused(ValueError):
    """A file that cannot be taken; the text is ``FILE: line N: reason``, fit to be shown."""


class Fault(ValueError):
    """What makes a whole file unfit, and the line it stands on; `read` raises it anew."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


@dataclass(frozen=True, slots=True)
class Refusal:
    """One paper of a file that was left out; the others were taken."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something in a file that was read otherwise than it stands there."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class SectionItem:
    """One part of a paper's summary.

    ``heading`` is as written, and empty where it is the usual one of ``kind``.
    ``markdown`` has no white space at line ends and no blank line around it.
    """

    kind: str
    heading: str = ""
    markdown: str = ""
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class PaperItem:
    """One paper of a post; abstract, upvotes and organization are facts no export carries."""

    arxiv_id: str
    title: str
    raw_title: str = ""
    sections: tuple[SectionItem, ...] = ()
    abstract: str = ""
    upvotes: int | None = None
    organization: str = ""
    note: str = ""
    line: int = field(default=0, compare=False)

    @property
    def missing_kinds(self) -> tuple[str, ...]:
        """The expected kinds of section this paper has no text of; empty when it is complete."""
        written = {section.kind for section in self.sections if section.markdown}
        return tuple(row.name for row in kinds.expected() if row.name not in written)


@dataclass(frozen=True, slots=True)
class Document:
    """One post.

    ``day`` is the listing day that the file name gives; ``published_at`` is aware, to the second,
    in the zone of the site. ``front_matter`` has every key in the order of the file: those of
    `KNOWN_KEYS` with None, for their values are fields here, the others with plain values
    (str, int, float, bool, None, list, dict).
    """

    day: date
    slug: str
    title: str
    published_at: datetime
    tags: tuple[str, ...] = ()
    front_matter: tuple[tuple[str, object], ...] = ()
    intro: str = ""
    papers: tuple[PaperItem, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file says below its front matter."""

    intro: str
    papers: tuple[PaperItem, ...]
    refusals: tuple[Refusal, ...]
    notices: tuple[Notice, ...]
