"""Escapes titles and headings for one line of Markdown, and unescapes them."""

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
    """Return the text of a line of Markdown without its backslash escapes."""
    return _ESCAPED.sub(r"\1", line)


def escape(text: str) -> str:
    """Return text for a link or heading. Only what would be misread is changed."""
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
