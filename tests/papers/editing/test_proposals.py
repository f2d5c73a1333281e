"""A person's decision on what a machine proposes."""

import pytest
from django.contrib.auth.models import User

from papers.editing import proposals
from papers.editing.proposals import ProposalConflict
from papers.models import Origin, Proposal, ProposalState, Section, Writer
from papers.pipeline.sections import NewText, write
from papers.text import differences
from tests.factories import make_paper, make_section

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return User.objects.create_user("kim")


@pytest.fixture
def section():
    return make_section(make_paper(), markdown="사람의 글")


def propose(section, text="기계의 글"):
    new = NewText(section.paper_id, "ko", section.kind, text)
    write([new], origin=Writer.MODEL, drafter="model-1")
    return Proposal.objects.get()


def propose_fact(field, value, paper=None):
    proposal = Proposal.of(field, value, paper=paper or make_paper(), origin=Origin.HUGGINGFACE)
    proposal.save()
    return proposal


def test_an_accepted_text_becomes_the_editors_own_and_reviewed(section, user):
    proposal = propose(section)
    proposals.accept(proposal, user)
    section.refresh_from_db()
    assert section.markdown == "기계의 글"
    assert "기계의 글" in section.html
    assert (section.origin, section.drafter) == (Writer.EDITOR, "")
    assert section.reviewer == user
    assert section.reviewed_at
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == (ProposalState.ACCEPTED, user)


def test_a_part_of_a_text_can_be_accepted(user):
    section = make_section(make_paper(), markdown="첫 문장. 둘째 문장.")
    proposal = propose(section, "새 첫 문장. 새 둘째 문장.")
    part = proposals.Part(frozenset({1}), differences.checksum(section.markdown))
    proposals.accept(proposal, user, part)
    section.refresh_from_db()
    assert section.markdown == "첫 문장. 새 둘째 문장."
    assert section.reviewer == user
    assert Proposal.objects.get().state == ProposalState.OPEN
    rest = proposals.Part(frozenset({0}), differences.checksum(section.markdown))
    proposals.accept(proposal, user, rest)
    section.refresh_from_db()
    assert section.markdown == "새 첫 문장. 새 둘째 문장."
    assert Proposal.objects.get().state == ProposalState.ACCEPTED


def test_with_nothing_ticked_nothing_changes(section, user):
    proposal = propose(section)
    before = list(Section.objects.values())
    with pytest.raises(ProposalConflict):
        proposals.accept(
            proposal, user, proposals.Part(frozenset(), differences.checksum(section.markdown))
        )
    assert list(Section.objects.values()) == before
    assert Proposal.objects.get().state == ProposalState.OPEN


def test_a_part_chosen_beside_another_text_is_not_taken(section, user):
    proposal = propose(section)
    part = proposals.Part(frozenset({0}), differences.checksum(section.markdown))
    section.markdown = "그사이 고친 글"
    section.save()
    with pytest.raises(ProposalConflict):
        proposals.accept(proposal, user, part)
    section.refresh_from_db()
    assert section.markdown == "그사이 고친 글"
    assert Proposal.objects.get().state == ProposalState.OPEN


def test_the_former_text_is_in_the_history(section, user):
    proposals.accept(propose(section), user)
    assert section.history.all()[1].markdown == "사람의 글"


def test_a_refused_text_leaves_the_editors_and_does_not_come_again(section, user):
    proposals.reject(propose(section), user)
    propose(section)
    section.refresh_from_db()
    assert section.markdown == "사람의 글"
    assert Proposal.objects.get().state == ProposalState.REJECTED


def test_a_refusal_can_be_taken_back_an_acceptance_not_repeated(section, user):
    proposal = propose(section)
    proposals.reject(proposal, user)
    with pytest.raises(ProposalConflict):
        proposals.reject(proposal, user)
    proposals.accept(proposal, user)
    with pytest.raises(ProposalConflict):
        proposals.accept(proposal, user)
    with pytest.raises(ProposalConflict):
        proposals.reject(proposal, user)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "A better title"),
        ("authors", ["Grace Hopper", "이순신"]),
        ("code_url", "https://example.org/code"),
        ("arxiv_published_at", "2025-10-07T00:00:00+00:00"),
    ],
)
def test_an_accepted_fact_is_the_editors_from_now_on(user, field, value):
    proposal = propose_fact(field, value)
    proposals.accept(proposal, user)
    paper = proposal.paper
    paper.refresh_from_db()
    stored = getattr(paper, field)
    assert (stored.isoformat() if field == "arxiv_published_at" else stored) == value
    assert paper.origins[field] == "editor"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "x" * 501),
        ("code_url", "javascript:alert(1)"),
        ("authors", "not a list"),
        ("arxiv_published_at", "yesterday"),
        ("arxiv_id", "2510.00001"),
        ("nonsense", "x"),
    ],
)
def test_a_fact_that_cannot_be_is_refused_and_stays_open(user, field, value):
    proposal = propose_fact(field, value)
    with pytest.raises(ProposalConflict):
        proposals.accept(proposal, user)
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.OPEN


def test_what_stands_now_is_told_as_text():
    paper = make_paper(authors=["A", "B"], arxiv_published_at=None)
    assert proposals.current(propose_fact("authors", ["C"], paper)) == "A\nB"
    assert proposals.current(propose_fact("arxiv_published_at", "2025-01-01", paper)) == ""
    assert proposals.current(propose_fact("nonsense", "x", paper)) == ""
