"""A real worker, a real queue: what is scheduled goes public without anybody asking."""

from datetime import timedelta

import pytest
import time_machine

from digest import publishing
from digest.models import Post, State
from digest.tasks import publish_due
from papers import jobs
from papers.clock import now
from papers.models import JobKind, Run
from tests.factories import make_post, of_papers

pytestmark = pytest.mark.slow


def scheduled_post():
    """A post whose time came half an hour ago."""
    with time_machine.travel(now() - timedelta(hours=1)):
        post = make_post(state=State.DRAFT)
        publishing.schedule(post, now() + timedelta(minutes=30))
    return post


def test_a_worker_publishes_what_is_due(crew):
    crew.worker()
    post = scheduled_post()
    publish_due.delay()
    crew.wait_until(Post.objects.published().exists)
    post.refresh_from_db()
    assert post.published_at == Post.history.filter(state="scheduled").latest().scheduled_at


def test_what_is_scheduled_does_not_wait_behind_a_queue_full_of_jobs(crew):
    jobs.add(JobKind.DRAFT, *of_papers(*(f"9903.{number:05}" for number in range(20))))
    scheduled_post()
    publish_due.delay()
    crew.worker("--concurrency=1")
    crew.wait_until(Post.objects.published().exists)
    went_public = Post.history.filter(state=State.PUBLISHED).latest().history_date
    assert Run.objects.filter(ended_at__lt=went_public).count() < 10
