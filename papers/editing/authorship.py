"""The authorship of a text: who wrote it, and who read and checked it.

A review counts if it is not older than the text. The clocks of two machines differ, so here a text
is later than the review that stood before it, and a review is no earlier than its text.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from papers.clock import now
from papers.models import Section, Writer


def now_the_editors(section: Section) -> None:
    """Note, without saving, that a person wrote the working text and no machine did."""
    section.origin = Writer.EDITOR
    section.drafter = section.prompt_version = section.scope = ""
    before = section.reviewed_at
    section.written_at = max(now(), before + datetime.resolution) if before else now()


def review(section: Section, user: User | None) -> None:
    """Note, without saving, that `user` read and checked the text, or with None that nobody did."""
    section.reviewer = user
    section.reviewed_at = max(now(), section.written_at) if user else None


def review_all(sections: Iterable[Section], user: User) -> None:
    """Store that `user` read and checked these texts. A review of the same text stays."""
    for section in sections:
        if not section.is_reviewed:
            section._history_user = user  # type: ignore[attr-defined]
            review(section, user)
            section.save(update_fields=["reviewer", "reviewed_at"])


def not_read(sections: Iterable[Section]) -> str:
    """Return what to say to who marked sections that have another text than they were shown."""
    names = ", ".join(f"{each.title} ({each.language})" for each in sections)
    said = _("Not marked as reviewed: another text stands there by now. Please read it: %(names)s")
    return said % {"names": names}
