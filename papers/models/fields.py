"""Text as people and sources may give it: bounded, and free of what no page or feed can carry."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models.fields.json import KeyTransform
from django.utils.translation import gettext_lazy as _

from papers.text import rendering
from papers.text.cleaning import clean, fold


def no_hidden_characters(text: str) -> None:
    """Refuse what `papers.text.cleaning.clean` would take away, naming the first such character."""
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
    """Refuse what the renderer refuses, while its author is still there to mend it."""
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


class ShapedJSONField(models.JSONField):
    """JSON that comes back in the shape of its default, a list or an object.

    What another hand has stored in another shape is read as empty, so that no page breaks on it.
    """

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        value = super().from_db_value(value, expression, connection)
        whole = isinstance(value, self.default) or isinstance(expression, KeyTransform)
        return value if whole else self.default()

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs  # The column is no other.


class TextsField(ArrayField):
    """A list of texts, without the NULLs that PostgreSQL would let another hand put among them."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return value if value is None else [text for text in value if text is not None]

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.contrib.postgres.fields.ArrayField", args, kwargs  # As above.


class LineField(models.CharField):
    """One line of text: white space is folded when it is saved."""

    default_validators = [no_hidden_characters]

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return fold(value) if isinstance(value, str) else value
