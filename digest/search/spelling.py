"""Another spelling for words that no public paper or post has."""

from __future__ import annotations

import re
import unicodedata

from rapidfuzz import fuzz, process

from digest.models import SearchWord
from digest.search.analysis.conditions import fewest
from digest.search.analysis.query import Query
from digest.search.counts import counts_of

LEAST_ALIKE = 72
"""How alike two words must be, of 100 (`rapidfuzz.fuzz.ratio`)."""
MOST_WORDS = 3
"""Words of a query that get another spelling."""
_MOST = 20_000  # Words of a length that are compared at most: the commonest.
_HANGUL = re.compile("[가-힣]+")


def suggestion(text: str, query: Query) -> str:
    """Return the text with known words in place of unknown ones, or "" if that changes nothing.

    The words are those of titles, gists, tags and keywords. Whether something is found by the
    result is for the caller to see.
    """
    counts = counts_of(query.terms)
    unknown = [word.typed for word in query.words if not fewest(word.condition, counts.of)]
    said = text
    for word in unknown[:MOST_WORDS]:
        if found := _nearest(word):
            said = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", found, said, flags=re.IGNORECASE)
    return said if said.casefold() != text.casefold() else ""


def _nearest(word: str) -> str:
    """Return the known word that a word is most like, the commonest of equals, or ""."""
    spread = 1 if _HANGUL.fullmatch(word) else 2
    lengths = (len(word) - spread, len(word) + spread)
    known = SearchWord.objects.filter(length__range=lengths).order_by("-documents", "word")
    names = list(known.values_list("word", flat=True)[:_MOST])
    # A syllable of Hangul is two or three letters, of which only one may be wrong.
    letters = [unicodedata.normalize("NFD", name) for name in names]
    best = process.extractOne(
        unicodedata.normalize("NFD", word), letters, scorer=fuzz.ratio, score_cutoff=LEAST_ALIKE
    )
    return names[best[2]] if best else ""
