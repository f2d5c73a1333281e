"""What "publish changes" would change for readers, place by place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from digest.models import Entry, Post
from papers import differences


@dataclass(frozen=True, slots=True)
class Change:
    """One place where readers will see something else."""

    place: str
    pieces: list[differences.Piece]


def changes(post: Post) -> list[Change]:
    """The differences between working and public text, in the order of the page."""
    return [
        Change(place, differences.shortened(differences.pieces(before, after)))
        for place, before, after in _places(post)
        if before != after
    ]


def _places(post: Post) -> Iterator[tuple[str, str, str]]:
    entries = list(post.entries.select_related("paper").prefetch_related("paper__sections"))
    yield _("Title"), post.public_title, post.title
    yield _("Papers"), _order(entries, "public_position"), _order(entries, "position")
    yield _("Introduction of the post"), post.public_intro, post.intro
    for entry in entries:
        if entry.position is None:
            continue  # Among the papers already.
        paper = entry.paper
        yield f"{paper.title} — {_('Note')}", entry.public_note, entry.note
        for section in paper.sections.all():
            place = f"{paper.title} — {section.title} ({section.language})"
            yield place, section.public_markdown, section.markdown


def _order(entries: list[Entry], field: str) -> str:
    present = [entry for entry in entries if getattr(entry, field) is not None]
    ordered = sorted(present, key=lambda entry: (getattr(entry, field), entry.pk))
    return "\n".join(entry.paper.title for entry in ordered)
