"""What the commands about tags share."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.management.base import CommandError
from rapidfuzz import fuzz, process
from taggit.models import Tag

from digest.models.tag_alias import renamed
from digest.publishing.tag_plans import Carried, Plan
from papers.text.cleaning import fold

_LIKE = 70
"""How alike a name is that may be meant, of 100."""


def tag_called(name: str) -> Tag:
    """Return the tag that has this name or slug, or had the name before.

    Raises CommandError with the name that may be meant.
    """
    typed = fold(name)
    tags = Tag.objects.order_by("pk")
    found = tags.filter(name__iexact=typed).first() or tags.filter(slug=typed).first()
    if tag := found or renamed(typed):
        return tag
    names = {each: each.casefold() for each in tags.values_list("name", flat=True)}
    like = process.extractOne(typed.casefold(), names, scorer=fuzz.ratio, score_cutoff=_LIKE)
    hint = f" Is “{like[2]}” meant?" if like else ""
    raise CommandError(f"There is no tag “{typed}”.{hint}")


def lines(plan: Plan) -> Iterator[str]:
    """Yield what a plan would do."""
    for tag, carried in plan.each:
        yield f"“{tag.name}”: {_counts(carried)}"
    yield f"Afterwards “{plan.name}”: {_counts(plan.after)}"
    for address in plan.addresses:
        yield f"{address.path}: {address.what} {address.to}".rstrip()


def counts(plan: Plan) -> dict[str, int]:
    """Return what a plan changes, for the closing line."""
    return {
        "papers": plan.changed.papers,
        "posts": plan.changed.posts,
        "public pages": plan.pages,
        "feeds": plan.feeds,
    }


def _counts(carried: Carried) -> str:
    return (
        f"{carried.papers} papers ({carried.public_papers} public), "
        f"{carried.posts} posts ({carried.public_posts} public)"
    )
