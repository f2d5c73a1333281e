"""Makes Jekyll files from published posts (rows -> Document). No file's text is stored."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone

from digest.jekyll.files import layouts
from digest.jekyll.files.document import (
    LISTING_DATE,
    Document,
    PaperItem,
    SectionItem,
    usual_heading,
)
from digest.jekyll.files.head import front_form
from digest.jekyll.files.reading import MAX_DAYS_APART
from digest.models import Entry, ImportedFile, Post, PostQuerySet
from papers import kinds, languages
from papers.models import Listing, Origin, Proposal, ProposalState, Section, Source
from papers.text.cleaning import fold

# The keys of a post that was never a file, in the order that the old blog has.
FRONT_MATTER: tuple[tuple[str, object], ...] = (
    ("layout", "post"),
    ("title", None),
    ("date", None),
    ("tags", None),
    ("categories", []),
)


def exportable() -> PostQuerySet:
    """Return published posts, oldest first, with all that `document` reads."""
    posts = Post.objects.published().with_public_entries().select_related("imported_file")
    return posts.order_by("date", "id")


def _file(post: Post) -> ImportedFile | None:
    return getattr(post, "imported_file", None)


def document(post: Post, layout: str = "") -> Document:
    """Return what readers see of a post, in its language. `post` must come from `exportable`.

    It has the form that the post came in, or that of `layout` if one is named.
    """
    tags = post.tags.order_by("taggit_taggeditem_items__id").values_list("name", flat=True)
    upvotes = _upvotes(post)
    return Document(
        day=post.date,
        slug=post.slug,
        title=post.public_title,
        published_at=timezone.localtime(post.public_since).replace(microsecond=0),
        tags=tuple(tags),
        front_matter=_front_matter(post),
        intro=post.public_intro,
        papers=tuple(
            _paper(entry, post.language, upvotes.get(entry.paper_id))
            for entry in post.public_entries
        ),
        **_form(post, layout),
    )


def second_texts(post: Post) -> list[str]:
    """Return the arXiv ids of a post from a file of which two files said different things.

    What readers see is written, and the other text is, or was, a proposal here.
    """
    if not post.front_matter:
        return []
    proposals = Proposal.objects.filter(
        paper__in=[entry.paper_id for entry in post.public_entries],
        origin=Origin.IMPORT,
        state__in=(ProposalState.OPEN, ProposalState.REJECTED),
    )
    return sorted(set(proposals.values_list("paper__arxiv_id", flat=True)))


def _form(post: Post, layout: str) -> dict[str, Any]:
    """Return the layout of a post's file, and its form. Another layout than its own has none."""
    file = _file(post)
    own, form = (file.layout, file.form) if file else (layouts.SEED, {})
    if layout and layout != own:
        kept = {key: form[key] for key in front_form.KEYS if key in form}
        return {"layout": layout, "form": kept}
    return {"layout": own, "form": form}


def _upvotes(post: Post) -> dict[int, int | None]:
    """Return the votes of a post's papers on its day: those in its file, or of Hugging Face."""
    source = Source.JEKYLL if post.front_matter else Source.HUGGINGFACE
    listings = Listing.objects.filter(source=source, day=post.date, paper__entries__post=post)
    return dict(listings.values_list("paper_id", "upvotes"))


def _front_matter(post: Post) -> tuple[tuple[str, object], ...]:
    """Return the keys of the post's old file, plus those needed to import the post again."""
    pairs = dict(post.front_matter or FRONT_MATTER)
    if abs((timezone.localdate(post.public_since) - post.date).days) > MAX_DAYS_APART:
        pairs[LISTING_DATE] = post.date.isoformat()
    if post.language != settings.LANGUAGE_CODE:
        pairs["lang"] = post.language
    return tuple(pairs.items())


def _paper(entry: Entry, language: str, upvotes: int | None) -> PaperItem:
    texts = [each for each in entry.paper.public_sections if each.language == language]
    return PaperItem(
        arxiv_id=entry.paper.arxiv_id,
        title=entry.paper.title,
        note=entry.public_note,
        sections=tuple(
            SectionItem(section.kind, _heading(section), section.public_markdown)
            for section in texts
            if not kinds.of(section.kind).is_line
        ),
        abstract=entry.paper.abstract,
        upvotes=upvotes,
        organization=entry.paper.organization,
        gist=next((fold(each.public_markdown) for each in texts if each.kind == kinds.GIST), ""),
    )


def _heading(section: Section) -> str:
    """Return a section's heading in files of its language, or "" for the usual one."""
    if section.heading:
        return section.heading
    language = languages.of(section.language).files_headed_in or section.language
    heading = kinds.of(section.kind).heading(language)
    return "" if heading == usual_heading(section.kind) else heading
