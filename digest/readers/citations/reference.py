"""What a citation of a paper says, whatever its format."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date

from papers import arxiv_id
from papers.editing.form_fields import MAX_LINE
from papers.models import Paper
from papers.text.cleaning import fold

NAMED = 8  # The authors that a line of text names.


@dataclass(frozen=True, slots=True)
class Reference:
    """A paper as a list of references has it. Every text of it is one plain line."""

    arxiv_id: str
    title: str
    authors: tuple[str, ...]
    day: date | None
    """The day on which it came to arXiv, in arXiv's own zone; None if that is not known."""
    category: str

    @classmethod
    def of(cls, paper: Paper) -> Reference:
        at = paper.arxiv_published_at
        return cls(
            arxiv_id=paper.arxiv_id,
            title=fold(paper.title_plain),
            authors=tuple(filter(None, map(_name, paper.authors))),
            day=at.astimezone(UTC).date() if at else None,
            category=fold(paper.categories[0]) if paper.categories else "",
        )

    @property
    def month(self) -> date:
        """The first day of its month, which its id tells too."""
        return self.day.replace(day=1) if self.day else arxiv_id.month_of(self.arxiv_id)

    @property
    def iso_date(self) -> str:
        """Its day, or its month if the day is not known: "2025-10-07", "2025-10"."""
        return self.day.isoformat() if self.day else f"{self.month:%Y-%m}"

    @property
    def url(self) -> str:
        return arxiv_id.abs_url(self.arxiv_id)

    @property
    def pdf_url(self) -> str:
        return arxiv_id.pdf_url(self.arxiv_id)

    @property
    def doi(self) -> str:
        return arxiv_id.doi_of(self.arxiv_id)

    @property
    def key(self) -> str:
        """Its name in a file of references. Only the id never changes, and it is never twice."""
        return f"arXiv:{self.arxiv_id}"

    @property
    def line(self) -> str:
        """The citation as one line of text."""
        names = ", ".join(self.authors[:NAMED]) + (" et al." if self.authors[NAMED:] else "")
        title = self.title if self.title.endswith((".", "?", "!")) else f"{self.title}."
        parts = (names and names.removesuffix(".") + ".", f"“{title}”")
        cited = f"arXiv:{self.arxiv_id}, {self.month.year}. {self.url}"
        return " ".join(filter(None, (*parts, cited)))


def _name(author: str) -> str:
    """Return an author's name, cut to the length that forms allow."""
    return fold(author)[:MAX_LINE].strip()
