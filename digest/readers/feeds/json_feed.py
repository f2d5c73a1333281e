"""JSON Feed 1.1: what `/feed.xml` says, for programs that would rather not read XML."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import get_language

from digest.readers.feeds import newest
from digest.readers.feeds.entries import FeedEntry
from digest.readers.feeds.formats import legal
from digest.readers.feeds.names import site_name

VERSION = "https://jsonfeed.org/version/1.1"
MEDIA_TYPE = "application/feed+json"


def json_feed(request: HttpRequest) -> HttpResponse:
    return JsonResponse(
        legal(document(newest.digests_and_corrections())),
        content_type=MEDIA_TYPE,
        json_dumps_params={"ensure_ascii": False},
    )


def document(entries: Iterable[FeedEntry]) -> dict[str, Any]:
    return {
        "version": VERSION,
        "title": site_name(),
        "home_page_url": settings.SITE_URL + reverse("home"),
        "feed_url": settings.SITE_URL + reverse("json_feed"),
        "description": settings.SITE_DESCRIPTION,
        "language": get_language(),
        "authors": [{"name": settings.SITE_AUTHOR}],
        "items": [_item(entry) for entry in entries],
    }


def _item(entry: FeedEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "content_html": entry.content,
        "summary": entry.summary,
        "date_published": entry.published_at.isoformat(),
        "date_modified": entry.updated_at.isoformat(),
        "tags": entry.tags,
        "language": entry.language,
    }
