"""The authorship of a text: who wrote it, and who read and checked it."""

from __future__ import annotations

from django.contrib.auth.models import User

from papers.clock import now
from papers.models import Section, Writer


def now_the_editors(section: Section) -> None:
    """Note, without saving, that a person wrote the working text and no machine did."""
    section.origin = Writer.EDITOR
    section.drafter = section.prompt_version = section.scope = ""
    section.written_at = now()


def review(section: Section, user: User | None) -> None:
    """Note, without saving, that `user` read and checked the text, or with None that nobody did."""
    section.reviewer = user
    section.reviewed_at = now() if user else None
