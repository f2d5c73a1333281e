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


class Text(NamedTuple):
    """A paper's text in its own order, without authors, references and page furniture."""

    parts: tuple[Part, ...]
    format: str
    """ "html" or "pdf"."""

    def as_json(self) -> dict[str, Any]:
        return {"format": self.format, "parts": [part._asdict() for part in self.parts]}

    @classmethod
    def from_json(cls, data: Any) -> "Text":
        """Return the inverse of `as_json`. Raises ValueError for any other data."""
        try:
            parts = [(part["kind"], part["heading"], part["text"]) for part in data["parts"]]
            text_format = data["format"]
        except (KeyError, TypeError):
            raise ValueError("not a paper's text") from None
        if text_format not in ("html", "pdf") or not all(
            isinstance(value, str) for part in parts for value in part
        ):
            raise ValueError("not a paper's text")
        return cls(
            tuple(Part(Kind(kind), heading, text) for kind, heading, text in parts), text_format
        )


def require_text(text: Text) -> Text:
    """Return the text if it has more than an abstract. Raises ParseFailed otherwise."""
    if all(part.kind == Kind.ABSTRACT for part in text.parts):
        raise ParseFailed("holds no text beyond an abstract")
    return text
