"""The log of sign-ins, failed sign-ins and locks. Only superusers see it, and they can unlock."""

from __future__ import annotations

from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_cool_off
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet, Sum, Window
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.decorators import display

from digest.audit import record
from digest.models import Act
from papers.admin.base import ROWS_A_PAGE
from papers.clock import now

locked_label = display(description=gettext_lazy("locked"), label={"locked": "danger"})


def _label(is_locked: bool) -> tuple[str, str] | None:
    return ("locked", _("locked")) if is_locked else None


class SignInAdmin(ModelAdmin):
    """The base for rows that the sign-in writes and nobody changes."""

    search_fields = ["username", "ip_address"]
    ordering = ["-attempt_time"]
    list_per_page = ROWS_A_PAGE

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(AccessLog)
class AccessLogAdmin(SignInAdmin):
    list_display = ["attempt_time", "username", "ip_address", "logout_time", "user_agent"]
    fields = list_display


@admin.register(AccessFailureLog)
class AccessFailureLogAdmin(SignInAdmin):
    list_display = ["attempt_time", "username", "ip_address", "locked", "user_agent"]
    list_filter = ["locked_out"]
    fields = ["attempt_time", "username", "ip_address", "locked_out", "user_agent"]

    @locked_label
    def locked(self, failure: AccessFailureLog) -> tuple[str, str] | None:
        return _label(failure.locked_out)


@admin.register(AccessAttempt)
class AccessAttemptAdmin(SignInAdmin):
    """The failures that count towards a lock now."""

    list_display = ["attempt_time", "username", "ip_address", "failures_since_start", "locked"]
    list_display_links = None
    fields = ["attempt_time", "username", "ip_address", "failures_since_start", "user_agent"]
    actions = ["unlock"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[AccessAttempt]:
        """Annotate each row with the failures of its account and address.

        They have a row for each browser.
        """
        pair = Window(Sum("failures_since_start"), partition_by=["username", "ip_address"])
        counted = super().get_queryset(request).filter(attempt_time__gt=now() - get_cool_off())
        return counted.annotate(failures_of_pair=pair)

    @locked_label
    def locked(self, attempt: Any) -> tuple[str, str] | None:
        return _label(attempt.failures_of_pair >= settings.AXES_FAILURE_LIMIT)

    @admin.action(description=gettext_lazy("Unlock"), permissions=["view"])
    def unlock(self, request: HttpRequest, queryset: QuerySet[AccessAttempt]) -> None:
        """Delete all failures counted for the selected pairs of account and address."""
        pairs = {(attempt.username, attempt.ip_address) for attempt in queryset}
        for username, ip_address in pairs:
            AxesProxyHandler.reset_attempts(username=username, ip_address=ip_address)
            record(Act.UNLOCKED, username or "", address=ip_address)
        messages.success(request, _("Unlocked."))
