"""The end of a paper's way: the posts it was put into, and their steps to readers and back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from digest.models import Correction, Entry, State
from digest.way.rows import PostRows
from papers.editing import reasons
from papers.way.line import Line, Place, Tone, account, because, moment, shown

SEES_POSTS = "digest.view_post"

Version = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """Something that a post went through."""

    said: str
    at: datetime
    by: str = ""
    tone: Tone = Tone.PLAIN
    shows: bool = False
    """Whether readers see the working text since then."""
    why: str = ""


def lines(rows: PostRows) -> Iterator[Line]:
    names = _names(rows)
    for post, step in _placings(rows):
        yield _line(step, post, names[post])
    for post, name in names.items():
        for step in steps(rows, post):
            yield _line(step, post, name)
    yield from map(_corrected, rows.corrections)


def place_of(post: int) -> Place:
    return Place(reverse("admin:digest_post_change", args=[post]), SEES_POSTS)


def name_of(title: str, day: date) -> str:
    return f"“{shown(title)}” ({day})"


def went_public(rows: PostRows, entry: Entry) -> datetime:
    """Return when readers first saw the paper in a post that was published."""
    shown_since = (step.at for step in steps(rows, entry.post_id) if step.shows)
    return next(shown_since, entry.post.public_since)


def steps(rows: PostRows, post: int) -> list[Step]:
    """Return a post's steps while the paper stood in it."""
    begin, end = _stay(rows, post)
    found, before = [], None
    for version in rows.steps:
        if version["id"] != post:
            continue
        step = _step(version, before or {})
        before = version
        at = version["history_date"]
        if step and (not begin or at >= begin) and (not end or at <= end):
            found.append(step)
    return found if before else _without_history(rows, post)


def _names(rows: PostRows) -> dict[int, str]:
    """Return what each post is called, by its newest version; of deleted ones nothing is known."""
    names = {each["post"]: _("a post that is gone") for each in rows.placings}
    names |= {each["id"]: name_of(each["title"], each["date"]) for each in rows.steps}
    return names | {e.post_id: name_of(e.post.title, e.post.date) for e in rows.entries}


def _stay(rows: PostRows, post: int) -> tuple[datetime | None, datetime | None]:
    """Return since when and until when the paper stood in a post, as far as that is known."""
    placings = [each for each in rows.placings if each["post"] == post]
    came = [each["history_date"] for each in placings if each["history_type"] == "+"]
    went = [each["history_date"] for each in placings if each["history_type"] == "-"]
    there = any(entry.post_id == post for entry in rows.entries)
    return (came[0] if came else None, went[-1] if went and not there else None)


def _placings(rows: PostRows) -> Iterator[tuple[int, Step]]:
    before: dict[int, Version] = {}
    for placing in rows.placings:
        said = _placed(placing, before.get(placing["id"]))
        before[placing["id"]] = placing
        if said:
            by = placing["history_user__username"] or ""
            yield placing["post"], Step(said, placing["history_date"], by)


def _placed(placing: Version, before: Version | None) -> str:
    if placing["history_type"] == "+":
        return _("Added to %s")
    if placing["history_type"] == "-":
        return _("Removed from %s")
    if before is None or (placing["position"] is None) == (before["position"] is None):
        return ""
    if placing["position"] is None:
        return _("Taken out of %s: readers see it until the changes are published")
    return _("Put back into %s")


def _step(version: Version, before: Version) -> Step | None:
    """Return what a version of a post is the step of, or None if only its text changed."""
    at, state = version["history_date"], version["state"]
    by = version["history_user__username"] or ""
    if state == State.PUBLISHED:
        return _published(version, before, by)
    if state == before.get("state", State.DRAFT):
        return None
    if state == State.WITHDRAWN:
        return Step(_("Withdrawn: %s"), at, by, Tone.BAD)
    if state == State.SCHEDULED:
        when = moment(version["scheduled_at"]) if version["scheduled_at"] else ""
        return Step(_("Scheduled: %s"), at, by, Tone.NOW, why=when)
    said = _("In review: %s") if state == State.IN_REVIEW else _("A draft again: %s")
    return Step(said, at, by, why=reasons.shown(version["history_change_reason"] or ""))


def _published(version: Version, before: Version, by: str) -> Step | None:
    at = version["history_date"]
    if before.get("state") != State.PUBLISHED:
        first = before.get("published_at") is None and version["published_at"]
        said = _("Published: %s") if first else _("Published again: %s")
        return Step(said, first or at, by, Tone.GOOD, shows=True)
    if version["updated_at"] == before["updated_at"]:
        return None
    return Step(_("Changes published: %s"), at, by, Tone.GOOD, shows=True)


def _without_history(rows: PostRows, post: int) -> list[Step]:
    posts = [entry.post for entry in rows.entries if entry.post_id == post]
    found = []
    for row in posts:
        if row.published_at:
            found.append(Step(_("Published: %s"), row.published_at, "", Tone.GOOD, shows=True))
        if row.withdrawn_at:
            found.append(Step(_("Withdrawn: %s"), row.withdrawn_at, "", Tone.BAD))
    return found


def _line(step: Step, post: int, name: str) -> Line:
    what = because(step.said % name, step.why)
    return Line(step.at, what, step.by, place_of(post), step.tone, SEES_POSTS)


def _corrected(correction: Correction) -> Line:
    post = name_of(correction.post.title, correction.post.date)
    standing = correction.taken_back_at is None
    said = _("Corrected in %s") if standing else _("Corrected in %s, and taken back since")
    what = because(said % post, correction.text)
    by = account(correction.corrected_by)
    return Line(correction.corrected_at, what, by, place_of(correction.post_id), Tone.WARN)
