"""Faults of a connection and of answers, for each way that came after the first two.

These are arXiv's announcements and its OAI-PMH interface, a month's list of Hugging Face, and its
Markdown of a paper.
"""

import gzip
import json
import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from werkzeug import Response

from digest import ledger
from papers.models import ArxivCategory, FullText, Listing, Paper, SourceAnswer, SourceState
from papers.pipeline import cross_check
from papers.pipeline.ingest import ingest_source
from papers.sources import huggingface, oai
from papers.sources.errors import SourceBusy, SourceDown, SourceError
from tests.faults import raw_server
from tests.papers.pipeline.test_full_text_faults import INWARD
from tests.papers.sources.announced import announced, feed
from tests.papers.sources.oai import make_answer, make_record

pytestmark = pytest.mark.django_db(transaction=True)

DAY = date(2025, 10, 8)
ID, OTHER = "2510.05096", "2510.00001"


def announcements():
    ArxivCategory.objects.get_or_create(category="cs.CL", is_on=True, since=DAY)
    ingest_source("arxivnew", DAY)


WAYS = {
    "announcements": ("ARXIV_FEED_URL", announcements),
    "OAI-PMH": ("ARXIV_OAI_URL", lambda: oai.fetch([ID])),
    "month": ("HUGGINGFACE_URL", lambda: cross_check.compare(DAY.replace(day=1))),
    "Markdown": ("HUGGINGFACE_URL", lambda: huggingface.markdown(ID)),
}


@pytest.fixture(autouse=True)
def quick(settings):
    settings.ARXIV_INTERVAL_S = 0
    settings.HTTP_DEADLINE_S = 60.0
    settings.HTTP_RETRY_WAIT_S = 0
    with time_machine.travel(datetime(2025, 10, 8, 12, tzinfo=UTC)) as clock:
        yield clock


@pytest.fixture(params=WAYS)
def way(request, settings, httpserver):
    """A way of which each request comes to `httpserver`. Returns the function that asks."""
    setting, ask = WAYS[request.param]
    setattr(settings, setting, httpserver.url_for("").rstrip("/"))
    return ask


def refusal(ask):
    """Return why an answer is refused: all of it, or what OAI-PMH says of its one paper."""
    try:
        reading = ask()
    except SourceError as error:
        return str(error)
    [refused] = reading.refusals
    return refused.reason


def nothing_is_stored():
    stored = (SourceAnswer, Paper, Listing, FullText)
    return not any(model.objects.exists() for model in stored)


@pytest.mark.parametrize("name", WAYS)
@pytest.mark.parametrize(
    "behave", [raw_server.stalls, raw_server.drips, raw_server.resets, raw_server.ends_early]
)
def test_an_answer_that_is_none_stores_nothing_and_can_be_asked_for_again(settings, name, behave):
    setting, ask = WAYS[name]
    settings.HTTP_DEADLINE_S = 1.0
    with raw_server.raw_server(behave) as (url, connections):
        setattr(settings, setting, url)
        with pytest.raises(SourceDown):
            ask()
    assert 1 <= len(connections) <= 4
    assert nothing_is_stored()
    assert not SourceState.objects.filter(stopped=True).exists()


@pytest.mark.parametrize("name", WAYS)
def test_an_answer_without_end_is_cut_at_its_limit(settings, name):
    setting, ask = WAYS[name]
    with raw_server.raw_server(raw_server.never_ends) as (url, _):
        setattr(settings, setting, url)
        assert "response too large" in refusal(ask)
    assert nothing_is_stored()


@pytest.mark.parametrize("headers", [{"Retry-After": "90"}, {"RateLimit": '"api";r=0;t=90'}])
def test_no_request_comes_before_the_time_that_a_429_names(way, httpserver, quick, headers):
    httpserver.expect_request(re.compile(".*")).respond_with_data("", 429, headers)
    with pytest.raises(SourceBusy, match="waiting until 2025-10-08 12:01:3"):
        way()
    quick.shift(timedelta(seconds=80))
    with pytest.raises(SourceBusy, match="no request before"):
        way()
    assert len(httpserver.log) == 1
    quick.shift(timedelta(seconds=15))
    with pytest.raises(SourceBusy):
        way()
    assert len(httpserver.log) == 2


RECOVERS = {
    "OAI-PMH": make_answer(make_record(ID)),
    "month": json.dumps([]),
}


@pytest.mark.parametrize("way", RECOVERS, indirect=True)
def test_a_way_that_fails_three_times_is_asked_four_times(way, httpserver, settings, request):
    said = RECOVERS[request.node.callspec.params["way"]]
    answers = [("", 500)] * 3 + [(said, 200)]
    httpserver.expect_request(re.compile(".*")).respond_with_handler(
        lambda _: Response(*answers.pop(0), content_type="application/json")
    )
    way()
    assert not answers


def leads_nowhere(ask, httpserver, location):
    httpserver.clear()
    away = {"Location": location}
    httpserver.expect_request(re.compile(".*")).respond_with_data("", 302, away)
    if ask is WAYS["Markdown"][1]:
        return ask() is None  # Where there is none, it leads to a page.
    return "redirect refused" in refusal(ask)


def test_no_redirect_is_followed(way, httpserver):
    with raw_server.raw_server(raw_server.stalls) as (url, connections):
        for location in (*INWARD, f"{url}/"):
            assert leads_nowhere(way, httpserver, location), location
    assert connections == []
    assert nothing_is_stored()


HOSTILE = {
    "ill-formed": b'<feed xmlns="http://www.w3.org/2005/Atom"><entry>',
    "another namespace": b'<feed xmlns="http://example.org/"/>',
    "nothing": b"",
    "no XML": b"Service temporarily unavailable",
    "external entity": b'<!DOCTYPE feed SYSTEM "http://127.0.0.1:1/x.dtd"><feed/>',
    "inclusion": b'<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>',
    "not in its encoding": b'<?xml version="1.0" encoding="utf-8"?><feed>\xff</feed>',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_feed_is_refused_and_stores_nothing(settings, httpserver, name):
    settings.ARXIV_FEED_URL = httpserver.url_for("")
    httpserver.expect_request("/cs.CL").respond_with_data(HOSTILE[name])
    with pytest.raises(SourceError) as refused:
        announcements()
    assert "root:" not in str(refused.value)
    assert not SourceAnswer.objects.exists()
    assert len(httpserver.log) == 1


def test_a_gzip_bomb_is_refused(way, httpserver):
    bomb = gzip.compress(b" " * (64 * 2**20))
    packed = {"Content-Encoding": "gzip", "Content-Type": "text/markdown"}
    httpserver.expect_request(re.compile(".*")).respond_with_data(bomb, 200, packed)
    assert "response too large" in refusal(way)
    assert nothing_is_stored()


def test_an_announcement_that_shrinks_or_empties_takes_nothing_back(settings, httpserver, quick):
    settings.ARXIV_FEED_URL = httpserver.url_for("")
    told = [feed(announced(ID, DAY), announced(OTHER, DAY)), feed(announced(ID, DAY)), feed()]
    for body in told:
        httpserver.expect_oneshot_request("/cs.CL").respond_with_data(body)
    announcements()
    for _ in told[1:]:
        quick.shift(timedelta(minutes=31))
        ingest_source("arxivnew", DAY)
    assert Listing.objects.count() == 2
    [account] = [each for each in ledger.days(DAY, DAY) if each.source == "arxivnew"]
    assert (account.listed, account.balances) == (2, True)
