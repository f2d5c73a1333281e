"""Tags for readers. Only published posts and papers count."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.text import slugify
from taggit.models import Tag, TaggedItem

from digest.models import Entry, Post, PostQuerySet, TagAlias, published_papers
from digest.readers import pages
from digest.readers.pages import Kind
from papers.models import Paper, Section
from papers.text.tags import is_address


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
    """Return the used tag that `spelling` names: its slug or its name, in any case.

    What no tag is called now may be what one was called before. A tag whose damaged slug makes no
    URL has no page to go to.
    """
    slug = slugify(spelling.replace("_", " "), allow_unicode=True)
    named = Q(slug__iexact=spelling) | Q(slug__iexact=slug) | Q(name__iexact=spelling)
    before = Q(pk__in=TagAlias.objects.filter(named).values("tag"))
    tags = (used_tags().filter(each).first() for each in (Q(slug=spelling), named, before))
    found = next(filter(None, tags), None)
    return found if found and is_address(found.slug) else None


def entries_of(tag: Tag) -> QuerySet[Entry]:
    """Return, for each published paper that has `tag`, its place in its newest digest.

    The newest digest comes first. A page tells by itself which papers it shows.
    """
    newest = (
        Entry.objects.public()
        .filter(paper__in=papers_of(tag))
        .by_post("paper_id")
        .distinct("paper_id")
    )
    shown = Section.objects.as_shown(reviews=False)
    texts: Any = Prefetch("paper__sections", shown, "public_sections")
    return (
        Entry.objects.filter(pk__in=newest.values("pk"))
        .select_related("paper", "post")
        .prefetch_related(texts)
        .by_post()
    )


def papers_of(tag: Tag) -> QuerySet[TaggedItem]:
    """Return the keys of the papers, published or not, that have `tag`, for `paper__in`."""
    pages.tell(Kind.TAG, tag.pk)
    return _tagged(tag, Paper)


def posts_of(tag: Tag) -> PostQuerySet:
    """Return published posts that have `tag` themselves."""
    pages.tell(Kind.TAG, tag.pk)
    return Post.objects.published().filter(pk__in=_tagged(tag, Post))


def _tagged(tag: Tag, model: type[Post] | type[Paper]) -> QuerySet[TaggedItem]:
    types = ContentType.objects.get_for_models(Post, Paper)
    items = TaggedItem.objects.filter(tag=tag, content_type=types[model])
    return items.values("object_id")


def posts_about(tag: Tag) -> PostQuerySet:
    """Return published posts that have `tag`, or contain a paper that has it."""
    entries = Entry.objects.filter(public_position__isnull=False, paper__in=papers_of(tag))
    return (
        Post.objects.published()
        .filter(Q(pk__in=_tagged(tag, Post)) | Q(Exists(entries.filter(post=OuterRef("pk")))))
        .order_by(*(Post._meta.ordering or ()))
    )
