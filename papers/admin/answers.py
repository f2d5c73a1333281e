"""The answers of sources, for people who look for a fault. They are never changed."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display

from papers.admin.base import ROWS_A_PAGE
from papers.models import SourceAnswer
from papers.sources.items import Remark

SHOWN_CHARACTERS = 20_000


@admin.register(SourceAnswer)
class SourceAnswerAdmin(ModelAdmin):
    list_display = ["day", "source", "fetched_at", "listed", "refused"]
    list_filter = ["source"]
    list_per_page = ROWS_A_PAGE
    date_hierarchy = "day"
    fields = ["source", "day", "fetched_at", "listed", "refused_items", "text"]
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[SourceAnswer]:
        return (
            super().get_queryset(request).defer("pages")
        )  # Up to 300 kB, which lists do not show.

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: SourceAnswer | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: SourceAnswer | None = None) -> bool:
        return False

    @display(description=_("listed papers"))
    def listed(self, answer: SourceAnswer) -> int:
        return len(answer.listed_ids)

    @display(description=_("refused items"))
    def refused(self, answer: SourceAnswer) -> int:
        return len(answer.refusals)

    @display(description=_("refused items"))
    def refused_items(self, answer: SourceAnswer) -> str:
        return "\n".join(str(Remark.from_json(each)) for each in answer.refusals)

    @display(description=_("the beginning of the answer"))
    def text(self, answer: SourceAnswer) -> str:
        return "\n".join(answer.pages)[:SHOWN_CHARACTERS]
