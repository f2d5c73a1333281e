"""The Atom and RSS feeds, each at its address."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import SyndicationFeed
from django.utils.html import escape
from django.utils.translation import gettext

from digest.readers.feeds import newest
from digest.readers.feeds.entries import FeedEntry
from digest.readers.feeds.formats import Atom, Rss
from digest.readers.feeds.names import site_name
from digest.readers.followers import Followed, followed
from digest.readers.tags import posts_about
from digest.readers.views.public import FEED_MAX_AGE_S
from digest.readers.views.tags import tag_by_spelling
from papers.text.tags import is_address


class SiteFeed(Feed):
    """The base of the site's feeds. `items` returns `FeedEntry`s."""

    feed_type: type[SyndicationFeed] = Atom
    item_guid_is_permalink = False
    # Of the feeds of tags `tag` is a `Followed`, of others None.
    address = ""
    """The name of its URL."""

    def feed_url(self, tag: Any) -> str:
        return settings.SITE_URL + reverse(self.address, args=[tag.slug] if tag else [])

    feed_guid = feed_url

    def link(self, tag: Any) -> str:
        return settings.SITE_URL + reverse("home")

    def title(self, tag: Any) -> str:
        return site_name()

    def description(self) -> str:
        return settings.SITE_DESCRIPTION

    def subtitle(self) -> str:
        return self.description()

    def author_name(self) -> str:
        return settings.SITE_AUTHOR

    item_author_name = author_name

    def item_title(self, item: FeedEntry) -> str:
        return item.title

    def item_description(self, item: FeedEntry) -> str:
        return escape(item.summary)

    def item_link(self, item: FeedEntry) -> str:
        return item.url

    def item_guid(self, item: FeedEntry) -> str:
        return item.id

    def item_pubdate(self, item: FeedEntry) -> datetime:
        return item.published_at

    def item_updateddate(self, item: FeedEntry) -> datetime:
        return item.updated_at

    def item_categories(self, item: FeedEntry) -> list[str]:
        return item.tags

    def item_extra_kwargs(self, item: FeedEntry) -> dict[str, Any]:
        return {"content": item.content, "language": item.language}


class AtomFeed(SiteFeed):
    """The digests, whole, and their corrections."""

    address = "atom"

    def items(self) -> list[FeedEntry]:
        return newest.digests_and_corrections()


class RssFeed(AtomFeed):
    feed_type = Rss
    address = "rss"
    ttl = str(FEED_MAX_AGE_S // 60)


class ShortFeed(SiteFeed):
    """More digests, as the lists of their papers alone."""

    address = "short_feed"

    def items(self) -> list[FeedEntry]:
        return newest.digests_at_a_glance()

    def title(self, tag: None) -> str:
        return f"{site_name()}: {gettext('At a glance')}"


class PaperFeed(SiteFeed):
    """The papers, one entry each."""

    address = "paper_feed"

    def items(self) -> list[FeedEntry]:
        return newest.papers()

    def title(self, tag: None) -> str:
        return f"{site_name()}: {gettext('Papers')}"


class CorrectionFeed(SiteFeed):
    """The corrections of published digests."""

    address = "corrections"

    def items(self) -> list[FeedEntry]:
        return newest.corrections()

    def title(self, tag: None) -> str:
        return f"{site_name()}: {gettext('Corrections')}"

    def description(self) -> str:
        return gettext("What was put right in published digests.")


class TagFeed(SiteFeed):
    """The papers that have a tag. If only posts have it, these."""

    address = "tag_feed"

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Respond with the feed, or redirect from another spelling of the tag to it."""
        try:
            return super().__call__(request, *args, **kwargs)
        except Http404:
            return tag_by_spelling(request, kwargs["slug"], name="tag_feed")

    def get_object(self, request: HttpRequest, slug: str) -> Followed:
        tag = followed(slug)
        if tag is None or not posts_about(tag.tag).exists() or newest.is_over(tag):
            raise Http404(slug)
        return tag

    def items(self, tag: Followed) -> list[FeedEntry]:
        return newest.of_tag(tag)

    def title(self, tag: Followed) -> str:
        return f"{site_name()}: {tag.tag.name}"

    def link(self, tag: Followed) -> str:
        """Return the tag's page. One that a damaged slug has not got is the list of tags."""
        slug = tag.tag.slug
        page = reverse("tag", args=[slug]) if is_address(slug) else reverse("tag_list")
        return settings.SITE_URL + page
