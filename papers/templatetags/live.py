"""Whether a page offers to change a fact that readers see at once, or leads to their page."""

from typing import Any

from django import template

from papers.editing import live
from papers.models import Paper

register = template.Library()


@register.filter
def has_page(paper: Paper) -> bool:
    """Return whether readers have a page of the paper."""
    return live.has_page(paper)


@register.simple_tag(takes_context=True)
def may_change(context: dict[str, Any], paper: Paper) -> bool:
    """Return whether the user of the page may change the paper's facts."""
    return live.may_change(context["request"].user, paper)
