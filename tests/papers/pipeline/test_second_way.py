"""arXiv's query API is away for two days: each paper has its facts all the same, with their origin.

The servers are real sockets. The clock moves, and beat and a worker do what they do by it.
"""

from datetime import date, timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.utils import translation
from werkzeug import Response

from papers import jobs, way
from papers.editing import proposals
from papers.models import Job, JobKind, Listing, Paper, Proposal, SourceState, Subject
from papers.pipeline import arxiv_facts, recheck, steps
from papers.sources import arxiv, oai, oai_xml
from papers.sources.errors import SourceBusy, SourceDown
from tests.factories import make_paper, make_post, make_section
from tests.faults.raw_server import raw_server, resets, stalls
from tests.papers.pipeline import outage
from tests.papers.pipeline.outage import BEGIN, FACTS, PAPERS, oai_id, two_days, work
from tests.papers.sources.atom import make_entry, make_feed
from tests.papers.sources.oai import (
    TAKEN_BACK,
    V1,
    V2,
    deleted,
    make_answer,
    make_error,
    make_record,
)

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(httpserver, settings):
    """Hugging Face lists papers, OAI-PMH knows them, and the query API is what a test makes it."""
    outage.play(httpserver, settings)
    with time_machine.travel(BEGIN) as clock:
        yield clock


@pytest.mark.parametrize(("body", "status"), [("", 429), ("", 500), ("<p>Sorry", 200)])
def test_each_listed_paper_has_its_facts_after_48_hours(world, httpserver, body, status):
    httpserver.expect_request("/api/query").respond_with_data(body, status)
    two_days(world)
    all_have_facts_of_the_second_way()


@pytest.mark.parametrize("behave", [stalls, resets])
def test_so_it_has_where_the_query_api_does_not_even_answer(world, settings, behave):
    settings.HTTP_DEADLINE_S = 0.3
    with raw_server(behave) as (url, _):
        settings.ARXIV_API_URL = f"{url}/api/query"
        two_days(world)
    all_have_facts_of_the_second_way()


def all_have_facts_of_the_second_way():
    papers = Paper.objects.filter(listings__isnull=False).distinct()
    assert papers.count() == 2 * PAPERS
    for paper in papers:
        assert paper.title == "A Title in two lines"
        assert paper.authors == ["Ada Lovelace", "Hong Gildong Jr.", "A. Turing"]
        assert paper.abstract == "An abstract in two lines."
        assert paper.version == 2
        assert {fact: paper.origins[fact] for fact in FACTS} == dict.fromkeys(FACTS, "arxivoai")
    assert not Job.objects.exclude(state="done").exclude(kind=JobKind.INGEST_DAY).exists()


def test_the_way_of_a_paper_names_the_source_of_each_fact(world, httpserver, admin_client):
    httpserver.expect_request("/api/query").respond_with_data("", 429, {"Retry-After": "3600"})
    work()
    paper = Paper.objects.first()
    with translation.override("en"):
        told = [f"{line.who}: {line.what}" for line in way.lines(way.Rows.read(paper.arxiv_id))]
    assert any("OAI-PMH" in line and "title" in line and "version" in line for line in told)
    page = admin_client.get(f"/admin/papers/paper/{paper.pk}/change/").content.decode()
    assert "arXiv (OAI-PMH)" in page


def test_the_query_apis_words_stay_where_oai_says_the_same_and_follow_a_newer_version(world):
    paper = make_paper()
    ask(paper, make_entry(paper.arxiv_id, "v2", summary="An abstract in two lines.", title="A B"))
    ask_oai(paper, [V1, V2], title="A\n  B", abstract="An abstract\nin two lines.", authors="X")
    assert (paper.origins["title"], paper.abstract) == ("arxiv", "An abstract in two lines.")
    v3 = ("v3", "Fri, 10 Oct 2025 01:02:03 GMT", "9kb", "")
    ask_oai(paper, [V1, V2, v3], title="Another B", abstract="An abstract\nin two lines.")
    assert (paper.title, paper.version) == ("Another B", 3)
    assert paper.origins["title"] == paper.origins["version"] == "arxivoai"
    assert paper.origins["abstract"] == "arxiv"
    ask(paper, make_entry(paper.arxiv_id, "v3", title="Another  B!"))
    assert (paper.title, paper.origins["title"]) == ("Another B!", "arxiv")


NAMES = "<author><name>Ada Lovelace</name></author><author><name>Hong Gildong</name></author>"
SAID_BY_ITS_AUTHORS = "<arxiv:comment>This paper has been withdrawn by the authors</arxiv:comment>"


def test_an_older_version_takes_back_nothing_on_either_way(world):
    paper = make_paper()
    ask(paper, make_entry(paper.arxiv_id, "v2", more=SAID_BY_ITS_AUTHORS, title="New words"))
    ask_oai(paper, [V1], title="Old words")
    assert (paper.version, paper.withdrawn, paper.title) == (2, True, "New words")
    v3 = ("v3", "Fri, 10 Oct 2025 01:02:03 GMT", "9kb", "")
    ask_oai(paper, [V1, V2, v3], title="Newest words")
    ask(paper, make_entry(paper.arxiv_id, "v2", title="New words"))
    assert (paper.version, paper.title) == (3, "Newest words")


def test_oai_only_proposes_that_a_paper_is_no_longer_withdrawn(world):
    paper = make_paper()
    ask(paper, make_entry(paper.arxiv_id, "v2", more=SAID_BY_ITS_AUTHORS))
    ask_oai(paper, [V1, V2])
    assert paper.withdrawn
    [proposal] = Proposal.objects.filter(field="withdrawn")
    assert (proposal.value, proposal.origin) == (False, "arxivoai")


def test_names_out_of_one_line_are_asked_for_again_until_the_query_api_told_them(world, httpserver):
    paper = make_paper(authors=[])
    ask_oai(paper, [V1, V2], authors="Ada Lovelace, Hong Gildong")
    assert recheck.longest_unasked() == [paper.arxiv_id]
    ask(paper, make_entry(paper.arxiv_id, "v2", more=NAMES))
    assert paper.origins["authors"] == "arxiv"
    assert recheck.longest_unasked() == []


def test_an_editors_words_stay_and_what_oai_says_is_proposed(world):
    paper = make_paper(title="Mine", origins={"title": "editor"})
    ask_oai(paper, [V1, V2])
    assert paper.title == "Mine"
    [proposal] = Proposal.objects.filter(field="title")
    assert (proposal.value, proposal.origin) == ("A Title in two lines", "arxivoai")
    assert proposals.proposer(proposal) == "arXiv (OAI-PMH)"


def ask(paper, entry):
    reading = arxiv.parse(make_feed(entry), [paper.arxiv_id])
    arxiv_facts.store_reading(reading)
    paper.refresh_from_db()


def ask_oai(paper, versions, **texts):
    record = make_record(paper.arxiv_id, versions, **texts)
    read = oai_xml.read(make_answer(record)).records
    arxiv_facts.store_reading(oai._of_wanted(read, {paper.arxiv_id}))
    paper.refresh_from_db()


@pytest.mark.parametrize("public", [True, False])
def test_fifty_withdrawn_papers_are_proposed_and_fifty_that_look_so_are_not(
    world, httpserver, client, public
):
    papers = outage.fifty_withdrawn_and_fifty_that_look_so(httpserver, public=public)
    arxiv_facts.ask_all([paper.arxiv_id for paper in papers])
    proposed = Proposal.objects.filter(field="withdrawn", value=True)
    assert set(proposed.values_list("paper", flat=True)) == {paper.pk for paper in papers[:50]}
    assert not Paper.objects.filter(withdrawn=True).exists()
    arxiv_facts.ask_all([paper.arxiv_id for paper in papers])
    assert proposed.count() == 50
    if public:
        assert "철회" not in client.get(papers[0].get_absolute_url()).content.decode()
        proposals.accept(proposed.get(paper=papers[0]), User.objects.create_superuser("e"))
        assert "철회" in client.get(papers[0].get_absolute_url()).content.decode()


def test_a_withdrawal_that_a_person_confirmed_is_not_taken_back_by_a_source(world):
    paper = make_paper(version=1)
    ask_oai(paper, [V1, TAKEN_BACK])
    proposals.accept(Proposal.objects.get(field="withdrawn"), User.objects.create_superuser("e"))
    ask(paper, make_entry(paper.arxiv_id, "v2"))
    assert paper.withdrawn
    assert Proposal.objects.filter(field="withdrawn", value=False).count() == 1


def test_a_night_asks_what_changed_of_thousands_in_a_few_requests(world, httpserver):
    papers = [make_paper(version=1, arxiv_checked_at=BEGIN - timedelta(days=1)) for _ in range(120)]
    make_post(papers=papers)
    for paper in papers:
        make_section(paper)
    changed, other = papers[7].arxiv_id, "2401.00001"
    pages = [
        make_answer(make_record(other), verb="ListRecords", token="more"),
        make_answer(make_record(changed), verb="ListRecords", token=""),
    ]
    httpserver.clear_all_handlers()
    httpserver.expect_request("/api/query").respond_with_data("", 429, {"Retry-After": "3600"})
    httpserver.expect_request("/oai").respond_with_handler(lambda _: Response(pages.pop(0)))
    told = recheck.ask_what_changed([paper.arxiv_id for paper in papers])
    assert told.counts["asked"] == 120
    assert not pages
    papers[7].refresh_from_db()
    assert papers[7].version == 2
    assert Paper.objects.filter(arxiv_checked_at__gte=BEGIN).count() == 120


def test_a_batch_that_takes_too_long_goes_on_in_another_attempt(world, httpserver, monkeypatch):
    monkeypatch.setattr(oai, "BATCH_S", -1.0)
    httpserver.expect_request("/api/query").respond_with_data("", 429, {"Retry-After": "3600"})
    with pytest.raises(SourceDown, match="1 papers are left"):
        arxiv_facts.ask_all([make_paper().arxiv_id])


def a_day_of(papers):
    for rank in range(1, papers + 1):
        day = date(2025, 10, 8)
        Listing.objects.create(paper=make_paper(), source="huggingface", day=day, rank=rank)
    jobs.add(JobKind.ARXIV_METADATA, Subject(day=date(2025, 10, 8)))
    return Job.objects.get(kind=JobKind.ARXIV_METADATA)


def answers_over_oai(httpserver, answer):
    httpserver.clear_all_handlers()
    httpserver.expect_request("/api/query").respond_with_data("", 429, {"Retry-After": "3600"})
    httpserver.expect_request("/oai").respond_with_handler(answer)


def test_a_job_that_breaks_off_after_a_missing_paper_goes_on_with_the_others(world, httpserver):
    asked = []

    def answer(request):
        asked.append(oai_id(request))
        if len(asked) == 1:
            return Response(make_error("idDoesNotExist"))
        if len(asked) < 6:
            return Response("", 500)
        return Response(make_answer(make_record(oai_id(request))))

    answers_over_oai(httpserver, answer)
    job = a_day_of(5)
    jobs.run(job.pk, steps.STEPS)
    job.refresh_from_db()
    assert job.state == "waiting"
    world.shift(timedelta(hours=1))
    httpserver.expect_request("/api/query").respond_with_data("", 429, {"Retry-After": "3600"})
    jobs.run(job.pk, steps.STEPS)
    job.refresh_from_db()
    assert job.state == "done"
    assert Paper.objects.filter(version=2).count() == 4


def test_a_job_asks_for_a_paper_without_versions_once(world, httpserver, monkeypatch):
    monkeypatch.setattr(arxiv, "BATCH", 2)
    asked = []

    def answer(request):
        asked.append(oai_id(request))
        return Response(make_answer(make_record(oai_id(request), [])))

    answers_over_oai(httpserver, answer)
    job = a_day_of(3)
    while job.state != "done":
        jobs.run(job.pk, steps.STEPS)
        job.refresh_from_db()
    assert len(asked) == len(set(asked)) == 3


def test_each_batch_of_missing_papers_is_an_attempt_of_its_own(world, httpserver, monkeypatch):
    monkeypatch.setattr(arxiv, "BATCH", 2)
    answers_over_oai(httpserver, lambda _: Response(make_error("idDoesNotExist")))
    with pytest.raises(SourceBusy, match="2 papers are left"):
        arxiv_facts.ask_all([make_paper().arxiv_id for _ in range(4)])


def test_a_job_waits_for_the_end_of_the_query_apis_pause_while_oai_is_away(world, httpserver):
    answers_over_oai(httpserver, lambda _: Response("", 500))
    with pytest.raises(SourceBusy) as busy:
        arxiv_facts.ask_all([make_paper().arxiv_id])
    assert busy.value.retry_at == SourceState.objects.get(source="arxiv").paused_until


def test_a_record_that_arxiv_deleted_takes_nothing_back(world, httpserver):
    paper = make_paper(version=1, title="As it was")
    answers_over_oai(httpserver, lambda _: Response(make_answer(deleted(paper.arxiv_id))))
    told = arxiv_facts.ask_all([paper.arxiv_id])
    assert [remark.reason for remark in told.remarks] == ["is deleted at arXiv"]
    paper.refresh_from_db()
    assert (paper.title, paper.version, paper.withdrawn) == ("As it was", 1, False)
    assert not Proposal.objects.exists()


def test_unknown_ids_end_a_job_and_are_told(world, httpserver):
    httpserver.clear_all_handlers()
    httpserver.expect_request("/api/query").respond_with_data("", 429, {"Retry-After": "3600"})
    httpserver.expect_request("/oai").respond_with_data(make_error("idDoesNotExist"))
    ids = [make_paper().arxiv_id for _ in range(3)]
    told = arxiv_facts.ask_all(ids)
    assert told.counts["missing"] == 3
    assert [str(remark) for remark in told.remarks] == [f"no entry for {each}" for each in ids]
