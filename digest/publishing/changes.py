"""Lists what publishing would change for readers, place by place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from digest.models import Entry, Post, published_papers
from papers.models import Evidence, Found, Section, quotes_of
from papers.text import differences

Place = tuple[str, str, str]
"""The name of the place, its public text, and its working text."""


@dataclass(frozen=True, slots=True)
class Change:
    """One place where readers will see a different text."""

    place: str
    pieces: list[differences.Piece]


def changes(post: Post) -> list[Change]:
    """Return the differences between working and public text, in the order of the page."""
    return list(_changes(places(post)))


def changes_elsewhere(post: Post) -> list[Change]:
    """Return what publishing `post`, which is not public, changes in papers of other posts."""
    sections = Section.objects.filter(paper__in=published_papers()).filter(
        paper__entries__post=post, paper__entries__position__isnull=False
    )
    ordered = sections.order_by("paper__entries__position", "position", "id")
    edited = Prefetch("evidence", Evidence.objects.edited(), "edited")
    with_rows = ordered.select_related("paper").prefetch_related(edited)
    return list(_changes(place for section in with_rows for place in _of_section(section)))


def _changes(found: Iterable[Place]) -> Iterator[Change]:
    for place, before, after in found:
        if before != after:
            yield Change(place, differences.shortened(differences.pieces(before, after)))


def places(post: Post) -> Iterator[Place]:
    """Return all places of the post, in the order of the page."""
    edited = Prefetch("paper__sections__evidence", Evidence.objects.edited(), "edited")
    entries = list(post.entries.select_related("paper").prefetch_related("paper__sections", edited))
    yield _("Title"), post.public_title, post.title
    yield _("Papers"), _order(entries, "public_position"), _order(entries, "position")
    yield _("Introduction of the post"), post.public_intro, post.intro
    for entry in entries:
        if entry.position is None:
            continue  # The list of papers shows its removal.
        paper = entry.paper
        yield f"{paper.title_plain} — {_('Note')}", entry.public_note, entry.note
        for section in paper.sections.all():
            yield from _of_section(section)


def _section(section: Section) -> Place:
    place = f"{section.paper.title_plain} — {section.title} ({section.language})"
    return place, section.public_markdown, section.markdown


def _of_section(section: Section) -> Iterator[Place]:
    """Yield the places of a section. What was chosen of its evidence is prefetched."""
    yield _section(section)
    if rows := section.edited:  # type: ignore[attr-defined]
        yield _evidence(section, rows)


def _evidence(section: Section, rows: Iterable[Evidence]) -> Place:
    name, _public, _working = _section(section)
    before = "\n".join(_rests_on(row.public_found, row.public_quotes) for row in rows)
    after = "\n".join(_rests_on(row.found, row.quotes) for row in rows)
    return f"{name} — {_('What each sentence rests on')}", before, after


def _rests_on(found: str, quotes: object) -> str:
    how = str(Found(found).label) if found in Found.values else ""
    return ": ".join(filter(None, [how, " ".join(each.text for each in quotes_of(quotes))]))


def _order(entries: list[Entry], field: str) -> str:
    present = [entry for entry in entries if getattr(entry, field) is not None]
    ordered = sorted(present, key=lambda entry: (getattr(entry, field), entry.pk))
    return "\n".join(entry.paper.title_plain for entry in ordered)
