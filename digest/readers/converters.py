"""What may stand in an address, as path converters."""

from unicodedata import normalize

from papers import arxiv_id


class FourDigits:
    """A year, kept as text: Django's date views parse it and answer 404 for an impossible one."""

    regex = "[0-9]{4}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class TwoDigits(FourDigits):
    """A month or a day, kept as text like the year."""

    regex = "[0-9]{2}"


class UnicodeSlug(FourDigits):
    """A slug in any script: Korean tags have readable addresses."""

    regex = r"[-\w]{1,100}"


class TagSlug(FourDigits):
    """The slug of a tag, which is stored in NFC, in either form of Unicode."""

    regex = r"[-\w]{1,300}"  # A syllable of Hangul may be three letters.

    def to_python(self, value: str) -> str:
        return normalize("NFC", value)


class ArxivId(FourDigits):
    """A canonical arXiv id, old ones with their slash."""

    regex = arxiv_id.PATTERN
