"""A person's decision on a proposal. Text replaces an editor's text only through this module."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from simple_history.utils import update_change_reason

from papers.clock import now
from papers.editing import authorship, live
from papers.editing.reasons import PROPOSAL_ACCEPTED, stored
from papers.models import (
    CONFIRMED_FACTS,
    FACTS,
    Origin,
    Paper,
    Proposal,
    ProposalState,
    Section,
    Writer,
)
from papers.text import differences


class ProposalConflict(Exception):
    """The proposal cannot be decided this way. The message says why."""


@dataclass(frozen=True, slots=True)
class Part:
    """Chosen rows of a proposed text (`differences.rows`), and the text beside which they stood."""

    rows: frozenset[int]
    standing: str
    """`differences.checksum` of that text."""


@transaction.atomic
def accept(proposal: Proposal, user: User, part: Part | None = None) -> None:
    """Put the proposed text or fact in place. It is reviewed by `user`, and now the editor's.

    With `part` only those rows of a text are put in place, and only if the text beside them has not
    changed. The proposal stays open for the rest. A refused proposal can still be accepted. An
    accepted one cannot be accepted again.
    """
    proposal = _locked(proposal)
    if proposal.state == ProposalState.ACCEPTED:
        raise ProposalConflict(_("This proposal was accepted already."))
    if proposal.section_id is None:
        _accept_fact(proposal, user)
    elif not _accept_text(proposal, user, part):
        return
    _decide(proposal, ProposalState.ACCEPTED, user)


@transaction.atomic
def reject(proposal: Proposal, user: User) -> None:
    """Leave the editor's text as it is. The same text is not proposed again."""
    proposal = _locked(proposal)
    if proposal.state != ProposalState.OPEN:
        raise ProposalConflict(_("This proposal was decided already."))
    _decide(proposal, ProposalState.REJECTED, user)


def current(proposal: Proposal) -> str:
    """Return, as text, the current value of the field that the proposal would change."""
    holder = proposal.section or proposal.paper
    return as_text(getattr(holder, proposal.field, ""))


def as_text(value: Any) -> str:
    """Return a fact as a person reads it. A list has one item on each line."""
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return "" if value is None else str(value)


def title(proposal: Proposal) -> str:
    """Return what a proposal would change, as a person calls it."""
    if proposal.section:
        return f"{proposal.section.title} ({proposal.section.language})"
    names = {
        field.name: field.verbose_name
        for field in Paper._meta.get_fields()
        if hasattr(field, "verbose_name")
    }
    return str(names.get(proposal.field, proposal.field))


def proposer(proposal: Proposal) -> str:
    """Return who proposes: a kind of writer or a source, with the drafter's version."""
    name = {**dict(Writer.choices), **dict(Origin.choices)}.get(proposal.origin, proposal.origin)
    return " · ".join(filter(None, [str(name), proposal.drafter]))


def _locked(proposal: Proposal) -> Proposal:
    return Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)


def _accept_text(proposal: Proposal, user: User, part: Part | None) -> bool:
    """Put the text, or a part of it, in place. Return whether all of it is now in place."""
    section = Section.objects.select_for_update(of=("self",)).get(proposals=proposal)
    value = proposal.value
    if part is not None:
        if part.standing != differences.checksum(section.markdown):
            raise ProposalConflict(_("Your text was changed meanwhile. Please choose again."))
        value = differences.merged(section.markdown, str(value), part.rows)
        if value == section.markdown:
            raise ProposalConflict(
                _("Nothing is ticked. Tick what you want to take, or refuse it all.")
            )
    whole = _checked(section, "markdown", proposal.value)
    section.markdown = _checked(section, "markdown", value)
    authorship.now_the_editors(section)
    authorship.review(section, user)
    section.save()
    update_change_reason(section, stored(PROPOSAL_ACCEPTED))
    return bool(section.markdown == whole)


def _accept_fact(proposal: Proposal, user: User) -> None:
    if proposal.field not in (*FACTS, *CONFIRMED_FACTS):
        raise ProposalConflict(_("“%s” is no fact of a paper.") % proposal.field)
    paper = Paper.objects.select_for_update(of=("self",)).get(pk=proposal.paper_id)
    if not live.may_change(user, paper):
        raise ProposalConflict(
            _("Readers see this fact at once, so only who may publish accepts it.")
        )
    setattr(paper, proposal.field, _checked(paper, proposal.field, proposal.value))
    paper.mark_edited({proposal.field})
    paper.save()
    update_change_reason(paper, stored(PROPOSAL_ACCEPTED))


def _checked(row: Paper | Section, field: str, value: Any) -> Any:
    """Return the value as the field takes it. A proposal may be old or malformed."""
    try:
        return row._meta.get_field(field).clean(value, row)  # type: ignore[union-attr]
    except ValidationError as error:
        reason = " ".join(error.messages)
        raise ProposalConflict(_("The proposed value does not fit: %s") % reason) from error
    except (TypeError, ValueError) as error:  # Not even of the field's type.
        raise ProposalConflict(_("The proposed value does not fit: %s") % error) from error


def _decide(proposal: Proposal, state: ProposalState, user: User) -> None:
    proposal.state, proposal.decided_by, proposal.decided_at = state, user, now()
    proposal.save(update_fields=["state", "decided_by", "decided_at"])
