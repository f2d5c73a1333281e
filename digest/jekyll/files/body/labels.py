"""Reads labelled lines below a paper's title: institution, abstract, upvotes, sections, links."""

import re
from dataclasses import dataclass

from digest.jekyll.files.finding import lookup, marks, titles
from papers import kinds

_LEAD = re.compile(r"(?P<indent>[ \t]*)(?P<bullet>(?:[-*+]|[0-9]{1,3}[.)])[ \t]+)?(?:>[ \t]*)?")
_PLAIN_LABEL = re.compile(r"(?P<label>[^\n:：*_]{1,60}?)[ \t]*[:：][ \t]*")
_BOLD_LABEL = re.compile(
    r"(?P<marks>\*\*|__)(?P<label>[^\n*_]{1,60}?)(?:[ \t]*[:：][ \t]*(?P=marks)"
    r"|(?P=marks)[ \t]*[:：]|(?P=marks)[ \t]*\Z)[ \t]*"
)
_HTML_LINK = re.compile(
    r"<a\b[^<>\n]{0,200}?\bhref=[\"']([^\"'\s<>]{1,300})[\"'][^<>\n]{0,200}>([^<\n]{0,200})</a>"
)
_LINK = re.compile(r"\[([^\[\]\n]{0,300})\]\(([^()\s]{0,300})(?:[ \t]+\"[^\"\n]{0,200}\")?\)")
_ADDRESS = re.compile(r"<?https?://[!-~]{1,300}")
_DIGITS = re.compile(r"([0-9][0-9,]*)[ \t]*")
_LONGEST_LINKS = 2_000  # characters of a line that may consist of links


@dataclass(frozen=True, slots=True)
class Label:
    """What the label of a line announces: a fact's name, or a kind of section.

    ``begin`` is where the labelled text begins in the line, and ``heading`` the span of the label.
    ``end`` is where the text ends, if that is not the end of the line.
    """

    fact: str
    kind: str
    begin: int
    indent: int
    has_bullet: bool
    heading: tuple[int, int] = (0, 0)
    end: int | None = None


def of(line: str) -> Label | None:
    """Return the label of a line that announces a fact or a section, or None."""
    lead = _LEAD.match(line)
    begin = lead.end() if lead else 0
    rest = line[begin : begin + 200]
    bold = _BOLD_LABEL.match(rest)
    match = bold or _PLAIN_LABEL.match(rest)
    if match is None or lead is None or not (bold or lead["bullet"] or lookup.fact(match["label"])):
        return None
    fact = lookup.fact(match["label"])
    kind = "" if fact else lookup.own_kind(match["label"])
    if not fact and kind == kinds.OTHER:
        return None
    return Label(fact, kind, begin + match.end(), indent(line), bool(lead["bullet"]))


def known(line: str) -> Label | None:
    """Return the label of a bullet that only names a kind of section: ``- Method``."""
    begin, has_bullet = lead(line)
    text = line[begin:].rstrip(" \t")
    kind = lookup.kind(text) if has_bullet else kinds.OTHER
    if kind == kinds.OTHER:
        return None
    end = begin + len(text)
    return Label("", kind, end, indent(line), has_bullet, heading=(begin, end))


def heading(line: str) -> Label | None:
    """Return the label of a bullet that says nothing else, if it is no known one: ``- Data:``."""
    begin, has_bullet = lead(line)
    match = _PLAIN_LABEL.fullmatch(line[:200].rstrip(" \t"), begin)
    if not has_bullet or match is None or lookup.is_link_label(match["label"]):
        return None
    span = match.span("label")
    return Label("", kinds.OTHER, match.end(), indent(line), has_bullet, heading=span)


def lead(line: str) -> tuple[int, bool]:
    """Return where the text of a line begins, and whether a bullet stands before it."""
    match = _LEAD.match(line)
    return (match.end(), bool(match["bullet"])) if match else (0, False)


def indent(line: str) -> int:
    """Return the columns of white space before a line's text."""
    return len(line[: len(line) - len(line.lstrip(" \t"))].expandtabs(4))


def is_lead(line: str) -> bool:
    """Return whether a line begins with a label in bold, known or not."""
    begin = lead(line)[0]
    return bool(_BOLD_LABEL.match(line[begin : begin + 200]))


def votes(line: str, label: Label | None = None) -> tuple[int, int] | None:
    """Return where the count stands in a line that says nothing but a count of upvotes."""
    if len(line) > 200:
        return None
    if label and label.fact == lookup.UPVOTES and (match := _DIGITS.fullmatch(line, label.begin)):
        return match.span(1)
    span = titles.upvotes(line)
    rest = line[: span[0]] + line[span[1] :] if span else ""
    return span if all(map(_says_upvotes, re.findall(r"\w+", rest))) else None


def _says_upvotes(word: str) -> bool:
    return lookup.fact(word) == lookup.UPVOTES


def only_links(line: str, identifier: str = "") -> bool:
    """Return whether a line says nothing but where a paper is found: that follows from its id.

    Without ``identifier`` it may be any paper, but a single one.
    """
    if len(line) > _LONGEST_LINKS:
        return False
    names = list(marks.ids(line))
    if len(names) != 1 or (identifier and names[0] != identifier):
        return False
    if any(not list(marks.found(link[2])) for link in _LINK.finditer(line)):
        return False  # It leads elsewhere too.
    text = _LINK.sub(lambda link: link[1], line)
    text = "".join(_without_mentions(text))
    return lookup.is_link_label(text) and not _ADDRESS.search(text)


def says_only_where(text: str, identifier: str) -> bool:
    """Return whether a text says nothing but where a paper is found, or nothing at all."""
    text = _HTML_LINK.sub(r"[\2](\1)", text[:_LONGEST_LINKS]) + text[_LONGEST_LINKS:]
    return only_links(text, identifier) or (
        lookup.is_link_label(text) and not next(marks.ids(text), "")
    )


def _without_mentions(text: str) -> list[str]:
    pieces, at = [], 0
    for begin, end, _ in marks.found(text):
        pieces.append(text[at:begin])
        at = end
    return [*pieces, text[at:]]
