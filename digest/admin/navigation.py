"""The navigation of the editors' pages: django-unfold's sidebar."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Value
from django.http import HttpRequest
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _

from papers.models import Proposal, Report


def _page(title: Any, icon: str, name: str, permission: str, **more: Any) -> dict[str, Any]:
    link = reverse_lazy(f"admin:{name}")
    return {
        "title": title,
        "icon": icon,
        "link": link,
        "permission": lambda request: request.user.has_perm(permission),
        **more,
    }


def _badges() -> dict[str, dict[str, str]]:
    """Return the badges that count open rows of two models, in one query for both."""
    counted = None
    for model in (Proposal, Report):
        rows = model.objects.filter(state="open").order_by().values("state")
        rows = rows.annotate(model=Value(model._meta.model_name), rows=Count("*"))
        rows = rows.values_list("model", "rows")
        counted = rows if counted is None else counted.union(rows)
    return {
        model: {"badge": str(rows), "badge_variant": "warning"} for model, rows in counted or ()
    }


def _in_posts(request: HttpRequest) -> bool:
    """Return whether the page is one of posts, but not their calendar, which has its own link."""
    posts, calendar = reverse("admin:digest_post_changelist"), reverse("admin:digest_post_calendar")
    return request.path.startswith(posts) and request.path != calendar


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the links of the sidebar, in the order of a day's work."""
    overview = {"title": _("Overview"), "icon": "home", "link": reverse_lazy("admin:index")}
    badges = _badges()
    work = [
        overview,
        _page(_("Listed papers"), "checklist", "papers_listing_changelist", "papers.view_listing"),
        _page(
            _("Posts"),
            "article",
            "digest_post_changelist",
            "digest.view_post",
            active=_in_posts,
        ),
        _page(_("Calendar"), "calendar_month", "digest_post_calendar", "digest.view_post"),
        _page(_("Papers"), "science", "papers_paper_changelist", "papers.view_paper"),
        _page(
            _("Proposals"),
            "compare_arrows",
            "papers_proposal_changelist",
            "papers.view_proposal",
            **badges.get("proposal", {}),
        ),
        _page(
            _("Reported mistakes"),
            "flag",
            "papers_report_changelist",
            "papers.view_report",
            **badges.get("report", {}),
        ),
        _page(
            _("Corrections"),
            "edit_note",
            "digest_correction_changelist",
            "digest.view_correction",
        ),
        _page(
            _("Findings"),
            "rule",
            "papers_finding_changelist",
            "papers.view_finding",
        ),
        _page(_("Glossary"), "translate", "papers_term_changelist", "papers.view_term"),
        _page(_("Tags"), "sell", "taggit_tag_changelist", "taggit.view_tag"),
    ]
    administration = [
        _page(
            _("Source answers"),
            "cloud_download",
            "papers_sourceanswer_changelist",
            "papers.view_sourceanswer",
        ),
        _page(_("Jobs"), "task_alt", "papers_job_changelist", "papers.view_job"),
        _page(
            _("Model calls"), "smart_toy", "papers_modelcall_changelist", "papers.view_modelcall"
        ),
        _page(_("Sources"), "sensors", "papers_sourcestate_changelist", "papers.view_sourcestate"),
        _page(
            _("Categories of arXiv"),
            "category",
            "papers_arxivcategory_changelist",
            "papers.view_arxivcategory",
        ),
        _page(
            _("Schedules"),
            "schedule",
            "django_celery_beat_periodictask_changelist",
            "django_celery_beat.view_periodictask",
        ),
        _page(_("Users"), "person", "auth_user_changelist", "auth.view_user"),
        _page(_("Groups"), "group", "auth_group_changelist", "auth.view_group"),
        _page(_("Audit"), "policy", "digest_auditrecord_changelist", "digest.view_auditrecord"),
        _page(_("Sign-ins"), "login", "axes_accesslog_changelist", "axes.view_accesslog"),
        _page(
            _("Failed sign-ins"),
            "gpp_bad",
            "axes_accessfailurelog_changelist",
            "axes.view_accessfailurelog",
        ),
        _page(
            _("Locked sign-ins"),
            "lock",
            "axes_accessattempt_changelist",
            "axes.view_accessattempt",
        ),
    ]
    return [
        {"items": work},
        {"title": _("Administration"), "separator": True, "items": administration},
    ]


def account(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the links of the menu of one's own account."""
    return [
        {"title": _("Two-factor sign-in"), "link": reverse_lazy("admin:two_factor")},
        {"title": _("Change password"), "link": reverse_lazy("admin:password_change")},
    ]
