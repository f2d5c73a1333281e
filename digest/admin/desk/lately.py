"""What colleagues did: from the histories of posts, entries, sections and listings, in words.

A history has a row for each save. What a person did to one post or day becomes one line, and so
does what they did to papers.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from operator import itemgetter
from typing import Any

from django.db.models import F, Model, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import MD5, Cast, JSONObject
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, ngettext_lazy, pgettext_lazy

from digest.admin.desk.asking import Asking
from digest.admin.desk.items import SHOWN, moment
from digest.models import Entry, Post, State
from digest.publishing.people import name
from papers.clock import now
from papers.models import Choice, Listing, Paper, Section

SINCE = timedelta(days=7)
AT_MOST = 200
"""The newest acts of people that are read of each history."""
SHOWN_OWN = 3

ACTS: dict[str, Any] = {
    "made": _("made the post"),
    "added": ngettext_lazy("added %(n)d paper", "added %(n)d papers", "n"),
    "removed": ngettext_lazy("took out %(n)d paper", "took out %(n)d papers", "n"),
    "moved": _("changed the order"),
    "title": _("changed the title"),
    "intro": _("wrote the introduction"),
    "address": _("changed the address"),
    "note": ngettext_lazy("wrote %(n)d note", "wrote %(n)d notes", "n"),
    "wrote": ngettext_lazy("wrote %(n)d section", "wrote %(n)d sections", "n"),
    "reviewed": ngettext_lazy("reviewed %(n)d section", "reviewed %(n)d sections", "n"),
    Choice.PICKED: ngettext_lazy("picked %(n)d paper", "picked %(n)d papers", "n"),
    Choice.EXCLUDED: ngettext_lazy("excluded %(n)d paper", "excluded %(n)d papers", "n"),
    Choice.PENDING: ngettext_lazy("put back %(n)d paper", "put back %(n)d papers", "n"),
    State.DRAFT: _("took it back to draft"),
    State.IN_REVIEW: _("sent it to review"),
    State.SCHEDULED: _("scheduled it"),
    State.PUBLISHED: _("published it"),
    "published changes": _("published changes"),
    State.WITHDRAWN: pgettext_lazy("post", "withdrew it"),
}
"""What people do, in the order in which a line tells it."""
_COUNTED = {"added", "removed", "note", "wrote", "reviewed", *Choice.values}


@dataclass(frozen=True, slots=True)
class Line:
    """What one person did to one post or day, or to papers."""

    who: str
    at: datetime
    title: str
    address: str
    acts: str
    more: str = ""
    """How many more things than the one with the title, in words."""

    @property
    def when(self) -> str:
        return moment(self.at)


@dataclass(frozen=True, slots=True)
class Lately:
    others: list[Line]
    own: list[Line]


@dataclass(frozen=True, slots=True)
class _History:
    """The history of a model: what its rows are about, and what of them tells an act."""

    model: Any
    about: type[Model] | None
    """A post or a paper. None is a day."""
    key: str
    title: Any
    """The title of now. None of what is deleted."""
    compared: dict[str, Any]
    acts: Callable[[str, Saved, Saved], Iterator[str]]

    @property
    def permission(self) -> str:
        meta = self.model._meta
        return f"{meta.app_label}.view_{meta.model_name}"


Saved = dict[str, Any]
"""What one save says of the compared fields."""


_NOTHING = hashlib.md5(b"", usedforsecurity=False).hexdigest()
"""What PostgreSQL's MD5 makes of an empty text."""


def _of_post(sign: str, before: Saved, after: Saved) -> Iterator[str]:
    if sign == "+":
        yield "made"
    if not before:
        return
    if before["title"] != after["title"]:
        yield "title"
    if before["intro"] != after["intro"]:
        yield "intro"
    if (before["date"], before["slug"]) != (after["date"], after["slug"]):
        yield "address"
    if before["state"] != after["state"]:
        yield after["state"]
    elif after["state"] == State.PUBLISHED and before["updated"] != after["updated"]:
        yield "published changes"


def _of_entry(sign: str, before: Saved, after: Saved) -> Iterator[str]:
    if sign == "~" and not before:
        return
    was = before.get("position") if sign != "+" else None
    stands = after["position"] if sign != "-" else None
    if was is None and stands is not None:
        yield "added"
    elif was is not None and stands is None:
        yield "removed"
    elif was != stands:
        yield "moved"
    if after["note"] != before.get("note", _NOTHING):
        yield "note"


def _of_section(sign: str, before: Saved, after: Saved) -> Iterator[str]:
    if after["text"] != before.get("text", _NOTHING):
        yield "wrote"
    if after["reviewed"] and after["reviewed"] != before.get("reviewed"):
        yield "reviewed"


def _of_listing(sign: str, before: Saved, after: Saved) -> Iterator[str]:
    if after["choice"] != before.get("choice", Choice.PENDING):
        yield after["choice"]


_HISTORIES = (
    _History(
        Post,
        Post,
        "id",
        Subquery(Post.objects.filter(pk=OuterRef("id")).values("title")),
        {
            "state": F("state"),
            "title": F("title"),
            "intro": MD5("intro"),
            "date": F("date"),
            "slug": F("slug"),
            "updated": F("updated_at"),
        },
        _of_post,
    ),
    _History(
        Entry,
        Post,
        "post_id",
        F("post__title"),
        {"position": F("position"), "note": MD5("note")},
        _of_entry,
    ),
    _History(
        Section,
        Paper,
        "paper_id",
        F("paper__title_plain"),
        {"text": MD5("markdown"), "reviewed": F("reviewed_at")},
        _of_section,
    ),
    _History(Listing, None, "day", F("day"), {"choice": F("choice")}, _of_listing),
)


@dataclass(slots=True)
class _Group:
    """The acts of one line, each with the rows that it changed."""

    who: str
    at: datetime
    things: dict[str, str] = field(default_factory=dict)
    """The titles of what was worked on, by key. The newest comes first."""
    acts: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))


def read(asking: Asking) -> Lately:
    """Return what was done in the last days, what others did apart from one's own, in one query."""
    groups: dict[tuple[Any, ...], _Group] = {}
    saves = sorted(_saves(asking), key=itemgetter(_AT), reverse=True)
    for place, user, *person, at, sign, key, row, title, after, before in saves:
        history = _HISTORIES[place]
        acts = [act for act in history.acts(sign, before or {}, after) if act in ACTS]
        if not acts or title is None:  # What it was about may be deleted.
            continue
        # Papers are many: what a person did to them is one line.
        about = (user, history.about, None if history.about is Paper else key)
        group = groups.setdefault(about, _Group(name(*person), at))
        group.at = max(group.at, at)
        group.things.setdefault(key, title)
        for act in acts:
            group.acts[act].add(row)
    newest = sorted(groups.items(), key=lambda each: each[1].at, reverse=True)
    others = [each for each in newest if each[0][0] != asking.user.pk]
    own = [each for each in newest if each[0][0] == asking.user.pk]
    return Lately(_lines(others[:SHOWN]), _lines(own[:SHOWN_OWN]))


_AT = 5
"""The place of the time among the columns of `_newest`."""


def _saves(asking: Asking) -> Iterable[Any]:
    """Return the newest saves by people, of each history that the user may see."""
    seen = [
        _newest(place, history)
        for place, history in enumerate(_HISTORIES)
        if asking.may(history.permission)
    ]
    return seen[0].union(*seen[1:], all=True) if seen else ()


def _newest(place: int, history: _History) -> QuerySet[Any]:
    rows = history.model.history.model.objects
    earlier = rows.filter(id=OuterRef("id"), history_date__lt=OuterRef("history_date"))
    said = JSONObject(**history.compared)
    before = earlier.order_by("-history_date").values(said=said)[:1]
    people = rows.filter(history_user__isnull=False, history_date__gte=now() - SINCE)
    columns = {
        "of": Value(place),
        "who": F("history_user_id"),
        "first": F("history_user__first_name"),
        "last": F("history_user__last_name"),
        "login": F("history_user__username"),
        "at": F("history_date"),
        "sign": F("history_type"),
        "key": Cast(history.key, TextField()),
        "row": F("id"),
        "named": Cast(history.title, TextField()),
        "after": said,
        "before": Subquery(before),
    }
    newest = people.order_by("-history_date", "-history_id").annotate(**columns)
    return newest.values_list(*columns)[:AT_MOST]


def _lines(groups: list[tuple[tuple[Any, ...], _Group]]) -> list[Line]:
    return [_line(about, group) for (_user, about, _key), group in groups]


def _line(about: type[Model] | None, group: _Group) -> Line:
    (key, title), *others = group.things.items()
    acts = ", ".join(_told(act, rows) for act, rows in sorted(group.acts.items(), key=_place))
    if about is None:
        page = f"{reverse('admin:papers_listing_changelist')}?day={key}"
        return Line(group.who, group.at, date_format(date.fromisoformat(key)), page, acts)
    page = reverse(f"admin:{about._meta.label_lower.replace('.', '_')}_change", args=[key])
    return Line(group.who, group.at, title, page, acts, _more(len(others)))


def _more(count: int) -> str:
    return ngettext("and %(n)d more", "and %(n)d more", count) % {"n": count} if count else ""


def _place(act: tuple[str, set[int]]) -> int:
    return list(ACTS).index(act[0])


def _told(act: str, rows: set[int]) -> str:
    return str(ACTS[act] % {"n": len(rows)}) if act in _COUNTED else str(ACTS[act])
