"""Widgets in which an editor types Markdown and tags."""

from typing import Any

from django.http import QueryDict
from django.urls import reverse_lazy
from taggit.models import Tag
from taggit.utils import parse_tags
from unfold.widgets import UnfoldAdminSelect2MultipleWidget, UnfoldAdminTextInputWidget
from unfold_markdown.widgets import MarkdownWidget as UnfoldMarkdownWidget

OFFERED_TAGS = 2_000


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


class TagsWidget(UnfoldAdminSelect2MultipleWidget):
    """Tags that complete while typing. A name that no tag has makes a new tag."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"data-tags": "true", "data-token-separators": '[","]', **(attrs or {})})
        # Django's own script takes every `admin-autocomplete` and would ask a server for tags.
        self.attrs["class"] = "unfold-admin-autocomplete"

    def value_from_datadict(self, data: QueryDict, files: Any, name: str) -> str:
        """Return the names in quotes. That is how taggit reads names with spaces and commas."""
        names = (tag.replace('"', "") for tag in data.getlist(name))
        return ", ".join(f'"{tag}"' for tag in names)

    def format_value(self, value: Any) -> list[str]:
        return parse_tags(value) if isinstance(value, str) else [tag.name for tag in value or ()]

    def optgroups(self, name: str, value: list[str], attrs: Any = None) -> Any:
        known = Tag.objects.order_by("name").values_list("name", flat=True)[:OFFERED_TAGS]
        self.choices = [(tag, tag) for tag in dict.fromkeys([*value, *known])]
        return super().optgroups(name, value, attrs)
