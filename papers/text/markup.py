"""A Python-Markdown extension for the Markdown that people and models really write.

It adds blank lines that were left out, keeps dollars that are money and tags that are words, turns
TeX into MathML, and lowers headings below the page's own. Its output is not safe yet:
`papers.text.rendering` sanitises it.
"""

import re
from html import unescape
from string import punctuation
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import HtmlInlineProcessor, InlineProcessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import ETX, STX, AtomicString
from pymdownx.arithmatex import InlineArithmatexPattern

from papers.text.formulas import inline
from papers.text.lines import rewritten
from papers.text.mathml import mathml

MAX_BLOCK = 20_000
"""Characters between two blank lines. The parser's time grows with the square of this number."""
MAX_LINK_WORK = 20_000_000
"""Limit for the sum over blocks of "[" times characters.

This is the cost of looking for each bracket's partner.
"""
MAX_FOOTNOTE_MARKS = 1_000
MAX_FENCES = 1_000

# A dollar before a digit ends a formula only if what it ends is TeX: "$\\sim$10", but "$5/$6".
_INSIDE = r"(?:\\.|[^\\$\x02\x03])"
_BEFORE_A_DIGIT = (
    rf"(?:(?!{_INSIDE}+\$\d)"
    rf"|(?=(?:[<>=+~±≈-]{{1,2}}|(?!\d){_INSIDE}*?(?:\\[A-Za-z]|[_^]){_INSIDE}*)\$\d))"
)
# These are pymdownx's patterns with four changes: $$x$$ inside a sentence is math too, and \[x=1\],
# "$5/$6" is money, and the search for a closing bracket stops at the next bracket.
INLINE_MATH = (
    r"(?:(?<!\\)((?:\\{2})+)(?=\$)"
    r"|(?<!\\)(?:(\$\$)|\$(?!\s)" + _BEFORE_A_DIGIT + r")((?:\\.|[^\\$\x02\x03])+?)"
    r"(?(2)\$\$|(?<!\s)\$)"
    r"|(?<!\\)((?:\\{2})+?)(?=\\\()"
    r"|(?<!\\)(\\\(|\\\[(?=[^\]]{0,300}?(?:\\[A-Za-z]|[\^_=])))"
    r"((?:\\[^()\[\]]|[^\\\x02\x03])+?)\\[)\]])"
)

# Elements that screen readers name by their text.
_NAMED = frozenset({"a", "h1", "h2", "h3", "h4", "h5", "h6"})

# HTML for layout: the tag is removed, its text stays.
WRAPPERS = frozenset(
    {
        *("article", "aside", "big", "body", "center", "details", "div", "figcaption", "figure"),
        *("font", "footer", "head", "header", "html", "img", "main", "nav", "p", "picture"),
        *("section", "small", "source", "span", "summary", "u"),
    }
)
# HTML whose content is not text: the whole element is removed.
FOREIGN = frozenset(
    {
        *("embed", "form", "iframe", "math", "noembed", "noframes", "noscript", "object"),
        *("plaintext", "script", "style", "svg", "template", "textarea", "title", "xmp"),
    }
)


class Fences(Preprocessor):
    """Refuses a text of fences, for which superfences would need minutes."""

    FENCE = re.compile(r"[> ]*(?:`{3,}|~{3,})")

    def run(self, lines: list[str]) -> list[str]:
        if sum(bool(self.FENCE.match(line)) for line in lines) > MAX_FENCES:
            raise ValueError(f"more than {MAX_FENCES:,} lines of ``` or ~~~")
        return lines


class Lines(Preprocessor):
    """Rewrites the lines (`papers.text.lines`), and refuses what the parser would not finish."""

    def run(self, lines: list[str]) -> list[str]:
        lines = list(rewritten(lines))
        refuse_tangles("\n".join(lines))
        return lines


class Address(InlineProcessor):
    """Makes a link of an address that stands in the text. It ends before a particle: …/abs/1에서.

    As on GitHub (https://github.github.com/gfm/#autolinks-extension-), marks at its end are not
    part of it.
    """

    ANCESTOR_EXCLUDES = ("a",)
    # An escaped character, as in "a\\_b", is a mark for what has been read already.
    _READ = r"\x02klzzwxh:(\d+)\x03"
    # Hangul right after a slash or the like is a part of the address, if it is no particle.
    _PARTICLE = (
        r"(?:에서|에게|에|의|를|을|은|는|이|가|와|과|으?로|도|만|까지|부터|처럼|보다|이?라[는고며]|입니다"
        r"|이[다며고]|참[고조])(?:[는도의만서요]|으로)?(?![가-힣])"
    )
    PATTERN = (
        rf"(?<![^\W_])(?<!/)(?:https?://|www\.(?=\w))(?:(?![,;]https?://)[!#-;=?-Z\[\]_a-z~|]|{_READ}"
        rf"|(?<=[/=_#가-힣])(?!(?<=[/=_#]){_PARTICLE})[가-힣])+"
    )
    _END = re.compile(r"(?:[?!.,:*_~'\]]|&[a-z]+;)+$")

    def handleMatch(  # type: ignore[override]  # noqa: N802  # Markdown's name
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        written = m[0]
        for read in re.finditer(self._READ, written):
            if not isinstance(self._stash[read[1]], str):  # Code, or a formula.
                written = written[: read.start()]
                break
        written = self._END.sub("", written)
        while written.endswith(")") and written.count(")") > written.count("("):
            written = self._END.sub("", written[:-1])
        if written.endswith("/") and written.count("/") == 2:  # https:// alone
            return None, None, None
        address = self.unescape(written)
        link = Element("a", {"href": address if "//" in address else f"https://{address}"})
        link.text = AtomicString(address)
        return link, m.start(0), m.start(0) + len(written)

    @property
    def _stash(self) -> dict[str, Element | str]:
        inline = self.md.treeprocessors["inline"]
        return inline.stashed_nodes  # type: ignore[attr-defined, no-any-return]


class Times(InlineProcessor):
    """Keeps the stars of 2*3*4: beside a digit they multiply."""

    PATTERN = r"(?<!\*)(?:(?<=[0-9])\*(?=[0-9A-Za-z(])|(?<=[0-9A-Za-z)])\*(?=[0-9]))"

    def handleMatch(  # type: ignore[override]  # noqa: N802  # Markdown's name
        self, m: re.Match[str], data: str
    ) -> tuple[str, int, int]:
        return f"{STX}{ord('*')}{ETX}", m.start(0), m.end(0)


def refuse_tangles(text: str) -> None:
    """Raise ValueError for Markdown that the parser would need minutes for."""
    work = 0
    for block in re.split(r"\n[ \t]*\n", text):
        work += len(block) * block.count("[")
        if len(block) > MAX_BLOCK:
            raise ValueError(
                f"a paragraph of {len(block):,} characters, limit {MAX_BLOCK:,}: add blank lines"
            )
    if text.count("[^") > MAX_FOOTNOTE_MARKS:
        raise ValueError(f"more than {MAX_FOOTNOTE_MARKS:,} footnote marks")
    if work > MAX_LINK_WORK:
        raise ValueError("too many square brackets to look for links in")


class Html(HtmlInlineProcessor):
    """Handles raw HTML: keeps allowed tags, removes wrappers and foreign elements, shows `<think>`.

    A tag this class does not know is a word of the text. The serialiser escapes it.
    """

    # "a<b and c>d" is not a tag: the first attribute must have a value.
    TAG = re.compile(r"</?([a-zA-Z][^\s/>]*)(\s*/?>|\s+[\w:-]+\s*=)")

    def __init__(self, pattern: str, md: Markdown, allowed: frozenset[str]) -> None:
        super().__init__(pattern, md)
        self.allowed = allowed

    def handleMatch(  # type: ignore[override]  # noqa: N802  # Markdown's name, wider type
        self, m: re.Match[str], data: str
    ) -> tuple[Element | str | None, int | None, int | None]:
        if m[1].startswith(("<!", "<?")):  # a comment, CDATA, a processing instruction
            return "", m.start(0), m.end(0)
        tag = self.TAG.match(m[1])
        name = tag[1].lower() if tag else ""
        if name in self.allowed:
            return super().handleMatch(m, data)
        if name in WRAPPERS:
            return "", m.start(0), m.end(0)
        if name in FOREIGN and (end := re.search(f"(?i)</{name}\\s*>", data[m.end(0) :])):
            return "", m.start(0), m.end(0) + end.end()
        return None, m.start(0), m.end(0)


class Page(Treeprocessor):
    """Fits the tree to the page: headings from h4 down, MathML, no images, own footnote ids."""

    prefix = ""

    def run(self, root: Element) -> None:
        _merge_lists(root)
        outers = [element for element in root.iter() if element.tag in _NAMED]
        named = {id(inner) for outer in outers for inner in outer.iter()}
        for element in root.iter():
            if element.get("class") == "arithmatex":
                self._set_math(element, named=id(element) in named)
            elif re.fullmatch("h[1-6]", element.tag):
                element.tag = f"h{min(int(element.tag[1]) + 3, 6)}"
            elif element.tag == "img":
                # The page shows no image from another host. It shows the alt text instead.
                element.tag, element.text = "span", AtomicString(element.get("alt", ""))
            elif element.tag == "a":
                _set_link(element)
            self._prefix_ids(element)

    def _set_math(self, element: Element, *, named: bool) -> None:
        display = element.tag == "p"
        tex = element.text or ""
        html = mathml(unescape(tex), display=True) if display else inline(tex, named=named)
        element.text = AtomicString(self.md.htmlStash.store(html))

    def _prefix_ids(self, element: Element) -> None:
        if "id" in element.attrib:
            element.set("id", self.prefix + element.attrib["id"])
        if element.get("href", "").startswith("#fn"):
            element.set("href", f"#{self.prefix}{element.attrib['href'][1:]}")


def _set_link(link: Element) -> None:
    """Give a link without words its address as words. One without an address is text."""
    if not link.get("href"):
        link.tag = "span"
    elif not len(link) and not (link.text or "").strip():
        link.text = AtomicString(link.get("href", ""))


def _merge_lists(root: Element) -> None:
    """Make one list of bulleted lists that stand one after another: only blank lines part them."""
    for parent in list(root.iter()):
        before = None
        for element in list(parent):
            if before is not None and element.tag == before.tag == "ul" and not _text(before.tail):
                before.extend(element)
                before.tail = element.tail
                parent.remove(element)
            else:
                before = element


def _text(tail: str | None) -> str:
    return (tail or "").strip()


class PageExtension(Extension):
    """Registers all of the above. `allowed` holds the tags that raw HTML may use."""

    def __init__(self, allowed: frozenset[str]) -> None:
        super().__init__()
        self.allowed = allowed

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  # Markdown's name
        # Without its block parser all raw HTML goes to `Html`, and Markdown inside it is parsed.
        md.preprocessors.deregister("html_block")
        md.preprocessors.register(Fences(md), "fences", 28)
        md.preprocessors.register(Lines(md), "lines", 22)  # after superfences' 25
        # Else "3." is shown as 1.
        md.parser.blockprocessors["olist"].LAZY_OL = False  # type: ignore[attr-defined]
        md.inlinePatterns.register(Address(Address.PATTERN, md), "address", 115)  # after links
        math = InlineArithmatexPattern(
            INLINE_MATH, {"generic": True, "tex_inline_wrap": ["", ""], "inline_tag": "span"}
        )
        md.inlinePatterns.register(math, "arithmatex-inline", 189.9)
        # As in CommonMark each sign of ASCII may be escaped: 10\%.
        md.ESCAPED_CHARS = list(punctuation)
        md.inlinePatterns.register(Times(Times.PATTERN, md), "times", 175)  # before emphasis
        html = Html(md.inlinePatterns["html"].pattern, md, self.allowed)
        md.inlinePatterns.register(html, "html", 90)
        md.treeprocessors.register(Page(md), "page", 12)  # after inline's 20 and footnotes' 15
