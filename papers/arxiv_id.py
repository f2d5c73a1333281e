"""arXiv identifiers. Every spelling of an id becomes one value, without its version.

The rules are those of info.arxiv.org/help/arxiv_identifier.html: ``YYMM.NNNN`` from April 2007 to
December 2014, ``YYMM.NNNNN`` since then, ``archive/YYMMNNN`` before. A subject class (``math.GT``)
and a version (``v2``) belong to the spelling, not to the id.
"""

import re
from collections.abc import Iterator
from datetime import date
from reprlib import Repr

from django.conf import settings

from papers.languages import ENGLISH

# The archives that gave out old-style ids. Their list has been closed since March 2007.
_ARCHIVES = (
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas"
    "|cond-mat|cs|dg-ga|funct-an|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math-ph|math|mtrl-th|nlin"
    "|nucl-ex|nucl-th|patt-sol|physics|plasm-ph|q-alg|q-bio|quant-ph|solv-int|supr-con"
)
_MONTH = "(?:0[1-9]|1[0-2])"
_NEW = (
    rf"(?:07(?:0[4-9]|1[0-2])|(?:0[89]|1[0-4]){_MONTH})\.[0-9]{{4}}"
    rf"|(?:1[5-9]|[2-9][0-9]){_MONTH}\.[0-9]{{5}}"
)
_OLD_NUMBER = rf"(?:(?:9[1-9]|0[0-6]){_MONTH}|070[1-3])[0-9]{{3}}"
_SUBJECT_CLASS = r"\.[a-z]{2,6}(?:-[a-z]{2,6})?"  # .GT, .str-el

PATTERN = rf"(?:{_NEW}|(?:{_ARCHIVES})/{_OLD_NUMBER})"
"""Regular expression for a canonical id, without a group, so a Django path converter can use it."""

_PREFIX = r"""
    arxiv:\s*
    | (?:https?://)?(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|ps|html|format|src|e-print)/
    | (?:https?://)?(?:www\.)?ar5iv\.(?:labs\.arxiv\.)?org/(?:(?:abs|html|pdf)/)?
    | (?:https?://)?(?:www\.)?alphaxiv\.org/(?:[a-z]{2}(?:-[a-z]+)?/)?(?:overview|abs|pdf|html)/
    | (?:https?://)?(?:www\.)?(?:huggingface\.co|hf\.co)/papers/
    | (?:https?://)?(?:www\.|api\.)?semanticscholar\.org/(?:graph/v1/paper/)?arxiv[:/]
    | (?:https?://)?(?:www\.)?scirate\.com/arxiv/
    | (?:(?:https?://)?(?:dx\.)?doi\.org/|doi:\s*)?10\.48550/arxiv\.
"""
_SPELLING = re.compile(
    rf"""\s*(?:{_PREFIX})?
    (?: (?P<new>{_NEW})
      | (?P<archive>{_ARCHIVES})(?:{_SUBJECT_CLASS})?/(?P<number>{_OLD_NUMBER}) )
    (?:v[1-9][0-9]{{0,3}})?(?:\.pdf)?/?(?:[?\#][!-~]*)?\s*""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_IN_TEXT = re.compile(
    rf"""(?<![\w@/.-])(?:{_PREFIX} | arxiv\ )
    (?: (?P<new>{_NEW})
      | (?P<archive>{_ARCHIVES})(?:{_SUBJECT_CLASS})?/(?P<number>{_OLD_NUMBER}) )
    (?![0-9])(?P<rest>(?:v[1-9][0-9]{{0,3}})?(?:\.pdf)?/?)""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_LONGEST = 300  # characters; no paper's address comes near it

_shown = Repr()
_shown.maxstring = _shown.maxother = 80


class InvalidArxivId(ValueError):
    """The text names no arXiv paper. The message shows it escaped and cut."""

    def __init__(self, text: object) -> None:
        super().__init__(f"{_shown.repr(text)} is not an arXiv id")


def parse(text: object) -> str:
    """Return the canonical id in ``text``: an id or an arXiv, alphaXiv, DOI or Hugging Face link.

    Raises InvalidArxivId for everything else, text or not.
    """
    match = _SPELLING.fullmatch(text) if isinstance(text, str) and len(text) <= _LONGEST else None
    if match is None:
        raise InvalidArxivId(text)
    return _canonical(match)


def found(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield each id that a text names with an address, ``arXiv:`` or ``arXiv``, in order.

    The numbers are where the whole mention begins and ends, from its prefix to its version. Digits
    alone are no id here: a text may mean an amount by them.
    """
    for match in _IN_TEXT.finditer(text):
        yield match.start(), match.end(), _canonical(match)


def _canonical(match: re.Match[str]) -> str:
    return match["new"] or f"{match['archive'].lower()}/{match['number']}"


def abs_url(arxiv_id: str) -> str:
    """Return the paper's abstract page at arXiv. It always shows the newest version."""
    return f"{settings.ARXIV_URL}/abs/{arxiv_id}"


def pdf_url(arxiv_id: str) -> str:
    """Return the newest version of the paper as arXiv's PDF."""
    return f"{settings.ARXIV_URL}/pdf/{arxiv_id}"


def doi_of(arxiv_id: str) -> str:
    """Return the DOI that arXiv gives to each of its papers."""
    return f"10.48550/arXiv.{arxiv_id}"


def month_of(arxiv_id: str) -> date:
    """Return the first day of the month in which arXiv gave out an id, which begins with it.

    An id with a month that is none counts as January's, because a row may hold one.
    """
    digits = arxiv_id.rpartition("/")[2]
    year, month = int(digits[:2]), int(digits[2:4])
    century = 1900 if "/" in arxiv_id and year > 90 else 2000
    return date(century + year, month if 1 <= month <= 12 else 1, 1)


def alphaxiv_url(arxiv_id: str, language: str) -> str:
    """Return the paper's overview at alphaXiv, in the language of the page that links to it."""
    prefix = "" if language == ENGLISH else f"/{language}"
    return f"{settings.ALPHAXIV_URL}{prefix}/overview/{arxiv_id}"


def huggingface_url(arxiv_id: str) -> str:
    """Return the paper's page at Hugging Face."""
    return f"{settings.HUGGINGFACE_URL}/papers/{arxiv_id}"
