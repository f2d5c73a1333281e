"""What each kind of job does, and which jobs follow from it."""

from datetime import timedelta

import pytest
import time_machine

from papers import jobs
from papers.clock import now
from papers.models import FullText, Job, JobKind, JobState, Listing, Run, Section, Subject
from papers.pipeline import steps
from papers.sources.errors import SourceError
from tests.factories import DAY, make_paper, of_days, of_papers
from tests.papers.pipeline.test_full_texts import HTML, PDF
from tests.papers.sources.atom import make_entry, make_feed

pytestmark = pytest.mark.django_db

ID = "2510.00001"


@pytest.fixture
def arxiv(httpserver, settings):
    settings.ARXIV_URL = settings.HUGGINGFACE_URL = httpserver.url_for("").rstrip("/")
    settings.ARXIV_API_URL = httpserver.url_for("/api/query")
    settings.ARXIV_INTERVAL_S = 0
    return httpserver


def due():
    return sorted(Job.objects.values_list("kind", "arxiv_id"))


def test_a_full_text_is_read_and_a_draft_follows(arxiv):
    make_paper(arxiv_id=ID, version=2)
    arxiv.expect_request(f"/html/{ID}v2").respond_with_data(HTML)
    assert steps.full_text(Subject(arxiv_id=ID))["parts read"] == 1
    assert due() == [(JobKind.DRAFT, ID)]


def test_arxiv_is_asked_first_for_a_version_that_is_not_known(arxiv):
    make_paper(arxiv_id=ID)
    arxiv.expect_request("/api/query").respond_with_data(make_feed(make_entry(ID, "v3")))
    arxiv.expect_request(f"/html/{ID}v3").respond_with_data(HTML)
    steps.full_text(Subject(arxiv_id=ID))
    assert FullText.objects.get().version == 3


def test_a_paper_that_arxiv_does_not_know_has_no_full_text(arxiv):
    make_paper(arxiv_id=ID)
    arxiv.expect_request("/api/query").respond_with_data(make_feed())
    with pytest.raises(SourceError, match=f"no entry for {ID}"):
        steps.full_text(Subject(arxiv_id=ID))


def test_an_unreadable_full_text_is_said_to_be_so_and_no_draft_follows(arxiv):
    make_paper(arxiv_id=ID, version=1, arxiv_updated_at=now() - timedelta(days=30))
    for place in (f"/html/{ID}v1", f"/pdf/{ID}v1", f"/papers/{ID}.md"):
        arxiv.expect_request(place).respond_with_data("", status=404)
    assert steps.full_text(Subject(arxiv_id=ID)) == {"unreadable": 1}
    assert due() == []


def test_a_text_that_is_not_there_yet_is_waited_for_and_then_said_to_be_unreadable(arxiv):
    make_paper(arxiv_id=ID, version=1)
    for place in (f"/html/{ID}v1", f"/pdf/{ID}v1", f"/papers/{ID}.md"):
        arxiv.expect_request(place).respond_with_data("", status=404)
    jobs.add(JobKind.FULL_TEXT, *of_papers(ID))
    job = Job.objects.get()
    with time_machine.travel(now(), tick=False) as clock:
        while job.state != JobState.DONE:
            jobs.run(job.pk, steps.STEPS)
            job.refresh_from_db()
            if job.next_at:
                assert job.reason == "its full text is not there yet"
                clock.move_to(job.next_at)
    assert [run.outcome for run in job.runs.all()] == ["done", "waiting"]
    assert job.runs.first().counts["unreadable"] == 1


def test_a_better_form_that_comes_later_is_checked_against_and_not_paid_for(arxiv):
    make_paper(arxiv_id=ID, version=2)
    html = arxiv.expect_request(f"/html/{ID}v2")
    html.respond_with_data("", status=404)
    arxiv.expect_request(f"/pdf/{ID}v2").respond_with_data(PDF)
    with time_machine.travel(now(), tick=False) as clock:
        steps.full_text(Subject(arxiv_id=ID))
        Job.objects.update(state=JobState.DONE, next_at=None)
        html.respond_with_data(HTML)
        clock.shift(timedelta(hours=2))
        assert steps.full_text(Subject(arxiv_id=ID)) == {"parts read": 1, "not the whole": 0}
    assert Job.objects.get(kind=JobKind.DRAFT).state == JobState.DONE


@pytest.mark.parametrize(
    ("auto_draft", "full_texts", "expected"),
    [
        ("picked", "picked", [(JobKind.DRAFT, ID), (JobKind.FULL_TEXT, ID)]),
        ("never", "picked", [(JobKind.FULL_TEXT, ID)]),
        ("all", "never", [(JobKind.DRAFT, ID)]),
        ("never", "never", []),
    ],
)
def test_what_follows_a_pick_is_a_setting(settings, auto_draft, full_texts, expected):
    settings.AUTO_DRAFT, settings.FULL_TEXTS = auto_draft, full_texts
    steps.follow_picked([make_paper(arxiv_id=ID)])
    assert due() == expected


def test_a_paper_that_is_not_known_cannot_be_drafted():
    with pytest.raises(jobs.PermanentFailure, match=r"no paper 2510\.09999"):
        steps.draft_paper(Subject(arxiv_id="2510.09999"))
    assert not Section.objects.exists()


def test_a_model_drafts_in_the_sites_language_where_one_is_configured(fake):
    make_paper(arxiv_id=ID)
    assert steps.draft_paper(Subject(arxiv_id=ID))["added"] == 5
    assert set(Section.objects.values_list("language", "origin")) == {("ko", "model")}


def test_a_key_may_name_a_language_and_a_section(fake):
    make_paper(arxiv_id=ID)
    fake.says({"results": {"text": "It is 3.2% better.", "sources": []}})
    assert steps.draft_paper(Subject(arxiv_id=ID, language="en", section="results"))["added"] == 1
    assert list(Section.objects.values_list("language", "kind")) == [("en", "results")]


@pytest.mark.parametrize("state", ["due", "running", "waiting"])
def test_a_model_waits_for_the_full_text_and_is_asked_once(fake, settings, state):
    make_paper(arxiv_id=ID)
    steps.follow_picked([make_paper(arxiv_id="2510.00002")])
    jobs.add(JobKind.FULL_TEXT, *of_papers(ID))
    later = now() + timedelta(hours=1)
    Job.objects.filter(arxiv_id=ID).update(
        state=state, next_at=None if state == "running" else later
    )
    with pytest.raises(jobs.Postponed, match="full text") as waits:
        steps.draft_paper(Subject(arxiv_id=ID))
    wait = timedelta(seconds=settings.JOB_RETRY_WAIT_S)
    assert waits.value.retry_at >= (now() if state == "running" else later) + wait * 0.9
    assert fake.asked == []


def test_a_full_text_that_was_asked_for_long_ago_is_not_waited_for(fake):
    make_paper(arxiv_id=ID)
    jobs.add(JobKind.FULL_TEXT, *of_papers(ID))
    Job.objects.update(next_at=now() - timedelta(hours=6))  # No worker asks arXiv.
    assert steps.draft_paper(Subject(arxiv_id=ID))["added"] == 5


@pytest.mark.parametrize("state", ["running", "waiting"])
def test_a_model_waits_with_growing_pauses_and_then_drafts_from_the_abstract(fake, state):
    make_paper(arxiv_id=ID)
    jobs.add(JobKind.FULL_TEXT, *of_papers(ID))
    jobs.add(JobKind.DRAFT, *of_papers(ID))
    text, draft = Job.objects.order_by("pk")
    pauses = []
    with time_machine.travel(now(), tick=False) as clock:
        began = now()
        while draft.state != JobState.DONE and len(pauses) < 40:
            # arXiv says each time to ask later.
            Job.objects.filter(pk=text.pk).update(
                state=state, next_at=now() + timedelta(minutes=5) if state == "waiting" else None
            )
            looked = now()
            jobs.run(draft.pk, steps.STEPS)
            draft.refresh_from_db()
            if draft.next_at:
                pauses.append((draft.next_at - looked) / timedelta(minutes=1))
                clock.move_to(draft.next_at)
        assert now() - began == timedelta(hours=6)
    assert pauses[:-1] == sorted(pauses[:-1])
    assert pauses[0] < pauses[5] == max(pauses) <= 20
    assert [run.outcome for run in draft.runs.all()] == ["done", "waiting"]
    assert set(Section.objects.values_list("scope", flat=True)) == {"abstract"}
    assert len(fake.asked) == 1


@pytest.mark.parametrize("state", ["done", "failed"])
def test_a_model_drafts_whatever_came_of_the_full_text(fake, state):
    make_paper(arxiv_id=ID)
    jobs.add(JobKind.FULL_TEXT, *of_papers(ID))
    Job.objects.update(state=state, next_at=None)
    assert steps.draft_paper(Subject(arxiv_id=ID))["added"] == 5


def test_a_section_cannot_be_drafted_anew_without_a_model():
    make_paper(arxiv_id=ID)
    with pytest.raises(jobs.PermanentFailure, match="no language model is configured"):
        steps.draft_paper(Subject(arxiv_id=ID, language="ko", section="results"))


def test_what_arxiv_does_not_know_is_told_by_the_attempt(arxiv):
    known, unknown = make_paper(arxiv_id=ID), make_paper(arxiv_id="2510.00002")
    for paper in (known, unknown):
        Listing.objects.create(paper=paper, source="huggingface", day=DAY, rank=paper.pk)
    arxiv.expect_request("/api/query").respond_with_data(make_feed(make_entry(ID, "v3")))
    jobs.add(JobKind.ARXIV_METADATA, *of_days(str(DAY)))
    jobs.run(Job.objects.get().pk, steps.STEPS)
    run = Run.objects.get()
    assert [each["reason"] for each in run.remarks] == ["no entry for 2510.00002"]
    assert run.counts == {"asked": 2, "papers updated": 1, "missing": 1}
    assert Job.objects.get().reason == ""
