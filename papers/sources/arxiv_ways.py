"""Chooses the way to what arXiv says of papers: its query API, or OAI-PMH while that is silent.

The rule, and the only place of it: OAI-PMH is asked once the query API has given no answer for
ARXIV_OAI_AFTER_S, or asks for a pause that makes it so long. Meanwhile the query API is tried again
every TRY_AGAIN. Its first answer ends the second way. A refusal (403) stops both, since arXiv
counts each further request as an attack.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings

from papers.sources import arxiv, oai
from papers.sources.arxiv import ArxivReading
from papers.sources.atom import NotAtom
from papers.sources.errors import SourceBusy, SourceDown
from papers.sources.oai_xml import NotOai
from papers.sources.outages import Silence

TRY_AGAIN = timedelta(minutes=5)


def ask(batch: Sequence[str]) -> ArxivReading:
    """Return what arXiv says of at most `arxiv.BATCH` papers. Raises SourceError as `arxiv` does.

    On the second way some may be left unasked.
    """
    if rests():
        return _second(batch)
    try:
        [reading] = arxiv.fetch(batch)
    except (SourceDown, NotAtom):
        if not is_silent():
            raise
        return _second(batch)
    return reading


def _second(batch: Sequence[str]) -> ArxivReading:
    """Return what OAI-PMH says. What it cannot say now, one of the two may say later.

    Raises SourceBusy if it is away while the query API pauses: no try in a pause counts as one.
    """
    try:
        return oai.fetch(batch)
    except SourceBusy:
        raise
    except (SourceDown, NotOai) as error:
        if pause := Silence(arxiv.NAME).paused_until:
            raise SourceBusy(str(error), pause) from error
        raise SourceDown(str(error)) from error


def is_silent() -> bool:
    """Return whether the query API has been silent for so long that OAI-PMH is asked."""
    after = timedelta(seconds=settings.ARXIV_OAI_AFTER_S)
    return bool(settings.ARXIV_OAI_URL) and Silence(arxiv.NAME).lasts(after)


def rests() -> bool:
    """Return whether the query API is not even tried now."""
    return is_silent() and Silence(arxiv.NAME).was_tried(TRY_AGAIN)
