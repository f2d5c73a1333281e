"""Every URL of the site, from the URL resolver, so that a new URL is included by itself.

These functions fail if a new URL has a parameter, or the admin has a model, without a sample here.
They say which one needs a sample.
"""

import re
from collections.abc import Iterator
from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.contrib.redirects.models import Redirect
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation
from django_celery_beat.models import IntervalSchedule, PeriodicTask
from taggit.models import Tag

from digest.models import Act, AuditRecord, Correction, Post, Snapshot, TagChange
from digest.publishing import gate, snapshots, tag_changes
from papers import kinds
from papers.checks.evidence.claims import checksum
from papers.clock import now
from papers.models import (
    ArxivCategory,
    Evidence,
    Found,
    Job,
    JobKind,
    JobState,
    Listing,
    ModelCall,
    Paper,
    Proposal,
    Report,
    Run,
    RunOutcome,
    Section,
    SourceAnswer,
    SourceState,
    Term,
)
from tests.factories import DAY, make_paper, make_post, make_section

ARXIV_ID = "2510.06208"
SLUG = "daily-papers"  # The slug of a post and of a tag.
PUBLIC_SAMPLES = {
    "form": "bib",
    "year": "2025",
    "month": "10",
    "day": "08",
    "slug": SLUG,
    "arxiv_id": ARXIV_ID,
    "spelling": f"{ARXIV_ID}v2",
    "section": "papers",
    "page": "2",
    "topic": SLUG,
    "weeks": "26",
    "token": "0" * 40,
}
_EXPRESSIONS = {
    r"^\^\(\[\^/\]\+\)/history/\(\[\^/\]\+\)/\$$": "<object_id>/history/<version_id>/",
    r"^\^\(\?P<app_label>[^)]*\)/\$$": "<app_label>/",
    r"^\(\?P<url>\.\*\)\$$": "<url>",
}
_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


def make_site() -> None:
    """Make a published post, and a row of each model in the admin."""
    paper = make_paper(arxiv_id=ARXIV_ID)
    paper.tags.add(SLUG)
    section = make_section(paper, kinds.RESULTS, markdown="정확도가 40% 올랐다.")
    post = make_post(papers=[paper], slug=SLUG)
    Correction.objects.create(post=post, paper=paper, text="3%", corrected_at=now())
    Listing.objects.create(paper=paper, source="huggingface", day=DAY, rank=1)
    Proposal.of("markdown", "더 나은 글", paper=paper, section=section, origin="model").save()
    Report.objects.create(paper=paper, section=section, text="40%는 논문에 없습니다.")
    Term.objects.create(english="attention", rendering="어텐션")
    claim = checksum("정확도가 40% 올랐다.")
    Evidence.objects.create(section=section, sentence=claim, found=Found.NONE)
    paper.tags.add("hugginface", "hugging-face")
    tag_changes.merge([Tag.objects.get(name="hugginface")], Tag.objects.get(name="hugging-face"))
    _make_work(paper)
    _make_accounts()
    Redirect.objects.create(site_id=1, old_path="/old.html", new_path=post.get_absolute_url())
    Redirect.objects.create(site_id=1, old_path="/gone.html")
    snapshots.take(post.pk)
    assert gate.findings(post)  # The paper does not state 40%.


def _make_work(paper: Paper) -> None:
    at = now()
    job = Job.objects.create(
        kind=JobKind.INGEST_DAY, day=DAY, state=JobState.FAILED, attempts=3, reason="down"
    )
    Run.objects.create(job=job, started_at=at, ended_at=at, outcome=RunOutcome.FAILED)
    SourceAnswer.objects.create(
        source="huggingface", day=DAY, fetched_at=at, pages=["[]"], listed_ids=[]
    )
    ArxivCategory.objects.create(category="cs.CL", is_on=True)
    # A request to arXiv in an earlier test left this row: slots have a connection of their own.
    SourceState.objects.update_or_create(
        source="arxiv", defaults={"stopped": True, "reason": "403"}
    )
    ModelCall.objects.create(
        paper=paper, language="ko", model="m", prompt_version="1", source_checksum="0", asked_at=at
    )
    every_minute = IntervalSchedule.objects.create(every=1, period="minutes")
    PeriodicTask.objects.create(name="publish", task="digest.tasks.watch", interval=every_minute)


def _make_accounts() -> None:
    User.objects.create_user("lee", is_staff=True)
    Group.objects.get_or_create(name="Editors")  # A test that empties all tables took it away.
    attempt: dict[str, Any] = {"username": "lee", "ip_address": "198.51.100.7"}
    AccessLog.objects.create(**attempt)
    AccessFailureLog.objects.create(**attempt)
    AccessAttempt.objects.create(**attempt, failures_since_start=3)
    AuditRecord.objects.create(act=Act.SIGNED_IN, person="lee", address="198.51.100.7")


def public_addresses() -> list[str]:
    """Return each URL for readers, in each language, filled with what `make_site` makes."""
    routes = dict.fromkeys(
        route
        for language, _ in settings.LANGUAGES
        for route in _routes_in(language)
        if not route.startswith("admin/")
    )
    return ["/" + _filled(route, PUBLIC_SAMPLES) for route in routes]


def admin_addresses() -> list[str]:
    """Return each URL of the admin, filled with the rows that `make_site` made."""
    routes = [each for each in _routes_in(settings.LANGUAGE_CODE) if each.startswith("admin/")]
    return ["/" + _filled(route, _admin_samples(route)) for route in routes]


def _routes_in(language: str) -> list[str]:
    with translation.override(language):
        return list(_routes(get_resolver()))


def _routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        route = before + _as_route(str(pattern.pattern))
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from _routes(pattern, route)


def _as_route(pattern: str) -> str:
    """Return a pattern as a route. A few patterns of other packages are regular expressions."""
    for expression, route in _EXPRESSIONS.items():
        pattern = re.sub(expression, route, pattern)
    assert not set("^$()") & set(pattern), f"{pattern}: how is this address made?"
    return pattern


def _filled(route: str, samples: dict[str, Any]) -> str:
    return _PARAMETER.sub(lambda match: str(samples[match[1]]), route)


def _admin_samples(route: str) -> dict[str, Any]:
    samples: dict[str, Any] = {
        "app_label": "papers",
        "content_type_id": ContentType.objects.get_for_model(Post).pk,
        "object_id": _row_of(Post).pk,
        "url": "x.css",
        "verdict": "fixed",
        "uidb64": "MQ",
        "token": "x-y",
        "snapshot_id": _row_of(Snapshot).pk,
        "key": "1-0-0",
        "section_id": _row_of(Section).pk,
        "evidence_id": _row_of(Evidence).pk,
        "change_id": _row_of(TagChange).pk,
        "language": settings.LANGUAGE_CODE,
        "kind": kinds.RESULTS,
        "link_id": 1,
        "note_id": 1,
    }
    for model in admin.site._registry:
        if route.startswith(f"admin/{model._meta.label_lower.replace('.', '/')}/"):
            samples["object_id"] = samples["id"] = _row_of(model).pk
            if hasattr(model, "history"):
                samples["version_id"] = model.history.first().pk
    return samples


def _row_of(model: type[Model]) -> Model:
    row = model._base_manager.order_by("pk").last()
    assert row is not None, f"{model._meta.label}: make_site makes none"
    return row
