"""Writes each model call down before it is sent. Tries and tokens are counted from these rows.

A call that never came back counts as a try, and its prompt's tokens count by our own estimate. A
call that cost nothing, as during an outage, is not a try.
"""

from __future__ import annotations

import time
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet, Sum

from papers import jobs
from papers.clock import end_of, now
from papers.drafting.llm.completion import CONTENT_LIMIT
from papers.jobs.locks import one_at_a_time
from papers.models import CallOutcome, ModelCall, WaitsFor
from papers.pipeline.model_server import without_key

TRIES = 3
"""Most paid calls for the same summary by the same model, whatever came of them."""
_LOOK_AGAIN_S = 0.2
_SLACK = timedelta(seconds=60)
"""Time between writing a call down and its end, besides the time that the model has."""


class OverBudget(jobs.Postponed):
    """The day's tokens are used up. Nothing is asked until the next day (UTC)."""

    waits_for = WaitsFor.BUDGET


def begin(call: ModelCall) -> None:
    """Write a call down, committed, before it is made.

    Raises OverBudget. Raises Postponed if calls under way may use up the rest of the day's tokens
    and none ends within HTTP_TURN_WAIT_MAX_S. Raises PermanentFailure after TRIES calls for a whole
    summary.
    """
    give_up = time.monotonic() + settings.HTTP_TURN_WAIT_MAX_S
    while not _begun(call):
        if time.monotonic() > give_up:
            retry_at = now() + timedelta(seconds=settings.JOB_RETRY_WAIT_S)
            raise jobs.Postponed(
                "the calls under way may use up today's tokens", retry_at, WaitsFor.BUDGET
            )
        time.sleep(_LOOK_AGAIN_S)


@transaction.atomic(durable=True)
def _begun(call: ModelCall) -> bool:
    """Return whether the call may start. False means it depends on the tokens of calls under way.

    One process at a time decides. No call can use more than the model's context holds. So the day's
    last calls are made one by one, and only the last of them can exceed the budget.
    """
    one_at_a_time("model calls")
    _require_a_try(call)
    # In this order a call that ends in between counts twice, in the other not at all.
    under_way = _under_way().count()
    used = tokens_used()
    budget = settings.MODEL_DAILY_TOKENS
    if used >= budget:
        until = end_of(now().date())
        raise OverBudget(
            f"{used:,} of today's {budget:,} tokens for the model are used (MODEL_DAILY_TOKENS):"
            f" waiting until {until:%Y-%m-%d %H:%M:%S %Z}",
            until,
        )
    if under_way and used + under_way * settings.MODEL_CONTEXT_TOKENS >= budget:
        return False
    call.asked_at = now()
    call.save()
    return True


def _require_a_try(call: ModelCall) -> None:
    """Refuse a summary that was paid for often enough. Single sections are a person's wish."""
    if call.kind:
        return
    same = ("paper", "language", "kind", "source_checksum", "model", "prompt_version")
    tries = ModelCall.objects.filter(
        Q(answered_at=None) | Q(prompt_tokens__gt=0) | Q(completion_tokens__gt=0),
        **{name: getattr(call, name) for name in same},
    )
    if tries.count() >= TRIES:
        last = tries[0]
        came = last.message or last.get_outcome_display() or "it never came back"
        raise jobs.PermanentFailure(
            f"the model was asked {TRIES} times about this text, and is not asked again; the last"
            f" time: {came}. Write the sections by hand, have them drafted one by one, try another"
            " model (MODEL_NAME), or wait for a newer version of the paper"
        )


def tokens_used() -> int:
    """Return the tokens of today's (UTC) calls that ended or died, as far as known."""
    midnight = end_of(now().date()) - timedelta(days=1)
    over = ModelCall.objects.filter(asked_at__gte=midnight).exclude(pk__in=_under_way())
    # Two sums: PostgreSQL adds two integers to one that may be too large for it.
    sums = over.aggregate(Sum("prompt_tokens"), Sum("completion_tokens"))
    return sum(tokens or 0 for tokens in sums.values())


def _under_way() -> QuerySet[ModelCall]:
    """Return the calls that may still come back, whatever day they began on."""
    longest = timedelta(seconds=settings.MODEL_DEADLINE_S) + _SLACK
    return ModelCall.objects.filter(answered_at=None, asked_at__gt=now() - longest)


def end(
    call: ModelCall,
    outcome: CallOutcome,
    message: str = "",
    *,
    reply: str = "",
    finish_reason: str = "",
    tokens: tuple[int, int] = (0, 0),
) -> None:
    """Record the outcome of a call and its cost: the tokens of the prompt and of the answer."""
    call.outcome, call.message, call.finish_reason = outcome, without_key(message), finish_reason
    call.prompt_tokens, call.completion_tokens = tokens
    kept = without_key(reply).replace("\0", "\ufffd").encode(errors="replace")[:CONTENT_LIMIT]
    call.reply = kept.decode(errors="ignore")
    call.answered_at = now()
    call.save()
