"""Measures a day of five categories of arXiv: 1,500 new submissions among 5,000 announcements.

Fakes on loopback stand in for arXiv. A real worker asks for the feeds, stores them, and asks the
query API for the facts of each paper; then the same day once more. Told are the seconds from the
first attempt's begin to the last one's end, without the mandated waits between requests, and the
peak memory of the worker's processes. The goals are 60 s and 300 MiB. Then the lists of an editor
and the ledger are opened.
"""

import argparse
import time
from datetime import UTC, date, datetime, timedelta

from tests.benchmarks.worker_memory import a_site, measure

CATEGORIES = ("cs.AI", "cs.CL", "cs.CV", "cs.LG", "cs.RO")
NEW, OTHERS = 300, 700  # in each category
SENTENCE = "We propose a model that is twice as fast as attention, in as many steps. "


def feeds(day: str) -> dict[str, bytes]:
    from tests.papers.sources.announced import announced, feed

    return {
        category: feed(
            *(
                announced(
                    f"2510.{number * 1000 + n:05}",
                    day,
                    "new" if n < NEW else "replace",
                    categories=[category, "stat.ML"],
                    summary=f"arXiv:x Announce Type: new \nAbstract: {SENTENCE * 18}",
                    **{"dc:creator": ", ".join(f"Author {n}.{k}" for k in range(12))},
                )
                for n in range(NEW + OTHERS)
            )
        )
        for number, category in enumerate(CATEGORIES)
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--concurrency", type=int, default=2, help="processes of the worker")
    concurrency = parser.parse_args().concurrency
    with a_site() as (server, sources):
        from django.conf import settings

        from papers.models import ArxivCategory, Listing

        settings.ALLOWED_HOSTS = ["testserver", *settings.ALLOWED_HOSTS]
        day = str(datetime.now(UTC).date())
        sources.days[day] = []
        for category, feed in feeds(day).items():
            ArxivCategory.objects.create(category=category, is_on=True)
            server.expect_request(f"/atom/{category}").respond_with_data(feed)
        told = sources.environment | {"ARXIV_FEED_URL": server.url_for("/atom")}
        for _ in range(2):
            measure(day, told, concurrency)
        asked = len([request for request, _ in server.log if "/daily_papers" not in request.path])
        print(
            f"{Listing.objects.count():,} listings, {asked} requests to arXiv both times together"
        )
        pages(date.fromisoformat(day))


def pages(day) -> None:
    from django.contrib.auth.models import User
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.force_login(User.objects.create_superuser("editor"))
    listings = f"/admin/papers/listing/?day={day}"
    month = f"/ledger/?from={day - timedelta(days=7)}&to={day}"
    for address in (listings, f"{listings}&source__exact=arxivnew", "/admin/", month):
        for _ in range(2):
            with CaptureQueriesContext(connection) as queries:
                began = time.monotonic()
                response = client.get(address)
                took = time.monotonic() - began
        size = len(response.content) / 1000
        told = f"{took * 1000:.0f} ms, {size:.0f} kB, {len(queries)} queries"
        print(f"{response.status_code} {address}: {told}")


if __name__ == "__main__":
    main()
