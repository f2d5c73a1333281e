"""The index: it follows what readers see.

Triggers queue what changed (`SearchChange`). Publishing works its own changes off in its own
transaction; a worker works off the others, such as a new tag, within a minute.
"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any, Literal

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from digest.models import (
    Entry,
    Post,
    RelationChange,
    SearchChange,
    SearchEntry,
    SearchTerm,
    SearchWord,
)
from digest.models.search import TRANSACTION
from digest.search import entries
from digest.search.analysis.document import EVERY, FIRST, LEVELS, level_of, quoted, vector
from digest.search.counts import counts_of
from digest.search.entries import Indexed
from papers.clock import now
from papers.jobs.locks import one_at_a_time

logger = logging.getLogger(__name__)

RECENT = timedelta(days=2)
"""A post that came due longer ago and has no entry cannot be indexed."""
BATCH = 100
"""Papers and posts indexed in one transaction."""

Of = Literal["paper", "post"]
MAKERS: dict[Of, Callable[[list[int]], Iterator[Indexed]]] = {
    "paper": entries.of_papers,
    "post": entries.of_posts,
}
_WRITE = """
    INSERT INTO digest_searchentry ({of}_id, day, terms, impacts, keys, places, words)
    VALUES (%s, %s, %s, %s, %s::tsvector, %s::tsvector, %s)
    ON CONFLICT ({of}_id) DO UPDATE SET day = excluded.day, terms = excluded.terms,
        impacts = excluded.impacts, keys = excluded.keys, places = excluded.places,
        words = excluded.words
"""
_ADD = """
    INSERT INTO digest_searchterm AS known (number, documents, at_2, at_3, at_4, at_5)
    SELECT * FROM unnest(%s::int[], %s::int[], %s::int[], %s::int[], %s::int[], %s::int[])
    ON CONFLICT (number) DO UPDATE SET
        documents = known.documents + excluded.documents, at_2 = known.at_2 + excluded.at_2,
        at_3 = known.at_3 + excluded.at_3, at_4 = known.at_4 + excluded.at_4,
        at_5 = known.at_5 + excluded.at_5
"""
_ADD_WORDS = """
    INSERT INTO digest_searchword AS known (word, documents)
    SELECT * FROM unnest(%s::text[], %s::int[])
    ON CONFLICT (word) DO UPDATE SET documents = known.documents + excluded.documents
"""
_COUNT_TERMS = """
    INSERT INTO digest_searchterm (number, documents, at_2, at_3, at_4, at_5)
    SELECT term, count(*), count(*) FILTER (WHERE impact >= %s),
        count(*) FILTER (WHERE impact >= %s), count(*) FILTER (WHERE impact >= %s),
        count(*) FILTER (WHERE impact >= %s)
    FROM digest_searchentry, unnest(terms, impacts) AS each (term, impact) GROUP BY term
    UNION ALL SELECT %s, count(*), 0, 0, 0, 0 FROM digest_searchentry HAVING count(*) > 0
"""
_COUNT_WORDS = """
    INSERT INTO digest_searchword (word, documents)
    SELECT word, count(*) FROM digest_searchentry, unnest(words) AS word GROUP BY word
"""


@transaction.atomic
def refresh(most: int = BATCH) -> int:
    """Work off at most so many queued changes, the oldest first. Return how many there were."""
    return _work_off(SearchChange.objects.order_by("pk")[:most])


@transaction.atomic
def refresh_own() -> int:
    """Work off what the current transaction itself changed. Return how many changes there were.

    A transaction calls it last: it may wait for another one that does the same.
    """
    return _work_off(SearchChange.objects.filter(transaction=TRANSACTION))


def refresh_all() -> Iterator[int]:
    """Work off all that is queued, a batch in a transaction. Yield how many changes each had."""
    while done := refresh():
        yield done


def queue_what_came_due() -> None:
    """Queue the posts, with their papers, that were made public for a time that has come now."""
    lately = Post.objects.published().filter(published_at__gte=now() - RECENT)
    without = lately.filter(~Exists(SearchEntry.objects.filter(post_id=OuterRef("pk"))))
    posts = list(without.values_list("pk", flat=True))
    papers = Entry.objects.filter(post__in=posts, public_position__isnull=False)
    changes = [SearchChange(post_id=pk) for pk in posts]
    changes += [SearchChange(paper_id=pk) for pk in papers.values_list("paper", flat=True)]
    SearchChange.objects.bulk_create(changes)


def queue_what_has_no_order() -> None:
    """Queue the entries that the release before wrote, whose terms are in another order."""
    if counts_of(()).are_in_order:
        return
    # The first of no terms is NULL, of which neither "=" nor "<>" is true.
    old = SearchEntry.objects.exclude(terms__contains=[FIRST]).values_list("paper_id", "post_id")
    changes = [SearchChange(paper_id=paper, post_id=post) for paper, post in old]
    SearchChange.objects.bulk_create(changes)


def queue_all() -> int:
    """Queue all that is public or indexed. Return how many papers and posts these are."""
    known = SearchEntry.objects.all()
    public = Entry.objects.public()
    papers = {*public.values_list("paper", flat=True), *known.values_list("paper_id", flat=True)}
    posts = {
        *Post.objects.published().values_list("pk", flat=True),
        *known.values_list("post_id", flat=True),
    }
    changes = [SearchChange(paper_id=pk) for pk in papers - {None}]
    changes += [SearchChange(post_id=pk) for pk in posts - {None}]
    return len(SearchChange.objects.bulk_create(changes))


def _work_off(queued: QuerySet[SearchChange]) -> int:
    # The later one must read the later rows, so one waits for the other.
    one_at_a_time("search index")
    changes = list(queued)
    for of in MAKERS:
        ids = sorted({getattr(change, f"{of}_id") for change in changes} - {None})
        for at in range(0, len(ids), BATCH):
            _make_or_skip(of, ids[at : at + BATCH])
    SearchChange.objects.filter(pk__in=[change.pk for change in changes]).delete()
    return len(changes)


def _make_or_skip(of: Of, ids: Sequence[int]) -> None:
    """Make some entries. What cannot be indexed is logged, and holds up neither others nor a post.

    It stays as it was indexed before, but for the order of its terms.
    """
    try:
        with transaction.atomic():
            make_entries(of, ids)
    except Exception:
        if len(ids) == 1:
            logger.exception("The %s %s cannot be indexed for search", of, ids[0])
            _put_in_order(SearchEntry.objects.filter(**{f"{of}_id": ids[0]}))
            return
        for each in ids:
            _make_or_skip(of, [each])


def _put_in_order(found: QuerySet[SearchEntry]) -> None:
    """Put the terms of entries in order. Else one is queued for ever, and slows all searches."""
    for entry in found.exclude(terms__contains=[FIRST]).only("terms", "impacts"):
        counts = Tally()
        counts.add(-1, entry.terms, entry.impacts, ())
        pairs = zip(entry.terms, entry.impacts, strict=False)
        impacts = {FIRST: 0} | {term: impact for term, impact in pairs if term is not None}
        entry.terms = sorted(impacts)
        entry.impacts = [impacts[term] for term in entry.terms]
        entry.save(update_fields=["terms", "impacts"])
        counts.add(1, entry.terms, entry.impacts, ())
        counts.store()


def make_entries(of: Of, ids: Sequence[int]) -> None:
    """Make the entries of some papers or posts as readers see them now."""
    made = list(MAKERS[of](list(ids)))
    known = SearchEntry.objects.filter(**{f"{of}_id__in": ids})
    counts = Tally()
    for terms, impacts, words in known.values_list("terms", "impacts", "words"):
        counts.add(-1, terms, impacts, words)
    known.exclude(**{f"{of}_id__in": [each.pk for each in made]}).delete()
    for each in made:
        document = each.document
        counts.add(1, document.terms, document.impacts, each.words)
    with connection.cursor() as cursor:
        cursor.executemany(_WRITE.format(of=of), [_row(each) for each in made])
    counts.store()
    if of == "paper":
        due = [RelationChange(paper_id=pk, reaches_others=True) for pk in ids]
        RelationChange.objects.bulk_create(due)


def _row(each: Indexed) -> tuple[Any, ...]:
    document = each.document
    keys = " ".join(map(quoted, (*document.keys, *each.filters)))
    places = vector(document.places)
    return (
        each.pk,
        each.day,
        document.terms,
        document.impacts,
        keys,
        places,
        sorted(each.words),
    )


class Tally:
    """How the numbers of entries of terms and words change."""

    def __init__(self) -> None:
        self.terms: defaultdict[int, list[int]] = defaultdict(lambda: [0] * len(LEVELS))
        self.words: Counter[str] = Counter()

    def add(
        self, sign: int, terms: Iterable[int], impacts: Iterable[int], words: Iterable[str]
    ) -> None:
        """Count an entry in, or with a `sign` of -1 out."""
        self.terms[EVERY][0] += sign
        for term, impact in zip(terms, impacts, strict=False):  # As far as a damaged row goes.
            if term is None or impact is None:
                continue
            counts = self.terms[term]
            counts[0] += sign
            for at in range(1, level_of(impact)):
                counts[at] += sign
        for word in words:
            self.words[word] += sign

    def store(self) -> None:
        """Add the changes to the tables, in the order of the keys, so that nobody deadlocks."""
        terms = sorted((term, counts) for term, counts in self.terms.items() if any(counts))
        words = sorted((word, count) for word, count in self.words.items() if count)
        with connection.cursor() as cursor:
            if terms:
                columns = zip(*(counts for _, counts in terms), strict=True)
                numbers = [term for term, _ in terms]
                cursor.execute(_ADD, [numbers, *map(list, columns)])
                SearchTerm.objects.filter(number__in=numbers, documents__lte=0).delete()
            if words:
                names = [word for word, _ in words]
                cursor.execute(_ADD_WORDS, [names, [count for _, count in words]])
                SearchWord.objects.filter(word__in=names, documents__lte=0).delete()


@transaction.atomic
def count_anew() -> None:
    """Count the terms and words of all entries, in case a count went wrong."""
    one_at_a_time("search index")
    SearchTerm.objects.all().delete()
    SearchWord.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_TERMS, [*LEVELS[1:], EVERY])
        cursor.execute(_COUNT_WORDS)
