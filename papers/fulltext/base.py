"""What a parser of a paper's file returns, and how it fails."""

from enum import StrEnum
from typing import Any, NamedTuple


class ParseFailed(Exception):
    """A file gave no usable text. `str()` says what is wrong ("has 1200 pages, limit 1000")."""


class Kind(StrEnum):
    """The role of a part, as its heading tells it."""

    ABSTRACT = "abstract"
    INTRODUCTION = "introduction"
    RELATED = "related"
    METHOD = "method"
    RESULTS = "results"
    DISCUSSION = "discussion"
    LIMITATIONS = "limitations"
    CONCLUSION = "conclusion"
    APPENDIX = "appendix"
    OTHER = "other"


class Part(NamedTuple):
    """One section of a paper with its subsections. All text is clean."""

    kind: Kind
    heading: str
    """As the paper writes it, without its number; "" if it has none."""
    text: str
    """One line for each paragraph, caption, table row or inner heading.

    TeX stands between `$` signs. A `$` may also be money.
    """


READER = 2
"""Raise it when the same file gives another text. Texts read by an older version stay as they are:
what was quoted from them stands where it stood."""
FORMATS = ("html", "pdf", "md")
GENERATOR_LENGTH = 80  # characters
GAP_LENGTH = 200  # characters


class Text(NamedTuple):
    """A paper's text in its own order, without authors, references and page furniture."""

    parts: tuple[Part, ...]
    format: str
    """One of FORMATS."""
    generator: str = ""
    """The program that made the file, as the file says ("LaTeXML 0.8.8"); "" if it says none."""
    gap: str = ""
    """The sign that this is not the whole paper ("goes from section 2 to 5"); "" if there is none.
    """

    def as_json(self) -> dict[str, Any]:
        return self._asdict() | {"parts": [part._asdict() for part in self.parts]}

    @classmethod
    def from_json(cls, data: Any) -> "Text":
        """Return the inverse of `as_json`. Raises ValueError for any other data."""
        try:
            parts = [(part["kind"], part["heading"], part["text"]) for part in data["parts"]]
            text_format = data["format"]
            told = data.get("generator", ""), data.get("gap", "")
        except (KeyError, TypeError, AttributeError):
            raise ValueError("not a paper's text") from None
        if text_format not in FORMATS or not all(
            isinstance(value, str) for values in (*parts, told) for value in values
        ):
            raise ValueError("not a paper's text")
        read = tuple(Part(Kind(kind), heading, text) for kind, heading, text in parts)
        return cls(read, text_format, told[0][:GENERATOR_LENGTH], told[1][:GAP_LENGTH])


def require_text(text: Text) -> Text:
    """Return the text if it has more than an abstract. Raises ParseFailed otherwise."""
    if all(part.kind == Kind.ABSTRACT for part in text.parts):
        raise ParseFailed("holds no text beyond an abstract")
    return text
