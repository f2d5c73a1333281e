"""Path converters: what may stand in a URL."""

from unicodedata import normalize

from papers import arxiv_id


class FourDigits:
    """A year, kept as text. Django's date views parse it, and respond with 404 if it is invalid."""

    regex = "[0-9]{4}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class TwoDigits(FourDigits):
    """A month or a day, kept as text like a year."""

    regex = "[0-9]{2}"


class UnicodeSlug(FourDigits):
    """A slug in any script, so that Korean tags have readable URLs. NFD finds what NFC does."""

    regex = r"[-\w]{1,300}"  # In NFD a syllable of Hangul may be three letters.

    def to_python(self, value: str) -> str:
        return normalize("NFC", value)


class TagName(UnicodeSlug):
    """A tag in any spelling: its slug or its name, with spaces and signs, in any case."""

    regex = r"[^/\x00-\x1f]{1,300}"


class ArxivId(FourDigits):
    """A canonical arXiv id. Old-style ids have a slash."""

    regex = arxiv_id.PATTERN


class Spelling(FourDigits):
    """Any other spelling of an arXiv id."""

    regex = ".+"

    def to_python(self, value: str) -> str:
        try:
            return arxiv_id.parse(value)
        except arxiv_id.InvalidArxivId as error:
            raise ValueError(value) from error


class CitationForm(FourDigits):
    """The format of a file of citations (`views.citations.FORMS`)."""

    regex = "bib|ris"


class PageNumber(FourDigits):
    """The number of a page of a list. The first one has the list's own address."""

    regex = "[1-9][0-9]{0,5}"


class Weeks(FourDigits):
    """How many weeks trends are of (`views.trends.RANGES`)."""

    regex = "4|12|26|52"
