"""The gate before publication: errors in a post's papers block it, unless a person overrides them.

Blocking are the findings of `papers.pipeline.checking` with level error that nobody has accepted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from digest.models import Entry, Post, State
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
    terms = checking.house_terms()
    own = checking.current_own(papers, terms)
    return _in_order([*own, *checking.compared(papers, post, terms)], papers)


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
    if post.state != State.PUBLISHED:
        return _blocking(found)
    shown = post.entries.filter(public_position__isnull=False)
    return _blocking(found, set(shown.values_list("paper", flat=True)))


def _blocking(found: Iterable[Finding], public: Collection[int] = ()) -> list[Finding]:
    """`public` are the papers that readers see in the published post."""
    return [
        each
        for each in found
        if each.blocks
        and (each.paper_id not in public or (each.section is not None and each.section.changed))
    ]


def errors(post: Post) -> list[Finding]:
    """Check the post again, and return the findings that block publishing it."""
    return blocking(post, findings(post))


def current_errors(post: Post) -> list[Finding]:
    """Return the findings that block publishing the post now, and store nothing."""
    return blocking(post, current(post))


def known_errors(posts: Iterable[Post]) -> dict[int, list[Finding]]:
    """Return the findings that block each post, by its id, as they were last stored.

    No text is checked again and nothing is written. It takes 2 queries for many posts as for one.
    """
    posts = list(posts)
    entries = Entry.objects.filter(post__in=posts).values_list(
        "post", "paper", "position", "public_position"
    )
    papers: dict[int, set[int]] = defaultdict(set)
    public: dict[int, set[int]] = defaultdict(set)
    for post, paper, position, public_position in entries:
        papers[post] |= {paper} if position is not None else set()
        public[post] |= {paper} if public_position is not None else set()
    found = _stored_errors(posts, set().union(*papers.values()))
    return {
        post.pk: _blocking(
            [each for each in found if each.paper_id in papers[post.pk] and _is_of(each, post)],
            public[post.pk] if post.state == State.PUBLISHED else (),
        )
        for post in posts
    }


def _stored_errors(posts: list[Post], papers: Collection[int]) -> list[Finding]:
    """Return the open errors of papers, alone or side by side in one of the posts."""
    kind = ContentType.objects.get_for_model(Post)
    within = Q(collection_type=kind, collection_id__in=[post.pk for post in posts])
    errors = Finding.objects.errors().filter(Q(collection_type=None) | within, paper__in=papers)
    return list(errors.select_related("section").defer("message", "text", "evidence", "data"))


def _is_of(finding: Finding, post: Post) -> bool:
    return finding.collection_id in {None, post.pk}
