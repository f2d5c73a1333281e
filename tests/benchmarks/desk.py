"""What each page of the admin costs on a large site: queries, bytes, CPU, time in the database.

Every address of the admin is asked for, from the URL resolver, with the row that is the largest of
its kind, and each list also sorted, searched and filtered in each way that it offers.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from itertools import chain, cycle
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse

from tests.benchmarks.database import own_database
from tests.benchmarks.reading import listed, summaries
from tests.benchmarks.serving import fill, median_of
from tests.benchmarks.unsaved import keeping

PAPERS_A_DIGEST = 24
TAGS = 60_000
LISTED = 42
"""Papers of the newest day, all of them in its post."""
MOST_QUERIES, MOST_BYTES, MOST_MS = 31, 150_000, 1_000
MOST_CPU_MS = {"papers_listing_changelist": 150, "digest_entry_write": 100, "search": 50}
"""By the name of the address."""
WORDS = "Paper 24"
"""What is searched for. Thousands of titles have it."""


# --- A large site ---------------------------------------------------------------------------------
def make_site(digests: int) -> None:
    """Fill the database with digests and with all that machines and editors leave behind.

    The largest row of each model is its last: `tests.addresses` takes it as the sample.
    """
    from tests import addresses

    addresses.make_site()
    fill(digests, PAPERS_A_DIGEST)
    _make_tags(digests)
    _make_machines_rows()
    _make_peoples_rows()
    _make_newest_day()


def _bulk(model: Any, rows: Iterator[Any]) -> None:
    model.objects.bulk_create(rows, batch_size=5_000)


def _make_tags(digests: int) -> None:
    """Make TAGS tags for 1,500 digests. Each is used once, and fifty of them on many papers."""
    from django.contrib.contenttypes.models import ContentType
    from taggit.models import Tag, TaggedItem

    from papers.models import Paper

    kind = ContentType.objects.get_for_model(Paper)
    papers = list(Paper.objects.values_list("pk", flat=True))
    count = TAGS * digests // 1500
    _bulk(Tag, (Tag(name=f"topic {n}", slug=f"topic-{n}") for n in range(count)))
    tags = list(Tag.objects.filter(name__startswith="topic ").values_list("pk", flat=True))
    once = zip(tags, cycle(papers), strict=False)
    often = ((tags[n % 50], paper) for n, paper in enumerate(papers))
    pairs = dict.fromkeys(chain(once, often))
    _bulk(TaggedItem, (TaggedItem(tag_id=t, content_type=kind, object_id=p) for t, p in pairs))


def _make_machines_rows() -> None:
    """Make the jobs, answers, calls and findings of all papers."""
    from papers.clock import now
    from papers.models import Finding, Job, ModelCall, Paper, Run, Section, SourceAnswer

    papers = list(Paper.objects.values_list("pk", "arxiv_id"))
    at = now() - timedelta(days=2)
    states = cycle(["done"] * 60 + ["failed", "waiting"])
    jobs = (
        Job(kind=kind, arxiv_id=arxiv_id, state=next(states), next_at=at, reason="HTTP 503")
        for kind in ("draft", "full_text")
        for _, arxiv_id in papers
    )
    _bulk(Job, jobs)
    keys = Job.objects.values_list("pk", flat=True)
    _bulk(Run, (Run(job_id=key, started_at=at, ended_at=at, outcome="done") for key in keys))
    calls = (
        ModelCall(
            paper_id=key,
            language="ko",
            model="model",
            prompt_version="summary-3",
            source_checksum="0",
            asked_at=at,
            answered_at=at,
            outcome="done",
            reply="말 " * 1_000,
        )
        for key, _ in papers
    )
    _bulk(ModelCall, calls)
    text = "".join(f'{{"paper": {{"id": "{arxiv_id}"}}}}' for _, arxiv_id in papers[:2_000])
    answers = (
        SourceAnswer(
            source="huggingface",
            day=(at - timedelta(days=number)).date(),
            fetched_at=at,
            pages=[text],
            listed_ids=[arxiv_id for _, arxiv_id in papers[:PAPERS_A_DIGEST]],
        )
        for number in range(len(papers) // PAPERS_A_DIGEST)
    )
    _bulk(SourceAnswer, answers)
    sections = Section.objects.order_by("paper", "pk").distinct("paper")
    findings = (
        Finding(
            paper_id=paper,
            section_id=section,
            check_name="numbers",
            code="unsupported",
            level="warning" if number % 20 else "error",
            message="The paper does not state %(number)s.",
            data={"number": "77.7%"},
            start=0,
            end=5,
            text="77.7%",
            checksum=str(number),
        )
        for number, (paper, section) in enumerate(sections.values_list("paper", "pk"))
    )
    _bulk(Finding, findings)


def _make_peoples_rows() -> None:
    """Make the listings of all digests, and what readers and editors did."""
    from axes.models import AccessAttempt, AccessFailureLog, AccessLog
    from django.contrib.auth.models import User

    from digest.models import Correction, Entry, Post
    from papers.clock import now
    from papers.models import Listing, Paper, Proposal, Report, Term

    today = now().date()
    editors = [User.objects.create_user(f"editor{n}", is_staff=True) for n in range(20)]
    unlisted = Entry.objects.filter(post__date__lt=today, paper__listings=None)
    placed = unlisted.values_list("paper", "post__date", "position")
    listings = (
        Listing(paper_id=paper, source="huggingface", day=day, rank=rank, choice="picked")
        for paper, day, rank in placed
    )
    _bulk(Listing, listings)
    papers = list(Paper.objects.values_list("pk", flat=True)[:5_000])
    proposals = (
        Proposal.of("title", f"Another title {n}", paper_id=paper, origin="arxiv")
        for n, paper in enumerate(papers)
    )
    _bulk(Proposal, proposals)
    reports = (Report(paper_id=paper, text="숫자가 틀립니다. " * 20) for paper in papers[:2_000])
    _bulk(Report, reports)
    posts = list(Post.objects.values_list("pk", flat=True)[:500])
    corrections = (
        Correction(post_id=post, text="3%가 아니라 4%", corrected_at=now(), corrected_by=editors[0])
        for post in posts
    )
    _bulk(Correction, corrections)
    _bulk(Term, (Term(english=f"term {n}", rendering=f"용어 {n}") for n in range(500)))
    for model in (AccessLog, AccessFailureLog, AccessAttempt):
        more = {"failures_since_start": 1} if model is AccessAttempt else {}
        _bulk(
            model,
            (
                model(username=f"user{n}", ip_address="198.51.100.7", attempt_time=now(), **more)
                for n in range(5_000)
            ),
        )


def _make_newest_day() -> None:
    """Make a day of LISTED papers in two languages. One post of them is changed, one a draft."""
    from digest.models import Post
    from digest.publishing import building
    from papers.clock import now
    from papers.models import FullText, Listing, Section
    from papers.pipeline import checking, extractive_drafts, ingest
    from papers.sources import huggingface
    from papers.sources.base import DayAnswer
    from tests.factories import make_post, make_section

    day = now().date()
    text = json.dumps(listed(LISTED)[:LISTED])
    reading = huggingface.parse(json.loads(text))
    answer = DayAnswer.of(
        reading, source=huggingface.NAME, day=day, fetched_at=now(), pages=(text,)
    )
    ingest.store(answer)
    listings = Listing.objects.filter(day=day).select_related("paper")
    papers = [each.paper for each in listings.order_by("-rank")]
    for paper, texts in zip(papers, cycle(summaries()), strict=False):
        for position, (kind, text) in enumerate(texts.items(), start=1):
            if text.strip():
                make_section(paper, kind, markdown=text, position=position)
        paper.tags.add("topic 1", "topic 2")
        # It says what the summary says: the recorded summaries are of other papers.
        body = "\n".join([*texts.values(), *[paper.abstract] * 40])
        part = {"kind": "method", "heading": "Method", "text": body}
        FullText.objects.create(
            paper=paper,
            version=1,
            format="html",
            parts=[part],
            checksum="0",
            parsed_at=now(),
        )
    extractive_drafts.draft(papers, "en")
    changed = make_post(papers=papers, date=day, slug="changed")
    for section in Section.objects.filter(paper__in=papers[:20], language="ko"):
        section.markdown += "\n\n정확도가 77.7% 올랐다."
        section.save()
    assert Post.objects.changed().filter(pk=changed.pk).exists()
    checking.check(papers)
    newest = Post.objects.latest("date").date  # 1,500 digests from 2024 on reach beyond today.
    post = building.build(newest + timedelta(days=1), papers)
    assert post.entries.count() == LISTED


# --- Its pages ------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Page:
    address: str
    queries: int
    bytes: int
    cpu_ms: float
    database_ms: float

    @property
    def short(self) -> list[str]:
        """Return in what it falls short, in words."""
        most_cpu = MOST_CPU_MS.get(resolve(self.address.partition("?")[0]).url_name, MOST_MS)
        found = {
            "queries": self.queries >= MOST_QUERIES,
            "bytes": self.bytes >= MOST_BYTES,
            "CPU": self.cpu_ms > most_cpu,
            "time": self.cpu_ms + self.database_ms > MOST_MS,
        }
        return [name for name, is_short in found.items() if is_short]

    def __str__(self) -> str:
        figures = f"{self.queries:3} {self.bytes:9,} {self.cpu_ms:7.0f} {self.database_ms:7.0f}"
        return f"{figures}  {self.address}  {', '.join(self.short)}".rstrip()


def addresses(client: Client) -> Iterator[str]:
    """Yield the address of each page that answers a GET, and each list in its other ways."""
    from digest.models import Post
    from papers.clock import now
    from tests.addresses import admin_addresses

    for address in dict.fromkeys(admin_addresses()):
        response = client.get(address)
        if response.status_code != HTTPStatus.OK or address.endswith("logout/"):
            continue
        yield address
        if changes := (getattr(response, "context_data", None) or {}).get("cl"):
            yield from (f"{address}{query}" for query in dict.fromkeys(_ways(changes)))
    yield f"{reverse('admin:papers_listing_changelist')}?day={now().date()}"
    yield f"{reverse('admin:search')}?{urlencode({'s': WORDS})}"
    published = Post.objects.get(slug="changed")
    for step in ("change", "publish", "withdraw", "history", "preview"):
        yield reverse(f"admin:digest_post_{step}", args=[published.pk])


def _ways(changes: Any) -> Iterator[str]:
    """Yield the queries of a list: searched, sorted by each column, filtered by each filter."""
    from papers.clock import now

    if changes.search_fields:
        yield changes.get_query_string({"q": WORDS})
    for column in changes.sortable_by:
        if column in changes.list_display:
            number = changes.list_display.index(column)
            yield changes.get_query_string({"o": f"-{number}"})
    for each in changes.filter_specs:
        yield from (choice["query_string"] for choice in list(each.choices(changes))[-2:])
    if changes.date_hierarchy:
        yield changes.get_query_string({f"{changes.date_hierarchy}__year": now().year})
    yield changes.get_query_string({"p": changes.paginator.num_pages})


def measured(client: Client, address: str, times: int) -> Page:
    client.get(address)  # Content types and templates are read once a process.
    with CaptureQueriesContext(connection) as asked:
        response = client.get(address)
    queries = asked.captured_queries  # The next request clears what the connection knows.
    database = 1000 * sum(float(query["time"]) for query in queries)
    spent = median_of(times, lambda: client.get(address))
    return Page(address, len(queries), len(response.content), spent, database)


def publish_many(count: int) -> None:
    """Print what publishing the posts takes that are due at once, as after a night."""
    from digest import publishing
    from digest.models import Post, State
    from papers.clock import now
    from papers.models import Finding

    digests = Post.objects.filter(state=State.PUBLISHED).exclude(slug="changed")
    chosen = list(digests.order_by("pk").values_list("pk", flat=True)[:count])
    due = {"state": State.SCHEDULED, "scheduled_at": now(), "approved_at": now()}
    Post.objects.filter(pk__in=chosen).update(published_at=None, **due)
    Finding.objects.filter(paper__entries__post__in=chosen).delete()
    begin = perf_counter()
    with CaptureQueriesContext(connection) as asked:
        done = publishing.publish_due()
    spent = 1000 * (perf_counter() - begin) / count
    queries = len(asked) // count
    print(f"{done} of {count} due posts published: {spent:.0f} ms and {queries} queries each")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--digests", type=int, default=1500)
    parser.add_argument("--times", type=int, default=5, help="of which the median counts")
    parser.add_argument("--of", default="", help="only addresses that contain this")
    options = parser.parse_args()
    with own_database():
        from django.contrib.auth.models import User

        begin = perf_counter()
        make_site(options.digests)
        print(f"{options.digests} digests made in {perf_counter() - begin:.0f} s")
        client = Client(SERVER_NAME="127.0.0.1")
        user = User.objects.create_superuser("chief")
        client.force_login(user)
        print("queries, bytes, ms of CPU, ms of the database, address, what falls short")
        pages = []
        for address in addresses(client):
            if options.of in address:
                pages.append(measured(client, address, options.times))
                print(pages[-1], flush=True)
        short = [page for page in pages if page.short]
        print(f"{len(pages)} pages, of which {len(short)} fall short:")
        print(*short, sep="\n")
        keeping(user)
        publish_many(min(50, options.digests))


if __name__ == "__main__":
    main()
