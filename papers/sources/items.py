"""Reads the items of a response one by one. A bad item is refused, and the rest is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any, Generic, Protocol, Self, TypeVar

from papers import arxiv_id
from papers.sources.errors import SourceError
from papers.text.cleaning import clean, fold

TITLE_LIMIT = 500  # characters
ABSTRACT_LIMIT = 20_000  # characters
STORED_LIMIT = 2_000  # characters of each text of a stored remark; no remark of ours is longer
_JSON_NAMES = {dict: "object", list: "list", str: "string", bool: "boolean", type(None): "null"}


def json_name(value: object) -> str:
    """Return what JSON calls a value of this type."""
    return _JSON_NAMES.get(type(value), "number")


@dataclass(frozen=True, slots=True)
class Remark:
    """Something odd about one item: why it was refused, or what was left out of it."""

    position: int
    """Position of the item in the response, from 1; 0 if the remark is not about one item."""
    arxiv_id: str | None
    field: str
    """The field's name at the source, or "" if the remark is about the whole item."""
    reason: str

    def __str__(self) -> str:
        if not self.position:
            return self.reason
        item = f"item {self.position}" + (f" ({self.arxiv_id})" if self.arxiv_id else "")
        return f"{item}: {self.field}: {self.reason}" if self.field else f"{item} {self.reason}"

    @property
    def is_of_a_part(self) -> bool:
        """Whether it is about a part of the source, as a category's feed, and not about an item."""
        return bool(self.field) and not self.position and self.arxiv_id is None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Return the inverse of `as_json`. Any other data becomes the reason, so pages show it."""
        match data:
            case {
                "position": int(position),
                "arxiv_id": str() | None as known,
                "field": str(field),
                "reason": str(reason),
            }:
                known = known and known[:STORED_LIMIT]
                return cls(position, known, field[:STORED_LIMIT], reason[:STORED_LIMIT])
        return cls(0, None, "", str(data)[:STORED_LIMIT])


class ItemRefused(Exception):
    """Ends the reading of one item. The other items are still read."""

    def __init__(self, remark: Remark) -> None:
        super().__init__(remark)
        self.remark = remark


class Identified(Protocol):
    """What an item becomes. It has at least an arXiv id."""

    @property
    def arxiv_id(self) -> str: ...


Item = TypeVar("Item", bound=Identified)


@dataclass(frozen=True, slots=True)
class Reading(Generic[Item]):
    """The items of a response. Each is a paper, a refusal or (for a repeated id) a notice."""

    papers: tuple[Item, ...]
    refusals: tuple[Remark, ...]
    notices: tuple[Remark, ...]


def read_items(items: Iterable[Any], read: Callable[[ItemReader, Any], Item]) -> Reading[Item]:
    """Return what `read` makes of each item, as `read_each` does.

    Raises SourceError if every item is refused.
    """
    reading = read_each(items, read)
    if reading.refusals and not reading.papers:
        count, first = len(reading.refusals), reading.refusals[0]
        raise SourceError(f"every item refused ({count}); the first: {first}")
    return reading


def read_each(items: Iterable[Any], read: Callable[[ItemReader, Any], Item]) -> Reading[Item]:
    """Return what `read` makes of each item.

    A bad item is refused and the rest is kept. If an id comes twice, the first item counts.
    """
    papers: dict[str, Item] = {}
    places: dict[str, int] = {}
    refusals: list[Remark] = []
    notices: list[Remark] = []
    for position, item in enumerate(items, start=1):
        reader = ItemReader(position)
        try:
            paper = read(reader, item)
        except ItemRefused as refused:
            refusals.append(refused.remark)
            continue
        first = places.setdefault(paper.arxiv_id, position)
        if first != position:
            reader.note(reader.id_field, f"listed before as item {first}, which counts")
        papers.setdefault(paper.arxiv_id, paper)
        notices += reader.notices
    return Reading(tuple(papers.values()), tuple(refusals), tuple(notices))


def require_list(data: object) -> list[Any]:
    """Return the data of a response if it is a list. Raises SourceError otherwise."""
    if isinstance(data, list):
        return data
    raise SourceError(f"expected a list, got {json_name(data)}")


class ItemReader:
    """Reads one item of a response and notes what is odd about it.

    It names the fields as the source does. Its methods raise ItemRefused.
    """

    def __init__(self, position: int) -> None:
        self.position = position
        self.arxiv_id: str | None = None
        self.id_field = ""
        self.notices: list[Remark] = []

    def note(self, field: str, reason: str) -> None:
        """Note for an editor that something was left out, or was odd and kept."""
        self.notices.append(Remark(self.position, self.arxiv_id, field, reason))

    def refused(self, field: str, reason: str) -> ItemRefused:
        """Return the error that refuses this item."""
        return ItemRefused(Remark(self.position, self.arxiv_id, field, reason))

    def as_object(self, item: object) -> dict[str, Any]:
        """Return the item as a JSON object."""
        if isinstance(item, dict):
            return item
        raise self.refused("", "is not an object")

    def identify(self, field: str, value: object) -> str:
        """Return the canonical arXiv id that a field holds."""
        self.id_field = field
        try:
            self.arxiv_id = arxiv_id.parse(value)
        except arxiv_id.InvalidArxivId as error:
            raise self.refused(field, str(error)) from error
        return self.arxiv_id

    def title(self, field: str, *values: object) -> str:
        """Return the title with the source's line wraps: the first of the values with text."""
        text = self.text(field, *values, limit=TITLE_LIMIT)
        if not fold(text):
            raise self.refused(field, "missing")
        return text

    def abstract(self, field: str, *values: object) -> str:
        """Return the abstract with the source's line breaks, or "" with a notice."""
        text = self.text(field, *values, limit=ABSTRACT_LIMIT)
        if not text:
            self.note(field, "no abstract")
        return text

    def text(self, field: str, *values: object, limit: int) -> str:
        """Return the first value that is text and not blank, cleaned, or "" if there is none.

        Refuses the item if a value is longer than `limit` characters.
        """
        found = ""
        for value in values:
            if isinstance(value, str):
                cleaned = clean(value).strip()
                if len(cleaned) > limit:
                    raise self.refused(field, f"{len(cleaned):,} chars, limit {limit:,}")
                found = found or cleaned
            elif value is not None:
                self.note(field, f"left out: not text but {json_name(value)}")
        return found
