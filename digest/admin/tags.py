"""Tags, with how often each is used."""

from __future__ import annotations

from typing import Any, cast
from unicodedata import normalize

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from taggit.models import Tag, TaggedItem
from unfold.decorators import display

from digest.admin import tag_merges, tag_twins
from digest.admin.completions import completions
from digest.admin.tag_merges import change_view, merge_view, with_way_back
from digest.admin.tag_twins import merge_address, twins_view, two_view
from digest.models import TagAlias, TagCarrier
from digest.publishing import live, tag_changes, tag_plans
from digest.readers.tags import posts_about
from papers.admin.base import ReturningAdmin
from papers.editing.form_fields import typed_tag
from papers.text.tags import is_address

admin.site.unregister(Tag)


class TagForm(forms.ModelForm):
    """A tag's name, by the same rules as everywhere, and its slug.

    An empty slug is made from the name.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if slug := self.fields.get("slug"):  # None if the user may only look at it.
            slug.required = False
            slug.help_text = _("The address of its page. Empty: made of the name.")

    def clean_name(self) -> str:
        name = typed_tag(self.cleaned_data["name"])
        if twin := Tag.objects.filter(name__iexact=name).exclude(pk=self.instance.pk).first():
            # Whoever types either name for a post gets the older tag.
            raise ValidationError(self._taken(twin))
        return name

    def _taken(self, twin: Tag) -> str:
        """Return that another tag has the name, with the way to have one of both."""
        taken = _("There is a tag “%(tag)s” already.") % {"tag": twin.name}
        if not self.instance.pk:
            return taken
        address = merge_address([self.instance.pk, twin.pk], twin.pk)
        return format_html('{} <a class="underline" href="{}">{}</a>', taken, address, _("Merge…"))

    def clean_slug(self) -> str:
        slug = normalize("NFC", self.cleaned_data["slug"])
        if self.instance.pk and (old := self._leading_elsewhere(slug)):
            # The followers of that feed would get all of this tag as new.
            leads = _("This address leads to the tag “%(tag)s”. Leave it empty to make a free one.")
            raise ValidationError(leads % {"tag": old.tag.name})
        return slug

    def _leading_elsewhere(self, slug: str) -> TagAlias | None:
        aliases = TagAlias.objects.filter(slug=slug).exclude(tag=self.instance)
        return aliases.select_related("tag").first()


@admin.register(Tag)
class TagAdmin(ReturningAdmin):
    form = TagForm
    list_display = ["name", "slug", "uses"]
    ordering = ["name"]
    search_fields = ["name"]
    fields = ["name", "slug"]
    custom_urls = (
        ("completions/", "taggit_tag_completions", completions),
        ("merge/", "taggit_tag_merge", merge_view),
        ("twins/", "taggit_tag_twins", twins_view),
        ("twins/two/", "taggit_tag_two", two_view),
        ("undo/<int:change_id>/", "taggit_tag_undo", change_view),
    )
    prepopulated_fields = {"slug": ["name"]}
    actions = ["merge"]
    list_before_template = "admin/taggit/tag/before_list.html"
    change_form_outer_before_template = "admin/taggit/tag/uses.html"
    change_form_outer_after_template = "admin/taggit/tag/history.html"

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(
            request, {**tag_twins.for_list(request), **(extra_context or {})}
        )

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        if request.method == "POST":
            tag_changes.lock()  # Else two people would give two tags one name.
        return super().get_object(request, object_id, from_field)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], **kwargs: Any
    ) -> Any:
        if tag := kwargs.get("obj"):
            context["plan"] = tag_plans.of_rename(tag, tag.name, tag.slug)
            context["tag_history"] = tag_merges.history(tag)
            context["merge_address"] = merge_address([tag.pk])
        return super().render_change_form(request, context, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save the tag. A new name or address can be taken back."""
        if not change:
            super().save_model(request, obj, form, change)
        elif renaming := tag_changes.rename(obj, cast(User, request.user)):
            done = _("Its old names and addresses lead to it.")
            messages.success(request, with_way_back(str(done), [renaming]))

    @admin.action(description=_("Merge the selected tags…"), permissions=["change"])
    def merge(self, request: HttpRequest, queryset: QuerySet[Tag]) -> HttpResponse:
        return HttpResponseRedirect(merge_address([tag.pk for tag in queryset[: tag_merges.MOST]]))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tag]:
        # A subquery counts for the rows of a page. A join would be grouped for all tags first.
        uses = TaggedItem.objects.filter(tag=OuterRef("pk")).order_by().values("tag")
        counted = Subquery(uses.values(count=Count("pk")))
        return super().get_queryset(request).annotate(uses=Coalesce(counted, 0))

    def get_fieldsets(self, request: HttpRequest, obj: Tag | None = None) -> Any:
        """Say why a tag in use cannot be changed, where it cannot."""
        if self._may_change(request, obj):
            return super().get_fieldsets(request, obj)
        why = _("Readers see this tag, so only who may publish changes or deletes it.")
        return [(None, {"fields": self.fields, "description": why})]

    def get_readonly_fields(self, request: HttpRequest, obj: Tag | None = None) -> Any:
        return () if self._may_change(request, obj) else self.fields

    def get_prepopulated_fields(self, request: HttpRequest, obj: Tag | None = None) -> Any:
        return self.prepopulated_fields if self._may_change(request, obj) else {}

    def has_delete_permission(self, request: HttpRequest, obj: Tag | None = None) -> bool:
        return self._may_change(request, obj) and super().has_delete_permission(request, obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Leave out who had a merged tag: of a deleted tag nobody can take a merge back."""
        shown, counts, lacking, protected = super().get_deleted_objects(objs, request)
        counts.pop(TagCarrier._meta.verbose_name_plural, None)
        return [_without_carriers(each) for each in shown], counts, lacking, protected

    def view_on_site(self, obj: Tag) -> str | None:
        if is_address(obj.slug) and posts_about(obj).exists():
            return reverse("tag", args=[obj.slug])
        return None

    def _may_change(self, request: HttpRequest, obj: Tag | None) -> bool:
        return obj is None or live.may_change(request.user, obj)

    @display(description=_("papers and posts"), ordering="uses")
    def uses(self, tag: Any) -> int:
        return tag.uses


def _without_carriers(shown: Any) -> Any:
    """Return what is deleted with a tag, without what is deleted with that."""
    if isinstance(shown, list):
        return [each for each in shown if not isinstance(each, list)]
    return shown
