"""Write the missing sections of papers by machine: a paper's text in, sections stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from papers import sections
from papers.drafting import extractive
from papers.models import Paper, Scope, Writer

# arXiv's abstracts are in English, and the extractive drafter quotes them.
EXTRACTIVE_LANGUAGE = "en"


class Refused(Exception):
    """What was asked of a drafter is not in its power; the message says why and what to do."""


def draft(papers: Iterable[Paper], language: str = EXTRACTIVE_LANGUAGE) -> Counter[str]:
    """Draft the sections of `papers` from their abstracts; count outcomes and papers without one.

    Raises Refused for another language than the text's own.
    """
    require_own_language(language)
    papers = list(papers)
    texts = [
        sections.NewText(paper.pk, language, kind, markdown)
        for paper in papers
        for kind, markdown in extractive.draft(paper.abstract).items()
    ]
    counts: Counter[str] = Counter(papers=len(papers))
    counts["without abstract"] = sum(not paper.abstract for paper in papers)
    counts.update(
        sections.write(
            texts, origin=Writer.EXTRACTIVE, drafter=extractive.VERSION, scope=Scope.ABSTRACT
        )
    )
    return counts


def require_own_language(language: str) -> None:
    """Refuse a language that is not the text's own."""
    if language != EXTRACTIVE_LANGUAGE:
        raise Refused(
            f"The extractive drafter quotes the paper, so it cannot write {language!r}: "
            f"use --language {EXTRACTIVE_LANGUAGE}."
        )
