"""What readers see of the evidence: each sentence of a summary, and the paper's own beside it.

arXiv's terms let nobody else serve a paper. So of a full text few sentences are quoted, and short
ones. Of the rest the section is named, with a link to the paper.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
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
_FOOTNOTE = re.compile(r"\[\^[^\]\s]{1,50}\]")
"""The mark of a footnote, whose text is not in the same sentence."""


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
    known = [(section, _known(section)) for section in paper.public_sections]
    quotes = (
        quote for _, rows in known for _, row in rows for quote in quotes_of(row.public_quotes)
    )
    of_full_text = dict.fromkeys(quote for quote in quotes if quote.part is not None)
    allowed = set(list(of_full_text)[:QUOTED_OF_FULL_TEXT])
    for section, rows in known:
        shown = [_claim(text, row, paper, allowed) for text, row in rows]
        is_quotation = all(each.found == Found.QUOTED for each in shown)
        section.claims = [] if is_quotation else shown  # type: ignore[attr-defined]


def _known(section: Section) -> list[tuple[str, Evidence]]:
    """Return the sentences whose evidence is known, in their order."""
    rows: Iterable[Evidence] = section.public_evidence  # type: ignore[attr-defined]
    by_sentence = {row.sentence: row for row in rows if row.public_found in Found.values}
    said = claims.claims(section.public_markdown)
    found = ((each.text, by_sentence.get(claims.checksum(each.text))) for each in said)
    return [(text, row) for text, row in found if row]


def _claim(text: str, row: Evidence, paper: Paper, allowed: set[Quote]) -> ShownClaim:
    quotes = tuple(_shown(each, paper, allowed) for each in quotes_of(row.public_quotes))
    return ShownClaim(_plain(text), Found(row.public_found), quotes)


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
    sentence = _FOOTNOTE.sub("", sentence)
    try:
        return conversion.plain(rendering.render(sentence))
    except ValueError:  # Alone, a part of a text may be what the whole is not.
        return sentence
