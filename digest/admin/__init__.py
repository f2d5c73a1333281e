"""The editors' pages: a day's papers, posts and their entries, tags, accounts, schedules."""

from digest.admin import accounts, listings, posts, schedules, tags

__all__ = ["accounts", "listings", "posts", "schedules", "tags"]
