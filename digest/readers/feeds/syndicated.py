"""Atom and RSS feeds: the newest digests with their whole text, and the corrections of digests.

Every link starts with SITE_URL, never with the host that a request names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape as xml_escape

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import Min
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.text import Truncator
from django.utils.translation import get_language, gettext
from taggit.models import Tag

from digest.models import Correction, Post, PostQuerySet
from digest.readers import pages
from digest.readers.feeds.formats import Atom, Rss
from digest.readers.headlines import headline, title_or_date
from digest.readers.pages import Kind
from digest.readers.stored import safe_html
from digest.readers.summaries import Summary, tell_content
from digest.readers.tags import posts_about
from digest.readers.views.public import FEED_MAX_AGE_S
from digest.readers.views.tags import tag_by_spelling
from papers.clock import now
from papers.text.conversion import absolute, for_feeds

MAX_BYTES = 1024 * 1024
LEAST, MOST = 10, 30  # Entries, if there are as many.
ENTRY_BYTES = 1_500  # The most for markup, URLs, dates and names around an entry's own text.
SUMMARY_LENGTH = 300  # Characters.


@dataclass(frozen=True, slots=True)
class Item:
    """A post as an entry of a feed. Summary and content are HTML."""

    post: Post
    summary: str
    content: str

    @classmethod
    def of(cls, post: Post) -> Item:
        tell_content(post)
        titles = " · ".join(entry.paper.title_plain for entry in post.public_entries)
        summary = escape(Truncator(titles).chars(SUMMARY_LENGTH))
        return cls(post, summary, content_of(post))

    @property
    def size(self) -> int:
        """The bytes that the entry takes in the feed, or a few more."""
        text = headline(self.post) + self.summary + self.content
        return len(xml_escape(text).encode()) + ENTRY_BYTES


def content_of(post: Post) -> str:
    """Return the whole digest as safe HTML in which every link is absolute."""
    language = get_language() or post.language
    context = {
        "corrections": post.public_corrections,
        "intro": safe_html(post.public_intro_html),
        "summaries": [
            Summary(entry, language, number=number)
            for number, entry in enumerate(post.public_entries, start=1)
        ],
    }
    html = render_to_string("feeds/post.html", context)
    return absolute(for_feeds(html), settings.SITE_URL + post.get_absolute_url())


def next_entry_at() -> datetime | None:
    """Return when the next published digest enters the feeds, or None if all have."""
    waiting = Post.objects.published().filter(published_at__gt=now() - settings.FEED_DELAY)
    first = waiting.aggregate(at=Min("published_at"))["at"]
    return first and first + settings.FEED_DELAY


class SiteFeed(Feed):
    """The base of the site's feeds."""

    item_guid_is_permalink = False

    def link(self, tag: Tag | None) -> str:
        return settings.SITE_URL + reverse("home")

    def feed_guid(self, tag: Tag | None) -> str:
        return self.feed_url(tag)

    def author_name(self) -> str:
        return settings.SITE_AUTHOR

    item_author_name = author_name


class DigestFeed(SiteFeed):
    """The newest digests by date that fit MAX_BYTES: at least LEAST of them, and at most MOST."""

    def posts(self, tag: Tag | None) -> PostQuerySet:
        return Post.objects.in_feeds()

    def items(self, tag: Tag | None) -> Iterator[Item]:
        pages.tell(Kind.POSTS)
        pages.tell_until(next_entry_at())
        size = 0
        posts = self.posts(tag).with_public_entries(whole=False)
        for number, post in enumerate(posts[:MOST], start=1):
            item = Item.of(post)
            size += item.size
            if number > LEAST and size > MAX_BYTES:
                return
            yield item

    def title(self, tag: Tag | None) -> str:
        return settings.SITE_TITLE

    def description(self) -> str:
        return settings.SITE_DESCRIPTION

    subtitle = description

    def item_title(self, item: Item) -> str:
        return headline(item.post)

    def item_description(self, item: Item) -> str:
        return item.summary

    def item_link(self, item: Item) -> str:
        return settings.SITE_URL + item.post.get_absolute_url()

    def item_guid(self, item: Item) -> str:
        return item.post.feed_id

    def item_pubdate(self, item: Item) -> datetime:
        return item.post.public_since

    def item_updateddate(self, item: Item) -> datetime | None:
        return item.post.updated_at

    def item_categories(self, item: Item) -> list[str]:
        return sorted(tag.name for tag in item.post.public_tags)

    def item_extra_kwargs(self, item: Item) -> dict[str, str]:
        return {"content": item.content, "language": item.post.language}


class AtomFeed(DigestFeed):
    feed_type = Atom

    def feed_url(self, tag: None) -> str:
        return settings.SITE_URL + reverse("atom")


class RssFeed(DigestFeed):
    feed_type = Rss
    ttl = str(FEED_MAX_AGE_S // 60)

    def feed_url(self, tag: None) -> str:
        return settings.SITE_URL + reverse("rss")


class TagFeed(DigestFeed):
    """The digests that have a tag, or contain a paper that has it."""

    feed_type = Atom

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Respond with the feed, or redirect from another spelling of the tag to it."""
        try:
            return super().__call__(request, *args, **kwargs)
        except Http404:
            return tag_by_spelling(request, kwargs["slug"], name="tag_feed")

    def get_object(self, request: HttpRequest, slug: str) -> Tag:
        tag = get_object_or_404(Tag, slug=slug)
        if not posts_about(tag).exists():
            raise Http404(slug)
        return tag

    def posts(self, tag: Tag) -> PostQuerySet:
        return posts_about(tag).in_feeds()

    def title(self, tag: Tag) -> str:
        return f"{settings.SITE_TITLE}: {tag.name}"

    def link(self, tag: Tag) -> str:
        return settings.SITE_URL + reverse("tag", args=[tag.slug])

    def feed_url(self, tag: Tag) -> str:
        return settings.SITE_URL + reverse("tag_feed", args=[tag.slug])


class CorrectionFeed(SiteFeed):
    """The corrections of published digests, the newest first."""

    feed_type = Atom

    def items(self) -> list[Correction]:
        found = list(Correction.objects.public()[:MOST])
        pages.tell(Kind.CORRECTIONS)
        pages.tell(Kind.PAPER, *(each.paper_id for each in found if each.paper_id))
        return found

    def feed_url(self, tag: None = None) -> str:
        return settings.SITE_URL + reverse("corrections")

    def title(self) -> str:
        return f"{settings.SITE_TITLE}: {gettext('Corrections')}"

    def description(self) -> str:
        return gettext("What was put right in published digests.")

    subtitle = description

    def item_title(self, item: Correction) -> str:
        about = item.paper.title_plain if item.paper else title_or_date(item.post)
        return f"{item.heading}: {about}"

    def item_description(self, item: Correction) -> str:
        return escape(item.text)

    def item_link(self, item: Correction) -> str:
        return settings.SITE_URL + item.get_absolute_url()

    def item_guid(self, item: Correction) -> str:
        return item.feed_id

    def item_pubdate(self, item: Correction) -> datetime:
        return item.corrected_at

    item_updateddate = item_pubdate

    def item_extra_kwargs(self, item: Correction) -> dict[str, str]:
        place = format_html('<a href="{}">{}</a>', self.item_link(item), title_or_date(item.post))
        content = format_html("<p>{}</p><p>{}</p>", item.text, place)
        return {"content": content, "language": item.post.language}
