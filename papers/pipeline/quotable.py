"""What may be quoted of a paper, and the sentences of it that a claim rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from papers.checks.evidence import claims, find
from papers.fulltext.base import Kind, Part
from papers.models import Found, Paper, Quote, quotes_of
from papers.text import differences


@dataclass(frozen=True)
class NumberedPart:
    """The abstract, or a part of the full text."""

    number: int | None
    """The number of the part in the full text; None for the abstract."""
    part: Part

    @cached_property
    def checksum(self) -> str:
        return differences.checksum(self.part.text)

    def quote(self, start: int, end: int) -> Quote:
        text = self.part.text[start:end]
        return Quote(self.number, self.part.heading, start, end, self.checksum, text)


class Quotable:
    """The sentences of one paper: of its abstract, and of the parts of its full text."""

    def __init__(self, paper: Paper, full_text: Sequence[Part]) -> None:
        abstract = Part(Kind.ABSTRACT, "", paper.abstract)
        self.parts = [NumberedPart(None, abstract)] if paper.abstract else []
        self.parts += [NumberedPart(number, part) for number, part in enumerate(full_text)]

    @cached_property
    def sentences(self) -> list[tuple[NumberedPart, claims.Sentence]]:
        return [
            (each, sentence) for each in self.parts for sentence in claims.stated(each.part.text)
        ][: claims.MOST_SENTENCES]

    @cached_property
    def texts(self) -> tuple[str, ...]:
        return tuple(sentence.text for _, sentence in self.sentences)

    def has(self, quote: Quote) -> bool:
        return any(
            quote.part == each.number
            and quote.checksum == each.checksum
            and quote.text == each.part.text[quote.start : quote.end]
            for each in self.parts
        )

    def moved(self, quote: Quote) -> Quote | None:
        """Return the same words where the paper has them now, if it does."""
        for each in self.parts:
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
        at = claims.quoted(claim, self.texts)
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
        of, sentence = self.sentences[at]
        return of.quote(sentence.start, sentence.end)
