"""What people typed and have not saved yet."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from papers.models.fields import StoredJSONField


class UnsavedText(models.Model):
    """The unsaved texts of one person on one page: name of field -> value, time, tab.

    It is not a version of anything. It goes when the texts are saved or discarded, or get old.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    page = models.CharField(max_length=100)
    texts = StoredJSONField(default=dict)
    kept_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint("user", "page", name="unsaved_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.page}"
