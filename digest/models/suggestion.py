"""Suggested picks, as the worker made them (`digest.suggestions`)."""

from __future__ import annotations

from typing import Any

from django.db import models

from papers.models import Listing
from papers.models.fields import ShapedJSONField


class ReasonsField(ShapedJSONField):
    """Reasons as `digest.suggestions.learning.reasons` writes them."""

    def shaped(self, value: Any) -> list[dict[str, Any]]:
        rows = value if isinstance(value, list) else []
        return [row for row in rows if isinstance(row, dict)]


class SuggestedDay(models.Model):
    """A day whose papers have suggestions. Once an editor has picked one, they stay as they are."""

    day = models.DateField(primary_key=True)
    picks = models.PositiveIntegerField(help_text="Picks of earlier days that were known.")
    learned = models.BooleanField(help_text="Whether more than votes counts.")
    made_from = models.CharField(
        max_length=64, help_text="The checksum of the votes and the earlier picks."
    )

    def __str__(self) -> str:
        return f"{self.day}"


class Suggestion(models.Model):
    """The place of a listed paper in the order of suggested picks, and why."""

    listing = models.OneToOneField(Listing, models.CASCADE, related_name="suggestion")
    position = models.PositiveSmallIntegerField(help_text="The best of the day has 1.")
    votes = models.PositiveIntegerField(
        null=True, help_text="Those that counted: the last ones before the editors picked."
    )
    rank = models.PositiveSmallIntegerField(help_text="Its place in the source's list then.")
    late = models.BooleanField(
        default=False, help_text="Whether it was listed after the first pick of the day."
    )
    reasons = ReasonsField(default=list)

    def __str__(self) -> str:
        return f"{self.position}: {self.listing}"
