"""Tags, with how often each is used."""

from __future__ import annotations

from typing import Any
from unicodedata import normalize

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from taggit.models import Tag, TaggedItem
from unfold.decorators import display

from digest.admin.completions import completions
from digest.publishing import live
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
            raise ValidationError(_("There is a tag “%(tag)s” already.") % {"tag": twin.name})
        return name

    def clean_slug(self) -> str:
        return normalize("NFC", self.cleaned_data["slug"])


@admin.register(Tag)
class TagAdmin(ReturningAdmin):
    form = TagForm
    list_display = ["name", "slug", "uses"]
    ordering = ["name"]
    search_fields = ["name"]
    fields = ["name", "slug"]
    custom_urls = (("completions/", "taggit_tag_completions", completions),)
    prepopulated_fields = {"slug": ["name"]}

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

    def view_on_site(self, obj: Tag) -> str | None:
        if is_address(obj.slug) and posts_about(obj).exists():
            return reverse("tag", args=[obj.slug])
        return None

    def _may_change(self, request: HttpRequest, obj: Tag | None) -> bool:
        return obj is None or live.may_change(request.user, obj)

    @display(description=_("papers and posts"), ordering="uses")
    def uses(self, tag: Any) -> int:
        return tag.uses
