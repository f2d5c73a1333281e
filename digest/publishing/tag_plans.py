"""What renaming or merging tags would do, told before it is done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from taggit.models import Tag, TaggedItem

from digest.models import Entry, Post, TagAlias, published_papers
from papers.models import Paper
from papers.text.tags import is_address


@dataclass(frozen=True, slots=True)
class Carried:
    """How many rows have one of some tags, and how many of these readers see."""

    papers: int
    posts: int
    public_papers: int
    public_posts: int

    @classmethod
    def of(cls, *tags: int) -> Carried:
        papers, posts = _keys(Paper, tags), _keys(Post, tags)
        return cls(
            Paper.objects.filter(pk__in=papers).count(),
            Post.objects.filter(pk__in=posts).count(),
            published_papers().filter(pk__in=papers).count(),
            Post.objects.published().filter(pk__in=posts).count(),
        )

    @property
    def all(self) -> int:
        return self.papers + self.posts

    @property
    def public(self) -> int:
        return self.public_papers + self.public_posts


@dataclass(frozen=True, slots=True)
class Address:
    """What stands at an address afterwards."""

    path: str
    """As people read it, not encoded."""
    what: Any
    """What is there, without a subject."""
    to: str = ""
    """Where it leads to."""

    @classmethod
    def of(cls, name: str, slug: str, what: Any, to: str = "") -> Address:
        return cls(_path(name, slug), what, to)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a rename or a merge would do."""

    name: str
    """What the tag is called afterwards."""
    each: Sequence[tuple[Tag, Carried]]
    """The tags that get this name, and how often each is used now."""
    changed: Carried
    """The rows whose tags change."""
    after: Carried
    """The rows that have the tag afterwards."""
    pages: int
    """Public pages that change, of one language."""
    feeds: int
    """Feeds of tags that change."""
    addresses: Sequence[Address]
    fingerprint: str
    """It differs if something that the plan tells changed since."""


def of_merge(sources: Iterable[Tag], into: Tag) -> Plan:
    sources = sorted(sources, key=lambda tag: tag.pk)
    each = [(tag, Carried.of(tag.pk)) for tag in (*sources, into)]
    keys = [tag.pk for tag in sources]
    after = Carried.of(*keys, into.pk)
    feeds = sum(1 for tag, carried in each[:-1] if carried.public)
    return Plan(
        name=into.name,
        each=each,
        changed=Carried.of(*keys),
        after=after,
        pages=_pages(keys, each),
        feeds=feeds + bool(feeds),
        addresses=[*_merged(each[:-1], into), *_stays(into.slug, after)],
        fingerprint=fingerprint((*sources, into), into),
    )


def of_rename(tag: Tag, name: str, slug: str) -> Plan:
    carried = Carried.of(tag.pk)
    moves = slug != tag.slug
    old = _lead([tag.slug], slug) if moves else []
    return Plan(
        name=name,
        each=[(tag, carried)],
        changed=carried,
        after=carried,
        pages=_pages([tag.pk], [(tag, carried)]),
        feeds=int(carried.public > 0),
        addresses=[*old, *_stays(slug, carried)],
        fingerprint=fingerprint([tag], tag),
    )


def _keys(model: type[Paper] | type[Post], tags: Iterable[int]) -> QuerySet[TaggedItem]:
    kind = ContentType.objects.get_for_model(model)
    return TaggedItem.objects.filter(tag__in=tags, content_type=kind).values("object_id")


def _pages(tags: list[int], each: Sequence[tuple[Tag, Carried]]) -> int:
    """Count the pages that name these tags: papers, digests, the tags' own, the list of all."""
    papers = published_papers().filter(pk__in=_keys(Paper, tags))
    shown = Entry.objects.filter(
        post=OuterRef("pk"), public_position__isnull=False, paper__in=_keys(Paper, tags)
    )
    of_tags = Q(pk__in=_keys(Post, tags)) | Q(Exists(shown))
    count = papers.count() + Post.objects.published().filter(of_tags).count()
    own = sum(1 for _tag, carried in each if carried.public)
    return count + own + 1 if count else 0


def _merged(sources: Iterable[tuple[Tag, Carried]], into: Tag) -> list[Address]:
    found = []
    for tag, carried in sources:
        aliases = TagAlias.objects.filter(tag=tag).order_by("slug")
        found += _lead([tag.slug, *(alias.slug or "" for alias in aliases)], into.slug)
        if carried.public and is_address(tag.slug):
            what = _("goes on for its subscribers, with what is new from now on")
            found.append(Address.of("tag_feed", tag.slug, what))
    return found


def _lead(slugs: Iterable[str], to: str) -> list[Address]:
    there = _path("tag", to) if is_address(to) else ""
    slugs = [slug for slug in slugs if is_address(slug)]
    return [Address.of("tag", slug, _("leads to"), there) for slug in slugs]


def _stays(slug: str, after: Carried) -> list[Address]:
    if not (after.public and is_address(slug)):
        return []
    feed = _("has what it had; subscribers get nothing old as new")
    return [
        Address.of("tag", slug, _("has all papers and digests with the tag")),
        Address.of("tag_feed", slug, feed),
    ]


def _path(name: str, slug: str) -> str:
    """Return the path of a tag's page or feed in the site's own language, for people to read."""
    with translation.override(settings.LANGUAGE_CODE):
        return unquote(reverse(name, args=[slug]))


def fingerprint(tags: Iterable[Tag], into: Tag) -> str:
    """Return what differs if a tag or who has it changed."""
    rows = sorted((tag.pk, tag.name, tag.slug) for tag in tags)
    items = TaggedItem.objects.filter(tag__in=[pk for pk, *_names in rows]).order_by("pk")
    seen = [*rows, into.pk, *items.values_list("pk", "tag")]
    return sha256(repr(seen).encode()).hexdigest()[:16]
