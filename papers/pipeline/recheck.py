"""Published papers are asked about again: arXiv may have a newer version, or a withdrawal.

A newer version is noted at once. A withdrawal becomes a proposal: a person decides what readers
are told (`Paper.offer`). arXiv's results change once a day (info.arxiv.org/help/api/user-manual).
"""

from __future__ import annotations

from collections import Counter

from django.db.models import F, Q

from papers.clock import now
from papers.jobs import Result
from papers.models import Paper, Section
from papers.pipeline.arxiv_facts import ask
from papers.sources import arxiv
from papers.sources.errors import SourceDown, SourceError, SourceForbidden

A_NIGHT = 3_000  # papers: 30 requests, about two minutes at one in 3 seconds


def recheck() -> Result:
    """Ask arXiv about the published papers that it was not asked about for longest.

    Each answer is stored before the next is asked for, so that a second attempt goes on from there.
    A batch that arXiv knows nothing of holds up no other. Raises SourceError at the end for those,
    and at once where arXiv cannot be asked.
    """
    counts: Counter[str] = Counter()
    errors, remarks = [], []
    ids = longest_unasked()
    for start in range(0, len(ids), arxiv.BATCH):
        batch = ids[start : start + arxiv.BATCH]
        try:
            asked, said = ask(batch)
            counts += asked
            remarks += said
        except (SourceDown, SourceForbidden):
            raise
        except SourceError as error:
            errors.append(str(error))
        Paper.objects.filter(arxiv_id__in=batch).update(arxiv_checked_at=now())
    if errors:
        raise SourceError("; ".join(errors))
    return Result(counts + Counter(asked=len(ids)), remarks)


def longest_unasked() -> list[str]:
    """Ids of public papers that arXiv was not asked about today (UTC), those never first."""
    today = now().replace(hour=0, minute=0, second=0, microsecond=0)
    public = Paper.objects.filter(pk__in=Section.objects.public().values("paper"))
    unasked = public.filter(Q(arxiv_checked_at=None) | Q(arxiv_checked_at__lt=today))
    in_order = unasked.order_by(F("arxiv_checked_at").asc(nulls_first=True), "pk")
    return list(in_order.values_list("arxiv_id", flat=True)[:A_NIGHT])
