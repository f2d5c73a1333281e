"""The audit: who did what, when. Everybody may only read it, and only who has the right to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import FieldDoesNotExist
from django.db.models import DateTimeField, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from unfold.decorators import display

from digest.audit.rows import BY_MAIL
from digest.audit.sign_ins import WHY, WHY_ELSEWHERE
from digest.models.audit import SIGN_INS, Act, AuditRecord
from papers.admin.base import SearchedAdmin
from papers.editing import reasons
from papers.text.cleaning import fold

REASONS = frozenset({BY_MAIL, WHY_ELSEWHERE, *WHY.values()})
"""Reasons of our own, stored as they stand in the code."""
SHOWN_ROWS = 3
SHOWN_LENGTH = 40
"""Changes in a row of the list, and characters of each value. The page of an act has all."""
COLOURS = dict.fromkeys(Act.values, "") | {
    Act.SIGN_IN_FAILED: "danger",
    Act.DELETED: "danger",
    Act.WITHDRAWN: "danger",
    Act.TWO_FACTOR_OFF: "danger",
    Act.RIGHTS: "warning",
    Act.PASSWORD: "warning",
    Act.CODE_USED: "warning",
    Act.ACCEPTED: "warning",
    Act.REVOKED: "danger",
    Act.PUBLISHED: "success",
}


class PersonFilter(admin.SimpleListFilter):
    """Accounts of now and those that are gone, by the names that their acts have."""

    title = gettext_lazy("person")
    parameter_name = "person"
    NOBODY = "-"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        names = set(AuditRecord.objects.order_by().values_list("person", flat=True).distinct())
        names |= set(User.objects.filter(is_staff=True).values_list("username", flat=True))
        return [(self.NOBODY, _("the site itself")), *((n, n) for n in sorted(filter(None, names)))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditRecord]) -> Any:
        """Return what a person did, and who failed to sign in under that name."""
        name = self.value()
        if name is None:
            return queryset
        if name == self.NOBODY:
            return queryset.filter(person="")
        return queryset.filter(Q(person=name) | Q(act=Act.SIGN_IN_FAILED, about=name))


@admin.register(AuditRecord)
class AuditAdmin(SearchedAdmin):
    list_display = ["at", "who", "act_label", "what", "told", "address"]
    list_filter = [PersonFilter, "act"]
    list_filter_submit = False
    date_hierarchy = "at"
    ordering = ["-at", "-id"]
    search_fields = ["person", "about", "reason", "changes", "address"]
    search_help_text = gettext_lazy("Person, what it was about, what was changed, reason")
    show_full_result_count = False
    fields = ["at", "who", "act", "what", "all_told", "reason_said", "address"]
    readonly_fields = fields
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditRecord]:
        """Leave out what happened at the door, with IP addresses, but for superusers."""
        records = super().get_queryset(request)
        may_see_all = request.user.is_active and request.user.is_superuser
        return records if may_see_all else records.exclude(act__in=SIGN_INS)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[AuditRecord], search_term: str
    ) -> tuple[QuerySet[AuditRecord], bool]:
        """Find reasons of ours also by the words in which they are shown."""
        found, doubles = super().get_search_results(request, queryset, search_term)
        begun = reasons.beginnings(fold(search_term)) if search_term.strip() else []
        shown = Q(*(("reason__startswith", each) for each in begun), _connector=Q.OR)
        return (found | queryset.filter(shown) if begun else found), doubles

    @display(description=gettext_lazy("person"), ordering="person")
    def who(self, record: AuditRecord) -> str:
        return record.person or _("the site itself")

    @display(description=pgettext_lazy("audit", "act"), label=COLOURS, ordering="act")
    def act_label(self, record: AuditRecord) -> tuple[str, str]:
        return record.act, record.get_act_display()

    @display(description=gettext_lazy("about"))
    def what(self, record: AuditRecord) -> str:
        """Return what it was about, with a link to its page if its model has one."""
        model = _model(record)
        kind = str(model._meta.verbose_name) if model else ""
        text = Truncator(record.about).chars(80)
        if model is None or record.act == Act.DELETED or not admin.site.is_registered(model):
            return format_html("{} <span class='quiet'>{}</span>", text, kind)
        name = record.model.replace(".", "_")
        page = reverse(f"admin:{name}_change", args=[record.key])
        return format_html("<a href='{}'>{}</a> <span class='quiet'>{}</span>", page, text, kind)

    @display(description=gettext_lazy("changes"))
    def told(self, record: AuditRecord) -> SafeString:
        """Return the first changes and the reason, as a row of the list has room for."""
        rows = record.rows
        shown = _rows(record, rows[:SHOWN_ROWS], SHOWN_LENGTH)
        more = len(rows) - SHOWN_ROWS
        if more > 0:
            shown += format_html(
                "<p class='quiet'>{}</p>",
                ngettext("and %(n)d more", "and %(n)d more", more) % {"n": more},
            )
        if record.reason:
            shown += format_html("<p class='quiet'>{}</p>", self.reason_said(record))
        return (
            format_html("<div class='audit-changes'>{}</div>", shown) if shown else SafeString("")
        )

    @display(description=gettext_lazy("changes"))
    def all_told(self, record: AuditRecord) -> SafeString:
        shown = _rows(record, record.rows)
        return (
            format_html("<div class='audit-changes'>{}</div>", shown) if shown else SafeString("-")
        )

    @display(description=gettext_lazy("reason"))
    def reason_said(self, record: AuditRecord) -> str:
        return _(record.reason) if record.reason in REASONS else reasons.shown(record.reason)


def _rows(record: AuditRecord, rows: list[list[Any]], length: int = 0) -> SafeString:
    return format_html_join("", "<p><b>{}</b> {}</p>", _told_rows(record, rows, length))


def _told_rows(
    record: AuditRecord, rows: list[list[Any]], length: int
) -> Iterator[tuple[str, SafeString]]:
    for name, *values in rows:
        before, after = (_value(record, str(name), str(each), length) for each in values)
        yield _field_name(record, str(name)), _became(before, after)


def _became(before: str, after: str) -> SafeString:
    if before and after:
        return format_html("<del>{}</del> → <ins>{}</ins>", before, after)
    return format_html("<ins>{}</ins>", after) if after else format_html("<del>{}</del>", before)


def _model(record: AuditRecord) -> Any:
    """Return the model of what an act was about, if the site still has it."""
    try:
        return apps.get_model(record.model)
    except (LookupError, ValueError):
        return None


def _field(record: AuditRecord, name: str) -> Any:
    try:
        return _model(record)._meta.get_field(name)
    except (AttributeError, FieldDoesNotExist):
        return None


def _field_name(record: AuditRecord, name: str) -> str:
    """Return a field's name in the reader's language. Links are named by the model they lead to."""
    field = _field(record, name)
    if field is not None:
        return str(getattr(field, "verbose_name", name))
    try:
        return str(apps.get_model(name)._meta.verbose_name_plural)
    except (LookupError, ValueError):
        return name


def _moment(value: str) -> str:
    try:
        return date_format(localtime(datetime.fromisoformat(value)), "DATETIME_FORMAT")
    except ValueError:
        return value


BOOLEANS = {"True": gettext_lazy("Yes"), "False": gettext_lazy("No")}


def _value(record: AuditRecord, name: str, value: str, length: int) -> str:
    """Return a stored value in the reader's words: choices by their names, yes and no."""
    field = _field(record, name)
    if isinstance(field, DateTimeField):
        value = _moment(value)
    choices = dict(getattr(field, "flatchoices", None) or ())
    said = str(choices.get(value, BOOLEANS.get(value, value)))
    return Truncator(said).chars(length) if length else said
