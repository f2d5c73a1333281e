"""Tags, with how often each is used."""

from __future__ import annotations

from typing import Any
from unicodedata import normalize

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from taggit.models import Tag
from unfold.decorators import display

from papers.admin.base import SearchedAdmin
from papers.editing.form_fields import typed_tag

admin.site.unregister(Tag)


class TagForm(forms.ModelForm):
    """A tag's name, by the same rules as everywhere, and its slug.

    An empty slug is made from the name.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False
        self.fields["slug"].help_text = _("The address of its page. Empty: made of the name.")

    def clean_name(self) -> str:
        return typed_tag(self.cleaned_data["name"])

    def clean_slug(self) -> str:
        return normalize("NFC", self.cleaned_data["slug"])


@admin.register(Tag)
class TagAdmin(SearchedAdmin):
    form = TagForm
    list_display = ["name", "slug", "uses"]
    ordering = ["name"]
    search_fields = ["name"]
    fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tag]:
        return super().get_queryset(request).annotate(uses=Count("taggit_taggeditem_items"))

    @display(description=_("papers and posts"), ordering="uses")
    def uses(self, tag: Any) -> int:
        return tag.uses
