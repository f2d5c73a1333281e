"""Puts stored HTML on a page."""

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

# Elements that may be wider than a phone scroll, and what scrolls must be reachable by keyboard.
SCROLLING = {
    "<pre>": '<pre tabindex="0">',
    "<table>": '<table tabindex="0">',
    '<math display="block">': '<math display="block" tabindex="0">',
}


@register.filter
def stored(html: str) -> SafeString:
    """Return HTML from `papers.text.rendering` as safe. It was sanitised when it was saved."""
    for tag, reachable in SCROLLING.items():
        html = html.replace(tag, reachable)
    return mark_safe(html)  # noqa: S308 - no text of it holds a "<", so only tags are replaced
