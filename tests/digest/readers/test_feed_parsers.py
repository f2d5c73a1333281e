"""Different programs read the same of every feed: ids, titles, dates, addresses, Korean."""

import json
import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import feedparser
import pytest

from papers.clock import now
from tests.digest.publishing.test_corrections import correct, written
from tests.digest.readers.node import installed
from tests.digest.readers.test_feeds import ATOM, CONTENT, TITLE
from tests.factories import make_paper, make_post

pytestmark = pytest.mark.django_db

PARSERS = Path(__file__).parent / "feed_parsers"
XML = ["/feed.xml", "/rss.xml", "/feed-short.xml", "/papers/feed.xml", "/en/feed.xml"]
Item = dict[str, Any]


@pytest.fixture(scope="module")
def node() -> Callable[[str, bytes], list[Item]]:
    """Return a function that reads a feed with one of the parsers that need Node."""
    folder = installed(PARSERS)

    def read(name: str, body: bytes) -> list[Item]:
        command = ["node", "parse.mjs", name]
        done = subprocess.run(command, cwd=folder, input=body, capture_output=True, check=True)
        return json.loads(done.stdout)

    return read


@pytest.fixture
def site(settings):
    settings.FEED_DELAY = timedelta(0)
    paper = make_paper(title=TITLE)
    post = make_post(papers=[paper, written(title="On $x^2$ & <b>")], title=TITLE)
    make_post(papers=3, title="둘째 날: 추론 ✨ 👩‍🔬🇰🇷")
    correct(post, "40%가 아니라 38%다 & <그것>", paper, now())


def strictly(body: bytes) -> list[Item]:
    tree = ElementTree.fromstring(body)
    if tree.tag == "rss":
        return [
            {
                "id": item.findtext("guid"),
                "title": item.findtext("title"),
                "url": item.findtext("link"),
                "published": item.findtext("pubDate"),
                "content": item.findtext(CONTENT),
            }
            for item in tree.iter("item")
        ]
    return [
        {
            "id": entry.findtext(ATOM + "id"),
            "title": entry.findtext(ATOM + "title"),
            "url": entry.find(ATOM + "link").get("href"),
            "published": entry.findtext(ATOM + "published"),
            "content": entry.findtext(ATOM + "content"),
        }
        for entry in tree.iter(ATOM + "entry")
    ]


def by_feedparser(body: bytes) -> list[Item]:
    found = feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False)
    assert not found.bozo
    return [
        {
            "id": entry.id,
            "title": entry.title,
            "url": entry.link,
            "published": entry.published,
            "content": entry.content[0].value,
        }
        for entry in found.entries
    ]


def same(items: list[Item]) -> list[Item]:
    """Return items with their dates as seconds, and their content without space at its ends."""
    return [
        item | {"published": _seconds(item["published"]), "content": item["content"].strip()}
        for item in items
    ]


def _seconds(text: str) -> datetime:
    at = parsedate_to_datetime(text) if "," in text else datetime.fromisoformat(text)
    return at.replace(microsecond=0)


@pytest.mark.parametrize("address", XML)
def test_feedparser_reads_what_a_strict_parser_reads(client, site, address):
    body = client.get(address).content
    assert same(by_feedparser(body)) == same(strictly(body)) != []


@pytest.mark.parametrize("parser", ["rss-parser", "feedsmith"])
@pytest.mark.parametrize("address", XML)
def test_the_parsers_of_node_read_the_same(client, site, node, address, parser):
    body = client.get(address).content
    assert same(node(parser, body)) == same(strictly(body)) != []


def test_json_feed_is_read_as_atom_is(client, site, node):
    body = client.get("/feed.json").content
    assert same(node("feedsmith", body)) == same(strictly(client.get("/feed.xml").content))
