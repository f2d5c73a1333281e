"""Formulas arrive: on pages, in feeds behind any sanitiser, and wherever text is only text."""

import json
import re
import subprocess
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path

import feedparser
import nh3
import pytest
from django.urls import reverse

from digest.models import Correction
from papers.clock import now
from tests.digest.readers.node import installed
from tests.digest.readers.test_pages import page
from tests.factories import make_paper, make_post, make_section
from tests.html import text_of

pytestmark = pytest.mark.django_db

SANITISERS = Path(__file__).parent / "sanitisers"
PAPERS = 40
FORMULAS = [
    "$10^{%d}$ samples",
    r"$%d\times$ faster",
    r"$%d.5 \pm 0.25\%%$",
    r"$\pi_{%d.5}$",
    r"$\frac{%d}{x}$",
    r"$\sum_{i=1}^{%d} x_i$",
    r"\(x_{ref} \geq %d\)",
    r"$$\begin{pmatrix} %d & b \end{pmatrix}$$",
    "H<sub>%d</sub>O and e<sup>x+%d</sup>",
    r"$\unknown{%d}$",
]
DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹", "01234567890123456789")


def numbers(text: str) -> Counter[str]:
    apart = re.sub(r"[₀-₉⁰¹²³⁴-⁹]+(?:\.[₀-₉]+)?", lambda script: f" {script[0]} ", text)
    return Counter(re.findall(r"\d+(?:\.\d+)?", apart.translate(DIGITS)))


@pytest.fixture(autouse=True)
def _no_delay(settings):
    settings.FEED_DELAY = timedelta(0)


@pytest.fixture(scope="module")
def node() -> Callable[[str, str], str]:
    """Return a function that sends HTML through one of the sanitisers that need Node."""
    folder = installed(SANITISERS)

    def sanitise(name: str, html: str) -> str:
        return subprocess.run(
            ["node", "sanitise.js", name],
            cwd=folder,
            input=html,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    return sanitise


@pytest.fixture
def source() -> str:
    """Forty papers with formulas of each kind, published. Returns their sections' Markdown."""
    papers, written = [], []
    for number in range(PAPERS):
        formula = FORMULAS[number % len(FORMULAS)]
        markdown = "가 " + formula.replace("%d", str(7000 + number)).replace("%%", "%") + " 나"
        papers.append(paper := make_paper(title=f"Paper {'x' * (number + 1)}"))
        make_section(paper, markdown=markdown)
        written.append(markdown)
    make_post(papers=papers)
    return "\n".join(written)


def content(client) -> str:
    (entry,) = feedparser.parse(client.get("/feed.xml").content, sanitize_html=False).entries
    return "\n".join(re.findall(r"<div>(<p>가 .*?)</div>", entry.content[0].value, re.DOTALL))


@pytest.mark.parametrize("by", ["nh3", "tag stripping", "feedparser", "sanitize-html", "dompurify"])
def test_a_feed_says_each_number_once_behind_any_sanitiser(client, request, source, by):
    html = content(client)
    assert html.count("<p>가 ") == PAPERS
    assert "<math" not in html
    if by in {"sanitize-html", "dompurify"}:
        html = request.getfixturevalue("node")(by, html)
    elif by == "nh3":
        html = nh3.clean(html)
    elif by == "feedparser":
        (entry,) = feedparser.parse(client.get("/feed.xml").content).entries
        html = "\n".join(re.findall(r"<div>(<p>가 .*?)</div>", entry.content[0].value, re.DOTALL))
    assert numbers(text_of(html)) == numbers(re.sub(r"\{pmatrix\}", "", source))


TITLE = r"$\pi_{0.5}$ & $\frac{a}{2}$: a Model for \$500"
PLAIN = "π₀.₅ & a/2: a Model for $500"


@pytest.fixture
def paper():
    paper = make_paper(title=TITLE)
    make_section(paper, markdown=r"목표: $\min_{\theta} \mathbb{E}[x]$를 $10^6$번 푼다.")
    return paper


GIST = "min_θ 𝔼[x]를 10⁶번 푼다."


def test_a_papers_page_says_its_title_as_text_wherever_it_is_text(client, paper):
    make_post(papers=[paper])
    html = page(client, paper.get_absolute_url())
    assert unescape(re.search("<title>(.*?)</title>", html)[1]).startswith(PLAIN)
    for name in ("og:title", "citation_title"):
        (said,) = re.findall(f'"{name}" content="([^"]*)"', html)
        assert unescape(said) == PLAIN
    for name in ("og:description", "description"):
        (said,) = re.findall(f'"{name}" content="([^"]*)"', html)
        assert unescape(said) == GIST
    (article,) = re.findall('<script type="application/ld[+]json">(.*?)</script>', html)
    assert json.loads(article)["headline"] == PLAIN
    assert client.get(f"{paper.get_absolute_url()[:-1]}.json").json()["title"] == PLAIN


def test_pages_of_digests_name_papers_as_text(client, paper):
    post = make_post(papers=[paper])
    html = page(client, post.get_absolute_url())
    (said,) = re.findall('"og:description" content="([^"]*)"', html)
    assert unescape(said) == PLAIN
    assert GIST in unescape(page(client, "/"))


def test_feeds_say_titles_as_text_in_text(client, paper):
    post = make_post(papers=[paper])
    Correction.objects.create(post=post, paper=paper, text="x", corrected_at=now())
    for address in ("/feed.xml", "/rss.xml"):
        (_, entry) = feedparser.parse(client.get(address).content).entries
        assert unescape(entry.summary) == PLAIN
        assert r"<code>\frac{a}{2}</code>" in entry.content[0].value
    (entry,) = feedparser.parse(client.get(reverse("corrections")).content).entries
    assert entry.title.endswith(PLAIN)


@pytest.mark.parametrize(
    "name", ["admin:papers_paper_changelist", "admin:digest_post_changelist", "admin:index"]
)
def test_editors_lists_say_titles_as_text(client, admin_user, paper, name):
    client.force_login(admin_user)
    make_post(papers=[paper])
    html = unescape(page(client, reverse(name)))
    assert TITLE not in html
    if "paper" in name:
        assert PLAIN in html
