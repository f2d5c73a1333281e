"""What a post's file says: the fields that reading fills and writing turns into text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from papers import kinds, languages

MAX_TITLE_CHARS = 200

KNOWN_KEYS = ("title", "date", "tags")
"""The front matter keys that are fields of the post."""

LANGUAGE_KEYS = ("lang", "language", "locale")
"""The front matter keys that name the language of the post."""

GISTS = "gists"
"""The front matter key for the gists of the papers: a mapping of arXiv ids to lines."""

LISTING_DATE = "listing_date"
"""The front matter key for the listing day of a post that went public days later."""


def usual_heading(kind: str) -> str:
    """Return a file's heading for a kind, unless the post's language has a different one."""
    return kinds.of(kind).heading(languages.ENGLISH)


class FileRefused(ValueError):
    """The file cannot be imported. The text is ``FILE: line N: reason``, fit to be shown."""


class Fault(ValueError):
    """Why a paper or a whole file is refused, and on which line.

    For a whole file `read` raises it as FileRefused.
    """

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


@dataclass(frozen=True, slots=True)
class Refusal:
    """One paper of a file that was left out. The other papers were read."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something in a file that was not read as it is written there."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class SectionItem:
    """One part of a paper's summary.

    ``heading`` is as written, and empty if it is the usual one of ``kind``.
    ``markdown`` has no white space at line ends and no blank line around it.
    """

    kind: str
    heading: str = ""
    markdown: str = ""
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class PaperItem:
    """One paper of a post.

    Abstract, upvotes and organization are written where the form of the file has a place for them.
    """

    arxiv_id: str
    title: str
    raw_title: str = ""
    sections: tuple[SectionItem, ...] = ()
    gist: str = ""
    abstract: str = ""
    upvotes: int | None = None
    organization: str = ""
    note: str = ""
    line: int = field(default=0, compare=False)

    @property
    def missing_kinds(self) -> tuple[str, ...]:
        """The expected kinds of section that the paper has no text of. Empty if it is complete."""
        written = {section.kind for section in self.sections if section.markdown}
        return tuple(row.name for row in kinds.expected() if row.name not in written)


@dataclass(frozen=True, slots=True)
class Document:
    """One post.

    ``day`` is the listing day, from the file's name. ``published_at`` is aware, to the second, in
    the time zone of the site. ``front_matter`` has every key in the order of the file. The keys of
    `KNOWN_KEYS` have None, because their values are fields here. A mapping of `GISTS` is empty for
    the same reason. The others have plain values (str, int, float, bool, None, list, dict).

    ``layout`` is a name of `layouts.names`. ``form`` says how the values stood in the file's body,
    and is empty for a file that is just as its layout writes it. ``remainder`` is the bytes of the
    body that only the form holds. ``images`` are addresses of images left out of the texts.

    ``written_slug`` is the slug in the file's name, and empty if it is ``slug``. ``folders`` are
    the categories of its path. ``is_public`` is false if the old blog did not show the post.
    ``language`` is the site's code for the file's ``lang``, or None if it has none or the site
    does not have that language.
    """

    day: date
    slug: str
    title: str
    published_at: datetime
    tags: tuple[str, ...] = ()
    front_matter: tuple[tuple[str, object], ...] = ()
    intro: str = ""
    papers: tuple[PaperItem, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    notices: tuple[Notice, ...] = ()
    layout: str = "seed"
    form: Mapping[str, object] = field(default_factory=dict)
    remainder: int = field(default=0, compare=False)
    images: tuple[str, ...] = ()
    written_slug: str = ""
    folders: tuple[str, ...] = ()
    is_public: bool = True
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file has below its front matter. `Document` says what each field is."""

    intro: str
    papers: tuple[PaperItem, ...]
    refusals: tuple[Refusal, ...]
    notices: tuple[Notice, ...]
    layout: str
    form: Mapping[str, object]
    remainder: int
    images: tuple[str, ...]
