"""What is known of listed papers after arXiv's query API gave no answer for 48 hours.

Servers on loopback stand in for Hugging Face and OAI-PMH, and the clock is moved by 48 hours. The
goals: each listed paper has its title, authors, abstract, version and categories, each fact with
its source; of 50 withdrawn papers and 50 that only look so, all of the first and none of the second
are proposed, and readers are told of none.
"""

import argparse
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

import time_machine
from pytest_httpserver import HTTPServer

from tests.benchmarks.database import own_database
from tests.faults.raw_server import raw_server, resets, stalls

ANSWERS = {"429": ("", 429), "500": ("", 500), "a page": ("<p>Sorry", 200)}
NO_ANSWERS = {"nothing": stalls, "half an answer": resets}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--papers", type=int, default=50, help="that are listed on each of two days"
    )
    options = parser.parse_args()
    logging.disable(logging.ERROR)
    with own_database(), HTTPServer(threaded=True) as server:
        for says, (body, status) in ANSWERS.items():
            with played(server, options.papers):
                server.expect_request("/api/query").respond_with_data(body, status)
                measure(says, options.papers)
        for says, behave in NO_ANSWERS.items():
            with played(server, options.papers) as settings, raw_server(behave) as (url, _):
                settings.ARXIV_API_URL = f"{url}/api/query"
                measure(says, options.papers)
        with played(server, options.papers) as settings:
            settings.ALLOWED_HOSTS = ["testserver", *settings.ALLOWED_HOSTS]
            withdrawals(server)


@contextmanager
def played(server: HTTPServer, papers: int) -> Iterator:
    """Empty the database, and have the servers and the settings of an outage."""
    from django.conf import settings
    from django.core.management import call_command
    from django.test import override_settings

    from tests.papers.pipeline import outage

    call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)
    server.clear()
    with override_settings():
        outage.play(server, settings, papers)
        yield settings


def measure(says: str, papers: int) -> None:
    from papers.models import Origin, Paper
    from tests.papers.pipeline.outage import BEGIN, FACTS, two_days

    began = time.perf_counter()
    with time_machine.travel(BEGIN) as clock:
        two_days(clock)
    took = time.perf_counter() - began
    listed = Paper.objects.filter(listings__isnull=False).distinct()
    known = [paper for paper in listed if all(getattr(paper, fact) for fact in FACTS)]
    named = [
        paper
        for paper in known
        if {paper.origins.get(fact) for fact in FACTS} == {Origin.ARXIV_OAI.value}
    ]
    print(
        f"the query API says {says}: of {2 * papers} papers in the lists {len(listed)} are listed,"
        f" {len(known)} have all facts, {len(named)} with their source, {took:.0f} s"
    )


def withdrawals(server: HTTPServer) -> None:
    from django.test import Client

    from papers.models import Paper, Proposal
    from papers.pipeline import arxiv_facts
    from tests.papers.pipeline import outage

    with time_machine.travel(outage.BEGIN):
        papers = outage.fifty_withdrawn_and_fifty_that_look_so(server, public=True)
        arxiv_facts.ask_all([paper.arxiv_id for paper in papers])
        proposed = set(
            Proposal.objects.filter(field="withdrawn", value=True).values_list("paper", flat=True)
        )
        pages = [Client().get(paper.get_absolute_url()).content.decode() for paper in papers]
    told = sum("철회" in page for page in pages)
    gone, only_look_so = ({paper.pk for paper in half} for half in (papers[:50], papers[50:]))
    print(
        f"proposed: {len(proposed & gone)} of 50 withdrawn papers,"
        f" {len(proposed & only_look_so)} of 50 that look so;"
        f" {Paper.objects.filter(withdrawn=True).count()} stored as withdrawn,"
        f" {told} of {len(pages)} public pages say so"
    )


if __name__ == "__main__":
    main()
