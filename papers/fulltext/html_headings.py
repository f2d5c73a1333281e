"""The headings of a page: their levels, titles and numbers, by names or by structure."""

from __future__ import annotations

import re
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from papers.fulltext import headings
from papers.fulltext.base import Kind
from papers.fulltext.html_names import Names, kind_of, level_of
from papers.fulltext.html_tree import walk
from papers.fulltext.outline import Level
from papers.text.cleaning import fold

TAGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_APPENDIX = re.compile(r"appendix\s+[A-Z0-9]{1,2}\b[.:]?\s*", re.IGNORECASE)
_LETTER = re.compile(r"([A-Z])\s+(?=\S)")
_ROMAN = re.compile(r"([IVX]{1,6})\s+(?=\S)")
_INSETS = {Kind.ABSTRACT: re.compile("abstract", re.I), Kind.OTHER: re.compile("acknowledg", re.I)}


class Heading(NamedTuple):
    level: Level
    kind: Kind | None
    ends_with: int | None
    """The `mem_id` of the element that an inset ends with."""


class Headings:
    """The headings of one page, by the `mem_id` of their elements."""

    def __init__(self, root: LexborNode, names: Names) -> None:
        self.by_name = bool(names)
        found = root.css(", ".join(TAGS))
        depths = {} if names else _depths(root)
        self.title = None if names else _title(found, depths)
        self._found = {}
        if names:
            for node in found:
                told = names.of_node(node)
                if (level := level_of(told)) is not None:
                    kind = kind_of(told)
                    self._found[node.mem_id] = _heading(level, kind, node)
        else:
            title = self.title.mem_id if self.title else None
            others = [each for each in found if each.mem_id != title]
            self._found = dict(_by_structure(others, depths))

    def __len__(self) -> int:
        return len(self._found)

    def get(self, node: LexborNode) -> Heading | None:
        return self._found.get(node.mem_id)


def _heading(level: Level, kind: Kind | None, node: LexborNode) -> Heading:
    ends = node.parent.mem_id if level == Level.INSET and node.parent else None
    return Heading(level, kind, ends)


def _title(found: list[LexborNode], depths: dict[int | None, int]) -> LexborNode | None:
    """Return the heading that is the paper's own title: the only h1 outside its sections."""
    first = found[0] if found else None
    if first is None or first.tag != "h1" or headings.is_standard(_shown(first)):
        return None
    outside = [each for each in found if each.tag == "h1" and not depths[each.mem_id]]
    return first if len(outside) == 1 else None


def _depths(root: LexborNode) -> dict[int | None, int]:
    """Return how many sections each heading stands in, by its `mem_id`."""
    depth, found = 0, dict[int | None, int]()
    for node, entering in walk(root):
        if node.tag == "section" and node.mem_id != root.mem_id:
            depth += 1 if entering else -1
        elif entering and node.tag in TAGS:
            found[node.mem_id] = depth
    return found


class _Place(NamedTuple):
    node: LexborNode
    depth: int
    rank: int
    inset: Kind | None

    @classmethod
    def of(cls, node: LexborNode, depths: dict[int | None, int]) -> _Place:
        shown = _shown(node)
        inset = next((kind for kind, name in _INSETS.items() if name.match(shown)), None)
        return cls(node, depths[node.mem_id], int((node.tag or "h6")[1]), inset)


def _by_structure(
    found: list[LexborNode], depths: dict[int | None, int]
) -> list[tuple[int, Heading]]:
    """Return the headings of a page by how deep their sections nest, else by their ranks."""
    places = [_Place.of(node, depths) for node in found]
    whole = [place for place in places if place.inset is None] or places
    nested = min((place.depth for place in whole if place.depth), default=0)
    top = min((p.rank for p in whole if p.depth == nested), default=1)
    return [(place.node.mem_id, _placed(place, nested, top)) for place in places]


def _placed(place: _Place, nested: int, top: int) -> Heading:
    inset = place.inset is not None and (place.depth < nested or place.rank > top)
    if inset or place.inset == Kind.ABSTRACT:
        return _heading(Level.INSET, place.inset, place.node)
    # Not by the depth alone: a theorem's title stands in a section without being its heading.
    below = max(place.depth - nested, place.rank - top, 0)
    level = min(Level.SECTION + below, Level.PARAGRAPH)
    return Heading(Level(level), None, None)


def _shown(node: LexborNode) -> str:
    return headings.without_number(fold(node.text())).strip(" .:")


class Numbers:
    """The numbers of a page's sections as they come, so that one that is missing is noticed."""

    def __init__(self) -> None:
        self.seen: list[int] = []
        self._letters = 0

    def strip(self, title: str) -> tuple[str, Kind | None]:
        """Return a section's title without the number that comes next, and the kind it tells."""
        if found := _APPENDIX.match(title):
            self._letters += 1
            return title[found.end() :] or title, Kind.APPENDIX
        found = _ROMAN.match(title)
        if found and found[1] == headings.roman(len(self.seen) + 1):
            self.seen.append(len(self.seen) + 1)
            return title[found.end() :], None
        found = _LETTER.match(title)
        if found and ord(found[1]) - ord("@") == self._letters + 1 and self.seen:
            self._letters += 1
            return title[found.end() :], Kind.APPENDIX
        return headings.without_number(title), None

    def note(self, number: str) -> None:
        """Note the number of a section: "3", "III." or anything else, which counts for nothing."""
        value = headings.number_of(number)
        if value is not None:
            self.seen.append(value)
