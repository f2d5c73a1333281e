"""Makes schema.org data (JSON-LD) of pages, for search engines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import get_language

from digest.models import Post
from digest.readers.headlines import headline
from digest.readers.summaries import Summary
from papers import arxiv_id

_HARMLESS_IN_HTML = {ord(char): f"\\u{ord(char):04x}" for char in "<>&"}

Data = dict[str, Any]


def scholarly_article(summary: Summary) -> SafeString:
    """Return a paper as schema.org knows it."""
    paper = summary.paper
    data: Data = {
        "@type": "ScholarlyArticle",
        "headline": paper.title_plain,
        "identifier": f"arXiv:{paper.arxiv_id}",
        "url": _whole(paper.get_absolute_url()),
        "sameAs": [paper.arxiv_url, f"https://doi.org/{arxiv_id.doi_of(paper.arxiv_id)}"],
        "author": [{"@type": "Person", "name": name} for name in summary.authors],
        "keywords": summary.keywords,
    }
    if summary.submitted_on:
        data["datePublished"] = summary.submitted_on.isoformat()
    return _script(data)


def digest_data(post: Post, summaries: Sequence[Summary]) -> SafeString:
    """Return a digest as an entry of a blog, with its papers, and the way to it."""
    article = _blog_posting(post) | {
        "dateModified": _moment(post.updated_at),
        "image": _whole(static("og.png")),
        "publisher": _publisher(),
        "mainEntity": _papers(summaries),
    }
    return _script({"@graph": [article, _way_to(post)]})


def site_data(newest: Post | None) -> SafeString:
    """Return the site, and the blog that it is, for the first page."""
    home = _whole(reverse("home"))
    site: Data = {
        "@type": "WebSite",
        "name": settings.SITE_TITLE,
        "url": home,
        "inLanguage": get_language(),
    }
    blog: Data = site | {
        "@type": "Blog",
        "description": settings.SITE_DESCRIPTION,
        "publisher": _publisher(),
        "blogPost": [_blog_posting(newest)] if newest else [],
    }
    return _script({"@graph": [site, blog]})


def _blog_posting(post: Post) -> Data:
    return {
        "@type": "BlogPosting",
        "headline": headline(post),
        "url": _whole(post.get_absolute_url()),
        "datePublished": _moment(post.public_since),
        "inLanguage": post.language,
        "author": _publisher(),
    }


def _papers(summaries: Sequence[Summary]) -> Data:
    return {
        "@type": "ItemList",
        "numberOfItems": len(summaries),
        "itemListElement": [
            _item(place, each.paper.title_plain, each.paper.get_absolute_url())
            for place, each in enumerate(summaries, start=1)
        ],
    }


def _way_to(post: Post) -> Data:
    year, month, _day = post.date_parts
    steps = (
        (settings.SITE_TITLE, reverse("home")),
        (date_format(post.date, "YEAR_MONTH_FORMAT"), reverse("month", args=[year, month])),
        (headline(post), post.get_absolute_url()),
    )
    items = [_item(place, *step) for place, step in enumerate(steps, start=1)]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def _item(place: int, name: str, path: str) -> Data:
    return {"@type": "ListItem", "position": place, "name": name, "item": _whole(path)}


def _publisher() -> Data:
    return {
        "@type": "Organization",
        "name": settings.SITE_AUTHOR,
        "url": settings.SITE_URL + reverse("about"),
    }


def _moment(at: datetime | None) -> str | None:
    return localtime(at).isoformat(timespec="seconds") if at else None


def _whole(path: str) -> str:
    return settings.SITE_URL + path


def _script(data: Data) -> SafeString:
    """Return the data so that it can stand in a script element."""
    text = json.dumps({"@context": "https://schema.org"} | data, ensure_ascii=False)
    return mark_safe(text.translate(_HARMLESS_IN_HTML))  # noqa: S308 - nothing can end the element
