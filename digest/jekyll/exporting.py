"""Makes Jekyll files from published posts (rows -> Document). No file's text is stored."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone

from digest.jekyll.files.document import (
    LISTING_DATE,
    Document,
    PaperItem,
    SectionItem,
    usual_heading,
)
from digest.jekyll.files.reading import MAX_DAYS_APART
from digest.models import Entry, Post, PostQuerySet
from papers import kinds, languages
from papers.models import Section
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
    return Post.objects.published().with_public_entries().order_by("date", "id")


def file_name(post: Post) -> str:
    return f"{post.date}-{post.slug}.md"


def document(post: Post) -> Document:
    """Return what readers see of a post, in its language. `post` must come from `exportable`."""
    tags = post.tags.order_by("taggit_taggeditem_items__id").values_list("name", flat=True)
    return Document(
        day=post.date,
        slug=post.slug,
        title=post.public_title,
        published_at=timezone.localtime(post.public_since).replace(microsecond=0),
        tags=tuple(tags),
        front_matter=_front_matter(post),
        intro=post.public_intro,
        papers=tuple(_paper(entry, post.language) for entry in post.public_entries),
    )


def _front_matter(post: Post) -> tuple[tuple[str, object], ...]:
    """Return the keys of the post's old file, plus those needed to import the post again."""
    pairs = dict(post.front_matter or FRONT_MATTER)
    if abs((timezone.localdate(post.public_since) - post.date).days) > MAX_DAYS_APART:
        pairs[LISTING_DATE] = post.date.isoformat()
    if post.language != settings.LANGUAGE_CODE:
        pairs["lang"] = post.language
    return tuple(pairs.items())


def _paper(entry: Entry, language: str) -> PaperItem:
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
        gist=next((fold(each.public_markdown) for each in texts if each.kind == kinds.GIST), ""),
    )


def _heading(section: Section) -> str:
    """Return a section's heading in files of its language, or "" for the usual one."""
    if section.heading:
        return section.heading
    language = languages.of(section.language).files_headed_in or section.language
    heading = kinds.of(section.kind).heading(language)
    return "" if heading == usual_heading(section.kind) else heading
