"""Reads and writes the YAML between the two ``---`` lines: title, date, tags, and unknown keys."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

import yaml

from digest.jekyll.files import gists, safe_yaml
from digest.jekyll.files.document import GISTS, KNOWN_KEYS, Document, Fault
from digest.jekyll.files.gists import GistItem
from papers.text.cleaning import fold
from papers.text.tags import TagRefused, tag_name

FIRST_LINE = 2  # Of the front matter in the file. Line 1 is the ---.
MAX_CHARS = 256 * 1024
MAX_TITLE_CHARS = 200
MAX_TAGS = 100

_DATE = re.compile(
    r"""(?P<day>[0-9]{4}-[0-9]{1,2}-[0-9]{1,2})
    (?:(?:[Tt]|[ ]+)(?P<time>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)(?:\.[0-9]+)?)?
    (?:[ ]*(?P<zone>Z|UTC|[+-][0-9]{2}(?::?[0-9]{2})?))?""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What the front matter says. ``lines`` has the line of the file for each key."""

    title: str
    date: str
    tags: tuple[str, ...]
    gists: tuple[GistItem, ...]
    keys: tuple[tuple[str, object], ...]
    lines: dict[str, int]


def parse(text: str) -> FrontMatter:
    """Read the lines between the two ``---``. The text must be cleaned before. Raises Fault."""
    if len(text) > MAX_CHARS:
        line = FIRST_LINE + text.count("\n", 0, MAX_CHARS)
        raise Fault(line, f"front matter: over {MAX_CHARS} characters")
    try:
        return _fields(safe_yaml.compose(text))
    except yaml.MarkedYAMLError as error:
        line = FIRST_LINE + (error.problem_mark.line if error.problem_mark else 0)
        raise Fault(line, f"front matter: {_shown(error.problem or 'broken')}") from None


def _shown(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text[:200])


def _fields(root: yaml.Node | None) -> FrontMatter:
    if root is not None and not isinstance(root, yaml.MappingNode):
        raise safe_yaml.error(root, "expected lines of the form key: value")
    nodes = safe_yaml.pairs(root) if root else {}
    keys = {key: None if key in KNOWN_KEYS else safe_yaml.plain(nodes[key]) for key in nodes}
    keys.update((key, None) for key in KNOWN_KEYS if key not in nodes)
    lines = nodes.get(GISTS)
    if isinstance(lines, yaml.MappingNode):
        keys[GISTS] = {}  # Each of them is a field of its paper.
    title, date, tags = (nodes.get(key) for key in KNOWN_KEYS)
    return FrontMatter(
        title=_title(title) if title else "",
        date=fold(safe_yaml.scalar(date, "date")) if date else "",
        tags=_tags(tags) if tags else (),
        gists=gists.items(lines, FIRST_LINE) if isinstance(lines, yaml.MappingNode) else (),
        keys=tuple(keys.items()),
        lines={key: node.start_mark.line + FIRST_LINE for key, node in nodes.items()},
    )


def _title(node: yaml.Node) -> str:
    title = fold(safe_yaml.scalar(node, "title"))
    if len(title) > MAX_TITLE_CHARS:
        raise safe_yaml.error(node, f"title: {len(title)} characters, limit {MAX_TITLE_CHARS}")
    return title


def _tags(node: yaml.Node) -> tuple[str, ...]:
    """Return the tags in order, each once. A scalar is split at white space, as Jekyll does."""
    if isinstance(node, yaml.SequenceNode):
        names = [fold(safe_yaml.scalar(item, "tags")) for item in node.value]
    else:
        names = [name.strip(",") for name in fold(safe_yaml.scalar(node, "tags")).split()]
    names = list(dict.fromkeys(name for name in names if name))
    if len(names) > MAX_TAGS:
        raise safe_yaml.error(node, f"tags: {len(names)} of them, limit {MAX_TAGS}")
    try:
        return tuple(map(tag_name, names))
    except TagRefused as refused:
        raise safe_yaml.error(node, f"tags: {refused}") from refused


def moment(text: str, zone: tzinfo) -> datetime:
    """Return the time that a ``date`` means, in ``zone``. Without an offset it is local there.

    Raises ValueError, and OverflowError if the year is out of range.
    """
    match = _DATE.fullmatch(text)
    if match is None:
        raise ValueError(text)
    time = match["time"] or "0:00"
    form = "%Y-%m-%d %H:%M:%S" if time.count(":") > 1 else "%Y-%m-%d %H:%M"
    written = datetime.strptime(f"{match['day']} {time}", form).replace(tzinfo=zone)
    if offset := match["zone"]:
        digits = "+0000" if offset in ("Z", "UTC") else offset.ljust(5, "0")
        written = written.replace(tzinfo=datetime.strptime(digits, "%z").tzinfo)
    written.astimezone(UTC)  # Raises OverflowError if it has no UTC time, which is what is stored.
    return written.astimezone(zone)


def dump(document: Document) -> str:
    """Return the lines between the two ``---``: every key in order, missing keys of ours last."""
    keys = dict(document.front_matter)
    keys.update((key, None) for key in KNOWN_KEYS if key not in keys)
    known = {
        "title": safe_yaml.dump_title(document.title),
        "date": _date(document.published_at),
        "tags": safe_yaml.dump_words(list(document.tags)),
    }
    lines = {paper.arxiv_id: paper.gist for paper in document.papers if paper.gist}
    if lines:
        keys[GISTS], known[GISTS] = None, gists.dump(lines)
    elif keys.get(GISTS) == {}:
        del keys[GISTS]
    return "\n".join(
        _pair(safe_yaml.dump(key), known[key] if key in known else _value(value))
        for key, value in keys.items()
    )


def _pair(key: str, value: str) -> str:
    """Return a key with its value, which may begin on the next line."""
    return f"{key}:{value}" if value.startswith("\n") else f"{key}: {value}".rstrip(" ")


def _value(value: object) -> str:
    return "" if value is None else safe_yaml.dump(value)


def _date(published_at: datetime) -> str:
    """Return local time. It has an offset only if it would mean another moment without it."""
    text = published_at.replace(tzinfo=None).isoformat(" ", "seconds")
    alone = published_at.replace(fold=0)
    if alone.utcoffset() == published_at.utcoffset():
        return text
    return text + published_at.strftime(" %z")
