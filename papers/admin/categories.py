"""The categories of arXiv whose new submissions are listed. Editors switch them on and off."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from papers.models import ArxivCategory


@admin.register(ArxivCategory)
class ArxivCategoryAdmin(ModelAdmin):
    list_display = ["category", "is_on", "since"]
    list_editable = ["is_on"]
    fields = ["category", "is_on", "since"]

    def get_readonly_fields(
        self, request: HttpRequest, obj: ArxivCategory | None = None
    ) -> list[str]:
        return ["category", "since"] if obj else ["since"]

    def has_delete_permission(self, request: HttpRequest, obj: ArxivCategory | None = None) -> bool:
        return False  # It is switched off instead.
