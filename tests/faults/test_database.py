"""PostgreSQL restarts under a site at work: readers see 503 for a moment, and nothing is lost."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from digest.local.embedded import postgres
from tests.faults.house import PAGES, Editor, House, again_and_again
from tests.faults.sources import PAPERS_A_DAY, Sources

pytestmark = pytest.mark.slow

DAYS = [(date(2025, 9, 1) + timedelta(n)).isoformat() for n in range(12)]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with HTTPServer(threaded=True) as server:
        sources = Sources(server)
        sources.wait = 0.2
        house = House(tmp_path, sources)
        try:
            house.open()
            yield house
        finally:
            house.stop()


def test_a_restart_of_the_database_loses_no_accepted_save_and_shows_no_traceback(house):
    with ExitStack() as stack:
        editor = Editor(stack.enter_context(house.client()))
        house.manage("ingest", "--from", DAYS[0], "--to", DAYS[-1], "--queue")
        saved = stack.enter_context(again_and_again(editor.save, 0.1))
        read = {}  # 20 a second.
        for page in PAGES:
            get = partial(stack.enter_context(house.client()).get, page)
            read[page] = stack.enter_context(again_and_again(get, 0.25))

        def last_statuses() -> list[int]:
            return [answers[-1].status_code for answers in (saved, *read.values()) if answers]

        well = [302, *PAGES.values()]
        house.wait_until(lambda: last_statuses() == well and house.rows("SELECT 1 FROM papers_run"))
        postgres.stop(house.folder)
        house.wait_until(lambda: last_statuses() == [503] * len(well))
        postgres.start(house.folder)
        house.wait_until(lambda: last_statuses() == well)
    for page, answers in read.items():
        assert {answer.status_code for answer in answers} == {PAGES[page], 503}, page
    unwell = [each for answers in (saved, *read.values()) for each in answers]
    unwell = [answer for answer in unwell if answer.status_code == 503]
    assert all("Retry-After" in answer.headers for answer in unwell)
    assert not any("Traceback" in answer.text for answer in unwell)
    assert {answer.status_code for answer in saved} == {302, 503}
    accepted = {
        name for name, answer in zip(editor.names, saved, strict=True) if answer.status_code == 302
    }
    assert accepted <= {name for (name,) in house.rows("SELECT name FROM taggit_tag")}
    house.wait_until(lambda: not house.rows("SELECT 1 FROM papers_job WHERE state <> 'done'"))
    listings = "SELECT count(*), count(DISTINCT paper_id) FROM papers_listing"
    both = len(DAYS) * PAPERS_A_DAY
    assert house.rows(f"{listings} WHERE source = 'huggingface'") == [(both, both)]
    assert house.rows("SELECT 1 FROM papers_run WHERE ended_at IS NULL") == []
    assert [process.poll() for process in house.site] == [None] * 3  # All still run.
    swept = house.sweeps()
    house.wait_until(lambda: house.sweeps() > swept)
