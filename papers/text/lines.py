r"""Rewrites lines of Markdown so that Python-Markdown reads them as people and models mean them.

They leave out blank lines, indent lists by any width, number with "1)" and bullet with "•", as
GitHub, CommonMark (https://spec.commonmark.org) and kramdown allow. Lines of code and of display
math stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_QUOTE = re.compile(r"(?: {0,3}> ?)*")
_HEADING = re.compile(r"#|[=-]+ *$")
_FENCE = re.compile(r"\s*(`{3,}|~{3,})[^`]*$")
# Display math begins a line, and nothing follows its end on that line: "$$x$$ is" is a sentence.
_DISPLAY = re.compile(r"\$\$(?!.*\$\$.)|\\\[(?!.*\\\].)")
_ENVIRONMENT = re.compile(
    r"\\begin\{((?:align|alignat|displaymath|eqnarray|equation|flalign|gather|multline)\*?)\}"
    r"(?!.*\\end\{\1\}.)"
)

_ITEM = re.compile(
    r"(?P<indent> *)(?P<mark>[-*+•‣◦▪●·∙⁃○■□▶▷]|(?P<number>\d{1,9})[.)]) +(?P<text>\S.*)"
)
_BULLETS = "•‣◦▪●·∙⁃○■□▶▷"
_RULE = re.compile(r" {0,3}([-*_])(?: *\1){2,} *$")
# "2025. 10. 8." is a Korean date, not three lists.
_DATE = re.compile(r"\s*\d{1,4}\. ?\d{1,2}\. ?(?=\d{1,2}\.|\D|$)")
_ROW = re.compile(r" {0,3}\S.*\|")
_ROW_MATH = re.compile(r"(?<!\\)\$(?!\s)[^$]+(?<![\s\\])\$(?!\d)")
_PIPE = re.compile(r"\\?\|")
_UNDER_HEADS = re.compile(r" {0,3}\|?(?: *:?-+:? *\|)+(?: *:?-+:? *)?\|? *$")
# Chirpy and kramdown write inline math in lists as \$$x$$.
_ESCAPED_MATH = re.compile(r"\\\$\$\s*([^$]+?)\s*\$\$")
# $ \alpha $, beside code and formulas as they should be. "$ 5 and $ 6" is money.
_LOOSE_MATH = re.compile(
    r"(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)|(?<!\\)\$\$[^$]*\$\$"
    r"|(?<!\\)\$(?![\s$])(?:\\.|[^\\$])+?(?<!\s)\$(?!\d)"
    r"|(?<!\\)\$[ \t]+((?:\\[^\n]|[^\\$`\n]){0,200}?(?:\\[A-Za-z]|[\^_])"
    r"(?:\\[^\n]|[^\\$`\n]){0,200}?)[ \t]+\$(?![0-9A-Za-z$])"
)
# What another preprocessor has taken out, as a line of its own: a block of code.
_BLOCK = re.compile(r" *\x02wzxhzdk:\d+\x03$")
_TASK = re.compile(r"\[([ xX])\] ")
_INDENT = 2  # spaces for each level of a list


def tight_formulas(text: str) -> str:
    """Return text whose formulas have no space inside their dollars, where they surely are some."""
    return _LOOSE_MATH.sub(lambda found: f"${found[2]}$" if found[2] else found[0], text)


def rewritten(lines: list[str]) -> Iterator[str]:
    """Yield the lines as Python-Markdown needs them."""
    state = _State()
    for at, line in enumerate(lines):
        following = lines[at + 1] if at + 1 < len(lines) else ""
        yield from state.take(line.expandtabs(4) if "\t" in line else line, following)


@dataclass
class _State:
    """What the lines so far have opened."""

    closing: str = ""
    """What ends the display math or fence that the next line is in."""
    lists: list[tuple[int, int]] = field(default_factory=list)
    """The items that the next line may belong to: the columns of their mark and of their text."""
    in_text: bool = False
    """Whether the line before is not blank."""
    in_table: bool = False
    has_sides: bool = True
    """Whether the rows of the table begin with a pipe."""
    in_paragraph: bool = False
    """Whether the line before is in a later paragraph of an item."""
    block_ended: bool = False
    """Whether the next line begins a new block."""

    def take(self, line: str, following: str) -> Iterator[str]:
        quote = _QUOTE.match(line)
        prefix = quote[0] if quote else ""
        content = line[len(prefix) :].rstrip()
        if self.closing:
            yield line
            self._close(content)
            return
        if not content:
            yield line
            self.in_text = self.in_table = self.block_ended = False
            return
        opens = _opens(content)
        if not opens:
            content = tight_formulas(_ESCAPED_MATH.sub(r"$\1$", content))
        begins, content = self._block(content, opens, following)
        if begins and self.in_text:
            yield prefix.rstrip()
        trailing = "  " if line.endswith("  ") else ""
        yield f"{prefix}{content}{trailing}"
        self.in_text = True
        self._open(content.lstrip(), opens)

    def _block(self, content: str, opens: str, following: str) -> tuple[bool, str]:
        """Return whether a line begins a block of its own, and the line as it has to be written."""
        is_row = self.in_table and "|" in content
        item = None if opens or is_row or _RULE.match(content) else _ITEM.match(content)
        if item and _DATE.match(content):
            return self.block_ended, content.replace(".", "\\.", 1)
        if item and self._is_item(item):
            begins = self.block_ended or self.in_paragraph or self.in_table or not self.lists
            self.in_paragraph = self.in_table = False
            return begins, self._item(item)
        if _BLOCK.match(content):
            return True, self._in_list(content)
        begins = self.block_ended or _is_math(opens)
        if _ROW.match(content) and not self.in_table and _UNDER_HEADS.match(following):
            begins = self.in_table = True
            self.has_sides = content.lstrip().startswith("|")
        elif self.in_table and "|" not in content:
            begins, self.in_table = True, False
        if self.in_table:
            return begins, self._in_list(self._row(content))
        if content.endswith("\\") and not content.endswith("\\\\"):
            content = content[:-1] + "  "
        return begins, self._in_list(content)

    def _is_item(self, item: re.Match[str]) -> bool:
        """Return whether a line is an item of a list, and not text or code that looks like one."""
        if self.lists:
            return True
        if len(item["indent"]) > 3:
            return False
        # Within a paragraph only a list that begins with 1 begins (CommonMark 0.31, section 5.2).
        return not self.in_text or self.block_ended or item["number"] in {None, "1"}

    def _item(self, item: re.Match[str]) -> str:
        column = len(item["indent"])
        self._leave(column)
        level = len(self.lists)
        self.lists.append((column, column + len(item["mark"]) + 1))
        mark = "-" if item["mark"] in _BULLETS else item["mark"].replace(")", ".")
        text = item["text"]
        if box := _TASK.match(text):
            text = f"{'☐' if box[1] == ' ' else '☑'} {text[4:]}"
        if _DATE.match(text):
            text = text.replace(".", "\\.", 1)
        return f"{' ' * _INDENT * level}{mark} {text}"

    def _row(self, content: str) -> str:
        """Return a row of a table without pipes at its sides if its head has none.

        Pipes in formulas part no cells.
        """
        content = _ROW_MATH.sub(lambda math: _PIPE.sub(_as_command, math[0]), content)
        return content if self.has_sides else content.strip().removeprefix("|").removesuffix("|")

    def _in_list(self, content: str) -> str:
        """Return a line that is no item, indented as its item is. It may end the list."""
        continues = self.in_text and not self.block_ended and not _BLOCK.match(content)
        if not self.lists or continues:
            return content
        column = len(content) - len(content.lstrip())
        self._leave(column)
        if not self.lists:
            return content
        self.in_paragraph = True
        extra = max(0, column - self.lists[-1][1])
        return " " * (_INDENT * len(self.lists) + extra) + content.lstrip()

    def _leave(self, column: int) -> None:
        """Leave the items that a line which begins in this column does not belong to."""
        while self.lists and column < min(self.lists[-1][1], self.lists[-1][0] + _INDENT):
            self.lists.pop()

    def _open(self, content: str, opens: str) -> None:
        self.closing = "" if _is_math(opens) and opens in content[2:] else opens
        self.block_ended = not self.closing and (
            _is_math(opens)
            or bool(_BLOCK.match(content))
            or bool(not self.lists and _HEADING.match(content))
        )

    def _close(self, content: str) -> None:
        inside, content = self.closing, content.lstrip()
        if _is_math(inside):
            self.closing = inside if content and inside not in content else ""
        elif content.startswith(inside):
            self.closing = ""
        self.in_text = bool(content)
        self.block_ended = not self.closing and _is_math(inside)


def _as_command(pipe: re.Match[str]) -> str:
    return r"{\Vert}" if pipe[0] == r"\|" else r"{\vert}"


def _opens(content: str) -> str:
    """Return what closes the display math or fence this line begins, or "" if it begins none."""
    if fence := _FENCE.match(content):
        return fence[1]
    if math := _DISPLAY.match(content):
        return "$$" if math[0] == "$$" else "\\]"
    if environment := _ENVIRONMENT.match(content):
        return rf"\end{{{environment[1]}}}"
    return ""


def _is_math(closing: str) -> bool:
    """Return whether display math, and not a fence, ends with this."""
    return closing[:1] in {"$", "\\"}
