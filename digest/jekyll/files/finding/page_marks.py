"""Finds the marks of all lines of a page.

A page in one of our own layouts has the marks that its lines have each for itself. Strangers also
underline headings, write HTML, quote, define terms, and part their papers by rules.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from itertools import takewhile

from digest.jekyll.files.finding import marks, side_by_side, tables, titles
from digest.jekyll.files.finding.html_lists import HtmlLists
from digest.jekyll.files.finding.marks import (
    BOX,
    CARD,
    HTML_BLOCK,
    HTML_ITEM,
    ITEMS,
    PARAGRAPH,
    QUOTE,
    SIGNED,
    SUMMARY,
    TERM,
    TITLED,
    Mark,
)
from digest.jekyll.files.outline import Page, is_guarded, is_rule

_HTML = re.compile(
    r"[ \t]{0,20}(?:<(?:section|article|div|header)\b[^<>]{0,300}>[ \t]*){0,5}"
    r"<h(?P<level>[1-6])\b[^<>]{0,300}>[ \t]*"
    r"(?P<text>[^\n]{0,2000}?)[ \t]*</h(?P=level)>[ \t]*(?:</header>[ \t]*)?\Z"
)
_SUMMARY = re.compile(
    r"[ \t]{0,20}(?:<details\b[^<>]{0,300}>[ \t]*)?<summary\b[^<>]{0,300}>[ \t]*"
    r"(?P<text>[^\n]{0,2000}?)[ \t]*</summary>[ \t]*\Z"
)
_QUOTED = re.compile(r" {0,3}>[ \t]?(?:#{1,6}[ \t]+)?")
_CHECKBOX = re.compile(r"\[[ xX]\][ \t]+")
_CALLOUT = re.compile(r" {0,3}>[ \t]?\[!([\w -]{1,30})\][-+]?[ \t]+(?=\S)")
_BOX = re.compile(
    r"[ \t]{0,3}(?:"
    r"(?:!!!|\?\?\?\+?|===)[ \t]+(?:[\w -]{1,30}[ \t]+)?\"(?P<a>[^\"\n]{1,500})\""
    r"|:{3,}[ \t]*[\w-]{1,30}(?:[ \t]*\[(?P<b>[^\n]{1,500})\]|[ \t]+(?P<c>[^\s{\[][^\n{}]{0,500}))"
    r"|<[A-Z][\w.]{0,40}\b[^<>\n]{0,500}?[ \t]title=[\"'{]{1,2}(?P<d>[^\"'\n{}]{1,500})"
    r"[\"'}]{1,2}[^<\n]*"
    r"|\{\{[<%][ \t]*[\w/-]{1,40}[^{}\n]{0,500}?[ \t]title=\"(?P<e>[^\"\n]{1,500})\"[^{}\n]*\}\}"
    r")[ \t]*\Z"
)
"""An admonition, a fenced div, a component or a shortcode that has a title."""
_NEST = re.compile(
    r"<(?P<closing>/?)(?:div|section|article|main|aside|header|center|details|[uo]l|table)\b"
)
"""Tags of elements that end with a tag, so that a page says where they are open."""
_INDENT = 4  # columns of white space before a line of code
_UNDERLINE = re.compile(r" {0,3}(?:=+|-{3,})[ \t]*\Z")
_NUMBERED = re.compile(
    r"【(?P<a>[0-9]{1,5})】|(?P<b>[0-9]{1,5})(?:\ufe0f?\u20e3|[、．])"
    r"|[(（](?P<c>[0-9]{1,5})(?:/[0-9]{1,5})?[)）]"
    r"|[①-⑳](?![①-⑳])"
)
_DOTTED_NUMBER = re.compile(
    r"(?:[0-9]{1,3}\.){0,2}(?P<before>[0-9]{1,3})\.(?P<last>[0-9]{1,3})[.)]?[ \t]+(?=\S)"
)
_BLOCK_TAG = re.compile(r" {0,3}</?(?:ul|ol|li|div|p|table|section|figure|center|dl)\b")
_DOTTED = re.compile(r" {0,3}[·•‣][ \t]+(?=\S)")
_COUNTED = re.compile(
    r"(?P<sign>[*_]{0,2})(?:(?:no|nr|paper)\.?|[№#]|논문|第|제)?[ \t]*(?P<number>[0-9]{1,3})"
    r"(?:번|편|号|本目|篇)?[.)]?(?P=sign)[ \t]*[·•|—–:-][ \t]*(?=(?P<shape>\*\*(?=[^*\s])|\[))",
    re.IGNORECASE,
)
_TITLED = re.compile(
    r" ?(?:[-*+][ \t]+)?(?P<bold>\*\*|__)"
    r"(?:title|paper|제목|논문명|논문|标题|题目|论文|タイトル|論文名|論文)"
    r"[ \t]*[:：]?(?P=bold)[ \t]*[:：]?[ \t]*(?=[^\s:：])",
    re.IGNORECASE,
)
_EQUALS = re.compile(r"(?P<level>={2,6})[ \t]+(?=[^=\s])")
_BULLET = re.compile(r"(?P<indent>[ \t]*)(?:[-*+]|[0-9]{1,3}[.)])[ \t]+(?=\S)")
_ADDRESS = re.compile(r"<?https?://[^\s<>]{1,300}>?[ \t]*\Z")
_ATTRIBUTES = re.compile(r"[ \t]*(?:\{[:#][^{}\n]{0,200}\}|\\)[ \t]*\Z")
_MOST_TITLE_LINES = 4  # of a title in bold that is broken, with a line below it
_MOST_BESIDE = 5  # lines of a paragraph, of which one names its paper
_OUR_LINK = "   - [HF 페이지](https://huggingface.co/papers/"
_LONGEST = 1_000  # characters of a line without a mark that can begin a paper


class Marks:
    """The marks of a page. ``is_ours`` says that the page is in one of our own layouts."""

    def __init__(self, page: Page) -> None:
        """Look at each line once."""
        self.page = page
        self.lists = HtmlLists(page.lines, page.outline.live)
        plain = {index: mark for index, mark in enumerate(map(marks.of, page.lines)) if mark}
        plain = {index: mark for index, mark in plain.items() if self._is_live(index)}
        self.is_ours = any(self._is_ours(index, mark) for index, mark in plain.items())
        self.by_index = plain if self.is_ours else dict(self._widened(plain))

    def at(self, index: int) -> Mark | None:
        """Return the mark of a line, or None if it has none."""
        return self.by_index.get(index)

    @cached_property
    def _nested(self) -> dict[int, Mark]:
        """Return the marks of the items of lists in items, which are deeper than the margin."""
        found: dict[int, Mark] = {}
        open_at: list[int] = []  # The columns of the items around a line.
        for index, line in enumerate(self.page.lines):
            if not self._is_live(index) or not line.strip(" \t"):
                continue
            match = _BULLET.match(line)
            if match is None:
                open_at = open_at if line[0] in " \t" else []
                continue
            column = len(match["indent"].expandtabs(4))
            open_at = [*(each for each in open_at if each < column), column]
            bold = "**" if line.startswith("**", match.end()) else ""
            shape = "  " * (len(open_at) - 1) + f"-{bold}"
            if shape in marks.NESTED:
                found[index] = Mark(shape, match.end(), len(line))
        return found

    @cached_property
    def _has_callouts(self) -> bool:
        """Return whether callouts of one kind recur: ``> [!paper] A Tool``. One is a remark."""
        kinds = Counter(match[1] for line in self.page.lines if (match := _CALLOUT.match(line)))
        return max(kinds.values(), default=0) > 1

    def _is_live(self, index: int) -> bool:
        return self.page.outline.live[index] and not is_guarded(self.page.lines[index])

    def _is_ours(self, index: int, mark: Mark) -> bool:
        line = self.page.lines[index]
        if mark.shape == "#" and mark.number:
            return bool(next(marks.ids(line), ""))
        if mark.shape != "1.**":
            return False
        below = self.page.lines[index + 1 : index + _MOST_TITLE_LINES]
        if line.count("**") == 1:
            line = "\n".join([line, *below])[:_LONGEST]
        is_plain = any(each.startswith(_OUR_LINK) for each in below)
        return is_plain or bool(titles.upvotes(line, mark.begin))

    def _widened(self, plain: dict[int, Mark]) -> Iterator[tuple[int, Mark]]:
        begins_card = True
        for index, line in enumerate(self.page.lines):
            if not self._is_live(index) or not line.strip(" \t") or index in self._code:
                continue
            mark = self._of_html(line) or _titled(line) or plain.get(index)
            mark = mark or _of_box(line) or _of_other_markup(line) or _of_row(line)
            mark = mark or self._nested.get(index)
            mark = mark or self._of_html_list(index) or self._of_html_block(index)
            mark = mark or self._of_neighbours(index, line)
            is_plain = mark is None or mark.shape == PARAGRAPH
            if is_plain and begins_card and _can_begin_card(line):
                mark = Mark(CARD, len(line) - len(line.lstrip(" \t")), len(line))
            begins_card = is_rule(line)
            if mark and not begins_card:
                yield index, _trimmed(line, self._without_dotted(line, mark))

    @cached_property
    def _code(self) -> set[int]:
        """Return the lines of HTML that Markdown takes for code: indented, and in no element."""
        found: set[int] = set()
        depth, is_code, is_after_blank = 0, False, True
        for index, line in enumerate(self.page.lines):
            if not line.strip(" \t"):
                is_after_blank = True
                continue
            is_indented = line[: _INDENT * 4].expandtabs(_INDENT).startswith(" " * _INDENT)
            is_code = is_indented and not depth and (is_code or is_after_blank)
            is_after_blank = False
            if is_code and line.lstrip(" \t").startswith("<"):
                found.add(index)
            elif self._is_live(index) and not is_code:
                steps = (-1 if tag["closing"] else 1 for tag in _NEST.finditer(line))
                depth = max(depth + sum(steps), 0)
        return found

    def _without_dotted(self, line: str, mark: Mark) -> Mark:
        """Return the mark of a heading without a number such as ``1.2``, if headings count so."""
        number = _DOTTED_NUMBER.match(line, mark.begin) if mark.level else None
        if number is None or not self._counts_dotted:
            return mark
        return replace(mark, begin=number.end())

    @cached_property
    def _counts_dotted(self) -> bool:
        """Return whether headings count from ``1.1`` on.

        ``2.5 Years in Class`` alone is a title, and so are ``3.1 Llama`` and ``3.2 Llama``.
        """
        found = (
            _DOTTED_NUMBER.match(line.lstrip("# \t"))
            for line in self.page.lines
            if line.startswith("#")
        )
        numbers = {(int(each["before"]), int(each["last"])) for each in found if each}
        is_next = any((before, last + 1) in numbers for before, last in numbers)
        return (1, 1) in numbers and is_next

    def _of_html(self, line: str) -> Mark | None:
        if not line.lstrip(" \t").startswith("<"):
            return None
        if match := _HTML.match(line):
            return Mark("#" * int(match["level"]), *match.span("text"))
        match = _SUMMARY.match(line)
        return Mark(SUMMARY, *match.span("text")) if match else None

    def _of_html_list(self, index: int) -> Mark | None:
        if (span := self.lists.item(index)) is None:
            return None
        line, (begin, end) = self.page.lines[index], span
        begin += side_by_side.opened(line[begin:end])
        return Mark(HTML_ITEM, begin, begin + len(side_by_side.closed(line[begin:end])[0]))

    def _of_html_block(self, index: int) -> Mark | None:
        span = side_by_side.block(self.page, index)
        return Mark(HTML_BLOCK, *span) if span else None

    def _of_neighbours(self, index: int, line: str) -> Mark | None:
        """Return the mark that a line has by the lines around it."""
        lines = self.page.lines
        before = lines[index - 1] if index else ""
        after = lines[index + 1] if index + 1 < len(lines) else ""
        begin = len(line) - len(line.lstrip(" \t"))
        if quoted := _QUOTED.match(line):
            callout = _CALLOUT.match(line) if self._has_callouts else None
            begin = callout.end() if callout else quoted.end()
            return None if _QUOTED.match(before) else Mark(QUOTE, begin, len(line))
        is_first = not before.strip(" \t") or before.startswith("{:") or is_rule(before)
        if not is_first or begin > 3 or len(line) > _LONGEST or line[begin] in "<{|[!:":
            return None
        if _UNDERLINE.match(after) and not line.rstrip().endswith((".", "다", "。")):
            return Mark("#" if "=" in after else "##", begin, len(line), lines=2)
        if after.startswith((": ", ":\t")) or _ADDRESS.match(after):
            return Mark(TERM, begin, len(line))
        return Mark(PARAGRAPH, begin, len(line)) if self._names_paper(index) else None

    def _names_paper(self, index: int) -> bool:
        """Return whether the paragraph that begins in a line names a paper near its beginning."""
        near = takewhile(str.strip, self.page.lines[index : index + _MOST_BESIDE])
        return any(next(marks.ids(line), "") for line in near)


def _of_row(line: str) -> Mark | None:
    """Return the mark of a row of a table in HTML."""
    return Mark("|", 0, len(line)) if tables.is_html(line) else None


def _of_box(line: str) -> Mark | None:
    """Return the mark of a line that begins a box with a title: ``:::note[A Tool]``."""
    match = _BOX.match(line) if len(line) < _LONGEST else None
    return Mark(BOX, *match.span(match.lastgroup or 0)) if match else None


def _titled(line: str) -> Mark | None:
    """Return the mark of a line that says in bold that it has a title: ``**Title:** A Tool``."""
    match = _TITLED.match(line)
    return Mark(TITLED, match.end(), len(line)) if match else None


def _can_begin_card(line: str) -> bool:
    """Return whether a line of plain text can be a title: no tag of a block, no attribute."""
    return len(line) < _LONGEST and line[0] != ":" and not _BLOCK_TAG.match(line)


def _of_other_markup(line: str) -> Mark | None:
    """Return the mark of a heading as in AsciiDoc or a wiki (``== Text``), or of a dotted item.

    A count may stand before a title in bold or a link: ``*No. 1* · **Title**``.
    """
    if titles.begins_with_count(line):
        return Mark("**", 0, len(line))
    if titles.is_signed(line):
        return Mark(SIGNED, 0, len(line))
    if match := _COUNTED.match(line):
        return Mark(match["shape"], match.end(), len(line), match.span("number"))
    if match := _EQUALS.match(line):
        end = len(line.rstrip(" \t").rstrip("=").rstrip(" \t"))
        return Mark("#" * len(match["level"]), match.end(), end)
    match = _DOTTED.match(line)
    return Mark("-", match.end(), len(line)) if match else None


def _trimmed(line: str, mark: Mark) -> Mark:
    """Return the mark with numbers of other kinds found, and without attributes at its end."""
    end = mark.end
    if mark.shape in ITEMS and (box := _CHECKBOX.match(line, mark.begin)):
        mark = replace(mark, begin=box.end())
    if match := _ATTRIBUTES.search(line, max(mark.begin, end - 250), end):
        end = match.start()
    number = _NUMBERED.match(line, mark.begin, end)
    if number is None or mark.number:
        return replace(mark, end=end)
    span = number.span(number.lastgroup) if number.lastgroup else None
    begin = (
        number.end() + len(line[number.end() : end]) - len(line[number.end() : end].lstrip(" \t"))
    )
    return replace(mark, begin=begin, end=end, number=span)
