"""Whose a text is: who wrote it, and who has read and checked it."""

from __future__ import annotations

from django.contrib.auth.models import User

from papers.clock import now
from papers.models import Section, Writer


def now_the_editors(section: Section) -> None:
    """Note that a person wrote the working text: no machine is its author any more. Not saved."""
    section.origin = Writer.EDITOR
    section.drafter = section.prompt_version = section.scope = ""
    section.written_at = now()


def review(section: Section, user: User | None) -> None:
    """Note that `user` has read and checked the text, or with None that nobody has. Not saved."""
    section.reviewer = user
    section.reviewed_at = now() if user else None
