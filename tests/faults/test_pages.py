"""Stored pages of a site at work: its database stops, its queue stops, a maker is killed."""

import httpx2
import pytest

from digest.local.embedded import postgres, valkey
from tests.faults.test_database import PAGES, House, house

pytestmark = pytest.mark.slow
__all__ = ["house"]

STORED = [path for path in PAGES if path not in {"/ledger/", "/nothing/here/"}]

MAKING = "SELECT 1 FROM digest_storedpage WHERE snapshot IS NULL AND made_at < '2001-01-01'"
# Forgets all pages, and makes them, again and again.
MAKE = """
from django.db import connection
from digest.models import Post
from digest.readers.pages import first
while True:
    connection.cursor().execute("UPDATE digest_storedpage SET snapshot = NULL")
    for post in Post.objects.published():
        first.make_first(post)
"""


def bodies(client: httpx2.Client) -> dict[str, str]:
    answers = {path: client.get(path) for path in STORED}
    assert {answer.status_code for answer in answers.values()} == {200}
    return {path: answer.text for path, answer in answers.items()}


def all_are(client: httpx2.Client, status: int) -> bool:
    return {client.get(path).status_code for path in STORED} == {status}


def test_pages_need_no_queue_and_come_back_with_the_database(house: House) -> None:
    with house.client() as client:
        before = bodies(client)
        valkey.stop(house.folder)
        house.rows("UPDATE digest_post SET public_title = public_title RETURNING 1")
        assert bodies(client) == before
        postgres.stop(house.folder)
        house.wait_until(lambda: all_are(client, 503))
        assert all_are(client, 503)  # Memory is not trusted again.
        for path in STORED:
            unwell = client.get(path)
            assert int(unwell.headers["Retry-After"]) > 0
            assert unwell.headers["Cache-Control"] == "no-store"
            assert "<!doctype html>" in unwell.text
            assert "Traceback" not in unwell.text
        assert client.get("/static/favicon.svg").status_code == 200
        postgres.start(house.folder)
        house.wait_until(lambda: all_are(client, 200))
        assert bodies(client) == before
        house.rows("UPDATE digest_post SET public_title = 'New title' RETURNING 1")
        house.wait_until(lambda: "New title" in client.get("/").text)
        assert house.site[0].poll() is None  # It is the same process.


def test_who_is_killed_while_it_makes_pages_leaves_nothing_wrong(house: House) -> None:
    with house.client() as client:
        before = bodies(client)
        for _ in range(4):
            maker = house.start("manage.py", "shell", "-c", MAKE)
            house.rows("UPDATE digest_storedpage SET made_at = '2000-01-01' RETURNING 1")
            house.wait_until(lambda: house.rows(MAKING))
            house.kill(maker)
            assert bodies(client) == before
        house.rows("UPDATE digest_post SET public_title = 'New title' RETURNING 1")
        house.wait_until(lambda: "New title" in client.get("/").text)
