"""What a person who signs in has chosen for the editors' pages."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.utils.translation import gettext_lazy as _


class Preference(models.Model):
    user = models.OneToOneField(
        User, models.CASCADE, primary_key=True, related_name="preference", verbose_name=_("user")
    )
    language = models.CharField(_("language"), max_length=8, blank=True)

    class Meta:
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user}: {self.language}"


def language_of(user_id: int) -> str | None:
    """Return the language that a person chose, if the site still has it."""
    chosen = Preference.objects.filter(user=user_id).values_list("language", flat=True).first()
    return chosen if chosen in dict(settings.LANGUAGES) else None
