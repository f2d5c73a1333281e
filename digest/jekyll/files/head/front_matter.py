"""Reads and writes what stands between the two ``---`` lines: title, date, tags, unknown keys.

It is YAML, or TOML between two ``+++`` lines.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, tzinfo

import yaml

from digest.jekyll.files.document import (
    GISTS,
    KNOWN_KEYS,
    LANGUAGE_KEYS,
    MAX_TITLE_CHARS,
    Document,
    Fault,
    Notice,
)
from digest.jekyll.files.head import (
    dates,
    front_form,
    gists,
    names,
    safe_yaml,
    syntaxes,
    visibility,
)
from digest.jekyll.files.head.front_form import FORM, Block
from digest.jekyll.files.head.gists import GistItem
from digest.jekyll.files.head.syntaxes import SYNTAX, YAML, Syntax
from papers import languages
from papers.text.cleaning import fold
from papers.text.tags import TagRefused, tag_name

FIRST_LINE = 2  # Of the front matter in the file. Line 1 is the ---.
MAX_CHARS = 256 * 1024
MAX_TAGS = 100


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What the front matter says.

    ``keys`` are those of `Document.front_matter`, and ``lines`` has the line of the file for each.
    ``form`` says how they were written. ``notices`` name what was left out.
    """

    title: str
    date: str
    tags: tuple[str, ...]
    gists: tuple[GistItem, ...]
    keys: tuple[tuple[str, object], ...]
    lines: dict[str, int]
    form: list[Block]
    notices: tuple[Notice, ...]


def parse(text: str, syntax: Syntax = YAML) -> FrontMatter:
    """Read a front matter without its fences. The text must be cleaned before. Raises Fault."""
    if len(text) > MAX_CHARS:
        line = FIRST_LINE + text.count("\n", 0, MAX_CHARS)
        raise Fault(line, f"front matter: over {MAX_CHARS} characters")
    try:
        return _fields(text, syntax.compose(text))
    except yaml.MarkedYAMLError as error:
        raise Fault(_line(error.problem_mark), f"front matter: {_shown(error.problem)}") from None


def _line(mark: yaml.Mark | None) -> int:
    return FIRST_LINE + (mark.line if mark else 0)


def _shown(problem: str | None) -> str:
    return "".join(char if char.isprintable() else " " for char in (problem or "broken")[:200])


def _fields(text: str, root: yaml.Node | None) -> FrontMatter:
    if root is not None and not isinstance(root, yaml.MappingNode):
        raise safe_yaml.error(root, "expected lines of the form key: value")
    nodes = safe_yaml.pairs(root) if root else {}
    keys = {key: None if key in KNOWN_KEYS else safe_yaml.plain(nodes[key]) for key in nodes}
    keys.update((key, None) for key in KNOWN_KEYS if key not in nodes)
    lines = nodes.get(GISTS)
    if isinstance(lines, yaml.MappingNode):
        keys[GISTS] = {}  # Each of them is a field of its paper.
    title, date, tags = (nodes.get(key) for key in KNOWN_KEYS)
    names, refused = _tags(tags or _tags_elsewhere(nodes))
    if refused:
        keys["tags"] = [name for name, _ in refused]
    return FrontMatter(
        title=_title(title) if title else "",
        date=fold(safe_yaml.scalar(date, "date")) if date else "",
        tags=names,
        gists=gists.items(lines, FIRST_LINE) if isinstance(lines, yaml.MappingNode) else (),
        keys=tuple(keys.items()),
        lines={key: _line(node.start_mark) for key, node in nodes.items()},
        form=front_form.of(text, root),
        notices=tuple(notice for _, notice in refused),
    )


def _tags_elsewhere(nodes: dict[str, yaml.Node]) -> yaml.Node | None:
    """Return what other keys than `tags` say of them: Jekyll's `tag`, Zenn's, Zola's."""
    under = nodes.get("taxonomies")
    of_zola = safe_yaml.pairs(under) if isinstance(under, yaml.MappingNode) else {}
    return nodes.get("tag") or nodes.get("topics") or of_zola.get("tags")


def _title(node: yaml.Node) -> str:
    title = fold(safe_yaml.scalar(node, "title"))
    if len(title) > MAX_TITLE_CHARS:
        raise safe_yaml.error(node, f"title: {len(title)} characters, limit {MAX_TITLE_CHARS}")
    return title


def _tags(node: yaml.Node | None) -> tuple[tuple[str, ...], list[tuple[str, Notice]]]:
    """Return the tags in order, each once, and those that can be none, with a notice.

    A text is split at commas, or else at white space, as Jekyll does, and a mark before a word is
    no part of the tag: ``#nlp``.
    """
    written = _written_tags(node) if node else {}
    if node and len(written) > MAX_TAGS:
        raise safe_yaml.error(node, f"tags: {len(written)} of them, limit {MAX_TAGS}")
    tags, refused = [], []
    for name, line in written.items():
        try:
            tags.append(tag_name(name))
        except TagRefused as error:
            refused.append((name, Notice(line, f"tags: {error} It is left out.")))
    return tuple(dict.fromkeys(tags)), refused


def _written_tags(node: yaml.Node) -> dict[str, int]:
    """Return each name with its line."""
    if isinstance(node, yaml.SequenceNode):
        items = [(safe_yaml.scalar(item, "tags"), _line(item.start_mark)) for item in node.value]
    else:
        words = _words(safe_yaml.scalar(node, "tags"))
        items = [(word, _line(node.start_mark)) for word in words]
    folded = ((fold(text), line) for text, line in items)
    return {name: line for name, line in folded if name}


def _words(text: str) -> list[str]:
    parts = text.split(",") if "," in text else text.split()
    return [word for part in parts if (word := fold(part).lstrip("#"))]


def formed(document: Document, text: str, front: FrontMatter, syntax: Syntax) -> Document:
    """Return the document with the form of its front matter, if it is not the usual one."""
    if syntax is not YAML:
        document = replace(document, form={**document.form, SYNTAX: syntax.NAME})
    if _usual(document) == text:
        return document
    kept = replace(document, form={**document.form, FORM: front.form})
    if syntax is YAML or front.gists or dump(kept) == text:
        return kept
    return replace(document, form={**document.form, FORM: text})


def fenced(document: Document) -> str:
    """Return the front matter with the lines that begin and end it."""
    fence = syntaxes.of_form(document.form).FENCE
    return f"{fence}\n{dump(document)}\n{fence}\n"


def dump(document: Document) -> str:
    """Return the lines of the front matter: every key in order, missing keys of ours last.

    They are written as the file had them, as far as the form of the file tells and still holds.
    """
    usual, form = _usual(document), document.form.get(FORM)
    if isinstance(form, str):
        return form if _says_all(form, usual, document) else usual
    blocks = {block[0]: block for block in front_form.blocks(form)}
    if not blocks:
        return usual
    text = _in_form(document, blocks)
    return text if _has_the_keys_of(text, usual, syntaxes.of_form(document.form)) else usual


def lost(document: Document) -> str:
    """Return what a front matter does not keep of the one in the file, or ""."""
    form = document.form.get(FORM)
    is_kept = not isinstance(form, str) or form == dump(document)
    return "" if is_kept else "the front matter changed: its comments and order are not kept"


def _says_all(text: str, usual: str, document: Document) -> bool:
    """Return whether a front matter says what the document says, and nothing more."""
    syntax = syntaxes.of_form(document.form)
    if not _has_the_keys_of(text, usual, syntax):
        return False
    there, here = parse(text, syntax), parse(usual, syntax)
    try:
        return all(_agree(key, there, here, document) for key in here.lines)
    except (ValueError, OverflowError):
        return False


def _usual(document: Document) -> str:
    syntax = syntaxes.of_form(document.form)
    return "\n".join(syntax.in_order(_plain(document).values()))


def _has_the_keys_of(text: str, usual: str, syntax: Syntax) -> bool:
    """Return whether a front matter is one, and has no key that the usual one has not."""
    if any(line.rstrip() in syntax.ENDS for line in text.split("\n")):
        return False
    try:
        return set(parse(text, syntax).lines) <= set(parse(usual, syntax).lines)
    except Fault:
        return False


def _in_form(document: Document, blocks: dict[str, Block]) -> str:
    plain = _plain(document)
    written = [
        _in_its_form(key, block, plain[key], document)
        for key, block in blocks.items()
        if key in plain
    ]
    written += [
        pair
        for key, pair in plain.items()
        if key not in blocks and not _goes_without_saying(key, document)
    ]
    before = "".join(blocks.get("", [])[1:])
    written = syntaxes.of_form(document.form).in_order(written)
    return before + "\n".join(written) if written else before.removesuffix("\n")


def _in_its_form(key: str, block: Block, plain: str, document: Document) -> str:
    """Return the lines of a key in the form of the file, if they say what the document says."""
    texts, syntax = _texts(key, document), syntaxes.of_form(document.form)
    for bare in (True, False):
        written = front_form.filled(block, texts, syntax, bare=bare)
        if written and _says(key, written, plain, document):
            return written.removesuffix("\n")
    return plain


def _texts(key: str, document: Document) -> list[str]:
    """Return what stands in the holes of a key's form."""
    if key == "title":
        return [document.title]
    return _all_tags(document) if key == "tags" else []


def _says(key: str, written: str, plain: str, document: Document) -> bool:
    """Return whether lines of a key say what the document says of it."""
    try:
        return written == f"{plain}\n" or _means(key, written, plain, document)
    except (Fault, ValueError, OverflowError):
        return False


def _means(key: str, written: str, plain: str, document: Document) -> bool:
    syntax = syntaxes.of_form(document.form)
    there = parse(written, syntax)
    if set(dict(there.keys)) - {key, *KNOWN_KEYS}:
        return False
    return _agree(key, there, parse(plain, syntax), document)


def _agree(key: str, there: FrontMatter, here: FrontMatter, document: Document) -> bool:
    """Return whether two front matters say the same of a key. ``here`` is the document's own."""
    if _goes_without_saying(key, document) and not getattr(there, key, None):
        return True
    if key == "date":
        return dates.moment(there.date, _zone(document)).at == document.published_at
    said, own = dict(there.keys).get(key), dict(here.keys).get(key)
    if key == "lang":
        return _code(said) == _code(own)
    return (said, getattr(there, key, None)) == (own, getattr(here, key, None))


def _goes_without_saying(key: str, document: Document) -> bool:
    """Return whether a file without the key means the same."""
    if key not in (*KNOWN_KEYS, "lang"):
        return False
    begin = datetime.combine(document.day, time(), _zone(document))
    keys = dict(document.front_matter)
    said = [_code(keys[name]) for name in LANGUAGE_KEYS if name != "lang" and name in keys]
    return {
        "lang": _code(keys.get("lang")) in said,
        "title": document.title == names.title_of(document.written_slug or document.slug),
        "date": document.published_at == begin,
        "tags": _all_tags(document) == _said_elsewhere(keys),
    }.get(key, False)


def _said_elsewhere(keys: dict[str, object]) -> list[str]:
    """Return the tags that other keys name. See `_tags_elsewhere`."""
    under = keys.get("taxonomies")
    of_zola = under.get("tags") if isinstance(under, dict) else None
    said = next((each for each in (keys.get("tag"), keys.get("topics"), of_zola) if each), "")
    return list(map(str, said)) if isinstance(said, list) else _words(str(said))


def _code(value: object) -> str | None:
    return languages.matched(str(value), ())


def _zone(document: Document) -> tzinfo:
    return document.published_at.tzinfo or UTC


def _plain(document: Document) -> dict[str, str]:
    """Return the lines of each key as a file has them that was made here."""
    keys, syntax = _keys(document), syntaxes.of_form(document.form)
    known = {
        "title": syntax.dump_title(document.title),
        "date": _date(document.published_at, syntax),
        "tags": syntax.dump_words(_all_tags(document)),
    }
    lines = {paper.arxiv_id: paper.gist for paper in document.papers if paper.gist}
    if lines:
        keys[GISTS], known[GISTS] = None, syntax.dump_pairs(lines)
    elif keys.get(GISTS) == {}:
        del keys[GISTS]
    return {
        key: syntax.pair(key, known[key] if key in known else syntax.dump(value))
        for key, value in keys.items()
    }


def _keys(document: Document) -> dict[str, object]:
    """Return the keys of the file. One that hid a post that is public now is left out."""
    keys = {
        key: value
        for key, value in document.front_matter
        if not (document.is_public and visibility.hides(key, value))
    }
    return keys | {key: None for key in KNOWN_KEYS if key not in keys}


def _all_tags(document: Document) -> list[str]:
    """Return the tags, and those of the file that can be none here."""
    left_out = dict(document.front_matter).get("tags")
    return [*document.tags, *(left_out if isinstance(left_out, list) else ())]


def _date(published_at: datetime, syntax: Syntax) -> str:
    """Return local time. It has an offset only if it would mean another moment without it."""
    alone = published_at.replace(fold=0)
    is_plain = alone.utcoffset() == published_at.utcoffset()
    return syntax.dump_date(published_at, with_offset=not is_plain)
