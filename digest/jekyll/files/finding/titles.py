"""Finds a paper's title, and what else is said of it, in the line that begins it."""

import re
import unicodedata
from dataclasses import dataclass

from digest.jekyll.files.finding import additions, lookup, marks
from digest.jekyll.files.lines import unescape
from digest.jekyll.files.outline import BREAK
from papers import arxiv_id
from papers.text.cleaning import fold

_COUNT = r"(?P<{0}>[0-9][0-9,]*)(?![0-9.]*[^\W\d_])"
_UPVOTES = re.compile(
    rf"(?:👍|⬆️?|🔺|▲)[ \t]*{_COUNT.format('a')}"
    rf"|(?<![\w.,])(?P<b>[0-9][0-9,]*)[ \t]*(?:👍|upvotes?\b|likes?\b|추천\b)"
    rf"|\b(?:upvotes?|likes?|좋아요|추천)[ \t]*[:：]?(?:\*\*)?[ \t]*{_COUNT.format('c')}",
    re.IGNORECASE,
)
_BARE_ID = re.compile(rf"[\[(【（]({arxiv_id.PATTERN})(?:v[0-9]{{1,3}})?[\])】）](?!\()")
_BARE_ID_AT_END = re.compile(_BARE_ID.pattern + r"\Z")
_ATTRIBUTES = re.compile(r"[ \t]*\{[#:][^{}]{0,100}\}\Z")
_NUMBER = re.compile(
    r"(?:(?:paper|논문|안건|발표|agenda|item|topic|議題|議案|议题)[ \t]*)?"
    r"[0-9]{1,3}[.):](?![0-9])[ \t]+|[①-⑳][ \t]*|[0-9]{1,3}\ufe0f?\u20e3[ \t]*"
    r"|\[[0-9]{1,3}\][ \t]+(?=\w)",
    re.IGNORECASE,
)
_LONGEST_TAG = 300  # characters of a link in HTML, without its text
_LONGEST_COUNT = 40  # characters in which a line begins with a count
_LONGEST_ID = 40  # characters, with brackets and version
_AROUND = f" \t\n{BREAK}-–—:|·•,"
_BOLD = (("**", "**"), ("<b>", "</b>"), ("<strong>", "</strong>"))
_ENTRY = re.compile(r"\[[0-9]{1,4}\][ \t]+(?!\()")
_REFERRED = re.compile(r"\[(?P<text>[^\[\]\n]{1,500})\]\[[^\[\]\n]{0,60}\]")
_ANCHOR = re.compile(
    r"(?:<(?!a\b)[a-z]{1,10}\b[^<>\n]{0,300}>[ \t]*){0,5}"
    r"<a\b[^<>\n]{0,500}>(?:<(?:b|strong|em|i|span)\b[^<>\n]{0,300}>){0,3}"
    r"(?P<text>[^<\n]{1,1000})(?:</(?:b|strong|em|i|span)>){0,3}</a>"
)
_PAIRS = {
    "<b>": "</b>",
    "<strong>": "</strong>",
    "<u>": "</u>",
    "<i>": "</i>",
    "<em>": "</em>",
    "(": ")",
    "[[": "]]",
    "[": "]",
    "**": "**",
    "__": "__",
    "*": "*",
    "“": "”",
    '"': '"',
}
_ORDINAL = re.compile(
    r"(?:paper|no\.?|논문|論文|论文|第|제)?[ \t]*#?[0-9]{1,4}[ \t]*"
    r"(?:本目|번째(?: 논문)?|편|篇|번|件目)?[.:)]?",
    re.I,
)
_ONLY_ID = re.compile(rf"(?:arxiv[: \t]*)?{arxiv_id.PATTERN}(?:v[0-9]{{1,3}})?", re.I)
_ADDRESS = re.compile(r"\]\([^()\s]{0,500}\)|https?://[^\s<>()]{1,500}")
_FOOTNOTE = re.compile(r"(?<=[^\s\[])[ \t]?\[\^[^\[\]\n]{1,40}\]")
_ABBREVIATED = re.compile(r"\.\w?\.\Z")
"""``U.S.``, or dots: the last one is no end of a sentence."""
_SIGNS = re.compile(r"(?:[0-9#*]\ufe0f?\u20e3){1,3}")
_MOST_LINKS = 20  # links of one line that may be the title's
_LONGEST = 20_000  # characters of a line that is looked at for a title


@dataclass(frozen=True, slots=True)
class Title:
    """Where the title stands in a text, and the upvotes after it if there are any."""

    begin: int
    end: int
    upvotes: tuple[int, int] | None = None

    def text(self, line: str) -> str:
        """Return the title on one line, without escapes."""
        return fold(unescape(line[self.begin : self.end]))


def is_link(text: str) -> bool:
    """Return whether the title in a text is that of a link to a paper."""
    return _linked(text[:_LONGEST]) is not None


def find(text: str) -> Title:
    """Return where the title of a paper stands in the text of the line that begins it."""
    text = text[:_LONGEST]
    begin, end = (
        _linked(text)
        or _anchored(text)
        or _unlabelled(text, _behind_count(text))
        or _referred(text)
        or _unlabelled(text, _bold(text))
        or _linked_by_html(text)
        or additions.after_label(text, *_plain(text))
    )
    votes = upvotes(text, end) or upvotes(text, 0, begin)
    return Title(begin, end, votes)


def _unlabelled(text: str, span: tuple[int, int] | None) -> tuple[int, int] | None:
    """Return the span of a title without a label. One in the text of a link is of the title."""
    return span and additions.after_label(text, *span)


def begins_with_count(text: str) -> bool:
    """Return whether a line begins with a count of upvotes, and then has a title in bold."""
    votes = upvotes(text[:_LONGEST_COUNT])
    return bool(votes and _behind_count(text) and votes[1] <= _lead(text))


def is_signed(text: str) -> bool:
    """Return whether a line has a title behind emoji, in bold or a link: ``🔥 **A Tool**``.

    In HTML it may stand alone.
    """
    if text[:1].isspace() or not ("**" in text or "](" in text or text.startswith("<")):
        return False
    begin = _lead(text)
    if begin and text.startswith("[", begin):
        return is_link(text[begin:])
    return (begin > 0 or text.startswith("<")) and bool(_bold(text[begin:]))


def _behind_count(text: str) -> tuple[int, int] | None:
    """Return the span of a title in bold behind emoji, a count or an id: ``📄 **Title**, by A``."""
    begin = _lead(text)
    if number := _BARE_ID.match(text, begin):
        begin = number.end() + len(text[number.end() :]) - len(text[number.end() :].lstrip(_AROUND))
    found = _bold(text[begin:]) if begin else None
    return (found[0] + begin, found[1] + begin) if found else None


def _lead(text: str) -> int:
    """Return where a text begins after emoji and a count of upvotes."""
    match = _SIGNS.match(text)
    begin = match.end() if match else 0
    while begin < len(text) and (text[begin] in " \t" or is_emoji(text[begin])):
        begin += 1
    votes = _UPVOTES.search(text[:_LONGEST_COUNT])
    if votes and votes.start() <= begin < votes.end():
        begin = votes.end() + len(text[votes.end() :]) - len(text[votes.end() :].lstrip(" \t"))
    return begin


def is_ordinal(title: str) -> bool:
    """Return whether a title only counts or is an id: ``1本目``, ``Paper 2``, ``#3``."""
    return bool(_ORDINAL.fullmatch(title) or _ONLY_ID.fullmatch(title))


def begins(text: str, found: Title) -> bool:
    """Return whether a text begins with its title, but for marks, numbers, emoji, votes and ids.

    Authors stand before the title in an entry of a bibliography: ``[1] A. Author. "Title."``.
    """
    if _ENTRY.match(text) and text[found.begin - 1 : found.begin] in ('"', "“"):
        return True
    lead = _UPVOTES.sub("", _BARE_ID.sub("", text[: found.begin]))
    return found.begin < found.end and not re.search(r"[^\W\d]", lead)


def is_id(text: str) -> bool:
    """Return whether a text is the id of a paper and nothing else."""
    return bool(_ONLY_ID.fullmatch(text)) and not text.casefold().startswith("arxiv")


def bare_id(text: str) -> str:
    """Return the id that stands in brackets at one end of a text without anything before it."""
    match = _BARE_ID.match(text) or _BARE_ID_AT_END.search(text[-_LONGEST_ID:])
    return match[1] if match else ""


def upvotes(text: str, begin: int = 0, end: int | None = None) -> tuple[int, int] | None:
    """Return where a count of upvotes stands in a text."""
    match = _UPVOTES.search(text, begin, len(text) if end is None else end)
    return match.span(match.lastgroup or 0) if match else None


def _linked(text: str) -> tuple[int, int] | None:
    """Return the span of the text of a link to a paper, unless it only says where it leads.

    It is the title all the same if the line has no other text.
    """
    for begin, end, _ in list(marks.found(text))[:_MOST_LINKS]:
        closing = begin - 2
        if text[closing:begin] == "](" and not _is_escaped(text, closing):
            opening = _opening(text, closing)
            if opening < 0:
                return None
            rest = text[:opening] + text[text.find(")", end) + 1 or end :]
            linked = text[opening + 1 : closing]
            if lookup.is_link_label(linked) and not _is_bare(rest):
                return None
            if linked.startswith(("http://", "https://")):
                continue
            return opening + 1, closing
    return None


def _is_bare(rest: str) -> bool:
    """Return whether what stands beside a link is no title either."""
    without_links = re.sub(r"\([^()]{0,300}\)", "", _UPVOTES.sub("", rest))
    return lookup.is_link_label(without_links)


def _opening(text: str, closing: int) -> int:
    """Return the index of the bracket that the one at ``closing`` closes, or -1."""
    depth = 0
    for index in range(closing, -1, -1):
        if text[index] in "[]" and not _is_escaped(text, index):
            depth += 1 if text[index] == "]" else -1
            if not depth:
                return index
    return 0 if text.startswith("[") else -1


def _is_escaped(text: str, index: int) -> bool:
    slashes = 0
    while text[index - slashes - 1 : index - slashes] == "\\":
        slashes += 1
    return slashes % 2 == 1


def _bold(text: str) -> tuple[int, int] | None:
    """Return the span of bold text that the line begins with.

    If that only counts (``**[1]** Title``), it is the span of the title after it.
    """
    for opening, closing in _BOLD:
        if text.startswith(opening):
            end = text.find(closing, len(opening))
            number = _NUMBER.match(text, len(opening))
            begin = number.end() if number else len(opening)
            if end < begin:
                return None
            end -= text.endswith(".", begin, end) and not _ABBREVIATED.search(text, begin, end)
            span = _undecorated(text, *_within(text, begin, end))
            return _after_count(text, span, end + len(closing)) or span
    return None


def _after_count(text: str, span: tuple[int, int], end: int) -> tuple[int, int] | None:
    """Return the span of the title that follows a number in bold, or None."""
    if not is_ordinal(text[slice(*span)]) or not re.search(r"[^\W\d]", text[end:]):
        return None
    found = _plain(text[end:])
    return found[0] + end, found[1] + end


def _anchored(text: str) -> tuple[int, int] | None:
    """Return the span of the text of a link in HTML that the line begins with.

    A number or emoji may stand before it.
    """
    begin = _lead(text)
    number = _NUMBER.match(text, begin)
    match = _ANCHOR.match(text, number.end() if number else begin)
    return _within(text, *match.span("text")) if match else None


def _linked_by_html(text: str) -> tuple[int, int] | None:
    """Return the span of the text of a link in HTML to a paper, unless it only says where."""
    for match in list(_ANCHOR.finditer(text))[:_MOST_LINKS] if "<a " in text else ():
        tags = text[match.start() : match.start("text")]
        if next(marks.ids(tags), "") and not lookup.is_link_label(match["text"]):
            return _within(text, *match.span("text"))
    return None


def _referred(text: str) -> tuple[int, int] | None:
    """Return the span of the text of a link that the text begins with: ``[Title][reference]``."""
    match = _REFERRED.match(text)
    if match is None or lookup.is_link_label(match["text"]):
        return None
    return match.span("text")


def _plain(text: str) -> tuple[int, int]:
    """Return the span of the text without links, ids and upvotes around it.

    What follows the mark of a footnote is no title, unless the paper is named behind it.
    """
    footnote = _FOOTNOTE.search(text)
    if footnote and not any(begin > footnote.start() for begin, _, _ in marks.found(text)):
        text = text[: footnote.start()]
    pieces = []
    begin = 0
    for cut_begin, cut_end in _cuts(text):
        pieces.append((begin, cut_begin))
        begin = cut_end
    pieces.append((begin, len(text)))
    if any(text.startswith("<a ", end) for _, end in pieces):  # What follows a link is no title.
        pieces = [span for span in pieces if re.search(r"\w", text[slice(*span)])][:1] or pieces
    begin, end = max(pieces, key=lambda span: _size(text, span))
    return _within(text, *additions.without(text, *_undecorated(text, *_within(text, begin, end))))


def _undecorated(text: str, begin: int, end: int) -> tuple[int, int]:
    """Return the span of a title without emoji, a number, and kramdown's attributes around it."""
    if attributes := _ATTRIBUTES.search(text, max(begin, end - _LONGEST_ID * 3), end):
        end = attributes.start()
    while begin < end and is_emoji(text[end - 1]):
        begin, end = _within(text, begin, end - 1)
    while begin < end and is_emoji(text[begin]):
        begin, end = _within(text, begin + 1, end)
    number = _NUMBER.match(text, begin, end)
    return _within(text, number.end(), end) if number and number.end() < end else (begin, end)


def is_emoji(char: str) -> bool:
    """Return whether a character is a picture, or part of one."""
    return bool(char) and (char in "\ufe0f\u200d" or unicodedata.category(char) == "So")


def _size(text: str, span: tuple[int, int]) -> int:
    """Return how many characters a piece of text has, without the addresses in it."""
    return len(_ADDRESS.sub("", text[slice(*span)]).strip(_AROUND + "()[]*_"))


def _cuts(text: str) -> list[tuple[int, int]]:
    """Return the spans of mentions of a paper and of upvotes, each with its link or brackets."""
    cuts = []
    for begin, end, _ in list(marks.found(text))[:_MOST_LINKS]:
        if text[begin - 2 : begin] == "](":
            begin = max(_opening(text, begin - 2), 0)
            end = text.find(")", end) + 1 or end
        cuts.append(_with_anchor(text, begin, end))
    cuts += [match.span() for match in (_UPVOTES.search(text), _BARE_ID.match(text)) if match]
    if match := _BARE_ID_AT_END.search(text, max(len(text) - _LONGEST_ID, 0)):
        cuts.append(match.span())
    return sorted(cuts)


def _with_anchor(text: str, begin: int, end: int) -> tuple[int, int]:
    """Return the span of an address, with the link in HTML around it if that only says where."""
    opening = text.rfind("<a ", max(begin - _LONGEST_TAG, 0), begin)
    closing = text.find("</a>", end, end + _LONGEST_TAG)
    label = text[end:closing].rpartition(">")[2]
    is_link = opening >= 0 and closing >= 0 and "<" not in text[opening + 1 : begin]
    if is_link and lookup.is_link_label(label):
        return opening, closing + len("</a>")
    return begin, end


def _within(text: str, begin: int, end: int) -> tuple[int, int]:
    """Return the span without white space, separators, and brackets or emphasis around it."""
    while True:
        inner = _stripped(text, begin, end)
        for opening, closing in _PAIRS.items():
            if _encloses(text, *inner, opening, closing):
                inner = inner[0] + len(opening), inner[1] - len(closing)
                break
        if inner == (begin, end):
            return inner
        begin, end = inner


def _stripped(text: str, begin: int, end: int) -> tuple[int, int]:
    piece = text[begin:end]
    left = len(piece) - len(piece.lstrip(_AROUND))
    piece = piece.strip(_AROUND)
    if piece.endswith(("(", "[")):
        piece = piece[:-1].rstrip(_AROUND)
    if piece.startswith((")", "]")):
        left += len(piece) - len(piece[1:].lstrip(_AROUND))
        piece = piece[1:].lstrip(_AROUND)
    return begin + left, begin + left + len(piece)


def _encloses(text: str, begin: int, end: int, opening: str, closing: str) -> bool:
    inner = text[begin + len(opening) : end - len(closing)]
    return (
        end - begin > len(opening) + len(closing)
        and text.startswith(opening, begin)
        and text.endswith(closing, begin, end)
        and opening not in inner
        and closing not in inner
    )
