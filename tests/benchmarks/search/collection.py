"""A collection of real papers as a published site, made from recorded data."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from pathlib import Path

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus"


@dataclass
class Recorded:
    """A real paper: what Hugging Face said of it, and a Korean summary if there is one."""

    arxiv_id: str
    day: date
    title: str
    abstract: str
    authors: list[str]
    keywords: list[str]
    korean: dict[str, str] = field(default_factory=dict)
    """Texts by kind of section."""


def recorded() -> list[Recorded]:
    """Return all recorded papers, by day."""
    korean = dict(_summaries())
    papers: dict[str, Recorded] = {}
    for file in sorted((CORPUS / "hf_daily").glob("*.json.gz")):
        day = date.fromisoformat(file.name[:10])
        for item in json.loads(gzip.decompress(file.read_bytes())):
            paper = item["paper"]
            papers.setdefault(
                paper["id"],
                Recorded(
                    paper["id"],
                    day,
                    " ".join(item["title"].split()),
                    " ".join((paper.get("summary") or "").split()),
                    [author["name"] for author in paper.get("authors", [])],
                    paper.get("ai_keywords") or [],
                    korean.get(paper["id"], {}),
                ),
            )
    return list(papers.values())


def _summaries() -> Iterator[tuple[str, dict[str, str]]]:
    with gzip.open(CORPUS / "ko_summaries.jsonl.gz", "rt") as lines:
        for line in lines:
            row = json.loads(line)
            method = [text.partition("(")[0].strip() for text in row["method"]]
            texts = {
                "gist": row["ko_title"],
                "introduction": row["purpose"],
                "method": "\n".join(f"- {text}" for text in method),
                "conclusion": row["conclusion"],
            }
            yield row["id"], {kind: text for kind, text in texts.items() if text.strip()}


def publish(papers: list[Recorded]) -> None:
    """Store papers as published posts, a post a day. The index is not made yet."""
    from django.utils import timezone

    from digest.models import Entry, Post
    from papers.models import Paper, Section
    from papers.text import rendering

    at = timezone.now()
    for paper in papers:
        row = Paper(
            arxiv_id=paper.arxiv_id,
            title=paper.title[:500],
            abstract=paper.abstract,
            authors=paper.authors,
            keywords=paper.keywords,
        )
        row.render()
        paper.row = row  # type: ignore[attr-defined]
    rows = {row.arxiv_id: row for row in Paper.objects.bulk_create(p.row for p in papers)}  # type: ignore[attr-defined]
    days = sorted({paper.day for paper in papers})
    posts = {
        post.date: post
        for post in Post.objects.bulk_create(
            Post(
                date=day,
                title=f"Papers of {day}",
                public_title=f"Papers of {day}",
                state="published",
                published_at=at,
                updated_at=at,
            )
            for day in days
        )
    }
    Section.objects.bulk_create(
        [
            Section(
                paper=rows[paper.arxiv_id],
                kind=kind,
                language="ko",
                markdown=text,
                public_markdown=text,
                public_html=rendering.render(text),
            )
            for paper in papers
            for kind, text in paper.korean.items()
        ],
        batch_size=1_000,
    )
    places: defaultdict[date, Iterator[int]] = defaultdict(count)
    Entry.objects.bulk_create(
        [
            Entry(
                post=posts[paper.day],
                paper=rows[paper.arxiv_id],
                position=(place := next(places[paper.day])),
                public_position=place,
            )
            for paper in papers
        ],
        batch_size=1_000,
    )
