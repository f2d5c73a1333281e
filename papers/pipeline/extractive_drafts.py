"""Drafts the missing sections of papers from their own text and stores them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from django.db.models import F

from papers import kinds
from papers.drafting.extract import extractive
from papers.fulltext.base import Text
from papers.languages import ENGLISH
from papers.models import FullText, Paper, Scope, Writer
from papers.models.scope import of_text
from papers.pipeline import checking, full_texts, sections

# arXiv's abstracts are in English, and the extractive drafter quotes them.
EXTRACTIVE_LANGUAGE = ENGLISH


class LanguageRefused(Exception):
    """A drafter cannot write what was asked. The message says why and what to do."""


def draft(papers: Iterable[Paper], language: str = EXTRACTIVE_LANGUAGE) -> Counter[str]:
    """Draft the sections of `papers` from their texts.

    Return counts of outcomes and of papers without abstract. Raises LanguageRefused for a language
    other than the text's own.
    """
    require_own_language(language)
    papers = list(papers)
    parts = _quotable_parts(papers)
    texts: dict[str, list[sections.NewText]] = defaultdict(list)
    for paper in papers:
        full = parts.get(paper.pk, full_texts.Parts())
        for kind, markdown in extractive.draft(paper.abstract, full).items():
            text = sections.NewText(paper.pk, language, kind, markdown)
            texts[_scope(kind, full.gap)].append(text)
    counts: Counter[str] = Counter(papers=len(papers))
    counts["without abstract"] = sum(not paper.abstract for paper in papers)
    for scope, new in texts.items():
        counts.update(
            sections.write(new, origin=Writer.EXTRACTIVE, drafter=extractive.VERSION, scope=scope)
        )
    checking.check(papers)
    return counts


def _scope(kind: str, gap: str) -> str:
    part = kinds.of(kind).from_part
    return of_text([part], gap) if part else Scope.ABSTRACT


def _quotable_parts(papers: list[Paper]) -> full_texts.ByPaper:
    """Return, by paper, the parts to quote of the best text of its current version."""
    readable = FullText.objects.filter(paper__in=papers, version=F("paper__version"), error="")
    quoted = extractive.quoted_parts()
    found: dict[int, full_texts.Parts] = {}
    rows = readable.best_first().values_list("paper_id", "format", "parts", "gap")
    # A text is 100 kB and more.
    for paper_id, text_format, parts, gap in rows.iterator(chunk_size=50):
        text = Text.from_json({"format": text_format, "parts": parts})
        kept = full_texts.Parts(part for part in text.parts if part.kind in quoted)
        kept.gap = gap
        found.setdefault(paper_id, kept)
    return found


def require_own_language(language: str) -> None:
    """Raise LanguageRefused for a language that is not the text's own."""
    if language != EXTRACTIVE_LANGUAGE:
        raise LanguageRefused(
            f"The extractive drafter quotes the paper, so it cannot write {language!r}: "
            f"use --language {EXTRACTIVE_LANGUAGE}."
        )
