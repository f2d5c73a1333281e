"""Sitemaps: the public URLs for search engines. The pages themselves name their other languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import override
from taggit.models import Tag

from digest.models import Entry, Post, published_papers
from digest.readers import pages
from digest.readers.pages import Kind
from digest.readers.tags import used_tags
from papers.models import Paper, Section, SectionQuerySet
from papers.text.tags import is_address


class OnSiteUrl(Sitemap):
    """URLs that start with SITE_URL, never with the host that a request names."""

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site: object = None) -> str:
        return urlsplit(settings.SITE_URL).netloc


class TextSitemap(OnSiteUrl):
    """Pages in one of the site's languages. In another than its own: those that have text in it."""

    def __init__(self, language: str = settings.LANGUAGE_CODE) -> None:
        self.language = language

    def location(self, item: Post | Paper) -> str:
        with override(self.language):
            return item.get_absolute_url()

    @property
    def is_own(self) -> bool:
        return self.language == settings.LANGUAGE_CODE

    def _sections(self) -> SectionQuerySet:
        return Section.objects.public().filter(language=self.language)


class PostSitemap(TextSitemap):
    def items(self) -> QuerySet[Post]:
        pages.tell(Kind.POSTS)
        pages.tell(Kind.PAPERS)
        posts = Post.objects.published().only("date", "slug", "updated_at")
        return posts if self.is_own else posts.filter(self._has_text())

    def _has_text(self) -> Q:
        sections = self._sections().filter(paper=OuterRef("paper"))
        entries = Entry.objects.filter(Exists(sections), public_position__isnull=False)
        return Q(language=self.language) | Q(Exists(entries.filter(post=OuterRef("pk"))))

    def lastmod(self, post: Post) -> datetime | None:
        pages.tell(Kind.UPDATED)
        return post.updated_at


class PaperSitemap(TextSitemap):
    def items(self) -> QuerySet[Paper]:
        pages.tell(Kind.PAPERS)
        papers = published_papers().only("arxiv_id", "public_changed_at")
        sections = self._sections().filter(paper=OuterRef("pk"))
        return papers if self.is_own else papers.filter(Exists(sections))

    def lastmod(self, paper: Paper) -> datetime | None:
        pages.tell(Kind.UPDATED)
        return paper.public_changed_at


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
            "archive",
            "tag_list",
            "trends",
            "ledger",
            "feeds",
            "about",
        ]

    def location(self, name: str) -> str:
        return reverse(name)


def _of_language(code: str) -> dict[str, Callable[[], Sitemap]]:
    """Return the sitemaps of one more language."""
    return {
        f"digests-{code}": partial(PostSitemap, code),
        f"papers-{code}": partial(PaperSitemap, code),
    }


SITEMAPS: dict[str, Callable[[], Sitemap]] = {
    "pages": PageSitemap,
    "digests": PostSitemap,
    "papers": PaperSitemap,
    "tags": TagSitemap,
}
for _code, _name in settings.LANGUAGES:
    if _code != settings.LANGUAGE_CODE:
        SITEMAPS |= _of_language(_code)


def addresses() -> Iterator[str]:
    """Yield the paths of all sitemaps, and of the later pages of those that have more than one."""
    for name, sitemap in SITEMAPS.items():
        later = sitemap().paginator.page_range[1:]
        yield reverse("sitemap_part", args=[name])
        yield from (reverse("sitemap_page", args=[name, page]) for page in later)
