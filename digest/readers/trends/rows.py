"""What trends are counted from. Each function tells the keys of the rows that it reads.

What is public: what sources listed, as they said it, in numbers, and our published papers. So a
keyword that an editor changed does not count, a tag counts on published papers only, and only these
are named. The ledger shows readers the same numbers of listed papers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import (
    Aggregate,
    CharField,
    DateField,
    F,
    FloatField,
    Func,
    Max,
    Q,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Coalesce, TruncWeek
from taggit.models import Tag

from digest import ledger
from digest.models import Entry, Post, TagAlias, published_papers
from digest.readers import pages
from digest.readers.pages import Kind
from digest.readers.tags import used_tags
from digest.readers.trends.series import ALL, LEAST, WEEK, Span, monday_of
from papers.clock import end_of, now
from papers.models import Listing, Origin, Source
from papers.sources.fields import EARLIEST

_DAY = timedelta(days=1)

# A paper counts once for a topic, in the first week of those asked for, whoever names it, however
# often it is listed. A tag's name is compared once, not for each of its papers.
_COUNTED = """
    WITH found (paper, week, name, is_tag) AS MATERIALIZED ({rows}), tags (name, topic) AS (
        SELECT name, (papers_topics(ARRAY[name]))[1]
        FROM (SELECT DISTINCT name FROM found WHERE is_tag) AS named
    )
    SELECT topic, array_agg(week), array_agg(papers) FROM (
        SELECT topic, week, count(*) AS papers FROM (
            SELECT topic, paper, min(week) AS week FROM (
                SELECT topic, paper, week FROM found JOIN tags USING (name) WHERE is_tag
                UNION ALL SELECT name, paper, week FROM found WHERE NOT is_tag
            ) AS named GROUP BY topic, paper
        ) AS once GROUP BY topic, week
    ) AS counted GROUP BY topic HAVING sum(papers) >= %s OR topic = %s
"""
_NAMED = """
    SELECT topic, mode() WITHIN GROUP (ORDER BY name)
    FROM ({rows}) AS rows (topic, name) WHERE topic = ANY(%s) GROUP BY topic
"""


class Median(Aggregate):
    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


@dataclass(frozen=True, slots=True)
class Name:
    """What a topic is called: a tag's name, else the spelling that is used most."""

    name: str
    tag: Tag | None = None


def newest_week() -> date | None:
    """Return the Monday of the newest week that is over and has papers, or None if none has.

    Time alone changes it once the present week is over. A page without papers is not stored.
    """
    present = monday_of(now().date())
    pages.tell_until(end_of(present + WEEK - _DAY))
    # No day before arXiv began lists papers, and an editor's slip must not reach before all dates.
    over = (EARLIEST.date(), present - _DAY)
    listed = _listed(Q(day__range=over)).aggregate(newest=Max("day"))
    posted = Post.objects.published().filter(date__range=over).aggregate(newest=Max("date"))
    newest = max(filter(None, (listed["newest"], posted["newest"])), default=None)
    if newest is None:
        pages.tell_unstored()
        return None
    week = monday_of(newest)
    _tell(Span((present - week).days // 7, present - WEEK))
    return week


def counted(span: Span, topic: str | None = None, least: int = LEAST) -> dict[str, dict[date, int]]:
    """Return how many papers of each week a topic has, of a span and the one before.

    Without a `topic` these are all that `least` papers have, and ALL: the papers that have any. A
    source knows no keywords of some weeks, and shares of their papers would rise by that alone. It
    is one query.
    """
    _tell(span)
    _tell(span.before)
    pages.tell(Kind.TAGS)
    days = (span.before.first, span.last)
    listed, public = _listed(Q(day__range=days)), _public(days)
    if topic is None:
        parts = [
            _rows(_keywords(listed), _each("paper__topics"), "day"),
            _rows(public, F("paper__tags__name"), "post__date", is_tag=True),
            _rows(_keywords(listed).exclude(paper__topics=[]), Value(ALL), "day"),
            _rows(public.exclude(paper__tags=None), Value(ALL), "post__date"),
        ]
    else:
        parts = [
            _rows(_about(listed, topic), Value(topic), "day"),
            _rows(_tagged(public, topic), Value(topic), "post__date"),
        ]
    rows = parts[0].union(*parts[1:], all=True)
    found = _query(_COUNTED, rows, least, ALL)
    return {slug: dict(zip(weeks, papers, strict=True)) for slug, weeks, papers in found if weeks}


def spelled(text: str) -> str:
    """Return the topic that a text names, as PostgreSQL compares spellings."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT (papers_topics(ARRAY[%s]))[1]", [text])
        return cursor.fetchone()[0]


def called_now(topic: str) -> str:
    """Return the topic of the tag that was called so before it was renamed or merged, or ""."""
    before = TagAlias.objects.annotate(
        of_name=_of_tag("name"), of_slug=_of_tag(Coalesce("slug", Value("")))
    ).filter(Q(of_name=topic) | Q(of_slug=topic))
    tag = used_tags().filter(pk__in=before.values("tag")).annotate(topic=_of_tag("name")).first()
    return tag.topic if tag and tag.topic != topic else ""


def names(topics: Collection[str], span: Span) -> dict[str, Name]:
    """Return what topics are called, in two queries."""
    days = (span.before.first, span.last)
    wanted = list(topics)
    rows = (
        _keywords(_listed(Q(day__range=days)))
        .filter(paper__topics__overlap=wanted)
        .values_list(_each("paper__topics"), _each("paper__keywords"))
    )
    found = {topic: Name(name) for topic, name in _query(_NAMED, rows, wanted)}
    tags = used_tags().annotate(topic=_of_tag("name")).filter(topic__in=wanted)
    # Two tags may be one topic: the one that is used most gives the name.
    return found | {tag.topic: Name(tag.name, tag) for tag in reversed(tags)}


def days(span: Span) -> Sequence[ledger.Count]:
    """Return the papers of each day."""
    return ledger.counts(span.first, span.last)


def votes(span: Span) -> dict[date, float]:
    """Return, by week, the median of the votes that listed papers had."""
    rows = _listed(Q(day__range=(span.first, span.last), upvotes__isnull=False))
    weekly = rows.annotate(week=_week("day")).values("week").annotate(median=Median("upvotes"))
    return dict(weekly.values_list("week", "median"))


def most_voted(span: Span, most: int) -> list[Listing]:
    """Return the published papers with the most votes, with their papers.

    A digest of any date may publish one.
    """
    pages.tell(Kind.PAPERS)
    listed = _listed(Q(day__range=(span.first, span.last), upvotes__isnull=False))
    rows = listed.filter(paper__in=published_papers()).select_related("paper")
    # A paper may be listed more than once.
    found: dict[int, Listing] = {}
    for each in rows.order_by("-upvotes", "-day", "paper_id")[: 3 * most]:
        found.setdefault(each.paper_id, each)
    for paper in found:
        pages.tell(Kind.PAPER, paper)
    return list(found.values())[:most]


def newest_about(topic: str, span: Span, most: int) -> list[Entry]:
    """Return the places of a topic's newest published papers of a span, with their papers."""
    within = (span.first, span.last)
    listed = _about(_listed(Q(day__range=within)), topic)
    public = _public(within)
    about = Q(paper__in=listed.values("paper")) | Q(pk__in=_tagged(public, topic).values("pk"))
    # Not in the order of each post: the page would change with it, and its keys do not.
    rows = public.filter(about).select_related("paper", "post").order_by("post", "id")
    found: dict[int, Entry] = {}
    for entry in rows[: 3 * most]:
        found.setdefault(entry.paper_id, entry)
    for paper in found:
        pages.tell(Kind.PAPER, paper)
    return list(found.values())[:most]


def _tell(span: Span) -> None:
    pages.tell(Kind.WEEK, *map(date.isoformat, span.mondays))


def _listed(which: Q) -> QuerySet[Listing]:
    """Return what people listed, without what came by an editor's hand.

    arXiv announces all papers of a category, whatever people think of them.
    """
    others = Q(source__in=[Source.EDITOR, Source.JEKYLL, Source.ARXIV_NEW])
    return Listing.objects.filter(which & ~others).order_by()


def _keywords(listed: QuerySet[Listing]) -> QuerySet[Listing]:
    """Leave out papers whose keywords are an editor's."""
    return listed.exclude(paper__origins__contains={"keywords": Origin.EDITOR})


def _about(listed: QuerySet[Listing], topic: str) -> QuerySet[Listing]:
    return _keywords(listed).filter(paper__topics__contains=[topic])


def _public(within: tuple[date, date]) -> Any:
    return Entry.objects.public().filter(post__date__range=within)


def _tagged(public: Any, topic: str) -> Any:
    tags = Tag.objects.annotate(topic=_of_tag("name")).filter(topic=topic)
    return public.filter(paper__tags__in=tags)


def _rows(rows: Any, name: Any, day: str, *, is_tag: bool = False) -> Any:
    """Return (paper, week, topic or name of a tag, whether it is a tag) of rows."""
    return rows.order_by().values_list(
        "paper_id", _week(day), Cast(name, TextField()), Value(is_tag)
    )


def _week(day: str) -> Cast:
    return Cast(TruncWeek(day), DateField())


def _each(texts: str) -> Func:
    return Func(F(texts), function="unnest", output_field=TextField())


def _of_tag(name: str | Coalesce) -> Func:
    template = "(%(function)s(ARRAY[(%(expressions)s)::text]))[1]"
    return Func(name, function="papers_topics", template=template, output_field=CharField())


def _query(sql: str, rows: Any, *values: Any) -> Iterable[tuple[Any, ...]]:
    """Ask a question about the rows of a queryset that Django has no words for."""
    inner, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(sql.format(rows=inner), [*params, *values])
        return cursor.fetchall()
