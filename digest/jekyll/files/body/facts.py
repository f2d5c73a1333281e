"""Reads the facts of a paper that a file labels: institution, abstract, upvotes.

Such texts were often scraped from web pages. A missing institution is ``·8 authors``, or has the
page's counts at its end (``Google2``, ``·5 authors11``). An abstract may be the head of the page
instead. These are not read as institutions or abstracts.
"""

import re
from collections.abc import Iterable

from digest.jekyll.files.document import Fault
from papers.text.cleaning import fold

MAX_ABSTRACT_CHARS = 20_000
MAX_ORGANIZATION_CHARS = 200
MAX_UPVOTES = 1_000_000

_NOT_AN_ABSTRACT = re.compile(r"Papers arxiv:|Papers\b.{0,600}\bUpvote [0-9]+", re.IGNORECASE)
_AUTHORS = re.compile(r"·[ \t]*[0-9,]{1,20} authors?(?P<count>[0-9.k]*)")
_COUNT = re.compile(r"(?<=[^\W\d_]|\))[0-9]+(?:\.[0-9]+)?k?[0-9]*$")


def has_counts(lines: Iterable[str]) -> bool:
    """Return whether a file's institutions were scraped together with counts."""
    return any(match["count"] for line in lines if "·" in line for match in _AUTHORS.finditer(line))


def upvotes(text: str) -> int | None:
    """Return the number of upvotes, or None if it cannot be one."""
    digits = text.replace(",", "")
    if digits and len(digits) <= len(str(MAX_UPVOTES)) and int(digits) <= MAX_UPVOTES:
        return int(digits)
    return None


def organization(text: str, *, counted: bool) -> tuple[str, str]:
    """Return the institution, and a notice if it was not taken as it is written.

    A count at its end is removed if the file's institutions are ``counted``.
    """
    name = fold(text)
    if _AUTHORS.fullmatch(name):
        return "", ""
    if len(name) > MAX_ORGANIZATION_CHARS:
        return "", f"institution: {len(name):,} chars, left empty"
    kept = _COUNT.sub("", name) if counted else name
    return kept, "" if kept == name else f"institution: {name!r} taken as {kept!r}"


def abstract(text: str, line: int) -> tuple[str, str]:
    """Return the abstract, and a notice if none was taken. Raises Fault if it is too long."""
    abstract = fold(text)
    if _NOT_AN_ABSTRACT.match(abstract):
        return "", "abstract: the head of a web page, not taken"
    if len(abstract) > MAX_ABSTRACT_CHARS:
        raise Fault(line, f"abstract: {len(abstract):,} chars, limit {MAX_ABSTRACT_CHARS:,}")
    return abstract, ""
