"""What a reader waits for and scrolls: a digest of thirty papers, its bytes and its first screen.

The words are recorded ones if they lie beside the project (`../shared/corpus`), else made up. The
browser needs Chromium; without it the bytes and queries are printed alone.
"""

import argparse
import gzip
import json
import os
import re
from collections.abc import Iterator
from datetime import date
from itertools import cycle
from pathlib import Path
from random import Random

from tests.benchmarks.database import own_database
from tests.benchmarks.serving import SITE_PORT, median_of, site

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
DAY = date(2025, 10, 8)
PHONE = {"width": 390, "height": 844}
SLOWER = 4
VISITS = 5  # The fastest counts: other work of the machine is none of the page.
TAGS = ("에이전트", "강화 학습", "비디오 생성", "diffusion", "LLM", "로봇")
CATEGORIES = ("cs.CL", "cs.CV", "cs.LG", "cs.RO")
_PROSE = re.compile(r'(<div class="prose"[^>]*>).*?(</div>)', re.DOTALL)
_STATIC = re.compile(r'(?:href|src)="/(static/[^"]+\.(?:css|js))"')
_REPEATED = {
    "COinS": re.compile(r'<span class="Z3988"[^>]*>'),
    "JSON-LD": re.compile(r"<script type=.application/ld.json.>.*?</script>", re.DOTALL),
    "names for screen readers": re.compile(r' aria-label="[^"]*"'),
    "indentation": re.compile(r"(?<=\n)[ \t\n]+"),
    "rows": re.compile(r'<ol class="glance">.*?</ol>', re.DOTALL),
    "rows that fold": re.compile(r'<summary class="row">.*?</summary>', re.DOTALL),
    "contents": re.compile(r'<nav class="toc".*?</nav>', re.DOTALL),
    "links of papers": re.compile(r'<ul class="links">.*?</ul>', re.DOTALL),
    "facts": re.compile(r'<ul class="facts meta">.*?</ul>', re.DOTALL),
    "provenance": re.compile(r'<p class="provenance">.*?</p>', re.DOTALL),
}
# The browser tells both, for the whole visit so far.
_PAINTED = """() => new Promise((done) => {
    const found = { shift: 0, paint: 0 };
    new PerformanceObserver((list) => {
        for (const each of list.getEntries()) found.shift += each.value;
    }).observe({ type: "layout-shift", buffered: true });
    new PerformanceObserver((list) => {
        found.paint = list.getEntries().at(-1).startTime;
    }).observe({ type: "largest-contentful-paint", buffered: true });
    setTimeout(() => done(found), 500);
})"""
_HEIGHT = "document.documentElement.scrollHeight"
_ROW = "document.querySelector('.entries .row').getBoundingClientRect().height"


# --- The digest -----------------------------------------------------------------------------------
def listed(papers: int) -> list[dict]:
    """Return the list of the newest recorded day that is long enough, or one of made-up papers."""
    for file in sorted((CORPUS / "hf_daily").glob("*.json.gz"), reverse=True):
        items = json.loads(gzip.decompress(file.read_bytes()))
        if len(items) >= papers:
            return items
    return [_made_up(Random(number), number) for number in range(papers)]


def _made_up(random: Random, number: int) -> dict:
    title = f"Model{number}: {_words(random, 8).capitalize()}"
    authors = [{"name": _words(random, 2).title()} for _ in range(9)]
    paper = {"id": f"2510.{number + 10000}", "title": title, "summary": _words(random, 150)}
    paper |= {"authors": authors, "publishedAt": f"{DAY}T00:00:00.000Z", "upvotes": 60 - number}
    return {"title": title, "summary": paper["summary"], "paper": paper}


def _words(random: Random, count: int, letters: str = "aeioulnrstdm") -> str:
    return " ".join("".join(random.choices(letters, k=random.randint(2, 9))) for _ in range(count))


def summaries() -> Iterator[dict[str, str]]:
    """Yield the texts of Korean summaries by the kind of section."""
    file = CORPUS / "ko_summaries.jsonl.gz"
    if not file.exists():
        yield from map(_made_up_summary, range(100))
        return
    with gzip.open(file, "rt", encoding="utf-8") as rows:
        for row in map(json.loads, rows):
            methods = "\n".join(f"- {each}" for each in row["method"])
            yield {
                "gist": row["ko_title"][:120],
                "introduction": f"- **목적:** {row['purpose']}",
                "method": methods,
                "conclusion": row["conclusion"],
            }


def _made_up_summary(number: int) -> dict[str, str]:
    random, hangul = Random(number), "가나다라마바사아자차카타파하고노도로모보소오조초"
    lengths = {"gist": 10, "introduction": 25, "method": 60, "conclusion": 25}
    return {kind: _words(random, count, hangul) for kind, count in lengths.items()}


def fill(count: int) -> str:
    """Publish a digest of so many papers, and one before it. Return the path of its page."""
    from digest import publishing
    from digest.publishing import building
    from papers.clock import now
    from papers.models import Listing
    from papers.pipeline import extractive_drafts, ingest
    from papers.sources import huggingface
    from papers.sources.base import DayAnswer
    from tests.factories import make_post

    text = json.dumps(listed(count))
    reading = huggingface.parse(json.loads(text))
    answer = DayAnswer.of(
        reading, source=huggingface.NAME, day=DAY, fetched_at=now(), pages=(text,)
    )
    ingest.store(answer)
    ranked = Listing.objects.filter(day=DAY).select_related("paper").order_by("rank")
    papers = [listing.paper for listing in ranked[:count]]
    extractive_drafts.draft(papers, "en")
    for number, (paper, texts) in enumerate(zip(papers, cycle(summaries()), strict=False)):
        _describe(paper, number, texts)
    make_post(papers=1, date=date(2025, 10, 7))
    post = building.build(DAY, papers)
    publishing.publish(post, gated=False)
    return str(post.get_absolute_url())


def _describe(paper, number: int, texts: dict[str, str]) -> None:
    from tests.factories import make_section

    paper.categories = [CATEGORIES[number % 4], "cs.AI"]
    paper.save()
    paper.tags.add(TAGS[number % 6], *(["벤치마크"] if number % 5 == 0 else []))
    for position, (kind, text) in enumerate(texts.items(), start=1):
        if text.strip():
            make_section(paper, kind, markdown=text, position=position)


# --- Bytes and making -----------------------------------------------------------------------------
def page_of(path: str) -> str:
    """Print what making the page takes and what it weighs. Return it."""
    from django.core.wsgi import get_wsgi_application

    from digest.readers.pages import making, rows

    handler = get_wsgi_application().get_response
    body = making.make(path, handler).page.body
    spent = median_of(20, lambda: making.make(path, handler))
    print(f"making the page: {queries(path)} queries (wanted 8), {spent:.0f} ms of CPU")

    def size(text: str) -> int:
        return len(rows.compress(text.encode()))

    page = body.decode()
    print(f"page: {len(body):,} bytes, compressed {size(page):,} (wanted 40,000)")
    without = _PROSE.sub(r"\1\2", page)
    print(f"  without its prose {size(without):,}")
    for what, found in _REPEATED.items():
        print(f"  {what}: {size(page) - size(found.sub('', page)):,}")
    print(f"first visit: {size(page) + sum(map(static_size, files(page))):,} (wanted 70,000)")
    return page


def queries(path: str) -> int:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="127.0.0.1")
    client.get(path)  # Content types are looked up once a process.
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return len(captured)


def files(page: str) -> list[str]:
    return sorted(set(_STATIC.findall(page)))


def static_size(path: str) -> int:
    """Return the bytes of a file as `collectstatic` compresses it."""
    from django.conf import settings

    return len(gzip.compress((settings.BASE_DIR / path).read_bytes(), 9))


# --- On a phone -----------------------------------------------------------------------------------
def see(address: str) -> None:
    from playwright.sync_api import sync_playwright

    from tests.conftest import CHROMIUM

    if CHROMIUM is None:
        raise SystemExit("no Chromium on this machine")
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        visits = [visit(browser, address) for _ in range(VISITS)]
        print(
            f"CPU slowed {SLOWER} times: largest paint {min(v['paint'] for v in visits):.0f} ms"
            f" (wanted 1,000), layout shift {max(v['shift'] for v in visits):.3f} (wanted 0)"
        )
        page = browser.new_page(viewport=PHONE)
        page.goto(address)
        print(f"a row: {page.evaluate(_ROW):.0f} px")
        print(f"folded: {screens(page)}")
        page.click(".open-all")
        print(f"unfolded: {screens(page)}")
        browser.close()


def visit(browser, address: str) -> dict[str, float]:
    """Return the largest paint and the layout shift of a first visit."""
    context = browser.new_context(viewport=PHONE, device_scale_factor=2, has_touch=True)
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address)
    painted: dict[str, float] = page.evaluate(_PAINTED)
    context.close()
    return painted


def screens(page) -> str:
    height = page.evaluate(_HEIGHT)
    return f"{height:,} px, {height / PHONE['height']:.1f} screens"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, default=30)
    parser.add_argument("--keep", type=Path, help="a file to write the page to")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # As in tests/conftest.py.
    with own_database():
        path = fill(options.papers)
        page = page_of(path)
        if options.keep:
            options.keep.write_text(page)
        with site():
            see(f"http://127.0.0.1:{SITE_PORT}{path}")


if __name__ == "__main__":
    main()
