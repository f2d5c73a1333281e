"""Mistakes that readers report."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from papers.models.fields import LineField


class ReportState(models.TextChoices):
    OPEN = "open", _("open")
    FIXED = "fixed", _("fixed")
    REJECTED = "rejected", _("no mistake")


class ReportQuerySet(models.QuerySet["Report"]):
    def open(self) -> ReportQuerySet:
        """Return reports that nobody has dealt with."""
        return self.filter(state=ReportState.OPEN)


class Report(models.Model):
    """What a reader says is wrong with a summary. Nothing about the reader is kept."""

    paper = models.ForeignKey(
        "papers.Paper", models.CASCADE, verbose_name=_("paper"), related_name="reports"
    )
    section = models.ForeignKey(
        "papers.Section",
        models.SET_NULL,
        verbose_name=_("section"),
        null=True,
        blank=True,
        related_name="reports",
    )
    text = models.TextField(_("what is wrong"), max_length=2_000)
    created_at = models.DateTimeField(
        pgettext_lazy("date", "reported"), db_default=Now(), editable=False
    )
    correction = LineField(
        _("what was put right"),
        max_length=500,
        blank=True,
        help_text=_("Offered as the correction when the changes are published."),
    )
    state = models.CharField(
        _("state"), max_length=10, choices=ReportState, default=ReportState.OPEN
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True, editable=False)
    public_at = models.DateTimeField(
        null=True,
        editable=False,
        help_text="When readers first saw what a fixed report put right.",
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("reported mistake")
        verbose_name_plural = _("reported mistakes")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ReportState.values), name="report_state"),
            models.CheckConstraint(
                condition=Q(state=ReportState.OPEN) | Q(decided_at__isnull=False),
                name="report_decided_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.section or self.paper}: {self.text[:60]}"
