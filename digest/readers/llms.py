"""`/llms.txt`: the way to the Markdown pages, for programs (https://llmstxt.org)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.urls import reverse

from digest.models import Post
from digest.readers.headlines import headline
from papers.drafting.extract.extractive import escape

HOW = """\
Each digest has the papers of one day. A digest and a paper have a page at an address that ends in
a slash; with .md in the place of the slash it is Markdown, with .json it is data, with .bib and
.ris it is a list of references. Below /en/ are the texts in English where there are any."""

FOR_PROGRAMS = {
    "papers_json": "the published papers that changed since a moment (?since=2025-10-08&tag=...)",
    "atom": "the newest digests with their whole text",
    "feeds": "all feeds",
    "trends_csv": "topics week by week, papers a day, votes (a year: /trends/52-weeks.csv)",
    "ledger_json": "what was listed on each day, and what became of it",
    "sitemap": "every public address",
}
ABOUT = {
    "archive": "all digests by year and month",
    "about": "who publishes, and how summaries are made and checked",
    "tag_list": "what papers are about",
}


def llms_text(posts: Iterable[Post]) -> str:
    """Return the file. The posts need their `public_entries`."""
    blocks = [
        f"# {escape(settings.SITE_TITLE)}",
        f"> {escape(settings.SITE_DESCRIPTION)}",
        HOW,
        *_section("Newest digests", map(_digest, posts)),
        *_section("For programs", _named(FOR_PROGRAMS)),
        *_section("Optional", _named(ABOUT)),
    ]
    return "\n\n".join(blocks) + "\n"


def _section(heading: str, lines: Iterable[str]) -> Iterator[str]:
    if text := "\n".join(lines):
        yield f"## {heading}"
        yield text


def _digest(post: Post) -> str:
    address = f"{settings.SITE_URL}{post.get_absolute_url().removesuffix('/')}.md"
    return (
        f"- [{escape(headline(post))}]({address}): {post.date}, {len(post.public_entries)} papers"
    )


def _named(names: dict[str, str]) -> Iterator[str]:
    for name, what in names.items():
        path = reverse(name)
        yield f"- [{path}]({settings.SITE_URL}{path}): {what}"
