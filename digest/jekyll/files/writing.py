"""Writes a Jekyll post's file (Document -> text), in the form it came, or in a layout of ours.

A file that is read and written again is the same, except

1. runs of white space inside titles and headings, which become one space, and
2. white space at line ends, blank lines at the end beyond five, and the line ends themselves
   (always ``\\n``),
3. and front matter, where missing ``title``, ``date`` and ``tags`` are added.

A text that changed stands where the old one stood. Papers are numbered anew. Liquid that somebody
wrote here is words: it stands between ``{% raw %}`` and ``{% endraw %}``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import zip_longest
from typing import NamedTuple

from digest.jekyll.files import contents, layouts
from digest.jekyll.files.document import Document, Fault, PaperItem
from digest.jekyll.files.form import forms, rendering
from digest.jekyll.files.form.forms import Form
from digest.jekyll.files.form.pictures import Pieces
from digest.jekyll.files.form.rendering import Overview
from digest.jekyll.files.head import front_matter
from digest.jekyll.files.markup import images
from digest.jekyll.files.outline import Page, tidy
from papers import kinds


class Written(NamedTuple):
    """The text of a file. ``lost`` says why it is not in its document's form, or is ""."""

    text: str
    lost: str = ""


def write(document: Document, overview_url: Overview) -> str:
    """Return the text of the whole file. ``overview_url`` returns an arXiv id's page at alphaXiv.

    Dates are in the time zone of ``document.published_at``, which should be the site's. Reading the
    text again gives the same document, and writing that document gives the same text.
    """
    return written(document, overview_url).text


def written(document: Document, overview_url: Overview) -> Written:
    """Return the text of the whole file as `write` does, and what it could not keep."""
    body, lost = _body(document, overview_url)
    lost = "; ".join(filter(None, (front_matter.lost(document), lost)))
    return Written(f"{front_matter.fenced(document)}{body}", lost)


def _body(document: Document, overview_url: Overview) -> Written:
    """Return the body in the first form in which it says the same when it is read again."""
    why = ""
    for form, guarded, lost in _tries(document):
        body = rendering.body(document.intro, document.papers, form, overview_url, guarded=guarded)
        differs = _differs(body, document)
        if not differs:
            return Written(body, lost and f"{why}: {lost}")
        why = why or differs
    return Written(body, f"{why}: {lost}" if lost else why)


def _tries(document: Document) -> Iterator[tuple[Form, bool, str]]:
    """Yield the forms to try, each with whether texts are guarded, and what is lost with it."""
    form: Form | None = None
    pieces: Mapping[str, Pieces] = {}
    if forms.BODY in document.form:
        try:
            form = forms.load(document.form[forms.BODY])
        except forms.BrokenForm:
            yield layouts.form(document.layout), True, ""
        else:
            pieces = form.images
            yield form, False, ""
            yield form, True, ""
    lost = "its form is not kept" if form else ""
    if document.layout in layouts.names() and document.layout != layouts.SEED:
        yield replace(layouts.form(document.layout), images=pieces), True, lost
    lost = "neither its form nor institutions, upvotes and abstracts are kept"
    is_ours = document.layout == layouts.SEED and form is None
    yield replace(layouts.form(layouts.SEED), images=pieces), True, "" if is_ours else lost


def _differs(body: str, document: Document) -> str:
    """Return what of a body would be read otherwise than the document has it, or ""."""
    try:
        found = contents.read(Page.of(body.split("\n"), 1), document.title)
    except Fault as fault:
        return str(fault)
    if _bare(found.intro) != _bare(document.intro):
        return "the introduction would be read otherwise"
    for there, here in zip_longest(found.papers, document.papers):
        if there is None or here is None or _texts(there) != _texts(here):
            return f"{(here or there).arxiv_id} would be read otherwise"
    return ""


def _texts(paper: PaperItem) -> object:
    """Return what a body says of a paper in any layout. Sections may stand in another order."""
    sections = sorted(
        (each.kind, each.heading if each.kind == kinds.OTHER else "", text)
        for each in paper.sections
        if (text := _bare(each.markdown))
    )
    return paper.arxiv_id, paper.title, _bare(paper.note), sections


def _bare(markdown: str) -> str:
    """Return a text without what leaves it when it is read, such as images."""
    return tidy(images.taken_out(markdown)[0])
