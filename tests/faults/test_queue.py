"""The queue repeats itself, stops, forgets: what is due is in PostgreSQL, and pages do not care."""

import os
import pickle
import re
from uuid import uuid4

import pytest
from celery import current_app
from django.contrib.auth.models import User
from django.urls import reverse

from digest.models import State
from papers import jobs
from papers.models import Choice, Job, JobKind, JobState, Listing, Paper, Run, RunOutcome, Section
from tests.digest.confirming import confirm
from tests.factories import make_paper, make_post, of_days, of_papers
from tests.faults.sources import PAPERS_A_DAY

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

DAYS = ["2025-10-07", "2025-10-08", "2025-10-09"]


def test_a_message_delivered_again_while_its_job_runs_changes_nothing(crew, tmp_path):
    make_paper(arxiv_id="9904.00001")
    go_on = tmp_path / "go on"
    crew.environment |= {"VISIBILITY_S": "1", "GO_ON": str(go_on)}
    jobs.add(JobKind.DRAFT, *of_papers("9904.00001"))
    worker = crew.worker("--loglevel=INFO")

    def one_came_again():
        messages = re.findall(r"run_job\[([0-9a-f-]+)\] received", crew.said(worker))
        return len(messages) > len(set(messages))

    crew.wait_until(one_came_again)
    assert Run.objects.get().ended_at is None
    go_on.touch()
    crew.wait_until_all_is_done()
    assert Run.objects.get().outcome == RunOutcome.DONE
    sections = Section.objects.filter(paper__arxiv_id="9904.00001")
    assert sections.count() == Section.history.count() > 0


def test_a_queue_that_stops_and_forgets_loses_nothing_and_pages_do_not_notice(
    crew, sources, client
):
    pages = ["/", "/feed.xml", "/rss.xml", "/ledger/", "/sitemap.xml", "/healthz"]
    pages += [make_post(papers=2).get_absolute_url()]
    before = Paper.objects.count()
    sources.wait = 0.3
    worker = crew.worker()
    crew.beat()
    jobs.add(JobKind.INGEST_DAY, *of_days(*DAYS))
    crew.wait_until(lambda: Run.objects.exists())
    crew.stop_queue()
    jobs.add(JobKind.INGEST_DAY, *of_days("2025-10-10"))  # Stored and answered with no queue there.
    assert Job.objects.get(day="2025-10-10").state == JobState.DUE
    crew.wait_until(lambda: "Cannot connect to" in crew.said(worker))
    for _ in range(3):
        assert [client.get(page).status_code for page in pages] == [200] * len(pages)
    crew.start_queue()
    crew.forget()
    crew.wait_until_all_is_done()
    assert Listing.objects.count() == Paper.objects.count() - before == PAPERS_A_DAY * 4
    assert not Run.objects.filter(ended_at=None).exists()


@pytest.mark.parametrize("queue", ["gone", "hanging"])
def test_what_an_editor_presses_without_a_queue_is_done_when_it_is_back(
    crew, client, settings, queue
):
    settings.FULL_TEXTS = "never"  # A draft is what is waited for here.
    client.force_login(User.objects.create_superuser("kim"))
    post = make_post(state=State.DRAFT)
    paper = make_paper(arxiv_id="2510.08001")
    listing = Listing.objects.create(paper=paper, source="huggingface", day=DAYS[1], rank=1)
    leave, come_back = {
        "gone": (crew.stop_queue, crew.start_queue),
        "hanging": (crew.freeze_queue, crew.thaw_queue),
    }[queue]
    leave()
    picked = client.post(
        reverse("admin:papers_listing_choose", args=[listing.pk]), {"choice": "picked"}
    )
    assert picked.status_code == 200
    listing.refresh_from_db()
    assert listing.choice == Choice.PICKED
    published = confirm(client, reverse("admin:digest_post_publish", args=[post.pk]))
    assert published.status_code == 302
    assert client.get(post.get_absolute_url()).status_code == 200
    job = Job.objects.get(kind=JobKind.DRAFT, arxiv_id=paper.arxiv_id)
    assert job.state == JobState.DUE
    come_back()
    crew.worker()
    crew.beat()
    crew.wait_until_all_is_done()
    assert paper.sections.exists()


class Bomb:
    """What leaves a file behind where somebody unpickles it."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


PICKLE = {"content_type": "application/x-python-serialize", "content_encoding": "binary"}
JSON = {"content_type": "application/json", "content_encoding": "utf-8"}
NO_ARGUMENTS = "[[], {}, {}]"


def put_on_the_queue(body, task, **how):
    """A message of whoever reaches the queue; without a task it is in Celery's old form."""
    headers = {"task": task, "id": str(uuid4()), "lang": "py"} if task else {}
    with current_app.connection_for_write() as connection:
        connection.SimpleQueue("celery").put(body, headers=headers, **how)


@pytest.mark.parametrize(
    ("task", "form", "logged"),
    [
        ("papers.tasks.run_job", PICKLE, "ContentDisallowed"),
        (None, PICKLE, "ContentDisallowed"),
        ("os.system", JSON, "unregistered task"),
        ("celery.backend_cleanup.x", JSON, "unregistered task"),
        (None, JSON, "unknown message"),
        ("papers.tasks.run_job", JSON, "TypeError"),
    ],
    ids=["pickle", "old-pickle", "unknown", "unknown-of-celery", "no-task", "wrong-arguments"],
)
def test_a_forged_message_is_dropped_and_logged_and_the_worker_lives(
    crew, tmp_path, task, form, logged
):
    trace = tmp_path / "unpickled"
    body = pickle.dumps(Bomb(trace)) if form is PICKLE else NO_ARGUMENTS
    put_on_the_queue(body, task, **form)
    worker = crew.worker("-Q", "celery")
    crew.wait_until(lambda: logged.lower() in crew.said(worker).lower())
    make_paper(arxiv_id="9906.00001")
    jobs.add(JobKind.DRAFT, *of_papers("9906.00001"))
    crew.wait_until_all_is_done()
    assert worker.poll() is None
    assert not trace.exists()
    with current_app.connection_for_write() as connection:
        assert connection.default_channel.client.llen("celery") == 0
