"""Turns stored HTML into HTML that a page may show."""

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from papers.models import Paper
from papers.text.stored import presentable


def safe_html(html: str) -> SafeString:
    """Return stored HTML as safe, or a notice if `papers.text.rendering` cannot have made it."""
    whole = presentable(html)
    if html and not whole:
        return format_html('<p class="notice">{}</p>', gettext("This part cannot be shown."))
    return mark_safe(whole)  # noqa: S308 - sanitised when it was saved


def title_html(paper: Paper) -> SafeString:
    """Return a paper's title as HTML, or as plain text if its HTML is lost."""
    whole = presentable(paper.title_html)
    if not whole.strip():
        return conditional_escape(paper.title)
    return mark_safe(whole)  # noqa: S308 - sanitised when it was saved
