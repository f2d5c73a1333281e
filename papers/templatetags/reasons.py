"""Reasons of jobs, runs and the history, in the reader's language where they are ours."""

from django import template

from papers.editing.reasons import shown
from papers.jobs import reasons
from papers.languages import ENGLISH

register = template.Library()


@register.filter
def reason(text: str) -> str:
    """Return a reason in the reader's language. What is not ours stays in English."""
    return reasons.translated(text) or text


@register.filter
def kept_reason(text: str) -> str:
    """Return a reason of the history in the reader's language."""
    return shown(text)


@register.filter
def language_of_reason(text: str) -> str:
    """Return the language that `reason` says a text in, or "" if it is the page's."""
    return "" if reasons.translated(text) else ENGLISH
