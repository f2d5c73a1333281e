"""Stored pages: a public page is made once a change, and then answered like a file.

`docs/architecture.md` explains how. The functions that read public rows tell the keys that a page
depends on (`keys`); PostgreSQL records which keys a transaction changes (`changes`); a stored page
counts while none of its keys has changed since it was made (`rows`).
"""

from digest.readers.pages.keys import Kind, tell, tell_between, tell_unstored, tell_until

__all__ = ["Kind", "tell", "tell_between", "tell_unstored", "tell_until"]
