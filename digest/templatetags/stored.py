"""Puts stored HTML on a page."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from digest.readers.stored import safe_html, title_html
from papers.models import Paper

register = template.Library()

# Elements that may be wider than a phone scroll, and what scrolls must be reachable by keyboard.
SCROLLING = {
    "<pre>": '<pre tabindex="0">',
    "<table>": '<table tabindex="0">',
    '<math display="block">': '<math display="block" tabindex="0">',
}


@register.filter
def stored(html: str) -> SafeString:
    """Return stored HTML as safe, with its scrolling parts reachable by keyboard.

    HTML that is safe already is from `safe_html`, so it is not checked again.
    """
    text: str = html if isinstance(html, SafeString) else safe_html(html)
    for tag, reachable in SCROLLING.items():
        text = text.replace(tag, reachable)
    return mark_safe(text)  # noqa: S308 - no text of it holds a "<", so only tags are replaced


@register.filter
def title_of(paper: Paper) -> SafeString:
    return stored(title_html(paper))
