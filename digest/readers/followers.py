"""What the subscribers of a tag get when tags are merged: nothing that was there before, anew.

A feed goes on with what is new. Of what was in the feeds before a merge, the followers of either
tag keep the entries of their own. So a merged tag keeps its feed, which goes on with the entries of
the other tag, until both feeds have the same; then it leads there. Programs that were led there
earlier would show up to a hundred old papers as new, and would not come back after an undo.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.text import slugify
from taggit.models import Tag

from digest.models import Entry, Post, TagAlias, TagCarrier, TagChange
from papers.models import Paper


@dataclass(frozen=True, slots=True)
class Followed:
    """A tag as its subscribers know it."""

    tag: Tag
    slug: str
    """It stands in the address of the feed."""
    merge: TagChange | None = None
    """The merge by which the tag of this slug became `tag`."""

    def entries(self) -> Q:
        """Return which entries of papers its subscribers get, among those of the tag."""
        return self._get(Paper, "paper_id")

    def posts(self) -> Q:
        """Return which posts its subscribers get, among those of the tag."""
        return self._get(Post, "pk")

    def _get(self, model: type[Paper] | type[Post], key: str) -> Q:
        old = TagCarrier.objects.filter(
            content_type=_type(model), object_id=OuterRef(key), in_feeds=True
        )
        return _get(old, key, self.tag, self.merge)


def followed(slug: str) -> Followed | None:
    """Return the tag that has a slug, or what its followers get since it was merged."""
    if tag := Tag.objects.filter(slug=slug).first():
        return Followed(tag, tag.slug)
    merge = _merges().filter(former_slug=slug).order_by("-pk").first()
    return Followed(merge.tag, slug, merge) if merge and _was_public(merge) else None


def merged_slug(spelling: str) -> str:
    """Return the slug of the merged tag that a spelling named, also one that it had before, or "".

    Where a tag has this name now, it names that one.
    """
    slug = slugify(spelling.replace("_", " "), allow_unicode=True)
    for named in (Q(slug=spelling), Q(slug__iexact=slug) | Q(name__iexact=spelling)):
        if Tag.objects.filter(named).exists():
            return ""
    of_merge = Q(former_slug__iexact=spelling) | Q(former_slug__iexact=slug)
    aliases = TagAlias.objects.filter(
        Q(slug__iexact=spelling) | Q(slug__iexact=slug) | Q(name__iexact=spelling)
    )
    keys = list(aliases.values_list("pk", flat=True))
    named = of_merge | Q(former_name__iexact=spelling) | Q(aliases__overlap=keys)
    # Of several it is the first that this name went through.
    merge = _merges().filter(named).order_by("pk").first()
    return merge.former_slug if merge and _was_public(merge) else ""


def _was_public(merge: TagChange) -> bool:
    """Return whether the merged tag had a feed with anything in it, that is still public."""
    papers, posts = (
        merge.carriers.filter(content_type=_type(model), in_feeds=True).values("object_id")
        for model in (Paper, Post)
    )
    return (
        Entry.objects.public().filter(paper__in=papers).exists()
        or Post.objects.published().filter(pk__in=posts).exists()
    )


def _type(model: type[Paper] | type[Post]) -> ContentType:
    return ContentType.objects.get_for_model(model)


def _merges() -> QuerySet[TagChange]:
    return TagChange.objects.merges().select_related("tag", "followed_by")


def _get(
    old: QuerySet[TagCarrier], key: str, tag: Tag, merge: TagChange | None, *, later: bool = False
) -> Q:
    """Return the condition for the followers of a tag, or of one that a merge took away.

    `old` are the carriers of a row that was in the feeds when they were merged. `later` is for
    those that came to this tag by a merge.
    """
    merges = TagChange.objects.merges().filter(tag=tag, followed_by=merge)
    if not later:
        # Nobody can have followed what was empty. What came is the beginning of that feed.
        merges = merges.filter(had_feed=True)
    came = Q(Exists(old.filter(change__in=merges, had_both=False)))
    if merge is None:
        return ~came
    # Before the merge as the tag itself had it, and after it as the other one has it.
    own = Q(Exists(old.filter(change=merge)))
    theirs = merge.papers_in_feeds if key == "paper_id" else merge.posts_in_feeds
    before = own | Q((f"{key}__in", theirs))
    after = _get(old, key, tag, merge.followed_by, later=True)
    return (own & ~came) | (~before & after)
