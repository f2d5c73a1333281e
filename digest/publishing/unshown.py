"""Empties public texts that no reader sees, so that no other post brings them back.

A paper has one public text of a section. What a withdrawn post showed would stand in the next post
that has the paper. The working text stays, and fills the public text again when that is published.
"""

from __future__ import annotations

from papers.models import PUBLISHED, Section, SectionQuerySet


def empty(sections: SectionQuerySet) -> None:
    """Empty the public texts of sections. No post that readers see may have their papers."""
    fields = [Section._meta.get_field(f"public_{name}") for name in PUBLISHED]
    blank = {field.name: None if field.null else "" for field in fields}
    sections.exclude(public_markdown="", public_html="").update(**blank)
