"""Form fields for our kinds of text. They turn what a browser sends into what may be stored."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from taggit.forms import TagField
from taggit.utils import parse_tags

from papers.models.fields import no_hidden_characters
from papers.text.cleaning import fold
from papers.text.tags import TagRefused, tag_name

MAX_TAGS = 50
MAX_LINES = 5_000
MAX_LINE = 300


def unix_lines(text: str | None) -> str | None:
    """Return the text with line ends as they are stored, not as browsers send them."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if text else text


class TextFormField(forms.CharField):
    """Text of several lines, kept as typed. The line ends that browsers send are not a change."""

    default_validators = [no_hidden_characters]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"strip": False, **kwargs})

    def to_python(self, value: Any) -> Any:
        return unix_lines(super().to_python(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(unix_lines(initial), unix_lines(data))


class PlainLineField(TextFormField):
    """One line of text. A browser's field joins the lines of a stored one: that is no change."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"strip": True, **kwargs})

    def has_changed(self, initial: Any, data: Any) -> bool:
        return fold(initial or "") != fold(data or "")


class LinesField(SimpleArrayField):
    """A list with one item on each line. Empty lines are skipped."""

    def __init__(self, base_field: forms.Field, **kwargs: Any) -> None:
        base_field.validators += [no_hidden_characters, MaxLengthValidator(MAX_LINE)]
        super().__init__(base_field, **{**kwargs, "delimiter": "\n", "max_length": MAX_LINES})

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = "\n".join(line for line in value.splitlines() if line.strip())
        return super().to_python(value)


class MomentField(forms.SplitDateTimeField):
    """A date and a time. Its initial value is carried in one piece."""

    hidden_widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        try:
            return parse_datetime(value or "")
        except ValueError as error:
            raise ValidationError(self.error_messages["invalid"]) from error


def typed_tag(text: str) -> str:
    """The name of a tag as it is stored."""
    no_hidden_characters(text)
    try:
        return tag_name(text)
    except TagRefused as refused:
        raise ValidationError(_(refused.template), params=refused.params) from refused


class CarriedTags(forms.HiddenInput):
    """Tag names in one piece, as taggit reads them."""

    def format_value(self, value: Any) -> str:
        if isinstance(value, str):
            return value
        names = sorted(tag.name.replace('"', "") for tag in value or ())
        return ", ".join(f'"{name}"' for name in names)


class TagsField(TagField):
    """Tag names that can become tags: at most MAX_TAGS, each with an address of its own."""

    hidden_widget = CarriedTags

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **kwargs
            | {
                "help_text": gettext_lazy(
                    "Enter takes the tag that is offered first, a comma the words as typed."
                )
            }
        )

    def has_changed(self, initial: Any, data: Any) -> bool:
        return set(parse_tags(CarriedTags().format_value(initial))) != set(parse_tags(data))

    def clean(self, value: Any) -> list[str]:
        names = super().clean(value)
        if len(names) > MAX_TAGS:
            raise ValidationError(
                ngettext_lazy(
                    "At most %(max)d tag, please.", "At most %(max)d tags, please.", "max"
                )
                % {"max": MAX_TAGS}
            )
        return [typed_tag(name) for name in names]
