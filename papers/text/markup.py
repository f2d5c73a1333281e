"""A Python-Markdown extension for the Markdown that people and models really write.

It adds blank lines that were left out, keeps dollars that are money and tags that are words, turns
TeX into MathML, and lowers headings below the page's own. Its output is not safe yet:
`papers.text.rendering` sanitises it.
"""

import re
from collections.abc import Iterator
from html import unescape
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import HtmlInlineProcessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString
from pymdownx.arithmatex import InlineArithmatexPattern

from papers.text.mathml import mathml

MAX_BLOCK = 20_000
"""Characters between two blank lines. The parser's time grows with the square of this number."""
MAX_LINK_WORK = 20_000_000
"""Limit for the sum over blocks of "[" times characters.

This is the cost of looking for each bracket's partner.
"""
MAX_FOOTNOTE_MARKS = 1_000

# These are pymdownx's patterns with three changes: $$x$$ inside a sentence is math too, "$5/$6" is
# money, and the search for a closing bracket stops at the next bracket.
INLINE_MATH = (
    r"(?:(?<!\\)((?:\\{2})+)(?=\$)"
    r"|(?<!\\)(?:(\$\$)|\$(?!\s))((?:\\.|[^\\$\x02\x03])+?)(?(2)\$\$|(?<!\s)\$(?!\d))"
    r"|(?<!\\)((?:\\{2})+?)(?=\\\()"
    r"|(?<!\\)(\\\()((?:\\[^()]|[^\\\x02\x03])+?)\\\))"
)

_QUOTE = re.compile(r"(?: {0,3}> ?)*")
_HEADING = re.compile(r"#|[=-]+ *$")
_ITEM = re.compile(r" {0,3}(?:[-*+]|1\.) +\S")
_FENCE = re.compile(r"\s*(`{3,}|~{3,})[^`]*$")
# Display math begins a line, and nothing follows its end on that line: "$$x$$ is" is a sentence.
_DISPLAY = re.compile(r"\$\$(?!.*\$\$.)|\\\[(?!.*\\\].)")
_MATH_ENDS = ("$$", "\\]")

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


class BlankLines(Preprocessor):
    """Adds the blank lines that Markdown needs and writers leave out.

    They go before a list, after a heading and around display math, but not inside math or code.
    """

    def run(self, lines: list[str]) -> list[str]:
        lines = list(_separated(lines))
        refuse_tangles("\n".join(lines))
        return lines


def _separated(lines: list[str]) -> Iterator[str]:
    closing = ""  # what ends the display math or fence that this line is in
    in_list = ended = False  # ended: the next line begins a new block
    in_text = False  # the line before is not blank
    for line in lines:
        match = _QUOTE.match(line)
        prefix = match[0] if match else ""
        content = line[len(prefix) :].rstrip()
        inside, opens = closing, "" if closing else _opens(content)
        item = not inside and bool(_ITEM.match(content))
        starts = ended or opens in _MATH_ENDS or (item and not in_list)
        if in_text and content and not inside and starts:
            yield prefix.rstrip()
        yield line
        in_text = bool(content)
        in_list = in_text and (in_list or item)
        closing = _still_open(content, inside, opens)
        ended = not closing and bool(
            inside in _MATH_ENDS or opens in _MATH_ENDS or (not inside and _HEADING.match(content))
        )


def _opens(content: str) -> str:
    """Return what closes the display math or fence this line begins, or "" if it begins none."""
    if match := _FENCE.match(content):
        return match[1]
    if match := _DISPLAY.match(content):
        return "$$" if match[0] == "$$" else "\\]"
    return ""


def _still_open(content: str, inside: str, opens: str) -> str:
    if inside in _MATH_ENDS:
        return inside if content and inside not in content else ""
    if inside:
        return "" if content.lstrip().startswith(inside) else inside
    return "" if opens in _MATH_ENDS and opens in content[2:] else opens


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
        for element in root.iter():
            if element.get("class") == "arithmatex":
                self._set_math(element)
            elif re.fullmatch("h[1-6]", element.tag):
                element.tag = f"h{min(int(element.tag[1]) + 3, 6)}"
            elif element.tag == "img":
                # The page shows no image from another host. It shows the alt text instead.
                element.tag, element.text = "span", AtomicString(element.get("alt", ""))
            self._prefix_ids(element)

    def _set_math(self, element: Element) -> None:
        display = element.tag == "p"
        tex = element.text or ""
        html = mathml(unescape(tex) if display else tex, display=display)
        element.text = AtomicString(self.md.htmlStash.store(html))

    def _prefix_ids(self, element: Element) -> None:
        if "id" in element.attrib:
            element.set("id", self.prefix + element.attrib["id"])
        if element.get("href", "").startswith("#fn"):
            element.set("href", f"#{self.prefix}{element.attrib['href'][1:]}")


class PageExtension(Extension):
    """Registers all of the above. `allowed` holds the tags that raw HTML may use."""

    def __init__(self, allowed: frozenset[str]) -> None:
        super().__init__()
        self.allowed = allowed

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  # Markdown's name
        # Without its block parser all raw HTML goes to `Html`, and Markdown inside it is parsed.
        md.preprocessors.deregister("html_block")
        md.preprocessors.register(BlankLines(md), "blank_lines", 22)  # after fenced_code's 25
        math = InlineArithmatexPattern(
            INLINE_MATH, {"generic": True, "tex_inline_wrap": ["", ""], "inline_tag": "span"}
        )
        md.inlinePatterns.register(math, "arithmatex-inline", 189.9)
        html = Html(md.inlinePatterns["html"].pattern, md, self.allowed)
        md.inlinePatterns.register(html, "html", 90)
        md.treeprocessors.register(Page(md), "page", 12)  # after inline's 20 and footnotes' 15
