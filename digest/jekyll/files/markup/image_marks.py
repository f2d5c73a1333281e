"""Finds images, attribute lists, Liquid tags, and the like of other builders, in a Markdown text.

The patterns are bounded, and never read a character twice for long: text of any kind takes linear
time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

from digest.jekyll.files.markup.inline_code import HIDDEN, masked

_OUTPUT = r"\{\{[^{}\n]{0,300}\}\}|\{%[^%\n]{0,300}%\}"
_SIGN = rf"(?:{_OUTPUT}|[^\s()<>{{]|\{{(?![{{%])|\([^\s()]{{0,500}}\))"
_ADDRESS = rf"(?:<[^<>\n]{{0,2000}}>|{_SIGN}{{0,4000}}+)"
_TITLE = r"""(?:[ \t]+(?:"[^"\n]{0,500}"|'[^'\n]{0,500}'))?[ \t]*"""
_ALT = r"(?:[^\[\]\\\n]|\\.|\[[^\[\]\n]{0,200}\]){0,1000}+"
_IMAGE = rf"(?<!\\)!\[{_ALT}\]\([ \t]*{_ADDRESS}{_TITLE}\)"
_QUOTED = r"""(?:"[^"\n]{0,4000}"|'[^'\n]{0,4000}'|[\w%.-]{1,100})"""
_PIECE = re.compile(
    rf"""
      (?P<linked>\[{_IMAGE}\]\({_ADDRESS}{_TITLE}\))
    | (?P<image>{_IMAGE})
    | (?<!\\)!\[(?P<alt>{_ALT})\](?:\[(?P<reference>[^\[\]\n]{{0,200}})\])?(?![(\[])
    | (?P<tag><(?i:img)\b[^<>]{{0,4000}}>)
    | ^(?:[-*+]|[0-9]{{1,3}}[.)])[ \t]+[^\n]{{0,100}}\n\{{:[ \t]*toc[^{{}}\n]{{0,100}}\}}[ \t]*$
    | ^[ \t>]{{0,100}}\{{:(?![:/])[^{{}}\n]{{1,4000}}\}}[ \t]*$
    | \{{:[ \t]*(?:(?:[.\#][A-Za-z_-][\w:-]{{0,100}}|[\w:-]{{1,100}}={_QUOTED})[ \t]*){{1,50}}+\}}
    | (?P<heading>[ \t]\{{\#[\w:.-]{{1,100}}\}})(?=[ \t]{{0,100}}$)
    | \{{::[a-z]{{1,20}}(?:[ \t][^{{}}\n]{{0,200}})?\}} | \{{:/[a-z]{{0,20}}\}}
    | (?<!\()(?P<liquid>\{{%(?:[^%\n{{]|\{{(?!%)|%(?!\}})){{0,2000}}+%\}}
      | ^import[ \t][^\n]{{1,300}}[ \t]from[ \t]["'][^"'\n]{{1,300}}["'];?[ \t]*$
      | \{{\{{[<%][^{{}}\n]{{0,2000}}[>%]\}}\}})
    """,
    re.VERBOSE | re.MULTILINE,
)
_COMMENT = re.compile(r"\{%-?[ \t]*comment[ \t]*-?%\}|\{::comment\}")
_COMMENT_ENDS = {
    "%": re.compile(r"\{%-?[ \t]*endcomment[ \t]*-?%\}"),
    ":": re.compile(r"\{:/(?:comment)?\}"),
}
_NO_MARK = re.compile(r"\{%-?[ \t]*(?:end)?(?:highlight|comment)\b")  # It tells what its text is.
_DEFINITION = re.compile(r"^ {0,3}\[([^\[\]\n]{1,200})\]:[ \t]*(\S{1,4000})", re.MULTILINE)
_SOURCE = re.compile(
    rf"""(?i:\bsrc)[ \t\n]{{0,20}}=[ \t\n]{{0,20}}(?P<value>{_QUOTED}|[^\s>]{{1,2000}})"""
)
_IN_BRACKETS = re.compile(rf"\]\([ \t]*({_ADDRESS})")
_FILE = re.compile(r"""["']([^"'\n]{1,2000}\.(?:png|jpe?g|gif|svg|webp|avif))["']""", re.IGNORECASE)


class Span(NamedTuple):
    """A place in a text, and the addresses of the images there."""

    start: int
    stop: int
    addresses: tuple[str, ...] = ()


def spans(markdown: str) -> list[Span]:
    """Return the places in order. None overlap, and none are side by side."""
    text, hidden = _without_comments(masked(markdown))
    references = {name.casefold(): address for name, address in _DEFINITION.findall(text)}
    found = (_span(match, text, references) for match in _PIECE.finditer(text))
    joined: list[Span] = []
    for span in sorted([*hidden, *filter(None, found)]):
        if joined and joined[-1].stop == span.start:
            last = joined.pop()
            span = Span(last.start, span.stop, last.addresses + span.addresses)
        joined.append(span)
    return joined


def _without_comments(text: str) -> tuple[str, list[Span]]:
    """Hide what the old blog never showed, and return where it is."""
    parts, hidden, done = [], [], 0
    while begin := _COMMENT.search(text, done):
        end = _COMMENT_ENDS[begin[0][1]].search(text, begin.end())
        if end is None:
            break
        hidden.append(Span(begin.start(), end.end()))
        parts += [text[done : begin.start()], HIDDEN * (end.end() - begin.start())]
        done = end.end()
    return "".join([*parts, text[done:]]), hidden


def _span(match: re.Match[str], text: str, references: dict[str, str]) -> Span | None:
    """Return a piece with its addresses, or None for what only looks like one."""
    if match["heading"] and not text[text.rfind("\n", 0, match.start()) + 1 :].startswith("#"):
        return None
    if match["liquid"] and _NO_MARK.match(match["liquid"]):
        return None
    if match["alt"] is not None:
        address = references.get((match["reference"] or match["alt"]).casefold())
        return Span(match.start(), match.end(), (address,)) if address else None
    return Span(match.start(), match.end(), tuple(_addresses(match)))


def _addresses(match: re.Match[str]) -> Iterator[str]:
    if written := match["image"] or match["linked"]:
        yield _IN_BRACKETS.findall(written)[0].strip("<>")
    elif match["tag"] and (source := _SOURCE.search(match["tag"])):
        yield unescape(source["value"].strip("\"'"))
    elif match["liquid"]:
        yield from _FILE.findall(match["liquid"])
