"""The page to read and write one entry beside its source, and the way through a post's entries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_http_methods, require_safe

from digest.admin.entry_states import draft_of, with_progress
from digest.admin.paper_links import authors_links_of
from digest.models import Entry, Post
from digest.publishing import approval
from papers.admin import in_place, part_forms
from papers.admin.paper_parts import may_tag
from papers.admin.requests import StaffRequest
from papers.admin.summary import columns
from papers.editing import authorship
from papers.editing.shared_form import page_of
from papers.editing.widgets import MarkdownWidget, TagsWidget
from papers.models import (
    Finding,
    FullText,
    Paper,
    Proposal,
    ProposalState,
    Section,
    errors_first,
    tags_of,
)
from papers.pipeline import checking
from papers.text import differences


@dataclass(frozen=True)
class Neighbours:
    """Where an entry stands among those of its post."""

    entry: Entry
    stops: list[int]
    """The entries of the post, in its order."""

    @cached_property
    def place(self) -> int | None:
        """The entry's number, or None if it was taken out."""
        return self.stops.index(self.entry.pk) if self.entry.pk in self.stops else None

    @property
    def number(self) -> int | None:
        return None if self.place is None else self.place + 1

    @property
    def before(self) -> str:
        return self._address(self.place - 1) if self.place else ""

    @property
    def after(self) -> str:
        last = self.place is None or self.place + 1 == len(self.stops)
        return "" if self.place is None or last else self._address(self.place + 1)

    def _address(self, place: int) -> str:
        return reverse("admin:digest_entry_write", args=[self.stops[place]])

    @property
    def on(self) -> str:
        """Where one goes on after this entry: after the last one, to the post."""
        return self.after or reverse("admin:digest_post_change", args=[self.entry.post_id])


def neighbours_of(entry: Entry) -> Neighbours:
    entries = Entry.objects.filter(post=entry.post_id, position__isnull=False)
    return Neighbours(entry, list(entries.order_by("position", "id").values_list("pk", flat=True)))


@require_safe
def begin_view(request: StaffRequest, object_id: int, model_admin: Any) -> HttpResponse:
    """Lead to the first entry of a post that waits to be written or read, or else to its first."""
    if not request.user.has_perm("digest.view_post"):
        raise PermissionDenied
    post = get_object_or_404(Post, pk=object_id)
    entries = list(with_progress(post.entries.filter(position__isnull=False)).order_by("position"))
    waiting = (each for each in entries if each.unread or not each.written)
    if first := next(waiting, entries[0] if entries else None):
        return HttpResponseRedirect(reverse("admin:digest_entry_write", args=[first.pk]))
    return HttpResponseRedirect(reverse("admin:digest_post_change", args=[post.pk]))


@require_http_methods(["GET", "POST"])
def write_view(request: StaffRequest, object_id: int, model_admin: Any) -> HttpResponse:
    """Show an entry to be read and written, or note its sections as reviewed and go on."""
    if not request.user.has_perm("digest.view_post"):
        raise PermissionDenied
    entries = Entry.objects.select_related("post", "paper").prefetch_related(tags_of("paper__"))
    entry = get_object_or_404(entries, pk=object_id)
    if request.method == "POST":
        return _go_on(request, entry)
    context = model_admin.admin_site.each_context(request) | _context(request, entry)
    return TemplateResponse(request, "admin/digest/entry/write.html", context)


def _context(request: StaffRequest, entry: Entry) -> dict[str, Any]:
    paper = entry.paper
    found = _findings(entry)
    counts = approval.counts_as_seen(request.user)
    scheduled = () if counts else approval.scheduled_with(paper)
    return {
        "title": entry.post.title,
        "entry": entry,
        "paper": paper,
        "neighbours": neighbours_of(entry),
        "columns": columns(paper, found),
        "findings": [each for each in found if each.section_id is None],
        "links": authors_links_of(paper),
        "proposals": Proposal.objects.filter(paper=paper, state=ProposalState.OPEN).count(),
        "reports": paper.reports.open().filter(section=None),
        "has_full_text": FullText.objects.filter(paper=paper, error="").exists(),
        "scheduled": scheduled,
        "may_tag": may_tag(request.user, paper),
        "page_of_paper": page_of(Paper, paper.pk),
        "page_of_post": page_of(Post, entry.post_id),
        "media": MarkdownWidget().media + TagsWidget().media,
        **draft_of(entry),
    }


def _findings(entry: Entry) -> list[Finding]:
    """Return what the checks say now of the paper by itself, and as one of this post's.

    Nothing is stored. What comes of comparing the post's papers is as it was stored last.
    """
    within = Finding.objects.within(entry.post).filter(paper=entry.paper_id)
    own = checking.current_own([entry.paper])
    return errors_first([*own, *within.select_related("accepted_by")])


def _go_on(request: StaffRequest, entry: Entry) -> HttpResponse:
    """Note the sections that were read as reviewed. A text that is another by now stays here."""
    if not request.user.has_perm("papers.change_section"):
        raise PermissionDenied
    in_place.refuse_another_person(request)
    others = _review(request, entry)
    address = request.path if others else neighbours_of(entry).on
    said = authorship.not_read(others) if others else ""
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"next": address, "said": said})
    if said:
        messages.error(request, said)
    return HttpResponseRedirect(address)


def _review(request: StaffRequest, entry: Entry) -> list[Section]:
    """Review the sections whose text was shown, and return those that have another by now."""
    read = dict(each.partition(":")[::2] for each in request.POST.getlist("read"))
    shown = {int(pk): text for pk, text in read.items() if pk.isdecimal()}
    with transaction.atomic():
        rows = Section.objects.select_for_update(no_key=True).filter(paper=entry.paper_id)
        sections = list(rows.filter(pk__in=shown).exclude(markdown="").order_by("pk"))
        same = [each for each in sections if differences.checksum(each.markdown) == shown[each.pk]]
        authorship.review_all(same, request.user)
    return [each for each in sections if each not in same]


@require_http_methods(["GET", "POST"])
def note_view(request: StaffRequest, object_id: int, model_admin: Any) -> HttpResponse:
    """Show the form of an entry's note alone, or save it."""
    with transaction.atomic():
        entry = part_forms.row_of(request, Entry.objects.all(), object_id)
        if not model_admin.has_change_permission(request, entry):
            raise PermissionDenied
        return part_forms.answer(request, model_admin.get_form(request, entry, change=True), entry)
