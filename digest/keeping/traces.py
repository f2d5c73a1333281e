"""Texts that only one paper has, and where they still stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from django.db import connection

from papers.models import Paper, Section

SHORTEST = 12
"""Characters. A shorter text may stand anywhere."""
LONGEST = 80
_BREAKS = re.compile(r'["\\\x00-\x1f]')
"""What stands otherwise in JSON."""
_OTHERS = {"papers_fulltext", "papers_evidence", "digest_storedpage"}
"""Tables with texts of other papers, which cite this one."""


def needles(paper: Paper) -> list[str]:
    """Return parts of the paper's title, abstract and sections, each in one line."""
    sections = Section.objects.filter(paper=paper)
    texts = [paper.title, paper.raw_title, paper.title_plain, paper.abstract, paper.raw_abstract]
    for section in sections:
        texts += [section.markdown, section.public_markdown]
    return sorted(set(_parts(texts)) - {paper.arxiv_id})


def _parts(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        longest = max(_BREAKS.split(text), key=len).strip()[:LONGEST].strip()
        if len(longest) >= SHORTEST:
            yield longest


def remaining(texts: list[str]) -> dict[str, int]:
    """Return in how many rows of which tables one of the texts still stands."""
    if not texts:
        return {}
    found = {table: _count(table, texts) for table in _tables() - _OTHERS}
    return {table: count for table, count in sorted(found.items()) if count}


def _tables() -> set[str]:
    with connection.cursor() as cursor:
        return set(connection.introspection.table_names(cursor))


def _count(table: str, texts: list[str]) -> int:
    name = connection.ops.quote_name(table)
    anywhere = " OR ".join(["strpos(row_of::text, %s) > 0"] * len(texts))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM {name} row_of WHERE {anywhere}",  # noqa: S608  # It is quoted.
            texts,
        )
        [count] = cursor.fetchone()
    return int(count)
