"""Stores a paper's file from arXiv as FullText: HTML, else PDF. Each version is requested once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

from papers.clock import now
from papers.fulltext import sandbox
from papers.fulltext.base import ParseFailed, Part, Text
from papers.models import FullText, Paper, TextFormat
from papers.sources import arxiv, http, rate_limit
from papers.sources.errors import SourceError, naming

ADDRESSES = {TextFormat.HTML: "html", TextFormat.PDF: "pdf"}
MEDIA_TYPES = {TextFormat.HTML: "text/html", TextFormat.PDF: "application/pdf"}


def fetch(paper: Paper) -> FullText | None:
    """Return the text of the paper's newest known version, stored now or before, or None.

    A file that cannot be read is stored with its reason and not asked for again. Raises SourceError
    if arXiv's record of the paper is not known. Raises SourceDown, SourceBusy or SourceForbidden if
    arXiv cannot be asked now.
    """
    if paper.version is None:
        raise SourceError(f"{paper.arxiv_id}: version not known: fetch arXiv's record first")
    stored = {text.format: text for text in paper.full_texts.filter(version=paper.version)}
    for text_format in TextFormat:
        text = stored.get(text_format) or _read(paper, paper.version, text_format)
        if not text.error:
            return text
    return None


ByPaper = Mapping[int, Sequence[Part]]


def newest(papers: Iterable[Paper]) -> dict[int, tuple[Part, ...]]:
    """Return, by paper, the parts of its newest readable text. HTML wins if both were read."""
    read = FullText.objects.filter(paper__in=list(papers), error="").order_by("version", "-format")
    found = {}
    for row in read:
        with suppress(ValueError):  # A damaged row: the other rows still count.
            found[row.paper_id] = Text.from_json({"format": row.format, "parts": row.parts}).parts
    return found


def _read(paper: Paper, version: int, text_format: TextFormat) -> FullText:
    body, parts, error = b"", [], ""
    try:
        body = _ask(f"{paper.arxiv_id}v{version}", text_format)
        parts = sandbox.parse(body, MEDIA_TYPES[text_format]).as_json()["parts"]
    except ParseFailed as failed:
        error = str(failed)
    return FullText.objects.create(
        paper=paper,
        version=version,
        format=text_format,
        checksum=hashlib.sha256(body).hexdigest(),
        parts=parts,
        parsed_at=now(),
        error=error,
    )


def _ask(name: str, text_format: TextFormat) -> bytes:
    """Return the file's bytes. Raises ParseFailed if arXiv has no file of that format.

    `name` is the id with its version. An address without a version redirects, which would make it
    two requests.
    """
    with naming(arxiv.NAME), rate_limit.slot(arxiv.NAME):
        answer = http.get(
            "ARXIV_URL",
            f"/{ADDRESSES[text_format]}/{name}",
            accept=MEDIA_TYPES[text_format],
            requests=1,
            statuses=(200, 404),
            limit=sandbox.INPUT_LIMIT,
        )
    if answer.status == 404:
        raise ParseFailed("is not at arXiv in this form")
    return answer.body
