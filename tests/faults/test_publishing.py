"""A real worker, a real queue: what is scheduled goes public without anybody asking."""

from datetime import timedelta

import pytest
import time_machine

from digest import publishing
from digest.models import Post, State
from digest.tasks import publish_due
from papers.clock import now
from tests.factories import make_post


@pytest.mark.slow
def test_a_worker_publishes_what_is_due(crew):
    crew.worker()
    post = make_post(state=State.DRAFT)
    with time_machine.travel(now() - timedelta(hours=1)):
        publishing.schedule(post, now() + timedelta(minutes=30))
    publish_due.delay()
    crew.wait_until(Post.objects.published().exists)
    post.refresh_from_db()
    assert post.published_at == Post.history.filter(state="scheduled").latest().scheduled_at
