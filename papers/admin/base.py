"""What all editors' pages share: form fields for our kinds of text, and the Markdown preview."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.apps import apps
from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from taggit.managers import TaggableManager
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminExpandableTextareaWidget

from papers.admin import in_place, way_back
from papers.admin.history import HistoryAdmin
from papers.admin.requests import StaffRequest
from papers.editing.form_fields import LinesField, MomentField, TagsField, TextFormField
from papers.editing.shared_form import SharedForm
from papers.editing.widgets import MarkdownWidget, TagsWidget
from papers.models import Section
from papers.models.fields import MarkdownField
from papers.text import rendering
from papers.text.cleaning import fold

FORM_FIELDS: dict[type[Any], dict[str, Any]] = {
    MarkdownField: {"form_class": TextFormField, "widget": MarkdownWidget},
    models.TextField: {"form_class": TextFormField},
    models.DateTimeField: {"form_class": MomentField},
    models.URLField: {"assume_scheme": "https"},
    ArrayField: {"form_class": LinesField, "widget": UnfoldAdminExpandableTextareaWidget},
    TaggableManager: {"form_class": TagsField, "widget": TagsWidget},
}


ROWS_A_PAGE = 20
"""Of a list. The theme takes up to 5 kB for a row, and no page should have more than 150 kB."""


class SearchedAdmin(ModelAdmin):
    """Rows that are searched for in NFC, as they are stored. A Mac may send Hangul decomposed."""

    list_per_page = ROWS_A_PAGE

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return super().get_search_results(request, queryset, fold(search_term))


class ReturningAdmin(SearchedAdmin):
    """Rows whose form leads back to where a person came from when it is saved."""

    change_form_before_template = "admin/came_from.html"

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], **kwargs: Any
    ) -> Any:
        context["came_from"] = way_back.came_from(request)
        return super().render_change_form(request, context, **kwargs)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        response = super().response_change(request, obj)
        if "_continue" in request.POST and isinstance(response, HttpResponseRedirect):
            return HttpResponseRedirect(way_back.staying(request, response.url))
        return response

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        if url := way_back.returning(request):
            return HttpResponseRedirect(url)
        return super().response_post_save_change(request, obj)


class EditorsAdmin(HistoryAdmin, ReturningAdmin):
    """A row that editors change, with its history. Every version of it can be restored."""

    form = SharedForm
    formfield_overrides = FORM_FIELDS
    compressed_fields = True
    change_form_before_template = "admin/papers/unsaved/page.html"

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        obj = super().get_object(request, object_id, from_field)
        if obj is not None and request.method == "POST":
            self.lock(obj)
        return obj

    def lock(self, obj: Any) -> None:
        """Lock the row until it is saved, and reload it from the database.

        The weaker lock still lets others refer to the row, as a proposal does to its paper.
        """
        obj.refresh_from_db(from_queryset=self.model._base_manager.select_for_update(no_key=True))

    def changeform_view(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if not in_place.is_wanted(request):
            return super().changeform_view(request, *args, **kwargs)
        in_place.refuse_another_person(request)
        return in_place.answer(request, super().changeform_view(request, *args, **kwargs))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        in_place.tell_saved(request, form, formsets)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save what was changed or restored from the history, and nothing otherwise."""
        obj._history_user = request.user
        form.write()

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], **kwargs: Any
    ) -> Any:
        context["show_save_and_add_another"] = False
        response = super().render_change_form(request, context, **kwargs)
        formsets = [each.formset for each in context["inline_admin_formsets"]]
        forms = in_place.forms_of(context["adminform"].form, formsets)
        if any(form.conflicts for form in forms):
            response.status_code = HTTPStatus.CONFLICT
        return response


def written_sections() -> QuerySet[Section]:
    """Return sections with a text, without loading it: lists use them to show what exists."""
    sections = Section.objects.headed().exclude(markdown="").order_by("language")
    return sections.only("id", "paper_id", "language")


def by_language(sections: Iterable[Section]) -> dict[str, int]:
    """Count sections in each language, for `admin/papers/written.html`."""
    return dict(sorted(Counter(each.language for each in sections).items()))


@require_POST
def render_markdown(request: StaffRequest) -> HttpResponse:
    """Return the posted `text` as readers would see it. Nothing is stored."""
    if not writes_markdown(request.user):
        raise PermissionDenied
    text = request.POST.get("text", "")
    if len(text) > rendering.MAX_LENGTH:
        return HttpResponse(_("This text is too long."), status=413, content_type="text/plain")
    try:
        html = rendering.render(text, footnote_prefix="preview-")
    except ValueError as error:
        return HttpResponse(str(error), status=422, content_type="text/plain")
    return HttpResponse(html)


def writes_markdown(user: User) -> bool:
    """Whether a user may write any text that this is the preview of."""
    return any(
        user.has_perm(f"{model._meta.app_label}.{get_permission_codename(act, model._meta)}")
        for model in apps.get_models()
        if any(isinstance(field, MarkdownField) for field in model._meta.fields)
        for act in ("add", "change")
    )


def view_on_site(request: HttpRequest, content_type_id: str, object_id: str) -> HttpResponse:
    """A row's page for readers, on this host: Django's own view goes to that of the sites table."""
    try:
        kind = ContentType.objects.get_for_id(int(content_type_id))
        row: Any = kind.get_object_for_this_type(pk=object_id)
        return redirect(row.get_absolute_url())
    except (ObjectDoesNotExist, ValueError, AttributeError) as error:
        raise Http404 from error
