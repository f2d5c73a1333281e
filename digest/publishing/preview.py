"""Shows a post as readers would see it if it were published now."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch

from digest.models import Entry, Post, corrections_of_posts
from papers.clock import now
from papers.models import PUBLISHED, Section, tags_of


def preview(post: Post) -> Post:
    """Return another object of the same post whose public fields hold its working text.

    Never save it. It has what `PostQuerySet.with_public_entries` gives, from the working order.
    """
    entries = Entry.objects.filter(position__isnull=False).order_by("position", "id")
    written = Section.objects.exclude(html="").with_reviewers()
    sections = Prefetch("paper__sections", written, "public_sections")
    of_papers: list[Any] = [sections, tags_of("paper__")]
    papers = entries.select_related("paper").prefetch_related(*of_papers)
    of_post: list[Any] = [tags_of(), Prefetch("entries", papers, "public_entries")]
    of_post.append(corrections_of_posts())
    shown = Post.objects.prefetch_related(*of_post).get(pk=post.pk)
    shown.public_title, shown.public_intro = shown.title, shown.intro
    shown.public_intro_html = shown.intro_html
    shown.published_at = shown.published_at or shown.scheduled_at or now()
    shown.updated_at = shown.updated_at or shown.published_at
    for entry in shown.public_entries:
        entry.public_position = entry.position
        entry.public_note, entry.public_note_html = entry.note, entry.note_html
        for section in entry.paper.public_sections:
            _show_working_text(section)
    return shown


def _show_working_text(section: Section) -> None:
    for name in PUBLISHED:
        setattr(section, f"public_{name}", getattr(section, name))
