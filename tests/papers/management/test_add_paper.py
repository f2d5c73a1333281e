"""`manage.py add_paper` turns an editor's ids and links into papers to pick from today."""

from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from werkzeug import Request, Response

from papers.models import Listing, Paper
from papers.sources import oai
from tests.papers.sources.atom import make_entry, make_feed

pytestmark = pytest.mark.django_db(transaction=True)

EVENING = "2025-10-08T20:00:00Z"  # the ninth, in Seoul


@pytest.fixture(autouse=True)
def arxiv(httpserver, settings):
    """Return a local server that plays arXiv and knows every paper except those of January 2024."""
    settings.ARXIV_API_URL = httpserver.url_for("/api/query")
    settings.ARXIV_INTERVAL_S = 0.0

    def answer(request: Request) -> Response:
        ids = request.args["id_list"].split(",")
        return Response(make_feed(*[make_entry(each) for each in ids if each[:4] != "2401"]))

    httpserver.expect_request("/api/query").respond_with_handler(answer)
    return httpserver


def add(*papers):
    """Return what the command prints, and its error if there is one."""
    out, err, error = StringIO(), StringIO(), None
    try:
        call_command("add_paper", *papers, stdout=out, stderr=err)
    except CommandError as raised:
        error = raised
    return out.getvalue(), err.getvalue(), error


def test_an_editors_links_become_papers_in_todays_list(arxiv):
    with time_machine.travel(EVENING):
        out, err, error = add("https://arxiv.org/pdf/2510.05096v2", "hep-th/9901001")
    assert (out, err, error) == ("2 papers added, 2 listings added, 0 refused.\n", "", None)
    rows = Listing.objects.values_list("paper__arxiv_id", "source", "rank", "choice")
    assert list(rows) == [
        ("2510.05096", "editor", 1, "pending"),
        ("hep-th/9901001", "editor", 2, "pending"),
    ]
    assert {str(listing.day) for listing in Listing.objects.all()} == {"2025-10-09"}
    assert Paper.objects.get(arxiv_id="2510.05096").title == "A Title in two lines"
    assert len(arxiv.log) == 1


def test_the_second_time_nothing_changes():
    add("2510.05096")
    before = list(Listing.objects.values()), list(Paper.history.values())
    out, _, error = add("2510.05096", "arXiv:2510.05096v1")
    assert (out, error) == ("0 papers added, 0 listings added, 0 refused.\n", None)
    assert (list(Listing.objects.values()), list(Paper.history.values())) == before


def test_what_is_no_paper_is_refused_and_the_others_are_added():
    out, err, error = add("2510.05096", "https://example.org/", "2401.00001")
    assert out == "1 papers added, 1 listings added, 2 refused.\n"
    assert "'https://example.org/' is not an arXiv id" in err
    assert "arxiv: no entry for 2401.00001" in err
    assert error.returncode == 1
    assert str(error) == "2 refused: see above, mend, and run it again."


def test_nothing_is_asked_where_nothing_is_an_id(arxiv):
    _, _, error = add("nonsense")
    assert error.returncode == 1
    assert arxiv.log == []


def test_a_source_that_is_down_is_an_error_that_says_what_to_do(arxiv):
    arxiv.clear()
    arxiv.expect_request("/api/query").respond_with_data("sorry", 503)
    out, _, error = add("2510.05096")
    assert out == "0 papers added, 0 listings added, 0 refused.\n"
    assert str(error).startswith("arxiv: localhost answered 503")
    assert str(error).endswith("Nothing more was stored; run it again.")


def test_a_pause_longer_than_a_command_waits_ends_it_with_the_time(arxiv, settings):
    settings.COMMAND_WAIT_MAX_S = 60
    arxiv.clear()
    arxiv.expect_request("/api/query").respond_with_data("Rate exceeded.", 429)
    out, _, error = add("2510.05096")
    assert out == "0 papers added, 0 listings added, 0 refused.\n"
    assert str(error).startswith("arxiv asks for a pause until 20")
    assert str(error).endswith("run it again from then on. Nothing more was stored.")
    assert Paper.objects.count() == 0


def test_no_argument_is_wrong_usage():
    with pytest.raises(CommandError, match="ID_OR_URL"):
        call_command("add_paper")


def test_what_was_not_asked_about_is_told(httpserver, settings, monkeypatch, capsys):
    httpserver.clear_all_handlers()
    settings.ARXIV_OAI_URL = httpserver.url_for("/oai")
    settings.ARXIV_API_URL = httpserver.url_for("/api/query")
    settings.ARXIV_INTERVAL_S = 0
    httpserver.expect_request("/api/query").respond_with_data("", 429, {"Retry-After": "3600"})
    monkeypatch.setattr(oai, "BATCH_S", -1.0)
    with pytest.raises(CommandError, match="1 refused"):
        call_command("add_paper", "2510.06208")
    assert "2510.06208 was not asked about: run it again" in capsys.readouterr().err
