"""Stores a paper's text as FullText: from arXiv's HTML, else its PDF, else Hugging Face's Markdown.

Each version is requested once in each form. HTML comes first, since it has headings, paragraphs and
TeX. The PDF is arXiv's own too, and always of the version asked for. Hugging Face's Markdown is
last: it says of no version that it is made from it. A text with signs that parts are missing counts
as the paper's only if no other form is whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F

from papers import jobs
from papers.clock import now
from papers.fulltext import sandbox
from papers.fulltext.base import READER, ParseFailed, Part, Text
from papers.models import FullText, Job, JobKind, JobState, Paper, Subject, TextFormat
from papers.sources import arxiv, http, huggingface, rate_limit
from papers.sources.errors import SourceDown, SourceError, SourceForbidden, naming

ADDRESSES = {TextFormat.HTML: "html", TextFormat.PDF: "pdf"}
MEDIA_TYPES = {
    TextFormat.HTML: "text/html",
    TextFormat.PDF: "application/pdf",
    TextFormat.MARKDOWN: "text/markdown",
}
ACCEPTED = {TextFormat.HTML: "text/html, application/xhtml+xml", TextFormat.PDF: "application/pdf"}
ABSENT = {
    TextFormat.HTML: "is not at arXiv in this form",
    TextFormat.PDF: "is not at arXiv in this form",
    TextFormat.MARKDOWN: "is not at Hugging Face in this form",
}
# arXiv's HTML and PDF of a version appear hours apart, so what is absent is asked for again: after
# 2 hours, and then after as long as it has been absent. An old version gets no file any more.
FIRST_PAUSE = timedelta(hours=2)
ASKED_AGAIN_FOR = timedelta(days=2)
YOUNG = timedelta(days=7)


class Parts(tuple[Part, ...]):
    """The parts of a text, in its order."""

    gap = ""
    """The sign that this is not the whole paper, or ""."""


def fetch(paper: Paper) -> FullText | None:
    """Return the best text of the paper's newest known version, stored now or before, or None.

    A file that cannot be read is stored with its reason and not asked for again. Raises SourceError
    if arXiv's record of the paper is not known. Raises SourceDown, SourceBusy or SourceForbidden if
    a source cannot be asked now and no text is whole; what was read is stored all the same.
    """
    if paper.version is None:
        raise SourceError(f"{paper.arxiv_id}: version not known: fetch arXiv's record first")
    away: list[SourceError] = []
    for text in _texts(paper, paper.version, away):
        if not text.gap:
            _await_no_more(text)
            return text
    if away:
        raise away[0]
    return paper.full_texts.filter(version=paper.version, error="").best_first().first()


def _texts(paper: Paper, version: int, away: list[SourceError]) -> Iterator[FullText]:
    """Yield the readable texts in the order of their forms, each asked for when that is due.

    A source that is away is noted. It ends the texts if there was none before.
    """
    stored = {text.format: text for text in paper.full_texts.filter(version=version)}
    is_any = False
    for text_format in TextFormat:
        text = stored.get(text_format)
        try:
            if text is None or _is_due(text):
                text = _read(paper, version, text_format, text)
        except (SourceDown, SourceForbidden) as error:
            away.append(error)
            if not is_any:
                return
        if text and not text.error:
            is_any = True
            yield text


def _await_no_more(whole: FullText) -> None:
    """Ask no more for the forms that count less than a whole text, since `fetch` would not."""
    later = TextFormat.values[TextFormat.values.index(whole.format) + 1 :]
    texts = FullText.objects.filter(paper=whole.paper_id, version=whole.version, format__in=later)
    texts.filter(absent_since__isnull=False).update(absent_since=None)


def _is_due(text: FullText) -> bool:
    at = next_try(text)
    return at is not None and at <= now()


def next_try(text: FullText) -> datetime | None:
    """Return when an absent file is asked for again, or None if it is not."""
    if not text.error or text.absent_since is None:
        return None
    end = text.absent_since + ASKED_AGAIN_FOR
    if text.parsed_at >= end:
        return None
    return min(text.parsed_at + max(FIRST_PAUSE, text.parsed_at - text.absent_since), end)


def first_try(paper: Paper) -> datetime | None:
    """Return when the first absent file of a paper is asked for again, or None."""
    texts = paper.full_texts.filter(version=F("paper__version"), absent_since__isnull=False)
    return min(filter(None, map(next_try, texts)), default=None)


def ask_again() -> int:
    """Make the texts due of which a form was absent. Return how many became due.

    A job that has failed waits for a person, as all jobs do.
    """
    if settings.FULL_TEXTS == "never":
        return 0
    oldest = now() - ASKED_AGAIN_FOR - YOUNG
    absent = FullText.objects.filter(absent_since__gt=oldest, version=F("paper__version"))
    due = {
        text.paper.arxiv_id
        for text in absent.select_related("paper").defer("parts")
        if _is_due(text)
    }
    failed = Job.objects.filter(kind=JobKind.FULL_TEXT, state=JobState.FAILED, arxiv_id__in=due)
    due -= set(failed.values_list("arxiv_id", flat=True))
    subjects = [Subject(arxiv_id=arxiv_id) for arxiv_id in sorted(due)]
    return jobs.add(JobKind.FULL_TEXT, *subjects, again=True)


ByPaper = Mapping[int, Parts]


def newest(papers: Iterable[Paper]) -> dict[int, Parts]:
    """Return, by paper, the parts of its newest readable text: the best one of that version."""
    read = FullText.objects.filter(paper__in=list(papers), error="").best_first()
    found: dict[int, Parts] = {}
    for row in read:
        with suppress(ValueError):  # A damaged row: the other rows still count.
            if row.paper_id not in found:
                text = Text.from_json({"format": row.format, "parts": row.parts})
                found[row.paper_id] = Parts(text.parts)
                found[row.paper_id].gap = row.gap
    return found


def _read(paper: Paper, version: int, text_format: TextFormat, known: FullText | None) -> FullText:
    body, text, error, absent_since = b"", Text((), text_format), "", None
    try:
        asked = _ask(paper.arxiv_id, version, text_format)
        if asked is None:
            error, absent_since = ABSENT[text_format], _absent_since(paper, known)
        else:
            body = asked
            text = sandbox.parse(body, MEDIA_TYPES[text_format])
    except ParseFailed as failed:
        error = str(failed)
    said = {
        "checksum": hashlib.sha256(body).hexdigest(),
        "parts": text.as_json()["parts"],
        "generator": text.generator,
        "gap": text.gap,
        "kinds": " ".join(sorted({part.kind for part in text.parts})),
        "reader": READER,
        "parsed_at": now(),
        "error": error,
        "absent_since": absent_since,
    }
    row, _ = FullText.objects.update_or_create(
        paper=paper, version=version, format=text_format, defaults=said
    )
    return row


def _absent_since(paper: Paper, known: FullText | None) -> datetime | None:
    """Return when the file was first absent, or None if it is not worth asking for it again."""
    if known and known.absent_since:
        return known.absent_since
    made = paper.arxiv_updated_at
    return None if made and now() - made > YOUNG else now()


def _ask(arxiv_id: str, version: int, text_format: TextFormat) -> bytes | None:
    """Return the file's bytes, or None if it is not there.

    Raises ParseFailed for a response that no retry cures, so that the next form is asked for.
    """
    try:
        if text_format == TextFormat.MARKDOWN:
            return huggingface.markdown(arxiv_id)
        return _ask_arxiv(f"{arxiv_id}v{version}", text_format)
    except SourceDown:
        raise
    except SourceError as error:
        # Only arXiv means by a refusal that we must stop.
        if isinstance(error, SourceForbidden) and text_format != TextFormat.MARKDOWN:
            raise
        raise ParseFailed(str(error)[:400]) from error


def _ask_arxiv(name: str, text_format: TextFormat) -> bytes | None:
    """Return the bytes of one of arXiv's files, or None if arXiv has it not.

    `name` is the id with its version. An address without a version redirects, which would make it
    two requests.
    """
    with naming(arxiv.NAME), rate_limit.slot(arxiv.NAME, door="arxivtexts"):
        answer = http.get(
            "ARXIV_URL",
            f"/{ADDRESSES[text_format]}/{name}",
            accept=ACCEPTED[text_format],
            requests=1,
            statuses=(200, 404),
            limit=sandbox.INPUT_LIMIT,
        )
    return None if answer.status == 404 else answer.body
