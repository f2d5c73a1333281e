"""Renders all stored HTML again, after the renderer has changed.

Facts that a source gave are decoded again too. History, `updated_at` and the ids of feeds stay. A
row that was edited meanwhile was rendered by its own save. A text that cannot be rendered keeps its
HTML.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Model

from digest.models import Entry, Post
from papers import jobs
from papers.clock import now
from papers.models import Job, JobKind, Origin, Paper, Section, Subject
from papers.pipeline.facts import DECODED, decoded
from papers.sources.items import Remark
from papers.text import rendering

AT_ONCE = 500  # rows

# The Markdown fields of each model, each with the field of its HTML.
_TEXTS: Mapping[type[Model], Mapping[str, str]] = {
    Section: {"markdown": "html", "public_markdown": "public_html"},
    Post: {"intro": "intro_html", "public_intro": "public_intro_html"},
    Entry: {"note": "note_html", "public_note": "public_note_html"},
}
_STORED = (*DECODED, "raw_title", "raw_abstract", *Paper.RENDERED)
# People wrote these facts, or nobody knows who did. They are only rendered.
_OF_PEOPLE = frozenset({None, Origin.SAMPLE, Origin.IMPORT, Origin.EDITOR})
MODELS: tuple[type[Model], ...] = (Paper, *_TEXTS)


def add_job(**kwargs: Any) -> None:
    """Make it due to render all again with this renderer, once. It receives `post_migrate`."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return  # The tables are those of an older state.
    if any(model._default_manager.exists() for model in MODELS):
        Job.objects.get_or_create(
            kind=JobKind.RENDER, topic=rendering.VERSION, defaults={"next_at": now()}
        )


def step(subject: Subject) -> jobs.Result:
    """Render all again as a job. Raises PermanentFailure for the job of another renderer."""
    if subject.topic != rendering.VERSION:
        raise jobs.PermanentFailure(f"the renderer here is {rendering.VERSION}")
    counts: Counter[str] = Counter()
    remarks: list[Remark] = []
    for rendered in render_all():
        counts.update({"rendered": 1, "changed": rendered.changed})
        remarks += rendered.damaged
    return jobs.Result(counts + Counter({"refused": len(remarks)}), remarks)


@dataclass(slots=True)
class Rendered:
    """What rendering one row again did."""

    changed: bool = False
    damaged: list[Remark] = field(default_factory=list)
    """The texts that could not be rendered. Their HTML stays."""


def count() -> int:
    """Return how many rows `render_all` goes through."""
    return sum(model._default_manager.count() for model in MODELS)


def render_all() -> Iterator[Rendered]:
    """Render row after row."""
    for model in MODELS:
        for row in _rows(model):
            yield _paper(row) if isinstance(row, Paper) else _row(row)


def _rows(model: type[Model]) -> Iterator[Any]:
    last = 0
    while rows := list(model._default_manager.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        yield from rows
        last = rows[-1].pk


def _row(row: Section | Post | Entry) -> Rendered:
    done = Rendered()
    for source, target in _TEXTS[type(row)].items():
        text, before = getattr(row, source), getattr(row, target)
        if not text:
            continue
        try:
            html = row.to_html(text)
        except ValueError as error:
            html = before
            done.damaged.append(_remark(row, source, str(error)))
        if before and not html:  # Readers would miss it.
            done.damaged.append(_remark(row, source, "nothing of the text is shown any more"))
        elif html != before and (before or not source.startswith("public_")):
            same = type(row)._default_manager.filter(pk=row.pk, **{source: text})
            done.changed |= bool(same.update(**{target: html}))
    if isinstance(row, Section) and not done.damaged and row.renderer != rendering.VERSION:
        Section.objects.filter(pk=row.pk).update(renderer=rendering.VERSION)
    return done


def _paper(paper: Paper) -> Rendered:
    """Render a paper's facts, and decode those that a source gave before they were decoded."""
    before = {name: getattr(paper, name) for name in _STORED}
    given = {name: getattr(paper, name) for name in DECODED if _is_of_a_source(paper, name)}
    for name in given.keys() & {"title", "abstract"}:
        given[name] = getattr(paper, f"raw_{name}") or given[name]
    try:
        for name, fact in decoded(given).items():
            setattr(paper, name, fact)
        paper.render()
    except ValueError as error:
        return Rendered(damaged=[_remark(paper, "title", str(error))])
    changed = {
        name: getattr(paper, name) for name in _STORED if getattr(paper, name) != before[name]
    }
    same = Paper.objects.filter(pk=paper.pk, **{name: before[name] for name in DECODED})
    return Rendered(bool(changed and same.update(**changed)))


def _is_of_a_source(paper: Paper, fact: str) -> bool:
    return bool(getattr(paper, fact)) and paper.origins.get(fact) not in _OF_PEOPLE


def _remark(row: Model, source: str, why: str) -> Remark:
    return Remark(0, None, source, f"{row._meta.verbose_name} {row.pk} ({row}), {source}: {why}")
