"""Makes JSON and Markdown of digests and papers, for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.utils.translation import ngettext

from digest.models import Correction, Entry, Post
from digest.readers.evidence import ShownClaim
from digest.readers.related import Related
from digest.readers.summaries import Summary, name_of
from papers.drafting.extract.extractive import escape
from papers.models import Section


def post_data(post: Post, summaries: Iterable[Summary]) -> dict[str, Any]:
    """Return all that a digest's page says, for JSON."""
    return {
        "url": settings.SITE_URL + post.get_absolute_url(),
        "id": post.feed_id,
        "date": post.date,
        "title": post.public_title,
        "language": post.language,
        "intro": {"markdown": post.public_intro, "html": post.public_intro_html},
        "tags": sorted(tag.name for tag in post.public_tags),
        "published_at": post.published_at,
        "updated_at": post.updated_at,
        "corrections": corrections_data(post.public_corrections),
        "papers": [paper_data(summary) for summary in summaries],
    }


def paper_data(summary: Summary) -> dict[str, Any]:
    """Return a paper's facts, links, and public sections in every language, for JSON."""
    paper = summary.paper
    data = {
        "url": settings.SITE_URL + paper.get_absolute_url(),
        "arxiv_id": paper.arxiv_id,
        "title": paper.title_plain,
        "authors": paper.authors,
        "organization": paper.organization,
        "arxiv_published_at": paper.arxiv_published_at,
        "arxiv_version": paper.version,
        "summarised_version": paper.public_version,
        "withdrawn": paper.withdrawn,
        "abstract": paper.abstract,
        "abstract_is_sample": paper.abstract_is_sample,
        "keywords": paper.keywords,
        "tags": sorted(tag.name for tag in paper.public_tags),
        "links": {link.rel: link.url for link in summary.links},
        "gist": summary.gist,
        "gist_language": summary.gist_language or summary.language,
        "note": {"markdown": summary.entry.public_note, "html": summary.entry.public_note_html},
        "sections": [_section_data(section) for section in paper.public_sections],
    }
    if summary.listing:
        data["listing"] = {
            name: getattr(summary.listing, name) for name in ("source", "day", "rank", "upvotes")
        }
    return data


def paper_document(
    summary: Summary, entries: Iterable[Entry], corrections: Iterable[Correction]
) -> dict[str, Any]:
    """Return all that a paper's page says, for JSON."""
    data = paper_data(summary)
    for said, section in zip(data["sections"], summary.paper.public_sections, strict=True):
        said["evidence"] = [_claim_data(each) for each in section.claims]  # type: ignore[attr-defined]
    return data | {
        "digests": [
            {"date": entry.post.date, "title": entry.post.public_title} for entry in entries
        ],
        "corrections": corrections_data(corrections),
    }


def related_data(related: Iterable[Related]) -> list[dict[str, Any]]:
    """Return the related papers, each with what it shares, for JSON."""
    return [
        {
            "url": settings.SITE_URL + each.paper.get_absolute_url(),
            "arxiv_id": each.paper.arxiv_id,
            "title": each.paper.title_plain,
            "date": each.day,
            "shared": {
                "tags": sorted(tag.name for tag in each.tags),
                "authors": each.authors,
                "words": each.words,
            },
        }
        for each in related
    ]


def _section_data(section: Section) -> dict[str, Any]:
    review = section.public_review
    return {
        "kind": section.kind,
        "heading": str(section.title),
        "language": section.language,
        "markdown": section.public_markdown,
        "html": section.public_html,
        "origin": section.public_origin,
        "drafter": section.public_drafter,
        "prompt_version": section.public_prompt_version,
        "scope": section.public_scope,
        "written_at": section.public_written_at,
        "reviewed_by": name_of(review) if review else None,
        "reviewed_at": review.at if review else None,
    }


def _claim_data(claim: ShownClaim) -> dict[str, Any]:
    return {
        "sentence": claim.text,
        "found": claim.found,
        "quotes": [{"section": each.place, "text": each.text} for each in claim.quotes],
    }


def corrections_data(corrections: Iterable[Correction]) -> list[dict[str, Any]]:
    return [
        {
            "id": each.feed_id,
            "corrected_at": each.corrected_at,
            "text": each.text,
            "paper": each.paper.arxiv_id if each.paper else None,
        }
        for each in corrections
    ]


def post_markdown(post: Post, summaries: Iterable[Summary]) -> str:
    """Return a digest's page as one Markdown document."""
    corrections = _correction_blocks(post.public_corrections)
    blocks = [f"# {escape(post.public_title)}", *corrections, post.public_intro]
    for summary in summaries:
        blocks += _paper_blocks(summary, level=2)
    return _document(blocks)


def paper_markdown(summary: Summary, corrections: Iterable[Correction]) -> str:
    """Return a paper's page as one Markdown document."""
    heading, *blocks = _paper_blocks(summary, level=1)
    return _document([heading, *_correction_blocks(corrections), *blocks])


def _correction_blocks(corrections: Iterable[Correction]) -> Iterator[str]:
    for each in corrections:
        about = f"{each.paper.arxiv_id}: " if each.paper else ""
        yield f"> **{each.heading}**: {about}{escape(each.text)}"


def _paper_blocks(summary: Summary, *, level: int) -> Iterator[str]:
    paper, mark = summary.paper, "#" * level
    number = f"{summary.number}. " if summary.number else ""
    yield f"{mark} {number}[{escape(paper.title_plain)}]({paper.arxiv_url})"
    yield escape(_names(summary))
    yield " · ".join(f"[{link.name}](<{link.url}>)" for link in summary.links)
    yield escape(summary.gist) if summary.has_gist else ""
    yield summary.entry.public_note
    for shown in summary.sections:
        yield f"{mark}# {escape(shown.title)}"
        yield shown.section.public_markdown
        yield f"*{escape(shown.provenance)}*"


def _names(summary: Summary) -> str:
    names = ", ".join(summary.first_authors)
    more = summary.more_authors
    return names + (ngettext(" and %d more", " and %d more", more) % more if more else "")


def _document(blocks: Iterable[str]) -> str:
    return "\n\n".join(block.strip("\n") for block in blocks if block.strip()) + "\n"
