"""A form that notices what others did to its row in the meantime."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, ClassVar

from django import forms
from django.db import models, transaction
from django.http import QueryDict

from papers.editing.conflicts import Conflict, last_change
from papers.editing.form_fields import unix_lines
from papers.editing.widgets import MarkdownWidget, TagsWidget

TYPED = {"text", "url", "number"}
"""Kinds of inputs whose text a browser keeps until it is saved."""


class KeptField(forms.BoundField):
    """A field whose unsaved text is kept (static/admin/unsaved.js), if it is a text."""

    form: SharedForm

    def build_widget_attrs(self, attrs: Any, widget: Any = None) -> Any:
        attrs = super().build_widget_attrs(attrs, widget)
        if not self.is_kept(widget or self.field.widget):
            return attrs
        kept = {
            "data-unsaved": self.form.unsaved_name(self.name),
            "data-unsaved-page": self.form.unsaved_page,
            "data-unsaved-label": self.form.unsaved_label(str(self.label)),
        }
        return attrs | kept

    def is_kept(self, widget: forms.Widget) -> bool:
        areas = forms.Textarea | MarkdownWidget | TagsWidget
        has_text = isinstance(widget, areas) or getattr(widget, "input_type", "") in TYPED
        return has_text and not self.field.disabled


class SharedForm(forms.ModelForm):
    """A form for a row that others write too. It saves only what its person changed.

    Each field carries the value that it showed. A field left alone takes the value now in the
    database. A field that was changed both here and there is an error that shows the other value.
    Saving again then replaces it with the person's own.
    """

    bound_field_class = KeptField
    shared_choices: ClassVar[frozenset[str]] = frozenset()
    """Fields that choose another row, and that others may change meanwhile."""
    last_hand_wins: ClassVar[frozenset[str]] = frozenset()
    rendered: ClassVar[tuple[str, ...]] = ()
    """Columns that the model's `save` makes from others."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.opened = self.instance.pk
        self.conflicts: dict[str, Conflict] = {}
        stored = self.instance.pk is not None
        self.shared = [
            name
            for name, field in self.fields.items()
            if stored
            and (name in self.shared_choices or not isinstance(field, forms.ModelChoiceField))
        ]
        for name, field in self.fields.items():
            came = not self.is_bound or self.add_initial_prefix(name) in self.data
            field.show_hidden_initial = came and name in self.shared

    @property
    def unsaved_page(self) -> str:
        """The row that the form edits, as the name of the page that keeps its unsaved text."""
        return page_of(type(self.instance), self.opened)

    def unsaved_name(self, name: str) -> str:
        """Return the name of a field that stays when forms are counted anew."""
        return name

    def unsaved_label(self, label: str) -> str:
        """Return what a person calls a field on a page with several forms."""
        return label

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in self.shared:
            if name not in cleaned or self.fields[name].disabled:
                continue
            if name not in self.changed_data:
                cleaned[name] = self._initial_of(name)
            elif self.newer(name) and self._differs(name) and name not in self.last_hand_wins:
                self._show_what_stands(name)
        return cleaned

    def _initial_of(self, name: str) -> Any:
        field, initial = self.fields[name], self.initial[name]
        return field.to_python(initial) if isinstance(field, forms.ModelChoiceField) else initial

    def newer(self, name: str) -> bool:
        """Return whether the database has a value that this person neither saw nor sent."""
        bound = self[name]
        if not bound.field.show_hidden_initial or bound.field.disabled:
            return False
        if unix_lines(self.data[bound.html_initial_name]) == self._standing(name):
            return False
        return all(bound.field.has_changed(bound.initial, tried) for tried in self._tried(name))

    def _tried(self, name: str) -> list[str]:
        """Return the values that were sent before without an answer. One may have been stored."""
        sent = f"tried-{self.add_prefix(name)}"
        return self.data.getlist(sent) if isinstance(self.data, QueryDict) else []

    def _standing(self, name: str) -> str:
        """Return the value that the field would carry now."""
        bound = self[name]
        value = bound.field.prepare_value(bound.initial)
        return unix_lines(bound.field.hidden_widget().format_value(value)) or ""

    def standing(self) -> dict[str, dict[str, Any]]:
        """Return what each field would show and carry, by its name in HTML, were the page new."""
        if self.instance.pk is None:
            return {}
        fresh = type(self)(instance=self.instance, prefix=self.prefix)
        return {fresh.add_prefix(name): fresh.standing_of(name) for name in fresh.shared}

    def standing_of(self, name: str) -> dict[str, Any]:
        """Return what the field would show and carry, were the page new."""
        return {"value": shown(self[name]), "carried": self._standing(name)}

    def _differs(self, name: str) -> bool:
        return self.fields[name].has_changed(self[name].initial, self[name].data)

    def _show_what_stands(self, name: str) -> None:
        standing, typed = self._standing(name), self[name].data or ""
        typed = " ".join(map(str, typed)) if isinstance(typed, list) else str(typed)
        conflict = Conflict(standing, unix_lines(typed) or "", last_change(self.instance, name))
        self.conflicts[name] = conflict
        self.add_error(name, conflict.html())
        data: Any = self.data
        self.data = data = data.copy()
        data[self.add_initial_prefix(name)] = standing  # The person has now seen it.

    def save(self, commit: bool = True) -> Any:
        row = super().save(commit=False)
        if commit:
            self.write()
            self.save_m2m()
        return row

    @transaction.atomic
    def write(self) -> None:
        """Save a new row whole, and of a stored row only what this form makes different.

        The difference is to the database, because a form in which nobody changed anything can
        bring back an older version. Columns that the form does not have stay as they are.
        """
        row = self.instance
        if row.pk is None:
            self.prepare(self._edited(type(row)()))
            row.save()
            _as_stored(row)
            return
        stored = type(row)._base_manager.select_for_update(no_key=True).get(pk=row.pk)
        edited = self._edited(stored)
        for field in row._meta.concrete_fields:
            if field.name not in edited:
                setattr(row, field.attname, deepcopy(getattr(stored, field.attname)))
        self.prepare(edited)
        changed = {field.name for field in row._meta.concrete_fields if differ(field, row, stored)}
        if changed:
            row.save(update_fields=changed.union(self.rendered))
        _as_stored(row)

    def _edited(self, stored: models.Model) -> set[str]:
        own = {name for name in self.cleaned_data if not self.fields[name].disabled}
        fields = [field for field in stored._meta.concrete_fields if field.name in own]
        return {field.name for field in fields if differ(field, self.instance, stored)}

    def prepare(self, edited: set[str]) -> None:
        """Update the row with what follows from the fields that were edited."""


def shown(bound: forms.BoundField) -> Any:
    """Return a field's value as its widget shows it. A widget of several inputs shows none."""
    if isinstance(bound.field.widget, forms.MultiWidget | forms.CheckboxInput):
        return bound.initial if isinstance(bound.initial, bool) else None
    return bound.field.widget.format_value(bound.field.prepare_value(bound.initial))


def page_of(model: type[models.Model], pk: Any) -> str:
    """Return the name that the unsaved text about a row is kept under."""
    return f"{model._meta.label_lower}/{pk or 'new'}"


def _as_stored(row: models.Model) -> None:
    """Give a row that was saved the texts as its fields fold them."""
    for field in row._meta.concrete_fields:
        if isinstance(value := getattr(row, field.attname), str):
            setattr(row, field.attname, field.get_prep_value(value))


def differ(field: models.Field[Any, Any], row: models.Model, other: models.Model) -> bool:
    """Return whether `field` would be stored differently for `row` than for `other`."""
    here, there = (getattr(each, field.attname) for each in (row, other))
    return bool(field.get_prep_value(here) != field.get_prep_value(there))
