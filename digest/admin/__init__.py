"""The editors' pages: papers of a day, posts, corrections, tags, accounts, sign-ins, schedules."""

from digest.admin import (
    accounts,
    corrections,
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
    "listings",
    "posts",
    "schedules",
    "sign_in",
    "sign_in_log",
    "tags",
    "way",
]
