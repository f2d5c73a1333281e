"""RIS, which EndNote, Mendeley and Zotero read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import rispy

from digest.readers.citations.names import name_of
from digest.readers.citations.reference import Reference


class _Writer(rispy.RisWriter):
    """Rispy's writer without its own line before each reference, which no other program reads."""

    def set_header(self, count: int) -> str:
        return ""


def ris(references: Iterable[Reference]) -> str:
    written: str = rispy.dumps(list(map(_fields, references)), implementation=_Writer)
    return written


def _fields(reference: Reference) -> dict[str, Any]:
    category = f" [{reference.category}]" if reference.category else ""
    return {
        "type_of_reference": "UNPB",
        "id": reference.key,
        "title": reference.title,
        "authors": list(map(_author, reference.authors)),
        "year": str(reference.month.year),
        "date": reference.iso_date.replace("-", "/"),
        "publisher": "arXiv",
        "note": f"arXiv:{reference.arxiv_id}{category}",
        "doi": reference.doi,
        "urls": [reference.url],
        "file_attachments1": reference.pdf_url,
    }


def _author(author: str) -> str:
    name = name_of(author)
    return ", ".join(filter(None, (name.family, name.given, name.suffix)))
