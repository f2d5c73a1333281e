"""Stores a post's file (Document -> Post, Entry, Paper, Section).

What a person changed here is never overwritten, and what readers see of another post never changes.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace

from django.conf import settings
from django.db import transaction
from simple_history.utils import bulk_create_with_history

from digest import publishing
from digest.jekyll import elsewhere, own_posts, paper_facts, paper_sections
from digest.jekyll.elsewhere import Elsewhere
from digest.jekyll.files.addresses import old_paths
from digest.jekyll.files.document import Document
from digest.jekyll.paper_sections import Brought
from digest.jekyll.remarks import Remark
from digest.models import Entry, ImportedFile, Post, new_feed_id
from digest.publishing import old_addresses, unshown
from papers.jobs.locks import one_at_a_time
from papers.models import Paper, Section
from papers.models.paper import TAKEN_DOWN

FEED_ID_LIMIT = Post._meta.get_field("feed_id").max_length or 0


@dataclass(frozen=True, slots=True)
class OldHome:
    """Where a post was before: its public paths, its id in the old feed if known, and its file.

    `own` are those of the paths at which it stood itself. `file` is the file's path below the
    blog's folder. `beside` are those of all files that come in with it, and of all drafts
    of its blog.

    Raises ValueError if the id is too long for its column.
    """

    paths: tuple[str, ...] = ()
    feed_id: str | None = None
    file: str = ""
    own: tuple[str, ...] = ()
    beside: Collection[str] = ()

    def __post_init__(self) -> None:
        if len(self.feed_id or "") > FEED_ID_LIMIT:
            raise ValueError(f"its old feed id is longer than {FEED_ID_LIMIT} characters")


@dataclass(slots=True)
class Saved:
    """What became of a file: counts of what was written, and what its owner should know."""

    counts: Counter[str] = field(default_factory=Counter)
    remarks: list[Remark] = field(default_factory=list)


@transaction.atomic
def save(document: Document, old: OldHome) -> Saved:
    """Store one file, whole or not at all.

    A post that came from a file before keeps its title, introduction, tags, papers and form,
    because people may have changed them. Its sections follow the rules of `paper_sections`. Only
    what the file brings goes public with it, and nothing of a draft. Raises ValueError, with the
    reason, for a file that cannot be imported.
    """
    one_at_a_time("posts")
    known = own_posts.of(document, old.file, old.beside)
    document, gone = _without_taken_down(own_posts.with_slug(document, known))
    _refuse_clash(document, old, known)
    where = elsewhere.of(document, known)
    goes_public = known is None and document.is_public
    papers, saved = _save_facts(document, where, goes_public=goes_public)
    saved.remarks += gone
    post = known or _create(document, old, papers)
    _tell(document, known, saved)
    if own_posts.follow(document, old.file, post):
        text = f"the post was a draft without a day, and stands under {document.day} now"
        saved.remarks.append(Remark(1, text))
    _remember(document, old, post)
    brought = _save_texts(document, papers, post, where, saved, new=known is None)
    if goes_public or (post.published_at and document.is_public):
        _lead(post, old, saved)
    if goes_public:
        _publish(post, document, brought, where)
    return saved


def _without_taken_down(document: Document) -> tuple[Document, list[Remark]]:
    """Return a file without the papers that were taken down here, and a remark about each."""
    ids = [item.arxiv_id for item in document.papers]
    found = Paper.objects.filter(arxiv_id__in=ids, origins__has_key=TAKEN_DOWN)
    gone = set(found.values_list("arxiv_id", flat=True))
    kept = tuple(item for item in document.papers if item.arxiv_id not in gone)
    remarks = [
        Remark(item.line, f"{item.arxiv_id} was taken down here, and is left out")
        for item in document.papers
        if item.arxiv_id in gone
    ]
    return replace(document, papers=kept), remarks


def _save_facts(
    document: Document, where: Elsewhere, *, goes_public: bool
) -> tuple[dict[str, Paper], Saved]:
    papers, counts, remarks = paper_facts.save(document, where, goes_public=goes_public)
    counts.update(paper_facts.save_upvotes(document, papers, where))
    return papers, Saved(counts, remarks)


def _tell(document: Document, known: Post | None, saved: Saved) -> None:
    if known is None:
        saved.counts["posts added"] += 1
    else:
        saved.remarks += _differences(document, known)


def _save_texts(
    document: Document,
    papers: dict[str, Paper],
    post: Post,
    where: Elsewhere,
    saved: Saved,
    *,
    new: bool,
) -> list[Brought]:
    brought = paper_sections.save(document, papers, post.language, where, again=not new)
    saved.counts.update(f"sections {each.written.outcome}" for each in brought)
    saved.remarks += paper_sections.remarks(brought, where, new=new)
    return brought


def _lead(post: Post, old: OldHome, saved: Saved) -> None:
    """Let the old addresses lead to a post of a file. One made here has none."""
    if post.front_matter:
        led = old_addresses.lead_to(post, old.paths, own=old.own)
        saved.counts["redirects added"] += led.added
        told = _once(led.elsewhere)
        saved.remarks += [Remark(1, f"old address {path}: {why}") for path, why in told]


def _once(elsewhere: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return each address with its reason once, in the spelling that came first."""
    first: dict[tuple[str, str], str] = {}
    for path, why in elsewhere:
        first.setdefault((old_paths.stem(path), why), path)
    return [(path, why) for (_, why), path in first.items()]


def _publish(post: Post, document: Document, brought: list[Brought], where: Elsewhere) -> None:
    """Publish a post with the file's own texts. Nothing else of its papers is shown with it."""
    ids = paper_sections.to_be_published(brought, where.shown)
    of_it = Section.objects.filter(paper__entries__post=post)
    unshown.empty(of_it.exclude(paper__arxiv_id__in=where.shown).exclude(pk__in=ids))
    imported = Section.objects.filter(pk__in=ids)
    publishing.publish(post, at=document.published_at, sections=imported, gated=False)


def _refuse_clash(document: Document, old: OldHome, post: Post | None) -> None:
    """Refuse a file that has the date and slug of a post made here, or another post's feed id."""
    if post and not post.front_matter:
        papers = set(post.entries.values_list("paper__arxiv_id", flat=True))
        if not post.published_at or not {item.arxiv_id for item in document.papers} <= papers:
            raise ValueError(
                f"{document.day} has a post of its own here, “{post}”: "
                "rename the file, or delete that post first"
            )
    twin = Post.objects.filter(feed_id=old.feed_id).first() if old.feed_id else None
    if twin and twin != post:
        raise ValueError(f"its feed id {old.feed_id} is that of the post of {twin.date}")


def _create(document: Document, old: OldHome, papers: dict[str, Paper]) -> Post:
    post = Post(
        date=document.day,
        slug=document.slug,
        title=document.title,
        intro=document.intro,
        language=document.language or settings.LANGUAGE_CODE,
        feed_id=old.feed_id or new_feed_id(),
        front_matter=[list(pair) for pair in document.front_matter],
    )
    post.save()
    for tag in document.tags:  # One by one, because taggit adds several in no order.
        post.tags.add(tag)
    entries = [
        Entry(post=post, paper=papers[item.arxiv_id], position=position, note=item.note)
        for position, item in enumerate(document.papers, start=1)
    ]
    for entry in entries:
        entry.render()
    bulk_create_with_history(entries, Entry)
    return post


def _remember(document: Document, old: OldHome, post: Post) -> None:
    """Remember what is not in the post itself: the form of its file, and its old addresses.

    The form stays as it came first. Another could lack what only the first has, as the file that
    an export wrote in another layout.
    """
    if not post.front_matter:  # It was made here, and the file is its export.
        return
    file, _ = ImportedFile.objects.get_or_create(
        post=post,
        defaults={
            "path": old.file,
            "day": document.day,
            "written_slug": own_posts.written_slug(document),
            "layout": document.layout,
            "form": dict(document.form),
        },
    )
    paths = list(dict.fromkeys([*file.old_paths, *old.paths]))
    own = list(dict.fromkeys([*file.own_paths, *old.own]))
    if not post.published_at and (paths, own) != (file.old_paths, file.own_paths):
        file.old_paths, file.own_paths = paths, own
        file.save(update_fields=["old_paths", "own_paths"])


def _differences(document: Document, post: Post) -> Iterator[Remark]:
    """Return what a post that is here already says otherwise than its file. It stays."""
    if document.is_public and not post.published_at:
        yield Remark(1, "the post is a draft here, and stays one")
    if post.published_at and not document.is_public:
        yield Remark(1, "the post was public here: no fact and no address of a draft is taken")
    if document.title != post.title:
        yield Remark(1, "title: the post has another one here, which stays")
    if not paper_sections.says_the_same(post.intro, document.intro):
        yield Remark(1, "introduction: the post has another one here, which stays")
    yield from _left_out(document, post)
    notes = dict(post.entries.values_list("paper__arxiv_id", "note"))
    for item in document.papers:
        if item.arxiv_id not in notes:
            yield Remark(item.line, f"{item.arxiv_id}: the post here is without it, and stays so")
        elif not paper_sections.says_the_same(notes[item.arxiv_id], item.note):
            yield Remark(item.line, f"{item.arxiv_id}: note: another one stands here, and stays")


def _left_out(document: Document, post: Post) -> Iterator[Remark]:
    """Return what is new in a file that came in before, and that an export will not have."""
    keys = {key for key, _ in document.front_matter} - {key for key, _ in post.front_matter or []}
    if keys and post.front_matter:
        yield Remark(1, f"new keys, left out: {', '.join(sorted(keys))[:200]}")
    if tags := set(document.tags) - set(post.tags.names()):
        yield Remark(1, f"tags: the post is without these, and stays so: {', '.join(sorted(tags))}")
    file = ImportedFile.objects.filter(post=post).first()
    if not file or not document.images:
        return
    stored, written = json.dumps(file.form, ensure_ascii=False), "\n".join(_texts_of(post))
    for address in document.images:
        if json.dumps(address, ensure_ascii=False) not in stored and address not in written:
            yield Remark(1, f"image: new, and left out of an export: {address[:200]}")


def _texts_of(post: Post) -> Iterator[str]:
    """Yield all that is written here of a post, where somebody may have written an image."""
    yield post.intro
    yield from post.entries.values_list("note", flat=True)
    texts = Section.objects.filter(paper__entries__post=post)
    yield from texts.values_list("markdown", flat=True)
