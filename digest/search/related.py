"""Papers that are about the same thing: their titles, keywords and abstracts share rare words.

The index queues each paper that it makes anew (`RelationChange`), and a worker relates it. The
papers that it names then are related anew too, so that an older paper leads to what follows it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import exp, log, prod, sqrt
from typing import Any

from django.db import connection, transaction

from digest.models import RelatedPaper, RelationChange, SearchEntry, SearchTerm
from digest.search.analysis.document import EVERY, number, quoted
from digest.search.analysis.query import author_key, author_keys
from digest.search.analysis.terms import whole
from digest.search.analysis.words import STOP_WORDS, Script, words_of
from digest.search.counts import counts_of
from digest.search.entries import plain
from digest.search.score import impact_of
from papers.clock import now
from papers.jobs.locks import one_at_a_time
from papers.models import Paper, tags_of

MOST = 5
"""Related papers of a paper."""
MOST_WORDS = 3
"""Words that a relation gives as its reason."""
BATCH = 10
"""Papers related in one transaction."""

_TERMS = 16  # Terms of a paper that are compared.
_SAID_ONCE = 450  # An impact that says nothing: the word stands once in an abstract.
_COMMON = 0.2  # The part of all entries that may have a term that is compared,
_RARE, _FEW = 0.03, 10  # and that others are looked up by, or so many in a small collection.
_CANDIDATES = 1_000  # Entries that have one of these, at most.
_CLOSEST = 12  # Of these, so many are compared in both directions.
_LEAST = 0.34  # What two papers must share of what each is about,
_LEAST_BESIDE = 0.12  # and without the best word. Two methods may have one name.
_AUTHORS, _TAGS, _NEW = 0.3, 0.1, 0.1  # How much more a paper counts for them.

_SHARED = """
    SELECT paper_id, ARRAY(
        SELECT {impact}
        FROM unnest(%s::int[]) WITH ORDINALITY AS asked (number, place) ORDER BY place
    ) FROM digest_searchentry WHERE keys @@ %s::tsquery AND paper_id <> %s
"""

_ADDRESS = re.compile(r"https?://\S+")
_TOKEN = re.compile(r"[^\s/(){}\[\],;:!?|“”\"]+")
_HYPHEN = re.compile("[-‐‑_]")
_PIECE = re.compile(r"[^\s\-‐‑_]+")
_LETTERS = re.compile("[a-z]{2}")


def refresh_all(most: int) -> Iterator[int]:
    """Relate at most so many of the papers that are due, some in a transaction. Yield how many."""
    done = 0
    while done < most and (count := refresh()):
        done += count
        yield count


@transaction.atomic
def refresh() -> int:
    """Relate the papers that are due the longest. Return how many there were."""
    one_at_a_time("related papers")
    queued = RelationChange.objects.order_by("pk").values_list("paper_id", flat=True)
    due = set(queued[:BATCH])
    changes = list(RelationChange.objects.filter(paper_id__in=due))
    reaching = {change.paper_id for change in changes if change.reaches_others}
    reached: set[int] = set()
    for paper_id in sorted(due):
        others = _relate(paper_id)
        if paper_id in reaching:
            reached |= others
    # Only what was read above: a paper that is queued meanwhile is related again.
    RelationChange.objects.filter(pk__in=[change.pk for change in changes]).delete()
    RelationChange.objects.bulk_create(
        RelationChange(paper_id=pk, reaches_others=False) for pk in sorted(reached - due)
    )
    return len(due)


def _relate(paper_id: int) -> set[int]:
    """Store the relations of a paper if they differ. Return which papers it names or is named by.

    Rows that stay as they are keep the stored page of the paper.
    """
    rows = RelatedPaper.objects.filter(paper=paper_id)
    before = list(rows.order_by("position").values_list("other_id", "words"))
    after = [(each.other, each.words) for each in relations(paper_id)]
    if after != before:
        rows.delete()
        RelatedPaper.objects.bulk_create(
            RelatedPaper(paper_id=paper_id, other_id=other, position=position, words=words)
            for position, (other, words) in enumerate(after, start=1)
        )
    naming = RelatedPaper.objects.filter(other=paper_id).values_list("paper_id", flat=True)
    return {*naming, *(other for other, _ in after)}


@dataclass(frozen=True, slots=True)
class Relation:
    """A paper that is about the same thing, and the rare words of both."""

    other: int
    words: list[str]


@dataclass(frozen=True, slots=True)
class _Word:
    """A word as the paper writes it."""

    text: str
    is_named: bool
    """Whether it stands in the title or the keywords."""


@dataclass(frozen=True, slots=True)
class _Term:
    """A term of a paper."""

    term: str
    number: int
    word: _Word
    having: int
    """How many entries have it."""
    is_rare: bool
    strength: int
    """How much the paper is about it."""
    weight: float
    """The same by how few others are about it."""


@dataclass(frozen=True, slots=True)
class _About:
    """What a paper is about, as the index has it."""

    paper: Any
    day: date
    impacts: Mapping[int, int]
    """The impact of each of its terms, by the term's number."""
    terms: Sequence[_Term]
    """The terms that say most, the best first."""

    def shares(self, impacts: Iterable[int]) -> list[float]:
        """Return what of this paper each term is that has such an impact elsewhere.

        The impacts come in the order of `terms`. All of its own together have 1.
        """
        own = sum(each.weight * each.strength for each in self.terms)
        pairs = zip(self.terms, map(_strength, impacts), strict=True)
        return [each.weight * strength / own for each, strength in pairs]

    def shared_with(self, other: _About) -> list[float]:
        return self.shares(other.impacts.get(each.number, 0) for each in self.terms)


def relations(paper_id: int) -> list[Relation]:
    """Return the papers that are about the same thing as a paper, the nearest first."""
    own = _read([paper_id]).get(paper_id)
    if own is None or not own.terms:
        return []
    others = _read(_closest(own)).values()
    scores = [(_score(own, other), other) for other in others]
    scores.sort(key=lambda pair: (-pair[0], pair[1].paper.pk))
    return [
        Relation(other.paper.pk, _reasons(own, other)) for score, other in scores[:MOST] if score
    ]


def _read(ids: Collection[int]) -> dict[int, _About]:
    """Return what papers are about, by their ids, in a constant number of queries."""
    entries = SearchEntry.objects.filter(paper_id__in=ids).defer("keys", "places", "words")
    columns = ("title_plain", "keywords", "abstract_html", "authors")
    papers = Paper.objects.only(*columns).prefetch_related(tags_of()).in_bulk(ids)
    found = [(papers[each.paper_id], each) for each in entries if each.paper_id in papers]
    words = {paper.pk: _words_of(paper) for paper, _ in found}
    numbers = {number(term) for known in words.values() for term in known}
    counts = {row.number: row for row in SearchTerm.objects.filter(number__in=[EVERY, *numbers])}
    about = {}
    for paper, entry in found:
        impacts = dict(zip(entry.terms, entry.impacts, strict=False))
        terms = _terms(words[paper.pk], impacts, counts)
        best = sorted(terms, key=lambda each: -each.weight)[:_TERMS]
        about[paper.pk] = _About(paper, entry.day, impacts, best)
    return about


def _terms(
    words: Mapping[str, _Word], impacts: Mapping[int, int], counts: Mapping[int, SearchTerm]
) -> Iterator[_Term]:
    """Yield the terms that say something of what a paper is about."""
    every = counts[EVERY].documents if EVERY in counts else 0
    for term, word in words.items():
        count, strength = counts.get(number(term)), _strength(impacts.get(number(term), 0))
        if count and strength and 2 <= (having := count.documents) <= max(_FEW, _COMMON * every):
            # A word such as "portrait" is what a paper is about wherever it stands; one such as
            # "meticulously" nowhere.
            topical = count.at_2 / having
            weight = strength * topical * log(max(1, every / having)) ** 1.5
            is_rare = having <= max(_FEW, _RARE * every)
            if weight > 0:
                yield _Term(term, number(term), word, having, is_rare, strength, weight)


def _strength(impact: int) -> int:
    """Return how much a paper is about a term of an impact."""
    return max(0, impact - _SAID_ONCE)


def _asked(terms: Iterable[_Term]) -> Iterator[str]:
    """Yield the rare terms, until too many entries have one of them."""
    left = _CANDIDATES
    for each in terms:
        if each.is_rare and each.having <= left:
            left -= each.having
            yield each.term


def _words_of(paper: Paper) -> dict[str, _Word]:
    """Return the terms of a paper, each with a word that has it."""
    named, others = [paper.title_plain, *paper.keywords], [plain(paper.abstract_html)]
    return {term: _Word(text, False) for term, text in _words(others).items()} | {
        term: _Word(text, True) for term, text in _words(named).items()
    }


def _words(texts: Iterable[str]) -> dict[str, str]:
    """Return the Latin terms of texts, each with the first word that has it, as it is written.

    A paper has an English title and an abstract. Its Korean texts say the same, and pairs of
    syllables are no words to show.
    """
    words: dict[str, str] = {}
    for text in texts:
        for token in _TOKEN.findall(_ADDRESS.sub(" ", text)):
            token = token.strip(".'’‘*-‐‑_")
            for piece in (*_HYPHEN.split(token), token):
                for word in words_of(piece):
                    if (
                        word.script is Script.LATIN
                        and word.text not in STOP_WORDS
                        and _LETTERS.match(word.text)
                    ):
                        words.setdefault(whole(word), piece)
    return words


def _closest(own: _About) -> list[int]:
    """Return which of the papers with one of its rare terms share most of what a paper is about."""
    asked = " | ".join(map(quoted, _asked(own.terms)))
    numbers = [each.number for each in own.terms]
    impact = impact_of("number", are_in_order=counts_of(()).are_in_order)
    with connection.cursor() as cursor:
        cursor.execute(_SHARED.format(impact=impact), [numbers, asked, own.paper.pk])
        shared = {other: sum(own.shares(impacts)) for other, impacts in cursor.fetchall()}
    return sorted(shared, key=lambda other: (-shared[other], other))[:_CLOSEST]


def _score(own: _About, other: _About) -> float:
    """Return how near two papers are, or 0 if they are not near enough."""
    both = [own.shared_with(other), other.shared_with(own)]
    share = sqrt(prod(map(sum, both)))
    if share < _LEAST or any(sum(shares) - max(shares) < _LEAST_BESIDE for shares in both):
        return 0
    authors = shared_authors(own.paper, other.paper)
    tags = {tag.pk for tag in own.paper.public_tags} & {tag.pk for tag in other.paper.public_tags}
    newness = exp(min(0, (other.day - now().date()).days) / 365)
    return share * (1 + _AUTHORS * bool(authors) + _TAGS * bool(tags) + _NEW * newness)


def _reasons(own: _About, other: _About) -> list[str]:
    """Return the words of a relation: a keyword of both stands for its words, and a word with a
    hyphen for its parts. What is named in the title or the keywords comes earlier.
    """
    theirs = {keyword.casefold() for keyword in other.paper.keywords}
    common = [keyword for keyword in own.paper.keywords if keyword.casefold() in theirs]
    shared = [pair for pair in zip(own.shared_with(other), own.terms, strict=True) if pair[0] > 0]
    shared.sort(key=lambda pair: -pair[0] * (2 if pair[1].word.is_named else 1))
    chosen: dict[frozenset[str], str] = {}
    for _, each in shared:
        of_term = (keyword for keyword in common if each.term in _words([keyword]))
        word = next(of_term, each.word.text)
        chosen.setdefault(frozenset(_PIECE.findall(word.casefold())), word)
    words = [word for one, word in chosen.items() if not any(one < more for more in chosen)]
    return words[:MOST_WORDS]


def shared_authors(paper: Paper, other: Paper) -> list[str]:
    """Return the authors of a paper who are the other's too, by their whole names."""
    theirs = author_keys(other.authors)
    return [name for name in paper.authors if author_key(f'"{name}"') in theirs]
