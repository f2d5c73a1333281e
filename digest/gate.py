"""The gate before the public: errors in a post's papers block it, unless a person answers for them.

What blocks is the findings of `papers.checking` with level error that nobody has accepted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.models import User

from digest.models import Post, State
from papers import checking, kinds
from papers.checks import base, structure, terms
from papers.checks.glossary import DEFAULT_TERMS
from papers.models import Finding, Origin, Paper, Section


@dataclass(frozen=True, slots=True)
class Override:
    """Who lets a post pass despite its errors, and why."""

    user: User
    reason: str
    findings: frozenset[int]
    """Ids of the errors that were shown; for others nobody answers."""


def findings(post: Post) -> list[Finding]:
    """What the checks say of the post's papers, in its order; all of it read anew."""
    entries = post.entries.filter(position__isnull=False).order_by("position", "id")
    papers = [entry.paper for entry in entries.select_related("paper")]
    checking.check(papers)
    places = {paper.pk: place for place, paper in enumerate(papers)}
    stored = Finding.objects.filter(paper__in=papers).select_related("paper", "section__paper")
    found = [*stored, *_titles(papers), *_across(papers)]
    return sorted(found, key=lambda finding: places[finding.paper_id])


def _titles(papers: list[Paper]) -> Iterator[Finding]:
    """Titles that an imported file wraps or spaces oddly; sources all do. Not stored."""
    for paper in papers:
        if paper.origins.get("title") == Origin.IMPORT:
            for found in structure.check_title(paper.raw_title):
                yield Finding.of(found, paper, None)


def _across(papers: list[Paper]) -> Iterator[Finding]:
    """Where papers of one post differ in labels, or in the rendering of a term. Not stored."""
    sections = Section.objects.filter(paper__in=papers).exclude(markdown="")
    by_language: dict[str, list[Section]] = defaultdict(list)
    for section in sections.select_related("paper"):
        by_language[section.language].append(section)
    undecided = undecided_terms()
    for language, written in by_language.items():
        texts = {section: section.markdown for section in written}
        found: list[tuple[Section, base.Finding]] = []
        for row in kinds.rows():
            if row.is_labelled:
                alike = {each: text for each, text in texts.items() if each.kind == row.name}
                found += structure.check_labels(alike).items()
        for section, each in terms.check_digest(texts, language, undecided).items():
            found += [(section, finding) for finding in each]
        for section, finding in found:
            yield Finding.of(finding, section.paper, section)


def undecided_terms() -> list[terms.Term]:
    """Terms of the trade that the house's glossary says nothing of."""
    decided = {(term.english.lower(), term.language) for term in checking.house_terms()}
    return [term for term in DEFAULT_TERMS if (term.english.lower(), term.language) not in decided]


def blocking(post: Post, found: list[Finding]) -> list[Finding]:
    """Those of a post's findings that stand between it and the public.

    Of a published post these are the errors in what would change for readers: an old error in a
    text that they see already holds up no correction.
    """
    errors = [each for each in found if each.blocks]
    if post.state != State.PUBLISHED:
        return errors
    shown = post.entries.filter(public_position__isnull=False)
    public = set(shown.values_list("paper", flat=True))
    return [
        each
        for each in errors
        if each.paper_id not in public or (each.section is not None and each.section.changed)
    ]


def errors(post: Post) -> list[Finding]:
    """What stands between the post and the public, read anew."""
    return blocking(post, findings(post))
