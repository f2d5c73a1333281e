"""Drafts first sections without a language model: the paper's own sentences, sorted by role.

It writes nothing that the paper does not say. Every sentence of the abstract is used once, word for
word. A release notice ("Code is available at …") is of the introduction, which tells what the paper
brings. There no word is lost, and no result is claimed. The limitations and conclusion sections
quote those parts of the full text, or stay absent.
"""

import re
from collections.abc import Iterator, Sequence

from papers import kinds
from papers.drafting.extract.releases import is_release
from papers.drafting.extract.results import is_measured_result
from papers.drafting.extract.role_features import MAX_CHARACTERS
from papers.drafting.extract.roles import Role, roles
from papers.fulltext.base import Part
from papers.text.sentences import continues, sentences

VERSION = "extractive-3"

QUOTED_SENTENCES = 3
QUOTED_CHARACTERS = 600

_MATH = re.compile(r"(\$(?![\s$])(?:\\.|[^$\\]){1,300}?(?<!\s)\$(?!\d))")
_SPECIAL = re.compile(r"[\\`*_\[\]$]|~(?=~)")
_BLOCK = re.compile(r"^([0-9]*)([-+#.)])")  # would open a list or a heading
_CAPTION = re.compile(r"(?:fig(?:ure)?|table|algorithm|listing)\b\.?\s*\d", re.IGNORECASE)
_WHOLE = re.compile(r"[.!?][\"'”’)\]]*$")
# Before the paper speaks of its own work, figures are those of others.
_OWN = re.compile(
    r"""\b(?:we|this[ ](?:paper|work|study|report|article)
    |our[ ](?:\w+[ ]){0,2}(?:methods?|models?|approach|work|study|experiments?|results?
        |findings|system|evaluations?|analys[ie]s|frameworks?|algorithm|benchmark|dataset|pipeline))\b""",
    re.VERBOSE | re.IGNORECASE,
)
# What others do, unless the sentence compares with "our method" or what "we" do. After "while" the
# main clause tells: "while existing agents achieve 30%, they are slow".
_OTHERS = re.compile(
    r"""(?:(?:however|yet|but),?[ ]|(?:while|although)[ ](?=[^,]*,[ ](?:they|these|their|such)\b))?
    (?:even[ ])?(?:the[ ])?(?:most[ ])?
    (?:existing|prior|previous|current|state-of-the-art|humans?|today['’]s)\b(?!.*\b(?:we|ours?)\b)""",
    re.VERBOSE | re.IGNORECASE,
)
_LATER_ITEM = re.compile(  # of a list: "(2) …", not "(1) …"
    r"\(?(?:[2-9]|\d\d|i[ivx]+|[vx][ivx]*|[b-h]|I[IVX]+|[VX][IVX]*|[B-H])\) |[2-9]\. "
)
_PARAGRAPH_END = re.compile(rf":$|{_WHOLE.pattern}")


def draft(abstract: str, parts: Sequence[Part] = ()) -> dict[str, str]:
    """Return Markdown by kind of section, in order. A kind that the text does not cover is absent.

    `parts` are those of the full text, if there is one.
    """
    sections = {row.name: _opening(parts, row.from_part) for row in kinds.rows()}
    of_role = {role: row.name for row in kinds.rows() for role in row.from_roles}
    section = kinds.INTRODUCTION
    for role, sentence in _told(sentences(abstract)):
        # A sentence without a role of its own (an item of a list, an imprint) stays in place.
        section = of_role.get(role, section)
        sections[section].append(sentence)
    return {kind: _markdown(said) for kind, said in sections.items() if said}


def _told(found: list[str]) -> Iterator[tuple[Role, str]]:
    """Yield each sentence with its role: the one that its words tell plainly, or the model's."""
    is_own = False
    for role, sentence in zip(roles(found), found, strict=True):
        head = sentence[:MAX_CHARACTERS]
        is_own = is_own or bool(_OWN.search(head))
        if is_release(head):
            yield Role.OBJECTIVE, sentence
        elif _LATER_ITEM.match(head):
            yield Role.OTHER, sentence
        elif is_own and not _OTHERS.match(head) and is_measured_result(head):
            yield Role.RESULT, sentence
        else:
            yield role, sentence


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
    """Return whether a line is a whole paragraph.

    It is none if it is an inner heading, a table row or a caption, or if it goes on after an
    equation ("where x is the size").
    """
    is_whole = bool(_PARAGRAPH_END.search(line)) and not continues(line)
    return is_whole and line.count(" ") > 3 and not _CAPTION.match(line)


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
