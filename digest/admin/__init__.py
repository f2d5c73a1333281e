"""The editors' pages: the desk, a day's papers, posts, corrections, tags, people, schedules."""

from digest.admin import (
    accounts,
    audit,
    corrections,
    desk,
    entrance,
    language,
    listings,
    passwords,
    posts,
    redirects,
    schedules,
    sign_in,
    sign_in_log,
    tags,
    two_factor,
    way,
)

__all__ = [
    "accounts",
    "audit",
    "corrections",
    "desk",
    "entrance",
    "language",
    "listings",
    "passwords",
    "posts",
    "redirects",
    "schedules",
    "sign_in",
    "sign_in_log",
    "tags",
    "two_factor",
    "way",
]
