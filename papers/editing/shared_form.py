"""A form that notices what others did to its row in the meantime."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, ClassVar

from django import forms
from django.db import models, transaction

from papers.editing.conflicts import Conflict, last_change
from papers.editing.form_fields import unix_lines


class SharedForm(forms.ModelForm):
    """A form for a row that others write too. It saves only what its person changed.

    Each field carries the value that it showed. A field left alone takes the value now in the
    database. A field that was changed both here and there is an error that shows the other value.
    Saving again then replaces it with the person's own.
    """

    last_hand_wins: ClassVar[frozenset[str]] = frozenset()
    rendered: ClassVar[tuple[str, ...]] = ()
    """Columns that the model's `save` makes from others."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conflicts: dict[str, Conflict] = {}
        stored = self.instance.pk is not None
        self.shared = [
            name
            for name, field in self.fields.items()
            if stored and not isinstance(field, forms.ModelChoiceField)
        ]
        for name, field in self.fields.items():
            came = not self.is_bound or self.add_initial_prefix(name) in self.data
            field.show_hidden_initial = came and name in self.shared

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in self.shared:
            if name not in cleaned or self.fields[name].disabled:
                continue
            if name not in self.changed_data:
                cleaned[name] = self.initial[name]
            elif self.newer(name) and self._differs(name) and name not in self.last_hand_wins:
                self._show_what_stands(name)
        return cleaned

    def newer(self, name: str) -> bool:
        """Return whether the database has a different value than the field showed."""
        bound = self[name]
        if not bound.field.show_hidden_initial or bound.field.disabled:
            return False
        return unix_lines(self.data[bound.html_initial_name]) != self._standing(name)

    def _standing(self, name: str) -> str:
        """Return the value that the field would carry now."""
        bound = self[name]
        value = bound.field.prepare_value(bound.initial)
        return unix_lines(bound.field.hidden_widget().format_value(value)) or ""

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

    def _edited(self, stored: models.Model) -> set[str]:
        own = {name for name in self.cleaned_data if not self.fields[name].disabled}
        fields = [field for field in stored._meta.concrete_fields if field.name in own]
        return {field.name for field in fields if differ(field, self.instance, stored)}

    def prepare(self, edited: set[str]) -> None:
        """Update the row with what follows from the fields that were edited."""


def differ(field: models.Field[Any, Any], row: models.Model, other: models.Model) -> bool:
    """Return whether `field` would be stored differently for `row` than for `other`."""
    here, there = (getattr(each, field.attname) for each in (row, other))
    return bool(field.get_prep_value(here) != field.get_prep_value(there))
