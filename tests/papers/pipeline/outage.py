"""Two days on which arXiv's query API is away, for tests and for a benchmark.

The servers are real sockets.
"""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pytest_httpserver import HTTPServer
from time_machine import Traveller
from werkzeug import Request, Response

from papers import jobs
from papers.models import Job, JobKind, Paper, Subject
from papers.pipeline import polling, steps
from tests.factories import make_paper, make_post, make_section
from tests.faults.sources import item
from tests.papers.sources.oai import TAKEN_BACK, V1, V2, make_answer, make_record

BEGIN = datetime(2025, 10, 8, 6, tzinfo=UTC)
DAYS = ("2025-10-08", "2025-10-09")
PAPERS = 12  # a day
FACTS = ("title", "authors", "abstract", "version", "categories")


def oai_id(request: Request) -> str:
    return request.args["identifier"].removeprefix("oai:arXiv.org:")


def play(server: HTTPServer, settings: Any, papers: int = PAPERS) -> None:
    """Have Hugging Face list papers on both days, and OAI-PMH know them. Nobody else answers."""
    settings.HUGGINGFACE_URL = server.url_for("")
    settings.ARXIV_OAI_URL = server.url_for("/oai")
    settings.ARXIV_API_URL = server.url_for("/api/query")
    settings.ARXIV_INTERVAL_S = settings.CATCH_UP_WAIT_S = 0
    settings.HTTP_DEADLINE_S = 1

    def day(request: Request) -> Response:
        asked, page = request.args["date"], request.args["p"]
        items = [item(asked, number) for number in range(papers)] if asked in DAYS else []
        return Response(json.dumps(items if page == "0" else []), content_type="application/json")

    server.expect_request("/api/daily_papers").respond_with_handler(day)
    server.expect_request("/oai").respond_with_handler(
        lambda request: Response(make_answer(make_record(oai_id(request))))
    )


def work() -> None:
    """Do what beat and a worker do: ask for open days, run what is due."""
    polling.poll()
    while due := Job.objects.runnable().first():
        jobs.run(due.pk, steps.STEPS)


def two_days(clock: Traveller) -> None:
    for _ in range(24):
        jobs.add(JobKind.RECHECK, Subject(day=date.fromisoformat(DAYS[0])), again=True)
        work()
        clock.shift(timedelta(hours=2))


SAID = (
    "Withdrawn; superseded by arXiv:2405.0000{n}",
    "withdrawn, see arXiv:2405.0000{n}",
    "This paper is a duplicate of arXiv:2210.0000{n} and is withdrawn",
    "We found a methodology error in Section {n} and are withdrawing this paper",
    "Paper is withdrawn because of an error in Theorem {n}",
    "WITHDRAWN: error in the data of Table {n}",
    "The authors have decided to withdraw this manuscript (error in Lemma {n})",
    "The manuscript has been retracted at the request of co-author {n}",
)
ONLY_LOOKS_SO = (
    "{n} pages, ICLR 2024 (withdrawn)",
    "This paper has been withdrawn from ICLR 202{n}",
    "v{n}: Section 4 withdrawn",
    "This paper replaces the withdrawn arXiv:1234.567{n}",
    "The claim of Theorem {n} has been withdrawn by the authors of [3]",
    "We show {n} cases in which a retracted paper went on to be cited",
    "Withdrawn submission to ICLR 202{n}",
    "This paper has not been withdrawn, {n} pages",
)


def gone(number: int) -> dict[str, Any]:
    """Return one of fifty withdrawn papers: by words, by the type I, by a version without files."""
    words = SAID[number % len(SAID)].format(n=number % 9 + 1)
    match number % 3:
        case 0:
            return {"versions": (V1, V2), "comments": words}
        case 1:
            return {"versions": (V1, TAKEN_BACK), "comments": f"{number} pages"}
        case _:
            return {"versions": (V1, (*V2[:2], "0kb", "")), "comments": words}


def looks_gone(number: int) -> dict[str, Any]:
    words = ONLY_LOOKS_SO[number % len(ONLY_LOOKS_SO)].format(n=number % 9 + 1)
    versions = (V1, V2) if number % 2 else (("v1", *TAKEN_BACK[1:]), V2)
    return {"versions": versions, "comments": words}


def fifty_withdrawn_and_fifty_that_look_so(server: HTTPServer, *, public: bool) -> list[Paper]:
    """Make 100 papers, public or not. OAI-PMH alone answers: the first 50 are withdrawn."""
    papers = [make_paper(version=1) for _ in range(100)]
    if public:
        for paper in papers:
            make_section(paper)
        make_post(papers=papers)
    told = {
        paper.arxiv_id: gone(number) if number < 50 else looks_gone(number)
        for number, paper in enumerate(papers)
    }
    server.clear_all_handlers()
    server.expect_request("/api/query").respond_with_data("", 429, {"Retry-After": "3600"})
    server.expect_request("/oai").respond_with_handler(
        lambda request: Response(make_answer(make_record(oai_id(request), **told[oai_id(request)])))
    )
    return papers
