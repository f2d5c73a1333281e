"""The house glossary: one rendering for each English term, in a section and across a digest."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Generic, TypeVar

from django.utils.translation import gettext_noop

from papers import languages
from papers.checks.base import (
    Check,
    Claim,
    Finding,
    Level,
    PaperText,
    Place,
    Summary,
    Term,
    by_language,
)
from papers.checks.glossary import DEFAULT_TERMS
from papers.checks.prose import prose
from papers.languages import Language

NAME = "terms"
VERSION = 2

_Key = TypeVar("_Key", bound=Hashable)

_UNWANTED = gettext_noop(
    "“%(text)s” stands for “%(english)s”; the house's word is “%(rendering)s”."
)
_TWO = gettext_noop("“%(text)s” stands for “%(english)s”; most of this digest has “%(rendering)s”.")


@dataclass(frozen=True, slots=True)
class Usage(Generic[_Key]):
    """How often each rendering of a term occurs in each text of a digest."""

    term: Term
    counts: Mapping[str, Mapping[_Key, int]] = field(hash=False)
    """By rendering, most frequent first; then by the text's key."""

    @property
    def is_mixed(self) -> bool:
        return len(self.counts) > 1


def check(markdown: str, language: str, glossary: Iterable[Term]) -> list[Finding]:
    """Return warnings for renderings the house does not want, with the wanted one in `data`."""
    return [
        _finding("house_term", _UNWANTED, markdown, match.span(), term.english, term.rendering)
        for match, term, rendering in _occurrences(markdown, language, glossary)
        if rendering != term.rendering
    ]


def renderings(
    texts: Mapping[_Key, str], language: str, glossary: Iterable[Term]
) -> list[Usage[_Key]]:
    """Return the usage of each term that the texts of a digest have, in glossary order."""
    glossary = tuple(glossary)
    counts: dict[Term, dict[str, Counter[_Key]]] = defaultdict(lambda: defaultdict(Counter))
    for key, text in texts.items():
        for _, term, rendering in _occurrences(text, language, glossary):
            counts[term][rendering][key] += 1
    return [
        Usage(term, dict(sorted(counts[term].items(), key=lambda each: -sum(each[1].values()))))
        for term in glossary
        if term in counts
    ]


def check_digest(
    texts: Mapping[_Key, str], language: str, glossary: Iterable[Term]
) -> dict[_Key, list[Finding]]:
    """Return, by text, warnings for renderings that differ from the digest's most frequent one.

    These are for terms that the house has not decided on. `check` covers the decided ones.
    """
    usual = {
        usage.term: next(iter(usage.counts))
        for usage in renderings(texts, language, glossary)
        if usage.is_mixed
    }
    findings = {
        key: [
            _finding("two_renderings", _TWO, text, match.span(), term.english, usual[term])
            for match, term, rendering in _occurrences(text, language, usual)
            if rendering != usual[term]
        ]
        for key, text in texts.items()
    }
    return {key: found for key, found in findings.items() if found}


def undecided(glossary: Sequence[Term]) -> list[Term]:
    """Return the default terms that the house's glossary does not have."""
    decided = {(term.english.lower(), term.language) for term in glossary}
    return [term for term in DEFAULT_TERMS if (term.english.lower(), term.language) not in decided]


def _occurrences(
    markdown: str, language: str, glossary: Iterable[Term]
) -> Iterator[tuple[re.Match[str], Term, str]]:
    """Yield each rendering in the text, with its term and the glossary's spelling."""
    words = {
        _letters(word): (term, word)
        for term in glossary
        if term.language == language
        for word in (term.rendering, *term.variants)
        if word.strip()
    }
    if words:
        row = languages.of(language)
        pattern = _pattern(tuple(sorted(word for _, word in words.values())), row)
        for match in pattern.finditer(prose(markdown)):
            # Letters like "ſ" match an "s" that they do not fold to.
            if known := words.get(_letters(match[0])):
                yield match, *known


def _letters(word: str) -> str:
    return re.sub(r"\s", "", word).casefold()


@lru_cache(maxsize=8)
def _pattern(words: tuple[str, ...], row: Language) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    patterns = (_of_word(word, row) for word in longest_first)
    return re.compile("|".join(patterns), re.VERBOSE | re.IGNORECASE)


def _of_word(word: str, row: Language) -> str:
    letters, short = _letters(word), row.short_words
    if short is None or not all(map(row.has_letter, letters)):
        edge = r"\b" if re.search("[a-z]", letters) else ""
        return edge + r"\s?".join(map(re.escape, word.split())) + edge
    if len(letters) > 3:  # long enough to be itself however it is spaced and whatever follows
        return r"\s?".join(letters)
    pattern = r"\s?".join(word.split())
    if len(letters) > 2:
        return pattern
    return f"{short.before}{pattern}{short.ordinary.get(letters, '')}{short.after}"


def _finding(
    code: str, message: str, markdown: str, span: tuple[int, int], english: str, rendering: str
) -> Finding:
    text = markdown[slice(*span)]
    data = {"text": text, "english": english, "rendering": rendering}
    return Finding(NAME, Level.WARNING, code, message, *span, text=text, data=data)


def _of_section(claim: Claim, paper: PaperText, glossary: Sequence[Term]) -> list[Finding]:
    return check(claim.markdown, claim.language, glossary)


def _of_post(post: Sequence[Summary], glossary: Sequence[Term]) -> dict[Place, list[Finding]]:
    found: dict[Place, list[Finding]] = {}
    for language, claims in by_language(post).items():
        texts = {place: claim.markdown for place, claim in claims.items()}
        found |= check_digest(texts, language, undecided(glossary))
    return found


CHECK = Check(NAME, VERSION, section=_of_section, post=_of_post)
