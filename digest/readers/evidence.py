"""What readers see of the evidence: each sentence of a summary, and the paper's own beside it.

arXiv's terms let nobody else serve a paper. So of a full text few sentences are quoted, and short
ones. Of the rest the section is named, with a link to the paper.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils.text import Truncator
from django.utils.translation import gettext

from papers.checks.evidence import claims
from papers.models import Evidence, Found, Paper, Quote, Section, SectionQuerySet, quotes_of
from papers.text import conversion, rendering

QUOTED_OF_FULL_TEXT = 10
"""Sentences of the full text that are quoted on all pages of a paper together."""
QUOTED_CHARACTERS = 300
"""Characters of each of them."""


@dataclass(frozen=True, slots=True)
class ShownQuote:
    text: str
    """The sentence; "" if only its place is named."""
    place: str
    """The section of the paper, such as "Abstract"."""
    is_heading: bool = False
    """Whether the place is a heading of the paper's own, in English."""


@dataclass(frozen=True, slots=True)
class ShownClaim:
    text: str
    """The sentence of the summary, as plain text."""
    found: Found
    quotes: tuple[ShownQuote, ...]

    @property
    def how(self) -> str:
        """How the evidence was found, in the reader's language."""
        return str(self.found.label)


def with_evidence(sections: SectionQuerySet) -> SectionQuerySet:
    """Prefetch what `attach` needs."""
    rows = Evidence.objects.exclude(public_found="").only(
        "section", "sentence", "public_found", "public_quotes"
    )
    return sections.prefetch_related(Prefetch("evidence", rows, "public_evidence"))


def attach(paper: Paper) -> None:
    """Set `claims` of each public section: its sentences with their evidence.

    A text that consists of the paper's own sentences has none: it is its own evidence.
    """
    allowed = _allowed(paper)
    for section in paper.public_sections:
        shown = list(_claims(section, paper, allowed))
        is_quotation = all(each.found == Found.QUOTED for each in shown)
        section.claims = [] if is_quotation else shown  # type: ignore[attr-defined]


def _claims(section: Section, paper: Paper, allowed: set[Quote]) -> Iterator[ShownClaim]:
    rows = _by_sentence(section)
    for claim in claims.claims(section.public_markdown):
        if row := rows.get(claims.checksum(claim.text)):
            quotes = tuple(_shown(each, paper, allowed) for each in quotes_of(row.public_quotes))
            yield ShownClaim(_plain(claim.text), Found(row.public_found), quotes)


def _by_sentence(section: Section) -> Mapping[str, Evidence]:
    rows: Iterable[Evidence] = section.public_evidence  # type: ignore[attr-defined]
    return {row.sentence: row for row in rows if row.public_found in Found.values}


def _allowed(paper: Paper) -> set[Quote]:
    """Return the first sentences of the full text, which may be quoted."""
    stand = dict.fromkeys(
        quote
        for section in paper.public_sections
        for row in _by_sentence(section).values()
        for quote in quotes_of(row.public_quotes)
        if quote.part is not None
    )
    return set(list(stand)[:QUOTED_OF_FULL_TEXT])


def _shown(quote: Quote, paper: Paper, allowed: set[Quote]) -> ShownQuote:
    text = _plain_line(quote.text)
    if quote.part is None:
        sample = gettext("Sample text, not the authors' abstract")
        return ShownQuote(text, sample if paper.abstract_is_sample else gettext("Abstract"))
    place, is_heading = quote.heading or gettext("Full text"), bool(quote.heading)
    short = Truncator(text).chars(QUOTED_CHARACTERS)
    return ShownQuote(short if quote in allowed else "", place, is_heading)


def _plain_line(text: str) -> str:
    return rendering.plain_line(text[: rendering.MAX_LENGTH])


def _plain(sentence: str) -> str:
    try:
        return conversion.plain(rendering.render(sentence))
    except ValueError:  # Alone, a part of a text may be what the whole is not.
        return sentence
