"""Links to the same page in the site's languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.conf import settings
from django.urls import translate_url
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from papers import languages

register = template.Library()


@dataclass(frozen=True, slots=True)
class Version:
    """A page in one language."""

    code: str
    name: str  # The language's name in that language itself.
    path: str
    url: str
    current: bool


@register.filter
def lang(name: str) -> SafeString:
    """Return the attribute for a name in another language than the page's, else ""."""
    code = languages.of_name(name)
    return format_html(' lang="{}"', code) if code not in {"", get_language()} else SafeString()


@register.simple_tag(takes_context=True)
def versions(context: dict[str, Any]) -> list[Version]:
    """Return the page's versions in all languages of the site, or none if it has only one.

    The page of an error has none either: it may have no request, and no address of its own.
    """
    if len(settings.LANGUAGES) < 2 or "request" not in context:
        return []
    path = context["request"].path
    return [_version(path, code) for code, _ in settings.LANGUAGES]


def _version(path: str, code: str) -> Version:
    translated = translate_url(path, code)
    name = languages.of(code).own_name
    url = settings.SITE_URL + translated
    return Version(code, name, translated, url, code == get_language())
