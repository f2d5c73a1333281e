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
    has_text: bool  # Search engines know only of versions with text in their language.


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
    request = context["request"]
    # A search in another language is still that search.
    path = request.get_full_path() if context.get("keeps_query") else request.path
    with_text = context.get("languages_with_text", dict(settings.LANGUAGES))
    return [_version(path, code, code in with_text) for code, _ in settings.LANGUAGES]


@register.filter
def alternates(found: list[Version]) -> list[tuple[str, str]]:
    """Return (hreflang, URL) of the versions for search engines, or none if there is only one.

    `x-default` is for readers of every other language: they get the site's own.
    """
    texts = [version for version in found if version.has_text]
    own = [("x-default", each.url) for each in texts if each.code == settings.LANGUAGE_CODE]
    return [*((each.code, each.url) for each in texts), *own] if len(texts) > 1 else []


def _version(path: str, code: str, has_text: bool) -> Version:
    translated = translate_url(path, code)
    name = languages.of(code).own_name
    url = settings.SITE_URL + translated
    return Version(code, name, translated, url, code == get_language(), has_text)
