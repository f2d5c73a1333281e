"""A pause that a source of lists asks for holds for all its days, and for no other source."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command

from papers.clock import now
from papers.models import Listing, SourceState
from papers.sources import daily
from papers.sources.errors import SourceBusy
from tests.papers.sources import shelf

pytestmark = pytest.mark.django_db

DAYS = [date(2025, 10, 7), date(2025, 10, 8)]


@pytest.fixture
def huggingface(httpserver, settings):
    settings.HUGGINGFACE_URL = httpserver.url_for("").rstrip("/")
    settings.HTTP_DEADLINE_S = 10
    settings.COMMAND_WAIT_MAX_S = 60
    return httpserver


def turn_away(server):
    server.expect_request("/api/daily_papers").respond_with_data(
        "slow down", status=429, headers={"RateLimit": '"api";r=0;t=90'}
    )


def test_no_day_is_asked_for_before_the_pause_is_over(huggingface):
    turn_away(huggingface)
    for day in DAYS:
        with pytest.raises(SourceBusy) as raised:
            daily.fetch("huggingface", day)
        assert timedelta(seconds=80) < raised.value.retry_at - now() <= timedelta(seconds=90)
        assert raised.value.day == day
    assert len(huggingface.log) == 1
    huggingface.clear()
    huggingface.expect_request("/api/daily_papers").respond_with_data("[]")
    with time_machine.travel(now() + timedelta(seconds=91)):
        assert daily.fetch("huggingface", DAYS[1]).papers == ()


def test_a_range_asks_once_and_the_other_source_goes_on(huggingface, settings, monkeypatch):
    monkeypatch.setitem(daily.DAILY, shelf.NAME, shelf.fetch)
    settings.SHELF_URL = f"{settings.HUGGINGFACE_URL}/shelf"
    turn_away(huggingface)
    for number, day in enumerate(DAYS):
        huggingface.expect_request(f"/shelf/{day}").respond_with_json(
            [{"arxiv": f"2510.0000{number}", "name": "A paper"}]
        )
    with pytest.raises(CommandError, match="2 days failed"):
        call_command("ingest", "--from", str(DAYS[0]), "--to", str(DAYS[1]))
    asked = [request.path for request, _ in huggingface.log]
    assert asked.count("/api/daily_papers") == 1
    assert [row.source for row in Listing.objects.all()] == [shelf.NAME] * 2
    [paused] = SourceState.objects.exclude(paused_until=None)
    assert paused.source == "huggingface"
