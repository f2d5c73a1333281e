"""Requests to language models, and their cost."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from papers.models.fields import ShapedJSONField


class CallOutcome(models.TextChoices):
    """What came of asking a model for a draft."""

    DONE = "done", _("drafted")
    REFUSED = "refused", _("the model refused")
    PROSE = "prose", _("not the form asked for")
    CUT = "cut", _("cut off")
    LANGUAGE = "language", _("another language")
    OVERFLOW = "overflow", _("the server cut the paper")
    ERROR = "error", _("the server refused")
    DOWN = "down", _("the server is down")


class ModelCall(models.Model):
    """One request to a model. It is written before it is sent, so that none is forgotten."""

    paper = models.ForeignKey(
        "papers.Paper",
        models.SET_NULL,
        verbose_name=_("paper"),
        null=True,
        related_name="model_calls",
    )
    language = models.CharField(_("language"), max_length=8)
    kind = models.CharField(
        _("section"), max_length=20, blank=True, help_text=_("Empty: the whole summary.")
    )
    model = models.CharField(_("model"), max_length=100)
    prompt_version = models.CharField(_("prompt version"), max_length=40)
    source_checksum = models.CharField(
        max_length=64, editable=False, help_text="SHA-256 of the paper's text that was sent."
    )
    asked_at = models.DateTimeField(_("asked"))
    answered_at = models.DateTimeField(_("answered"), null=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=CallOutcome, blank=True)
    message = models.TextField(_("message"), blank=True)
    sources = ShapedJSONField(
        default=dict,
        editable=False,
        help_text="By checksum of a sentence: the quotes that the model rests it on.",
    )
    finish_reason = models.CharField(_("finish reason"), max_length=40, blank=True)
    prompt_tokens = models.PositiveIntegerField(_("prompt tokens"), default=0)
    completion_tokens = models.PositiveIntegerField(_("completion tokens"), default=0)
    reply = models.TextField(_("reply"), blank=True, help_text=_("As it came, at most 64 kB."))

    class Meta:
        verbose_name = _("model call")
        verbose_name_plural = _("model calls")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="") | Q(outcome__in=CallOutcome.values), name="call_outcome"
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], name="call_by_time"),
            models.Index(fields=["paper", "source_checksum"], name="call_by_source"),
        ]

    def __str__(self) -> str:
        return f"{self.paper} ({self.language}) {self.model}"
