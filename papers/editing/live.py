"""What readers see of a paper now, and who may change it. The site that publishes it says so."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser, User

from papers.models import Paper

RULES: list[Callable[[User | AnonymousUser, Paper], bool]] = []
PAGES: list[Callable[[Paper], bool]] = []
"""Each says whether a paper has a public page."""


def may_change(user: User | AnonymousUser, paper: Paper) -> bool:
    """Return whether every rule lets the user change the paper's facts and tags."""
    return all(rule(user, paper) for rule in RULES)


def has_page(paper: Paper) -> bool:
    """Return whether readers have a page of the paper."""
    return any(rule(paper) for rule in PAGES)
