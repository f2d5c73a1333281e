"""A command waits out the pauses that its sources ask for, and goes on where it was."""

import json
from collections import Counter
from datetime import date, timedelta
from io import StringIO
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.utils.dateparse import parse_datetime
from werkzeug import Request, Response

from papers.clock import now
from papers.models import Listing, ModelCall, Paper, SourceState
from papers.sources.http import REQUESTS
from tests.factories import make_paper
from tests.papers.pipeline.fake_model import completion, refusal, summary
from tests.papers.sources.atom import make_entry, make_feed

pytestmark = pytest.mark.django_db(transaction=True)

FIRST, DAYS = date(2025, 3, 1), 230
LAST = FIRST + timedelta(DAYS - 1)


class Moody:
    """A server that turns away the next `times` requests when it has answered so many as named."""

    def __init__(self, server, address, answer, moments=(), times=1, wait="1"):
        self.answer, self.wait = answer, wait
        self.left = dict.fromkeys(moments, times)
        self.seen = self.turned_away = 0
        server.expect_request(address).respond_with_handler(self.respond)

    def respond(self, request: Request) -> Response:
        if self.left.get(self.seen):
            self.left[self.seen] -= 1
            self.turned_away += 1
            return Response("slow down", 429, {"Retry-After": self.wait})
        self.seen += 1
        return self.answer(request)


def listed(request: Request) -> Response:
    """Two papers a day, on one page."""
    day = request.args["date"]
    ids = [f"{day[2:4]}{day[5:7]}.{day[8:]}{number:03}" for number in range(2)]
    items = [{"paper": {"id": each, "title": each, "summary": "An abstract."}} for each in ids]
    return Response(json.dumps(items if request.args["p"] == "0" else []))


def known(request: Request) -> Response:
    return Response(make_feed(*map(make_entry, request.args["id_list"].split(","))))


@pytest.fixture
def servers(httpserver, settings):
    settings.HUGGINGFACE_URL = httpserver.url_for("").rstrip("/")
    settings.ARXIV_API_URL = httpserver.url_for("/api/query")
    settings.ARXIV_INTERVAL_S = 0.0
    return httpserver


def run(*arguments):
    """What a command prints, and its error if there is one."""
    out, err, error = StringIO(), StringIO(), None
    try:
        call_command(*map(str, arguments), stdout=out, stderr=err)
    except CommandError as raised:
        error = raised
    return out.getvalue(), err.getvalue(), error


@pytest.mark.slow
def test_all_days_come_in_by_one_run_though_the_source_asks_for_pauses(servers):
    moments = sorted(Random(20250301).sample(range(2 * DAYS), 4))
    moody = Moody(servers, "/api/daily_papers", listed, moments, times=REQUESTS + 1)
    out, err, error = run("ingest", "--from", FIRST, "--to", LAST)
    assert error is None
    assert moody.turned_away == (REQUESTS + 1) * len(moments)
    assert out.startswith(f"{DAYS} days, {2 * DAYS} listed, 0 refused, ")
    assert err.count("huggingface: waiting until 20") == err.count("\n") == len(moments)
    per_day = Counter(Listing.objects.values_list("day", flat=True))
    assert per_day == {FIRST + timedelta(n): 2 for n in range(DAYS)}


def test_a_pause_of_an_hour_ends_the_command_with_the_time_and_what_is_left(servers):
    moody = Moody(servers, "/api/daily_papers", listed, [4], times=99, wait="3600")
    before = now()
    out, err, error = run("ingest", "--from", FIRST, "--to", FIRST + timedelta(9))
    assert out.startswith("2 days, 4 listed, 0 refused, ")
    assert str(error) == "8 days failed, 0 items were refused."
    assert err.startswith("huggingface asks for a pause until ")
    assert err.endswith(
        " UTC. The command has waited as long as it may (COMMAND_WAIT_MAX_S, and 10 pauses in a"
        " row): run it again from then on.\n"
    )
    assert err.count("\n") == 1
    told = parse_datetime(err.removeprefix("huggingface asks for a pause until ")[:19] + "Z")
    assert timedelta(minutes=59) < told - before < timedelta(minutes=61)
    assert (moody.seen, moody.turned_away) == (4, 1)  # No other day was asked for.


def test_the_waits_of_a_command_have_a_limit_in_all(servers, settings):
    settings.COMMAND_WAIT_MAX_S = 1.5
    settings.HTTP_DEADLINE_S = 0.9
    moody = Moody(servers, "/api/daily_papers", listed, [0, 2, 4])
    out, err, _ = run("ingest", "--from", FIRST, "--to", FIRST + timedelta(2))
    assert out.startswith("1 days, ")
    assert err.count("waiting until") == 1
    assert "has waited as long as it may" in err
    assert moody.turned_away == 2


def test_a_source_that_asks_for_short_pauses_without_end_is_left_in_peace(
    servers, settings, monkeypatch
):
    monkeypatch.setattr("papers.management.pauses.IN_A_ROW", 2)
    settings.HTTP_DEADLINE_S = 0.9
    moody = Moody(servers, "/api/daily_papers", listed, [0], times=99)
    _, err, error = run("ingest", "--from", FIRST, "--to", FIRST + timedelta(9))
    assert moody.turned_away == 3
    assert err.count("waiting until") == 2
    assert str(error).startswith("10 days failed")


def test_a_paper_added_by_hand_waits_for_arxiv(servers):
    Moody(servers, "/api/query", known, [1])
    ids = [f"2510.{number:05}" for number in range(150)]  # Two requests.
    out, err, error = run("add_paper", *ids)
    assert error is None
    assert out == "150 papers added, 150 listings added, 0 refused.\n"
    assert err.count("arxiv: waiting until 20") == 1
    assert Paper.objects.count() == 150


def test_a_draft_waits_for_the_model_and_no_call_is_paid_twice(fake, settings):
    papers = [make_paper() for _ in range(3)]
    said = []

    def behave(request):
        said.append(429 if len(said) == 1 else 200)
        if said[-1] == 429:
            return refusal("slow down", 429, **{"Retry-After": "1"})
        return completion(summary())

    fake.behave = behave
    out, err, error = run("draft", "--paper", *(paper.arxiv_id for paper in papers))
    assert error is None
    assert out == "3 papers, 15 added, 3 left empty, 3000 tokens.\n"
    assert err.count("model: waiting until 20") == 1
    assert said == [200, 429, 200, 200]
    assert sorted(ModelCall.objects.values_list("outcome", flat=True)) == [
        "done", "done", "done", "down",
    ]  # fmt: skip


def test_a_model_that_asks_for_an_hour_ends_the_drafting_with_the_time(fake):
    papers = [make_paper() for _ in range(3)]
    fake.refuses("slow down", 429, **{"Retry-After": "3600"})
    out, err, error = run("draft", "--paper", *(paper.arxiv_id for paper in papers))
    assert (out, err) == (".\n", "")
    assert str(error).startswith("model asks for a pause until 20")
    assert len(fake.asked) == 1


@pytest.mark.parametrize(
    ("command", "address", "source"),
    [
        (["ingest", "--from", FIRST, "--to", LAST], "/api/daily_papers", "huggingface 2025-03-01"),
        (["add_paper", "2510.00001"], "/api/query", "arxiv"),
    ],
)
def test_a_source_that_turns_us_away_ends_the_command_at_once(servers, command, address, source):
    servers.expect_request(address).respond_with_data("Access denied", 403)
    out, _, error = run(*command)
    assert str(error).startswith(f"{source}: localhost refused the request: status 403")
    assert "resume it there. Then run the command again." in str(error)
    assert out.startswith("0 ")
    assert len(servers.log) == 1


def test_a_pause_that_another_process_was_asked_for_is_waited_out_too(servers):
    moody = Moody(servers, "/api/daily_papers", listed)
    until = now() + timedelta(seconds=1)
    SourceState.objects.create(source="huggingface", paused_until=until, reason="a worker's")
    _, err, error = run("ingest", "--date", FIRST)
    assert error is None
    assert err.startswith("huggingface: waiting until ")
    assert now() > until
    assert moody.seen == 2
