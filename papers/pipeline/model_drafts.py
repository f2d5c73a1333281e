"""Drafts sections with a language model: sends a paper's text, stores the answer and each call."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from papers import jobs
from papers.drafting.llm import answer, completion, excerpt, prompt
from papers.drafting.llm.completion import Completion, Unusable
from papers.fulltext.base import Kind
from papers.models import CallOutcome, ModelCall, Paper, Quote, Scope, Writer
from papers.models.scope import of_text
from papers.pipeline import checking, full_texts, model_calls, model_server, sections
from papers.pipeline.quotable import Quotable
from papers.sources import http, rate_limit
from papers.sources.errors import SourceDown, SourceError, naming

SOURCE = "model"
"""The server's name among the sources that may ask for a pause."""
_SHOWN = 5  # numbers of sentences


def draft_with_model(paper: Paper, language: str, kind: str = "") -> Counter[str]:
    """Have the model write a paper's summary, or again the one section `kind`. Count outcomes.

    The summary is asked for once for each text, model and prompt, within model_calls.TRIES. A
    section is asked for as often as a person wishes. A section that a person wrote or reviewed gets
    a proposal. Raises jobs.Postponed (the budget), jobs.PermanentFailure (held, tried too often),
    SourceDown (another try may cure it) and SourceError.
    """
    counts = Counter(papers=1)
    source = _source(paper)
    if source is None:
        return counts + Counter({"without abstract": 1})
    question = prompt.Question(language, kind, source.text, source.quotes.keys())
    if checking.held(paper):
        raise jobs.PermanentFailure(
            "held: its text addresses a model. The findings on the paper's page show where; accept"
            " them there if they are harmless, and try again"
        )
    call = _call(paper, question)
    if not kind and _drafted_before(call):
        return counts + Counter({"drafted before": 1})
    with naming(SOURCE):
        said = _ask(call, question)
        written = _read(call, question, said)
    counts += _store(call, written, said, source)
    checking.check([paper])
    return counts


@dataclass(frozen=True, slots=True)
class _Source:
    text: str
    scope: str
    quotes: Mapping[int, Quote]
    """The sentences that are sent, by their numbers."""


def _source(paper: Paper) -> _Source | None:
    """Return as much of a paper's text as the model has room for, or None if only a title is known.

    It is the newest full text that could be read, with the abstract that we show.
    """
    full = full_texts.newest([paper]).get(paper.pk)
    parts = Quotable(paper, full or ()).parts
    if paper.abstract:  # The full text has it, too.
        parts = parts[:1] + [each for each in parts[1:] if each.part.kind != Kind.ABSTRACT]
    title = f"# {paper.title}\n\n"
    room = settings.MODEL_CONTEXT_TOKENS - settings.MODEL_ANSWER_TOKENS
    sent = excerpt.excerpt(
        [each.part for each in parts],
        room - prompt.ROOM_FOR_INSTRUCTIONS - excerpt.tokens(title),
    )
    quotes = {
        number: parts[place.part].quote(place.start, place.end)
        for number, place in sent.places.items()
    }
    told = [parts[place.part].part.kind for place in sent.places.values()]
    return _Source(title + sent.text, _scope(full, told), quotes) if sent.text else None


def _scope(full: full_texts.Parts | None, told: Iterable[Kind]) -> str:
    return of_text(told, full.gap) if full else Scope.ABSTRACT


def _call(paper: Paper, question: prompt.Question) -> ModelCall:
    """Return the call to make, unsaved. Its prompt costs our estimate until we know better."""
    return ModelCall(
        paper=paper,
        language=question.language,
        kind=question.kind,
        model=settings.MODEL_NAME[:100],
        prompt_version=prompt.PROMPT_VERSION,
        source_checksum=hashlib.sha256(question.text.encode()).hexdigest(),
        prompt_tokens=prompt.tokens(model_server.payload_of(question)),
    )


def _drafted_before(call: ModelCall) -> bool:
    same = ("paper", "language", "kind", "source_checksum", "model", "prompt_version")
    identity = {name: getattr(call, name) for name in same}
    return ModelCall.objects.filter(outcome=CallOutcome.DONE, **identity).exists()


def _ask(call: ModelCall, question: prompt.Question) -> Completion:
    """Make the call. A refusal by the server, or by the connection to it, ends the call."""
    with rate_limit.respecting_pauses(SOURCE):
        model_calls.begin(call)
        try:
            return model_server.ask(question)
        except SourceError as error:
            down = isinstance(error, SourceDown)
            # A server that refuses did no work. One that breaks off may have, and may bill it.
            unbilled = isinstance(error, model_server.RequestRefused) or (
                down and not isinstance(error, http.IncompleteResponse)
            )
            model_calls.end(
                call,
                CallOutcome.DOWN if down else CallOutcome.ERROR,
                str(error),
                reply=getattr(error, "reply", ""),
                tokens=(0 if unbilled else call.prompt_tokens, 0),
            )
            raise


def _read(call: ModelCall, question: prompt.Question, said: Completion) -> answer.Draft:
    try:
        return answer.read(said, question)
    except Unusable as unusable:
        message = model_server.without_key(str(unusable))
        _end(call, CallOutcome(unusable.failure), message, said)
        failed = SourceDown if unusable.failure in completion.CURABLE else SourceError
        raise failed(f"{message} (all of it: Model calls)") from None


@transaction.atomic
def _store(
    call: ModelCall, written: answer.Draft, said: Completion, source: _Source
) -> Counter[str]:
    """Store the sections and the end of the call, both or neither."""
    assert call.paper_id is not None  # noqa: S101  # for the type checker
    outcomes = sections.write(
        [
            sections.NewText(call.paper_id, call.language, kind, markdown)
            for kind, markdown in written.sections.items()
        ],
        origin=Writer.MODEL,
        drafter=call.model,
        prompt_version=call.prompt_version,
        scope=source.scope,
        asked_for=bool(call.kind),
    )
    call.sources = {
        claim: [source.quotes[number] for number in numbers]
        for claim, numbers in written.sources.items()
    }
    _end(call, CallOutcome.DONE, _remarks(written), said)
    counts = {
        "left empty": len(written.empty),
        "with sources": len(written.sources),
        "tokens": call.prompt_tokens + call.completion_tokens,
    }
    return Counter({str(outcome): number for outcome, number in outcomes.items()}) + Counter(counts)


def _remarks(written: answer.Draft) -> str:
    """Return what an editor should know of a draft: what it leaves out or rests on nothing."""
    remarks = []
    if written.empty:
        remarks.append(f"left empty, for the paper states none: {', '.join(written.empty)}")
    if written.unfit:
        remarks.append(f"left out, for it fits into no plain line: {', '.join(written.unfit)}")
    remarks += [
        f"{kind}: rests on sentences that were not sent: {', '.join(map(str, numbers[:_SHOWN]))}"
        for kind, numbers in written.invented.items()
    ]
    return "\n".join(remarks)


def _end(call: ModelCall, outcome: CallOutcome, message: str, said: Completion) -> None:
    """End an answered call. If the server counts no tokens, our estimate counts."""
    prompt, complete = said.prompt_tokens, said.completion_tokens
    model_calls.end(
        call,
        outcome,
        message,
        reply=said.content or said.raw,
        finish_reason=said.finish_reason,
        tokens=(
            call.prompt_tokens if prompt is None else prompt,
            excerpt.tokens(said.content) if complete is None else complete,
        ),
    )
