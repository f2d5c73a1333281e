"""The release that a page is made by: two releases side by side do not share pages."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from pathlib import Path

from django.conf import settings

_FOLDERS = ("digest", "papers", "templates", "static")
SHOWN = (
    "ALPHAXIV_URL",
    "ARXIV_URL",
    "CATCH_UP_DAYS",
    "CONTACT_EMAIL",
    "CONTENT_SECURITY_POLICY",
    "FEED_DELAY",
    "HUGGINGFACE_URL",
    "LANGUAGES",
    "LANGUAGE_CODE",
    "PUBLIC",
    "SECURE_HSTS_SECONDS",
    "SITE_AUTHOR",
    "SITE_DESCRIPTION",
    "SITE_TITLE",
    "SITE_URL",
    "TIME_ZONE",
)
"""The settings that a page shows."""


@cache
def release() -> str:
    """Return the hash of all that pages are made by: code, templates, texts, packages, settings."""
    root = Path(settings.BASE_DIR)
    found = blake2b(sys.version.encode(), digest_size=16)
    for path in sorted(_files(root)):
        found.update(f"{path.relative_to(root)}".encode())
        found.update(path.read_bytes())
    for name in SHOWN:
        found.update(f"{name}={getattr(settings, name)!r}".encode())
    return found.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    yield from root.glob("requirements*.txt")
    for folder in _FOLDERS:
        for path in (root / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path
