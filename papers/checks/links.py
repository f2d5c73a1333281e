"""Checks where a section's links lead: to hosts that belong to the paper, over http(s)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from html import unescape
from urllib.parse import SplitResult

from django.utils.translation import gettext_noop

from papers.checks import prose
from papers.checks.base import Check, Claim, Finding, Level, PaperText, Term
from papers.text import addresses

NAME = "links"
VERSION = 2

HOSTS = frozenset({"arxiv.org", "alphaxiv.org", "doi.org", "huggingface.co"})
"""Hosts that any paper's summary may link to. Their subdomains are allowed too."""

_MESSAGES = {
    "no_web_address": gettext_noop("“%(text)s” is no web address."),
    "bare_host": gettext_noop("“%(text)s” leads to a bare address or a machine without a name."),
    "unknown_host": gettext_noop("“%(text)s” leads to a host that the paper does not name."),
}
_WEB = re.compile(r"\bhttps?://[^\s<>\"'(){}\[\]]{1,2000}")
_TARGET = re.compile(
    r"""
      (?<=\]\()\s{0,3}<?(?P<inline>[^\s<>()]{1,2000}(?:\([^\s<>()]{0,200}\)[^\s<>()]{0,200})?)
    | ^\ {0,3}\[[^\[\]\n^]{1,200}\]:\s{1,3}<?(?P<reference>[^\s<>]{1,2000})
    | \bhref\s{0,3}=\s{0,3}["']?(?P<href>[^\s"'<>]{1,2000})
    | (?P<bare>\b(?:https?|ftp)://(?:\[[^\[\]\s]{1,50}\])?[^\s<>"')\]]{1,2000}
        |(?<=<)[a-zA-Z][a-zA-Z0-9+.-]{1,20}:[^\s<>]{1,2000}(?=>)
        |(?<=<)[^\s<>@]{1,200}@[^\s<>@]{1,200}(?=>))
    """,
    re.VERBOSE | re.MULTILINE,
)


def check(markdown: str, hosts: Collection[str] = (), source: str = "") -> list[Finding]:
    """Return warnings for links to hosts other than `HOSTS` and the paper's own hosts.

    The paper's own are `hosts` and the hosts of addresses in `source`, the paper's text.
    """
    known = HOSTS | _named(source) | {_bare(host) for host in hosts if host}
    return [
        _finding(markdown, start, end, code)
        for start, end in targets(markdown)
        if (code := _fault(markdown[start:end], known))
    ]


def targets(markdown: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of link targets, as written, without footnotes and places on the page."""
    for match in _TARGET.finditer(prose.markup(markdown)):
        name = match.lastgroup or ""
        target = match[name].rstrip(".,;:!?*_" if name == "bare" else "")
        if target and not target.startswith("#"):
            yield match.start(name), match.start(name) + len(target)


def address(target: str) -> SplitResult | None:
    """Return a link's target as a browser reads it, or None if a browser cannot read it."""
    try:
        parts = addresses.split(re.sub(r"[\x00-\x20]", "", unescape(target).replace("\\", "")))
        return parts._replace(netloc=parts.hostname or "")
    except ValueError:
        return None


@lru_cache(maxsize=16)
def _named(source: str) -> frozenset[str]:
    found = (address(match[0]) for match in _WEB.finditer(source))
    return frozenset(_bare(parts.netloc) for parts in found if parts and parts.netloc)


def _bare(host: str) -> str:
    return host.lower().removeprefix("www.").rstrip(".,;:")


def _fault(target: str, known: Collection[str]) -> str:
    parts = address(target)
    if parts is None or parts.scheme in ("", "mailto"):
        return "no_web_address"
    if parts.scheme not in ("http", "https"):
        return ""  # the page does not show it; `markup` reports that
    host = parts.netloc.rstrip(".")
    if "." not in host or re.fullmatch(r"[0-9a-fx.:]*[0-9.:][0-9a-fx.:]*", host):
        return "bare_host"
    above = (host.split(".", at)[at] for at in range(host.count(".")))
    return "" if any(name in known for name in above) else "unknown_host"


def _finding(markdown: str, start: int, end: int, code: str) -> Finding:
    text = markdown[start:end]
    data = {"text": prose.shown(text)}
    return Finding(NAME, Level.WARNING, code, _MESSAGES[code], start, end, text=text, data=data)


def _of_section(claim: Claim, paper: PaperText, glossary: Sequence[Term]) -> list[Finding]:
    return check(claim.markdown, paper.hosts, paper.text)


CHECK = Check(NAME, VERSION, section=_of_section)
