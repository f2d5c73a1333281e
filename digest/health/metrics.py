"""The figures of `/metrics`: what the web processes counted, and gauges that PostgreSQL tells.

Gauges are read when a monitor asks, so all processes and machines tell the same. Labels have few
values: kinds, states, sources, generators.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.models import Count, Max, Min
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.parser import text_string_to_metric_families

from digest.health import heartbeat, troubles, web_figures, wording
from digest.models import Post
from papers.clock import now
from papers.models import Job, JobState, SourceAnswer, SourceState
from papers.pipeline import model_calls, text_figures

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
WEEK = timedelta(days=7)
GENERATORS = 20
"""Generators of full texts that are told, those with the most texts first."""

Family = Metric | GaugeMetricFamily


def text() -> bytes:
    """Return all figures in the text format of Prometheus; without PostgreSQL `digest_up` alone."""
    registry = CollectorRegistry()
    registry.register(_Figures())
    return generate_latest(registry)


class _Figures:
    def collect(self) -> Iterator[Family]:
        try:
            families = list(_families())
        except (DatabaseError, InterfaceError):
            yield _gauge("up", "Whether PostgreSQL answers.", 0)
            return
        yield _gauge("up", "Whether PostgreSQL answers.", 1)
        yield from families


def _families() -> Iterator[Family]:
    yield from _of_processes()
    for tell in (_jobs, _oldest_job, _sources, _days, _model, _texts, _disk, _beats, _alarms):
        yield from tell()


def _of_processes() -> Iterator[Family]:
    """Yield what each web process counted, told apart by the label `process`."""
    merged: dict[str, Metric] = {}
    for row in web_figures.of_all_processes():
        for family in _parsed(row.text):
            whole = merged.setdefault(
                family.name, Metric(family.name, family.documentation, family.type)
            )
            for sample in family.samples:
                whole.add_sample(
                    sample.name, {**sample.labels, "process": row.process}, sample.value
                )
    yield from merged.values()


def _parsed(text: str) -> list[Metric]:
    """Return the figures in a process's text, without when it began; none of a damaged one."""
    try:
        families = list(text_string_to_metric_families(text))
    except ValueError:
        return []
    return [family for family in families if not family.name.endswith("_created")]


def _jobs() -> Iterator[Family]:
    """Yield the jobs by kind and state. Those that are done are counted as `done`, too."""
    counts = Job.objects.order_by().values_list("kind", "state").annotate(Count("pk"))
    yield _labelled("jobs", "Jobs by kind and state.", ("kind", "state"), counts)


def _oldest_job() -> Iterator[Family]:
    due = Job.objects.filter(state=JobState.DUE, next_at__lte=now())
    oldest = due.aggregate(at=Min("next_at"))["at"]
    yield _gauge("job_oldest_due_seconds", "How long the oldest due job waits.", _age(oldest) or 0)


def _sources() -> Iterator[Family]:
    answered = SourceAnswer.objects.order_by().values_list("source").annotate(Max("fetched_at"))
    rows = [(source, at.timestamp()) for source, at in answered]
    about = "When a source last told something new."
    yield _labelled("source_last_answer_timestamp_seconds", about, ("source",), rows)
    stops = SourceState.objects.values_list("source", "stopped")
    about = "Whether a source is not asked until a person resumes it."
    yield _labelled("source_stopped", about, ("source",), stops)


def _days() -> Iterator[Family]:
    late = list(troubles.days())
    first = min((each.since for each in late if each.since), default=None)
    yield _gauge("days_late", "Recent days whose list is late.", len(late))
    yield _gauge("day_late_seconds", "How late the first of them is.", _age(first) or 0)
    newest = Post.objects.published().aggregate(at=Max("published_at"))["at"]
    if newest:
        yield _gauge("post_newest_age_seconds", "Time since a digest was published.", _age(newest))


def _model() -> Iterator[Family]:
    if settings.MODEL_URL:
        used = model_calls.tokens_used()
        yield _gauge("model_tokens_today", "Tokens that today's (UTC) calls used.", used)
        about = "Tokens that a day's calls may use."
        yield _gauge("model_tokens_budget", about, settings.MODEL_DAILY_TOKENS)


def _texts() -> Iterator[Family]:
    """Yield the share of full texts of the last week with all usual sections, by generator."""
    today = now().date()
    sums: dict[str, list[int]] = {}
    for figure in text_figures.figures(today - WEEK, today):
        read = sums.setdefault(figure.generator[:60], [0, 0])
        read[0] += figure.read
        read[1] += figure.complete
    most = sorted(sums.items(), key=lambda each: -each[1][0])[:GENERATORS]
    rows = [(generator, complete / read) for generator, (read, complete) in most if read]
    about = "Share of the last week's full texts with an introduction, results and a conclusion."
    yield _labelled("full_text_complete_ratio", about, ("generator",), rows)


def _disk() -> Iterator[Family]:
    if (free := troubles.free_bytes()) is not None:
        yield _gauge("disk_free_bytes", "What is free on the disk of DISK_DIR.", free)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        [size] = cursor.fetchone()
    yield _gauge("database_size_bytes", "What the database takes.", size)


def _beats() -> Iterator[Family]:
    rows = [(queue, age.total_seconds()) for queue, age in heartbeat.ages().items()]
    about = "Time since a worker of a queue was heard from."
    yield _labelled("heartbeat_age_seconds", about, ("queue",), rows)


def _alarms() -> Iterator[Family]:
    """Yield each kind of trouble: 0 is well."""
    kinds = [trouble.kind for trouble in troubles.found()]
    rows = [(kind, kinds.count(kind)) for kind in wording.TITLES]
    yield _labelled("troubles", "What is wrong now, by kind.", ("kind",), rows)


def _age(at: datetime | None) -> float | None:
    return (now() - at).total_seconds() if at else None


def _gauge(name: str, about: str, value: float | None) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"digest_{name}", about, value=value)


def _labelled(
    name: str, about: str, labels: tuple[str, ...], rows: Iterable[tuple[object, ...]]
) -> GaugeMetricFamily:
    """Return a gauge with a value for each row: its labels, then the value."""
    family = GaugeMetricFamily(f"digest_{name}", about, labels=labels)
    for *values, value in rows:
        family.add_metric([str(each) for each in values], float(value))  # type: ignore[arg-type]
    return family
