"""The editors' pages: the desk, a day's papers, posts, corrections, tags, people, schedules."""

from digest.admin import (
    accounts,
    corrections,
    desk,
    language,
    listings,
    posts,
    schedules,
    sign_in,
    sign_in_log,
    tags,
    way,
)

__all__ = [
    "accounts",
    "corrections",
    "desk",
    "language",
    "listings",
    "posts",
    "schedules",
    "sign_in",
    "sign_in_log",
    "tags",
    "way",
]
