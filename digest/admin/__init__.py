"""The editors' pages: papers of a day, posts, corrections, tags, people, schedules, language."""

from digest.admin import (
    accounts,
    corrections,
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
    "language",
    "listings",
    "posts",
    "schedules",
    "sign_in",
    "sign_in_log",
    "tags",
    "way",
]
