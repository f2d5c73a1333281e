"""What readers get of a recorded year is text: nothing of TeX is left beside formulas and code."""

import gzip
import json
import re
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from selectolax.lexbor import LexborHTMLParser

from digest import publishing
from digest.models import Post
from digest.publishing import building
from digest.readers.feeds.entries import of_digest
from papers.clock import now
from papers.models import Listing
from papers.pipeline import extractive_drafts, ingest
from papers.sources import huggingface
from papers.sources.base import DayAnswer

pytestmark = [pytest.mark.django_db, pytest.mark.corpus, pytest.mark.slow]

EACH = 12  # With 1, the whole year takes seven minutes.
# A backslash that the recorded text means, read by hand.
MEANT = ()
TEX_IN_DOLLARS = re.compile(r"\$[^$\n]*[\\^_{}][^$\n]*\$")
HEAD = "title, meta[name=description], meta[property^=og], script[type='application/ld+json']"


def test_nothing_of_tex_is_left_beside_formulas_and_code(corpus: Path, client) -> None:
    left: list[str] = []
    for file in sorted((corpus / "hf_daily").glob("*.json.gz"))[::EACH]:
        post = published(date.fromisoformat(file.name[:10]), file)
        html = client.get(post.get_absolute_url()).content.decode()
        left += stray(file.name, html) + in_head(file.name, html)
        entry = of_digest(Post.objects.with_public_entries().get(pk=post.pk))
        left += stray(f"feed {file.name}", entry.content)
        left += [f"summary {file.name}"] if TEX_IN_DOLLARS.search(entry.summary) else []
    assert left == []


def published(day: date, file: Path) -> Post:
    """Publish a digest of all papers of a recorded day, in the abstracts' own sentences."""
    text = gzip.decompress(file.read_bytes()).decode()
    reading = huggingface.parse(json.loads(text))
    ingest.store(
        DayAnswer.of(reading, source=huggingface.NAME, day=day, fetched_at=now(), pages=(text,))
    )
    papers = [listing.paper for listing in Listing.objects.filter(day=day).select_related("paper")]
    extractive_drafts.draft(papers, "en")
    post = building.build(day, papers)
    with connection.cursor() as cursor:  # All is one transaction, of which no statistics are made.
        cursor.execute("ANALYZE papers_paper, papers_section, digest_post, digest_entry")
    publishing.publish(post, gated=False)
    return post


def stray(where: str, html: str) -> list[str]:
    """Return the texts with a backslash that stand outside code and MathML."""
    tree = LexborHTMLParser(html)
    for node in tree.css("code, pre, math, script, style"):
        node.decompose()
    lines = (tree.body.text(separator="\n") if tree.body else "").splitlines()
    found = [line.strip() for line in lines if "\\" in line]
    return [f"{where}: {line}" for line in found if not any(each in line for each in MEANT)]


def in_head(where: str, html: str) -> list[str]:
    nodes = LexborHTMLParser(html).css(HEAD)
    texts = [node.attributes.get("content") or node.text() for node in nodes]
    return [f"{where}: {text}" for text in texts if TEX_IN_DOLLARS.search(text) or "\\(" in text]
