"""The pages that merge tags, and that take a merge or a rename back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods
from taggit.models import Tag, TaggedItem

from digest.admin.tag_twins import merge_address
from digest.models import TagChange
from digest.models.tag_alias import renamed
from digest.publishing import live, tag_changes, tag_plans
from digest.publishing.tag_changes import TagsRefused
from papers.admin.requests import StaffRequest
from papers.editing.form_fields import TagsField
from papers.editing.widgets import TagsWidget

MOST = 20
"""Tags that are merged at once."""
SHOWN = 20
"""Changes of a tag on its page."""
_LONGEST_KEY = 9  # Digits.


class OthersForm(forms.Form):
    """The names of the tags to merge with those that are there already."""

    named = TagsField(required=False, widget=TagsWidget(), label=gettext_lazy("Other tags"))

    def clean_named(self) -> list[Tag]:
        return [self._tag(name) for name in self.cleaned_data["named"][:MOST]]

    def _tag(self, name: str) -> Tag:
        tag = Tag.objects.filter(name__iexact=name).order_by("pk").first() or renamed(name)
        if tag is None:
            raise ValidationError(_("There is no tag “%(tag)s”.") % {"tag": name})
        return tag


@require_http_methods(["GET", "POST"])
def merge_view(request: StaffRequest, model_admin: Any) -> HttpResponse:
    """Show what merging some tags would do, and do it when it is confirmed."""
    if not _may_merge(request):
        raise PermissionDenied
    if request.method == "POST" and (response := _merge(request, model_admin)):
        return response
    sent = request.POST if request.method == "POST" else request.GET
    form = OthersForm(sent if sent.getlist("named") else None)
    tags = _tags(sent)
    if form.is_bound and form.is_valid():
        tags |= {tag.pk: tag for tag in form.cleaned_data["named"]}
        if len(tags) > 1:
            return HttpResponseRedirect(merge_address(list(tags), _key(sent.get("into"))))
    into = tags.get(_key(sent.get("into")))
    if into is None and len(tags) > 1:
        into = _most_used(tags)
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("Merge tags"),
        "form": form,
        "tags": [(tag, merge_address(list(tags), tag.pk)) for tag in tags.values()],
        "into": into,
    }
    if into and len(tags) > 1:
        sources = [tag for tag in tags.values() if tag != into]
        context["plan"] = tag_plans.of_merge(sources, into)
        context["refused"] = _refused(request, tags.values())
    return TemplateResponse(request, "admin/taggit/tag/merge.html", context)


@require_http_methods(["GET", "POST"])
def change_view(request: StaffRequest, change_id: int, model_admin: Any) -> HttpResponse:
    """Show what taking a change of a tag back would do, and do it when it is confirmed."""
    change = get_object_or_404(TagChange.objects.select_related("tag", "made_by"), pk=change_id)
    if not model_admin.has_change_permission(request, change.tag):
        raise PermissionDenied
    if request.method == "POST":
        return _undo(request, change, model_admin)
    problem = tag_changes.why_not_undone(change)
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("Take it back?"),
        "change": change,
        "problem": problem,
        "refused": _refused(request, [change.tag]),
        "undoing": None if problem else tag_changes.undoing(change),
    }
    return TemplateResponse(request, "admin/taggit/tag/change_of_tag.html", context)


def history(tag: Tag) -> QuerySet[TagChange]:
    """Return the newest changes of a tag, for its page."""
    changes = TagChange.objects.filter(tag=tag).defer("papers_in_feeds", "posts_in_feeds")
    return changes.select_related("tag", "made_by", "undone_by", "followed_by")[:SHOWN]


def with_way_back(done: str, changes: Iterable[TagChange]) -> str:
    """Return a message with the links that take the changes back."""
    links = format_html_join(
        " ",
        '<a class="underline" href="{}">{}</a>',
        (
            (
                reverse("admin:taggit_tag_undo", args=[change.pk]),
                _("Take “%(tag)s” back…") % {"tag": change.former_name},
            )
            for change in changes
        ),
    )
    return format_html("{} {}", done, links)


def _may_merge(request: StaffRequest) -> bool:
    return request.user.has_perms(["taggit.change_tag", "taggit.delete_tag"])


def _refused(request: StaffRequest, tags: Iterable[Tag]) -> list[Tag]:
    """Return the tags that readers see and this person may not change."""
    return [tag for tag in tags if not live.may_change(request.user, tag)]


def _tags(sent: QueryDict) -> dict[int, Tag]:
    keys = list(dict.fromkeys(filter(None, map(_key, sent.getlist("tag")))))[:MOST]
    return Tag.objects.in_bulk(keys)


def _key(text: str | None) -> int:
    usable = text and text.isascii() and text.isdigit() and len(text) <= _LONGEST_KEY
    return int(text or 0) if usable else 0


def _most_used(tags: dict[int, Tag]) -> Tag:
    items = TaggedItem.objects.filter(tag__in=tags)
    uses = Counter(items.values_list("tag", flat=True))
    return max(tags.values(), key=lambda tag: (uses[tag.pk], -tag.pk))


def _merge(request: StaffRequest, model_admin: Any) -> HttpResponse | None:
    """Merge what was confirmed. Return None if the page must be shown again."""
    tags = _tags(request.POST)
    into = tags.pop(_key(request.POST.get("into")), None)
    if into is None or not tags:
        messages.error(request, _("One of these tags is gone: somebody merged or deleted it."))
        return None
    try:
        changes = tag_changes.merge(
            list(tags.values()),
            into,
            request.user,
            seen=request.POST.get("seen", ""),
        )
    except TagsRefused as refusal:
        messages.error(request, str(refusal))
        return None
    names = ", ".join(f"“{change.former_name}”" for change in changes)
    done = _("Merged into “%(tag)s”: %(names)s.") % {"tag": into.name, "names": names}
    model_admin.log_change(request, into, done)
    messages.success(request, with_way_back(done, changes))
    return HttpResponseRedirect(reverse("admin:taggit_tag_change", args=[into.pk]))


def _undo(request: StaffRequest, change: TagChange, model_admin: Any) -> HttpResponse:
    back = reverse("admin:taggit_tag_change", args=[change.tag_id])
    try:
        undone = tag_changes.undo(change, request.user)
    except TagsRefused as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(back)
    told = {"tag": change.former_name, "count": undone.restored}
    done = ngettext(
        "There is a tag “%(tag)s” again, on %(count)d paper or post.",
        "There is a tag “%(tag)s” again, on %(count)d papers and posts.",
        undone.restored,
    )
    model_admin.log_change(request, change.tag, done % told)
    messages.success(request, done % told)
    if undone.left:
        left = ngettext(
            "%(count)d stays as it is: somebody changed its tags since.",
            "%(count)d stay as they are: somebody changed their tags since.",
            undone.left,
        )
        messages.info(request, left % {"count": undone.left})
    return HttpResponseRedirect(reverse("admin:taggit_tag_change", args=[change.former_tag]))
