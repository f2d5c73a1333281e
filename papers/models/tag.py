"""Tags are rows of taggit's; what a name may be, and where its page stands, is a rule of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

from django.db import connection, transaction
from django.db.models import Prefetch
from django.db.models.signals import pre_save
from django.dispatch import receiver
from taggit.managers import _TaggableManager
from taggit.models import Tag

from papers.text.tags import is_address, shortened, tag_name, tag_slug

LOCK = "tags"
"""What one holds alone who renames or merges tags (`papers.jobs.locks`)."""
RENAMED: list[Callable[[str], Tag | None]] = []
"""Functions that return the tag that once had a name. `digest` knows one."""


class Tags(_TaggableManager):
    """A row's tags: a name finds its tag however it was typed, also the name it had before."""

    @transaction.atomic
    def add(self, *tags: Tag | str, **kwargs: Any) -> None:
        keep_tags()
        super().add(*_as_stored(tags), **kwargs)

    @transaction.atomic
    def set(self, tags: Iterable[Tag | str], **kwargs: Any) -> None:
        keep_tags()
        super().set(_as_stored(tags), **kwargs)


def keep_tags() -> None:
    """Wait until nobody renames or merges tags, and keep others from it in this transaction.

    Else a row could get a tag that is gone when the transaction ends.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtext(%s))", [LOCK])


def _as_stored(tags: Iterable[Tag | str]) -> list[Tag | str]:
    return [_named(tag) if isinstance(tag, str) else tag for tag in tags]


def _named(text: str) -> Tag | str:
    name = tag_name(text)
    return next(filter(None, (find(name) for find in RENAMED)), name)


def tags_of(rows: str = "") -> Any:
    """Return the prefetch that sets `public_tags` of rows, or of those that they lead to.

    A plain prefetch of "tags" makes a query set for each row, which takes longer than the query.
    """
    return Prefetch(f"{rows}tags", to_attr="public_tags")


# taggit saves its tags in more places than one (its manager, its admin, `Tag.objects.create`), and
# they share nothing but `Tag.save`, which asks no field and knows only `slugify`. A model of ours
# in its place would move every tag to another table.
@receiver(pre_save, sender=Tag)
def _give_an_address(instance: Tag, **kwargs: Any) -> None:
    instance.name = tag_name(instance.name)
    instance.address_made = not is_address(instance.slug)
    if instance.address_made:
        instance.slug = free_slug(tag_slug(instance.name), Tag.objects.exclude(pk=instance.pk))


def free_slug(slug: str, *others: Any) -> str:
    """The slug, or, where one of the other rows has it, the first free of slug_1, slug_2, …."""
    tries = (shortened(slug, f"_{number}" if number else "") for number in count())
    return next(
        each for each in tries if not any(rows.filter(slug=each).exists() for rows in others)
    )
