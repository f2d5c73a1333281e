"""Tags, with how often each is used."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from taggit.models import Tag
from unfold.admin import ModelAdmin
from unfold.decorators import display

admin.site.unregister(Tag)


@admin.register(Tag)
class TagAdmin(ModelAdmin):
    list_display = ["name", "slug", "uses"]
    ordering = ["name"]
    search_fields = ["name"]
    fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tag]:
        return super().get_queryset(request).annotate(uses=Count("taggit_taggeditem_items"))

    @display(description=_("papers and posts"), ordering="uses")
    def uses(self, tag: Any) -> int:
        return tag.uses
