"""The items of a response, read one by one: a bad one is refused, and the rest is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any, Generic, Protocol, Self, TypeVar

from papers import arxiv_id
from papers.sources.errors import SourceError
from papers.text.cleaning import clean, fold

TITLE_LIMIT = 500  # characters
ABSTRACT_LIMIT = 20_000  # characters
ODD_LIMIT = 500  # characters of a stored remark that is none
_JSON_NAMES = {dict: "object", list: "list", str: "string", bool: "boolean", type(None): "null"}


def json_name(value: object) -> str:
    """What JSON calls a value of this type."""
    return _JSON_NAMES.get(type(value), "number")


@dataclass(frozen=True, slots=True)
class Remark:
    """What was odd about one item: why it was refused, or what was left out of it."""

    position: int
    """Of the item in the response, from 1; 0 where no item is meant."""
    arxiv_id: str | None
    field: str
    """As the source names it; "" where the item as a whole is meant."""
    reason: str

    def __str__(self) -> str:
        if not self.position:
            return self.reason
        item = f"item {self.position}" + (f" ({self.arxiv_id})" if self.arxiv_id else "")
        return f"{item}: {self.field}: {self.reason}" if self.field else f"{item} {self.reason}"

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """The inverse of `as_json`; anything else becomes the reason, so that pages show it."""
        match data:
            case {
                "position": int(position),
                "arxiv_id": str() | None as known,
                "field": str(field),
                "reason": str(reason),
            }:
                return cls(position, known, field, reason)
        return cls(0, None, "", str(data)[:ODD_LIMIT])


class ItemRefused(Exception):
    """Ends the reading of one item; the others go on."""

    def __init__(self, remark: Remark) -> None:
        super().__init__(remark)
        self.remark = remark


class Identified(Protocol):
    """What an item becomes: at least an arXiv id."""

    @property
    def arxiv_id(self) -> str: ...


Item = TypeVar("Item", bound=Identified)


@dataclass(frozen=True, slots=True)
class Reading(Generic[Item]):
    """The items of a response, each one a paper, a refusal or (the same id again) a notice."""

    papers: tuple[Item, ...]
    refusals: tuple[Remark, ...]
    notices: tuple[Remark, ...]


def read_items(items: Iterable[Any], read: Callable[[ItemReader, Any], Item]) -> Reading[Item]:
    """What `read` makes of each item.

    A bad item is refused and the rest kept; of the same id the first counts. Raises SourceError
    where nothing but refusals remains.
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
    if refusals and not papers:
        raise SourceError(f"every item refused ({len(refusals)}); the first: {refusals[0]}")
    return Reading(tuple(papers.values()), tuple(refusals), tuple(notices))


def require_list(data: object) -> list[Any]:
    """The data of a response, if it is a list; raises SourceError."""
    if isinstance(data, list):
        return data
    raise SourceError(f"expected a list, got {json_name(data)}")


class ItemReader:
    """Reads one item of a response, and notes what is odd about it.

    The fields are named as the source names them; its methods raise ItemRefused.
    """

    def __init__(self, position: int) -> None:
        self.position = position
        self.arxiv_id: str | None = None
        self.id_field = ""
        self.notices: list[Remark] = []

    def note(self, field: str, reason: str) -> None:
        """Note something that was left out, or survived, for an editor to see."""
        self.notices.append(Remark(self.position, self.arxiv_id, field, reason))

    def refused(self, field: str, reason: str) -> ItemRefused:
        """The error that refuses this item."""
        return ItemRefused(Remark(self.position, self.arxiv_id, field, reason))

    def as_object(self, item: object) -> dict[str, Any]:
        """The item as an object of JSON."""
        if isinstance(item, dict):
            return item
        raise self.refused("", "is not an object")

    def identify(self, field: str, value: object) -> str:
        """The canonical arXiv id that a field spells."""
        self.id_field = field
        try:
            self.arxiv_id = arxiv_id.parse(value)
        except arxiv_id.InvalidArxivId as error:
            raise self.refused(field, str(error)) from error
        return self.arxiv_id

    def title(self, field: str, *values: object) -> str:
        """The title as the source wraps it: the first of its places that says something."""
        text = self.text(field, *values, limit=TITLE_LIMIT)
        if not fold(text):
            raise self.refused(field, "missing")
        return text

    def abstract(self, field: str, *values: object) -> str:
        """The abstract with the source's line breaks, or "" with a notice."""
        text = self.text(field, *values, limit=ABSTRACT_LIMIT)
        if not text:
            self.note(field, "no abstract")
        return text

    def text(self, field: str, *values: object, limit: int) -> str:
        """The first of the values that is text and not blank, clean; "" where none is.

        Refused when one is longer than `limit` characters.
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
