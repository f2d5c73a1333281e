"""Tags are renamed and merged, and that is taken back.

Whatever a tag was called leads to the tag (`digest.models.tag_alias`). A merge is remembered with
the rows that had the tag (`TagCarrier`): subscribers get none of them anew
(`digest.readers.followers`), and all can have it again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from taggit.models import Tag, TaggedItem

from digest.audit import record
from digest.models import Act, Entry, Post, TagAlias, TagCarrier, TagChange, TagChangeKind
from digest.publishing import live, tag_plans
from digest.search import index
from papers.clock import now
from papers.jobs.locks import one_at_a_time
from papers.models import Paper
from papers.models.tag import LOCK
from papers.text.tags import is_address

INDEXED_AT_ONCE = index.BATCH
"""Papers and posts that search knows anew at once. Of more, a worker indexes all in a minute."""
_ROWS = 2_000  # Of one statement.


class TagsRefused(Exception):
    """The tags cannot be renamed, merged or taken back so. The message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Undone:
    """How many rows have the merged tag again, and how many were left as somebody made them."""

    restored: int
    left: int


def lock() -> None:
    """Wait until nobody gives, renames or merges tags, and keep others from it."""
    one_at_a_time(LOCK)


@transaction.atomic
def rename(tag: Tag, user: User | None = None) -> TagChange | None:
    """Save a tag with its new name and slug, and return what can be taken back, if anything.

    Raises PermissionDenied if a user may not change what readers see. No user is the operator.
    """
    lock()
    before = Tag.objects.select_for_update().get(pk=tag.pk)
    if (before.name, before.slug) == (tag.name, tag.slug):
        tag.save()  # It mends what is damaged.
        return None
    _may_change(user, before)
    if other := _others(tag.name, tag.slug).exclude(pk=tag.pk).first():
        raise TagsRefused(_taken(other))
    tag.save()
    if (before.name, before.slug) == (tag.name, tag.slug):
        return None
    change = _change(TagChangeKind.RENAME, before, tag, user)
    change.taken = tag.taken
    change.save(update_fields=["taken"])
    _index(TaggedItem.objects.filter(tag=tag).count())
    return change


@transaction.atomic
def merge(
    sources: Collection[Tag], into: Tag, user: User | None = None, seen: str | None = None
) -> list[TagChange]:
    """Give all that have one of the sources the other tag instead. The sources become its aliases.

    `seen` is the fingerprint of the plan that was confirmed, if somebody saw one. Raises
    TagsRefused if it is another one now, or if a tag is gone or goes into itself, PermissionDenied
    if a user may not change what readers see. No user is the operator.
    """
    lock()
    keys = {each.pk for each in sources}
    _refuse_itself(keys, into)
    rows = {
        each.pk: each
        for each in Tag.objects.filter(pk__in={*keys, into.pk}).order_by("pk").select_for_update()
    }
    for each in (*sources, into):
        if each.pk not in rows:
            raise TagsRefused(
                _("The tag “%(tag)s” is gone: somebody merged or deleted it meanwhile.")
                % {"tag": each.name}
            )
        _may_change(user, rows[each.pk])
    if seen is not None and seen != tag_plans.fingerprint(rows.values(), into):
        raise TagsRefused(_("Something changed since this was shown. Please look at it again."))
    had_feed = _had_feed(into)
    changes = [_merge(rows[key], rows[into.pk], user, had_feed) for key in sorted(keys)]
    told = [("name", each.former_name, each.name) for each in changes]
    record(Act.MERGED, rows[into.pk], person=user, changes=told)
    _index(TagCarrier.objects.filter(change__in=changes).count())
    return changes


@transaction.atomic
def undo(change: TagChange, user: User | None = None) -> Undone:
    """Take a rename or a merge back. Rows whose tags somebody changed since stay as they are.

    Raises TagsRefused if that cannot be done now, PermissionDenied if the user may not do it.
    """
    lock()
    change.refresh_from_db(from_queryset=TagChange.objects.select_for_update(of=("self",)))
    if problem := why_not_undone(change):
        raise TagsRefused(problem)
    _may_change(user, change.tag)
    undone = _name_back(change) if change.kind == TagChangeKind.RENAME else _split(change)
    change.undone_at, change.undone_by = now(), user
    change.save(update_fields=["undone_at", "undone_by"])
    told = [("name", change.name, change.former_name)]
    record(Act.UNDONE, change.tag, person=user, changes=told)
    _index(undone.restored)
    return undone


def why_not_undone(change: TagChange) -> str:
    """Return why a change cannot be taken back now, and what to do, or "" if it can."""
    if change.undone_at:
        return _("It was taken back already.")
    if change.followed_by_id:
        return _("“%(tag)s” was merged itself since. Take that back first.") % {"tag": change.name}
    tag = change.tag
    if change.kind == TagChangeKind.RENAME and (tag.name, tag.slug) != (change.name, change.slug):
        return _("The tag was renamed since. Take that back first.")
    others = _others(change.former_name, change.former_slug)
    if change.kind == TagChangeKind.RENAME:
        others = others.exclude(pk=tag.pk)
    other = others.first()
    return _taken(other) if other else ""


def undoing(change: TagChange) -> Undone:
    """Return what taking a change back would do now."""
    if change.kind == TagChangeKind.RENAME:
        return Undone(TaggedItem.objects.filter(tag=change.tag_id).count(), 0)
    untouched, left = _untouched(change)
    return Undone(len(untouched), left)


def _others(name: str, slug: str) -> QuerySet[Tag]:
    return Tag.objects.filter(Q(name__iexact=name) | Q(slug=slug)).order_by("pk")


def _taken(other: Tag) -> str:
    return _("The tag “%(tag)s” has this name or address now. Rename or merge it first.") % {
        "tag": other.name
    }


def _refuse_itself(keys: set[int], into: Tag) -> None:
    if not keys:
        raise TagsRefused(_("Name at least two tags to merge."))
    if into.pk in keys:
        raise TagsRefused(_("The tag “%(tag)s” cannot be merged into itself.") % {"tag": into.name})


def _may_change(user: User | None, tag: Tag) -> None:
    if user is not None and not live.may_change(user, tag):
        raise PermissionDenied(
            _("Readers see the tag “%(tag)s”, so only who may publish changes it.")
            % {"tag": tag.name}
        )


def _change(
    kind: TagChangeKind, former: Tag, tag: Tag, user: User | None, *, had_feed: bool = False
) -> TagChange:
    papers, posts = _in_feeds(tag) if kind == TagChangeKind.MERGE else ([], [])
    return TagChange.objects.create(
        kind=kind,
        tag=tag,
        former_tag=former.pk,
        former_name=former.name,
        former_slug=former.slug,
        name=tag.name,
        slug=tag.slug,
        had_feed=had_feed,
        papers_in_feeds=papers,
        posts_in_feeds=posts,
        made_at=now(),
        made_by=user,
    )


def _had_feed(tag: Tag) -> bool:
    """Return whether subscribers can have got anything at a tag's address, also by another tag."""
    others = TagChange.objects.standing().filter(former_slug=tag.slug).exclude(tag=tag)
    return any(_in_feeds(tag)) or others.exists()


def _in_feeds(tag: Tag) -> tuple[list[int], list[int]]:
    """Return the keys of the papers and posts with a tag that subscribers can have got by now."""
    papers, posts = (
        TaggedItem.objects.filter(
            tag=tag, content_type=ContentType.objects.get_for_model(model)
        ).values("object_id")
        for model in (Paper, Post)
    )
    in_feeds = Post.objects.in_feeds()
    entries = Entry.objects.filter(
        public_position__isnull=False, post__in=in_feeds, paper__in=papers, paper__is_news=True
    )
    return (
        sorted(set(entries.order_by().values_list("paper", flat=True))),
        sorted(in_feeds.filter(pk__in=posts).order_by().values_list("pk", flat=True)),
    )


def _index(rows: int) -> None:
    """Let search know few rows at once. Who waits for its lock would wait for many."""
    if rows <= INDEXED_AT_ONCE:
        index.refresh_own()


def _merge(source: Tag, into: Tag, user: User | None, had_feed: bool) -> TagChange:
    """Merge one tag. `had_feed` tells of the other one, before any was merged at this time."""
    change = _change(TagChangeKind.MERGE, source, into, user, had_feed=had_feed)
    _move_items(change, source, into)
    aliases = TagAlias.objects.filter(tag=source)
    change.aliases = sorted(aliases.values_list("pk", flat=True))
    change.save(update_fields=["aliases"])
    aliases.update(tag=into)
    earlier = TagChange.objects.filter(tag=source)
    earlier.filter(followed_by=None).update(followed_by=change)
    earlier.update(tag=into)
    source.delete()
    if is_address(source.slug):
        TagAlias.objects.update_or_create(slug=source.slug, defaults={"tag": into})
    if source.name.casefold() != into.name.casefold():
        TagAlias.objects.create(tag=into, name=source.name)
    return change


def _move_items(change: TagChange, source: Tag, into: Tag) -> None:
    theirs = list(TaggedItem.objects.filter(tag=source).order_by("pk"))
    at = {(each.content_type_id, each.object_id): each.pk for each in theirs}
    rows = TaggedItem.objects.filter(tag=into).values_list("content_type_id", "object_id", "pk")
    ours = {(kind, key): item for kind, key, item in rows if (kind, key) in at}
    own = _own(into.pk, ours.values())
    types = (ContentType.objects.get_for_model(model) for model in (Paper, Post))
    in_feeds = {
        (kind.pk, key) for kind, keys in zip(types, _in_feeds(source), strict=True) for key in keys
    }
    TagCarrier.objects.bulk_create(
        (
            TagCarrier(
                change=change,
                content_type_id=place[0],
                object_id=place[1],
                former_item=item,
                item=ours.get(place, item),
                had_both=place in ours,
                own=place in ours and own.get(ours[place], True),
                in_feeds=place in in_feeds,
            )
            for place, item in at.items()
        ),
        batch_size=_ROWS,
    )
    TaggedItem.objects.filter(pk__in=[at[place] for place in ours]).delete()
    TaggedItem.objects.filter(tag=source).update(tag=into)


def _own(tag: int, items: Iterable[int]) -> dict[int, bool]:
    """Return, of items that an earlier merge knows, whether the row had the tag by itself."""
    return dict(_carriers(tag).filter(item__in=list(items)).values_list("item", "own"))


def _carriers(tag: int) -> QuerySet[TagCarrier]:
    """Return the carriers of the merges into a tag itself that stand."""
    merges = TagChange.objects.merges().filter(tag=tag, followed_by=None)
    return TagCarrier.objects.filter(change__in=merges)


def _name_back(change: TagChange) -> Undone:
    tag = change.tag
    tag.name, tag.slug = change.former_name, change.former_slug
    tag.save()
    for alias in change.taken:
        _give_alias_back(alias)
    return Undone(TaggedItem.objects.filter(tag=tag).count(), 0)


def _give_alias_back(taken: dict[str, Any]) -> None:
    """Let a name or address lead again to where it led before a rename took it."""
    there = Tag.objects.filter(pk=taken["tag"]).first() or _merged_into(taken["tag"])
    named = Q(name__iexact=taken["name"]) if taken["name"] else Q(slug=taken["slug"])
    if there is None or Tag.objects.filter(named).exists():
        return
    TagAlias.objects.filter(named).delete()
    # Under its own key, by which a merge knows it.
    TagAlias.objects.create(pk=taken["pk"], tag=there, slug=taken["slug"], name=taken["name"])


def _merged_into(key: int) -> Tag | None:
    merge = TagChange.objects.merges().filter(former_tag=key).select_related("tag").first()
    return merge.tag if merge else None


def _split(change: TagChange) -> Undone:
    """Make the merged tag again, with its aliases, its earlier changes and its rows."""
    named = Q(slug=change.former_slug) | Q(name__iexact=change.former_name)
    TagAlias.objects.filter(named).delete()  # Another tag may have been called so meanwhile.
    tag = Tag(pk=change.former_tag, name=change.former_name, slug=change.former_slug)
    tag.save(force_insert=True)
    TagAlias.objects.filter(pk__in=change.aliases, tag=change.tag_id).update(tag=tag)
    _give_back_changes(change, tag)
    untouched, left = _untouched(change)
    _give_back_items(change, tag, untouched)
    return Undone(len(untouched), left)


def _give_back_changes(change: TagChange, tag: Tag) -> None:
    """The changes of the merged tag are its own again, and of what was merged into it before."""
    merges, found = {change.pk}, set[int]()
    while merges:
        followers = TagChange.objects.filter(followed_by__in=merges)
        merges = set(followers.values_list("pk", flat=True)) - found
        found |= merges
    TagChange.objects.filter(pk__in=found).update(tag=tag)
    TagChange.objects.filter(followed_by=change).update(followed_by=None)


def _untouched(change: TagChange) -> tuple[list[TagCarrier], int]:
    """Return the carriers that still have the item which the merge left, and how many have not."""
    carriers = list(change.carriers.all())
    items = TaggedItem.objects.filter(tag=change.tag_id)
    there = set(items.filter(pk__in=change.carriers.values("item")).values_list("pk", flat=True))
    untouched = [each for each in carriers if each.item in there]
    return untouched, len(carriers) - len(untouched)


def _give_back_items(change: TagChange, tag: Tag, carriers: list[TagCarrier]) -> None:
    """Give rows the merged tag again, under the keys that it had.

    A row keeps the other tag if it had that by itself, or by another merge.
    """
    others = _carriers(change.tag_id).exclude(change=change)
    shared = others.filter(item__in=change.carriers.values("item"))
    elsewhere = set(shared.values_list("item", flat=True))
    keep = {each.pk for each in carriers if each.own or each.item in elsewhere}
    moved = [each for each in carriers if not each.had_both]
    TaggedItem.objects.filter(pk__in=[each.item for each in moved]).update(tag=tag)
    gone = [each.item for each in carriers if each.had_both and each.pk not in keep]
    TaggedItem.objects.filter(pk__in=gone).delete()
    TaggedItem.objects.bulk_create(
        (_item(each, tag.pk, each.former_item) for each in carriers if each.had_both),
        batch_size=_ROWS,
    )
    for each in moved:
        if each.pk in keep:
            new = _item(each, change.tag_id)
            new.save(force_insert=True)
            others.filter(item=each.item).update(item=new.pk)


def _item(carrier: TagCarrier, tag: int, pk: int | None = None) -> TaggedItem:
    return TaggedItem(
        pk=pk, tag_id=tag, content_type_id=carrier.content_type_id, object_id=carrier.object_id
    )
