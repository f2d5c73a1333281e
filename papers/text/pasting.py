"""Turns HTML that was pasted into the Markdown that its writer would have typed.

Word, Google Docs, Notion, pages with formulas and chats each write HTML of their own. What only
they understand goes; structure, emphasis, links, tables and the TeX of formulas stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import nh3
from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString
from markdownify import ATX, MarkdownConverter

from papers.text.cleaning import clean

MAX_HTML = 1_000_000
"""Characters. Word says much about little."""

MAX_DEPTH = 100
_TAG = re.compile(r"<(/?)(\w+)")
_NESTED = ("ul", "ol", "table", "div", "span", "blockquote", "UL", "OL", "TABLE", "DIV")
_VOID = {"br", "hr", "img"}
_KEPT = {
    *("a", "b", "blockquote", "br", "code", "del", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6"),
    *("hr", "i", "img", "li", "ol", "p", "pre", "s", "span", "strike", "strong", "sub", "sup"),
    *("table", "tbody", "td", "th", "thead", "tr", "ul", "math", "semantics", "annotation", "mrow"),
    *("mi", "mo", "mn", "mtext", "msub", "msup", "msubsup", "mfrac", "msqrt"),
}
_CLEANER = nh3.Cleaner(
    tags=_KEPT,
    clean_content_tags={"script", "style", "title", "button", "annotation-xml"},
    attributes={
        "*": {"class", "style"},
        "a": {"href"},
        "annotation": {"encoding"},
        "img": {"alt"},
        "math": {"alttext", "display"},
        "ol": {"start"},
        "td": {"colspan"},
        "th": {"colspan"},
    },
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    link_rel=None,
)
_STYLES = {
    "strong": re.compile(r"font-weight:\s*(?:bold|[6-9]00)"),
    "em": re.compile(r"font-style:\s*italic"),
    "del": re.compile(r"text-decoration[\w-]*:[^;]*line-through"),
}
_NOT_BOLD = re.compile(r"font-weight:\s*(?:normal|[1-4]00)")
_WORD_LIST = re.compile(r"mso-list:\s*l\d+ level(\d+)")
_WORD_NUMBER = re.compile(r"\(?\w{1,4}[.)]")
_TEX_COMMENT = re.compile(r"(?<!\\)%\n")
_BLOCK_SIGN = re.compile(r"^(?=(?:#{1,6}|[-+])(?: |$)|>)")
_BLOCK_NUMBER = re.compile(r"^(\d{1,9})(?=[.)](?: |$))")
_LANGUAGE = re.compile(r"\blanguage-([\w+#.-]{1,30})")
_BLANK_LINES = re.compile(r"\n{3,}")


class PasteRefused(ValueError):
    """What was pasted is too long, or too deep to be read."""


@dataclass(frozen=True, slots=True)
class Pasted:
    """Markdown, and how many pictures were left out."""

    markdown: str
    pictures: int


def markdown(html: str) -> Pasted:
    """Return what was pasted as Markdown."""
    if len(html) > MAX_HTML or any(_left_open(html, tag) > MAX_DEPTH for tag in _NESTED):
        raise PasteRefused
    soup = BeautifulSoup(_not_too_deep(_CLEANER.clean(clean(html))), "html.parser")
    for step in _STEPS:
        step(soup)
    pictures = [each.extract() for each in soup.find_all("img")]
    text = _Converter(
        heading_style=ATX, bullets="-", table_infer_header=True, code_language_callback=_language
    ).convert_soup(soup)
    lines = (line.rstrip() for line in clean(text).replace("\xa0", " ").split("\n"))
    return Pasted(_BLANK_LINES.sub("\n\n", "\n".join(lines)).strip(), len(pictures))


def _left_open(html: str, tag: str) -> int:
    """Return how many tags are not closed. The cleaner takes long where they nest deeply."""
    return html.count(f"<{tag}") - html.count(f"</{tag}")


def _not_too_deep(html: str) -> str:
    """Return HTML that can be walked. The cleaner has closed each of its tags."""
    depth = 0
    for tag in _TAG.finditer(html):
        depth += -1 if tag[1] else tag[2] not in _VOID
        if depth > MAX_DEPTH:
            raise PasteRefused
    return html


class _Converter(MarkdownConverter):
    """Writes Markdown as editors do: it escapes only what would be read as markup."""

    def convert_tex(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        tex = el.get_text()
        if "td" in parent_tags or "th" in parent_tags:
            return f"${tex.replace('|', chr(92) + 'vert{}')}$"
        if el.get("display") and "_inline" not in parent_tags:
            return f"\n\n$$\n{tex}\n$$\n\n"
        return f"${tex}$"

    def convert_p(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        text = _BLOCK_NUMBER.sub(r"\1\\", _BLOCK_SIGN.sub(r"\\", text.lstrip()))
        return str(super().convert_p(el, text, parent_tags))  # type: ignore[misc]

    def escape(self, text: str, parent_tags: set[str]) -> str:
        text = re.sub(r"[*`]|(?<!\w)_|_(?!\w)", r"\\\g<0>", text or "")
        return re.sub(r"<(?=[A-Za-z/!?])", "&lt;", text)

    def convert_sub(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return f"<sub>{text}</sub>" if text.strip() else text

    def convert_sup(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return f"<sup>{text}</sup>" if text.strip() else text


# --- Formulas -------------------------------------------------------------------------------------
def _read_formulas(soup: BeautifulSoup) -> None:
    for table in soup.select("table.ltx_eqn_table, table.ltx_equation"):
        _keep_only(table, table.find_all("math"))
    for shown in soup.select(".katex-display, .katex"):
        math = shown.find("math") if not shown.decomposed else None
        if isinstance(math, Tag) and _tex_of(math):
            shown_whole = "katex-display" in (shown.get("class") or ())
            _write_formula(soup, shown, _tex_of(math), in_lines=shown_whole or _is_block(math))
    for math in soup.find_all("math"):
        if tex := _tex_of(math):
            _write_formula(soup, math, tex, in_lines=_is_block(math))
    for image in soup.select("img[class*=math], img[class*=tex], img[class*=latex]"):
        if tex := str(image.get("alt") or "").strip("$ "):
            _write_formula(soup, image, tex, in_lines=False)


def _is_block(math: Tag) -> bool:
    return math.get("display") == "block"


def _tex_of(math: Tag) -> str:
    annotation = math.find("annotation", encoding="application/x-tex")
    tex = annotation.get_text() if annotation else str(math.get("alttext") or "")
    return " ".join(_TEX_COMMENT.sub("", tex).split())


def _write_formula(soup: BeautifulSoup, place: Tag, tex: str, *, in_lines: bool) -> None:
    formula = soup.new_tag("tex", attrs={"display": "block"} if in_lines else {})
    formula.string = tex
    place.replace_with(formula)
    place.decompose()


def _keep_only(place: Tag, kept: Any) -> None:
    for each in kept:
        place.insert_before(each.extract())
    place.decompose()


# --- Lists, code, styles, links -------------------------------------------------------------------
def _read_lists_of_word(soup: BeautifulSoup) -> None:
    """Make lists of Word's paragraphs, which say their level and begin with their sign."""
    lists: list[Tag] = []  # The open lists, one a level.
    last: Tag | None = None
    for item in soup.find_all("p", style=_WORD_LIST):
        level = min(_level(item), len(lists) + 1 if _follows(item, last) else 1)
        lists = lists[:level] if _follows(item, last) else []
        numbered = _take_sign(item)
        last = item
        if len(lists) < level:
            lists.append(_begin_list(soup, item, lists, numbered=numbered))
        item.name = "li"
        marker = soup.new_tag("i", attrs={"class": "place"})
        item.insert_before(marker)
        lists[-1].append(item.extract())
        last = marker if lists[0].parent is None else lists[0]
        marker.extract()


def _level(item: Tag) -> int:
    found = _WORD_LIST.search(str(item["style"]))
    return int(found[1]) if found else 1


def _follows(item: Tag, last: Tag | None) -> bool:
    before = item.find_previous_sibling()
    between = item.previous_sibling
    is_text_between = isinstance(between, NavigableString) and bool(between.strip())
    return last is not None and before is last and not is_text_between


def _take_sign(item: Tag) -> bool:
    """Remove the sign of a list's paragraph. Return whether it is a number."""
    sign = item.find("span", style=re.compile("mso-list:\\s*Ignore"))
    text = sign.get_text(strip=True) if isinstance(sign, Tag) else ""
    if isinstance(sign, Tag):
        sign.decompose()
    return bool(_WORD_NUMBER.fullmatch(text)) and text != "o"


def _begin_list(soup: BeautifulSoup, item: Tag, lists: list[Tag], *, numbered: bool) -> Tag:
    made = soup.new_tag("ol" if numbered else "ul")
    parents = lists[-1].find_all("li", recursive=False) if lists else []
    if parents:
        parents[-1].append(made)
    else:
        item.insert_before(made)
    return made


def _read_lists(soup: BeautifulSoup) -> None:
    """Put lists into the items that they are under, and let an item be no paragraph."""
    for inner in soup.select("ul > ul, ul > ol, ol > ul, ol > ol"):
        before = inner.find_previous_sibling("li")
        if isinstance(before, Tag):
            before.append(inner.extract())
    for item in soup.find_all("li"):
        paragraphs = item.find_all("p", recursive=False)
        if len(paragraphs) == 1:
            paragraphs[0].unwrap()


def _read_code(soup: BeautifulSoup) -> None:
    """Keep of a block of code the code alone, without its buttons."""
    for block in soup.find_all("pre"):
        code = block.find("code")
        if isinstance(code, Tag):
            block["class"] = " ".join(code.get("class") or ())
            block.string = code.get_text()


def _language(block: Tag) -> str:
    found = _LANGUAGE.search(str(block.get("class") or ""))
    return found[1] if found else ""


def _read_styles(soup: BeautifulSoup) -> None:
    for each in _styled(soup):
        style = str(each["style"])
        if each.name in {"b", "strong"} and _NOT_BOLD.search(style):
            each.unwrap()  # Google Docs wraps all that it copies so.
        elif each.name == "span" and each.get_text(strip=True):
            for tag, written in _STYLES.items():
                if written.search(style):
                    each.wrap(soup.new_tag(tag))


def _styled(soup: BeautifulSoup) -> Iterator[Tag]:
    yield from soup.find_all(["b", "strong", "span"], style=True)


def _read_links(soup: BeautifulSoup) -> None:
    for link in soup.find_all("a"):
        address = _address(str(link.get("href") or ""))
        is_within_its_page = "ltx_ref" in (link.get("class") or ()) and "#" in address
        if not address or is_within_its_page or not link.get_text(strip=True):
            link.unwrap()
        else:
            link["href"] = address


def _address(href: str) -> str:
    """Return where a link leads. Google's documents lead there by way of Google."""
    try:
        parts = urlsplit(href)
    except ValueError:
        return ""
    if parts.netloc == "www.google.com" and parts.path == "/url":
        return parse_qs(parts.query).get("q", [href])[0]
    return href


_STEPS = (
    _read_formulas,
    _read_lists_of_word,
    _read_lists,
    _read_code,
    _read_styles,
    _read_links,
)
