"""Workers and beat log like the site: jobs with their ids, and no secrets."""

import json
import re

import pytest

from papers import jobs, log_context
from papers.models import Job, JobKind, JobState
from tests.factories import make_paper, of_papers

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

BROKEN, SOUND = "9905.00001", "9903.00001"


@pytest.fixture
def said(crew):
    for arxiv_id in (BROKEN, SOUND):
        make_paper(arxiv_id=arxiv_id)
    crew.environment |= {"MODEL_API_KEY": "sesame-key"}

    def work(log_format):
        crew.environment |= {"LOG_FORMAT": log_format}
        beat, worker = crew.beat("--loglevel=INFO"), crew.worker("--loglevel=INFO")
        with log_context.request("a-click"):
            jobs.add(JobKind.DRAFT, *of_papers(BROKEN, SOUND))
        ends = [JobState.DONE, JobState.FAILED]
        crew.wait_until(lambda: Job.objects.filter(state__in=ends).count() == 2)
        crew.wait_until(lambda: crew.said(worker).count("succeeded") >= jobs.ATTEMPTS + 1)
        crew.wait_until(lambda: "Sending due task" in crew.said(beat))
        crew.stop()
        said = crew.said(beat) + crew.said(worker)
        assert "sesame" not in said
        return said

    return work


def pk_of(arxiv_id):
    return Job.objects.get(arxiv_id=arxiv_id).pk


def test_each_attempt_of_a_worker_is_found_by_its_job_in_json(said):
    lines = [json.loads(line) for line in said("json").splitlines() if line.startswith("{")]
    broken = [line for line in lines if line["job"] == str(pk_of(BROKEN))]
    levels = [line["level"] for line in broken if line["logger"] == "papers.jobs.attempts"]
    assert levels == ["ERROR", "WARNING"] * jobs.ATTEMPTS
    assert "no paper of ours" in broken[0]["traceback"]
    assert broken[-1]["message"] == f"draft {BROKEN}: failed: ValueError: …\nno paper of ours"
    sound = [line for line in lines if line["job"] == str(pk_of(SOUND))]
    assert [(line["level"], line["message"]) for line in sound] == [
        ("INFO", f"draft {SOUND}: done: {{}}")
    ]
    assert {line["request"] for line in broken + sound} == {"a-click"}
    attempts = [line for line in broken if line["logger"] == "papers.jobs.attempts"]
    assert len({line["run"] for line in attempts}) == jobs.ATTEMPTS
    loggers = {line["logger"] for line in lines}
    assert {"celery.beat", "celery.worker.strategy", "celery.app.trace"} <= loggers


def test_each_attempt_of_a_worker_is_found_by_its_job_in_text(said):
    text = said("text")
    ids = rf"\[request a-click job {pk_of(BROKEN)} run \d+\]"
    begins = rf"^\S+ ERROR papers\.jobs\.attempts {ids} draft {BROKEN}$"
    assert len(re.findall(begins, text, re.MULTILINE)) == jobs.ATTEMPTS
    assert re.search(r"^    ValueError: …$", text, re.MULTILINE)
    assert re.search(r"^    no paper of ours$", text, re.MULTILINE)
