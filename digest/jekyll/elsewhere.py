"""Where the papers of a file stand already. What readers see there, an import does not change."""

from __future__ import annotations

from dataclasses import dataclass

from digest.jekyll.files.document import Document
from digest.models import Entry, Post, State


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The arXiv ids of a file's papers that stand in other posts."""

    any: frozenset[str]
    shown: frozenset[str]
    """Those that readers see there."""
    same_day: frozenset[str]
    """Those in another post of the same day."""
    withheld: frozenset[str]
    """Those in the file's own post that was public, of which the file is a draft by now."""


def of(document: Document, post: Post | None) -> Elsewhere:
    """Return where the papers of a file stand beside the file's own post, if that is stored."""
    ids = [item.arxiv_id for item in document.papers]
    entries = Entry.objects.filter(paper__arxiv_id__in=ids)
    if post:
        entries = entries.exclude(post=post)
    any_, shown, same_day = set[str](), set[str](), set[str]()
    columns = ("paper__arxiv_id", "public_position", "post__state", "post__date")
    for arxiv_id, position, state, day in entries.values_list(*columns):
        any_.add(arxiv_id)
        if position is not None and state == State.PUBLISHED:  # Or will be, at its time.
            shown.add(arxiv_id)
        if day == document.day:
            same_day.add(arxiv_id)
    return Elsewhere(
        frozenset(any_), frozenset(shown), frozenset(same_day), _withheld(document, post)
    )


def _withheld(document: Document, post: Post | None) -> frozenset[str]:
    if post is None or post.published_at is None or document.is_public:
        return frozenset()
    return frozenset(post.entries.values_list("paper__arxiv_id", flat=True))
