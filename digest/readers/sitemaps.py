"""Sitemaps: the public URLs for search engines. The pages themselves name their other languages."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.urls import reverse
from taggit.models import Tag

from digest.models import Post, PostQuerySet, published_papers
from digest.readers import pages
from digest.readers.pages import Kind
from digest.readers.tags import used_tags
from papers.models import Paper
from papers.text.tags import is_address


class OnSiteUrl(Sitemap):
    """URLs that start with SITE_URL, never with the host that a request names."""

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site: object = None) -> str:
        return urlsplit(settings.SITE_URL).netloc


class PostSitemap(OnSiteUrl):
    def items(self) -> PostQuerySet:
        pages.tell(Kind.POSTS)
        return Post.objects.published().only("date", "slug", "updated_at")

    def lastmod(self, post: Post) -> datetime | None:
        pages.tell(Kind.UPDATED)
        return post.updated_at


class PaperSitemap(OnSiteUrl):
    def items(self) -> QuerySet[Paper]:
        pages.tell(Kind.PAPERS)
        return published_papers().only("arxiv_id")


class TagSitemap(OnSiteUrl):
    def items(self) -> QuerySet[Tag]:
        return used_tags()

    def location(self, tag: Tag) -> str:
        """Return the URL of the tag's page, or of the list of tags if its slug makes no URL."""
        return reverse("tag", args=[tag.slug]) if is_address(tag.slug) else reverse("tag_list")


class PageSitemap(OnSiteUrl):
    def items(self) -> list[str]:
        return [
            "home",
            "tag_list",
            "ledger",
            "feeds",
            "about",
        ]

    def location(self, name: str) -> str:
        return reverse(name)


SITEMAPS = {
    "pages": PageSitemap,
    "digests": PostSitemap,
    "papers": PaperSitemap,
    "tags": TagSitemap,
}
