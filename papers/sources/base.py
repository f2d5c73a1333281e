"""What a source of daily lists returns: the papers it found, and the whole answer for a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from papers.sources.items import Reading


@dataclass(frozen=True, slots=True)
class FoundPaper:
    """A paper as a source describes it, before it meets the database. All text is clean."""

    arxiv_id: str
    """Canonical, without version."""
    title: str
    """White space folded; 1 to 500 characters."""
    raw_title: str
    """With the source's line wraps. Only unsafe characters are removed."""
    abstract: str
    """With the source's line breaks, or "" if it gives none. At most 20,000 characters."""
    rank: int
    """Position in the source's answer, from 1."""
    authors: tuple[str, ...] = ()
    """In the paper's order."""
    published_at: datetime | None = None
    """When arXiv published the first version (aware, UTC), never the day of the listing."""
    upvotes: int | None = None
    keywords: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    """(kind, http or https address). The kind is "project" or "code". Never fetched."""
    organization: str = ""
    categories: tuple[str, ...] = ()
    """arXiv's, the primary one first."""
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DayAnswer(Reading[FoundPaper]):
    """What a source said for one day, both parsed and as it came."""

    source: str
    day: date
    fetched_at: datetime
    """When the last page came (aware, UTC)."""
    pages: tuple[str, ...]
    """The text of each response, in order."""
    may_grow: str = ""
    """Why the source may list more for the day, even after its end, or ""."""

    @classmethod
    def of(
        cls, reading: Reading[FoundPaper], *, source: str, day: date, **fetched: Any
    ) -> DayAnswer:
        return cls(
            reading.papers, reading.refusals, reading.notices, source=source, day=day, **fetched
        )
