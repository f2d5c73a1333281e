"""Tags for readers. Only published posts and papers count."""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.text import slugify
from taggit.models import Tag, TaggedItem

from digest.models import Entry, Post, PostQuerySet, published_papers
from digest.readers import pages
from digest.readers.pages import Kind
from papers.models import Paper


def used_tags() -> QuerySet[Tag]:
    """Return tags that published posts or papers have, most used first.

    `uses` is the number of these posts and papers.
    """
    pages.tell(Kind.TAGS)
    types = ContentType.objects.get_for_models(Post, Paper)
    public = Q(
        taggit_taggeditem_items__content_type=types[Post],
        taggit_taggeditem_items__object_id__in=Post.objects.published().values("pk"),
    ) | Q(
        taggit_taggeditem_items__content_type=types[Paper],
        taggit_taggeditem_items__object_id__in=published_papers().values("pk"),
    )
    uses = Count("taggit_taggeditem_items", filter=public)
    return Tag.objects.annotate(uses=uses).filter(uses__gt=0).order_by("-uses", "name")


def tag_spelled(spelling: str) -> Tag | None:
    """Return the used tag that `spelling` names: its slug or its name, in any case."""
    slug = slugify(spelling, allow_unicode=True)
    same = used_tags().filter(slug=spelling).first()
    named = Q(slug__iexact=spelling) | Q(slug__iexact=slug) | Q(name__iexact=spelling)
    return same or used_tags().filter(named).first()


def posts_about(tag: Tag) -> PostQuerySet:
    """Return published posts that have `tag`, or contain a paper that has it.

    `tagged_entries` of a post has the entries of those papers.
    """
    pages.tell(Kind.TAG, tag.pk)
    types = ContentType.objects.get_for_models(Post, Paper)
    items = TaggedItem.objects.filter(tag=tag)
    tagged_papers = items.filter(content_type=types[Paper]).values("object_id")
    entries = Entry.objects.filter(public_position__isnull=False, paper__in=tagged_papers)
    return (
        Post.objects.published()
        .filter(
            Q(pk__in=items.filter(content_type=types[Post]).values("object_id"))
            | Q(Exists(entries.filter(post=OuterRef("pk"))))
        )
        .prefetch_related(
            Prefetch(
                "entries",
                entries.select_related("paper").order_by("public_position"),
                "tagged_entries",
            )
        )
        .annotate(paper_count=Count("entries", filter=Q(entries__public_position__isnull=False)))
        .order_by(*(Post._meta.ordering or ()))
    )
