"""Widgets in which an editor types Markdown and tags."""

from typing import Any

from django.forms import CheckboxInput
from django.http import QueryDict
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from taggit.utils import parse_tags
from unfold.widgets import UnfoldAdminSelect2MultipleWidget, UnfoldAdminTextInputWidget
from unfold_markdown.widgets import MarkdownWidget as UnfoldMarkdownWidget


class MarkdownWidget(UnfoldMarkdownWidget):
    """A Markdown editor. The site's own renderer makes its preview (static/admin/preview.js)."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"data-render-url": reverse_lazy("admin:render"), **(attrs or {})})


class PlainLineWidget(UnfoldAdminTextInputWidget):
    """One line that says how long it is and may be (static/admin/line_length.js).

    It has no `maxlength`, because a browser would cut what is pasted without a word.
    """

    def __init__(self, longest: int) -> None:
        super().__init__({"data-longest": longest, "autocomplete": "off"})

    def format_value(self, value: Any) -> str:
        """Return the text with a blank for each line break, which a browser would leave out."""
        return " ".join(str(value or "").splitlines())


class PlainCheckbox(CheckboxInput):
    """A checkbox in one class. The theme's has 500 bytes of them, and a paper has 14 sections."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "plain-checkbox", **(attrs or {})})


class TagsWidget(UnfoldAdminSelect2MultipleWidget):
    """Tags that complete while typing (static/admin/tags.js). A new name makes a new tag."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        words = {
            "data-completions": reverse_lazy("admin:taggit_tag_completions"),
            "data-fresh": _("new tag"),
            "data-was": _("formerly"),
            "data-none": _("Nothing found."),
            "data-asking": _("Searching…"),
        }
        super().__init__({**words, **(attrs or {})})
        # Scripts of Django and of the theme take the fields of other classes.
        self.attrs["class"] = "tags-field"

    def offer_keywords_of(self, paper: int) -> None:
        """Offer the keywords of a paper beside the tags."""
        self.attrs["data-paper"] = paper

    def value_from_datadict(self, data: QueryDict, files: Any, name: str) -> str:
        """Return the names in quotes. That is how taggit reads names with spaces and commas."""
        names = (tag.replace('"', "") for tag in data.getlist(name))
        return ", ".join(f'"{tag}"' for tag in names)

    def format_value(self, value: Any) -> list[str]:
        return parse_tags(value) if isinstance(value, str) else [tag.name for tag in value or ()]

    def optgroups(self, name: str, value: list[str], attrs: Any = None) -> Any:
        self.choices = [(tag, tag) for tag in dict.fromkeys(value)]
        return super().optgroups(name, value, attrs)
