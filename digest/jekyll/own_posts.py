"""Finds the post that a file came in as before, whatever an editor made of its day and slug."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from unicodedata import normalize

from django.db.models import F, Q

from digest.jekyll.files.document import Document
from digest.jekyll.files.head import names
from digest.models import ImportedFile, Post, State


def of(document: Document, path: str, beside: Collection[str] = ()) -> Post | None:
    """Return the post of a file: by the day and name it had when it came in, or else as written.

    `path` is that of the file below its blog's folder, and "" if unknown. `beside` are the paths of
    all files that come in with it, and of all drafts of its blog.
    """
    return _remembered(document, path) or _standing(document) or _moved(document, path, beside)


def follow(document: Document, path: str, post: Post) -> bool:
    """Let a draft's post be known by the name that its file has got among the posts.

    Return whether the post stands under the day of that name from now on. It does not if an editor
    or readers know it under another, or if somebody reviews it or gave it a time.
    """
    file = ImportedFile.objects.filter(post=post).defer("form").first()
    if not file or not _is_draft(file.path) or not path or _is_draft(path):
        return False
    moves = post.state == State.DRAFT and post.date == file.day != document.day
    file.path, file.day, file.written_slug = path, document.day, written_slug(document)
    file.save(update_fields=["path", "day", "written_slug"])
    if not moves or Post.objects.filter(date=document.day, slug=post.slug).exists():
        return False
    post.date = document.day
    post.save(update_fields=["date"])
    return True


def written_slug(document: Document) -> str:
    """Return the slug in the name of the file."""
    return document.written_slug or document.slug


def with_slug(document: Document, post: Post | None) -> Document:
    """Return the document with the slug of its own post, or else one that is free.

    Two files of a day may be named differently and still get one slug of ours.
    """
    slug = post.slug if post else _free_slug(document)
    written = written_slug(document)
    return replace(document, slug=slug, written_slug=written if written != slug else "")


def _remembered(document: Document, path: str) -> Post | None:
    """Return the post that remembers the file. Of two, it is the one that readers saw first.

    A draft without a day in its name is known by its path.
    """
    own = _same(written_slug(document))
    files = ImportedFile.objects.filter(Q(day=document.day) | Q(path=path)).defer("form")
    files = files.order_by(F("post__published_at").asc(nulls_last=True), "post_id")
    for file in files.select_related("post"):
        if (file.path and file.path == path) or (
            file.day == document.day and _same(file.written_slug) == own
        ):
            return file.post
    return None


def _moved(document: Document, path: str, beside: Collection[str]) -> Post | None:
    """Return the post of a draft whose file has got a day in its name and is gone from the drafts.

    A blog may begin each draft under the same name, so one of the papers must be the same. What
    stands above the folder of drafts depends on which folder was imported, and does not count.
    """
    if not path or _is_draft(path):
        return None
    own = _same(written_slug(document))
    drafts = set(map(_below_drafts, filter(_is_draft, beside)))
    ids = [paper.arxiv_id for paper in document.papers]
    of_drafts = Q(path__startswith=f"{names.DRAFTS}/") | Q(path__contains=f"/{names.DRAFTS}/")
    files = ImportedFile.objects.filter(of_drafts, post__entries__paper__arxiv_id__in=ids)
    for file in files.order_by("post_id").distinct().defer("form").select_related("post"):
        if _same(file.written_slug) == own and _below_drafts(file.path) not in drafts:
            return file.post
    return None


def _is_draft(path: str) -> bool:
    return names.DRAFTS in path.split("/")


def _below_drafts(path: str) -> str:
    parts = path.split("/")
    return normalize("NFC", "/".join(parts[parts.index(names.DRAFTS) :]))


def _standing(document: Document) -> Post | None:
    """Return the post that has the day of a file, and its slug or the slug of its name."""
    return Post.objects.filter(date=document.day, slug=_free_slug(document)).first()


def _free_slug(document: Document) -> str:
    posts = Post.objects.filter(date=document.day)
    taken = {
        slug: written or slug
        for slug, written in posts.values_list("slug", "imported_file__written_slug")
    }
    return names.free_slug(document.slug, written_slug(document), taken)


def _same(slug: str) -> str:
    return normalize("NFC", slug)
