"""In which of the site's languages a page has text, and which address of it counts.

A page in another language than the site's own has at least the interface in it. If it has nothing
else, it says the same as the original: search engines should know only that one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.utils import translation

from papers.models import Section


def with_text(sections: Iterable[Section], *others: str) -> frozenset[str]:
    """Return the languages of public sections and `others`, with the site's own."""
    return frozenset({settings.LANGUAGE_CODE, *others, *(each.language for each in sections)})


def page_context(languages: frozenset[str], path: Callable[[], str]) -> dict[str, Any]:
    """Return what a page's template says of its languages: those with text, and its address.

    `path` returns the page's path in the active language.
    """
    active = translation.get_language()
    with translation.override(active if active in languages else settings.LANGUAGE_CODE):
        address = settings.SITE_URL + path()
    return {"languages_with_text": languages, "canonical_url": address}
