"""Turns a PDF's pages into lines without page furniture, with the looks that mark a heading."""

import ctypes
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import pypdfium2  # type: ignore[import-untyped]
from pypdfium2 import raw

from papers.fulltext.base import GENERATOR_LENGTH, ParseFailed
from papers.text.cleaning import fold

PAGES = 1_000  # limit; a thesis has 300
MARGIN = 0.1  # of a page's height, at its top and at its bottom
LEAD = 100  # characters at the start of a line that are checked for bold

# Weights are often missing, and Computer Modern's bold weights are wrong. Font names tell better.
_BOLD = re.compile(r"bold|black|heavy|medi|demi|CMBX|CMB\d|SFBX|LinBiolinumTB|LinLibertineTB", re.I)
_STAMP = re.compile(r"arXiv:\S{9,20}\s+\[[\w.-]+\]\s+\d{1,2} \w{3} \d{4}")
_PAGE_NUMBER = re.compile(
    r"[\W_]{0,3}(?:page\s+)?\d{1,4}(?:\s*(?:/|of)\s*\d{1,4})?[\W_]{0,3}", re.I
)
_NOTICE = re.compile(
    r"\d+(?:st|nd|rd|th) [\w ]{0,60}?(?:Conference|Workshop|Symposium) |Proceedings of |Preprint\b"
    r"|Published as |Under review\b|Accepted (?:at|to|by) |Copyright |©",
    re.I,
)


_CONTACT = re.compile(
    r"[∗*†‡§¶\d]{0,3}\s*(?:(?:Electronic address|E-?mail|Corresponding author)\b|\S+@\S+\.)", re.I
)


class Line(NamedTuple):
    """A line of the text layer. A line that ends in a hyphen also holds the next line."""

    text: str
    lead: str
    """The bold beginning of the line: "", a part of it, or all of it."""
    font: str
    size: float
    """In the font's own units: compare it only within a file. It is 1.0 if a file scales text."""
    left: float
    """In points."""
    height: float
    """Height of its first character above the foot of the page, as a share of the page's height."""
    foot: float
    """The same for its last character."""
    right: float = 0.0
    """Where its last character begins, in points."""


class Told(NamedTuple):
    """What a PDF says of itself."""

    generator: str
    gap: str


def read_lines(data: bytes) -> tuple[list[Line], Told]:
    """Return the lines of all pages. Raises ParseFailed for no PDF, a too long or locked one."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise ParseFailed(f"cannot be opened as a PDF: {error}") from error
    if len(document) > PAGES:
        raise ParseFailed(f"has {len(document)} pages, limit {PAGES}")
    broken: list[int] = []
    pages = list(_pages(document, broken))
    gap = f"has pages that cannot be read, the first is {broken[0]}" if broken else ""
    lines = [line for page in _without_furniture(pages) for line in page]
    return lines, Told(_generator(document), gap)


def _generator(document: pypdfium2.PdfDocument) -> str:
    return fold(document.get_metadata_value("Producer")[:1000])[:GENERATOR_LENGTH].strip()


def _pages(document: pypdfium2.PdfDocument, broken: list[int]) -> Iterator[list[Line]]:
    """Yield the lines of each page. A broken page does not stop the others, and is noted."""
    for number in range(len(document)):
        try:
            page = document[number]
            text = page.get_textpage()
        except pypdfium2.PdfiumError:
            broken.append(number + 1)
            continue
        _, bottom, _, top = page.get_cropbox()
        yield list(_lines(text.raw, bottom, max(top - bottom, 1.0)))
        text.close()
        page.close()


def _lines(page: ctypes.c_void_p, bottom: float, height: float) -> Iterator[Line]:
    # Read character by character: the page's text as a whole counts some characters differently.
    count = max(raw.FPDFText_CountChars(page), 0)
    codes = (raw.FPDFText_GetUnicode(page, at) for at in range(count))
    text = "".join(chr(min(code, sys.maxunicode)) for code in codes)
    for found in re.finditer(r"[^\r\n]*[^\s\0][^\r\n]*", text):
        line = found[0].strip()
        at = found.start() + found[0].index(line)
        x, y = _origin(page, at)
        right, foot = _origin(page, at + len(line) - 1)
        lead = _bold_lead(page, line, at) if _is_bold(page, at) else ""
        size = raw.FPDFText_GetFontSize(page, at)
        heights = (y - bottom) / height, (foot - bottom) / height
        yield Line(line, lead, _font(page, at), size, x, *heights, right)


def _origin(page: ctypes.c_void_p, at: int) -> tuple[float, float]:
    x, y = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(page, at, x, y)
    return x.value, y.value


def _bold_lead(page: ctypes.c_void_p, line: str, start: int) -> str:
    for length, char in enumerate(line[:LEAD]):
        if not char.isspace() and not _is_bold(page, start + length):
            return line[:length].rstrip()
    return line


def _is_bold(page: ctypes.c_void_p, at: int) -> bool:
    return raw.FPDFText_GetFontWeight(page, at) >= 600 or bool(_BOLD.search(_font(page, at)))


def _font(page: ctypes.c_void_p, at: int) -> str:
    name = ctypes.create_string_buffer(64)
    raw.FPDFText_GetFontInfo(page, at, name, len(name), ctypes.c_int())
    return name.value.decode("latin-1")


def _without_furniture(pages: Iterable[list[Line]]) -> Iterator[list[Line]]:
    """Drop arXiv's stamp, page numbers, contacts, publisher's notices and running heads."""
    pages = list(pages)
    seen = Counter(shape for page in pages for shape in {_shape(line) for line in page} if shape)
    for page in pages:
        yield [
            line
            for line in page
            if not _STAMP.match(line.text)
            and not _CONTACT.match(line.text)
            and not (_in_margin(line) and _PAGE_NUMBER.fullmatch(line.text))
            and not (_in_margin(line) and _NOTICE.match(line.text))
            and seen[_shape(line)] < 2
        ]


def _in_margin(line: Line) -> bool:
    return not MARGIN < line.height < 1 - MARGIN


def _shape(line: Line) -> str:
    """Return what stays the same on each page of a running head, or "" for any other line."""
    return re.sub(r"\d+", "#", line.text) if _in_margin(line) and len(line.text) > 3 else ""
