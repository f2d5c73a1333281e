"""What people say to each other about a post before it is public: a request, a comment, a verdict.

Rows are only added. The names are kept beside the accounts, which may be deleted.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from digest.models.posts import Post

LONGEST = 2000
LONGEST_NAME = 310
"""Of a full name with a blank, or a login."""


class CommentKind(models.TextChoices):
    COMMENT = "comment", _("comment")
    ASKED = "asked", _("asked for a review")
    CHANGES = "changes", _("changes requested")
    REVIEWED = "reviewed", pgettext_lazy("post", "reviewed")


VERDICTS = (CommentKind.CHANGES, CommentKind.REVIEWED)


class Comment(models.Model):
    post = models.ForeignKey(Post, models.CASCADE, verbose_name=_("post"), related_name="comments")
    kind = models.CharField(_("kind"), max_length=10, choices=CommentKind)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("author"), null=True,
        related_name="+",
    )  # fmt: skip
    author_name = models.CharField(_("name"), max_length=LONGEST_NAME)
    asked = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("who is asked"), null=True,
        related_name="+",
    )  # fmt: skip
    asked_name = models.CharField(max_length=LONGEST_NAME, blank=True)
    text = models.CharField(_("text"), max_length=LONGEST, blank=True)
    made_at = models.DateTimeField(_("made"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["made_at", "id"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=CommentKind.values), name="comment_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["asked", "reviewed"]) | ~Q(text=""),
                name="comment_says_something",
            ),
        ]

    @property
    def is_open_to_all(self) -> bool:
        """Return whether a request is to whoever may review, also as who was asked is gone."""
        return self.asked_id is None

    def __str__(self) -> str:
        return f"{self.author_name}: {self.get_kind_display()}"
