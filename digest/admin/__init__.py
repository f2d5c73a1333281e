"""The editors' pages: the desk, a day's papers, posts, corrections, tags, people, schedules."""

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
from digest.admin.desk import views

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
    "views",
    "way",
]
