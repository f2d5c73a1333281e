"""Who may change facts of a paper that readers see at once. The site that publishes it says so."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser, User

from papers.models import Paper

RULES: list[Callable[[User | AnonymousUser, Paper], bool]] = []


def may_change(user: User | AnonymousUser, paper: Paper) -> bool:
    """Return whether every rule lets the user change the paper's facts and tags."""
    return all(rule(user, paper) for rule in RULES)
