"""Stores the sections and gists of a file. What another post shows stays as it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from digest.jekyll.elsewhere import Elsewhere
from digest.jekyll.files.document import Document, PaperItem, SectionItem
from digest.jekyll.files.markup import images
from digest.jekyll.remarks import Remark
from papers import kinds, languages
from papers.models import Paper, Section, Writer
from papers.pipeline import sections
from papers.pipeline.sections import NewText, Outcome, Written, lines


@dataclass(frozen=True, slots=True)
class Brought:
    """A text of the file, and what became of it."""

    line: int
    arxiv_id: str
    written: Written

    @property
    def title(self) -> str:
        text = self.written.text
        return text.heading or kinds.of(text.kind).heading(languages.ENGLISH)


def save(
    document: Document,
    papers: Mapping[str, Paper],
    language: str,
    elsewhere: Elsewhere,
    *,
    again: bool,
) -> list[Brought]:
    """Store the texts of a file by the rules of `papers.pipeline.sections`.

    The texts of a paper that stands in another post replace nothing, and add nothing that readers
    would see there: they are proposed. So is a section that somebody deleted since the file came
    in, if it comes `again`. Raises ValueError for a text that cannot be rendered.
    """
    found = [(item, *each) for item in document.papers for each in texts_of(item)]
    texts = [
        _of(elsewhere, item, _new_text(section, position, papers[item.arxiv_id].pk, language))
        for item, section, position in found
    ]
    if again:  # What comes first may go public, and an image that only an editor has may not.
        texts = _without_deleted(_with_images_of_here(texts))
    written = sections.write_each(texts, origin=Writer.IMPORT)
    if any(each.outcome == Outcome.REFUSED for each in written):
        raise ValueError("a section is so tangled or so deeply nested that it cannot be rendered")
    return [
        Brought(section.line or item.line, item.arxiv_id, each)
        for (item, section, _), each in zip(found, written, strict=True)
    ]


def _new_text(section: SectionItem, position: int | None, paper: int, language: str) -> NewText:
    return NewText(
        paper_id=paper,
        language=language,
        kind=section.kind,
        markdown=section.markdown,
        heading=section.heading if kinds.of(section.kind).has_own_heading else "",
        position=position,
    )


def _of(elsewhere: Elsewhere, item: PaperItem, text: NewText) -> NewText:
    """Return a text with what it may do to its paper, which may stand elsewhere."""
    return replace(
        text,
        replaces=item.arxiv_id not in elsewhere.any,
        adds=item.arxiv_id not in elsewhere.shown,
    )


def _with_images_of_here(texts: list[NewText]) -> list[NewText]:
    """Return the texts, with the images that somebody wrote here where nothing else differs.

    An export writes them, and reading its file takes them out as it takes any.
    """
    papers = {text.paper_id for text in texts}
    here = {
        (each.paper_id, each.language, each.kind, each.heading): each.markdown
        for each in Section.objects.filter(paper__in=papers).defer("html", "public_html")
        if "!" in each.markdown or "<" in each.markdown
    }
    return [
        replace(text, markdown=here[text.key])
        if text.key in here and says_the_same(here[text.key], text.markdown)
        else text
        for text in texts
    ]


def says_the_same(here: str, there: str) -> bool:
    """Return whether a text here is that of a file, which is read without its images."""
    return lines(here) == lines(there) or lines(images.taken_out(here)[0]) == lines(there)


def _without_deleted(texts: list[NewText]) -> list[NewText]:
    """Return the texts, of which those of deleted sections add nothing."""
    papers = {text.paper_id for text in texts}
    gone = Section.history.filter(history_type="-", paper_id__in=papers)
    deleted = set(gone.values_list("paper_id", "language", "kind", "heading"))
    return [replace(text, adds=text.adds and text.key not in deleted) for text in texts]


def texts_of(item: PaperItem) -> Iterator[tuple[SectionItem, int | None]]:
    """Return the texts of a paper, each with its place, which a gist has by its kind."""
    for position, section in enumerate(item.sections, start=1):
        if section.markdown:
            yield section, position
    if item.gist:
        yield SectionItem(kinds.GIST, markdown=item.gist, line=item.line), None


def to_be_published(brought: Iterable[Brought], shown: Collection[str]) -> list[int]:
    """Return the ids of the sections that may go public with a new post.

    These are the texts of papers that readers see in no other post, where they say what the file
    says, whoever wrote it here.
    """
    return [
        each.written.section.pk
        for each in brought
        if each.arxiv_id not in shown
        and each.written.outcome in {Outcome.ADDED, Outcome.UPDATED, Outcome.UNCHANGED}
        and each.written.section
    ]


def remarks(brought: Iterable[Brought], elsewhere: Elsewhere, *, new: bool) -> Iterator[Remark]:
    """Return which texts are not where the file has them.

    Words that an editor changed here since the file came in are no loss of the file's.
    """
    states = {Outcome.PROPOSED: "kept as a proposal", Outcome.WAITING: "still a proposal"}
    for each in brought:
        if state := states.get(each.written.outcome):
            second = each.arxiv_id in elsewhere.any
            text = f"{each.arxiv_id}: {each.title}: {_why(each, second=second)}: {state}"
            yield Remark(each.line, text, waits=second or new)


def _why(brought: Brought, *, second: bool) -> str:
    if second:
        return "another post has the paper"
    text = brought.written.text
    return "an editor wrote another text" if text.adds else "somebody deleted this section here"
