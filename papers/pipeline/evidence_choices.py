"""What an editor says of the evidence: another sentence of the paper, or that it is their own.

It goes public when the changes of a post are published.
"""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.models import User
from django.db import transaction

from papers.checks.evidence import claims
from papers.clock import now
from papers.models import Evidence, Found, Paper, Quote, Section
from papers.pipeline import evidence, full_texts

CHOSEN: list[Callable[[Paper, User], None]] = []
"""What is called when an editor said something of the evidence in a paper's sections."""
OFFERED = 6
"""Sentences of the paper that are offered for a claim."""


Place = tuple[int | None, int, int, str]
"""The part, the start and the end of a quote, and the checksum of the text that has it."""


def place_of(quote: Quote) -> Place:
    return (quote.part, quote.start, quote.end, quote.checksum)


class Gone(Exception):
    """The section or the paper has another text by now."""


def offered(row: Evidence) -> list[Quote]:
    """Return the sentences of the paper that come nearest to a claim, the best first."""
    return _batch(row).quotable[row.section.paper_id].nearest(claim_of(row), OFFERED)


def claim_of(row: Evidence) -> str:
    """Return the sentence of the working text that a row is about. Raises Gone."""
    for each in claims.claims(row.section.markdown):
        if claims.checksum(each.text) == row.sentence:
            return each.text
    raise Gone


def choose(row: Evidence, place: Place, user: User) -> None:
    """Let a claim rest on one sentence of the paper. Raises Gone if the paper has it no more."""
    quotable = _batch(row).quotable[row.section.paper_id]
    quotes = map(quotable.quote, range(len(quotable.sentences)))
    chosen = next((each for each in quotes if place_of(each) == place), None)
    if chosen is None:
        raise Gone
    _note(row, Found.CHOSEN, [chosen], user)


def claim_as_own(row: Evidence, user: User) -> None:
    """Note that an editor wrote a sentence without a source in the paper."""
    _note(row, Found.OWN, [], user)


def take_back(row: Evidence, user: User) -> None:
    """Take back what an editor said, and find the evidence as for a new sentence."""
    found, quotes = _batch(row).find(row.section, claim_of(row))
    _note(row, found, quotes, user)


@transaction.atomic
def _note(row: Evidence, found: Found, quotes: list[Quote], user: User) -> None:
    """Store what a person said. Raises Gone if another did meanwhile, or the sentence went.

    It waits for who publishes or reviews the section, so that its moment is after what they saw.
    """
    rows = Section.objects.select_for_update(no_key=True, of=("self",)).filter(pk=row.section_id)
    section = rows.first()
    if section is None:
        raise Gone
    row.section.markdown = section.markdown
    claim_of(row)
    as_shown = Evidence.objects.filter(pk=row.pk, chosen_at=row.chosen_at)
    row.found, row.quotes, row.lost = found, quotes, ""
    row.chosen_by, row.chosen_at = user, now()
    names = ("found", "quotes", "lost", "chosen_by", "chosen_at")
    said = {name: getattr(row, name) for name in names}
    if not as_shown.update(**said):
        raise Gone
    for tell in CHOSEN:
        tell(row.section.paper, user)


def _batch(row: Evidence) -> evidence.Batch:
    paper = row.section.paper
    return evidence.Batch([paper], full_texts.newest([paper]))
