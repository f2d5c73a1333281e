"""The one door through which machines write sections; a person's words are never replaced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter

from django.db import transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from papers.clock import now
from papers.models import MACHINES, Kind, Proposal, Section, Writer


class Outcome(StrEnum):
    ADDED = "added"
    UPDATED = "updated"
    PROPOSED = "proposed"
    KEPT = "kept"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class NewText:
    """A text for one section, before the database has a say."""

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
POSITIONS = {kind: position for position, kind in enumerate(Kind.values, start=1)}


@transaction.atomic
def write(
    texts: Iterable[NewText], *, origin: Writer, drafter: str = "", scope: str = ""
) -> Counter[Outcome]:
    """Store machine-made or imported texts; count what became of each.

    A missing section is added. One that a machine wrote is updated, by an import too. One that a
    person changed stays, and the new text becomes a proposal, once. A drafter leaves an imported
    section as it is. The rows are locked meanwhile, so an editor's save is before or after, never
    between.
    """
    texts = list(texts)
    stored = {
        (section.paper_id, section.language, section.kind, section.heading): section
        for section in Section.objects.select_for_update(of=("self",)).filter(
            paper__in={text.paper_id for text in texts}
        )
    }
    added, updated, proposals = [], [], []
    outcomes: Counter[Outcome] = Counter()
    for text in texts:
        section = stored.get(text.key)
        made = {"origin": origin, "drafter": drafter, "scope": scope, "written_at": now()}
        if section is None:
            section = stored[text.key] = _new(text, made)
            added.append(section)
            outcomes[Outcome.ADDED] += 1
        elif _lines(section.markdown) == _lines(text.markdown):
            outcomes[Outcome.UNCHANGED] += 1
        elif section.origin == Writer.EDITOR:
            proposals.append(
                Proposal.of(
                    "markdown",
                    text.markdown,
                    paper_id=section.paper_id,
                    section=section,
                    origin=origin,
                    drafter=drafter,
                )
            )
        elif section.origin == Writer.IMPORT and origin in MACHINES:
            outcomes[Outcome.KEPT] += 1
        else:
            _rewrite(section, text, made)
            updated.append(section)
            outcomes[Outcome.UPDATED] += 1

    bulk_create_with_history(added, Section, batch_size=500)
    if updated:
        fields = ["markdown", "html", "renderer", *made]
        bulk_update_with_history(updated, Section, fields, batch_size=500)
    new = propose(proposals)
    outcomes[Outcome.PROPOSED] += new
    outcomes[Outcome.KEPT] += len(proposals) - new
    return +outcomes


def _lines(markdown: str) -> list[str]:
    """The text without white space at line ends, which files that went out and came back lose."""
    return [line.rstrip() for line in markdown.strip().split("\n")]


def _new(text: NewText, made: dict[str, object]) -> Section:
    position = POSITIONS[text.kind] if text.position is None else text.position
    section = Section(
        paper_id=text.paper_id,
        language=text.language,
        kind=text.kind,
        heading=text.heading,
        position=position,
        markdown=text.markdown,
        **made,
    )
    section.render()
    return section


def _rewrite(section: Section, text: NewText, made: dict[str, object]) -> None:
    section.markdown = text.markdown
    for field, value in made.items():
        setattr(section, field, value)
    section.render()


def propose(proposals: list[Proposal]) -> int:
    """Store what was not proposed before, refused proposals included; answer how many were new."""
    papers = {proposal.paper_id for proposal in proposals}
    known = set(
        Proposal.objects.filter(paper__in=papers).values_list(*IDENTITY) if proposals else ()
    )
    new = [each for each in proposals if attrgetter(*IDENTITY)(each) not in known]
    Proposal.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)
