"""The house's glossary: one rendering for each English term."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from papers.admin.base import FORM_FIELDS, ReturningAdmin
from papers.models import Term


@admin.register(Term)
class TermAdmin(ReturningAdmin):
    formfield_overrides = FORM_FIELDS
    list_display = ["english", "rendering", "unwanted", "language"]
    list_filter = ["language"]
    search_fields = ["english", "rendering", "variants"]
    fields = ["english", "language", "rendering", "variants"]

    @display(description=_("not wanted"))
    def unwanted(self, term: Term) -> str:
        return ", ".join(term.variants)
