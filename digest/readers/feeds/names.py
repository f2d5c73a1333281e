"""What a feed is called."""

from django.conf import settings
from django.utils.translation import get_language

from papers import languages

USUAL_FEEDS = {
    "atom": ("atom.xml", "index.xml", "feed", "feed/"),
    "rss": ("rss", "rss/"),
}
"""Where other programs for blogs have their feeds. Readers' programs look there by themselves."""


def site_name() -> str:
    """Return the site's title, with the language if the feed is not in the site's own."""
    language = get_language() or settings.LANGUAGE_CODE
    if language == settings.LANGUAGE_CODE:
        return settings.SITE_TITLE
    return f"{settings.SITE_TITLE} ({languages.of(language).own_name})"
