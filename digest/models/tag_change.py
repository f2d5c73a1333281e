"""What editors made of tags: renamed, merged, or found to be two. Enough to take it back."""

from __future__ import annotations

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from taggit.models import Tag

from papers.models.fields import ShapedJSONField
from papers.text.tags import MAX_LENGTH


class TagChangeKind(models.TextChoices):
    RENAME = "rename", _("renamed")
    MERGE = "merge", _("merged")


class TagChangeQuerySet(models.QuerySet["TagChange"]):
    def standing(self) -> TagChangeQuerySet:
        """Return changes that nobody took back."""
        return self.filter(undone_at=None)

    def merges(self) -> TagChangeQuerySet:
        """Return merges that nobody took back."""
        return self.standing().filter(kind=TagChangeKind.MERGE)


class TagChange(models.Model):
    """A tag that got another name, or one that was merged into another and is gone."""

    kind = models.CharField(_("kind"), max_length=8, choices=TagChangeKind)
    tag = models.ForeignKey(
        Tag,
        models.CASCADE,
        verbose_name=_("tag"),
        related_name="changes",
        help_text="The tag that is there now. If it is merged itself, the one that it went to.",
    )
    followed_by = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        related_name="before",
        help_text="The merge that brought this change to its tag. Until that is undone, it stands.",
    )
    former_tag = models.BigIntegerField(help_text="The key of the tag that it was about.")
    former_name = models.CharField(_("name"), max_length=MAX_LENGTH)
    former_slug = models.CharField(_("slug"), max_length=MAX_LENGTH)
    name = models.CharField(max_length=MAX_LENGTH, help_text="As the change left it.")
    slug = models.CharField(max_length=MAX_LENGTH, help_text="As the change left it.")
    aliases = ArrayField(
        models.BigIntegerField(),
        default=list,
        help_text="Keys of the aliases of the merged tag, which lead to the other one since.",
    )
    taken = ShapedJSONField(
        default=list, help_text="The aliases, as objects, that a rename made the name of the tag."
    )
    had_feed = models.BooleanField(help_text="Whether the feed of the other tag had anything.")
    papers_in_feeds = ArrayField(
        models.IntegerField(),
        default=list,
        help_text="Keys of papers of the other tag that feeds had. They are nothing new.",
    )
    posts_in_feeds = ArrayField(
        models.IntegerField(),
        default=list,
        help_text="Keys of posts of the other tag that feeds had. They are nothing new.",
    )
    made_at = models.DateTimeField(_("made"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("made by"),
        null=True,
        related_name="+",
    )
    undone_at = models.DateTimeField(_("undone"), null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("undone by"),
        null=True,
        related_name="+",
    )

    objects = TagChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of a tag")
        verbose_name_plural = _("changes of tags")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["former_slug"],
                condition=Q(kind="merge", undone_at=None),
                name="tag_change_merged_slug",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=TagChangeKind.values), name="tag_change_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.former_name} → {self.name}"


class TagCarrier(models.Model):
    """A paper or post that had a tag when it was merged into another."""

    change = models.ForeignKey(TagChange, models.CASCADE, related_name="carriers")
    content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    object_id = models.IntegerField()
    former_item = models.BigIntegerField(help_text="The key of its item of the merged tag.")
    item = models.BigIntegerField(
        help_text="The key of its item of the other tag. Another item is an editor's doing since."
    )
    had_both = models.BooleanField(help_text="Whether it had the other tag, too.")
    own = models.BooleanField(help_text="Whether it had the other tag by itself, by no merge.")
    in_feeds = models.BooleanField(help_text="Whether feeds had it. In another it is nothing new.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["change", "content_type", "object_id"], name="tag_carrier_once"
            )
        ]
        indexes = [
            models.Index(fields=["item"], name="tag_carrier_item"),
            models.Index(fields=["content_type", "object_id"], name="tag_carrier_object"),
        ]

    def __str__(self) -> str:
        return f"{self.change}: {self.object_id}"


class TagPair(models.Model):
    """Two names that look alike, and are two tags. Somebody said so.

    It is about the names: they are remembered if a tag is gone and comes back.
    """

    # In small letters a name is up to three times as long.
    first = models.CharField(max_length=3 * MAX_LENGTH)
    second = models.CharField(max_length=3 * MAX_LENGTH)
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="tag_pair_once"),
            models.CheckConstraint(condition=~Q(first=F("second")), name="tag_pair_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.first} ≠ {self.second}"
