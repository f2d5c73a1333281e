"""Several processes share arXiv as its terms ask: one request per interval, one connection.

The processes are real, and so is the fake arXiv's log, written where connections come in.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings as django_settings
from django.db import connection

from papers.models import SourceState
from papers.sources.rate_limit import slot
from tests.faults.fake_arxiv import response
from tests.waiting import PATIENCE_S

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

INTERVAL_S = 0.2

ASKS = """
import sys, django
django.setup()
from papers.sources import arxiv
for arxiv_id in sys.argv[1:]:
    [reading] = arxiv.fetch([arxiv_id])
    assert [record.arxiv_id for record in reading.papers] == [arxiv_id]
"""
ASKS_AT_EACH_DOOR = """
import sys, django
django.setup()
from contextlib import suppress
from papers.models import TextFormat
from papers.pipeline import full_texts
from papers.sources import arxiv, arxivnew, oai
from papers.sources.errors import SourceError

doors = [
    lambda: list(arxiv.fetch(["2510.00001"])),
    lambda: oai.fetch(["2510.00001"]),
    lambda: arxivnew._request("cs.CL"),
    lambda: full_texts._ask_arxiv("2510.00001v1", TextFormat.HTML),
    lambda: full_texts._ask_arxiv("2510.00001v1", TextFormat.PDF),
]
first = int(sys.argv[1])
for door in doors[first:] + doors[:first]:
    with suppress(SourceError):
        door()
"""
STAYS_INSIDE = """
import time, django
django.setup()
from papers.sources.rate_limit import slot
with slot("arxiv"):
    print("inside", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def start() -> Iterator[Callable[..., subprocess.Popen]]:
    """Start a process of the site on the tests' own database."""
    params = connection.get_connection_params()
    url = f"postgresql://{params.get('user', '')}:{params.get('password', '')}@/{params['dbname']}"
    known = {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": f"{url}?host={params.get('host', '')}&port={params.get('port', '')}",
        "ARXIV_INTERVAL_S": str(INTERVAL_S),
    }
    processes = []

    def start(program: str, *arguments: str, **environment: str) -> subprocess.Popen:
        processes.append(
            subprocess.Popen(
                [sys.executable, "-c", program, *arguments],
                env=os.environ | known | environment,
                cwd=django_settings.BASE_DIR,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def test_four_processes_keep_to_one_request_an_interval_and_one_connection(arxiv, start):
    ids = [f"2510.{number:05}" for number in range(1, 13)]
    processes = [start(ASKS, *ids[first::4], ARXIV_API_URL=arxiv.url) for first in range(4)]
    errors = [process.communicate(timeout=PATIENCE_S)[1] for process in processes]
    assert errors == [""] * 4
    assert sorted(request.line.split("id_list=")[1][:10] for request in arxiv.log) == ids
    assert len(arxiv.log) == len(ids)
    arxiv.was_asked_politely(INTERVAL_S)


def test_processes_at_all_of_arxivs_doors_share_one_interval_and_one_connection(arxiv, start):
    arxiv.moods = [response(b"nothing that can be read") for _ in range(20)]
    doors = ("ARXIV_API_URL", "ARXIV_OAI_URL", "ARXIV_FEED_URL", "ARXIV_URL")
    everywhere = dict.fromkeys(doors, arxiv.url.removesuffix("/api/query"))
    processes = [start(ASKS_AT_EACH_DOOR, str(first), **everywhere) for first in range(4)]
    errors = [process.communicate(timeout=PATIENCE_S)[1] for process in processes]
    assert errors == [""] * 4
    asked = [request.line.split()[1].partition("?")[0] for request in arxiv.log]
    assert {path.split("/")[1] for path in asked} >= {"", "cs.CL", "html", "pdf"}
    assert any("verb=GetRecord" in request.line for request in arxiv.log)
    assert any("id_list=" in request.line for request in arxiv.log)
    arxiv.was_asked_politely(INTERVAL_S)


def test_a_process_killed_in_its_turn_frees_it_and_the_next_waits_an_interval(settings, start):
    settings.ARXIV_INTERVAL_S = 0.5
    settings.HTTP_TURN_WAIT_MAX_S = float(PATIENCE_S)
    process = start(STAYS_INSIDE)
    assert process.stdout.readline() == "inside\n"
    assert SourceState.objects.get(source="arxiv").last_request_at is None
    killed = time.monotonic()
    process.send_signal(signal.SIGKILL)
    with slot("arxiv"):
        assert time.monotonic() - killed >= 0.5
    assert SourceState.objects.get(source="arxiv").last_request_at is not None
