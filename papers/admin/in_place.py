"""Saving in place: a page that edits a row is answered with JSON where its script asked for that.

The script (static/admin/saving.js) sends the form as a browser would. It learns what was stored,
what stands against it, or where to go on.
"""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.messages import get_messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.html import conditional_escape

from papers.admin.requests import StaffRequest
from papers.editing import unsaved
from papers.editing.forms import SectionFormSet
from papers.editing.shared_form import SharedForm

LONGEST_NUMBER = 15


def is_wanted(request: HttpRequest) -> bool:
    return request.method == "POST" and request.headers.get("Accept") == "application/json"


def refuse_another_person(request: StaffRequest) -> None:
    """Refuse a page that was made for somebody who is not signed in any more."""
    if request.POST.get("_editor") != str(request.user.pk):
        raise PermissionDenied


def forms_of(form: Any, formsets: Any) -> list[SharedForm]:
    """Return the forms of a page that edits a row, also those of the rows that belong to it."""
    forms = [form, *(each for formset in formsets for each in formset.forms)]
    return [each for each in forms if isinstance(each, SharedForm)]


def tell_saved(request: Any, form: Any, formsets: Any) -> None:
    """Forget the unsaved text of forms that were saved, and note them for the answer."""
    request.saved_forms = forms = forms_of(form, formsets)
    forget_saved(request, forms)
    request.saved_other_rows = any(map(_has_other_rows, formsets)) or "_put_back" in request.POST


def forget_saved(request: StaffRequest, forms: list[SharedForm]) -> None:
    """Forget the unsaved text of forms that were saved."""
    tab, opened = (request.POST.get(name, "") for name in ("_tab", "_opened"))
    gone: dict[str, dict[str, str]] = {}
    for form in forms:
        texts = {form.unsaved_name(name): str(form[name].data) for name in form.changed_data}
        gone.setdefault(form.unsaved_page, {}).update(texts)
    for page, texts in gone.items():
        unsaved.forget(request.user, page, texts, tab, _milliseconds(opened))


def _has_new_rows(request: Any) -> bool:
    """Return whether the form would make rows a second time if it was sent again."""
    return request.saved_other_rows or request.saved_forms[0].opened is None


def _milliseconds(sent: str) -> int:
    return int(sent) if sent.isdecimal() and len(sent) <= LONGEST_NUMBER else 0


def _has_other_rows(formset: Any) -> bool:
    """Return whether a page has rows now that it did not show. Each section has its place."""
    made_or_gone = formset.new_objects or formset.deleted_objects
    return bool(made_or_gone) and not isinstance(formset, SectionFormSet)


def answer(request: Any, response: HttpResponse) -> HttpResponse:
    """Return the page's response as JSON."""
    if response.status_code != HTTPStatus.FOUND:
        context = response.context_data  # type: ignore[attr-defined]
        formsets = [each.formset for each in context["inline_admin_formsets"]]
        return refused(forms_of(context["adminform"].form, formsets), formsets)
    if not hasattr(request, "saved_forms"):  # The row is gone, and Django says so.
        return JsonResponse({"general": _messages(request)}, status=HTTPStatus.GONE)
    next_page = response.headers["Location"]
    if "_continue" not in request.POST or urlsplit(next_page).path != request.path:
        # That page shows the messages, and another state.
        again = not _has_new_rows(request)
        return JsonResponse(
            {"fields": _fields(request.saved_forms), "next": next_page, "again": again}
        )
    return saved(request, request.saved_forms, reload=request.saved_other_rows)


def saved(request: HttpRequest, forms: list[SharedForm], *, reload: bool = False) -> HttpResponse:
    """Return what forms show now that they are saved."""
    return JsonResponse({"fields": _fields(forms), "said": _messages(request), "reload": reload})


def _fields(forms: list[SharedForm]) -> dict[str, Any]:
    return {name: each for form in forms for name, each in form.standing().items()}


def _messages(request: HttpRequest) -> list[str]:
    """Return what the page would have to say, but for that all went well."""
    return [str(each) for each in get_messages(request) if each.level > messages.SUCCESS]


def refused(forms: list[SharedForm], formsets: Iterable[Any] = ()) -> HttpResponse:
    """Return what stands against saving forms."""
    parts = [*forms, *formsets]
    general = [str(said) for part in parts for said in _general(part)]
    errors = {
        form.add_prefix(name): _escaped(said)
        for form in forms
        for name, said in form.errors.items()
        if name in form.fields
    }
    conflicts = {
        form.add_prefix(name): form.standing_of(name) for form in forms for name in form.conflicts
    }
    status = HTTPStatus.CONFLICT if conflicts else HTTPStatus.UNPROCESSABLE_ENTITY
    said = {"errors": errors, "conflicts": conflicts, "general": general}
    return JsonResponse(said, status=status)


def _escaped(said: Any) -> list[str]:
    return [conditional_escape(each) for each in said]


def _general(part: Any) -> Any:
    return part.non_field_errors() if isinstance(part, SharedForm) else part.non_form_errors()
