"""The form for a note to the editors, on the page of a preview link."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from digest.models import PreviewLink, PreviewNote
from digest.readers.open_forms import CleanTextField, OpenForm, length_error
from papers.clock import now

LEAST, MOST, MOST_NAME = 2, 2_000, 80  # Characters.
MOST_OF_LINK = 100
"""Notes of one link that wait for an editor."""


class NoteForm(OpenForm):
    """What somebody with a preview link has to say about the post."""

    salt = "digest.readers.preview_notes"

    text = CleanTextField(
        label=gettext_lazy("Your note"),
        widget=forms.Textarea({"rows": 7, "minlength": LEAST}),
        help_text=gettext_lazy("Only the editors see it."),
    )
    name = CleanTextField(
        label=gettext_lazy("Your name"),
        required=False,
        max_length=MOST_NAME,
        help_text=gettext_lazy("May be left empty."),
    )

    def __init__(self, link: PreviewLink, *args: Any, **kwargs: Any) -> None:
        super().__init__(str(link.pk), *args, **kwargs)
        self.link = link

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if error := length_error(text, LEAST, MOST):
            raise ValidationError(error)
        return text

    def save(self) -> PreviewNote:
        """Store the note once, even if the button is pressed twice. The link must be locked."""
        said = {name: self.cleaned_data[name] for name in ("name", "text")}
        same = self.link.notes.open().filter(**said).first()
        return same or PreviewNote.objects.create(link=self.link, written_at=now(), **said)


def has_room(link: PreviewLink) -> bool:
    """Return whether a link takes another note before an editor has seen some."""
    return link.notes.open().count() < MOST_OF_LINK
