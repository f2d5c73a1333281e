"""The listed papers of a day. Editors pick and exclude them, and make the day's post from them."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe
from unfold.views import ChangeList

from digest import publishing
from digest.admin import choosing, listing_bar, listing_rows, suggested
from digest.admin.days import Day
from digest.admin.forms import ListingActionForm
from digest.admin.listing_details import details
from digest.models import Post
from papers.admin.base import EditorsAdmin
from papers.models import SOURCE_PLACE, Choice, Listing, Paper


class DayList(ChangeList):
    """The list of papers: each stands once for its day, unless one source alone is asked for."""

    def get_queryset(self, request: HttpRequest, *args: Any, **kwargs: Any) -> QuerySet[Listing]:
        found = super().get_queryset(request, *args, **kwargs)
        one_source = listing_bar.SOURCE in self.params
        return found if one_source or _names_rows(request) else found.leading()


def _names_rows(request: HttpRequest) -> bool:
    """Return whether rows were ticked. Another source may have named their papers since."""
    return "_selected_action" in request.POST and request.POST.get("select_across") != "1"


@admin.register(Listing)
class ListingAdmin(EditorsAdmin):
    list_display = ["rank", "paper__title_plain", "upvotes", "choice", "suggestion__position"]
    list_display_links = None
    list_per_page = 75  # No source lists more a day, and the page keeps within 150 kB.
    show_full_result_count = False  # Of all days, which nobody asked for.
    ordering = ["-day", SOURCE_PLACE, "rank"]
    search_fields = ["paper__title", "paper__title_plain", "paper__arxiv_id"]
    action_form = ListingActionForm
    actions = ["pick", "leave_out", "put_back", "make_post"]
    list_before_template = "admin/papers/listing/before_list.html"
    fields = ["paper", "source", "day", "rank", "upvotes", "choice", "reason"]
    readonly_fields = ["paper", "source", "day", "rank", "upvotes"]

    def get_custom_urls(self) -> tuple[tuple[str, str, Any], ...]:
        return (
            ("<int:object_id>/choose/", "papers_listing_choose", choosing.choose),
            ("<int:object_id>/undo/", "papers_listing_undo", choosing.undo),
            ("<int:object_id>/details/", "papers_listing_details", details),
            ("live/", "papers_listing_live", live),
            ("make-post/", "papers_listing_make_post", make_post),
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # Only sources add listings.

    def has_delete_permission(self, request: HttpRequest, obj: Listing | None = None) -> bool:
        return False  # Else the account of the day would not balance.

    def get_queryset(self, request: HttpRequest) -> QuerySet[Listing]:
        return listing_rows.with_papers(super().get_queryset(request))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return DayList

    def lock(self, obj: Any) -> None:
        Listing.objects.locked_beside([obj])
        super().lock(obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        Listing.share_choices([obj])

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup == listing_bar.WITH_CODE or super().lookup_allowed(lookup, value, request)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show one day's papers. Without a query it is the newest day."""
        if not request.GET and (newest := Listing.objects.order_by("day").last()):
            return HttpResponseRedirect(f"{request.path}?day={newest.day}")
        context = dict(extra_context or {})
        if day := _day(request.GET.get("day")):
            context |= {"day": Day.of(day), "title": date_format(day, "DATE_FORMAT")}
        response = super().changelist_view(request, context)
        shown = getattr(response, "context_data", None) or {}
        if "cl" in shown:
            shown |= self._list(request, shown["cl"], context.get("day"))
        if shown.get("action_form") and not choosing.may_say_why(request):
            del shown["action_form"].fields["reason"]
        return response

    def _list(self, request: HttpRequest, changes: ChangeList, day: Day | None) -> dict[str, Any]:
        """Return the context of the list itself."""
        drafting = listing_rows.drafting_of(changes.result_list)
        sources = {account.source for account in day.accounts if account.listed} if day else ()
        return {
            "drafting": drafting,
            "rows": listing_rows.rows(changes.result_list, drafting),
            "by_votes": suggested.by_votes(day.date) if day else "",
            "bar": listing_bar.Bar.of(changes, of_a_day=bool(day), sources=sources),
            "may_choose": self.has_change_permission(request),
            "may_say_why": choosing.may_say_why(request),
        }

    def get_readonly_fields(self, request: HttpRequest, obj: Listing | None = None) -> list[str]:
        fixed = [] if choosing.may_say_why(request) else ["reason"]
        return [*self.readonly_fields, *fixed]

    @admin.action(description=gettext_lazy("Pick"), permissions=["change"])
    def pick(self, request: HttpRequest, queryset: QuerySet[Listing]) -> None:
        self._choose(request, queryset, Choice.PICKED)

    @admin.action(description=gettext_lazy("Exclude"), permissions=["change"])
    def leave_out(self, request: HttpRequest, queryset: QuerySet[Listing]) -> None:
        try:
            reason = choosing.clean_reason(request.POST.get("reason", ""))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            self._choose(request, queryset, Choice.EXCLUDED, reason)

    @admin.action(description=gettext_lazy("Put back"), permissions=["change"])
    def put_back(self, request: HttpRequest, queryset: QuerySet[Listing]) -> None:
        self._choose(request, queryset, Choice.PENDING)

    @admin.action(description=gettext_lazy("Pick, and make the day's post"), permissions=["change"])
    def make_post(self, request: HttpRequest, queryset: QuerySet[Listing]) -> HttpResponse | None:
        days = set(queryset.order_by().values_list("day", flat=True))
        if len(days) != 1:
            messages.error(request, _("Please choose papers of one day."))
            return None
        self._choose(request, queryset, Choice.PICKED)
        return build(request, days.pop())

    def _choose(
        self, request: HttpRequest, queryset: QuerySet[Listing], choice: Choice, reason: str = ""
    ) -> None:
        listings = list(queryset)
        choosing.choose_all(request, listings, choice, reason)
        message = ngettext(
            "%(count)d paper: %(choice)s.", "%(count)d papers: %(choice)s.", len(listings)
        )
        messages.success(request, message % {"count": len(listings), "choice": choice.label})


@require_safe
def live(request: HttpRequest, model_admin: ListingAdmin) -> HttpResponse:
    """Return how far the drafts of a day are, with what changes in each row."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    day = _day(request.GET.get("day"))
    if day is None:
        return HttpResponseBadRequest()
    drafting, changed = listing_rows.live_rows(day)
    context = {"drafting": drafting, "changed": changed}
    return render(request, "admin/papers/listing/drafting.html", context)


@require_POST
def make_post(request: HttpRequest, model_admin: ListingAdmin) -> HttpResponse:
    day = _day(request.POST.get("day"))
    return build(request, day) if day else HttpResponseBadRequest()


def build(request: HttpRequest, day: datetime.date) -> HttpResponse:
    """Make the day's post from its picked papers, or add the missing ones to it. Then show it."""
    if not request.user.has_perms(["digest.add_post", "digest.change_post"]):
        raise PermissionDenied
    papers = publishing.papers_of(day)
    if post := Post.objects.filter(date=day).first():
        return _add(request, post, papers)
    try:
        post = publishing.build(day, papers)
    except publishing.PublishRefused as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(f"{reverse('admin:papers_listing_changelist')}?day={day}")
    messages.success(request, _("The day's post is made. Read it, order it, publish it."))
    return HttpResponseRedirect(_address(post))


def _add(request: HttpRequest, post: Post, papers: list[Paper]) -> HttpResponse:
    if request.POST.get("add") != "1":
        link = format_html('<a href="{}">{}</a>', _address(post), post)
        text = _("This day has a post already: {}. The picked papers can be added to it.")
        messages.warning(request, format_html(text, link))
        listings = reverse("admin:papers_listing_changelist")
        return HttpResponseRedirect(f"{listings}?day={post.date}")
    added = publishing.add_entries(post, papers)
    message = ngettext("%d paper was added.", "%d papers were added.", added) % added
    messages.success(request, message)
    return HttpResponseRedirect(_address(post))


def _address(post: Post) -> str:
    return reverse("admin:digest_post_change", args=[post.pk])


def _day(text: str | None) -> datetime.date | None:
    try:
        return parse_date(text or "")
    except ValueError:
        return None
