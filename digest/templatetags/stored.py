"""Stored HTML on a page."""

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from papers.models import Paper
from papers.text.stored import presentable

register = template.Library()

# What may be wider than a phone scrolls, and what scrolls must be within reach of the keyboard.
SCROLLING = {
    "<pre>": '<pre tabindex="0">',
    "<table>": '<table tabindex="0">',
    '<math display="block">': '<math display="block" tabindex="0">',
}


def safe_html(html: str) -> SafeString:
    """HTML as `papers.text.rendering` made it; a notice in place of what it cannot have made."""
    whole = presentable(html)
    if html and not whole:
        return format_html('<p class="notice">{}</p>', gettext("This part cannot be shown."))
    return mark_safe(whole)  # noqa: S308 - sanitised when it was saved


def title_html(paper: Paper) -> SafeString:
    """A paper's title as HTML; as the plain text where its HTML is lost."""
    whole = presentable(paper.title_html)
    if not whole.strip():
        return conditional_escape(paper.title)
    return mark_safe(whole)  # noqa: S308 - sanitised when it was saved


@register.filter
def stored(html: str) -> SafeString:
    """Stored HTML, or what `safe_html` has made of it, for a reader with a keyboard."""
    text: str = html if isinstance(html, SafeString) else safe_html(html)
    for tag, reachable in SCROLLING.items():
        text = text.replace(tag, reachable)
    return mark_safe(text)  # noqa: S308 - no text of it holds a "<", so only tags are replaced


@register.filter
def title_of(paper: Paper) -> SafeString:
    return stored(title_html(paper))
