"""Real workers share one day's tokens, and pay no answer twice."""

from collections import Counter
from datetime import timedelta

import pytest
from pytest_httpserver import HTTPServer

from papers import jobs
from papers.clock import end_of, now
from papers.models import Job, JobKind, JobState, ModelCall, Paper, Run, Section
from tests.factories import make_paper, of_papers
from tests.papers.pipeline.fake_model import FakeModel, completion, refusal

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def model(crew):
    with HTTPServer(threaded=True) as server:
        model = FakeModel(server)
        crew.environment |= model.environment
        yield model
        model.over.set()


def queue(number):
    ids = [make_paper().arxiv_id for _ in range(number)]
    jobs.add(JobKind.DRAFT, *of_papers(*ids))
    return ids


def states():
    return Counter(Job.objects.values_list("state", flat=True))


def test_fifty_papers_are_ten_calls_of_a_tenth_of_the_budget_and_the_next_day_goes_on(crew, model):
    crew.environment |= {
        "MODEL_DAILY_TOKENS": "10000",  # And each call bills 1,000.
        "JOB_HANDED_WAIT_S": "60",  # Nobody dies here: no message is lost, and none comes twice.
    }
    queue(50)
    crew.worker()
    crew.worker()
    crew.beat()
    crew.wait_until(lambda: states() == {JobState.DONE: 10, JobState.WAITING: 40})
    assert len(model.asked) == ModelCall.objects.count() == 10
    assert Section.objects.values("paper").distinct().count() == 10
    waiting = Job.objects.filter(state=JobState.WAITING)
    assert {job.next_at for job in waiting} == {end_of(now().date())}
    assert all("10,000 of today's 10,000 tokens" in job.reason for job in waiting)
    assert Run.objects.count() == 50  # Nobody came back to ask whether it is tomorrow.
    # Tomorrow, as the calls and the jobs see it.
    for call in ModelCall.objects.all():
        call.asked_at -= timedelta(days=1)
        call.save()
    waiting.update(next_at=now())
    crew.wait_until(lambda: states() == {JobState.DONE: 20, JobState.WAITING: 30})
    assert len(model.asked) == 20


def test_a_refused_key_is_one_call_and_prose_is_three(crew, model):
    refused, prose = queue(2)
    title = Paper.objects.get(arxiv_id=refused).title

    def behave(request):
        text = request.get_json()["messages"][1]["content"]
        bad_key = f"# {title}\n" in text
        return refusal("Bad key", 401) if bad_key else completion("It is about widgets.")

    model.behave = behave
    crew.worker()
    crew.beat()
    crew.wait_until(lambda: states() == {JobState.FAILED: 2})
    calls = Counter(ModelCall.objects.values_list("paper__arxiv_id", flat=True))
    assert calls == {refused: 1, prose: 3}
    assert "check MODEL_API_KEY" in Job.objects.get(arxiv_id=refused).reason
    assert "not JSON" in Job.objects.get(arxiv_id=prose).reason


def test_a_worker_that_dies_while_the_model_thinks_has_used_up_a_try(crew, model):
    model.stalls()
    queue(1)
    crew.beat()
    for attempt in range(1, 4):
        worker = crew.worker()
        crew.wait_until(lambda: len(model.asked) == attempt)  # noqa: B023
        crew.kill(worker)
    crew.worker()
    crew.wait_until(lambda: states() == {JobState.FAILED: 1})
    assert len(model.asked) == ModelCall.objects.count() == 3
    assert not ModelCall.objects.exclude(answered_at=None).exists()
