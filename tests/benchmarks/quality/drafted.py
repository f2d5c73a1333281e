"""Counts, over drafted papers, which sentences have evidence that stands, and what an edit moves.

    python -m tests.benchmarks.quality.drafted KO_SUMMARIES.jsonl.gz [--full-texts FOLDER]

300 recorded papers are drafted extractively in English; their recorded Korean summaries, without
the quotations, are sections beside that. Then one sentence of each section gets another word. With
`--full-texts` each paper also gets one of the folder's HTML pages and PDFs as its full text: rarely
its own, but its sentences are real ones.
"""

import argparse
import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable
from itertools import cycle
from pathlib import Path
from typing import Any

from tests.benchmarks.database import own_database

PAPERS = 300
AT_ONCE = 50
"""Papers that are drafted and checked in one call, as a day's."""
_QUOTED = re.compile(r"\s*\([^가-힣]*\)\s*\Z")
_MEDIA_TYPES = {".html": "text/html", ".pdf": "application/pdf"}
_BEFORE = {"ko": "다시 ", "en": "Again "}
"""What the edit puts before a sentence. The sentence still ends where it ended."""


def recorded(file: Path) -> list[dict[str, Any]]:
    """Return so many summaries, spread over the file."""
    rows = [json.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()]
    return rows[:: len(rows) // PAPERS][:PAPERS]


def parsed(folder: Path) -> list[list[dict[str, Any]]]:
    """Return the parts of the full texts that can be read."""
    from papers.fulltext import sandbox
    from papers.fulltext.base import ParseFailed

    found = []
    for path in sorted(folder.iterdir()):
        if media_type := _MEDIA_TYPES.get(path.suffix):
            try:
                found.append(sandbox.parse(path.read_bytes(), media_type).as_json()["parts"])
            except ParseFailed as failed:
                print(f"{path.name}: {failed}")
    return found


def store(rows: list[dict[str, Any]], full_texts: list[list[dict[str, Any]]]) -> None:
    from papers.clock import now
    from papers.models import FullText, Paper
    from papers.text.cleaning import fold

    for row, parts in zip(rows, cycle(full_texts or [[]])):
        abstract = fold(row["abstract"])
        paper = Paper.objects.create(
            arxiv_id=row["id"], version=1, title=fold(row["title"]), abstract=abstract
        )
        summarise(paper, row)
        if parts:
            FullText.objects.create(
                paper=paper, version=1, format="html", parts=parts, parsed_at=now()
            )


def summarise(paper: Any, row: dict[str, Any]) -> None:
    """Give a paper a recorded Korean summary, without the quotations in it."""
    from papers import kinds
    from papers.models import Section

    method = "\n".join(f"- {_QUOTED.sub('', item)}" for item in row["method"])
    written = {
        kinds.INTRODUCTION: row["purpose"],
        kinds.METHOD: method,
        kinds.CONCLUSION: row["conclusion"],
    }
    for kind, markdown in written.items():
        Section.objects.create(paper=paper, language="ko", kind=kind, markdown=markdown)


def report() -> None:
    from papers.models import Paper, Section
    from papers.pipeline import checking, extractive_drafts

    papers = list(Paper.objects.order_by("pk"))
    days = [papers[at : at + AT_ONCE] for at in range(0, len(papers), AT_ONCE)]
    for day in days:
        extractive_drafts.draft(day)
    before = _rows()
    print(f"{len(papers)} papers, {Section.objects.count()} sections")
    for language in _BEFORE:
        print(f"  {language}: {dict(_standing(papers, language))}")
    edited = _edit(Section.objects.order_by("pk"))
    for day in days:
        checking.check(day)
    after = _rows()
    kept = before.keys() - edited
    same = sum(after.get(key) == before[key] for key in kept)
    gone = sum(key not in after for key in edited)
    print(f"  edited {len(edited)} sentences: {gone} rows of the old texts are gone,")
    print(f"  {same} of {len(kept)} rows of the other sentences are the same")
    for language in _BEFORE:
        print(f"  {language}, edited: {dict(_standing(papers, language))}")


Key = tuple[int, str]
"""A section, and the checksum of a sentence."""


def _rows() -> dict[Key, tuple[Any, ...]]:
    from papers.models import Evidence

    rows = Evidence.objects.values_list("section", "sentence", "pk", "found", "quotes")
    return {(section, sentence): tuple(rest) for section, sentence, *rest in rows}


def _standing(papers: Iterable[Any], language: str) -> Counter[str]:
    """Count sentences by how their evidence was found, and what is wrong with any."""
    from papers.checks.evidence import claims
    from papers.models import Section, quotes_of
    from papers.pipeline import full_texts

    texts = {paper.pk: {None: paper.abstract} for paper in papers}
    for paper, parts in full_texts.newest(papers).items():
        texts[paper] |= {number: part.text for number, part in enumerate(parts)}
    counts: Counter[str] = Counter()
    for section in Section.objects.filter(language=language).prefetch_related("evidence"):
        rows = {row.sentence: row for row in section.evidence.all()}
        for each in claims.claims(section.markdown):
            row = rows.get(claims.checksum(each.text))
            counts[row.found if row else "WITHOUT A ROW"] += 1
            quotes = quotes_of(row.quotes) if row else []
            if row and bool(quotes) == row.is_missing:
                counts["NEITHER EVIDENCE NOR A REASON"] += 1
            for quote in quotes:
                text = texts[section.paper_id].get(quote.part, "")
                stands = text[quote.start : quote.end].encode() == quote.text.encode()
                counts["quotes that stand" if stands else "QUOTES THAT DO NOT STAND"] += 1
    return counts


def _edit(sections: Iterable[Any]) -> set[Key]:
    """Put a word before the middle sentence of each section. Return which sentences went."""
    from papers.checks.evidence import claims

    edited = set()
    for section in sections:
        if found := claims.claims(section.markdown):
            at = found[len(found) // 2]
            before, after = section.markdown[: at.start], section.markdown[at.start :]
            section.markdown = f"{before}{_BEFORE[section.language]}{after}"
            section.save()
            edited.add((section.pk, claims.checksum(at.text)))
    return edited


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("summaries", type=Path, metavar="KO_SUMMARIES")
    parser.add_argument("--full-texts", type=Path, metavar="FOLDER")
    options = parser.parse_args()
    with own_database():
        store(recorded(options.summaries), parsed(options.full_texts) if options.full_texts else [])
        report()


if __name__ == "__main__":
    main()
