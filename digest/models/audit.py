"""Who did what, and when. Rows are only added; PostgreSQL itself refuses to change them."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from papers.clock import now
from papers.models.fields import StoredJSONField


class Act(models.TextChoices):
    """What a person did."""

    SIGNED_IN = "signed_in", _("signed in")
    SIGN_IN_FAILED = "sign_in_failed", _("sign-in failed")
    SIGNED_OUT = "signed_out", _("signed out")
    RESET_ASKED = "reset_asked", _("asked for a new password")
    RESET_MAILED = "reset_mailed", _("mailed a link for a new password")
    UNLOCKED = "unlocked", _("unlocked a sign-in")
    CREATED = "created", pgettext_lazy("audit", "created")
    CHANGED = "changed", pgettext_lazy("audit", "changed")
    DELETED = "deleted", pgettext_lazy("audit", "deleted")
    RESTORED = "restored", _("restored an older version")
    PUBLISHED = "published", pgettext_lazy("audit", "published")
    WITHDRAWN = "withdrawn", pgettext_lazy("audit", "withdrew")
    ACCEPTED = "accepted", _("let findings stand")
    REOPENED = "reopened", _("opened findings again")
    MERGED = "merged", _("merged tags")
    UNDONE = "undone", _("took a merge or rename back")
    REVOKED = "revoked", _("revoked a link")
    RIGHTS = "rights", _("changed rights")
    PASSWORD = "password", _("changed a password")
    TWO_FACTOR_ON = "two_factor_on", _("set two-factor sign-in up")
    TWO_FACTOR_OFF = "two_factor_off", _("removed two-factor sign-in")
    CODES_MADE = "codes_made", _("made recovery codes")
    CODE_USED = "code_used", _("used a recovery code")
    TAKEN_DOWN = "taken_down", _("took a paper down")


SIGN_INS = (
    Act.SIGNED_IN,
    Act.SIGN_IN_FAILED,
    Act.SIGNED_OUT,
    Act.RESET_ASKED,
    Act.RESET_MAILED,
    Act.UNLOCKED,
)
"""Acts at the door. They may have an IP address, and are kept as long as the log of sign-ins."""


class AuditRecord(models.Model):
    """One act. Names are stored as text, so that it outlives the person and what it was about."""

    at = models.DateTimeField(_("time"), default=now)
    act = models.CharField(pgettext_lazy("audit", "act"), max_length=20, choices=Act.choices)
    person = models.CharField(
        _("person"), max_length=150, blank=True, help_text=_("Empty: the site itself.")
    )
    person_id = models.IntegerField(null=True)
    """The account's number, without a reference: the account may be deleted."""
    model = models.CharField(max_length=100, blank=True)
    """What it was about, as `digest.post`."""
    key = models.CharField(max_length=64, blank=True)
    about = models.CharField(_("about"), max_length=250, blank=True)
    changes = StoredJSONField(_("changes"), default=list)
    """Rows of [field, before, after], each value shortened around what differs."""
    reason = models.CharField(_("reason"), max_length=250, blank=True)
    address = models.GenericIPAddressField(_("IP address"), null=True)

    class Meta:
        verbose_name = _("audit record")
        verbose_name_plural = _("audit records")
        default_permissions = ("view",)
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_newest"),
            models.Index(fields=["person", "-at"], name="audit_person"),
            models.Index(fields=["act", "-at"], name="audit_act"),
        ]

    def __str__(self) -> str:
        return " · ".join(filter(None, [self.person, self.get_act_display(), self.about]))

    @property
    def rows(self) -> list[list[Any]]:
        """The changes that have the form of one."""
        return [row for row in _listed(self.changes) if isinstance(row, list) and len(row) == 3]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
