"""A Document -> the text of a Jekyll post's file, in the layout of the blog the project began with.

The rule: a file of that layout that is read and written again comes back byte for byte, except

1. runs of white space inside titles and headings, which become one space, and
2. white space at line ends, blank lines beyond those of the layout, and the line ends themselves
   (always ``\\n``).

What the file does not have of our own is added: the alphaXiv link of each paper, missing ``title``,
``date`` and ``tags``, and the numbers of the papers, which are counted anew. Liquid in Markdown is
kept as it stands. Abstracts, upvotes and institutions are facts that a file does not carry.
"""

from collections.abc import Callable, Iterator

from digest.jekyll.files import front_matter
from digest.jekyll.files.document import Document, PaperItem, SectionItem, usual_heading
from digest.jekyll.files.lines import escape
from digest.jekyll.files.outline import PAPER, SECTION, guard


def write(document: Document, overview_url: Callable[[str], str]) -> str:
    """The whole file. ``overview_url`` gives an arXiv id's page at alphaXiv.

    Dates are written in the zone of ``document.published_at``, which should be the site's. Reading
    the text again gives the same document, and writing that one the same text.
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
