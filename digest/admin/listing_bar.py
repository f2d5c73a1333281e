"""The ways to filter and sort the list of papers. A script does it in the page where it can."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.utils.translation import gettext as _

from papers.models import Choice, Source

CHOICE = "choice__exact"
SOURCE = "source__exact"
WITH_CODE = "paper__code_url__gt"  # Than nothing.


@dataclass(frozen=True, slots=True)
class Way:
    """A link that shows the list in another way."""

    key: str
    """What the page's script calls it."""
    label: str
    address: str
    current: bool


@dataclass(frozen=True, slots=True)
class Bar:
    choices: list[Way]
    code: Way
    sources: list[Way]
    sorts: list[Way]
    whole: bool
    """Whether the page has all papers of the day, so that a script can filter and sort them."""

    @classmethod
    def of(cls, changes: ChangeList, *, of_a_day: bool, sources: Collection[str] = ()) -> Bar:
        """Return the ways to show a list. `sources` are those that name papers of its day."""
        narrowed = {CHOICE, SOURCE, WITH_CODE, ORDER_VAR} & changes.params.keys()
        paged = changes.result_count > len(changes.result_list)
        return cls(
            choices=[_way(changes, CHOICE, value, label) for value, label in _choices()],
            code=_switch(changes, WITH_CODE, "code", _("With code")),
            sources=_sources(changes, sources) if len(sources) > 1 or not of_a_day else [],
            sorts=_sorts(changes, suggested=of_a_day and _are_suggested(changes)),
            whole=of_a_day and not (narrowed or paged or changes.query),
        )


def _choices() -> list[tuple[str, str]]:
    return [("", _("All")), *((str(value), str(label)) for value, label in Choice.choices)]


def _sources(changes: ChangeList, of_a_day: Collection[str]) -> list[Way]:
    """Return the ways to one source, of all that are known, or of those of a day."""
    known = [(str(value), str(label)) for value, label in Source.choices]
    named = [
        ("", _("All sources")),
        *(each for each in known if not of_a_day or each[0] in of_a_day),
    ]
    return [_way(changes, SOURCE, value, label) for value, label in named]


def _way(changes: ChangeList, name: str, value: str, label: str) -> Way:
    current = _given(changes, name) == value
    return Way(value, label, changes.get_query_string({name: value or None}), current)


def _switch(changes: ChangeList, name: str, key: str, label: str) -> Way:
    on = name in changes.params
    return Way(key, label, changes.get_query_string({name: None if on else ""}), on)


def _are_suggested(changes: ChangeList) -> bool:
    return any(hasattr(listing, "suggestion") for listing in changes.result_list)


def _sorts(changes: ChangeList, *, suggested: bool) -> list[Way]:
    given = _given(changes, ORDER_VAR)
    ways = [("rank", _("Rank"), "")]
    for key, label, sign, column in (
        *([("suggested", _("Suggested"), "", "suggestion__position")] if suggested else []),
        ("votes", _("Votes"), "-", "upvotes"),
        ("title", _("Title"), "", "paper__title_plain"),
        ("choice", _("Choice"), "-", "choice"),
    ):
        ways.append((key, label, f"{sign}{changes.list_display.index(column)}"))
    return [
        Way(key, label, changes.get_query_string({ORDER_VAR: order or None}), given == order)
        for key, label, order in ways
    ]


def _given(changes: ChangeList, name: str) -> str:
    value: Any = changes.params.get(name, "")
    return value[-1] if isinstance(value, list) else value
