"""The only function through which machines write sections. A person's words are never replaced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from operator import attrgetter
from typing import Any

from django.db import transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from papers import kinds
from papers.clock import now
from papers.jobs.locks import one_at_a_time
from papers.models import MACHINES, Paper, Proposal, ProposalState, Section, Writer
from papers.models.paper import TAKEN_DOWN


class Outcome(StrEnum):
    ADDED = "added"
    UPDATED = "updated"
    PROPOSED = "proposed"
    KEPT = "kept"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    WAITING = "waiting"
    """It was proposed before, and nobody has decided yet. `write` counts it as kept."""


@dataclass(frozen=True, slots=True)
class NewText:
    """A text for one section, not yet compared with the database."""

    paper_id: int
    language: str
    kind: str
    markdown: str
    heading: str = ""
    position: int | None = None
    replaces: bool = True
    """Whether it may take the place of what no person wrote. If not, it is proposed."""
    adds: bool = True
    """Whether a section may be added with it. If not, an empty one is, to which it is proposed."""

    @property
    def key(self) -> tuple[int, str, str, str]:
        return (self.paper_id, self.language, self.kind, self.heading)


@dataclass(slots=True)
class Written:
    """What became of a text. `section` is its row, if there is one now."""

    text: NewText
    outcome: Outcome
    section: Section | None = None


IDENTITY = ("paper_id", "section_id", "field", "checksum")


def write(texts: Iterable[NewText], *, origin: Writer, **made: Any) -> Counter[Outcome]:
    """Store machine-made or imported texts as `write_each` does. Count what became of each."""
    outcomes = Counter(each.outcome for each in write_each(texts, origin=origin, **made))
    outcomes[Outcome.KEPT] += outcomes.pop(Outcome.WAITING, 0)
    return +outcomes


@transaction.atomic
def write_each(
    texts: Iterable[NewText],
    *,
    origin: Writer,
    drafter: str = "",
    prompt_version: str = "",
    scope: str = "",
    asked_for: bool = False,
) -> list[Written]:
    """Store machine-made or imported texts. Return what became of each, in their order.

    A missing section is added. If a person wrote or reviewed a section, it stays and the new text
    becomes a proposal, once. If a machine wrote it, the same kind of machine or an import updates
    it. A drafter leaves imported sections and those of the other drafter as they are, but if a
    person `asked_for` the text, it becomes a proposal there too. A text that cannot be rendered is
    refused, and so is one for a paper that was taken down. A text that may not replace or add
    anything is proposed where it would have done so.
    The rows are locked meanwhile, so an editor's save comes before or after, never
    between. Raises ValueError for a kind that `papers.kinds` does not have.
    """
    one_at_a_time("papers")
    texts = list(texts)
    _require_kinds(texts)
    made = {
        "origin": origin,
        "drafter": drafter,
        "prompt_version": prompt_version,
        "scope": scope,
        "written_at": now(),
    }
    return _Batch(texts, made, asked_for).write(texts)


def _require_kinds(texts: Iterable[NewText]) -> None:
    if unknown := {text.kind for text in texts} - kinds.TABLE.keys():
        raise ValueError(f"no kind of section: {', '.join(sorted(unknown))}")


class _Batch:
    """What one call of `write_each` decides. It is written in a few statements."""

    def __init__(self, texts: Iterable[NewText], made: dict[str, Any], asked_for: bool) -> None:
        self.made = made
        self.asked_for = asked_for
        self.added: list[Section] = []
        self.updated: list[Section] = []
        self.papers = papers = {text.paper_id for text in texts}
        sections = Section.objects.select_for_update(of=("self",)).filter(paper__in=papers)
        # Editors' pages lock them in this order, too.
        self.stored = {_key(section): section for section in sections.order_by("pk")}

    @cached_property
    def taken_down(self) -> set[int]:
        gone = Paper.objects.filter(pk__in=self.papers, origins__has_key=TAKEN_DOWN)
        return set(gone.values_list("pk", flat=True))

    def write(self, texts: Iterable[NewText]) -> list[Written]:
        written = list(map(self.decide, texts))
        self.save()
        self.propose(written)
        return written

    def decide(self, text: NewText) -> Written:
        outcome = self._outcome(text, self.stored.get(text.key))
        return Written(text, outcome, self.stored.get(text.key))

    def _outcome(self, text: NewText, section: Section | None) -> Outcome:
        origin = self.made["origin"]
        if section and lines(section.markdown) == lines(text.markdown):
            return Outcome.UNCHANGED
        if text.paper_id in self.taken_down:
            return Outcome.REFUSED
        try:
            if section is None:
                return self._add(text)
            others = origin in MACHINES and section.origin != origin
            stays = _is_a_persons(section) or not _may_take(text, section)
            if stays or (others and self.asked_for):
                return Outcome.PROPOSED
            return Outcome.KEPT if others else self._rewrite(section, text)
        except ValueError:
            return Outcome.REFUSED

    def save(self) -> None:
        bulk_create_with_history(self.added, Section, batch_size=500)
        if self.updated:
            fields = ["markdown", "html", "renderer", *self.made]
            bulk_update_with_history(self.updated, Section, fields, batch_size=500)

    def propose(self, written: list[Written]) -> None:
        """Store what is proposed, and note what was proposed before."""
        proposed = [each for each in written if each.outcome == Outcome.PROPOSED]
        states = propose_each([self._proposal(each) for each in proposed])
        for each, state in zip(proposed, states, strict=True):
            if state is not None:
                waits = state == ProposalState.OPEN
                each.outcome = Outcome.WAITING if waits else Outcome.KEPT

    def _add(self, text: NewText) -> Outcome:
        """Add a section: with the text, or an empty one to which the text is proposed."""
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
        if not text.adds:
            section.markdown = section.html = ""
        self.stored[text.key] = section
        self.added.append(section)
        return Outcome.ADDED if text.adds else Outcome.PROPOSED

    def _rewrite(self, section: Section, text: NewText) -> Outcome:
        section.markdown = text.markdown
        section.render()
        for field, value in self.made.items():
            setattr(section, field, value)
        self.updated.append(section)
        return Outcome.UPDATED

    def _proposal(self, written: Written) -> Proposal:
        return Proposal.of(
            "markdown",
            written.text.markdown,
            paper_id=written.text.paper_id,
            section=written.section,
            origin=self.made["origin"],
            drafter=self.made["drafter"],
        )


def _is_a_persons(section: Section) -> bool:
    return section.origin == Writer.EDITOR or section.reviewed_at is not None


def _may_take(text: NewText, section: Section) -> bool:
    """Return whether a text may stand in a section. In an empty one nothing is replaced."""
    return text.replaces if section.markdown else text.adds


def _key(section: Section) -> tuple[int, str, str, str]:
    return (section.paper_id, section.language, section.kind, section.heading)


def lines(markdown: str) -> list[str]:
    """Return the lines without white space at their ends. A round trip through a file loses it."""
    return [line.rstrip() for line in markdown.strip().split("\n")]


def propose(proposals: list[Proposal]) -> int:
    """Store proposals that were never made before, not even refused ones. Return how many.

    While a fact is proposed, other evidence for it is no new proposal. It is one once the open
    proposal was refused.
    """
    return propose_each(proposals).count(None)


def propose_each(proposals: list[Proposal]) -> list[ProposalState | None]:
    """Store proposals as `propose` does. Return the state of each before, None for a new one."""
    papers = {proposal.paper_id for proposal in proposals}
    columns = (*IDENTITY, "state", "value")
    made = list(Proposal.objects.filter(paper__in=papers).only(*columns) if proposals else ())
    known = {attrgetter(*IDENTITY)(each): ProposalState(each.state) for each in made}
    waiting = {_fact(each) for each in made if each.state == ProposalState.OPEN} - {None}
    states, new = list[ProposalState | None](), []
    for each in proposals:
        state = known.get(attrgetter(*IDENTITY)(each))
        if state is None and _fact(each) in waiting:
            state = ProposalState.OPEN
        if state is None:
            new.append(each)
        states.append(state)
    Proposal.objects.bulk_create(new, ignore_conflicts=True)
    return states


def _fact(proposal: Proposal) -> tuple[int, str, str] | None:
    """Return which fact is proposed, evidence aside, or None if it is a text."""
    if proposal.section_id:
        return None
    return (proposal.paper_id, proposal.field, Proposal.of("", proposal.value).checksum)
