"""What a draft was made from: the abstract, the full text, or those parts of it that could be read.

Parts are stored by their kinds: "parts:introduction,results". A release that knows no parts shows
such a draft without its scope.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from papers.fulltext.base import Kind

PARTS = "parts:"
LENGTH = 120
"""Characters, which have room for every kind of part."""


class Scope(models.TextChoices):
    """The text that a draft was made from, if it was a whole one."""

    UNKNOWN = "", _("unknown")
    ABSTRACT = "abstract", _("abstract")
    FULL_TEXT = "full_text", _("full text")


_NAMES = {
    Kind.ABSTRACT: pgettext_lazy("part of a paper", "abstract"),
    Kind.INTRODUCTION: pgettext_lazy("part of a paper", "introduction"),
    Kind.RELATED: pgettext_lazy("part of a paper", "related work"),
    Kind.METHOD: pgettext_lazy("part of a paper", "method"),
    Kind.RESULTS: pgettext_lazy("part of a paper", "results"),
    Kind.DISCUSSION: pgettext_lazy("part of a paper", "discussion"),
    Kind.LIMITATIONS: pgettext_lazy("part of a paper", "limitations"),
    Kind.CONCLUSION: pgettext_lazy("part of a paper", "conclusion"),
    Kind.APPENDIX: pgettext_lazy("part of a paper", "appendix"),
    Kind.OTHER: pgettext_lazy("part of a paper", "other sections"),
}


def of_text(kinds: Iterable[str], gap: str) -> str:
    """Return the scope of a draft that was made from parts of these kinds, in this order.

    `gap` is the sign that their text is not the whole paper. If it is "", the text was whole.
    """
    return (PARTS + ",".join(dict.fromkeys(map(str, kinds))))[:LENGTH] if gap else Scope.FULL_TEXT


def names_of_parts(scope: str) -> str:
    """Return the parts of a scope in words, or "" if it is no scope of parts."""
    kinds = scope.removeprefix(PARTS).split(",") if scope.startswith(PARTS) else []
    return ", ".join(str(_NAMES[Kind(kind)]) for kind in kinds if kind in _NAMES)


def in_words(scope: str) -> str:
    """Return a scope as editors read it. An unknown one stays as it is."""
    if parts := names_of_parts(scope):
        return gettext("parts of the full text: %(parts)s") % {"parts": parts}
    return str(dict(Scope.choices).get(scope, scope))
