"""What waited for a source, made due again once a person lets the source be asked."""

from __future__ import annotations

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery

from papers import jobs
from papers.models import Job, JobKind, JobState, Run, SourceState, WaitsFor
from papers.sources import arxiv, arxivnew, huggingface, oai

_ASK = {
    arxiv.NAME: (*jobs.ASKS_ARXIV, JobKind.INGEST_DAY),
    oai.NAME: (JobKind.ARXIV_METADATA, JobKind.FULL_TEXT, JobKind.RECHECK),
    "arxivtexts": (JobKind.FULL_TEXT,),
    arxivnew.NAME: (JobKind.INGEST_DAY,),
    huggingface.NAME: (JobKind.INGEST_DAY, JobKind.CROSS_CHECK, JobKind.FULL_TEXT),
}
"""The kinds of jobs that ask at each of the sources' doors (`rate_limit.slot`)."""


@transaction.atomic
def resume(state: SourceState) -> int:
    """Let a source be asked again. Make due what waits for it, and what its stop made fail.

    A pause makes jobs wait, and a stop makes them fail: with its reason, which is kept until then.
    What failed for a reason of its own stays, and so does a day that another source failed too:
    its reason is that one's. Return how many jobs became due.
    """
    stop = state.reason if state.stopped else ""
    state.resume()
    asking = Job.objects.filter(kind__in=_ASK.get(state.source, ()))
    newest = Run.objects.filter(job=OuterRef("pk")).order_by("-pk").values("waits_for")[:1]
    ended_by = Q(state=JobState.WAITING, waits=WaitsFor.SOURCE)
    if stop:  # Another source may refuse in the same words.
        named = Q(reason__startswith=state.source)
        ended_by |= Q(state=JobState.FAILED, reason__endswith=stop) & named
    return jobs.retry(asking.alias(waits=Subquery(newest)).filter(ended_by))
