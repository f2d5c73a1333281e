"""The gate before publication: errors in a post's papers block it, unless a person overrides them.

Blocking are the findings of `papers.pipeline.checking` with level error that nobody has accepted.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User

from digest.models import Post, State
from papers.models import Finding
from papers.pipeline import checking


@dataclass(frozen=True, slots=True)
class Override:
    """Who lets a post pass the gate despite its errors, and why."""

    user: User
    reason: str
    findings: frozenset[int]
    """Ids of the errors that the user was shown. The override does not cover any other."""


def findings(post: Post) -> list[Finding]:
    """Check the post's papers again, alone and side by side, and return all findings.

    The findings are in the order of the post.
    """
    entries = post.entries.filter(position__isnull=False).order_by("position", "id")
    papers = [entry.paper for entry in entries.select_related("paper")]
    checking.check(papers)
    checking.compare(papers, post)
    stored = Finding.objects.own() | Finding.objects.within(post)
    found = stored.filter(paper__in=papers).select_related("paper", "section__paper")
    places = {paper.pk: place for place, paper in enumerate(papers)}
    return sorted(found, key=lambda finding: places[finding.paper_id])


def blocking(post: Post, found: list[Finding]) -> list[Finding]:
    """Return those of a post's findings that block publishing it.

    For a published post these are the errors in what would change for readers. An old error in a
    text that they see already does not block a correction.
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
    """Check the post again, and return the findings that block publishing it."""
    return blocking(post, findings(post))
