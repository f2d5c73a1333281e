"""Requests to language models, their answers and their cost. Read only."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from papers import kinds
from papers.admin.base import SearchedAdmin
from papers.models import CallOutcome, ModelCall
from papers.pipeline import model_calls


@admin.register(ModelCall)
class ModelCallAdmin(SearchedAdmin):
    list_display = [
        "paper",
        "language",
        "part",
        "came_of_it",
        "tokens",
        "finish_reason",
        "asked_at",
    ]
    list_filter = ["outcome", "model", "language"]
    list_select_related = ["paper"]
    search_fields = ["paper__arxiv_id", "paper__title", "paper__title_plain", "message"]
    list_before_template = "admin/papers/model_call/before_list.html"
    fields = [
        "paper",
        "language",
        "part",
        "model",
        "prompt_version",
        "outcome",
        "told",
        "finish_reason",
        "prompt_tokens",
        "completion_tokens",
        "asked_at",
        "answered_at",
        "words",
    ]
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[ModelCall]:
        return super().get_queryset(request).defer("reply", "sources")  # Lists do not show them.

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ModelCall | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ModelCall | None = None) -> bool:
        return False  # The budget and the tries are counted from these rows.

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        used, budget = model_calls.tokens_used(), settings.MODEL_DAILY_TOKENS
        tokens = {"used": f"{used:,}", "budget": f"{budget:,}", "over": used >= budget}
        return super().changelist_view(request, {**(extra_context or {}), "tokens": tokens})

    @display(description=_("section"))
    def part(self, call: ModelCall) -> str:
        return kinds.of(call.kind).label if call.kind else str(_("all"))

    @display(
        description=_("outcome"),
        ordering="outcome",
        label={
            CallOutcome.DONE: "success",
            CallOutcome.DOWN: "warning",
            CallOutcome.LANGUAGE: "warning",
            CallOutcome.PROSE: "warning",
            CallOutcome.CUT: "danger",
            CallOutcome.ERROR: "danger",
            CallOutcome.OVERFLOW: "danger",
            CallOutcome.REFUSED: "danger",
            "": "info",
        },
    )
    def came_of_it(self, call: ModelCall) -> tuple[str, str]:
        return call.outcome, call.get_outcome_display() or str(_("no answer yet"))

    @display(description=_("tokens"))
    def tokens(self, call: ModelCall) -> int:
        return call.prompt_tokens + call.completion_tokens

    @display(description=_("message"))
    def told(self, call: ModelCall) -> SafeString:
        return _as_written(call.message)

    @display(description=_("reply"))
    def words(self, call: ModelCall) -> SafeString:
        return _as_written(call.reply)


def _as_written(text: str) -> SafeString:
    return format_html('<pre class="standing">{}</pre>', text) if text else SafeString("-")
