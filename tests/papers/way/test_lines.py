"""What became of a paper: each thing that is stored about it is a line."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import translation
from django.utils.timezone import localtime

from papers import way
from papers.clock import now
from papers.editing import authorship
from papers.models import (
    Choice,
    Finding,
    FullText,
    JobKind,
    JobState,
    Proposal,
    ProposalState,
    Report,
    RunOutcome,
    Section,
    Writer,
)
from papers.pipeline import checking
from papers.pipeline.sections import NewText, write
from tests.factories import DAY, make_paper, make_section
from tests.papers.way.stories import MORNING, answer, decide, job, listed, run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def kim(db):
    return User.objects.create_user("kim")


def lines_of(paper):
    """Return what became of a paper, in the order of time."""
    return sorted(way.lines(way.Rows.read(paper.arxiv_id)), key=lambda line: line.at)


def told(paper):
    return [(line.who, line.what) for line in lines_of(paper)]


def whats(paper):
    return [line.what for line in lines_of(paper)]


def test_who_listed_it_when_and_in_how_many_answers():
    listing = listed()
    answer("2510.99999")
    answer(listing.paper.arxiv_id, hour=1)
    answer("2510.99999", hour=2)
    answer(listing.paper.arxiv_id, hour=3)
    lines = lines_of(listing.paper)
    assert [(line.at.hour, line.who, line.what) for line in lines if line.at.year == 2025] == [
        (
            10,
            "Hugging Face Daily Papers",
            "Listed for 2025-10-08: number 3, 57 upvotes, in 2 of 4 stored answers",
        ),
        (11, "Hugging Face Daily Papers", "No longer named for 2025-10-08"),
        (12, "Hugging Face Daily Papers", "Named again for 2025-10-08"),
    ]


def test_a_listing_without_an_answer_has_a_day_and_no_time():
    listing = listed(source="editor", upvotes=None)
    line = next(line for line in lines_of(listing.paper) if "Listed" in line.what)
    assert (line.who, line.what) == ("an editor's link", "Listed for 2025-10-08: number 3")
    assert line.when == str(localtime(listing.paper.created_at).date())


def test_a_refused_item_is_told_once_a_day_with_its_reason():
    paper = make_paper()
    remark = {"position": 4, "arxiv_id": paper.arxiv_id, "field": "title", "reason": "missing"}
    for hour in range(3):
        answer("2510.99999", hour=hour, refusals=[remark, {**remark, "arxiv_id": "2510.99998"}])
    refused = [what for what in whats(paper) if "refused" in what]
    assert refused == ["Named for 2025-10-08, but its item was refused: title: missing"]


def test_who_decided_what_and_why(kim):
    listing = listed()
    decide(listing, Choice.PICKED, kim)
    decide(listing, Choice.PICKED, kim)
    decide(listing, Choice.EXCLUDED, kim, "off topic")
    decide(listing, Choice.PENDING)
    assert [line for line in told(listing.paper) if "(Hugging" in line[1]] == [
        ("kim", "Picked (Hugging Face Daily Papers, 2025-10-08)"),
        ("kim", "Excluded: off topic (Hugging Face Daily Papers, 2025-10-08)"),
        (
            "a command or a deleted account",
            "Put back: nothing is decided again (Hugging Face Daily Papers, 2025-10-08)",
        ),
    ]


def test_what_a_machine_excluded_has_no_history():
    listing = listed(choice=Choice.EXCLUDED, reason="withdrawn")
    listing.history.all().delete()
    assert ("a machine", "Excluded: withdrawn (Hugging Face Daily Papers, 2025-10-08)") in told(
        listing.paper
    )


def test_jobs_and_their_attempts():
    paper = make_paper()
    drafting = job(
        paper,
        state=JobState.WAITING,
        next_at=now() + timedelta(minutes=5),
        reason="waiting for the paper's full text",
        language="ko",
    )
    run(drafting, RunOutcome.FAILED, message="the server is down")
    run(drafting, RunOutcome.DONE, minute=1, counts={"added": 5})
    run(drafting, "", minute=2)
    assert whats(paper) == [
        "a draft (Korean): failed: the server is down",
        "a draft (Korean): done: 5 sections written",
        "Running: a draft (Korean)",
        "First stored here",
        "Job made: a draft (Korean)",
        "Due: a draft (Korean): waiting for the paper's full text",
    ]


def test_full_texts_have_their_length_and_where_they_came_from():
    paper = make_paper()
    parts = [{"kind": "method", "heading": "M", "text": "x" * 1000}, {"text": "가나"}, {"text": 7}]
    fields = {"paper": paper, "version": 2, "checksum": "0", "parsed_at": MORNING}
    FullText.objects.create(format="html", parts=parts, **fields)
    FullText.objects.create(format="pdf", error="is not at arXiv in this form", **fields)
    told = {"generator": "HF", "gap": "ends"}
    FullText.objects.create(format="md", parts=parts, **told, **fields)
    assert whats(paper)[:3] == [
        "Full text read: 1,002 characters, v2, HTML",
        "No full text of v2 as PDF: is not at arXiv in this form",
        "Full text read: 1,002 characters, v2, Markdown, made by HF; not the whole, for it ends",
    ]


def test_drafts_are_told_by_language_with_model_prompt_and_scope(kim):
    paper = make_paper()
    texts = [NewText(paper.pk, "ko", kind, "글") for kind in ("introduction", "method")]
    made = {"drafter": "qwen-7b", "prompt_version": "summary-2", "scope": "full_text"}
    write(texts, origin=Writer.MODEL, **made)
    section = paper.sections.get(kind="method")
    authorship.now_the_editors(section)
    section.markdown, section._history_user = "고친 글", kim
    section.save()
    for each in paper.sections.all():
        authorship.review(each, kim)
        each.save()
    assert told(paper)[1:] == [
        (
            "a language model (qwen-7b)",
            "Drafted (Korean): Introduction, Method · prompt summary-2, made from: full text",
        ),
        ("kim", "Written (Korean): Method"),
        ("kim", "Reviewed (Korean): Introduction, Method"),
    ]


def test_a_section_without_a_history_is_told_too():
    paper = make_paper()
    Section.objects.bulk_create(
        [Section(paper=paper, language="en", kind="results", markdown="x", origin="extractive")]
    )
    assert ("the paper's own words", "Drafted (English): Results") in told(paper)


def test_findings_open_and_accepted(kim):
    paper = make_paper()
    section = make_section(paper)
    for number in range(3):
        Finding.objects.create(
            paper=paper,
            section=section,
            check_name="numbers",
            code="x",
            level="error" if number == 0 else "warning",
            message="It says %(text)s.",
            data={"text": str(number)},
            start=0,
            end=1,
            checksum=str(number),
        )
    checking.accept(Finding.objects.get(checksum="2"), kim, "I read it")
    found = [line for line in told(paper) if "inding" in line[1] or "error" in line[1]]
    assert found == [
        ("", "An error stands, which blocks publishing: It says 0."),
        ("", "Findings stand (warning × 1): It says 1."),
        ("kim", "Findings accepted (warning × 1): I read it"),
    ]


def test_proposals_and_reports_with_who_decided(kim):
    paper = make_paper()
    Proposal.of("title", "T", paper=paper, origin="arxiv").save()
    refused = Proposal.of("title", "U", paper=paper, origin="arxiv")
    refused.state, refused.decided_at, refused.decided_by = ProposalState.REJECTED, now(), kim
    refused.save()
    Report.objects.create(
        paper=paper, text="wrong", state="fixed", decided_at=now(), decided_by=kim
    )
    assert sorted(told(paper)[1:]) == sorted(
        [
            ("arXiv", "Proposed, and open: title"),
            ("arXiv", "Proposed: title"),
            ("kim", "Proposal refused: title"),
            ("a reader", "A mistake was reported"),
            ("kim", "Report closed: fixed"),
        ]
    )


def test_the_jobs_that_ask_arxiv_about_its_day_are_told_too():
    paper = listed().paper
    job(make_paper(), JobKind.ARXIV_METADATA, arxiv_id="", day=DAY)
    job(make_paper(), JobKind.ARXIV_METADATA, arxiv_id="", day=DAY + timedelta(days=1))
    job(make_paper())
    asked = [what for what in whats(paper) if what.startswith("Job made")]
    assert asked == ["Job made: what arXiv says (2025-10-08)"]
