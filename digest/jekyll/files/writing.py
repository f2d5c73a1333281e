"""Writes a Jekyll post's file (Document -> text), in the layout of the project's first blog.

A file of that layout that is read and written again is the same byte for byte, except

1. runs of white space inside titles and headings, which become one space, and
2. white space at line ends, blank lines beyond those of the layout, and the line ends themselves
   (always ``\\n``).

What the file lacks is added: the alphaXiv link of each paper, missing ``title``, ``date`` and
``tags``, and the numbers of the papers, which are counted again. Liquid in Markdown is kept as it
is. Abstracts, upvotes and institutions are not written.
"""

from collections.abc import Callable, Iterator

from digest.jekyll.files import front_matter
from digest.jekyll.files.document import Document, PaperItem, SectionItem, usual_heading
from digest.jekyll.files.lines import escape
from digest.jekyll.files.outline import PAPER, SECTION, guard


def write(document: Document, overview_url: Callable[[str], str]) -> str:
    """Return the text of the whole file. ``overview_url`` returns an arXiv id's page at alphaXiv.

    Dates are in the time zone of ``document.published_at``, which should be the site's. Reading the
    text again gives the same document, and writing that document gives the same text.
    """
    blocks = [guard(document.intro, PAPER)] if document.intro else []
    for number, paper in enumerate(document.papers, start=1):
        blocks += _paper(number, paper, overview_url)
    return f"---\n{front_matter.dump(document)}\n---\n\n\n" + "\n\n".join(blocks) + "\n"


def _paper(number: int, paper: PaperItem, overview_url: Callable[[str], str]) -> Iterator[str]:
    yield f"# {number}. [{escape(paper.title)}](https://arxiv.org/abs/{paper.arxiv_id})"
    yield f"> [Alphaxiv]({overview_url(paper.arxiv_id)})"
    if note := guard(paper.note, PAPER, SECTION):
        yield note
    yield from map(_section, paper.sections)


def _section(section: SectionItem) -> str:
    heading = escape(section.heading) or usual_heading(section.kind)
    return f"## {heading}\n{guard(section.markdown, PAPER, SECTION)}".rstrip("\n")
