"""YAML that trusts nothing: no tags, no anchors and aliases, no deep nesting, no key twice.

Scalars keep what they are: text that YAML would take for a time of day, an octal number or a date
stays the text it is, and is written without quotes. Only null, booleans and plain decimal numbers
become values of their own.
"""

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import yaml
from yaml.constructor import SafeConstructor

from papers.text.cleaning import clean, fold

NAME = "yaml"
FENCE = "---"
ENDS: Sequence[str] = (FENCE, "...")
"""The lines that end a front matter."""

MAX_NESTING = 20
MAX_KEY_CHARS = 100

STR, NULL, BOOL, INT, FLOAT = (
    f"tag:yaml.org,2002:{name}" for name in ("str", "null", "bool", "int", "float")
)
# A tag, the form of its scalars, and the characters that these begin with.
_RESOLVED = (
    (NULL, r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    (BOOL, r"yes|no|true|false|on|off|Yes|No|True|False|On|Off", list("yntfoYNTFO")),
    (BOOL, r"YES|NO|TRUE|FALSE|ON|OFF", list("YNTFO")),
    (INT, r"0|-?[1-9][0-9]{0,17}", list("-0123456789")),
    (FLOAT, r"-?(?:0|[1-9][0-9]{0,8})\.(?:0|[0-9]{0,3}[1-9])", list("-0123456789")),
)


_ESCAPED = re.compile(r"((?<!\\)(?:\\\\)*)\\U([0-9A-F]{8})")


class _Loader(yaml.SafeLoader):
    """Refuses while it reads the text, before any value is built."""

    yaml_implicit_resolvers: dict[str, Any] = {}
    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]  # The stubs leave it out.
        for name in ("anchor", "tag"):
            if getattr(event, name, None) is not None:
                raise error(event, f"{name}s and aliases are not taken")
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise error(event, f"nested deeper than {MAX_NESTING}")
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


class _AllCharacters(yaml.SafeDumper):
    """Writes emoji in double quotes as they are, and not by their numbers."""

    def write_double_quoted(self, text: str, split: bool = True) -> None:
        stream, self.stream = self.stream, io.StringIO()
        super().write_double_quoted(text, split)
        written, self.stream = self.stream.getvalue(), stream
        self.stream.write(_ESCAPED.sub(lambda found: found[1] + chr(int(found[2], 16)), written))


class _Dumper(_AllCharacters):
    """Writes plain what `_Loader` reads as the same text."""

    yaml_implicit_resolvers: dict[str, Any] = {}

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = '"' if text.splitlines() not in ([], [text]) else None
    return dumper.represent_scalar(STR, text, style=style)


for _kind in (_Loader, _Dumper):
    for _tag, _form, _first in _RESOLVED:
        _kind.add_implicit_resolver(_tag, re.compile(rf"(?:{_form})\Z"), _first)
_Dumper.add_representer(str, _represent)


def error(place: Any, problem: str) -> yaml.MarkedYAMLError:
    """A refusal of ours at a node or event, with its place like an error of YAML's own."""
    return yaml.MarkedYAMLError(problem=problem, problem_mark=place.start_mark)


def compose(text: str) -> yaml.Node | None:
    """The nodes of one document; None when it is empty. Raises yaml.MarkedYAMLError."""
    loader = _Loader(text)
    try:
        return loader.get_single_node()
    finally:
        loader.dispose()


def pairs(mapping: yaml.MappingNode) -> dict[str, yaml.Node]:
    """The values of a mapping by their keys, in order. Raises yaml.MarkedYAMLError."""
    nodes: dict[str, yaml.Node] = {}
    for key_node, node in mapping.value:
        key = fold(scalar(key_node, "key"))
        if len(key) > MAX_KEY_CHARS:
            raise error(key_node, f"key of {len(key)} characters, limit {MAX_KEY_CHARS}")
        if key in nodes:
            raise error(key_node, f"{key}: given twice")
        nodes[key] = node
    return nodes


def scalar(node: yaml.Node, name: str) -> str:
    """The text of a scalar as it stands in the file, whatever YAML would make of it."""
    if not isinstance(node, yaml.ScalarNode):
        raise error(node, f"{name}: expected text")
    return "" if node.tag == NULL else str(node.value)


def plain(node: yaml.Node) -> object:
    """The value of a node: str, int, float, bool, None, list or dict with keys of text."""
    if isinstance(node, yaml.MappingNode):
        return {key: plain(value) for key, value in pairs(node).items()}
    if isinstance(node, yaml.SequenceNode):
        return [plain(value) for value in node.value]
    value: object = SafeConstructor().construct_object(node)
    return clean(value) if isinstance(value, str) else value


def dump(value: object) -> str:
    """The value on one line, nothing for none; `plain` of it is the value again."""
    return "" if value is None else _dump(value, _Dumper)


def dump_title(text: str) -> str:
    """Text in double quotes."""
    return _dump(text, _Dumper, style='"')


def dump_words(texts: list[str]) -> str:
    """A list of texts, quoted where any YAML reader would take one for something else."""
    return _dump(texts, _AllCharacters)


def dump_pairs(texts: Mapping[str, str]) -> str:
    """Keys and texts, quoted as in `dump_words`, one pair a line, each after the end of a line."""
    lines = _dump(dict(texts), _AllCharacters, flow=False).splitlines()
    return "".join(f"\n  {line}" for line in lines)


def dump_date(at: datetime, *, with_offset: bool) -> str:
    """A date and time."""
    text = at.replace(tzinfo=None).isoformat(" ", "seconds")
    return text + at.strftime(" %z") if with_offset else text


def pair(key: str, value: str) -> str:
    """A key with its value, which may begin on the next line."""
    written = dump(key)
    return f"{written}:{value}" if value.startswith("\n") else f"{written}: {value}".rstrip(" ")


def quoted(text: str, quote: str, *, alone: bool) -> str:
    """A text in quotes like those that stood there. Without any it has those that it needs.

    ``alone`` says that it is no item of a list.
    """
    if quote == '"':
        return dump_title(text)
    if quote == "'":
        return "'" + text.replace("'", "''") + "'"
    return dump(text) if alone else dump_words([text])[1:-1]


def in_order(lines: Iterable[str]) -> list[str]:
    """The lines of keys, which YAML takes in any order."""
    return list(lines)


def _dump(
    value: object, dumper: type[yaml.SafeDumper], style: str | None = None, *, flow: bool = True
) -> str:
    written: str = yaml.dump(
        value,
        Dumper=dumper,
        default_style=style,
        default_flow_style=flow,
        allow_unicode=True,
        width=2**31,
        sort_keys=False,
    )
    return written.removesuffix("...\n").rstrip("\n")
