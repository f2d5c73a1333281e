"""A real worker, a real Valkey: what is scheduled goes public without anybody asking."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import connection

from digest import publishing
from digest.embedded import valkey
from digest.models import Post, State
from digest.tasks import publish_due
from papers.clock import now
from tests.factories import make_post

PATIENCE_S = 30


@pytest.fixture
def worker(settings, tmp_path: Path, transactional_db: None) -> Iterator[None]:
    """A worker process on the tests' own database and queue."""
    if not settings.REDIS_URL:
        valkey.start(settings.DATA_DIR)
    params = connection.get_connection_params()
    url = f"postgresql://{params.get('user', '')}:{params.get('password', '')}@/{params['dbname']}"
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": f"{url}?host={params.get('host', '')}&port={params.get('port', '')}",
    }
    log = (tmp_path / "worker.log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "digest", "worker", "--pool=solo"],
        env=environment,
        stdout=log,
        stderr=log,
    )
    yield
    process.terminate()
    process.wait(PATIENCE_S)
    log.close()


@pytest.mark.slow
def test_a_worker_publishes_what_is_due(worker):
    post = make_post(state=State.DRAFT)
    with time_machine.travel(now() - timedelta(hours=1)):
        publishing.schedule(post, now() + timedelta(minutes=30))
    publish_due.delay()
    deadline = time.monotonic() + PATIENCE_S
    while not Post.objects.published().exists():
        assert time.monotonic() < deadline, "no worker published the post"
        time.sleep(0.1)
    post.refresh_from_db()
    assert post.published_at == Post.history.filter(state="scheduled").latest().scheduled_at
