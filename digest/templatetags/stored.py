"""Stored HTML on a page."""

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

# What may be wider than a phone scrolls, and what scrolls must be within reach of the keyboard.
SCROLLING = {
    "<pre>": '<pre tabindex="0">',
    "<table>": '<table tabindex="0">',
    '<math display="block">': '<math display="block" tabindex="0">',
}


@register.filter
def stored(html: str) -> SafeString:
    """HTML as `papers.text.rendering` made it, sanitised when it was saved."""
    for tag, reachable in SCROLLING.items():
        html = html.replace(tag, reachable)
    return mark_safe(html)  # noqa: S308 - no text of it holds a "<", so only tags are replaced
