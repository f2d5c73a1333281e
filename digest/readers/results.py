"""What a search found, as a page of one language shows it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from html import unescape
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Prefetch, Q
from django.utils.translation import gettext
from taggit.models import Tag

from digest.models import Entry, Post, published_papers
from digest.readers.summaries import Summary
from digest.search.analysis.marking import Marker, Piece
from digest.search.ranking import Place
from papers.languages import ENGLISH
from papers.models import Paper, Section, tags_of
from papers.text import conversion
from papers.text.stored import presentable

MOST_FACETS = 10
"""Of tags, and of months."""

_TAG = re.compile("<[^>]*>")


@dataclass(frozen=True, slots=True)
class Snippet:
    """The part of a text that shows the words of a query, and where the text stands."""

    place: str
    """The section's name, in the language of the page."""
    language: str
    pieces: list[Piece]


@dataclass(frozen=True, slots=True)
class Result:
    """A paper or a post."""

    row: Paper | Post
    summary: Summary | None
    """Of a paper, in its newest digest."""
    title: list[Piece]
    snippet: Snippet | None

    @property
    def post(self) -> Post:
        """The post itself, or the newest one with the paper."""
        return self.summary.entry.post if self.summary else self.row  # type: ignore[return-value]


def results(places: Sequence[Place], marker: Marker, language: str) -> list[Result]:
    """Return the results at some places that readers may see now, in a constant number of queries.

    The index may have what is public only later, or what was withdrawn a moment ago.
    """
    papers = _papers([place.paper for place in places if place.paper])
    posts = _posts([place.post for place in places if place.post])
    found = []
    for place in places:
        if place.paper in papers:
            found.append(_of_paper(papers[place.paper], marker, language))
        elif place.post in posts:
            found.append(_of_post(posts[place.post], marker))
    return found


def _papers(ids: list[int]) -> dict[int | None, Any]:
    entries = Entry.objects.public().select_related("post").by_post()
    shown = Section.objects.as_shown(reviews=False)
    prefetched: list[Any] = [
        Prefetch("sections", shown, "public_sections"),
        Prefetch("entries", entries, "public_entries"),
        tags_of(),
    ]
    rows: Any = published_papers().filter(pk__in=ids).prefetch_related(*prefetched)
    return {row.pk: row for row in rows if row.public_entries}


def _posts(ids: list[int]) -> dict[int | None, Post]:
    return Post.objects.published().in_bulk(ids)


def _of_paper(paper: Any, marker: Marker, language: str) -> Result:
    entry = paper.public_entries[0]
    entry.paper = paper  # It is this row, with its sections and tags.
    summary = Summary(entry, language)
    texts = [text for text in _texts(summary) if text[-1]]
    rough = [unescape(_TAG.sub(" ", html)) for _, _, html in texts]
    snippet = None
    if texts:
        name, spoken, html = texts[marker.best(rough) or 0]
        snippet = Snippet(name, spoken, marker.snippet(conversion.plain(presentable(html))))
    return Result(paper, summary, marker.pieces(paper.title_plain), snippet)


def _texts(summary: Summary) -> Iterator[tuple[str, str, str]]:
    """Yield name, language and HTML of a paper's texts, in the order in which a reader wants them.

    Its sections in other languages come last: they say the same.
    """
    shown = [*summary.lines, *summary.sections]
    for each in shown:
        yield each.title, each.section.language, each.section.public_html
    yield gettext("Note"), summary.entry.post.language, summary.entry.public_note_html
    yield gettext("Abstract"), ENGLISH, summary.paper.abstract_html
    known = {each.section.pk for each in shown}
    for section in summary.paper.public_sections:
        if section.pk not in known:
            yield section.title, section.language, section.public_html


def _of_post(post: Post, marker: Marker) -> Result:
    intro = conversion.plain(presentable(post.public_intro_html))
    snippet = Snippet(
        str(Post._meta.get_field("intro").verbose_name).capitalize(),
        post.language,
        marker.snippet(intro),
    )
    return Result(post, None, marker.pieces(post.public_title), snippet if intro else None)


@dataclass(frozen=True, slots=True)
class Facet:
    """A way to narrow a search: what it adds to the query, and how many of the results have it."""

    name: str
    added: str
    count: int


def tag_facets(places: Sequence[Place]) -> list[Facet]:
    """Return the tags of some places that not all of them have, the commonest first."""
    types = ContentType.objects.get_for_models(Paper, Post)
    item = "taggit_taggeditem_items"
    of_papers = Q(
        **{
            f"{item}__content_type": types[Paper],
            f"{item}__object_id__in": [place.paper for place in places if place.paper],
        }
    )
    of_posts = Q(
        **{
            f"{item}__content_type": types[Post],
            f"{item}__object_id__in": [place.post for place in places if place.post],
        }
    )
    tags: Any = (
        Tag.objects.filter(of_papers | of_posts)
        .annotate(uses=Count("pk"))
        .filter(uses__lt=len(places))
        .order_by("-uses", "name")
    )
    return [Facet(tag.name, f"tag:{tag.slug}", tag.uses) for tag in tags[:MOST_FACETS]]


def month_facets(places: Iterable[Place]) -> list[tuple[date, Facet]]:
    """Return the months of the results, the newest first, if there is more than one."""
    months = Counter(place.day.replace(day=1) for place in places)
    if len(months) < 2:
        return []
    newest = sorted(months, reverse=True)[:MOST_FACETS]
    return [
        (month, Facet(f"{month:%Y-%m}", f"from:{month:%Y-%m} to:{month:%Y-%m}", months[month]))
        for month in newest
    ]
