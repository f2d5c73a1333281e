"""Names of languages, from the table of languages."""

from django import template

from papers import languages

register = template.Library()


@register.filter
def language_name(code: str) -> str:
    """Return the name in the reader's language."""
    return languages.of(code).translated_name


@register.filter
def language_own_name(code: str) -> str:
    """Return the name in the language itself."""
    return languages.of(code).own_name
