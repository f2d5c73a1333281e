"""What somebody typed into the search box, read as words, phrases and filters."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from unicodedata import normalize

from digest.search.analysis import hangul
from digest.search.analysis.conditions import Condition, all_of, any_of, leaves
from digest.search.analysis.document import quoted
from digest.search.analysis.terms import exactly, of_word, parts, whole, width
from digest.search.analysis.words import STOP_WORDS, Script, Word, words_of
from papers import arxiv_id
from papers.text.cleaning import fold

MOST_WORDS = 12
LONGEST = 300
"""Characters of a query that are read."""
LONGEST_NAME = 200
"""Characters of an author's name that count."""
MOST_FILTERS = 3
"""Filters of one kind that are read."""
OF_FORM = 0.3
"""What it counts that a word stands in the very form that was typed."""
OF_ENDINGS = 0.3
"""What a pair of syllables counts that only belongs to a word if its particles do."""

_TOKEN = re.compile(
    r'(?:(?P<name>tag|author|from|to):\s*)?(?:"(?P<quoted>[^"]*)"?|(?P<word>\S+))', re.IGNORECASE
)
_TYPED = str.maketrans("“”„‟«»＂：", '"' * 7 + ":")
_AROUND_AN_ID = "\"'()[]{}<>.,;:"
_DATE = re.compile(r"(\d{4})(?:[-./](\d{1,2})(?:[-./](\d{1,2}))?)?\.?")


@dataclass(frozen=True, slots=True)
class Asked:
    """A word that a document must have."""

    typed: str
    condition: Condition
    scores: Mapping[str, float]
    """The terms that a document is ranked by, and how much each counts."""
    forms: tuple[str, ...]
    """What to mark in a text: the forms of the word, the longest first."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that must stand together, in this order."""

    words: tuple[Asked, ...]
    together: str
    """The condition as a tsquery over the places of terms."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A filter that cannot be read, as it was typed."""

    name: str
    typed: str


@dataclass(slots=True)
class Query:
    """All that a search asks for."""

    words: list[Asked] = field(default_factory=list)
    phrases: list[Phrase] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    first: date | None = None
    last: date | None = None
    arxiv_id: str = ""
    """What the whole query is, if it is the id of a paper in any spelling."""
    refused: list[Refused] = field(default_factory=list)
    is_cut: bool = False
    """Whether words were left out because there are too many."""

    @property
    def asked(self) -> list[Asked]:
        """All words, those of phrases too."""
        return [*self.words, *(word for phrase in self.phrases for word in phrase.words)]

    @property
    def terms(self) -> set[str]:
        """The terms of all words, those that only count for the rank too."""
        return {term for word in self.asked for term in (*word.scores, *leaves(word.condition))}

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for."""
        return not (self.asked or self.is_filtered or self.arxiv_id)

    @property
    def is_filtered(self) -> bool:
        return bool(self.tags or self.authors or self.first or self.last)

    @property
    def keys(self) -> list[Condition]:
        """The conditions of the filters that are keys of documents. Tags are slugs by then."""
        return [*map(author_key, self.authors), *map(tag_key, self.tags)]


def parse(text: str) -> Query:
    """Return what a text asks for. It never fails: what it cannot read is `refused`."""
    query = Query(is_cut=len(text) > LONGEST)
    text = fold(text[:LONGEST].translate(_TYPED))
    query.arxiv_id = _id_of(text)
    for token in _TOKEN.finditer(text):
        value = token["quoted"] if token["quoted"] is not None else token["word"]
        if token["name"]:
            _filter(query, token["name"].lower(), value, exact=token["quoted"] is not None)
        elif token["quoted"] is not None:
            _phrase(query, value)
        else:
            query.words += _asked(words_of(_id_of(value) or value))
    _cut(query)
    return query


def _cut(query: Query) -> None:
    """Leave out what is too much, and what was said before."""
    query.words = list({word.condition: word for word in query.words}.values())
    query.is_cut |= len(query.asked) > MOST_WORDS
    while query.phrases and sum(len(phrase.words) for phrase in query.phrases) > MOST_WORDS:
        query.phrases.pop()
    del query.words[max(0, MOST_WORDS - (len(query.asked) - len(query.words))) :]
    for filters in (query.tags, query.authors):
        query.is_cut |= len(filters) > MOST_FILTERS
        del filters[MOST_FILTERS:]


def _id_of(text: str) -> str:
    """Return the id that a text is a spelling of, else "". A page of ours is one too."""
    text = normalize("NFKC", text).strip(_AROUND_AN_ID)
    for spelling in (text, text.rpartition("/papers/")[2].strip("/")):
        with suppress(arxiv_id.InvalidArxivId):
            return arxiv_id.parse(spelling)
    return ""


def _filter(query: Query, name: str, value: str, *, exact: bool) -> None:
    if name == "tag" and value.strip():
        query.tags.append(value.strip())
    elif name == "author" and list(words_of(value)):
        query.authors.append(f'"{value}"' if exact else value)
    elif name in ("from", "to") and (days := days_of(value)):
        if name == "from":
            query.first = max(filter(None, (query.first, days[0])))
        else:
            query.last = min(filter(None, (query.last, days[1])))
    else:
        query.refused.append(Refused(name, value))


def days_of(text: str) -> tuple[date, date] | None:
    """Return the first and the last day of a year, a month or a day: 2025, 2025-10, 2025-10-08."""
    found = _DATE.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day = (int(part or 0) for part in found.groups())
    try:
        first = date(year, month or 1, day or 1)
        last = date(year, month or 12, day or monthrange(year, month or 12)[1])
    except ValueError:
        return None
    return first, last


def _asked(words: Iterable[Word]) -> Iterator[Asked]:
    """Yield what each word asks for. Stop words ask for nothing."""
    for word in words:
        if word.script is Script.HANGUL:
            yield _hangul(word.text)
        elif word.text not in STOP_WORDS:
            yield _other(word)


def _other(word: Word) -> Asked:
    term, of_parts = whole(word), [part for part, _ in parts(word)]
    as_written = {exactly(word): OF_FORM} if word.script is Script.LATIN else {}
    condition = any_of([term, all_of(of_parts)]) if of_parts else term
    scores = {term: 1.0} | dict.fromkeys(of_parts, 1 / max(1, len(of_parts))) | as_written
    return Asked(word.text, condition, scores, (word.text, *word.parts))


def _hangul(run: str) -> Asked:
    syllable = hangul.alone(run)
    readings = hangul.readings(run)
    stem = readings[-1] if readings else ""
    certain = set(hangul.pairs(stem))
    scores = {pair: 1.0 if pair in certain else OF_ENDINGS for pair in hangul.pairs(run)}
    conditions: list[Condition] = [_cover(reading) for reading in readings]
    if len(stem) == 2:  # Each longer reading has its pair too.
        conditions = [stem]
    if syllable:
        term = syllable + hangul.ALONE
        conditions.append(term)
        scores[term] = 1.0
    # The ends of a compound, whose parts may stand apart.
    ends = [stem[:2], stem[-2:]] if len(stem) > 3 else []
    forms = (*readings, *ends, *([syllable] if syllable else []))
    return Asked(run, any_of(conditions), scores, forms)


def _cover(word: str) -> Condition:
    """Return the condition that each syllable lies in a pair that is there.

    So 강화학습 finds 강화 학습, which lacks the pair 화학.
    """
    pairs = hangul.pairs(word)
    middle = [any_of(two) for two in pairwise(pairs)][1:-1] if len(pairs) > 2 else []
    return all_of([pairs[0], pairs[-1], *middle])


def _phrase(query: Query, text: str) -> None:
    words = list(words_of(text))
    query.is_cut |= len(words) > MOST_WORDS
    asked = tuple(_asked(words[:MOST_WORDS]))
    if len(words) < 2 or not asked:
        query.words += asked
        return
    query.phrases.append(Phrase(asked, _together(words[:MOST_WORDS])))


def _together(words: list[Word]) -> str:
    """Return the words one after the other as a tsquery. The last may have a particle more."""
    placed: list[tuple[str, int]] = []
    at = 0
    for word in words:
        placed += [(term, at + offset) for term, offset in _of_phrase(word, word is words[-1])]
        at += width(word)
    first, *others = placed or [("", 0)]
    said, last = quoted(first[0]), first[1]
    for term, place in others:
        said += f" <{place - last}> {quoted(term)}"
        last = place
    return said


def _of_phrase(word: Word, is_last: bool) -> list[tuple[str, int]]:
    if word.script is not Script.HANGUL:
        return [] if word.text in STOP_WORDS else parts(word) or [(whole(word), 0)]
    if len(word.text) == 1:
        return of_word(word)
    run = hangul.readings(word.text)[-1] if is_last else word.text
    return [(pair, at) for at, pair in enumerate(hangul.pairs(run))]


AUTHOR, AUTHOR_NAME, TAG = "@", "@=", "#"
"""What keys begin with: of a word of an author's name, of a whole name, of a tag."""


def tag_key(slug: str) -> str:
    """Return the key of a tag."""
    return TAG + slug


def author_keys(names: Iterable[str]) -> set[str]:
    """Return the keys of a paper's authors."""
    keys: set[str] = set()
    for name in names:
        words = _words_of_name(name)
        keys.update(AUTHOR + word for word in words)
        keys.add(_name_key(words))
    return keys


def _words_of_name(name: str) -> list[str]:
    return [word.text for word in words_of(name)]


def _name_key(words: Iterable[str]) -> str:
    return AUTHOR_NAME + " ".join(words)[:LONGEST_NAME]


def author_key(name: str) -> Condition:
    """Return the condition for an author: the whole name if it is in quotes, else its words."""
    words = _words_of_name(name.strip('"'))
    if name.startswith('"'):
        return _name_key(words)
    return all_of(AUTHOR + word for word in words)
