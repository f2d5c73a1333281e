"""Which releases the database was brought to."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Upgrade(models.Model):
    """A release whose `migrate` ran to its end; the newest row says what the tables are like."""

    release = models.CharField(_("release"), max_length=20)
    # Also of releases that this code does not know: their own code wrote it.
    oldest = models.CharField(
        _("oldest release that may use these tables"), max_length=20, db_default=""
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("upgrade")
        verbose_name_plural = _("upgrades")
        default_permissions = ()

    def __str__(self) -> str:
        return self.release
