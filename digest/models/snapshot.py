"""What whole posts said at each save, and the posts that were deleted.

All of it outlives the posts' own rows.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from papers.models.fields import LineField, ShapedJSONField

REASON_LENGTH = 100


def _of_a_post() -> Any:
    """Return a reference to a post that may be gone, and that other indexes begin with."""
    return models.ForeignKey(
        "digest.Post", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )


class SnapshotPart(models.Model):
    """One part of a post as it once was: its head, or one of its papers.

    Snapshots that say the same of it refer to the same row. `said` is what
    `digest.publishing.states` reads.
    """

    post = _of_a_post()
    paper_id = models.BigIntegerField(null=True)
    """The id of the paper, or None for the head of the post."""
    checksum = models.CharField(max_length=64)
    said = ShapedJSONField(default=dict)

    class Meta:
        default_permissions = ()
        # Not unique: two people who save at once would wait for each other, in either order.
        indexes = [models.Index(fields=["post", "checksum"], name="snapshot_part")]

    def __str__(self) -> str:
        return f"{self.post_id}: {self.paper_id or 'head'}"


class Snapshot(models.Model):
    """A whole post as it was after somebody saved it: its working text, order and tags."""

    post = _of_a_post()
    taken_at = models.DateTimeField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(max_length=REASON_LENGTH, blank=True)
    parts = ArrayField(models.BigIntegerField())
    """The ids of its parts: the head, and then the papers in their order."""
    positions = ArrayField(models.IntegerField())
    """The positions of its papers."""
    public_at = models.DateTimeField(null=True)
    """When readers first saw just this."""

    class Meta:
        default_permissions = ()
        ordering = ["-id"]
        indexes = [models.Index(fields=["post", "-id"], name="snapshot_of_post")]

    def __str__(self) -> str:
        return f"{self.post_id}: {self.taken_at}"


class TrashedPost(models.Model):
    """A post that was deleted, with all rows that went with it, until the trash is emptied."""

    post_id = models.BigIntegerField(unique=True)
    title = LineField(_("title"), max_length=200)
    date = models.DateField(_("date"))
    paper_count = models.PositiveIntegerField(_("papers"))
    rows = ShapedJSONField(default=list, encoder=DjangoJSONEncoder)
    """The rows with their ids, as Django's serializer for Python has them. The post is first."""
    deleted_at = models.DateTimeField(_("deleted"))
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("deleted by"),
        null=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("deleted post")
        verbose_name_plural = _("deleted posts")
        ordering = ["-deleted_at", "-id"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.title
