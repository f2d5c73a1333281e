"""The pages that readers ask for first after a digest was published."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import reverse
from django.utils import translation

from digest.models import Post
from digest.readers.pages import making, rows
from papers.clock import now

FEEDS = ("atom", "rss", "json_feed", "short_feed", "paper_feed")


def make_first(post: Post) -> int:
    """Make the pages of a published digest that do not count yet. Return how many were made."""
    handler = get_wsgi_application().get_response
    made = 0
    for path in addresses(post):
        if rows.read(path, now()) is None:
            made += making.make(path, handler).stored
    return made


def addresses(post: Post) -> Iterator[str]:
    """Yield the digest's address, the first page, the feeds, and the pages of its papers."""
    papers = [entry.paper for entry in post.entries.select_related("paper")]
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            yield from (post.get_absolute_url(), reverse("home"))
            yield from map(reverse, FEEDS)
            yield from (paper.get_absolute_url() for paper in papers)
