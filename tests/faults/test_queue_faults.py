"""The queue is there and does not do its work: full, out of memory, or with garbage in it."""

import socket
import subprocess
from pathlib import Path

import pytest
from redis import Redis

from digest.local.embedded import valkey
from papers import jobs
from papers.models import Job, JobKind, JobState, Run
from tests.factories import make_paper, make_post, of_papers

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PAPER = "9906.00001"


class Queue:
    """A server that can be made to refuse, and the folder of its log."""

    def __init__(self, address: str, folder: Path) -> None:
        self.redis = Redis.from_url(address)
        self.folder = folder / "appendonlydir"

    def fill_memory(self) -> None:
        self.redis.config_set("maxmemory", "1")

    def free_memory(self) -> None:
        self.redis.config_set("maxmemory", "0")

    def fill_disk(self) -> None:
        """Let the server write its log to a device that is always full."""
        self.redis.config_set("appendonly", "no")
        (self.folder / "temp-appendonly.aof.incr").symlink_to("/dev/full")
        self.redis.config_set("appendonly", "yes")
        self.redis.set("one more", "than fits")

    def free_disk(self) -> None:
        self.redis.config_set("appendonly", "no")
        for log in self.folder.iterdir():
            if log.is_symlink():
                log.unlink()
        self.redis.config_set("appendonly", "yes")

    def close(self) -> None:
        self.redis.config_set("maxmemory", "0")
        self.free_disk()
        self.redis.close()


@pytest.fixture
def queue(crew):
    queue = Queue(valkey.socket_urls(crew.data_dir)[1], crew.data_dir / "valkey")
    yield queue
    queue.close()


def ready(crew, *options):
    """A worker as production has it, which has begun to read the queue."""
    worker = crew.celery(
        "worker", "--concurrency=1", "-Q", "celery,arxiv", "--loglevel=INFO", *options
    )
    crew.wait_until(lambda: "ready." in crew.said(worker))
    return worker


@pytest.mark.parametrize(
    ("what", "said"), [("memory", "maxmemory"), ("disk", "No space left on device")]
)
def test_a_full_queue_is_waited_for_and_nothing_is_lost(crew, queue, client, caplog, what, said):
    worker, page = ready(crew), make_post(papers=1).get_absolute_url()
    make_paper(arxiv_id=PAPER)
    getattr(queue, f"fill_{what}")()
    jobs.add(JobKind.DRAFT, *of_papers(PAPER))
    assert said in caplog.text
    if what == "disk":  # Out of memory, a server is still read from.
        crew.wait_until(lambda: said in crew.said(worker))
    assert {client.get(each).status_code for each in (page, "/healthz")} == {200}
    assert Job.objects.get().state == JobState.DUE
    getattr(queue, f"free_{what}")()
    crew.beat()
    crew.wait_until_all_is_done()
    assert Run.objects.count() == 1
    assert worker.poll() is None


def overwrite_keys(redis):
    redis.delete("celery")
    kinds, exchanges = ("binding", "binding_permanent"), ("celery", "celery.pidbox", "celeryev")
    bindings = [f"_kombu.{kind}.{exchange}" for kind in kinds for exchange in exchanges]
    for key in ("celery", *bindings, "_kombu.binding_deadlines", "unacked", "unacked_index"):
        redis.set(key, "neither list nor set nor hash")


@pytest.mark.parametrize(
    ("garbage", "said"),
    [
        (lambda redis: redis.lpush("celery", "no message", "[1]", "{}"), "was none"),
        (overwrite_keys, "celery was a string"),
    ],
    ids=["messages", "keys"],
)
def test_garbage_in_the_queue_stops_no_worker(crew, queue, garbage, said):
    worker = ready(crew)
    make_paper(arxiv_id=PAPER)
    garbage(queue.redis)
    crew.wait_until(lambda: said in crew.said(worker))
    jobs.add(JobKind.DRAFT, *of_papers(PAPER))
    crew.beat()
    crew.wait_until_all_is_done()
    assert worker.poll() is None


@pytest.fixture
def served(tmp_path):
    """A queue at an address of its own, as production has one."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = f"--port {port} --bind 127.0.0.1 --appendonly yes --dir {tmp_path}"
    with subprocess.Popen([valkey.program(), *options.split(), "--save", ""]) as server:
        queue = Queue(f"redis://127.0.0.1:{port}/0", tmp_path)
        queue.port = port
        yield queue
        server.kill()


def test_in_production_too_a_full_disk_under_the_queue_leaves_the_worker_at_work(crew, served):
    crew.environment |= {"REDIS_URL": f"redis://127.0.0.1:{served.port}/0"}
    worker = ready(crew)
    served.fill_disk()
    crew.wait_until(lambda: "No space left on device" in crew.said(worker))
    make_paper(arxiv_id=PAPER)
    jobs.add(JobKind.DRAFT, *of_papers(PAPER))
    served.free_disk()
    crew.beat()
    crew.wait_until_all_is_done()
    assert worker.poll() is None


def put_garbage_under_way(redis):
    redis.hset("unacked", mapping={"x": "no message", "y": "[1, 2]", "z": b"\xff"})
    redis.zadd("unacked_index", dict.fromkeys("xyz", 1))  # So old that a worker puts them back.


@pytest.mark.parametrize("garbage", [put_garbage_under_way, overwrite_keys])
def test_garbage_that_is_there_before_a_worker_keeps_it_from_no_job(crew, queue, garbage):
    garbage(queue.redis)
    worker = ready(crew)
    make_paper(arxiv_id=PAPER)
    jobs.add(JobKind.DRAFT, *of_papers(PAPER))
    crew.beat()
    crew.wait_until_all_is_done()
    assert worker.poll() is None
    assert not {b"x", b"y", b"z"} & set(queue.redis.hkeys("unacked"))
