"""The disk of a whole site is full for a while: nothing accepted is lost, nothing half done."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import httpx2
import pytest
from django.conf import settings
from pytest_httpserver import HTTPServer

from digest.local.embedded import postgres
from tests.faults.disk import Disk
from tests.faults.house import PAGES, Editor, House, again_and_again
from tests.faults.sources import PAPERS_A_DAY, Sources

pytestmark = pytest.mark.slow

FIRST, SECOND = "2025-09-01", "2025-09-02"
UNFINISHED = "SELECT 1 FROM papers_job WHERE state <> 'done'"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    try:
        disk = Disk(tmp_path / "disk", mebibytes=400)
    except PermissionError as error:
        pytest.skip(str(error))
    yield disk
    disk.close()


@pytest.fixture
def house(disk: Disk) -> Iterator[House]:
    with HTTPServer(threaded=True) as server:
        house = House(disk.folder, Sources(server))
        try:
            house.open()
            yield house
        finally:
            house.stop()


def statuses(answers: list[httpx2.Response]) -> set[int]:
    return {answer.status_code for answer in answers}


def ingest(house: House) -> subprocess.CompletedProcess[str]:
    """Read a day by a command that tells us directly: its log has no room on the disk."""
    command = [sys.executable, "manage.py", "ingest", "--date", SECOND]
    return subprocess.run(
        command,
        env=house.environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_full_disk_loses_no_accepted_save_and_what_it_kept_from_its_work_is_done_later(
    house, disk
):
    with ExitStack() as stack:
        editor = Editor(stack.enter_context(house.client()))
        read = {}
        for page in PAGES:
            get = partial(stack.enter_context(house.client()).get, page)
            read[page] = stack.enter_context(again_and_again(get, 0.25))
        house.manage("ingest", "--date", FIRST)
        house.wait_until(lambda: not house.rows(UNFINISHED))  # Three attempts are over in a second.
        disk.fill()
        saved = stack.enter_context(again_and_again(editor.save, 0.05))
        house.wait_until(lambda: 503 in statuses(saved))
        disk.fill()  # What others have freed since.
        refused = ingest(house)
        disk.free()
        postgres.start(house.folder)  # It ends if its own log finds no room, as under a supervisor.
        came = {page: len(answers) for page, answers in read.items()}
        house.wait_until(lambda: saved[-1].status_code == 302)
        house.wait_until(lambda: all(len(read[page]) > came[page] + 2 for page in PAGES))
    for page, answers in read.items():
        assert statuses(answers) <= {PAGES[page], 503}, page
        assert answers[-1].status_code == PAGES[page]
    told = [*saved, *(answer for answers in read.values() for answer in answers)]
    assert statuses(saved) == {302, 503}
    assert not any("Traceback" in answer.text for answer in told)
    assert all("Retry-After" in answer.headers for answer in told if answer.status_code == 503)
    kept = zip(editor.names, saved, strict=True)
    accepted = {name for name, answer in kept if answer.status_code == 302}
    assert accepted <= {name for (name,) in house.rows("SELECT name FROM taggit_tag")}
    assert refused.returncode == 1
    assert "No space left on device" in refused.stderr
    assert "Traceback" not in refused.stderr
    of_day = "SELECT count(*) FROM papers_listing WHERE source = 'huggingface' AND day = "
    assert house.rows(f"{of_day}'{SECOND}'") in ([(0,)], [(PAPERS_A_DAY,)])  # Never half.
    house.manage("ingest", "--date", SECOND)
    assert house.rows(f"{of_day}'{SECOND}'") == [(PAPERS_A_DAY,)]
    house.wait_until(lambda: not house.rows(UNFINISHED))
    assert house.rows("SELECT 1 FROM papers_run WHERE ended_at IS NULL") == []
    assert [process.poll() for process in house.site] == [None] * 3  # All still run.
