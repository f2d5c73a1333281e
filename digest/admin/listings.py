"""The listed papers of a day. Editors pick and exclude them, and make the day's post from them."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import OuterRef, Prefetch, QuerySet, Subquery, Value
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from simple_history.utils import bulk_update_with_history
from unfold.decorators import display

from digest import publishing
from digest.admin.days import Day
from digest.admin.forms import ListingActionForm
from digest.models import Entry, Post
from digest.publishing import approval
from papers.admin.base import EditorsAdmin, written_sections
from papers.models import Choice, Listing, Paper, SourceAnswer
from papers.pipeline.steps import follow_picked


@admin.register(Listing)
class ListingAdmin(EditorsAdmin):
    list_display = ["rank", "paper_title", "upvotes", "state", "chosen"]
    list_display_links = None
    list_filter = ["choice", "source"]
    list_per_page = 200
    ordering = ["-day", "rank"]
    search_fields = ["paper__title", "paper__title_plain", "paper__arxiv_id"]
    action_form = ListingActionForm
    actions = ["pick", "leave_out", "put_back", "make_post"]
    list_before_template = "admin/papers/listing/day.html"
    fields = ["paper", "source", "day", "rank", "upvotes", "choice", "reason"]
    readonly_fields = ["paper", "source", "day", "rank", "upvotes"]

    def get_custom_urls(self) -> tuple[tuple[str, str, Any], ...]:
        return (
            ("<int:object_id>/choose/", "papers_listing_choose", choose),
            ("make-post/", "papers_listing_make_post", make_post),
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # Only sources add listings.

    def has_delete_permission(self, request: HttpRequest, obj: Listing | None = None) -> bool:
        return False  # Else the account of the day would not balance.

    def get_queryset(self, request: HttpRequest) -> QuerySet[Listing]:
        entries = Entry.objects.filter(position__isnull=False).select_related("post")
        answers = SourceAnswer.objects.filter(source=OuterRef("source"), day=OuterRef("day"))
        newest = answers.order_by("-fetched_at").values("listed_ids")[:1]
        return (
            super()
            .get_queryset(request)
            .select_related("paper")
            .annotate(listed_now=Subquery(newest), may_say_why=Value(_may_say_why(request)))
            .prefetch_related(
                "paper__tags",
                Prefetch("paper__sections", written_sections(), "written"),
                Prefetch("paper__entries", entries, "places"),
            )
        )

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show one day's papers. Without a query it is the newest day."""
        if not request.GET and (newest := Listing.objects.order_by("day").last()):
            return HttpResponseRedirect(f"{request.path}?day={newest.day}")
        context = dict(extra_context or {})
        if day := _day(request.GET.get("day")):
            context |= {"day": Day.of(day), "title": date_format(day, "DATE_FORMAT")}
        response = super().changelist_view(request, context)
        shown = getattr(response, "context_data", None) or {}
        if shown.get("action_form") and not _may_say_why(request):
            del shown["action_form"].fields["reason"]
        return response

    def get_readonly_fields(self, request: HttpRequest, obj: Listing | None = None) -> list[str]:
        fixed = [] if _may_say_why(request) else ["reason"]
        return [*self.readonly_fields, *fixed]

    @display(description=gettext_lazy("paper"), ordering="paper__title_plain")
    def paper_title(self, listing: Any) -> SafeString:
        now = listing.listed_now  # None if no answer of the source is stored.
        gone = now is not None and listing.paper.arxiv_id not in now
        context = {"listing": listing, "gone": gone}
        return render_to_string("admin/papers/listing/paper.html", context)

    @display(description=gettext_lazy("summary"))
    def state(self, listing: Listing) -> SafeString:
        return render_to_string("admin/papers/listing/state.html", {"paper": listing.paper})

    @display(description=gettext_lazy("choice"), ordering="choice")
    def chosen(self, listing: Listing) -> SafeString:
        return render_to_string("admin/papers/listing/choice.html", {"listing": listing})

    @admin.action(description=gettext_lazy("Pick"), permissions=["change"])
    def pick(self, request: HttpRequest, queryset: QuerySet[Listing]) -> None:
        self._choose(request, queryset, Choice.PICKED)

    @admin.action(description=gettext_lazy("Exclude"), permissions=["change"])
    def leave_out(self, request: HttpRequest, queryset: QuerySet[Listing]) -> None:
        try:
            reason = _reason(request.POST.get("reason", ""))
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
        for listing in listings:
            listing.reason = _new_reason(request, listing, choice, reason)
            listing.choice = choice
        with transaction.atomic():
            bulk_update_with_history(
                listings, Listing, ["choice", "reason"], default_user=request.user
            )
            if choice == Choice.PICKED:
                follow_picked(listing.paper for listing in listings)
        message = ngettext(
            "%(count)d paper: %(choice)s.", "%(count)d papers: %(choice)s.", len(listings)
        )
        messages.success(request, message % {"count": len(listings), "choice": choice.label})


@require_POST
def choose(request: HttpRequest, object_id: int, model_admin: ListingAdmin) -> HttpResponse:
    """Change the choice for one paper, and respond with the parts of the page that show it."""
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    listing: Any = get_object_or_404(Listing.objects.select_related("paper"), pk=object_id)
    try:
        choice = Choice(request.POST.get("choice", ""))
        reason = _reason(request.POST.get(f"reason-{listing.pk}", ""))
    except (ValueError, ValidationError):
        return HttpResponseBadRequest()
    listing.reason = _new_reason(request, listing, choice, reason)
    listing.choice = choice
    listing.may_say_why = _may_say_why(request)
    with transaction.atomic():
        listing.save(update_fields=["choice", "reason"])
        if listing.choice == Choice.PICKED:
            follow_picked([listing.paper])
    context = {"listing": listing, "day": Day.of(listing.day), "swap": True}
    return render(request, "admin/papers/listing/chosen.html", context)


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


def _may_say_why(request: HttpRequest) -> bool:
    """Return whether the user may write why a paper is left out. Readers see it at once."""
    return approval.may_publish(request.user)


def _new_reason(request: HttpRequest, listing: Listing, choice: Choice, typed: str) -> str:
    """Return the reason to store with the choice.

    One who may not publish writes none, and leaves a stored one as it is.
    """
    if choice != Choice.EXCLUDED:
        return ""
    if _may_say_why(request):
        return typed
    return listing.reason if listing.choice == Choice.EXCLUDED else ""


def _reason(text: str) -> str:
    return Listing._meta.get_field("reason").clean(text, None)


def _day(text: str | None) -> datetime.date | None:
    try:
        return parse_date(text or "")
    except ValueError:
        return None
