"""The headline of a digest: its title, or its papers where the title says nothing."""

from __future__ import annotations

import re
from calendar import day_abbr, day_name, month_abbr, month_name

from django.conf import settings
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import get_language, npgettext

from digest.models import Post

NAME_LENGTH = 60  # Characters.

_DATE_WORDS = {
    *(each.casefold() for names in (month_name, month_abbr, day_name, day_abbr) for each in names),
    *("st", "nd", "rd", "th", "of"),
    *("년", "월", "일", "요일", *(f"{day}요일" for day in "월화수목금토일")),
}
_WORD = re.compile(r"[^\W\d_]+")
# "Fast-dLLM v2: Efficient …" has a name before its colon, "Position: We need …" has none.
_NAME = re.compile(r"\S[^:]{0,38}[A-Z\d][^:]{0,38}?(?=: )")


def says_nothing(title: str) -> bool:
    """Return whether a title is only SITE_TITLE, a date, or both ("Daily Papers — 2025-10-08")."""
    rest = re.sub(re.escape(settings.SITE_TITLE), " ", title, flags=re.IGNORECASE)
    return {word.casefold() for word in _WORD.findall(rest)} <= _DATE_WORDS


def headline(post: Post) -> str:
    """Return what a digest is called for readers, in the active language.

    A title that says nothing becomes "BrowserAgent and 36 more". The post needs its
    `public_entries` with their papers.
    """
    if not says_nothing(post.public_title) or not post.public_entries:
        return post.public_title
    first, *others = (entry.paper for entry in post.public_entries)
    name = short_name(first.title_plain)
    if not others:
        return name
    said = npgettext(
        "headline", "%(name)s and %(count)s more", "%(name)s and %(count)s more", len(others)
    )
    return said % {"name": name, "count": len(others)}


def title_or_date(post: Post) -> str:
    """Return a digest's title, or its date in words where the title says nothing.

    It is for places that do not read the digest's papers.
    """
    said = says_nothing(post.public_title)
    return date_format(post.date, "DATE_FORMAT") if said else post.public_title


def language_of_title(post: Post) -> str:
    """Return the language of what the two functions above return: that of the title's writer."""
    return (get_language() or "") if says_nothing(post.public_title) else post.language


def short_name(title: str) -> str:
    """Return the name that a paper's title begins with ("BrowserAgent: …"), or its beginning."""
    name = _NAME.match(title)
    return name[0] if name else Truncator(title).chars(NAME_LENGTH)
