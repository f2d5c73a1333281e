"""The sentences of a paper that may be quoted, and the ones that a claim rests on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from papers.checks.evidence import claims, find
from papers.fulltext.base import Kind, Part
from papers.models import Found, Paper, Quote, quotes_of


@dataclass(frozen=True)
class Passage:
    """The abstract, or a part of the full text."""

    number: int | None
    """The number of the part in the full text; None for the abstract."""
    part: Part

    @cached_property
    def checksum(self) -> str:
        return hashlib.sha256(self.part.text.encode()).hexdigest()

    def quote(self, start: int, end: int) -> Quote:
        text = self.part.text[start:end]
        return Quote(self.number, self.part.heading, start, end, self.checksum, text)


def passages(paper: Paper, full_text: Sequence[Part]) -> list[Passage]:
    """Return what may be quoted of a paper: its abstract, and the parts of its full text."""
    found = [Passage(None, Part(Kind.ABSTRACT, "", paper.abstract))] if paper.abstract else []
    return found + [Passage(number, part) for number, part in enumerate(full_text)]


class Source:
    """The sentences of one paper that may be quoted."""

    def __init__(self, found: Sequence[Passage]) -> None:
        self.passages = found

    @cached_property
    def sentences(self) -> list[tuple[Passage, claims.Sentence]]:
        return [
            (passage, sentence)
            for passage in self.passages
            for sentence in claims.stated(passage.part.text)
        ][: claims.MOST_SENTENCES]

    @cached_property
    def texts(self) -> tuple[str, ...]:
        return tuple(sentence.text for _, sentence in self.sentences)

    @cached_property
    def _by_letters(self) -> dict[str, int]:
        texts = reversed(list(enumerate(self.texts)))
        return {claims.letters(text): at for at, text in texts}

    def has(self, quote: Quote) -> bool:
        return any(
            quote.part == each.number
            and quote.checksum == each.checksum
            and quote.text == each.part.text[quote.start : quote.end]
            for each in self.passages
        )

    def moved(self, quote: Quote) -> Quote | None:
        """Return the same words where the paper has them now, if it does."""
        for each in self.passages:
            start = each.part.text.find(quote.text)
            if quote.text and start >= 0:
                return each.quote(start, start + len(quote.text))
        return None

    def standing(self, stored: object) -> list[Quote]:
        """Return stored quotes where they stand now, or none if one of them is gone."""
        quotes = [each if self.has(each) else self.moved(each) for each in quotes_of(stored)]
        return [each for each in quotes if each] if all(quotes) else []

    def match(self, claim: str) -> tuple[Found, list[Quote]]:
        """Return the paper's own sentence that a claim is, else the one that comes nearest."""
        at = self._by_letters.get(claims.letters(claim))
        if at is not None:
            return Found.QUOTED, [self.quote(at)]
        match = find(claim, self.texts) if self.texts else None
        if match is None or match.support <= 0:
            return Found.NONE, []
        return Found.MATCHED, [self.quote(match.best[0])]

    def nearest(self, claim: str, count: int) -> list[Quote]:
        """Return the sentences that come nearest to a claim, the best first."""
        best = find(claim, self.texts).best if self.texts else []
        return [self.quote(at) for at in best[:count]]

    def quote(self, at: int) -> Quote:
        passage, sentence = self.sentences[at]
        return passage.quote(sentence.start, sentence.end)
