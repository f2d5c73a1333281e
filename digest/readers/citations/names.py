"""The parts of an author's name, which arXiv gives as one line."""

from __future__ import annotations

from dataclasses import dataclass

from pybtex.database import Person

from papers import languages

_GROUPS = {"team", "collaboration", "consortium", "group", "lab", "labs", "project"}
_SUFFIXES = {"jr.", "jr", "sr.", "sr", "ii", "iii", "iv"}
_NOT_IN_NAMES = set(",{}\\~")  # They part names in BibTeX, or group letters.


@dataclass(frozen=True, slots=True)
class Name:
    """A name in parts. A name that must not be taken apart is all `family`."""

    family: str
    given: str = ""
    suffix: str = ""


def name_of(author: str) -> Name:
    """Return the parts of a name as arXiv writes it: "Ada Lovelace", "Gemma Team", "홍길동"."""
    words = author.split()
    if _is_whole(author, words):
        return Name(author)
    suffix = words.pop() if words[-1].lower() in _SUFFIXES and len(words) > 2 else ""
    person = Person(" ".join(words))
    return Name(
        family=" ".join((*person.prelast_names, *person.last_names)),
        given=" ".join((*person.first_names, *person.middle_names)),
        suffix=suffix,
    )


def _is_whole(author: str, words: list[str]) -> bool:
    lowered = [word.lower() for word in words]
    return (
        len(words) < 2
        or lowered[-1] in _GROUPS
        or "and" in lowered
        or bool(_NOT_IN_NAMES & set(author))
        or languages.has_family_name_first(author)
    )
