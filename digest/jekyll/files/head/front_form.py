"""How the keys of a front matter were written: quotes, kinds of lists, comments, blank lines.

A form is a list of blocks, one for each key at the margin, with the lines up to the next one. A
block is its key and pieces of the file. The title and the tags are no piece of it, but holes, each
with the quote that its text had::

    ["tags", "tags: [", "'", ", ", "", "]\\n"]    # tags: ['a', b]

A front matter that blocks cannot tell is a text as a whole: one in TOML, whose keys may stand in
several places. It is written again only while nothing in it changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import yaml

from digest.jekyll.files.document import GISTS
from digest.jekyll.files.head.syntaxes import SYNTAX, Syntax
from papers.text.cleaning import fold

FORM = "front_matter"
"""The key in `Document.form`."""
KEYS = (FORM, SYNTAX)
"""The keys there that are about the front matter."""

Block = list[str]
"""A key, a piece, then a quote and a piece for each hole. A key alone has no form of its own."""

WORDS, COMMAS = "words", "commas"  # In the place of a quote: one text holds all tags.


def of(text: str, root: yaml.MappingNode | None) -> list[Block]:
    """Return the form of a front matter, or nothing if its keys are not at the margin."""
    pairs = root.value if root else []
    if any(key.start_mark.column for key, _ in pairs):
        return []
    text = f"{text}\n" if text else ""
    if not pairs:
        return [["", text]]
    starts = [_line_start(text, key.start_mark.index) for key, _ in pairs]
    first = [["", text[: starts[0]]]] if starts[0] else []
    ends = pairwise([*starts, len(text)])
    return first + [
        _block(text, fold(key.value), node, begin, end)
        for (key, node), (begin, end) in zip(pairs, ends, strict=True)
    ]


def blocks(stored: object) -> list[Block]:
    """Return what is stored as a form, or nothing if it is none."""
    if not isinstance(stored, list):
        return []
    is_form = all(
        isinstance(block, list) and block and all(isinstance(piece, str) for piece in block)
        for block in stored
    )
    return stored if is_form else []


def filled(block: Sequence[str], texts: Sequence[str], syntax: Syntax, *, bare: bool) -> str:
    """Return the block with its holes filled, or "" if it has no place for so many texts.

    A text that stood without quotes is written without them if ``bare``, whatever YAML makes of it,
    or else with those that it needs.
    """
    key, *rest = block
    pieces, quotes = list(rest[::2]), list(rest[1::2])
    if not quotes:
        return "".join(pieces)
    if not texts:
        return ""
    if quotes[0] in (WORDS, COMMAS):
        joined = (" " if quotes[0] == WORDS else ", ").join(texts)
        return f"{pieces[0]}{joined}{pieces[-1]}"
    if len(quotes) == 1 < len(texts):
        return ""
    between = [*pieces[1:-1], *pieces[1:-1][-1:] * len(texts)]
    written = [
        syntax.quoted(text, quote, alone=key == "title") if quote or not bare else text
        for text, quote in zip(texts, _as_many(quotes, len(texts)), strict=True)
    ]
    inner = "".join(f"{mark}{text}" for mark, text in zip(["", *between], written, strict=False))
    return f"{pieces[0]}{inner}{pieces[-1]}"


def _as_many(quotes: list[str], count: int) -> list[str]:
    """Return as many quotes as there are texts. More texts have the last one."""
    return quotes[:count] + quotes[-1:] * (count - len(quotes))


def _line_start(text: str, index: int) -> int:
    return text.rfind("\n", 0, index) + 1


def _block(text: str, key: str, node: yaml.Node, begin: int, end: int) -> Block:
    if key == GISTS:
        return [key]
    if key not in ("title", "tags"):
        return [key, text[begin:end]]
    holes = list(_holes(node)) if node.value else []
    if None in holes:
        return [key]
    found = [hole for hole in holes if hole]
    if key == "tags" and isinstance(node, yaml.ScalarNode):
        joint = COMMAS if "," in node.value else WORDS
        found = [(start + len(quote), stop - len(quote), joint) for start, stop, quote in found]
    return [key, *_pieces(text, found, begin, end)]


def _pieces(text: str, holes: list[tuple[int, int, str]], begin: int, end: int) -> Iterator[str]:
    for start, stop, quote in holes:
        yield text[begin:start]
        yield quote
        begin = stop
    yield text[begin:end]


def _holes(node: yaml.Node) -> Iterator[tuple[int, int, str] | None]:
    """Yield where the texts stand, with their quotes. None is one that has no such place."""
    for each in node.value if isinstance(node, yaml.SequenceNode) else [node]:
        yield _hole(each) if isinstance(each, yaml.ScalarNode) and each.value else None


def _hole(node: yaml.ScalarNode) -> tuple[int, int, str] | None:
    is_one_line = node.start_mark.line == node.end_mark.line
    if not is_one_line or node.style not in (None, "'", '"'):
        return None
    return node.start_mark.index, node.end_mark.index, node.style or ""
