"""The only function through which machines write sections. A person's words are never replaced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter
from typing import Any

from django.db import transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from papers import kinds
from papers.clock import now
from papers.jobs.locks import one_at_a_time
from papers.models import MACHINES, Proposal, ProposalState, Section, Writer


class Outcome(StrEnum):
    ADDED = "added"
    UPDATED = "updated"
    PROPOSED = "proposed"
    KEPT = "kept"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class NewText:
    """A text for one section, not yet compared with the database."""

    paper_id: int
    language: str
    kind: str
    markdown: str
    heading: str = ""
    position: int | None = None

    @property
    def key(self) -> tuple[int, str, str, str]:
        return (self.paper_id, self.language, self.kind, self.heading)


IDENTITY = ("paper_id", "section_id", "field", "checksum")


@transaction.atomic
def write(
    texts: Iterable[NewText],
    *,
    origin: Writer,
    drafter: str = "",
    prompt_version: str = "",
    scope: str = "",
    asked_for: bool = False,
) -> Counter[Outcome]:
    """Store machine-made or imported texts. Count what became of each.

    A missing section is added. If a person wrote or reviewed a section, it stays and the new text
    becomes a proposal, once. If a machine wrote it, the same kind of machine or an import updates
    it. A drafter leaves imported sections and those of the other drafter as they are, but if a
    person `asked_for` the text, it becomes a proposal there too. A text that cannot be rendered is
    refused. The rows are locked meanwhile, so an editor's save comes before or after, never
    between. Raises ValueError for a kind that `papers.kinds` does not have.
    """
    one_at_a_time("papers")
    texts = list(texts)
    if unknown := {text.kind for text in texts} - kinds.TABLE.keys():
        raise ValueError(f"no kind of section: {', '.join(sorted(unknown))}")
    made = {
        "origin": origin,
        "drafter": drafter,
        "prompt_version": prompt_version,
        "scope": scope,
        "written_at": now(),
    }
    batch = _Batch(texts, made, asked_for)
    outcomes = Counter(map(batch.decide, texts))
    batch.save()
    outcomes[Outcome.KEPT] += batch.known
    outcomes[Outcome.PROPOSED] -= batch.known
    return +outcomes


class _Batch:
    """What one call of `write` decides. It is written in a few statements."""

    def __init__(self, texts: Iterable[NewText], made: dict[str, Any], asked_for: bool) -> None:
        self.made = made
        self.asked_for = asked_for
        self.added: list[Section] = []
        self.updated: list[Section] = []
        self.proposals: list[Proposal] = []
        self.known = 0  # Proposals that were made before.
        papers = {text.paper_id for text in texts}
        sections = Section.objects.select_for_update(of=("self",)).filter(paper__in=papers)
        # Editors' pages lock them in this order, too.
        self.stored = {_key(section): section for section in sections.order_by("pk")}

    def decide(self, text: NewText) -> Outcome:
        section = self.stored.get(text.key)
        origin = self.made["origin"]
        if section and _lines(section.markdown) == _lines(text.markdown):
            return Outcome.UNCHANGED
        others = section and origin in MACHINES and section.origin != origin
        if section and (
            section.origin == Writer.EDITOR or section.reviewed_at or (others and self.asked_for)
        ):
            self.proposals.append(self._proposal(section, text))
            return Outcome.PROPOSED
        if others:
            return Outcome.KEPT
        try:
            return self._rewrite(section, text) if section else self._add(text)
        except ValueError:
            return Outcome.REFUSED

    def save(self) -> None:
        bulk_create_with_history(self.added, Section, batch_size=500)
        if self.updated:
            fields = ["markdown", "html", "renderer", *self.made]
            bulk_update_with_history(self.updated, Section, fields, batch_size=500)
        self.known = len(self.proposals) - propose(self.proposals)

    def _add(self, text: NewText) -> Outcome:
        section = Section(
            paper_id=text.paper_id,
            language=text.language,
            kind=text.kind,
            heading=text.heading,
            position=kinds.of(text.kind).position if text.position is None else text.position,
            markdown=text.markdown,
            **self.made,
        )
        section.render()
        self.stored[text.key] = section
        self.added.append(section)
        return Outcome.ADDED

    def _rewrite(self, section: Section, text: NewText) -> Outcome:
        section.markdown = text.markdown
        section.render()
        for field, value in self.made.items():
            setattr(section, field, value)
        self.updated.append(section)
        return Outcome.UPDATED

    def _proposal(self, section: Section, text: NewText) -> Proposal:
        return Proposal.of(
            "markdown",
            text.markdown,
            paper_id=section.paper_id,
            section=section,
            origin=self.made["origin"],
            drafter=self.made["drafter"],
        )


def _key(section: Section) -> tuple[int, str, str, str]:
    return (section.paper_id, section.language, section.kind, section.heading)


def _lines(markdown: str) -> list[str]:
    """Return the lines without white space at their ends. A round trip through a file loses it."""
    return [line.rstrip() for line in markdown.strip().split("\n")]


def propose(proposals: list[Proposal]) -> int:
    """Store proposals that were never made before, not even refused ones. Return how many.

    While a fact is proposed, other evidence for it is no new proposal. It is one once the open
    proposal was refused.
    """
    papers = {proposal.paper_id for proposal in proposals}
    columns = (*IDENTITY, "state", "value")
    made = list(Proposal.objects.filter(paper__in=papers).only(*columns) if proposals else ())
    known = set(map(attrgetter(*IDENTITY), made))
    waiting = {_fact(each) for each in made if each.state == ProposalState.OPEN} - {None}
    new = [
        each
        for each in proposals
        if attrgetter(*IDENTITY)(each) not in known and _fact(each) not in waiting
    ]
    Proposal.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def _fact(proposal: Proposal) -> tuple[int, str, str] | None:
    """Return which fact is proposed, evidence aside, or None if it is a text."""
    if proposal.section_id:
        return None
    return (proposal.paper_id, proposal.field, Proposal.of("", proposal.value).checksum)
