"""What the index says of public papers and posts: their fields, as readers see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch

from digest.models import Entry, Post
from digest.search.analysis.document import Document, Field
from digest.search.analysis.query import author_keys, tag_key
from digest.search.analysis.words import vocabulary
from papers import kinds
from papers.models import Paper, Section, tags_of
from papers.text import conversion
from papers.text.stored import presentable

TITLE, GIST, WORD, TEXT, ABSTRACT, NAME = 4.0, 3.0, 2.0, 1.2, 1.0, 0.5
"""How much a word in a field says of the whole."""


@dataclass(frozen=True)
class Indexed:
    """What the index stores of one paper or post."""

    pk: int
    day: date
    document: Document
    filters: frozenset[str]
    """Keys for tags and authors."""
    words: frozenset[str]
    """The words of its title, gist, tags and keywords."""


def of_papers(ids: Collection[int]) -> Iterator[Indexed]:
    """Yield the papers among `ids` in posts that readers see, in a constant number of queries."""
    notes: defaultdict[int, list[str]] = defaultdict(list)
    days: dict[int, date] = {}
    entries = Entry.objects.public().filter(paper__in=ids)
    columns = ("paper_id", "post__date", "public_note_html")
    for paper_id, day, note in entries.order_by("pk").values_list(*columns):
        notes[paper_id].append(note)
        days[paper_id] = max(day, days.get(paper_id, day))
    shown = Section.objects.public().only("paper", "kind", "language", "heading", "public_html")
    sections: Any = Prefetch("sections", shown, "public_sections")
    papers = Paper.objects.filter(pk__in=days).prefetch_related(sections, tags_of())
    for paper in papers.order_by("pk"):
        yield _of_paper(paper, days[paper.pk], notes[paper.pk])


def _of_paper(paper: Paper, day: date, notes: Iterable[str]) -> Indexed:
    lines = {row.name for row in kinds.rows() if row.is_line}
    gists = [plain(each.public_html) for each in paper.public_sections if each.kind in lines]
    tags = sorted(tag.name for tag in paper.public_tags)
    fields = [
        Field(paper.arxiv_id, TITLE),
        Field(paper.title_plain, TITLE),
        *(Field(text, GIST) for text in gists),
        *(Field(text, WORD) for text in (*tags, *paper.keywords)),
        *(
            Field(f"{each.heading}\n{plain(each.public_html)}", TEXT)
            for each in paper.public_sections
            if each.kind not in lines
        ),
        *(Field(plain(note), TEXT) for note in notes),
        Field(plain(paper.abstract_html), ABSTRACT),
        *(Field(name, NAME) for name in (*paper.authors, paper.organization)),
    ]
    return Indexed(
        paper.pk,
        day,
        Document.of(fields),
        frozenset({*author_keys(paper.authors), *(tag_key(t.slug) for t in paper.public_tags)}),
        vocabulary([paper.title_plain, *gists, *tags, *paper.keywords]),
    )


def of_posts(ids: Collection[int]) -> Iterator[Indexed]:
    """Yield the published posts among `ids`, in a constant number of queries."""
    posts = Post.objects.published().filter(pk__in=ids).prefetch_related(tags_of())
    for post in posts.order_by("pk"):
        tags = sorted(tag.name for tag in post.public_tags)
        fields = [
            Field(post.public_title, TITLE),
            *(Field(name, WORD) for name in tags),
            Field(plain(post.public_intro_html), TEXT),
        ]
        filters = frozenset(tag_key(tag.slug) for tag in post.public_tags)
        words = vocabulary([post.public_title, *tags])
        yield Indexed(post.pk, post.date, Document.of(fields), filters, words)


def plain(html: str) -> str:
    """Return rendered text as readers see it."""
    return conversion.plain(presentable(html))
