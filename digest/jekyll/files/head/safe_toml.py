"""TOML as Hugo and Zola write it between two ``+++`` lines, with the limits of `safe_yaml`.

`tomllib` reads the values. They become nodes as those of YAML are, so that all that follows is one
code for both. A date becomes the text it is.
"""

from __future__ import annotations

import json
import math
import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property

import yaml

from digest.jekyll.files.head import safe_yaml

NAME = "toml"
FENCE = "+++"
ENDS: Sequence[str] = (FENCE,)
"""The lines that end a front matter."""

MAX_DOTS = 500
"""Dots outside of texts. `tomllib` takes time and memory with the square of those of one key."""

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?(?:"{3,5}|\\?\Z)' + r"|'''.*?(?:'{3,5}|\Z)"
    r'|"(?:\\[^\n]|[^"\\\n])*"?' + r"|'[^'\n]*'?"
    r"|\#[^\n]*|[\[\]{}=.\n]",
    re.DOTALL,
)
"""A text that nothing closes is a token too: looking for its end again and again takes long."""
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_PLACE = re.compile(r" \(at (?:line (?P<line>[0-9]+), column [0-9]+|end of document)\)\Z")


@dataclass(slots=True)
class _Statement:
    """A key with its value, the head of a table, a comment, or a blank line.

    ``texts`` are the spans of the quoted texts in its value.
    """

    begin: int
    end: int = 0
    is_table: bool = False
    has_value: bool = False
    texts: list[tuple[int, int]] = field(default_factory=list)


class _Text(str):
    """A front matter that knows where its lines end."""

    @cached_property
    def _line_ends(self) -> list[int]:
        return [match.start() for match in re.finditer("\n", self)]

    def mark(self, index: int) -> yaml.Mark:
        """Return the place of a character."""
        return _mark(bisect_left(self._line_ends, index), index)


def compose(text: str) -> yaml.MappingNode:
    """Return the nodes of a front matter. Raises yaml.MarkedYAMLError."""
    try:
        statements = list(_statements(text))
        values = tomllib.loads(text)
        return _root(_Text(text), values, list(_keys(text, statements)))
    except RecursionError:
        raise _error(0, f"nested deeper than {safe_yaml.MAX_NESTING}") from None
    except ValueError as error:  # A number of too many digits is no TOMLDecodeError.
        place = _PLACE.search(str(error))
        line = int(place["line"]) - 1 if place and place["line"] else text.count("\n")
        raise _error(line, _PLACE.sub("", str(error))) from None


def _error(line: int, problem: str) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=_mark(line))


def _mark(line: int, index: int = 0) -> yaml.Mark:
    return yaml.Mark(NAME, index, line, 0, None, 0)


def _statements(text: str) -> Iterator[_Statement]:
    """Yield the statements of a text, which need not be TOML."""
    found, depth, dots = _Statement(0), 0, 0
    for match in _TOKEN.finditer(text):
        piece = match[0]
        if piece == "\n" and not depth:
            found.end = match.end()
            yield found
            found = _Statement(match.end())
        elif piece in "[{":
            is_first = not text[found.begin : match.start()].strip(" \t")
            found.is_table = found.is_table or (is_first and not depth)
            depth += 1
        elif piece in "]}":
            depth = max(depth - 1, 0)
        elif piece == "=":
            found.has_value = True
        elif piece[0] in "\"'" and found.has_value:
            found.texts.append(match.span())
        dots += piece == "."
        if dots > MAX_DOTS:
            raise _error(text.count("\n", 0, match.start()), "too many dots in keys")
    found.end = len(text)
    yield found


def _keys(text: str, statements: Iterable[_Statement]) -> Iterator[tuple[str, _Statement]]:
    """Yield each key at the top with the first statement of it, in the order of the file."""
    seen: set[str] = set()
    in_table = False
    for statement in statements:
        in_table = in_table or statement.is_table
        if in_table and not statement.is_table:
            continue
        for key in tomllib.loads(text[statement.begin : statement.end]):
            if key not in seen:
                seen.add(key)
                yield key, statement


def _root(
    text: _Text, values: Mapping[str, object], keys: Iterable[tuple[str, _Statement]]
) -> yaml.MappingNode:
    pairs = []
    for key, statement in keys:
        mark = text.mark(statement.begin)
        pairs.append((_scalar(key, mark), _value(text, values[key], statement)))
    return yaml.MappingNode("", pairs, text.mark(0), text.mark(len(text)))


def _value(text: _Text, value: object, statement: _Statement) -> yaml.Node:
    """Return the node of a value at the top. Texts have the places where they stand."""
    mark = text.mark(statement.begin)
    texts = value if isinstance(value, list) else [value]
    are_told = len(texts) == len(statement.texts) and not statement.is_table
    if not are_told or not all(isinstance(each, str) for each in texts):
        return _node(value, mark)
    nodes = [_told(text, each, *span) for each, span in zip(texts, statement.texts, strict=True)]
    return yaml.SequenceNode("", nodes, mark, mark) if isinstance(value, list) else nodes[0]


def _told(text: _Text, value: str, begin: int, end: int) -> yaml.ScalarNode:
    """Return the node of a text, with its quote. One of three quotes is as good as none."""
    quote = None if text[begin : begin + 3] in ('"""', "'''") else text[begin]
    return _scalar(value, text.mark(begin), text.mark(end), style=quote or "|")


def _scalar(
    value: str,
    begin: yaml.Mark,
    end: yaml.Mark | None = None,
    *,
    tag: str = safe_yaml.STR,
    style: str = "|",
) -> yaml.ScalarNode:
    return yaml.ScalarNode(tag, value, begin, end or begin, style)


def _node(value: object, mark: yaml.Mark, depth: int = 1) -> yaml.Node:
    if depth > safe_yaml.MAX_NESTING:
        raise _error(mark.line, f"nested deeper than {safe_yaml.MAX_NESTING}")
    if isinstance(value, dict):
        pairs = [(_scalar(key, mark), _node(each, mark, depth + 1)) for key, each in value.items()]
        return yaml.MappingNode("", pairs, mark, mark)
    if isinstance(value, list):
        return yaml.SequenceNode("", [_node(each, mark, depth + 1) for each in value], mark, mark)
    return _scalar(_written(value), mark, tag=_tag(value))


def _tag(value: object) -> str:
    """Return the tag of a value. A number that is too long or infinite is a text."""
    if isinstance(value, bool):
        return safe_yaml.BOOL
    if isinstance(value, int) and abs(value) < 10**18:
        return safe_yaml.INT
    return safe_yaml.FLOAT if isinstance(value, float) and math.isfinite(value) else safe_yaml.STR


def _written(value: object) -> str:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value).lower() if isinstance(value, bool) else str(value)


def dump(value: object) -> str:
    """Return a value on one line. TOML has no null: it is an empty text."""
    if isinstance(value, dict):
        pairs = (f"{key(name)} = {dump(each)}" for name, each in value.items())
        return f"{{ {', '.join(pairs)} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(dump, value))}]"
    return json.dumps("" if value is None else value, ensure_ascii=False)


def dump_title(text: str) -> str:
    """Return text in double quotes."""
    return dump(text)


def dump_words(texts: Sequence[str]) -> str:
    """Return a list of texts."""
    return dump(list(texts))


def dump_pairs(texts: Mapping[str, str]) -> str:
    """Return keys and texts, one pair a line, each after the end of a line."""
    return "".join(f"\n{key(name)} = {dump(text)}" for name, text in texts.items())


def dump_date(at: datetime, *, with_offset: bool) -> str:
    """Return a date and time."""
    return (at if with_offset else at.replace(tzinfo=None)).isoformat(" ", "seconds")


def key(name: str) -> str:
    """Return a key, in quotes if it needs them."""
    return name if _BARE_KEY.fullmatch(name) else dump(name)


def pair(name: str, value: str) -> str:
    """Return a key with its value, or the table of values that begin on the next line."""
    return f"[{key(name)}]{value}" if value.startswith("\n") else f"{key(name)} = {value}"


def quoted(text: str, quote: str, *, alone: bool) -> str:
    """Return a text in quotes like those that stood there, if it can stand in such."""
    return f"'{text}'" if quote == "'" and "'" not in text else dump(text)


def in_order(lines: Iterable[str]) -> list[str]:
    """Return the lines of keys with the tables last: a key below a table's head is the table's."""
    return sorted(lines, key=lambda line: line.lstrip().startswith("["))
