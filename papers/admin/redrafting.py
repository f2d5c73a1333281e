"""Has the model write one section again because an editor asks for it."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from papers import jobs, kinds
from papers.models import Job, JobKind, JobState, Paper, Subject


def choices(language: str) -> list[tuple[str, str]]:
    """Return what a button may ask for, with the section's name; nothing without a model."""
    if not settings.MODEL_URL:
        return []
    return [(f"{language} {row.name}", row.label) for row in kinds.asked_of_models()]


def redraft(request: HttpRequest, paper: Paper, languages: list[str]) -> None:
    """Queue what the button `_redraft` of a form that was saved asks for, and say so."""
    said = queue(request, paper, languages)
    messages.success(request, format_html("{} {}", _("Saved."), said))


def queue(request: HttpRequest, paper: Paper, languages: list[str]) -> SafeString:
    """Queue what the button `_redraft` asks for, and return what its person is told."""
    if not request.user.has_perm("papers.change_section"):
        raise PermissionDenied
    asked = request.POST.get("_redraft", "")
    names = dict(choice for language in languages for choice in choices(language))
    subjects = {
        f"{language} {row.name}": Subject(
            arxiv_id=paper.arxiv_id, language=language, section=row.name
        )
        for language in languages
        for row in kinds.asked_of_models()
    }
    if asked not in names:
        raise BadRequest("no such section, or no model")
    drafting = Job.objects.filter(kind=JobKind.DRAFT).about(subjects[asked])
    if not drafting.filter(state=JobState.RUNNING).exists():  # A second click would pay twice.
        jobs.add(JobKind.DRAFT, subjects[asked], again=True)
    said = _(
        "The model writes “%s” anew: it comes in the place of what a model wrote, and beside"
        " what a person wrote or reviewed."
    )
    address = reverse("admin:papers_job_change", args=[drafting.get().pk])
    link = format_html('<a href="{}">{}</a>', address, _("How far it is"))
    return format_html("{} {}", said % names[asked], link)
