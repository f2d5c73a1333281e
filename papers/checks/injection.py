"""Finds text in a paper that addresses the model that will read it. A person reviews such a paper.

The grammatical mood separates an attack from a paper about attacks. An order stands where a
sentence, a line or a quotation begins, or after "please" and "you must".
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from unicodedata import category, normalize

from django.utils.translation import gettext_noop

from papers.checks.attacks import ANYWHERE, ORDER_BEGINS, ORDERS, PRINTED_PROMPTS
from papers.checks.base import Check, Claim, Finding, Level, PaperText
from papers.checks.prose import shown

NAME = "injection"
VERSION = 1

_ADDRESSED = gettext_noop("“%(text)s” addresses the model that reads the paper.")
_HIDDEN = gettext_noop("Characters that nobody sees say “%(text)s”.")

# Tag characters outside a flag, and runs of variation selectors: each carries a hidden byte.
_TAG = "[\U000e0020-\U000e007f]"
_HIDDEN_TEXT = re.compile(
    f"(?<![\U0001f3f4\U000e0020-\U000e007f]){_TAG}{{4,2000}}|(?<=\U0001f3f4){_TAG}{{8,2000}}"
    "|[\ufe00-\ufe0f\U000e0100-\U000e01ef]{4,2000}"
)
# Letters that look like Latin ones. A word with them is read as it looks.
_LOOKALIKES = str.maketrans("аеорсухіѕјԁɡοαѵ", "aeopcyxisjdgoav")


def check(text: str, *, is_full_text: bool = False) -> list[Finding]:
    """Return errors for orders to a model, imitations of a prompt's format and hidden text.

    `text` is a title, an abstract, a section or, with `is_full_text`, a paper that may print the
    prompts it used. Give the text as it came, if that is kept: cleaning removes what hides.
    """
    plain, places = _plain(text)
    spans = [
        (places[start], places[end - 1] + 1, code)
        for start, end, code in _spoken(plain)
        if not (is_full_text and code in PRINTED_PROMPTS)
    ]
    findings = [_finding(code, text, start, end) for start, end, code in spans]
    findings += [_hidden(match) for match in _HIDDEN_TEXT.finditer(text)]
    return sorted(findings, key=lambda finding: (finding.start, finding.end))


def _spoken(plain: str) -> Iterator[tuple[int, int, str]]:
    for code, pattern in ANYWHERE.items():
        for match in pattern.finditer(plain):
            lead = len(match[0]) - len(match[0].lstrip())
            yield match.start() + lead, match.start() + len(match[0].rstrip()), code
    for code, pattern in ORDERS.items():
        for match in pattern.finditer(plain):
            start = match.start()
            if start == 0 or ORDER_BEGINS.search(plain[max(0, start - 24) : start]):
                yield start, match.end(), code


def _plain(text: str) -> tuple[str, Sequence[int]]:
    """Return lower-case letters as they look, and the place of each in `text`.

    Characters that take no room are left out.
    """
    if text.isascii():
        return text.lower(), range(len(text))
    letters, places = [], []
    for at, char in enumerate(text):
        if category(char) not in ("Cf", "Mn"):
            seen = normalize("NFKC", char).lower().translate(_LOOKALIKES)
            letters.append(seen)
            places += [at] * len(seen)
    return "".join(letters), places


def _hidden(match: re.Match[str]) -> Finding:
    said = "".join(map(_byte, match[0]))
    finding = _finding("hidden", match.string, match.start(), match.end())
    return replace(finding, message=_HIDDEN, data={"text": shown(said)})


def _byte(char: str) -> str:
    """Return the letter that a hidden character carries, or "·" if it cannot be shown."""
    code = ord(char)
    if code >= 0xE0100:
        code = code - 0xE0100 + 16
    elif code >= 0xE0000:
        code -= 0xE0000
    else:
        code -= 0xFE00
    return chr(code) if chr(code).isprintable() else "·"


def _finding(code: str, text: str, start: int, end: int) -> Finding:
    said = text[start:end]
    return Finding(
        NAME,
        Level.ERROR,
        code,
        _ADDRESSED,
        start,
        end,
        text=said,
        data={"text": shown(said)},
    )


def _of_paper(claims: Sequence[Claim], paper: PaperText) -> list[Finding]:
    return [*check(f"{paper.title}\n\n{paper.abstract}"), *_of_full_text(paper.full_text)]


def _of_full_text(full_text: str) -> tuple[Finding, ...]:
    """Return the findings in a full text.

    They are remembered, for editors open the pages of a post in turn, and a check takes 37 ms for
    100 kB.
    """
    remembered = _findings_of(hashlib.sha256(full_text.encode()).digest())
    if not remembered:
        remembered.append(tuple(check(full_text, is_full_text=True)))
    return remembered[0]


@lru_cache(maxsize=2_000)
def _findings_of(checksum: bytes) -> list[tuple[Finding, ...]]:
    """Return the place for the findings of a text. It is empty the first time.

    The text itself is not kept, so that all papers of several posts find room.
    """
    return []


CHECK = Check(NAME, VERSION, paper=_of_paper)
