"""COinS: a citation in the title of an empty element, which Zotero offers as an item.

https://en.wikipedia.org/wiki/COinS. The format is Dublin Core, the one in which Zotero reads the
kind of an item: a preprint.
"""

from __future__ import annotations

from urllib.parse import urlencode

from digest.readers.citations.reference import Reference

MOST_AUTHORS = 30  # A page has many papers. The files have all authors.


def coins(reference: Reference) -> str:
    """Return the citation as the query of an OpenURL."""
    pairs = [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", "info:ofi/fmt:kev:mtx:dc"),
        ("rft.type", "preprint"),
        ("rft.title", reference.title),
        *(("rft.au", author) for author in reference.authors[:MOST_AUTHORS]),
        ("rft.date", reference.iso_date),
        ("rft.publisher", "arXiv"),
        ("rft_id", f"info:doi/{reference.doi}"),
        ("rft_id", reference.url),
    ]
    return urlencode(pairs, safe="/:")
