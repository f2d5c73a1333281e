"""Keeps, for each sentence of a summary, the sentences of the paper that it rests on.

A quotation is its own evidence. Else what the model named counts, else what comes nearest. What an
editor said stays. A row keeps its quotes as long as the paper's text has them. A chosen sentence
that a newer text lacks is noted as lost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from operator import attrgetter

from django.db.models import F

from papers.checks.evidence import claims
from papers.models import (
    CallOutcome,
    Evidence,
    Found,
    ModelCall,
    Paper,
    Quote,
    Section,
    quotes_of,
)
from papers.pipeline import full_texts
from papers.pipeline.quotable import Quotable


def publish(sections: Iterable[Section]) -> set[int]:
    """Show readers the evidence of the working texts, and of no older ones.

    Return the papers of which they see another one now.
    """
    claimed = {each.pk: _by_checksum(each.markdown).keys() for each in sections}
    rows = Evidence.objects.filter(section__in=claimed)
    found = rows.values_list("pk", "section", "sentence")
    gone = [pk for pk, section, sentence in found if sentence not in claimed[section]]
    rows.filter(pk__in=gone).delete()
    changed = set(rows.changed().values_list("section__paper", flat=True))
    rows.changed().update(public_found=F("found"), public_quotes=F("quotes"))
    return changed


Values = tuple[object, ...]


class Batch:
    """The evidence of some papers, brought up to date. It is written in a few statements.

    What a person said is not changed as long as the paper has the sentences.
    """

    def __init__(self, papers: Iterable[Paper], texts: full_texts.ByPaper) -> None:
        """`texts` has the parts of the papers' full texts."""
        self.quotable = {paper.pk: Quotable(paper, texts.get(paper.pk, ())) for paper in papers}
        # Read before the sections: a row of a text that is saved meanwhile is then no stale one.
        self.stored: dict[int, dict[str, Evidence]] = defaultdict(dict)
        for row in Evidence.objects.filter(section__paper__in=self.quotable):
            self.stored[row.section_id][row.sentence] = row
        self.added: list[Evidence] = []
        self.changed: list[tuple[Evidence, Values]] = []
        """The rows, and what they were when they were read."""
        self.gone: list[tuple[Evidence, Values]] = []

    @cached_property
    def _named(self) -> dict[int, dict[str, list[object]]]:
        """By paper and claim, the quotes that models named, the newest call's."""
        done = ModelCall.objects.filter(paper__in=self.quotable, outcome=CallOutcome.DONE)
        named: dict[int, dict[str, list[object]]] = defaultdict(dict)
        calls = done.exclude(sources={}).order_by("asked_at", "id")
        for paper, sources in calls.values_list("paper_id", "sources"):
            named[paper].update(sources)
        return named

    def read(self, section: Section) -> None:
        """Find what is not known yet of a section's sentences, and what is stale."""
        stored = self.stored[section.pk]
        working, public = _by_checksum(section.markdown), _by_checksum(section.public_markdown)
        for sentence, text in {**public, **working}.items():
            if row := stored.get(sentence):
                before = _values(row)
                self._verify(row, section, text)
                _show(row, sentence in public)
                if before != _values(row):
                    self.changed.append((row, before))
            else:
                found, quotes = self.find(section, text)
                row = Evidence(section=section, sentence=sentence, found=found, quotes=quotes)
                _show(row, sentence in public)
                self.added.append(row)
        left = (row for sentence, row in stored.items() if sentence not in working | public)
        self.gone += [(row, _values(row)) for row in left]

    def find(self, section: Section, claim: str) -> tuple[Found, list[Quote]]:
        """Return the evidence of a claim as if it was new."""
        quotable = self.quotable[section.paper_id]
        named = quotable.standing(self._named[section.paper_id].get(claims.checksum(claim)))
        return (Found.NAMED, named) if named else quotable.match(claim)

    def _verify(self, row: Evidence, section: Section, text: str) -> None:
        """Find anew what is stale. Nothing found before may be found in a newer text."""
        for side in ("", "public_"):
            found = getattr(row, f"{side}found")
            if found in {"", Found.OWN}:
                continue
            before = getattr(row, f"{side}quotes")
            quotes = self.quotable[section.paper_id].standing(before)
            if not quotes:
                if not side and found == Found.CHOSEN:
                    row.lost = " ".join(each.text for each in quotes_of(before))
                found, quotes = self.find(section, text)
                setattr(row, f"{side}found", found)
            setattr(row, f"{side}quotes", [list(each) for each in quotes])

    def save(self) -> set[int]:
        """Store what was found, in a transaction, but for rows that became others meanwhile.

        Return the sections of those, which have to be read again.
        """
        as_read = {row.pk: before for row, before in [*self.changed, *self.gone]}
        rows = Evidence.objects.select_for_update().filter(pk__in=as_read).order_by("pk")
        same = {row.pk for row in rows if _values(row) == as_read[row.pk]}
        Evidence.objects.filter(pk__in=same & {row.pk for row, _ in self.gone}).delete()
        Evidence.objects.bulk_create(self.added, ignore_conflicts=True, batch_size=500)
        changed = [row for row, _ in self.changed if row.pk in same]
        Evidence.objects.bulk_update(changed, _FOUND, batch_size=500)
        touched = [*self.changed, *self.gone]
        return {row.section_id for row, _ in touched if row.pk not in same}


_FOUND = ("found", "quotes", "public_found", "public_quotes", "lost")
_values = attrgetter(*_FOUND, "chosen_at")


def _show(row: Evidence, is_public: bool) -> None:
    """Let readers see the evidence of a sentence as long as they see the sentence."""
    if not is_public:
        row.public_found, row.public_quotes = "", []
    elif not row.public_found:
        row.public_found, row.public_quotes = row.found, row.quotes


def _by_checksum(markdown: str) -> dict[str, str]:
    return {claims.checksum(each.text): each.text for each in claims.claims(markdown)}
