"""Fields for text from people and sources: bounded, without what no page or feed can carry."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, URLValidator
from django.db import models
from django.db.models.fields.json import KeyTransform
from django.utils.translation import gettext_lazy as _

from papers.text import addresses, rendering
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


def has_a_real_port(address: str) -> None:
    """Refuse an address with a port that cannot exist, which Django's own validator lets pass."""
    try:
        addresses.split(address)
    except ValueError as error:
        raise ValidationError(URLValidator.message, code="invalid") from error


class AddressField(models.URLField):
    """An address that a browser can open, over http or https."""

    default_validators = [URLValidator(schemes=["http", "https"]), has_a_real_port]

    def deconstruct(self) -> Any:
        """Return Django's own field for migrations: validators do not change the column."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.URLField", args, kwargs


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


class StoredJSONField(models.JSONField):
    """JSON. What Python cannot read (an endless number, a deep list) is read as None."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        try:
            return super().from_db_value(value, expression, connection)
        except (ValueError, RecursionError):
            return None

    def deconstruct(self) -> Any:
        """Return Django's own field for migrations: the column is the same."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs


class ShapedJSONField(StoredJSONField):
    """JSON that is always read in the shape of its default, a list or an object.

    A stored value of another shape is read as empty, so that no page fails on it.
    """

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        value = super().from_db_value(value, expression, connection)
        return value if isinstance(expression, KeyTransform) else self.shaped(value)

    def shaped(self, value: Any) -> Any:
        """Return the value if its shape is right, else an empty one."""
        return value if isinstance(value, self.default) else self.default()


class TextsField(ArrayField):
    """A list of texts. NULLs, which PostgreSQL allows in an array, are left out when it is read."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return value if value is None else [text for text in value if text is not None]

    def deconstruct(self) -> Any:
        """Return Django's own field for migrations: the column is the same."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.contrib.postgres.fields.ArrayField", args, kwargs


class LineField(models.CharField):
    """One line of text. White space is folded when it is saved."""

    default_validators = [no_hidden_characters]

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return fold(value) if isinstance(value, str) else value
