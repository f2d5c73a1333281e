"""Finds Latin proper names (models, data sets, metrics) that the paper's text does not have.

Names are compared by their letters and digits. Case, hyphens, blanks, plurals, accents and LaTeX
do not matter. An acronym may stand for its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import category, normalize

from django.utils.translation import gettext_noop

from papers import kinds, languages
from papers.checks.base import Check, Claim, Finding, Level, PaperText, Term
from papers.checks.prose import prose, shown

NAME = "names"
VERSION = 1

_UNKNOWN = gettext_noop("“%(text)s” does not occur in the paper's text.")

COMMON = frozenset({"ai", "api", "cpu", "gpu", "ml", "ok", "url", "vs"})
"""Names that any text may use, whatever its paper says."""
# Two-letter acronyms come about by chance in any text. Only these may stand for their words.
_SHORT = {
    "ar": "autoregressive",
    "cv": "computer vision",
    "dl": "deep learning",
    "ir": "information retrieval",
    "kd": "knowledge distillation",
    "lm": "language model",
    "qa": "question answering",
    "rl": "reinforcement learning",
    "vl": "vision language",
}
_LINKING = frozenset({"a", "an", "and", "as", "by", "for", "from", "in", "of", "on", "the", "to"})
_MAX_WORDS = 5
_MAX_ACRONYM = 8

_LETTER = "a-zA-ZÀ-ÖØ-öø-ɏ"
_TOKEN = re.compile(
    rf"(?<![{_LETTER}0-9_\\])[{_LETTER}][{_LETTER}0-9]*"
    rf"(?:(?:[-.+&’'‑–]|\\?_)[{_LETTER}0-9]+)*\+{{0,2}}"
)
_UNIT = re.compile(
    r"(?<![a-zÀ-ɏ0-9_.,-])[0-9][0-9.,]{0,30}\s?(?:[kmgt]i?b|[kmgt]?hz|[kmgtp]?flops?|fps|m?s|db|[kmbtdxh])"
    r"(?![a-z0-9_])",
    re.IGNORECASE,
)
_PART = re.compile(r"[a-z0-9]+(?:\.[0-9]+)*")
_FAMILY = re.compile(r"[a-z]{2,}(?=[0-9.])")  # "flux.1" is a FLUX, but "qwen2.5" is no Qwen2
_POSSESSIVE = re.compile(r"['’]s\Z")
_SIZE = re.compile(r"[0-9]+(?:\.[0-9]+)?[bmkt]")
_COMMAND = re.compile(r"\\([a-zA-Z]{1,40})\*?")
_SENTENCE_BEGINS = re.compile(r"""(?:\A|[.!?:;]\s+|\n[\s>*+#-]*|["“‘'(\[*_])\s*\Z""")


@dataclass(frozen=True, slots=True)
class _Known:
    """The names in the paper's text."""

    joined: frozenset[str]
    """Each run of up to five words, written together."""
    initials: str
    """The first letters of all words, then those without the linking words; "." ends a sentence."""
    text: str

    def has(self, name: str) -> bool:
        folded = _POSSESSIVE.sub("", _folded(name))
        letters = _singular("".join(_PART.findall(folded)))
        return (
            letters in COMMON
            or letters in self.joined
            or self._has_words_of(name, letters)
            or self._has_parts(folded)
        )

    def _has_words_of(self, acronym: str, letters: str) -> bool:
        """Return whether the letters of `acronym` begin words that follow each other."""
        if len(letters) < 3:
            return letters in _SHORT and _SHORT[letters] in self.text
        capitals = sum(map(str.isupper, acronym))
        is_acronym = len(letters) <= _MAX_ACRONYM and capitals * 2 >= len(letters)
        return is_acronym and letters in self.initials

    def _has_parts(self, name: str) -> bool:
        """Return whether the text has all parts of a name such as "Dual-head", in any order.

        `numbers` checks the sizes.
        """
        parts: list[str] = []
        for part in _PART.findall(name):
            if not parts or not part[0].isdigit():
                parts.append(part)
            elif not _SIZE.fullmatch(part):
                parts[-1] += part
        return "-" in name and all(_singular(part) in self.joined for part in parts)


def check(markdown: str, language: str, source: str) -> list[Finding]:
    """Return warnings for names that `source` (title, abstract and any full text) lacks.

    Without a source there are none. `numbers` then reports that there was nothing to check against.
    """
    if not source.strip():
        return []
    known = _known(source)
    return [
        Finding(
            NAME,
            Level.WARNING,
            "unknown_name",
            _UNKNOWN,
            start,
            end,
            text=markdown[start:end],
            data={"text": shown(markdown[start:end])},
        )
        for start, end in names(markdown, language)
        if not known.has(markdown[start:end])
    ]


def names(markdown: str, language: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of words in Latin letters that have a capital or a digit.

    In a language written in Latin letters, a capital at the start of a sentence does not count.
    """
    text = _UNIT.sub(lambda unit: " " * len(unit[0]), prose(markdown))
    is_latin = languages.of(language).is_latin
    labels = _labels()
    for match in _TOKEN.finditer(text):
        word = match[0]
        if len(word) == 1 or word.islower() or _singular(word.casefold()) in labels:
            continue
        before = text[max(0, match.start() - 12) : match.start()]
        if not (is_latin and word.istitle() and _SENTENCE_BEGINS.search(before)):
            yield match.span()


def _labels() -> set[str]:
    """Return headings of sections and labels of items, lower case and singular. None is a name."""
    headings = [heading for row in kinds.headed() for heading in row.all_headings]
    return {_singular(word.casefold()) for word in [*headings, *languages.all_labels()]}


@lru_cache(maxsize=16)
def _known(source: str) -> _Known:
    # A command's name may be a word ("\alpha"), or wrap a part of one ("$\text{Transformer}^2$").
    without, with_commands = _COMMAND.sub("", source), _COMMAND.sub(r" \1 ", source)
    text = _folded(re.sub(r"[\\${}^]", "", without) + " . " + with_commands)
    joined: set[str] = set()
    initials: list[str] = []
    content: list[str] = []
    # Sentences without commands stand twice in the text.
    for sentence in dict.fromkeys(re.split(r"[.!?;:]\s", text)):
        words = _PART.findall(sentence)
        for at, word in enumerate(words):
            joined.update(
                _singular("".join(words[at : at + count])) for count in range(1, _MAX_WORDS + 1)
            )
            if family := _FAMILY.match(word):
                joined.add(family[0])
        initials += [word[0] for word in words] + ["."]
        content += [word[0] for word in words if word not in _LINKING] + ["."]
    return _Known(frozenset(joined), "".join(initials + content), " ".join(_PART.findall(text)))


def _singular(word: str) -> str:
    return word.removesuffix("s") if len(word) > 2 else word


def _folded(text: str) -> str:
    """Return lower-case text without accents and without characters that take no room."""
    decomposed = normalize("NFKD", text).casefold()
    if decomposed.isascii():
        return decomposed
    return "".join(char for char in decomposed if category(char) not in ("Mn", "Cf"))


def _of_section(claim: Claim, paper: PaperText, glossary: Sequence[Term]) -> list[Finding]:
    return check(claim.markdown, claim.language, paper.text)


CHECK = Check(NAME, VERSION, section=_of_section, compares=True)
