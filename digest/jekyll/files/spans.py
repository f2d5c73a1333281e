"""The text of a paper in a file as spans: what a field holds, and the literal text between."""

from dataclasses import dataclass

NUMBER, TITLE, ID = "number", "title", "id"
UPVOTES, ORGANIZATION, ABSTRACT = "upvotes", "organization", "abstract"
NOTE, SECTION = "note", "section"
OVERVIEW = "overview"
"""The paper's page at alphaXiv, which follows from the id and the language of the post."""


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text. If a field holds it, ``name`` is the field's name.

    ``text`` is the piece as it stands in the file, and ``value`` what it says. ``before`` and
    ``after`` stand and fall with it: a label, a heading. ``indent`` is the number of spaces before
    each line of the text but the first. An unknown section's ``heading`` is a value too. It stands
    between ``before`` and ``middle``, or ``column`` is the heading and stands above a table.
    """

    text: str
    name: str = ""
    value: str = ""
    before: str = ""
    after: str = ""
    indent: int = 0
    kind: str = ""
    heading: str = ""
    middle: str = ""
    column: str = ""

    @property
    def source(self) -> str:
        """Return all that stands in the file."""
        return f"{self.before}{self.heading}{self.middle}{self.text}{self.after}"
