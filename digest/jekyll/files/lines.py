"""Escapes titles and headings for one line of Markdown, and unescapes them."""

import html
import re

_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
ENTITY = re.compile(r"&(?:lt|gt|amp|quot|apos|#39);")
"""The entities of HTML that strangers write for the marks of HTML."""
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


def without_entities(line: str) -> str:
    """Return the text of a line with the marks that entities of HTML stand for."""
    return ENTITY.sub(lambda entity: html.unescape(entity[0]), line)


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
