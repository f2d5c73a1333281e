"""Links that show a post before the public may see it, and what is noted by whoever opens one."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from digest.models.posts import Post
from papers.clock import now
from papers.models.fields import LineField


class PreviewLinkQuerySet(models.QuerySet["PreviewLink"]):
    def living(self) -> PreviewLinkQuerySet:
        """Return links that are neither expired nor revoked."""
        return self.filter(revoked_at=None, expires_at__gt=now())


class PreviewLink(models.Model):
    """A secret address of one post. Only the hash of its token is stored."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="preview_links")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    recipient = LineField(max_length=80, blank=True)
    is_pinned = models.BooleanField(
        help_text="Whether it shows the post as it was when the link was made (`PinnedPage`)."
    )
    of_changes = models.BooleanField(help_text="Whether the post was public when it was made.")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    public_at = models.DateTimeField(
        null=True, help_text="When what it was made to show went public."
    )
    opened = models.PositiveIntegerField(default=0)
    last_opened_at = models.DateTimeField(null=True)

    objects = PreviewLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("preview link")
        verbose_name_plural = _("preview links")
        ordering = ["-made_at", "-id"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="preview_link_expires"
            )
        ]

    def __str__(self) -> str:
        return f"{self.post}: {self.recipient}"

    @property
    def lives(self) -> bool:
        """Whether it is neither expired nor revoked."""
        return self.revoked_at is None and self.expires_at > now()


class PinnedPage(models.Model):
    """What a pinned link shows in one language: the article as it was rendered then."""

    link = models.ForeignKey(PreviewLink, models.CASCADE, related_name="pages")
    language = models.CharField(max_length=8)
    title = models.TextField()
    html = models.TextField()

    class Meta:
        verbose_name = _("pinned page")
        verbose_name_plural = _("pinned pages")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["link", "language"], name="pinned_page_once")
        ]

    def __str__(self) -> str:
        return f"{self.link} ({self.language})"


class PreviewNoteQuerySet(models.QuerySet["PreviewNote"]):
    def open(self) -> PreviewNoteQuerySet:
        """Return notes that no editor has marked as done."""
        return self.filter(done_at=None)


class PreviewNote(models.Model):
    """What somebody wrote to the editors on the page of a preview link."""

    link = models.ForeignKey(PreviewLink, models.CASCADE, related_name="notes")
    name = models.CharField(max_length=80, blank=True)
    text = models.TextField(max_length=2_000)
    written_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    objects = PreviewNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note on a preview")
        verbose_name_plural = _("notes on previews")
        ordering = ["-written_at", "-id"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.link}: {self.text[:60]}"
