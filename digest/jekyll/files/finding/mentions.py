"""Finds where a page names papers, and tells what stands behind a label from running prose.

A reference (``[name]: https://arxiv.org/abs/ID``, a footnote) lends its id to the lines that use
it, and names no paper itself.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from digest.jekyll.files.finding import lookup, marks
from digest.jekyll.files.outline import Page, is_rule
from papers import arxiv_id

PROSE, LABELLED = 1, 2
"""Ranks of a mention: in a sentence or a list of other papers, or said to be where the paper is."""

_MOST = 20  # mentions of one line that are looked at
_LONGEST = 20_000  # characters of a line that is looked at
_SHORT = 60  # characters beside a labelled link in a line that is no sentence
_REFERENCE = re.compile(r" {0,3}\[([^\[\]\n]{1,60})\]:[ \t]*(.{1,400})")
_USE = re.compile(r"\[(\^?[^\[\]\n]{1,60})\](?![(\[])")
_BIBTEX = re.compile(
    r"[ \t]{0,20}(?:eprint|journal|url|doi|note|howpublished)[ \t]*=[ \t]*[{\"]"
    r"(?P<value>[^\n]{1,300})",
    re.I,
)
_ENTRY = re.compile(r"[ \t]{0,20}@\w{1,30}[ \t]{0,20}\{")
_COMMENT = re.compile(r"<!--.{0,2000}?-->")
_TAG = re.compile(r"<(?!https?:)[^<>\n]{0,300}>|\{[:#%][^{}\n]{0,300}\}|&\w{1,8};")
_IMAGE = re.compile(r"!\[[^\[\]\n]{0,300}\]\([^()\s]{0,500}\)")
_LINK = re.compile(
    r"\[([^\[\]\n]{0,300})\](?:\([^()\s]{0,500}(?:[ \t]+\"[^\"\n]{0,200}\")?\)|\[[^\[\]\n]{0,60}\])"
)
_ADDRESS = re.compile(r"<?https?://[^\s<>]{1,500}>?")
_BULLET = re.compile(r"[ \t>]{0,20}(?:[-*+]|[0-9]{1,3}[.)])[ \t]+")
_WORD = re.compile(r"\w")
_LETTER = re.compile(r"[^\W\d]")


@dataclass(frozen=True, slots=True)
class Mention:
    """A line that names a paper, and how."""

    index: int
    arxiv_id: str
    rank: int


def of_page(page: Page) -> list[Mention]:
    """Return all mentions of a page in order, without those among related papers."""
    references = _references(page)
    found: list[Mention] = []
    is_related = in_entry = False
    for index, line in enumerate(page.lines):
        in_entry = not page.outline.live[index] and (in_entry or bool(_ENTRY.match(line)))
        if in_entry and (name := _of_bibtex(line)):
            found.append(Mention(index, name, PROSE))
        if not page.outline.live[index] or _REFERENCE.match(line):
            continue
        if "<!--" in line and _COMMENT.fullmatch(line.strip(" \t")):
            found += [Mention(index, name, PROSE) for name in list(marks.ids(line))[:1]]
        is_related = _is_related(line[:300], before=is_related)
        for name, rank in _of_line(line, references):
            if not is_related or _begins_with_label(line):
                found.append(Mention(index, name, rank))
    return found


def _of_bibtex(line: str) -> str:
    """Return the id that a line of a BibTeX entry has, or ""."""
    match = _BIBTEX.match(line[:_LONGEST])
    if match is None:
        return ""
    eprint = re.match(arxiv_id.PATTERN, match["value"])
    return eprint[0] if eprint else next(marks.ids(match["value"]), "")


def _references(page: Page) -> dict[str, str]:
    """Return the ids that references stand for, by name."""
    found: dict[str, str] = {}
    for line in page.lines:
        if (match := _REFERENCE.match(line)) and (name := next(marks.ids(match[2]), "")):
            found.setdefault(match[1].casefold(), name)
    return found


def _is_related(line: str, *, before: bool) -> bool:
    """Return whether the lines from here on list other papers."""
    mark = marks.of(line)
    if mark and mark.level:
        return lookup.is_related(line[mark.begin : mark.end])
    if is_rule(line):
        return False
    bare = _BULLET.sub("", line, count=1)
    if bare.startswith(("**", "__", "■", "<b>", "*")) and len(bare) < 300:
        return lookup.is_related(lookup.label_of(bare))
    return before


def _of_line(line: str, references: dict[str, str]) -> Iterator[tuple[str, int]]:
    """Yield the ids that a line names, each with its rank."""
    line = without_comments(line[:_LONGEST])
    best: dict[str, int] = {}
    for begin, end, name in list(marks.found(line))[:_MOST]:
        best[name] = max(best.get(name, 0), _rank(line, begin, end))
    for match in list(_USE.finditer(line))[:_MOST] if references else ():
        name = references.get(match[1].casefold(), "")
        if name and name not in best:
            best[name] = _rank_of_use(line, match)
    yield from best.items()


def in_words(line: str) -> bool:
    """Return whether words stand before a paper that a line names but does not label."""
    line = without_comments(line[:_LONGEST])
    return any(
        _rank(line, begin, end) == PROSE and _LETTER.search(_words(_link(line, begin)[1]))
        for begin, end, _ in list(marks.found(line))[:_MOST]
    )


def is_link_alone(line: str) -> bool:
    """Return whether a line has nothing beside links and addresses but what says what they are."""
    rest = _words(_ADDRESS.sub("", _LINK.sub("", without_comments(line[:_LONGEST]))))
    return not _WORD.search(rest) or lookup.is_link_label(rest)


def without_comments(line: str) -> str:
    """Return a line without the comments of HTML in it."""
    return _COMMENT.sub("", line) if "<!--" in line else line


def _rank(line: str, begin: int, end: int) -> int:
    """Return the rank of what stands at a place of a line."""
    text, before = _link(line, begin)
    if text is not None and not says_where(text):
        lead = _words(_BULLET.sub("", before, count=1))
        is_alone = not _WORD.search(_words(_LINK.sub("", line))) and not _BULLET.match(line)
        is_labelled = bool(_WORD.search(lead)) and lookup.is_link_label(lead)
        return LABELLED if is_alone or is_labelled else PROSE
    return _rank_after(line, before)


def _rank_of_use(line: str, match: re.Match[str]) -> int:
    text = line[: match.start()]
    if text.endswith("]"):
        opening = text.rfind("[")
        if not says_where(text[opening + 1 : -1]):
            return PROSE
        return _rank_after(line, text[:opening])
    return _rank_after(line, text)


def _rank_after(line: str, before: str) -> int:
    lead = _words(_BULLET.sub("", before, count=1))
    if lookup.is_link_label(lead) or not _WORD.search(lead) or line.lstrip(" >").startswith("|"):
        return LABELLED
    if _BULLET.match(line) or lookup.is_section(lookup.label_of(line)):
        return PROSE
    return LABELLED if _width(_words(_without_labels(line))) <= _SHORT else PROSE


def _width(text: str) -> int:
    """Return the columns that a text takes: letters of East Asia have the width of two."""
    return len(text) + sum(char > "\u1100" for char in text)


def _begins_with_label(line: str) -> bool:
    """Return whether a line begins with a label for links: ``Links: …``."""
    begin = next((begin for begin, _, _ in marks.found(line[:_LONGEST])), 0)
    _, before = _link(line, begin)
    lead = _words(_BULLET.sub("", before, count=1))
    return bool(_WORD.search(lead)) and lookup.is_link_label(lead)


def _link(line: str, begin: int) -> tuple[str | None, str]:
    """Return the text of the link that has an address at ``begin``, and what stands before it."""
    if line[begin - 2 : begin] == "](" and begin >= 2:
        opening = _opening(line, begin - 2)
        return line[opening + 1 : begin - 2], line[:opening]
    opening = line.rfind("<a ", max(begin - 100, 0), begin)
    if opening >= 0 and (closing := line.find(">", begin)) >= 0:
        return line[closing + 1 : line.find("<", closing)], line[:opening]
    opening = line.rfind("[", max(begin - 40, 0), begin)
    if opening >= 0 and "]" not in line[opening:begin]:
        return line[opening + 1 : line.find("]", begin)], line[:opening]
    return None, line[:begin]


def _opening(line: str, closing: int) -> int:
    depth = 0
    for index in range(closing, max(closing - 1_000, -1), -1):
        if line[index] in "[]":
            depth += 1 if line[index] == "]" else -1
            if not depth:
                return index
    return max(line.rfind("[", 0, closing), 0)


def says_where(text: str) -> bool:
    """Return whether the text of a link is a label, an id or an address."""
    bare = _words(_ADDRESS.sub("", _IMAGE.sub("", text)))
    if bare.startswith("^") or lookup.is_link_label(bare) or not _WORD.search(bare):
        return True
    if lookup.fact(bare) == lookup.ABSTRACT:
        return True
    return bool(
        re.fullmatch(rf"(?:\w{{2,9}}[: .]*)?{arxiv_id.PATTERN}(?:v\d+)?", bare.strip(), re.I)
    ) or bool(next(marks.ids(bare), "") and len(bare) < 40)


def _without_labels(line: str) -> str:
    """Return a line without links whose text only says where they lead, and without addresses."""
    text = _LINK.sub(lambda link: "" if says_where(link[1]) else link[1], _IMAGE.sub("", line))
    return _ADDRESS.sub("", text)


def without_links(line: str) -> str:
    """Return what a line says beside links to a paper's pages: their labels, and other words."""
    text = without_comments(line)
    pieces, at = [], 0
    for begin, end, _ in marks.found(text):
        if text[max(begin - 2, 0) : begin] != "](":
            pieces.append(text[at:begin])
            at = end
    text = _LINK.sub(
        lambda link: "" if says_where(link[1]) else link[1],
        _IMAGE.sub("", "".join([*pieces, text[at:]])),
    )
    return _words(_ADDRESS.sub("", text))


def is_long(text: str) -> bool:
    """Return whether a text is rather a sentence than a fact."""
    return _width(_words(_without_labels(text))) > 200


def names_paper(text: str) -> bool:
    """Return whether a text has the id of a paper."""
    return next(marks.found(text), None) is not None


def _words(text: str) -> str:
    return _TAG.sub(" ", text).strip(" \t*_>()（）[]【】·•|,:：-–—/\\<~")
