"""The gate before publication: errors in a post's papers block it, unless a person overrides them.

Blocking are the findings of `papers.pipeline.checking` with level error that nobody has accepted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import User

from digest.models import Post, State
from papers.models import Finding, Paper, errors_first
from papers.pipeline import checking


@dataclass(frozen=True, slots=True)
class Override:
    """Who lets a post pass the gate despite its errors, and why."""

    user: User
    reason: str
    findings: frozenset[str]
    """Keys of the errors that the user was shown. The override does not cover any other."""


def findings(post: Post) -> list[Finding]:
    """Check the post's papers again, alone and side by side, and return all findings.

    They are in the order of `current`.
    """
    papers = _papers(post)
    checking.check(papers)
    checking.compare(papers, post)
    stored = Finding.objects.own() | Finding.objects.within(post)
    found = stored.filter(paper__in=papers).select_related("paper", "section__paper", "accepted_by")
    return _in_order(found, papers)


def current(post: Post) -> list[Finding]:
    """Return the findings that `findings` would return, and store nothing.

    Errors are first, then each level is in the order of the post.
    """
    papers = _papers(post)
    own = [each for each in checking.current(papers) if each.collection_type_id is None]
    return _in_order([*own, *checking.compared(papers, post)], papers)


def _papers(post: Post) -> list[Paper]:
    entries = post.entries.filter(position__isnull=False).order_by("position", "id")
    return [entry.paper for entry in entries.select_related("paper")]


def _in_order(found: Iterable[Finding], papers: Iterable[Paper]) -> list[Finding]:
    places = {paper.pk: place for place, paper in enumerate(papers)}
    return errors_first(sorted(found, key=lambda finding: places[finding.paper_id]))


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


def current_errors(post: Post) -> list[Finding]:
    """Return the findings that block publishing the post now, and store nothing."""
    return blocking(post, current(post))
