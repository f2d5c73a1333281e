"""What a tag was called before: its old address and name lead to the tag itself.

An alias names a tag and no other alias, so there are no chains.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.signals import post_save, pre_save
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _
from taggit.models import Tag

from papers.models.tag import free_slug
from papers.text.tags import MAX_LENGTH, is_address, tag_slug


class TagAlias(models.Model):
    """An old slug of a tag, or an old name. A row has one of them."""

    tag = models.ForeignKey(Tag, models.CASCADE, verbose_name=_("tag"), related_name="aliases")
    slug = models.SlugField(  # noqa: DJ001 - "" could be no more than one tag's.
        _("slug"), max_length=MAX_LENGTH, allow_unicode=True, unique=True, null=True
    )
    name = models.CharField(_("name"), max_length=MAX_LENGTH, blank=True)

    class Meta:
        verbose_name = _("old name of a tag")
        verbose_name_plural = _("old names of tags")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(slug__isnull=True) ^ Q(name=""), name="tag_alias_is_slug_or_name"
            )
        ]

    def __str__(self) -> str:
        return f"{self.slug or self.name} → {self.tag}"


def renamed(name: str) -> Tag | None:
    """Return the tag that had this name before, unless a tag has it now."""
    alias = TagAlias.objects.filter(name__iexact=name).select_related("tag").first()
    if alias is None or Tag.objects.filter(name__iexact=name).exists():
        return None
    return alias.tag


# Tags are saved in more places than one, as `papers.models.tag` says, and share only `Tag.save`.
@receiver(pre_save, sender=Tag)
def _leave_old_addresses(instance: Tag, **kwargs: Any) -> None:
    """Make no address that leads to another tag: "GPT 4" makes what "GPT-4" had."""
    new = instance._state.adding and instance.slug == tag_slug(instance.name)
    others = TagAlias.objects.exclude(tag=instance.pk) if instance.pk else TagAlias.objects
    if (new or instance.address_made) and others.filter(slug=instance.slug).exists():
        tags = Tag.objects.exclude(pk=instance.pk)
        instance.slug = free_slug(tag_slug(instance.name), tags, others)


@receiver(pre_save, sender=Tag)
def _remember(instance: Tag, **kwargs: Any) -> None:
    instance.before = Tag.objects.filter(pk=instance.pk).first() if instance.pk else None


@receiver(post_save, sender=Tag)
def _keep_alias(instance: Tag, **kwargs: Any) -> None:
    """Make an alias of what the tag was called before. What a tag is called now is no alias."""
    taken = TagAlias.objects.filter(Q(slug=instance.slug) | Q(name__iexact=instance.name))
    instance.taken = list(taken.values("pk", "tag", "slug", "name"))
    if instance.taken:
        taken.delete()
    before = getattr(instance, "before", None)
    if before is None:
        return
    if before.slug != instance.slug and is_address(before.slug):
        TagAlias.objects.update_or_create(slug=before.slug, defaults={"tag": instance})
    if before.name.casefold() != instance.name.casefold():
        TagAlias.objects.create(tag=instance, name=before.name)
