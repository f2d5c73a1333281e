"""The editors' pages: papers of a day, posts, tags, accounts, sign-ins, schedules."""

from digest.admin import (
    accounts,
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
    "listings",
    "posts",
    "schedules",
    "sign_in",
    "sign_in_log",
    "tags",
    "way",
]
