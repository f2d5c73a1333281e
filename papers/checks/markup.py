"""Finds markup that no page shows, because the renderer and the sanitiser remove it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_noop

from papers.checks import prose
from papers.checks.base import Check, Claim, Finding, Level, PaperText, Term
from papers.checks.links import address, targets
from papers.text.markup import FOREIGN, WRAPPERS
from papers.text.sanitising import TEXT_ATTRIBUTES, TEXT_TAGS

NAME = "markup"
VERSION = 1

_MESSAGES = {
    "element": gettext_noop("“%(text)s” is taken out of the page."),
    "attribute": gettext_noop("“%(text)s” is taken out of its element."),
    "image": gettext_noop("The image “%(text)s” is not shown."),
    "link": gettext_noop("The link “%(text)s” is taken out of the page."),
}
# What Markdown takes for a tag. "a<b and c>d" is not a tag, and "<think>" is a word.
_TAG = re.compile(
    r"</?([a-zA-Z][^\s<>/]{0,40})(\s{0,9}/?|\s{1,9}[\w:-]{1,40}\s{0,3}=[^<>]{0,2000})>"
)
_ATTRIBUTE = re.compile(r"""(?<=[\s"'])([\w:-]{1,40})\s?=\s?(?:"[^"]*"|'[^']*'|[^\s"'>]+)""")
_HIDDEN = re.compile(r"<!--(?:(?!<!--|-->)[\s\S])*-->|<\?\w[^<>]{0,2000}\?>")
_IMAGE = re.compile(r"!\[[^\[\]\n]{0,500}\](?:\([^()\n]{0,2000}\)|\[[^\[\]\n]{0,200}\])")


def check(markdown: str) -> list[Finding]:
    """Return errors for elements, attributes, images and links that a page will not have."""
    text = prose.markup(markdown)
    spans = [(*match.span(), "image") for match in _IMAGE.finditer(text)]
    spans += [(*match.span(), "element") for match in _HIDDEN.finditer(text)]
    spans += _tags(text)
    spans += [(start, end, "link") for start, end in targets(markdown) if _acts(text[start:end])]
    return [
        Finding(
            NAME,
            Level.ERROR,
            code,
            _MESSAGES[code],
            start,
            end,
            text=markdown[start:end],
            data={"text": prose.shown(markdown[start:end])},
        )
        for start, end, code in sorted(spans)
    ]


def _tags(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _TAG.finditer(text):
        name = match[1].lower()
        if name in WRAPPERS or name in FOREIGN:
            yield *match.span(), "element"
        elif name in TEXT_TAGS:
            allowed = TEXT_ATTRIBUTES.get(name, set())
            for attribute in _ATTRIBUTE.finditer(text, *match.span(2)):
                if attribute[1].lower() not in allowed:
                    yield *attribute.span(), "attribute"


def _acts(target: str) -> bool:
    """Return whether an address is of a kind that no page holds: "javascript:", "data:"."""
    parts = address(target)
    return parts is not None and parts.scheme not in ("", "http", "https", "mailto")


def _of_section(claim: Claim, paper: PaperText, glossary: Sequence[Term]) -> list[Finding]:
    return check(claim.markdown)


CHECK = Check(NAME, VERSION, section=_of_section)
