"""Values that would replace an editor's words or facts."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from papers.models.fields import StoredJSONField


class ProposalState(models.TextChoices):
    OPEN = "open", _("open")
    ACCEPTED = "accepted", _("accepted")
    REJECTED = "rejected", _("rejected")


class Proposal(models.Model):
    """Text or facts that would replace an editor's. Only a person applies them."""

    paper = models.ForeignKey(
        "papers.Paper", models.CASCADE, verbose_name=_("paper"), related_name="proposals"
    )
    section = models.ForeignKey(
        "papers.Section",
        models.CASCADE,
        verbose_name=_("section"),
        null=True,
        blank=True,
        related_name="proposals",
    )
    field = models.CharField(_("field"), max_length=40)
    value = StoredJSONField(_("proposed value"), encoder=DjangoJSONEncoder)
    checksum = models.CharField(max_length=64, editable=False)
    origin = models.CharField(_("proposed by"), max_length=20)
    drafter = models.CharField(_("drafter"), max_length=100, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=ProposalState, default=ProposalState.OPEN
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["-created_at", "-id"]
        constraints = [
            # The same proposal is made once, and not again after it was refused. Other evidence
            # for the same value is another proposal.
            models.UniqueConstraint(
                fields=["paper", "section", "field", "checksum"],
                name="proposal_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(state__in=ProposalState.values), name="proposal_state"
            ),
            models.CheckConstraint(
                condition=Q(state=ProposalState.OPEN) | Q(decided_at__isnull=False),
                name="proposal_decided_has_its_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["paper"], condition=Q(state=ProposalState.OPEN), name="proposal_open"
            )
        ]

    @classmethod
    def of(cls, field: str, value: Any, evidence: str = "", **known: Any) -> Proposal:
        """Return an unsaved proposal with its checksum. `evidence` are words that it rests on.

        White space, case and punctuation make no other evidence.
        """
        text = json.dumps(value, sort_keys=True, cls=DjangoJSONEncoder)
        if words := " ".join(re.findall(r"\w+", evidence.casefold())):
            text = f"{text} {words}"
        checksum = hashlib.sha256(text.encode()).hexdigest()
        return cls(field=field, value=value, checksum=checksum, **known)

    def __str__(self) -> str:
        return f"{self.section or self.paper.arxiv_id}: {self.field}"
