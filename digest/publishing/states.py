"""What a post says as a whole, as plain values: read from its rows, or from a stored snapshot.

A snapshot may be older than the code, or damaged. What cannot be read in it counts as not said.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from digest.models import Entry, Post, Snapshot, SnapshotPart
from papers.models import FACTS, Paper, Section, tags_of

MADE = (
    "origin",
    "drafter",
    "prompt_version",
    "scope",
    "written_at",
    "reviewer_id",
    "reviewed_at",
)
"""Who wrote a section from what, and who reviewed it. It comes back with the text."""

Said = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SectionText:
    language: str
    kind: str
    heading: str
    position: int
    markdown: str
    made: Said = field(default_factory=dict, compare=False)
    """The row's id, and the fields in MADE. Another review is no other text."""

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.language, self.kind, self.heading)


@dataclass(frozen=True)
class PaperState:
    """One paper as it stands in a post."""

    paper_id: int
    note: str = ""
    tags: tuple[str, ...] = ()
    facts: Said = field(default_factory=dict)
    sections: tuple[SectionText, ...] = ()
    """Those with a text."""
    origins: Said = field(default_factory=dict)
    entry_id: int | None = field(default=None, compare=False)

    @property
    def title(self) -> str:
        return _text(self.facts, "title")

    @property
    def said(self) -> Said:
        return {
            "note": self.note,
            "tags": list(self.tags),
            "facts": self.facts,
            "origins": self.origins,
            "sections": [_said(section) for section in self.sections],
            "entry": self.entry_id,
        }

    @cached_property
    def checksum(self) -> str:
        sections = [[*each.key, each.position, each.markdown] for each in self.sections]
        return _checksum([self.paper_id, self.note, self.tags, self.facts, self.origins, sections])


@dataclass(frozen=True)
class Head:
    """What a post says beside its papers."""

    title: str = ""
    intro: str = ""
    tags: tuple[str, ...] = ()

    paper_id = None

    @property
    def said(self) -> Said:
        return {"title": self.title, "intro": self.intro, "tags": list(self.tags)}

    @cached_property
    def checksum(self) -> str:
        return _checksum([self.title, self.intro, self.tags])


@dataclass(frozen=True)
class State:
    """A whole post. Two with the same checksum say the same."""

    head: Head = Head()
    papers: Mapping[int, PaperState] = field(default_factory=dict)
    """By the papers' ids, in the order of the post."""
    positions: tuple[int, ...] = ()
    """Of the papers. Others in the same order say the same."""
    elsewhere: Mapping[int, PaperState] = field(default_factory=dict, compare=False)
    """Papers that do not stand in the post, as they are now."""
    whole: bool = True
    """Whether all of a snapshot is still kept."""

    @property
    def parts(self) -> list[Head | PaperState]:
        return [self.head, *self.papers.values()]

    @property
    def order(self) -> list[int]:
        return list(self.papers)

    def paper(self, pk: int) -> PaperState | None:
        return self.papers.get(pk) or self.elsewhere.get(pk)

    @cached_property
    def checksum(self) -> str:
        """Return what differs if anything in the post does."""
        return _checksum([part.checksum for part in self.parts])


def of_post(
    pk: int, also: Iterable[int] = (), unread: Collection[int] = frozenset()
) -> State | None:
    """Return what a post says now, or None if it is gone. It takes 5 queries, however many papers.

    `elsewhere` has those of the papers in `also` that are not in the post. Those in `unread` stand
    in their order, but are empty.
    """
    with_tags: Any = tags_of()
    post = Post.objects.filter(pk=pk).prefetch_related(with_tags).first()
    if post is None:
        return None
    entries = {entry.paper_id: entry for entry in post.entries.order_by("position", "id")}
    placed = [entry for entry in entries.values() if entry.position is not None]
    order = [entry.paper_id for entry in placed]
    both = {*order, *also} - {*unread}
    rows, texts = _papers(both), _sections(both)
    found = {pk: PaperState(pk) for pk in unread}
    found |= {pk: _of_paper(row, entries.get(pk), texts[pk]) for pk, row in rows.items()}
    return State(
        Head(post.title, post.intro, _names(post)),
        {pk: found[pk] for pk in order},
        tuple(entry.position or 0 for entry in placed),
        {pk: found[pk] for pk in also if pk in found and pk not in order},
    )


def of_snapshot(snapshot: Snapshot) -> State:
    """Return what a post said. A part that is not kept any more is left out."""
    return of_snapshots([snapshot])[snapshot.pk]


def of_snapshots(
    snapshots: Iterable[Snapshot], needed: Iterable[int] | None = None
) -> dict[int, State]:
    """Return what each snapshot says, by its id, in two queries.

    If only the parts with the ids in `needed` are needed, the others are empty, but stand in order.
    """
    snapshots = list(snapshots)
    ids = {pk for each in snapshots for pk in parts_of(each)}
    papers = dict(SnapshotPart.objects.filter(pk__in=ids).values_list("pk", "paper_id"))
    wanted = ids if needed is None else ids & set(needed)
    said = dict(SnapshotPart.objects.filter(pk__in=wanted).values_list("pk", "said"))
    parts = {pk: _part(paper, said.get(pk, {})) for pk, paper in papers.items()}
    return {each.pk: _read(each, parts) for each in snapshots}


def parts_of(snapshot: Snapshot) -> list[int]:
    return [pk for pk in snapshot.parts if pk is not None]


def _read(snapshot: Snapshot, parts: Mapping[int, Head | PaperState]) -> State:
    kept = [parts[pk] for pk in parts_of(snapshot) if pk in parts]
    heads = [each for each in kept if isinstance(each, Head)]
    papers = {each.paper_id: each for each in kept if isinstance(each, PaperState)}
    positions = [0 if each is None else each for each in snapshot.positions[: len(papers)]]
    lacking = range(len(positions), len(papers))
    return State(
        heads[0] if heads else Head(),
        papers,
        (*positions, *lacking),
        whole=bool(heads) and len(kept) == len(snapshot.parts),
    )


def _part(paper: int | None, said: Said) -> Head | PaperState:
    return _head(said) if paper is None else _paper(paper, said)


def _head(said: Said) -> Head:
    return Head(_text(said, "title"), _text(said, "intro"), _texts(said, "tags"))


def _paper(pk: int, said: Said) -> PaperState:
    facts, origins, entry = _dict(said, "facts"), _dict(said, "origins"), said.get("entry")
    return PaperState(
        pk,
        note=_text(said, "note"),
        tags=_texts(said, "tags"),
        facts={name: facts[name] for name in FACTS if name in facts},
        origins={name: origins[name] for name in FACTS if name in origins},
        sections=tuple(_section(each) for each in _list(said, "sections")),
        entry_id=entry if isinstance(entry, int) else None,
    )


def _section(said: object) -> SectionText:
    said = said if isinstance(said, dict) else {}
    position = said.get("position")
    return SectionText(
        _text(said, "language"),
        _text(said, "kind"),
        _text(said, "heading"),
        position if isinstance(position, int) else 0,
        _text(said, "markdown"),
        _dict(said, "made"),
    )


def _dict(said: Said, name: str) -> Said:
    value = said.get(name)
    return value if isinstance(value, dict) else {}


def _text(said: Said, name: str) -> str:
    value = said.get(name)
    return value if isinstance(value, str) else ""


def _list(said: Said, name: str) -> list[Any]:
    value = said.get(name)
    return value if isinstance(value, list) else []


def _texts(said: Said, name: str) -> tuple[str, ...]:
    return tuple(each for each in _list(said, name) if isinstance(each, str))


def _papers(pks: Iterable[int]) -> dict[int, Paper]:
    columns = {"id", "title_plain", "origins", *FACTS}
    with_tags: Any = tags_of()
    papers = Paper.objects.filter(pk__in=pks).prefetch_related(with_tags)
    return {paper.pk: paper for paper in papers.only(*columns)}


def _sections(pks: Iterable[int]) -> dict[int, list[SectionText]]:
    """Return the written sections of papers in their order. Rows as objects take twice as long."""
    written = Section.objects.filter(paper__in=pks).exclude(markdown="").order_by("position", "id")
    found: dict[int, list[SectionText]] = defaultdict(list)
    for paper, pk, *values in written.values_list("paper_id", "id", *_TEXT, *MADE):
        said = dict(zip(_TEXT, values[: len(_TEXT)], strict=True))
        made = dict(zip(MADE, map(as_json, values[len(_TEXT) :]), strict=True))
        found[paper].append(SectionText(**said, made={"id": pk, **made}))
    return found


_TEXT = ("language", "kind", "heading", "position", "markdown")


def _of_paper(paper: Paper, entry: Entry | None, sections: Iterable[SectionText]) -> PaperState:
    return PaperState(
        paper.pk,
        note=entry.note if entry else "",
        tags=_names(paper),
        facts={name: as_json(getattr(paper, name)) for name in FACTS},
        origins={name: origin for name, origin in paper.origins.items() if name in FACTS},
        sections=tuple(sections),
        entry_id=entry.pk if entry else None,
    )


def _said(section: SectionText) -> Said:
    return {name: getattr(section, name) for name in (*_TEXT, "made")}


def _names(row: Post | Paper) -> tuple[str, ...]:
    return tuple(sorted(tag.name for tag in row.public_tags))


def as_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _checksum(said: Any) -> str:
    text = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
