"""The editors' pages: a day's papers, posts and their entries, tags, accounts."""

from digest.admin import accounts, listings, posts, tags

__all__ = ["accounts", "listings", "posts", "tags"]
