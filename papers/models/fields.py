"""Fields for text from people and sources: bounded, without what no page or feed can carry."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from papers.text import rendering
from papers.text.cleaning import clean, fold


def no_hidden_characters(text: str) -> None:
    """Refuse characters that `papers.text.cleaning.clean` removes, and name the first of them."""
    if clean(text) == text:
        return
    hidden = next((char for char in text if not clean(char)), None)
    if hidden is None:
        return  # Only normalised (line ends, composed letters): `to_python` does that.
    raise ValidationError(
        _("The character U+%(code)04X at position %(position)d cannot be shown. Please remove it."),
        code="hidden_character",
        params={"code": ord(hidden), "position": text.index(hidden) + 1},
    )


def can_be_rendered(markdown: str) -> None:
    """Refuse what the renderer refuses, while the author is still there to fix it."""
    try:
        rendering.render(markdown)
    except ValueError as error:
        raise ValidationError(
            _("This text cannot be shown: %(reason)s."),
            code="unrenderable",
            params={"reason": error},
        ) from error


class MarkdownField(models.TextField):
    """Markdown of at most `rendering.MAX_LENGTH` characters, with line ends of one kind."""

    default_validators = [
        MaxLengthValidator(rendering.MAX_LENGTH),
        no_hidden_characters,
        can_be_rendered,
    ]

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return clean(value) if isinstance(value, str) else value


class LineField(models.CharField):
    """One line of text. White space is folded when it is saved."""

    default_validators = [no_hidden_characters]

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return fold(value) if isinstance(value, str) else value
