"""Related papers, as a paper's page shows them: each with what the two have in common."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.utils.safestring import SafeString
from taggit.models import Tag

from digest.models import Entry, RelatedPaper
from digest.readers import pages
from digest.readers.pages import Kind
from digest.readers.stored import title_html
from digest.readers.summaries import SHOWN_AUTHORS, and_more
from digest.search.related import MOST, MOST_WORDS, shared_authors
from papers.editing.form_fields import MAX_LINE
from papers.models import Paper, tags_of


@dataclass(frozen=True, slots=True)
class Related:
    paper: Paper
    day: date
    """The date of the newest digest with the paper."""
    tags: list[Tag]
    """The tags of both papers."""
    authors: list[str]
    """The first authors that both papers have."""
    more_authors: int
    words: list[str]
    """The rare words of both papers."""

    @property
    def others(self) -> str:
        """How many more authors both have, in words, or "" if there are none."""
        return and_more(self.more_authors)

    @property
    def title(self) -> SafeString:
        return title_html(self.paper)


def related_to(paper: Paper) -> list[Related]:
    """Return the related papers that readers may see now, in a constant number of queries.

    The paper needs its `public_tags`.
    """
    entries = Entry.objects.public().select_related("post").by_post()
    rows = RelatedPaper.objects.filter(paper=paper).select_related("other").order_by("position")
    shown: Any = rows.prefetch_related(
        Prefetch("other__entries", entries, "public_entries"), tags_of("other__")
    )[:MOST]
    pages.tell(Kind.RELATED, paper.pk)
    return list(_related(paper, shown))


def _related(paper: Any, rows: Any) -> Iterator[Related]:
    tags = {tag.pk for tag in paper.public_tags}
    for row in rows:
        # Also of those that are not public: their pages may return.
        pages.tell(Kind.PAPER, row.other_id)
        pages.tell(Kind.RECORD, row.other_id)
        if row.other.public_entries:
            authors = [name[:MAX_LINE] for name in shared_authors(paper, row.other)]
            yield Related(
                row.other,
                row.other.public_entries[0].post.date,
                [tag for tag in row.other.public_tags if tag.pk in tags],
                authors[:SHOWN_AUTHORS],
                len(authors[SHOWN_AUTHORS:]),
                [word[:MAX_LINE] for word in row.words[:MOST_WORDS]],
            )
