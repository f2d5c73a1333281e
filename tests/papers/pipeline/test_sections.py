"""Machines write sections in one way only: what a person wrote is never replaced."""

import pytest

from papers.clock import now
from papers.models import Proposal, Section, Writer
from papers.pipeline.sections import NewText, Outcome, write, write_each
from tests.factories import make_paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper():
    return make_paper()


def draft(paper, markdown, kind="method"):
    return write(
        [NewText(paper.pk, "en", kind, markdown)], origin=Writer.EXTRACTIVE, drafter="extractive-1"
    )


def import_(paper, markdown):
    return write([NewText(paper.pk, "en", "method", markdown)], origin=Writer.IMPORT)


def edit(paper, markdown):
    section = paper.sections.get()
    section.markdown, section.origin = markdown, Writer.EDITOR
    section.save()


def test_a_missing_section_is_added_rendered_and_has_its_place(paper):
    assert draft(paper, "We use **attention**.") == {Outcome.ADDED: 1}
    section = paper.sections.get()
    assert "<strong>attention</strong>" in section.html
    assert (section.drafter, section.origin) == ("extractive-1", "extractive")
    assert section.public_html == ""
    assert section.position == 2


def test_the_same_text_again_writes_nothing(paper, django_assert_num_queries):
    draft(paper, "We use attention.")
    before = list(Section.objects.values())
    assert draft(paper, "We use attention.") == {Outcome.UNCHANGED: 1}
    assert list(Section.objects.values()) == before
    assert Section.history.count() == 1


def test_a_newer_draft_replaces_an_older_one_and_the_older_stays_in_history(paper):
    draft(paper, "Old.")
    assert draft(paper, "New.") == {Outcome.UPDATED: 1}
    assert paper.sections.get().markdown == "New."
    assert [row.markdown for row in Section.history.order_by("history_id")] == ["Old.", "New."]


def test_an_editors_text_stays_and_the_draft_becomes_one_proposal(paper):
    draft(paper, "Machine.")
    edit(paper, "Mine,  as I\ntyped it.")
    assert draft(paper, "Machine two.") == {Outcome.PROPOSED: 1}
    assert draft(paper, "Machine two.") == {Outcome.KEPT: 1}
    assert paper.sections.get().markdown == "Mine,  as I\ntyped it."
    assert [p.value for p in Proposal.objects.all()] == ["Machine two."]


def test_a_refused_proposal_is_not_made_again(paper):
    draft(paper, "Machine.")
    edit(paper, "Mine.")
    draft(paper, "Machine.")
    Proposal.objects.update(state="rejected", decided_at=now())
    assert draft(paper, "Machine.") == {Outcome.KEPT: 1}
    assert Proposal.objects.filter(state="open").count() == 0


def test_a_section_that_an_editor_emptied_stays_empty(paper):
    draft(paper, "Machine.")
    edit(paper, "")
    draft(paper, "Machine.")
    assert paper.sections.get().markdown == ""


def test_what_a_person_reviewed_stays_as_they_saw_it(paper):
    draft(paper, "Machine.")
    section = paper.sections.get()
    section.reviewed_at = now()
    section.save()
    assert draft(paper, "Nobody read this.") == {Outcome.PROPOSED: 1}
    assert paper.sections.get().markdown == "Machine."


def test_one_drafter_leaves_the_others_text_alone(paper):
    write([NewText(paper.pk, "en", "method", "By a model.")], origin=Writer.MODEL)
    assert draft(paper, "Extracted.") == {Outcome.KEPT: 1}
    assert paper.sections.get().markdown == "By a model."


def test_a_text_that_cannot_be_rendered_is_refused_and_the_others_are_kept(paper):
    texts = [
        NewText(paper.pk, "en", "method", "*a" * 15_000),
        NewText(paper.pk, "en", "results", "Good."),
    ]
    assert write(texts, origin=Writer.MODEL) == {Outcome.REFUSED: 1, Outcome.ADDED: 1}


def test_a_drafter_leaves_an_imported_section_alone(paper):
    import_(paper, "From the old blog.")
    assert draft(paper, "Machine.") == {Outcome.KEPT: 1}
    assert paper.sections.get().markdown == "From the old blog."
    assert not Proposal.objects.exists()


def test_an_import_replaces_a_draft(paper):
    draft(paper, "Machine.")
    assert import_(paper, "From the old blog.") == {Outcome.UPDATED: 1}
    section = paper.sections.get()
    assert (section.markdown, section.origin, section.drafter) == (
        "From the old blog.",
        "import",
        "",
    )


def bring(paper, markdown, **may):
    (written,) = write_each(
        [NewText(paper.pk, "en", "method", markdown, **may)], origin=Writer.IMPORT
    )
    return written


def test_a_text_that_may_replace_nothing_is_proposed_whoever_wrote_the_other(paper):
    draft(paper, "Machine.")
    assert bring(paper, "Second.", replaces=False).outcome == Outcome.PROPOSED
    assert paper.sections.get().markdown == "Machine."
    assert Proposal.objects.get().value == "Second."


def test_a_text_that_may_add_nothing_is_proposed_to_an_empty_section(paper):
    written = bring(paper, "New *words*.", adds=False)
    assert written.outcome == Outcome.PROPOSED
    section = paper.sections.get()
    assert (written.section, section.markdown, section.html) == (section, "", "")
    assert (section.public_html, section.changed) == ("", False)
    assert Proposal.objects.get().section == section


def test_an_empty_section_takes_the_text_once_it_may_be_added(paper):
    bring(paper, "New.", adds=False)
    assert bring(paper, "New.", replaces=False).outcome == Outcome.UPDATED
    assert paper.sections.get().markdown == "New."


def test_what_was_proposed_before_waits_until_somebody_decides(paper):
    bring(paper, "New.", adds=False)
    assert bring(paper, "New.", adds=False).outcome == Outcome.WAITING
    Proposal.objects.update(state="rejected", decided_at=now())
    assert bring(paper, "New.", adds=False).outcome == Outcome.KEPT
    assert Proposal.objects.count() == 1


def test_a_text_that_may_not_be_added_is_refused_if_it_cannot_be_rendered(paper):
    assert bring(paper, "*a" * 15_000, adds=False).outcome == Outcome.REFUSED
    assert not paper.sections.exists()


def test_fifty_papers_cost_no_more_queries_than_five(django_assert_max_num_queries):
    papers = [make_paper() for _ in range(50)]
    texts = [
        NewText(p.pk, "en", kind, f"{kind} {p.pk}")
        for p in papers
        for kind in ("method", "results")
    ]
    with django_assert_max_num_queries(12):
        write(texts, origin=Writer.EXTRACTIVE)
    with django_assert_max_num_queries(4):
        write(texts, origin=Writer.EXTRACTIVE)
