"""Compares what goes public with what a person saw on the page that asked.

Each place of a post makes a line: the checksum of its text, and its name. The page carries the
lines, and publishing compares them under its locks. An edit that was not committed when the page
was made differs, whatever its time.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from digest.models import Post
from digest.publishing import gate
from digest.publishing.changes import places
from papers.models import FACTS, Finding, Paper


def lines(post: Post, errors: Iterable[Finding] | None = None) -> list[str]:
    """Return a line for each place of what goes public with the post, in the order of the page.

    A page calls it before it reads what it shows. What comes in between then counts as unseen.
    `errors` are those that the page shows (default: `gate.current_errors`).
    """
    shown = gate.current_errors(post) if errors is None else errors
    return [f"{_checksum(text)} {name}" for name, text in _texts(post, shown)]


def differing(post: Post, seen: Collection[str]) -> list[str]:
    """Return the names of the places that differ from those that a person saw."""
    current = lines(post)
    unseen = [line for line in current if line not in seen]
    gone = sorted(set(seen) - set(current))
    return list(dict.fromkeys(line.partition(" ")[2] for line in [*unseen, *gone]))


def _texts(post: Post, errors: Iterable[Finding]) -> Iterator[tuple[str, str]]:
    """Return names and texts: what waits for publishing, and what becomes live with it."""
    for name, _public, text in places(post):
        yield name, text
    yield _("Address"), f"{post.date} {post.slug} {post.language}"
    yield _("tags"), _tags(post)
    shown = Paper.objects.filter(entries__post=post, entries__position__isnull=False)
    tags: list[Any] = ["tags"]
    for paper in shown.order_by("entries__position", "pk").prefetch_related(*tags):
        facts = [getattr(paper, name) for name in FACTS]
        yield f"{paper.title_plain} — {_('Facts')}", f"{facts} {_tags(paper)}"
    # Somebody else may have accepted an error that the page showed.
    yield _("Findings"), str(sorted(error.key for error in errors))


def _checksum(text: str) -> str:
    """Return 128 bits in 22 letters: a page has hundreds of lines."""
    digest = hashlib.sha256(text.encode()).digest()[:16]
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def _tags(row: Post | Paper) -> str:
    return str(sorted(tag.name for tag in row.tags.all()))
