"""BibTeX. Texts are plain on our side, so every sign that TeX would obey is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pybtex.database import BibliographyData, Entry
from pybtex.database.output.bibtex import Writer

from digest.readers.citations.names import name_of
from digest.readers.citations.reference import Reference

# BibTeX counts braces that have a backslash too, so a lone one needs its name.
_SIGNS = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{sign: f"\\{sign}" for sign in "$%&#_"},
    }
)
_RUN = re.compile(r"\w+|\W+")
_SEPARATORS = {"and", "others"}  # BibTeX's own words between names.


class _Writer(Writer):
    """Pybtex's writer for values that are TeX already. Its own escapes leave half of the signs."""

    def _encode(self, text: str) -> str:
        return text


def bibtex(references: Iterable[Reference]) -> str:
    """Return a file of references, in UTF-8 as arXiv's own are."""
    entries = {each.key: Entry("misc", fields=_fields(each)) for each in references}
    written: str = _Writer(encoding="UTF-8").to_string(BibliographyData(entries))
    return written


def _fields(reference: Reference) -> list[tuple[str, str]]:
    fields = [
        ("title", _title(reference.title)),
        ("author", " and ".join(map(_author, reference.authors))),
        ("year", str(reference.month.year)),
        ("month", str(reference.month.month)),
        ("eprint", reference.arxiv_id),
        ("archivePrefix", "arXiv"),
        ("primaryClass", reference.category.translate(_SIGNS)),
        ("doi", reference.doi),
        ("url", reference.url),
    ]
    return [(name, value) for name, value in fields if value]


def _title(title: str) -> str:
    """Return a title whose capitals stay: styles would make BrowserAgent and LLM small."""
    return "".join(map(_protected, _RUN.findall(title)))


def _protected(run: str) -> str:
    escaped = run.translate(_SIGNS)
    return f"{{{escaped}}}" if any(letter.isupper() for letter in run[1:]) else escaped


def _author(author: str) -> str:
    name = name_of(author)
    parts = [part.translate(_SIGNS) for part in (name.family, name.suffix, name.given) if part]
    if len(parts) > 1:
        return ", ".join(parts)
    whole = set(" ,") & set(name.family) or name.family.lower() in _SEPARATORS
    return f"{{{parts[0]}}}" if whole else parts[0]
