"""Compares two states of a whole post, place by place, in the order of the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from digest.models import Snapshot
from digest.publishing import states
from digest.publishing.changes import Change
from digest.publishing.states import Head, PaperState, SectionText, State
from papers import kinds
from papers.models import Paper
from papers.text import differences

Places = dict[object, tuple[str, str]]
"""The name and the text of each place, by what makes it the same place in another state."""


@dataclass(frozen=True, slots=True)
class Group:
    """What differs in one paper of a post. Without a paper: in the post beside its papers."""

    paper_id: int | None
    title: str
    changes: list[Change]


def compare(before: State, after: State) -> list[Group]:
    """Return what differs, in the order of `after`. It is one query, however many papers.

    A paper of `after` that `before` has elsewhere is among them, if its texts are the same, too.
    """
    return [
        Group(pk, title, [Change(name, _pieces(old, new)) for name, old, new in changed])
        for pk, title, changed in _differing(before, after, _titles([before, after]))
    ]


def named_changes(newest_first: Iterable[Snapshot]) -> dict[int, list[str]]:
    """Return the names of what each snapshot changed, by its id. The last only tells of others.

    It takes three queries, and reads no part that stayed the same.
    """
    snapshots = list(newest_first)
    pairs = list(zip(snapshots[1:], snapshots, strict=False))
    needed = {pk for old, new in pairs for pk in {*old.parts} ^ {*new.parts} if pk is not None}
    found = states.of_snapshots(snapshots, needed)
    titles = _titles(found.values())
    return {new.pk: list(_names(found[old.pk], found[new.pk], titles)) for old, new in pairs}


def _names(before: State, after: State, titles: Mapping[int, str]) -> Iterator[str]:
    for pk, title, changed in _differing(before, after, titles):
        names = ", ".join(name for name, _old, _new in changed)
        yield f"{title}: {names}" if pk else names


Differing = tuple[int | None, str, list[tuple[str, str, str]]]


def _differing(before: State, after: State, titles: Mapping[int, str]) -> Iterator[Differing]:
    """Yield each paper, and first the head, with the names and texts of the places that differ."""
    if changed := _changed(_of_head(before, titles), _of_head(after, titles)):
        yield None, "", changed
    for pk in dict.fromkeys([*after.papers, *before.papers]):
        old, new = before.paper(pk), after.paper(pk)
        if old is new:
            continue  # The same part of two snapshots.
        if old and new:
            changed = _changed(_of_paper(old), _of_paper(new))
        else:  # The list of papers tells that it came or went.
            changed = _changed(_note(old), _note(new))
        if changed or (pk in before.elsewhere and pk in after.papers):
            yield pk, titles[pk], changed


def _changed(before: Places, after: Places) -> list[tuple[str, str, str]]:
    found = []
    for key in dict.fromkeys([*after, *before]):
        name = (after.get(key) or before[key])[0]
        old, new = (places.get(key, ("", ""))[1] for places in (before, after))
        if old != new:
            found.append((name, old, new))
    return found


def _pieces(before: str, after: str) -> list[differences.Piece]:
    return differences.shortened(differences.pieces(before, after))


def _of_head(state: State, titles: Mapping[int, str]) -> Places:
    head: Head = state.head
    return {
        "title": (_("Title"), head.title),
        "papers": (_("Papers"), "".join(f"{titles[pk]}\n" for pk in state.order)),
        "intro": (_("Introduction of the post"), head.intro),
        "tags": (_("Tags"), "\n".join(head.tags)),
    }


def _note(paper: PaperState | None) -> Places:
    return {"note": (_("Note"), paper.note if paper else "")}


def _of_paper(paper: PaperState) -> Places:
    places: Places = _note(paper)
    places |= {each.key: (_section(each), each.markdown) for each in paper.sections}
    places["tags"] = (_("Tags"), "\n".join(paper.tags))
    for name, value in paper.facts.items():
        places["fact", name] = (_fact(name), _words(value))
    return places


def _section(section: SectionText) -> str:
    return f"{section.heading or kinds.of(section.kind).label} ({section.language})"


def _fact(name: str) -> str:
    return str(capfirst(Paper._meta.get_field(name).verbose_name))  # type: ignore[union-attr]


def _words(value: object) -> str:
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value or "")


def _titles(found: Iterable[State]) -> dict[int, str]:
    """Return the titles of all papers. One that is gone has the title that it had."""
    papers = {pk: paper for state in found for pk, paper in state.papers.items()}
    plain = Paper.objects.filter(pk__in=papers).values_list("pk", "title_plain")
    return {pk: paper.title or f"#{pk}" for pk, paper in papers.items()} | dict(plain)
