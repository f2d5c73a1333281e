"""The gate before the public: errors in a post's papers block it, unless a person answers for them.

What blocks is the findings of `papers.pipeline.checking` with level error that nobody has accepted.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User

from digest.models import Post, State
from papers.models import Finding
from papers.pipeline import checking


@dataclass(frozen=True, slots=True)
class Override:
    """Who lets a post pass despite its errors, and why."""

    user: User
    reason: str
    findings: frozenset[int]
    """Ids of the errors that were shown; for others nobody answers."""


def findings(post: Post) -> list[Finding]:
    """What the checks say of the post's papers, each alone and side by side, in its order.

    All of it is read anew.
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
