"""A new source of daily lists is a module, such as `shelf` beside this, and a line in `DAILY`."""

import io
from datetime import date

import pytest
from django.core.management import call_command

from digest import ledger
from papers import jobs
from papers.models import Job, JobKind, JobState, Listing, Paper, SourceAnswer, Subject
from papers.pipeline import steps
from papers.sources import huggingface
from papers.sources.daily import DAILY
from papers.sources.errors import SourceError
from tests.factories import of_days
from tests.papers.sources import shelf

pytestmark = pytest.mark.django_db(transaction=True)

DAY = date(2025, 10, 8)


@pytest.fixture
def server(httpserver, settings, monkeypatch):
    """Register the source, and allow its host to be asked. Return the server."""
    monkeypatch.setitem(DAILY, shelf.NAME, shelf.fetch)
    settings.SHELF_URL = httpserver.url_for("/shelf")
    settings.HUGGINGFACE_URL = httpserver.url_for("").rstrip("/")
    httpserver.expect_request(f"/shelf/{DAY}").respond_with_json(
        [{"arxiv": "2510.00001", "name": "Known\n to both"}, {"arxiv": "2510.00002", "name": "Two"}]
    )
    return httpserver


def hugging_face_lists(server, *ids):
    for page in range(2):
        items = [{"paper": {"id": each, "title": f"Paper {each}"}} for each in ids]
        server.expect_request(
            "/api/daily_papers",
            query_string={"date": str(DAY), "limit": "100", "p": str(page)},
        ).respond_with_json([] if page else items)


def listed():
    return sorted(Listing.objects.values_list("source", "paper__arxiv_id"))


BOTH = [
    (huggingface.NAME, "2510.00001"),
    (shelf.NAME, "2510.00001"),
    (shelf.NAME, "2510.00002"),
]


def test_a_day_of_it_comes_in_by_the_command_beside_the_others(server):
    hugging_face_lists(server, "2510.00001")
    out = io.StringIO()
    call_command("ingest", "--date", str(DAY), stdout=out, stderr=io.StringIO())
    assert "3 listed" in out.getvalue()
    assert listed() == BOTH
    assert Paper.objects.get(arxiv_id="2510.00001").title == "Paper 2510.00001"
    assert Paper.objects.get(arxiv_id="2510.00002").origins == {"title": shelf.NAME}


def test_the_same_day_again_writes_nothing(server):
    hugging_face_lists(server, "2510.00001")
    for _ in range(2):
        steps.ingest_day(Subject(day=DAY))
    assert listed() == BOTH
    assert SourceAnswer.objects.count() == 2
    assert Paper.history.count() == 2


def test_its_days_stand_in_the_ledger(server):
    hugging_face_lists(server, "2510.00001")
    steps.ingest_day(Subject(day=DAY))
    accounts = ledger.days(DAY, DAY)
    assert [(day.source, day.listed) for day in accounts] == [
        (huggingface.NAME, 1),
        (shelf.NAME, 2),
    ]
    assert all(day.balances for day in accounts)


def test_a_source_that_is_down_holds_up_no_other_and_the_day_is_tried_again(server):
    server.expect_request("/api/daily_papers").respond_with_data("oops", status=500)
    jobs.add(JobKind.INGEST_DAY, *of_days(str(DAY)))
    jobs.run(Job.objects.get(kind=JobKind.INGEST_DAY).pk, steps.STEPS)
    job = Job.objects.get(kind=JobKind.INGEST_DAY)
    assert (job.state, job.attempts) == (JobState.WAITING, 1)
    assert job.reason.startswith(f"{huggingface.NAME} {DAY}: ")
    assert listed() == [(shelf.NAME, "2510.00001"), (shelf.NAME, "2510.00002")]


def read(*items):
    return shelf.parse([{"arxiv": "2510.00001", "name": "Good"}, *items])


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (None, "item 2 is not an object"),
        ("2510.00002", "item 2 is not an object"),
        ({"name": "No id"}, "item 2: arxiv: None is not an arXiv id"),
        ({"arxiv": 7, "name": "x"}, "item 2: arxiv: 7 is not an arXiv id"),
        ({"arxiv": "2513.00001", "name": "x"}, "item 2: arxiv: '2513.00001' is not an arXiv id"),
        ({"arxiv": "2510.0000\u0000", "name": "x"}, r"item 2: arxiv: '2510.0000\x00' is not an"),
        ({"arxiv": "2510.00002"}, "item 2 (2510.00002): name: missing"),
        ({"arxiv": "2510.00002", "name": 3}, "item 2 (2510.00002): name: missing"),
        ({"arxiv": "2510.00002", "name": " \u200b\n"}, "item 2 (2510.00002): name: missing"),
        (
            {"arxiv": "2510.00002", "name": "x" * 501},
            "item 2 (2510.00002): name: 501 chars, limit 500",
        ),
        (
            {"arxiv": "2510.00002", "name": "x", "about": "y" * 20_001},
            "item 2 (2510.00002): about: 20,001 chars, limit 20,000",
        ),
    ],
)
def test_a_bad_item_is_refused_and_the_rest_is_kept(item, reason):
    reading = read(item, {"arxiv": "2510.00003", "name": "Good too"})
    assert [paper.arxiv_id for paper in reading.papers] == ["2510.00001", "2510.00003"]
    [refusal] = reading.refusals
    assert str(refusal).startswith(reason)


def test_of_the_same_id_in_two_spellings_the_first_counts():
    reading = read({"arxiv": "https://arxiv.org/abs/2510.00001v3", "name": "Again"})
    assert [paper.title for paper in reading.papers] == ["Good"]
    assert [str(notice) for notice in reading.notices if notice.position == 2] == [
        "item 2 (2510.00001): about: no abstract",
        "item 2 (2510.00001): arxiv: listed before as item 1, which counts",
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("about", 3),
        ("by", "Ada"),
        ("since", "2510-10-08T00:00:00Z"),
        ("stars", -1),
        ("stars", 10**30),
        ("code", "javascript:alert(1)"),
    ],
)
def test_an_odd_optional_field_is_left_empty_with_a_notice(field, value):
    reading = read({"arxiv": "2510.00002", "name": "Odd", field: value})
    paper = reading.papers[1]
    assert (paper.abstract, paper.authors, paper.published_at) == ("", (), None)
    assert (paper.upvotes, paper.links) == (None, ())
    assert field in [notice.field for notice in reading.notices if notice.position == 2]


def test_all_text_is_clean_and_all_of_it_is_text():
    said = "<script>alert(1)</script> =1+1 {{ x }} \u202eevil\u0007 \ud800 \u1112\u1161\u11ab"
    reading = read({"arxiv": "2510.00002", "name": said, "by": [said], "unknown": said})
    clean = "<script>alert(1)</script> =1+1 {{ x }} evil \ufffd 한"
    paper = reading.papers[1]
    assert (paper.title, paper.authors) == (clean, (clean,))


def test_a_day_of_nothing_but_refusals_fails():
    with pytest.raises(SourceError, match=r"every item refused \(2\); the first: item 1 is not"):
        shelf.parse([1, 2])


def test_a_day_with_a_bad_item_is_stored_but_for_that_item(server):
    server.clear()
    hugging_face_lists(server, "2510.00001")
    server.expect_request(f"/shelf/{DAY}").respond_with_json(
        [{"arxiv": "2510.00001", "name": "x" * 501}, {"arxiv": "2510.00002", "name": "Two"}, 3]
    )
    steps.ingest_day(Subject(day=DAY))
    assert listed() == [(huggingface.NAME, "2510.00001"), (shelf.NAME, "2510.00002")]
    answer = SourceAnswer.objects.get(source=shelf.NAME)
    assert [refused["field"] for refused in answer.refusals] == ["name", ""]


def test_a_mistake_in_a_sources_own_code_holds_up_no_other(server, monkeypatch):
    def mistaken(day):
        raise KeyError("arxiv")

    hugging_face_lists(server, "2510.00001")
    monkeypatch.setitem(DAILY, shelf.NAME, mistaken)
    with pytest.raises(SourceError, match=f"{shelf.NAME} {DAY}: its reader failed: KeyError"):
        steps.ingest_day(Subject(day=DAY))
    assert listed() == [(huggingface.NAME, "2510.00001")]
