"""Drafts first sections without a language model: the paper's own sentences, sorted by role.

It writes nothing that the paper does not say. Every sentence of the abstract is used once, word for
word. The limitations and conclusion sections quote those parts of the full text, or stay absent.
"""

import re
from collections.abc import Sequence

from papers import kinds
from papers.drafting.extract.roles import roles
from papers.fulltext.base import Part
from papers.text.sentences import sentences

VERSION = "extractive-2"

QUOTED_SENTENCES = 3
QUOTED_CHARACTERS = 600

_MATH = re.compile(r"(\$(?![\s$])(?:\\.|[^$\\]){1,300}?(?<!\s)\$(?!\d))")
_SPECIAL = re.compile(r"[\\`*_\[\]$]|~(?=~)")
_BLOCK = re.compile(r"^([0-9]*)([-+#.)])")  # would open a list or a heading
_CAPTION = re.compile(r"(?:fig(?:ure)?|table|algorithm|listing)\b\.?\s*\d", re.IGNORECASE)
_WHOLE = re.compile(r"[.!?][\"'”’)\]]*$")
_PARAGRAPH_END = re.compile(rf":$|{_WHOLE.pattern}")


def draft(abstract: str, parts: Sequence[Part] = ()) -> dict[str, str]:
    """Return Markdown by kind of section, in order. A kind that the text does not cover is absent.

    `parts` are those of the full text, if there is one.
    """
    sections = {row.name: _opening(parts, row.from_part) for row in kinds.rows()}
    of_role = {role: row.name for row in kinds.rows() for role in row.from_roles}
    found = sentences(abstract)
    section = kinds.INTRODUCTION
    for role, sentence in zip(roles(found), found, strict=True):
        # A sentence without a role of its own (a link to the code, a list item) stays in place.
        section = of_role.get(role, section)
        sections[section].append(sentence)
    return {kind: _markdown(said) for kind, said in sections.items() if said}


def quoted_parts() -> set[str]:
    """Return the kinds of full-text part that are quoted."""
    return {row.from_part for row in kinds.rows() if row.from_part}


def _opening(parts: Sequence[Part], kind: str) -> list[str]:
    """Return the first sentences of the first part of this kind, as many as may be quoted."""
    text = next((part.text for part in parts if part.kind == kind), "")
    quoted: list[str] = []
    for line in filter(_is_prose, text.splitlines()):
        for sentence in sentences(line[: 2 * QUOTED_CHARACTERS]):
            length = sum(map(len, quoted)) + len(quoted) + len(sentence)
            if len(quoted) == QUOTED_SENTENCES or length > QUOTED_CHARACTERS:
                return _complete(quoted)
            quoted.append(sentence)
    return _complete(quoted)


def _is_prose(line: str) -> bool:
    """Return whether a line is a paragraph, and not an inner heading, table row or caption."""
    return bool(_PARAGRAPH_END.search(line)) and line.count(" ") > 3 and not _CAPTION.match(line)


def _complete(quoted: list[str]) -> list[str]:
    """Return the sentences without a last one that announces more ("These are:")."""
    while quoted and not _WHOLE.search(quoted[-1]):
        quoted = quoted[:-1]
    return quoted


def _markdown(said: list[str]) -> str:
    return _BLOCK.sub(r"\1\\\2", " ".join(map(escape, said)))


def escape(sentence: str) -> str:
    """Return Markdown that reads as the sentence does. `$math$` stays math."""
    parts = _MATH.split(sentence)
    return "".join(part if at % 2 else _plain(part) for at, part in enumerate(parts))


def _plain(text: str) -> str:
    escaped = _SPECIAL.sub(r"\\\g<0>", text.replace("\\$", "$"))  # `\$` in an abstract is money.
    return escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
