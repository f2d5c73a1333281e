"""Papers that were taken down stay so over a restore, also of a backup that has their text."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from digest.keeping import takedown
from papers.models import Paper
from papers.models.paper import TAKEN_DOWN

RESTORED = "a backup had it"


def known() -> list[str]:
    """Return the arXiv ids of papers that were taken down. A database without a site has none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('papers_paper')")
        if cursor.fetchone() == (None,):
            return []
    papers = Paper.objects.filter(origins__has_key=TAKEN_DOWN)
    return list(papers.values_list("arxiv_id", flat=True).order_by("arxiv_id"))


def hold(ids: Iterable[str]) -> None:
    """Take papers down that are not taken down here. One that is not known gets its empty row."""
    for arxiv_id in sorted(set(ids) - set(known())):
        takedown.take_down(takedown.tombstone(arxiv_id), by="restore", reason=RESTORED)
