"""Pages that only the files have: what needs the server says so, and old addresses lead on."""

from __future__ import annotations

import json
from html import escape

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from digest.readers.context import frame

_REFRESH = """\
<!doctype html>
<html lang="{language}">
<meta charset="utf-8">
<title>{url}</title>
<meta name="robots" content="noindex">
<link rel="canonical" href="{url}">
<meta http-equiv="refresh" content="0; url={target}">
<p><a href="{target}">{url}</a></p>
</html>
"""
_PAPERS = (
    "This copy of the site is files, and papers.json needs the server. Each paper is at"
    " /papers/ID.json; /sitemap-papers.xml lists the papers with the day of their last change."
)


def elsewhere(target: str) -> bytes:
    """Return a page that leads to a path or a URL. Without one it says that the page is gone."""
    if not target:
        with translation.override(settings.LANGUAGE_CODE):
            return render_to_string("410.html", frame()).encode()
    url = target if "://" in target else settings.SITE_URL + target
    page = _REFRESH.format(language=settings.LANGUAGE_CODE, url=escape(url), target=escape(target))
    return page.encode()


def notice(template: str, language: str) -> bytes:
    """Return a page of `templates/export/` in a language."""
    with translation.override(language):
        context = frame() | {"contact_email": settings.CONTACT_EMAIL}
        return render_to_string(f"export/{template}", context).encode()


def changed_papers() -> bytes:
    """Return what stands at `/papers.json`, in the form of its other errors."""
    return (json.dumps({"error": _PAPERS}, indent=2) + "\n").encode()
