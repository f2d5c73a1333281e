"""What a number counts: the kinds of the noun beside it, in English or Korean."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from papers.checks.numbers.nouns import IRREGULAR, KINDS

Kinds = frozenset[int]
NONE: Kinds = frozenset()
"""The kinds of a noun that is not known."""

WINDOW = 80
"""Characters after a number, among which its noun is."""

# "Three types of models" are three types and three models.
_PARTITIVE = frozenset(
    {"types", "kinds", "categories", "classes", "groups", "families", "sets", "varieties"}
)
# Words and signs that end a noun phrase.
_ENDS = frozenset({
    ".", ";", ":", "(", ")", "--", " - ", "\n\n",
    "and", "or", "on", "in", "for", "with", "across", "from", "to", "by", "that", "which", "who",
    "is", "are", "was", "were", "as", "at", "via", "using", "into", "a", "an", "over", "under",
    "between", "among", "while", "than", "when", "where", "we", "it", "this", "can",
})  # fmt: skip
# The letters of "A100" are no word.
_ENGLISH = re.compile(
    r"(?P<word>[A-Za-z]{1,30}(?![A-Za-z\d]))(?P<compound>(?:-[A-Za-z]{1,30}){0,5})"
    r"|\([A-Za-z-]{1,15}\)|[.,;:()]|--|\s-\s|\n\n"
)
_GENERIC = re.compile(r"\s?(?:개|가지|종류|종|명|건|편|곳)(?P<particle>[가-힣]{0,4})")
# Nouns that follow a numeral as a counter does: "두 단계 필터".
_COUNTING = re.compile(r"\s?(단계|수준|계층|차원|축|층|방향)")
# How a particle begins. It may have two more syllables: "에서도", "이라는".
_PARTICLE = re.compile(
    r"(?:[은는이가을를의에로와과도만인임일간별당보뿐라나며랑]|으로|부터|까지|마[다저]|처럼|조차|밖에|한테|입니)[가-힣]{0,2}"
)
_LONGEST_PARTICLE = 3
_ENDS_PHRASE = re.compile(r"(?:을|를|에서|으로|로|에게|와|과|및|\d|^[두세네])\Z")
_KOREAN = re.compile(r"(?P<word>[A-Za-z]{1,30}[가-힣]{0,4}|[가-힣]{1,15}|\d)(?P<end>[^\s\w])?")
_BARE_BEFORE = re.compile(r"[가-힣A-Za-z]{1,15}\s?\Z")
_AFTER_NOUN = frozenset({
    "모두", "각각", "사이", "등", "및", "전부", "간", "중", "가운데", "대비", "이상",
})  # fmt: skip


def _plural(noun: str) -> str:
    if noun.endswith("y") and noun[-2] not in "aeo":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch")) else "s")


_SINGULARS: defaultdict[str, Kinds] = defaultdict(frozenset)
_PLURALS: defaultdict[str, Kinds] = defaultdict(frozenset)
_IN_KOREAN: defaultdict[str, Kinds] = defaultdict(frozenset)
for _kind, (_singulars, _korean) in enumerate(KINDS):
    for _noun in _singulars.split():
        _SINGULARS[_noun] |= {_kind}
        _PLURALS[IRREGULAR.get(_noun) or _plural(_noun)] |= {_kind}
    for _noun in _korean.split():
        _IN_KOREAN[_noun] |= {_kind}


def counted(text: str, start: int, end: int, *, plural: bool) -> Kinds:
    """Return the kinds of what the number at `start` to `end` counts."""
    if "가" <= text[end : end + 2].strip()[:1] <= "힣":
        return _korean_noun(text, start, end)
    if text.startswith("-", end):  # "two-stage"
        match = _ENGLISH.match(text, end + 1)
        return kinds_of((match["word"] or "").lower()) if match else NONE
    words = _phrase(text, end)
    return _head(words) if plural else NONE.union(*map(_kinds, words))


def kinds_of(noun: str) -> Kinds:
    """Return the kinds of an English noun in the singular."""
    return _SINGULARS.get(noun, NONE)


def _phrase(text: str, end: int) -> list[str]:
    """Return the words of the noun phrase that goes on at `end`."""
    words: list[str] = []
    for match in _ENGLISH.finditer(text, end, end + WINDOW):
        word = match[0].lower()
        if word in _ENDS or (word == "," and (not words or words[-1] in _PLURALS)):
            break
        words.append(_without_dash(match))
    return words


def _without_dash(match: re.Match[str]) -> str:
    """Return the word. A hyphen after a plural is a dash: "three dimensions-diversity, quality"."""
    word = (match["word"] or "").lower()
    return word if word in _PLURALS else match[0].lower()


def _head(words: list[str]) -> Kinds:
    """Return the kinds of the first plural, and of what it consists of."""
    kinds = NONE
    for word in words:
        kinds |= _PLURALS.get(word, NONE)
        if word in _PLURALS and word not in _PARTITIVE:
            break
    return kinds


def _korean_noun(text: str, start: int, end: int) -> Kinds:
    counter = _GENERIC.match(text, end)
    if counter and counter["particle"] not in {"", "의"}:  # "데이터셋 두 개를"
        before = _BARE_BEFORE.search(text, max(0, start - 15), start)
        return _kinds(before[0].strip()) if before else NONE
    if counting := _COUNTING.match(text, end):
        return _IN_KOREAN[counting[1]]
    head = _korean_head(text, counter.end() if counter else end)
    # "두 에이전트 시스템" is two systems or a two-agent system. A counter decides it.
    first = None if counter else _KOREAN.search(text, end)
    return head | _kinds(first["word"]) if first else head


def _korean_head(text: str, end: int) -> Kinds:
    """Return the kinds of the first noun that has a particle or ends its phrase."""
    owner = bare = NONE  # the models in "두 모델의 성능" and in "두 모델 계열"
    for match in _KOREAN.finditer(text, end, end + WINDOW // 2):
        word = match["word"]
        stems = [*_without_particle(word)]
        if bare and not _AFTER_NOUN.isdisjoint([word, *stems]):
            return owner | bare
        bare = _kinds(word)
        kinds = bare or next(filter(None, map(_kinds, stems)), NONE)
        if kinds and word.endswith("의"):
            owner |= kinds
        elif (kinds and not bare) or match["end"] or (not kinds and _ENDS_PHRASE.search(word)):
            return owner | kinds
    return owner | bare


def _without_particle(word: str) -> Iterator[str]:
    """Yield what a word may be without its particle, which is taken to be short first."""
    for size in range(1, _LONGEST_PARTICLE + 1):
        if _PARTICLE.fullmatch(word[-size:]):
            yield word[:-size]


def _kinds(word: str) -> Kinds:
    """Return the kinds of a noun. The last part of a Korean compound says what it is."""
    word = word.removesuffix("들")
    if word.isascii():
        return kinds_of(word.lower()) or _PLURALS.get(word.lower(), NONE)
    parts = (word[at:] for at in range(max(1, len(word) - 1)))
    return next((_IN_KOREAN[part] for part in parts if part in _IN_KOREAN), NONE)
