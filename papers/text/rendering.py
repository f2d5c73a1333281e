"""Turns Markdown or plain text into HTML that is safe to show, with TeX as text or MathML.

Anyone may have written the text, so `papers.text.sanitising` runs last. Rows keep the HTML with
`VERSION` beside it.
"""

import re
import threading
from html import escape

from markdown import Markdown
from pymdownx.arithmatex import ArithmatexExtension
from pymdownx.tilde import DeleteSubExtension

from papers.text.cleaning import clean, fold
from papers.text.conversion import plain
from papers.text.formulas import inline
from papers.text.markup import INLINE_MATH, Page, PageExtension
from papers.text.sanitising import TEXT_TAGS, sanitise

VERSION = "markdown-3"
"""Change this when the same Markdown would give different HTML."""

MAX_LENGTH = 200_000
"""Characters of one text."""

MAX_HTML = 2_000_000
"""Largest number of characters that one text may render to.

Only a text that is TeX throughout comes close. Longer HTML got into the database some other way and
is not shown.
"""


class _Thread(threading.local):
    """Holds one `Markdown` for each thread.

    A `Markdown` handles one text at a time, and building one costs as much as a short text.
    """

    def __init__(self) -> None:
        self.markdown = Markdown(
            extensions=[
                "tables",
                "pymdownx.highlight",
                "pymdownx.superfences",
                "footnotes",
                "mdx_truly_sane_lists",
                ArithmatexExtension(generic=True, tex_block_wrap=["", ""], block_tag="p"),
                DeleteSubExtension(subscript=False),
                PageExtension(TEXT_TAGS),
            ],
            extension_configs={
                "tables": {"use_align_attribute": True},
                "pymdownx.highlight": {"use_pygments": False},
            },
        )

    def convert(self, text: str, footnote_prefix: str) -> str:
        page = self.markdown.treeprocessors["page"]
        assert isinstance(page, Page)  # noqa: S101  # for the type checker
        page.prefix = footnote_prefix
        try:
            return self.markdown.reset().convert(text)
        except BaseException:
            self.__init__()  # type: ignore[misc]  # a parser that was interrupted keeps its state
            raise


_THREAD = _Thread()


def render(markdown: str, *, footnote_prefix: str = "") -> str:
    """Return Markdown as safe HTML. `footnote_prefix` keeps the footnote ids on one page apart.

    Headings begin at h4. Raises ValueError for text over `MAX_LENGTH`, and for text so tangled or
    so deeply nested that the parser would not finish.
    """
    if not re.fullmatch(r"[\w./-]*", footnote_prefix):
        raise ValueError(f"footnote prefix {footnote_prefix!r}: letters, digits, . / _ - only")
    try:
        return sanitise(_THREAD.convert(clean(_bounded(markdown)), footnote_prefix))
    except RecursionError as error:
        raise ValueError("lists or quotes nested too deep to render") from error


def render_inline(text: str) -> str:
    """Return one line of plain text, such as a title, as safe HTML. Only its TeX is converted.

    It may stand in a link or a heading.
    """
    return sanitise(_text_with_math(fold(_bounded(text)), named=True))


def plain_line(text: str) -> str:
    """Return one line of plain text, such as a keyword, with its TeX in Unicode."""
    return plain(render_inline(text))


def render_text(text: str) -> str:
    """Return plain text, such as an abstract, as paragraphs of safe HTML.

    Markdown and HTML in it are shown as text, and TeX is converted.
    """
    paragraphs = re.split(r"\n\s*\n", clean(_bounded(text)))
    return sanitise("\n".join(f"<p>{_text_with_math(p)}</p>" for p in paragraphs if p.strip()))


def _bounded(text: str) -> str:
    if len(text) > MAX_LENGTH:
        raise ValueError(f"text of {len(text):,} characters, limit {MAX_LENGTH:,}")
    return text


_MATH = re.compile(INLINE_MATH, re.DOTALL)


def _text_with_math(text: str, *, named: bool = False) -> str:
    parts, end = [], 0
    for match in _MATH.finditer(text):
        tex = match[3] or match[6]
        if tex:
            parts += [_escaped(text[end : match.start()]), inline(tex, named=named)]
            end = match.end()
    return "".join([*parts, _escaped(text[end:])])


def _escaped(text: str) -> str:
    return escape(text.replace("\\$", "$"), quote=False)
