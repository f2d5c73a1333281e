"""Papers and their public summaries as a page of one language shows them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from functools import cached_property, lru_cache

from django.utils.formats import date_format
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from digest.models import Entry, Post
from digest.publishing import people
from digest.readers import pages
from digest.readers.citations import Reference, coins
from digest.readers.pages import Kind
from digest.readers.stored import safe_html, title_html
from papers import arxiv_id, kinds, languages
from papers.editing.form_fields import MAX_LINE
from papers.models import Listing, Review, Scope, Section, Source, Writer
from papers.models.scope import names_of_parts
from papers.text import addresses, conversion
from papers.text.stored import presentable

SHOWN_AUTHORS = 3
SHOWN_CATEGORIES = 4

_FIRST_BLOCK = re.compile(r"<(li|p)>(.*?)</\1>", re.DOTALL)
_SENTENCE_END = re.compile(r"(?<=[.!?。])\s+")


@dataclass(frozen=True, slots=True)
class Link:
    rel: str
    name: str
    url: str
    is_translated: bool = False


@dataclass(frozen=True, slots=True)
class ShownSection:
    """A public section, with its writer and its language."""

    section: Section
    language: str  # The language of the page.

    @property
    def title(self) -> str:
        return self.section.title

    @property
    def kind(self) -> kinds.Kind:
        return kinds.of(self.section.kind)

    @property
    def gist(self) -> str:
        """The text if it is a line, else its first sentence without its label."""
        html = presentable(self.section.public_html)
        if self.kind.longest is None:
            return first_sentence(html)
        # It may have come in by a door without a limit.
        return Truncator(conversion.plain(html)).chars(self.kind.longest)

    @property
    def html(self) -> SafeString:
        return safe_html(self.section.public_html)

    @property
    def foreign(self) -> str:
        """The section's language if it is not the page's, else ""."""
        return self.section.language if self.section.language != self.language else ""

    @property
    def provenance(self) -> str:
        """One line on who wrote the text, from what, and who reviewed it when."""
        return " · ".join(filter(None, [self.written, self.review]))

    @property
    def written(self) -> str:
        """Who wrote the text, from what, and in which language if not the page's.

        Feeds say only this, because a later review should not change an entry.
        """
        section = self.section
        written = _written_by(
            get_language() or self.language,
            section.public_origin,
            section.public_drafter,
            section.public_prompt_version,
            section.public_scope,
            section.paper.abstract_is_sample,
        )
        if not self.foreign:
            return written
        language = languages.of(self.foreign).translated_name
        return f"{written} · " + gettext("the original, in %(language)s") % {"language": language}

    @property
    def review(self) -> str:
        """Who reviewed the text and when, or "" if nobody did."""
        review = self.section.public_review
        if review is None:
            return ""
        name, day = name_of(review), localtime(review.at).date()
        return _reviewed_by(get_language() or self.language, name, day)


class Summary:
    """An entry's paper with all that a page in `language` says about it.

    The paper needs its `public_sections` prefetched (`Post.objects.with_public_entries`).
    """

    def __init__(
        self,
        entry: Entry,
        language: str,
        *,
        number: int | None = None,
        listing: Listing | None = None,
    ) -> None:
        self.entry = entry
        self.paper = entry.paper
        self.language = language
        self.number = number
        self.listing = listing

    @cached_property
    def reference(self) -> Reference:
        return Reference.of(self.paper)

    @property
    def coins(self) -> str:
        """The citation as Zotero finds it in a page."""
        return coins(self.reference)

    @cached_property
    def title(self) -> SafeString:
        return title_html(self.paper)

    @cached_property
    def plain_title(self) -> SafeString:
        return conditional_escape(self.paper.title_plain)

    @cached_property
    def address(self) -> SafeString:
        """The path of the paper's own page."""
        return conditional_escape(self.paper.get_absolute_url())

    @cached_property
    def abstract(self) -> SafeString:
        return safe_html(self.paper.abstract_html)

    @property
    def note(self) -> SafeString:
        return safe_html(self.entry.public_note_html)

    @property
    def note_language(self) -> str:
        """The language of the note if it is not the page's, else ""."""
        language: str = self.entry.post.language
        return language if language != self.language else ""

    @cached_property
    def _shown(self) -> list[ShownSection]:
        chosen = in_language(self.paper.public_sections, self.language)
        return [ShownSection(section, self.language) for section in chosen]

    @cached_property
    def lines(self) -> list[ShownSection]:
        """The lines beside the sections: the gist."""
        return [shown for shown in self._shown if shown.kind.is_line]

    @cached_property
    def sections(self) -> list[ShownSection]:
        """The sections under a heading."""
        return [shown for shown in self._shown if not shown.kind.is_line]

    @cached_property
    def provenance(self) -> str:
        """The provenance that most sections have in common, or "" if there is none."""
        return _of_most([section.provenance for section in self.sections])

    @cached_property
    def common_provenance(self) -> str:
        """The same, as a line below sections of which some say another one themselves."""
        if all(section.provenance == self.provenance for section in self.sections):
            return self.provenance
        said = gettext("Other sections: %(provenance)s")
        return said % {"provenance": self.provenance} if self.provenance else ""

    @cached_property
    def written(self) -> str:
        """The same as `provenance`, for feeds: without the reviews."""
        return _same(section.written for section in self.sections)

    @cached_property
    def notices(self) -> list[str]:
        """What a reader of the summary should know: a withdrawal, or a newer version on arXiv."""
        said = []
        if self.paper.withdrawn:
            said.append(gettext("This paper was withdrawn, by its authors or by arXiv."))
        if self.paper.newer_version:
            versions = {"new": self.paper.newer_version, "old": self.paper.public_version}
            said.append(
                gettext("arXiv has version %(new)d; this summary is of version %(old)d.") % versions
            )
        return said

    @property
    def authors(self) -> list[str]:
        return _lines(self.paper.authors)

    @property
    def keywords(self) -> list[str]:
        return _lines(self.paper.keywords)

    @property
    def first_authors(self) -> list[str]:
        return self.authors[:SHOWN_AUTHORS]

    @cached_property
    def first_names(self) -> SafeString:
        """The first authors, with commas between them."""
        return conditional_escape(", ".join(self.first_authors))

    @property
    def others(self) -> str:
        """How many more authors there are, in words, or "" if there are none."""
        return and_more(self.more_authors)

    @property
    def submitted_on(self) -> date | None:
        """The day on which the paper came to arXiv, in arXiv's own zone."""
        at = self.paper.arxiv_published_at
        return at and at.astimezone(UTC).date()

    @property
    def votes(self) -> str:
        """The upvotes in the day's list, in words, or "" if none are known."""
        votes = self.listing.upvotes if self.listing else None
        if votes is None:
            return ""
        return ngettext("%(votes)s upvote", "%(votes)s upvotes", votes) % {"votes": votes}

    @property
    def categories(self) -> list[str]:
        """arXiv's categories, the primary one first."""
        return _lines(self.paper.categories)[:SHOWN_CATEGORIES]

    @property
    def filters(self) -> str:
        """What a reader filters a digest by, separated by blanks: "tag=agents category=cs.CL"."""
        tags = [f"tag={tag.slug}" for tag in self.paper.public_tags]
        return " ".join([*tags, *(f"category={name}" for name in self.categories[:1])])

    @property
    def more_authors(self) -> int:
        return max(0, len(self.paper.authors) - SHOWN_AUTHORS)

    @property
    def links(self) -> list[Link]:
        """The paper's pages on other sites."""
        paper = self.paper
        links = [
            Link("arxiv", "arXiv", paper.arxiv_url),
            Link("pdf", "PDF", arxiv_id.pdf_url(paper.arxiv_id)),
            Link("alphaxiv", "alphaXiv", arxiv_id.alphaxiv_url(paper.arxiv_id, self.language)),
            Link("huggingface", "Hugging Face", paper.huggingface_url),
            Link("code", gettext("Code"), paper.code_url, is_translated=True),
            Link("project", gettext("Project"), paper.project_url, is_translated=True),
        ]
        return [link for link in links if addresses.is_web(link.url)]

    @cached_property
    def gist(self) -> str:
        """The summary in one line: its gist, or the first sentence of its first section.

        The language of the page comes first, even if only a gist in another one is there.
        """
        source = self._source_of_gist
        return source.gist if source else ""

    @property
    def gist_language(self) -> str:
        """The language of the gist if it is not the page's, else ""."""
        source = self._source_of_gist
        return source.foreign if source else ""

    @property
    def has_gist(self) -> bool:
        """Whether the gist is a text of its own, and not the first sentence of another."""
        return bool(self._source_of_gist and self._source_of_gist.kind.is_line)

    @cached_property
    def _source_of_gist(self) -> ShownSection | None:
        in_order = [*self.lines, *self.sections]
        return min(in_order, key=lambda shown: bool(shown.foreign), default=None)


WHOLE = (Kind.RECORD, Kind.REVIEW, Kind.LISTING)


def summaries_of(post: Post, *, shown: Collection[Kind] = WHOLE) -> list[Summary]:
    """Return the post's public papers in order. The post must come `with_public_entries`.

    `shown` is what a page shows of them beside their texts.
    """
    language = get_language() or post.language
    entries: list[Entry] = post.public_entries
    tell_content(post)
    for kind in shown:
        pages.tell(kind, *(entry.paper_id for entry in entries))
    if Kind.LISTING not in shown:
        return [Summary(each, language, number=n) for n, each in enumerate(entries, start=1)]
    listed = Listing.objects.filter(day=post.date, source=Source.HUGGINGFACE)
    listings = {
        listing.paper_id: listing
        for listing in listed.filter(paper__in=[entry.paper_id for entry in entries])
    }
    return [
        Summary(entry, language, number=number, listing=listings.get(entry.paper_id))
        for number, entry in enumerate(entries, start=1)
    ]


def and_more(count: int) -> str:
    """Return in words how many more authors there are, or "" if there are none."""
    said = ngettext("and %(count)s more", "and %(count)s more", count)
    return said % {"count": count} if count else ""


def tell_content(post: Post) -> None:
    """Tell the stored page that it shows a post with its papers and corrections."""
    shown = [entry.paper_id for entry in post.public_entries]
    shown += [each.paper_id for each in post.public_corrections if each.paper_id]
    pages.tell(Kind.POST, post.pk)
    pages.tell(Kind.PAPER, *shown)


def in_language(sections: Iterable[Section], language: str) -> list[Section]:
    """Return, for each kind, the sections in `language`, or the original if there are none."""
    by_kind: dict[str, list[Section]] = {row.name: [] for row in kinds.rows()}
    for section in sections:
        by_kind.setdefault(section.kind, []).append(section)
    chosen = []
    for found in by_kind.values():
        own = [section for section in found if section.language == language]
        original = found[0].language if found else ""
        chosen += own or [section for section in found if section.language == original]
    return chosen


def first_sentence(html: str) -> str:
    """Return the first sentence of rendered Markdown as text, without a label like “Goal:”."""
    block = _FIRST_BLOCK.search(html)
    text = " ".join(conversion.plain(block[2] if block else html).split())
    return _SENTENCE_END.split(_label(tuple(languages.all_labels())).sub("", text), maxsplit=1)[0]


@lru_cache(maxsize=4)
def _label(labels: tuple[str, ...]) -> re.Pattern[str]:
    known = "|".join(map(re.escape, labels))
    return re.compile(rf"^\s*(?:{known})\s*[:：]\s*", re.IGNORECASE)


def name_of(review: Review) -> str:
    """Return the reviewer's full name. A login name must not be public."""
    by = review.by
    return (by and people.name(by.first_name, by.last_name, login="")) or gettext("an editor")


def _lines(texts: Iterable[str]) -> list[str]:
    """Return texts cut to the length that forms allow, so that no stored text fills a page."""
    return [text[:MAX_LINE] for text in texts]


def _of_most(said: Sequence[str]) -> str:
    """Return the text that more than half share, or "" if none is."""
    [(text, count)] = Counter(said).most_common(1) or [("", 0)]
    return text if 2 * count > len(said) else ""


def _same(said: Iterable[str]) -> str:
    """Return the text that all share, or "" if they differ."""
    different = set(said)
    return different.pop() if len(different) == 1 else ""


# The lines on who wrote and reviewed a text. A digest has few different ones.
@lru_cache(maxsize=1_000)
def _reviewed_by(active_language: str, name: str, day: date) -> str:
    said = gettext("reviewed by %(name)s, %(date)s")
    return said % {"name": name, "date": date_format(day, "DATE_FORMAT")}


_SCOPES = {
    Scope.ABSTRACT: _("from the abstract"),
    Scope.FULL_TEXT: _("from the full text"),
}


def _made_from(scope: str) -> str:
    if parts := names_of_parts(scope):
        return gettext("from parts of the paper: %(parts)s") % {"parts": parts}
    return str(_SCOPES[Scope(scope)]) if scope in _SCOPES else ""


@lru_cache(maxsize=1_000)
def _written_by(
    active_language: str, origin: str, drafter: str, prompt_version: str, scope: str, sample: bool
) -> str:
    """Return one line, in the active language, that says where a public text comes from."""
    if prompt_version:
        prompt = gettext("prompt %(version)s") % {"version": prompt_version}
        drafter = f"{drafter}, {prompt}" if drafter else prompt
    match origin:
        case Writer.EXTRACTIVE if sample:
            said = gettext("Sentences of a sample text, which is not the authors' abstract")
        case Writer.EXTRACTIVE if scope in {Scope.UNKNOWN, Scope.ABSTRACT}:
            said = gettext("The abstract's own sentences, word for word")
        case Writer.EXTRACTIVE:
            said = gettext("The paper's own sentences, word for word")
            said += f", {_made_from(scope)}" if names_of_parts(scope) else ""
        case Writer.MODEL:
            said = gettext("Written by a language model")
            if made_from := _made_from(scope):
                said += f", {made_from}"
        case Writer.IMPORT:
            return gettext("Taken over from an earlier post")
        case _:
            return gettext("Written by an editor")
    return f"{said} ({drafter})" if drafter else said
