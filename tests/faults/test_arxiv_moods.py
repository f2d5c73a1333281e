"""arXiv fails, is busy or refuses: real workers do not send it more requests for that."""

from itertools import pairwise

import pytest

from papers import jobs
from papers.models import Job, JobKind, JobState, Paper, Run, RunOutcome, SourceState
from tests.factories import make_paper, of_papers
from tests.faults.fake_arxiv import response
from tests.papers.sources.atom import error_feed, make_feed

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

INTERVAL_S = 0.2
PAUSE_S = 1
IDS = [f"2510.{number:05}" for number in range(1, 9)]
MOODS = {
    "unavailable": response(b"sorry", "503 Service Unavailable"),
    "busy": response(b"sorry", "429 Too Many Requests", f"Retry-After: {PAUSE_S}\r\n"),
    "rate exceeded": response(b"Rate exceeded."),
    "empty page": response(make_feed(total=1)),
    "HTML": response(b"<!DOCTYPE html><title>Sorry</title>"),
    "error feed": response(error_feed("incorrect id format"), "400 Bad Request"),
}
PERMANENT = 2  # The last two of MOODS.


@pytest.fixture
def workers(crew, arxiv):
    """Prepare the settings and the jobs for two workers with two processes each, and a beat."""
    crew.environment |= {
        "ARXIV_API_URL": arxiv.url,
        "ARXIV_INTERVAL_S": str(INTERVAL_S),
        "HTTP_RETRY_WAIT_MAX_S": str(PAUSE_S),
    }
    for arxiv_id in IDS:
        make_paper(arxiv_id=arxiv_id)
    jobs.add(JobKind.ARXIV_METADATA, *of_papers(*IDS))
    return crew


def start(crew):
    crew.worker()
    crew.worker()
    crew.beat()


def all_papers_are_known():
    return set(Paper.objects.values_list("version", flat=True)) == {2}


def test_an_arxiv_in_all_its_moods_is_asked_politely_and_all_is_read(workers, arxiv):
    arxiv.moods = list(MOODS.values())
    start(workers)
    failed = Job.objects.filter(state=JobState.FAILED)
    open_jobs = Job.objects.exclude(state__in=[JobState.DONE, JobState.FAILED])
    workers.wait_until(lambda: not open_jobs.exists())
    reasons = sorted(failed.values_list("reason", flat=True))
    assert len(reasons) == PERMANENT
    assert "incorrect id format" in reasons[0]
    assert "not an Atom feed" in reasons[1]
    jobs.retry(failed)
    workers.wait_until_all_is_done()
    assert all_papers_are_known()
    assert len(arxiv.log) == len(IDS) + len(MOODS)
    arxiv.was_asked_politely(INTERVAL_S)
    waits = [after.began - before.ended for before, after in pairwise(arxiv.log)]
    busy = [list(MOODS).index(mood) for mood in ("busy", "rate exceeded")]
    assert all(waits[number] >= PAUSE_S for number in busy)


def test_an_arxiv_that_says_no_is_asked_nothing_more_until_a_person_resumes_it(workers, arxiv):
    arxiv.moods = [response(b"no", "403 Forbidden")]
    start(workers)
    failed = Job.objects.filter(state=JobState.FAILED)
    workers.wait_until(lambda: failed.count() == len(IDS))
    assert len(arxiv.log) == 1
    assert all("403" in reason for reason in failed.values_list("reason", flat=True))
    assert SourceState.objects.get().stopped
    jobs.retry(failed.filter(arxiv_id=IDS[0]))
    again = Run.objects.filter(job__arxiv_id=IDS[0], outcome=RunOutcome.FAILED)
    workers.wait_until(lambda: again.count() == 2)
    assert len(arxiv.log) == 1
    SourceState.objects.get().resume()
    jobs.retry(failed)
    workers.wait_until_all_is_done()
    assert all_papers_are_known()
    arxiv.was_asked_politely(INTERVAL_S)
