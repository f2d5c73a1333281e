"""The context that every page gets: facts about the site."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, str]:
    return frame() | {"canonical_url": settings.SITE_URL + request.path}


def frame() -> dict[str, str]:
    """Return what the frame of each page shows, with a request or without."""
    return {
        "site_title": settings.SITE_TITLE,
        "site_description": settings.SITE_DESCRIPTION,
        "site_language": settings.LANGUAGE_CODE,
        "site_author": settings.SITE_AUTHOR,
        "site_url": settings.SITE_URL,
    }
