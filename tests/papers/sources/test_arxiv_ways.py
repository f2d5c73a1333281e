"""OAI-PMH is asked once the query API is silent for long, and no longer than that."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from papers.models import SourceState
from papers.sources import arxiv, arxiv_ways, oai
from papers.sources.atom import NotAtom
from papers.sources.errors import SourceBusy, SourceDown, SourceError, SourceForbidden
from papers.sources.rate_limit import slot
from tests.papers.sources.atom import error_feed, make_entry, make_feed
from tests.papers.sources.oai import make_answer, make_record

pytestmark = pytest.mark.django_db(transaction=True)

ID = "2510.05096"
SHORT, LONG = timedelta(minutes=3), timedelta(minutes=4)


class Arxiv:
    """Both interfaces of arXiv. The query API says what a test wants."""

    def __init__(self, server):
        self.server = server
        self.query(make_feed(make_entry()))

    def query(self, body, status=200, headers=None):
        self.server.clear_all_handlers()
        self.server.expect_request("/query").respond_with_data(body, status, headers or {})
        self.server.expect_request("/oai").respond_with_data(make_answer(make_record(ID)))

    def asked(self):
        paths = [request.path for request, _ in self.server.log]
        self.server.clear_log()
        return paths


@pytest.fixture
def clock(settings, httpserver):
    settings.ARXIV_API_URL = httpserver.url_for("/query")
    settings.ARXIV_OAI_URL = httpserver.url_for("/oai")
    settings.ARXIV_INTERVAL_S = 0
    with time_machine.travel(datetime(2025, 10, 10, 12, tzinfo=UTC)) as clock:
        yield clock


@pytest.fixture
def fake(clock, httpserver):
    return Arxiv(httpserver)


def way():
    return arxiv_ways.ask([ID]).way


def test_the_query_api_is_asked_while_it_answers(fake):
    assert way() == "arxiv"
    assert fake.asked() == ["/query"]


@pytest.mark.parametrize(
    ("mood", "error"),
    [((b"sorry", 500), SourceDown), ((b"<html>Sorry</html>", 200), NotAtom)],
)
def test_a_silence_becomes_the_second_way_only_when_it_is_long(fake, clock, mood, error):
    fake.query(*mood)
    with pytest.raises(error):
        way()
    clock.shift(SHORT)
    with pytest.raises(error):
        way()
    clock.shift(LONG)
    assert way() == "arxivoai"


def test_a_long_pause_is_a_silence_from_its_first_moment(fake, clock):
    fake.query(b"", 429, {"Retry-After": "1200"})
    assert way() == "arxivoai"
    assert fake.asked() == ["/query", "/oai"]
    assert way() == "arxivoai"
    assert fake.asked() == ["/oai"]


def test_a_short_pause_is_waited_for(fake, clock):
    fake.query(b"", 429, {"Retry-After": "60"})
    with pytest.raises(SourceBusy):
        way()
    with pytest.raises(SourceBusy):
        way()
    assert fake.asked() == ["/query"]


def test_the_query_api_is_tried_again_every_five_minutes_and_its_answer_ends_it(fake, clock):
    fake.query(b"", 500)
    with pytest.raises(SourceDown):
        way()
    clock.shift(LONG)
    assert way() == "arxivoai"
    fake.asked()
    assert way() == "arxivoai"
    assert fake.asked() == ["/oai"]
    clock.shift(arxiv_ways.TRY_AGAIN)
    assert way() == "arxivoai"
    assert fake.asked()[0] == "/query"
    clock.shift(arxiv_ways.TRY_AGAIN)
    fake.query(make_feed(make_entry()))
    assert way() == "arxiv"
    assert SourceState.objects.get(source="arxiv").silent_since is None
    fake.query(b"", 500)
    with pytest.raises(SourceDown):
        way()


def test_an_answer_that_says_no_is_no_silence(fake, clock):
    fake.query(error_feed("incorrect id format"), 400)
    for _ in range(3):
        with pytest.raises(SourceError, match="incorrect id format"):
            way()
        clock.shift(LONG)
    assert "/oai" not in fake.asked()


def test_a_pause_that_is_over_is_no_silence(fake, clock):
    fake.query(b"", 429, {"Retry-After": "60"})
    with pytest.raises(SourceBusy):
        way()
    clock.shift(LONG)
    fake.query(make_feed(make_entry()))
    assert way() == "arxiv"


def test_a_refusal_takes_no_second_way(fake, clock):
    fake.query(b"no", 403)
    for _ in range(3):
        with pytest.raises(SourceForbidden):
            way()
        clock.shift(LONG)
    assert fake.asked() == ["/query"]


def test_without_an_address_there_is_no_second_way(fake, clock, settings):
    settings.ARXIV_OAI_URL = ""
    fake.query(b"", 429, {"Retry-After": "1200"})
    with pytest.raises(SourceBusy):
        way()
    assert fake.asked() == ["/query"]


def test_where_both_are_silent_it_can_be_tried_again(fake, clock, httpserver):
    fake.query(b"", 500)
    with pytest.raises(SourceDown):
        way()
    clock.shift(LONG)
    httpserver.clear_all_handlers()
    httpserver.expect_request("/query").respond_with_data("", 500)
    httpserver.expect_request("/oai").respond_with_data("<html>maintenance</html>")
    with pytest.raises(SourceDown, match="OAI-PMH"):
        way()


def test_both_ways_wait_for_each_other(fake, clock, settings):
    settings.HTTP_TURN_WAIT_MAX_S = 0.01
    with slot(arxiv.NAME), pytest.raises(SourceBusy, match="no slot"):
        oai.fetch([ID])
    assert fake.asked() == []


def test_a_silence_begins_anew_after_a_day_without_a_request(clock, fake, settings):
    settings.HTTP_DEADLINE_S = 0.2
    fake.query("", 500)
    for _ in range(2):
        with pytest.raises(SourceDown):
            way()
        clock.shift(timedelta(days=30))
    assert fake.asked().count("/oai") == 0
