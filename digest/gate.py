"""The gate before the public: errors in a post's papers block it, unless a person answers for them.

What blocks is the findings of `papers.checking` with level error that nobody has accepted.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User

from digest.models import Post
from papers import checking
from papers.models import Finding


@dataclass(frozen=True, slots=True)
class Override:
    """Who lets a post pass despite its errors, and why."""

    user: User
    reason: str


def findings(post: Post) -> list[Finding]:
    """What the checks say of the post's papers, in its order; all of it read anew."""
    entries = post.entries.filter(position__isnull=False).order_by("position", "id")
    papers = [entry.paper for entry in entries.select_related("paper")]
    checking.check(papers)
    places = {paper.pk: place for place, paper in enumerate(papers)}
    found = Finding.objects.filter(paper__in=papers).select_related("paper", "section__paper")
    return sorted(found, key=lambda finding: places[finding.paper_id])


def errors(post: Post) -> list[Finding]:
    """What stands between the post and the public."""
    return [each for each in findings(post) if each.blocks]
