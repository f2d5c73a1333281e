"""Titles and headings as one line of Markdown: what must be escaped there, and back."""

import re

_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_UNSAFE = re.compile(
    r"""\\(?=[!-/:-@\[-`{-~]|$)  # a backslash that would escape what follows
    | <(?=[A-Za-z/!?])           # a tag
    | (?<=\{)[{%]                # Liquid
    | (?<=[ \t])\#(?=\#*$)       # a closing mark of the heading
    """,
    re.VERBOSE,
)


def unescape(line: str) -> str:
    """The text that a line of Markdown shows, as far as backslashes go."""
    return _ESCAPED.sub(r"\1", line)


def escape(text: str) -> str:
    """The text as it can stand in a link or heading; only what would be misread is changed."""
    line = _UNSAFE.sub(r"\\\g<0>", text)
    if "](" in text or not _balanced(text):
        line = re.sub(r"[\[\]]", r"\\\g<0>", line)
    return line


def _balanced(text: str) -> bool:
    depth = 0
    for char in text:
        depth += (char == "[") - (char == "]")
        if depth < 0:
            return False
    return depth == 0
