"""Stores a post's file (Document -> Post, Entry, Paper, Section).

What a person changed here is never overwritten.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.conf import settings
from django.contrib.redirects.models import Redirect
from django.db import transaction
from simple_history.utils import bulk_create_with_history

from digest import publishing
from digest.jekyll.files.document import Document
from digest.models import Entry, Post, new_feed_id
from papers import kinds
from papers.jobs.locks import one_at_a_time
from papers.models import Listing, Origin, Paper, Section, Source, Writer
from papers.pipeline import sections
from papers.pipeline.ingest import save_listings, save_papers

PATH_LIMIT = Redirect._meta.get_field("old_path").max_length or 0
FEED_ID_LIMIT = Post._meta.get_field("feed_id").max_length or 0


@dataclass(frozen=True, slots=True)
class OldHome:
    """Where a post was public before: its path, and its id in the old feed if known.

    Raises ValueError if one of them is too long for its column.
    """

    path: str
    feed_id: str | None

    def __post_init__(self) -> None:
        if len(self.path) > PATH_LIMIT or len(self.feed_id or "") > FEED_ID_LIMIT:
            raise ValueError(f"the old address is longer than {PATH_LIMIT} characters: {self.path}")


@transaction.atomic
def save(document: Document, old: OldHome) -> Counter[str]:
    """Store one file, whole or not at all. Return counts of what was written.

    A post that came from a file before keeps its title, introduction, tags and papers, because
    people may have changed them. Its sections follow the rules of `papers.pipeline.sections`. Only
    what the file brings goes public with it. Raises ValueError, with the reason, for a file that
    cannot be imported.
    """
    one_at_a_time("posts")
    post = Post.objects.filter(date=document.day, slug=document.slug).first()
    _refuse_clash(document, old, post)
    papers, counts = _save_papers(document)
    new = post is None
    if post is None:
        post = _create(document, old, papers)
        counts["posts added"] += 1
    outcomes = _save_sections(document, papers, post.language)
    counts.update({f"sections {outcome}": number for outcome, number in outcomes.items()})
    if new and dict(document.front_matter).get("published") is not False:
        imported = Section.objects.filter(
            origin=Writer.IMPORT, language=post.language, public_html=""
        )
        publishing.publish(post, at=document.published_at, sections=imported, gated=False)
    if post.published_at and post.front_matter:
        counts["redirects added"] += _redirect(old.path, post)
    return counts


def _refuse_clash(document: Document, old: OldHome, post: Post | None) -> None:
    """Refuse a file that has the date and slug of a post made here, or another post's feed id."""
    if post and not post.front_matter:
        papers = set(post.entries.values_list("paper__arxiv_id", flat=True))
        if not post.published_at or not {item.arxiv_id for item in document.papers} <= papers:
            raise ValueError(
                f"{document.day} has a post of its own here, “{post}”: "
                "rename the file, or delete that post first"
            )
    twin = Post.objects.filter(feed_id=old.feed_id).first()
    if old.feed_id and twin and twin != post:
        raise ValueError(f"its feed id {old.feed_id} is that of the post of {twin.date}")


def _save_papers(document: Document) -> tuple[dict[str, Paper], Counter[str]]:
    papers, counts = save_papers(
        {
            item.arxiv_id: {
                "title": item.title,
                "raw_title": item.raw_title,
                "abstract": item.abstract,
                "organization": item.organization,
            }
            for item in document.papers
        },
        Origin.IMPORT,
    )
    listings = [
        Listing(
            paper=papers[item.arxiv_id],
            source=Source.JEKYLL,
            day=document.day,
            rank=rank,
            upvotes=item.upvotes,
        )
        for rank, item in enumerate(document.papers, start=1)
        if item.upvotes is not None
    ]
    counts.update(save_listings(listings))
    return papers, counts


def _create(document: Document, old: OldHome, papers: dict[str, Paper]) -> Post:
    post = Post(
        date=document.day,
        slug=document.slug,
        title=document.title,
        intro=document.intro,
        language=_language(document),
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


def _save_sections(
    document: Document, papers: dict[str, Paper], language: str
) -> Counter[sections.Outcome]:
    texts = [
        sections.NewText(
            paper_id=papers[item.arxiv_id].pk,
            language=language,
            kind=section.kind,
            markdown=section.markdown,
            heading=section.heading if kinds.of(section.kind).has_own_heading else "",
            position=position,
        )
        for item in document.papers
        for position, section in enumerate(item.sections, start=1)
        if section.markdown
    ]
    texts += [
        sections.NewText(papers[item.arxiv_id].pk, language, kinds.GIST, item.gist)
        for item in document.papers
        if item.gist
    ]
    outcomes = sections.write(texts, origin=Writer.IMPORT)
    if outcomes[sections.Outcome.REFUSED]:
        raise ValueError("a section is so tangled or so deeply nested that it cannot be rendered")
    return outcomes


def _language(document: Document) -> str:
    """Return the language that the file's `lang` names, or else the site's."""
    said = str(dict(document.front_matter).get("lang"))
    return said if said in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _redirect(old_path: str, post: Post) -> bool:
    """Redirect a path that was public. Return whether a redirect was added."""
    new_path = post.get_absolute_url()
    if old_path == new_path:
        return False
    _, created = Redirect.objects.get_or_create(
        site_id=settings.SITE_ID, old_path=old_path, defaults={"new_path": new_path}
    )
    return created
