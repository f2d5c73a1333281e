"""A form of one part of a page: fetched when the part is opened, and saved in place."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from papers.admin import in_place
from papers.admin.requests import StaffRequest
from papers.editing.shared_form import SharedForm


def row_of(request: StaffRequest, rows: QuerySet[Any], pk: int) -> Any:
    """Return the row that a form is about. It is locked where the form is saved."""
    return get_object_or_404(
        rows.select_for_update(no_key=True) if request.method == "POST" else rows, pk=pk
    )


def answer(request: StaffRequest, made: Any, row: Any) -> HttpResponse:
    """Show the form of a row, or save it."""
    form = made(request.POST or None, instance=row)
    return save(request, form) if form.is_bound else show(request, form)


def show(request: StaffRequest, form: SharedForm, **more: Any) -> HttpResponse:
    """Return the form as a piece of HTML, which sends itself to the address it came from."""
    context = {"form": form, "address": request.get_full_path(), **more}
    return render(request, "admin/papers/part_form.html", context)


def save(request: StaffRequest, form: Any) -> HttpResponse:
    """Save the form of a row that is locked, and return what static/admin/saving.js reads."""
    in_place.refuse_another_person(request)
    if not form.is_valid():
        return in_place.refused([form])
    if form.has_changed():
        form.instance._history_user = request.user
        form.save()
    in_place.forget_saved(request, [form])
    return in_place.saved(request, [form])
