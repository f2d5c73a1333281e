"""The beginning of a paper's way: who listed it, and what was decided about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import dropwhile, pairwise
from typing import Any

from django.urls import reverse
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from papers.models import Choice, Listing, Source
from papers.sources.items import Remark
from papers.way.line import Line, Place, Tone, because, person, shown, told
from papers.way.rows import Answer, Rows

SEES_LISTINGS = "papers.view_listing"


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about a listing."""

    listing: Listing
    choice: str
    reason: str
    at: datetime
    by: str
    exact: bool = True

    @property
    def when(self) -> str:
        return told(self.at, exact=self.exact)

    @property
    def said(self) -> str:
        if self.choice == Choice.PICKED:
            return _("Picked")
        if self.choice == Choice.EXCLUDED:
            return because(_("Excluded"), self.reason)
        return _("Put back: nothing is decided again")


def lines(rows: Rows) -> Iterator[Line]:
    yield from _paper(rows)
    for listing in rows.listings:
        yield from _of_listing(rows, listing)
    yield from map(_decided, decisions(rows))
    yield from _refused(rows)
    yield from _not_stored(rows)


def decisions(rows: Rows) -> list[Decision]:
    """Return what was decided about the paper on each day that lists it, in the order of time."""
    days: dict[date, list[Listing]] = {}
    for listing in rows.listings:
        days.setdefault(listing.day, []).append(listing)
    found = [each for listings in days.values() for each in _decisions(rows, listings)]
    return sorted(found, key=lambda decision: decision.at)


def _decisions(rows: Rows, listings: list[Listing]) -> Iterator[Decision]:
    """Return what was decided about one day's listings, which all have the same choice."""
    known = {listing.pk: listing for listing in listings}
    before = (Choice.PENDING.value, "")
    for version in rows.choices:
        decided = (version["choice"], version["reason"])
        if version["id"] in known and decided != before:
            by = person(version["history_user__username"])
            listing = known[version["id"]]
            yield Decision(listing, *decided, version["history_date"], by)
            before = decided
    first = listings[0]
    if (first.choice, first.reason) != before:  # Machines write no history of listings.
        at, exact = _since(rows, first)
        by = _("a machine")
        yield Decision(first, first.choice, first.reason, at, by, exact)


def refusals(rows: Rows) -> list[tuple[Answer, Remark]]:
    """Return why items about the paper were refused: each reason of a source's day once."""
    found: dict[tuple[Any, ...], tuple[Answer, Remark]] = {}
    for answer in rows.answers:
        for remark in map(Remark.from_json, answer.refused or ()):
            if remark.arxiv_id == rows.arxiv_id:
                key = (answer.source, answer.day, remark.field, remark.reason)
                found.setdefault(key, (answer, remark))
    return list(found.values())


def not_stored(rows: Rows) -> list[Answer]:
    """Return the first answer of each day that names the paper without a listing of ours."""
    listed = {(listing.source, listing.day) for listing in rows.listings}
    lost: dict[tuple[str, date], Answer] = {}
    for answer in rows.answers:
        if answer.names_it and answer.key not in listed:
            lost.setdefault(answer.key, answer)
    return list(lost.values())


def name_of(source: str) -> str:
    return str(dict(Source.choices).get(source, source))


def place_of_day(day: date) -> Place:
    address = reverse("admin:papers_listing_changelist")
    return Place(f"{address}?day={day}", SEES_LISTINGS)


def why_refused(remark: Remark) -> str:
    """Return why an item was refused, in the words of the source's parser."""
    return shown(f"{remark.field}: {remark.reason}" if remark.field else remark.reason)


def _paper(rows: Rows) -> Iterator[Line]:
    paper = rows.paper
    if paper is None:
        return
    if paper.arxiv_published_at:
        yield Line(paper.arxiv_published_at, _("First version on arXiv"), "arXiv")
    yield Line(paper.created_at, _("First stored here"))
    if paper.arxiv_checked_at:
        yield _asked(paper)


def _asked(paper: Any) -> Line:
    said = _("Last asked about: version %(version)s") % {"version": paper.version or "–"}
    if paper.withdrawn:
        return Line(paper.arxiv_checked_at, _("%s, withdrawn") % said, "arXiv", tone=Tone.BAD)
    return Line(paper.arxiv_checked_at, said, "arXiv")


def _of_listing(rows: Rows, listing: Listing) -> Iterator[Line]:
    at, exact = _since(rows, listing)
    by, place = name_of(listing.source), place_of_day(listing.day)
    answers = _answers_for(rows, listing)
    said = _("Listed for %(day)s: %(details)s") % {
        "day": listing.day,
        "details": _details(listing, answers),
    }
    yield Line(at, said, by, place, permission=SEES_LISTINGS, exact=exact)
    for before, after in pairwise(dropwhile(lambda answer: not answer.names_it, answers)):
        if before.names_it != after.names_it:
            yield _changed(after)


def _details(listing: Listing, answers: list[Answer]) -> str:
    details = [_("number %d") % listing.rank]
    if listing.upvotes is not None:
        upvotes = ngettext("%d upvote", "%d upvotes", listing.upvotes)
        details.append(upvotes % listing.upvotes)
    if answers:
        naming = sum(answer.names_it for answer in answers)
        counted = ngettext(
            "in %(naming)d of %(count)d stored answer",
            "in %(naming)d of %(count)d stored answers",
            len(answers),
        )
        details.append(counted % {"naming": naming, "count": len(answers)})
    return ", ".join(details)


def _changed(answer: Answer) -> Line:
    if answer.names_it:
        return _answered(answer, _("Named again for %s") % answer.day)
    return _answered(answer, _("No longer named for %s") % answer.day, Tone.WARN)


def _answered(answer: Answer, what: str, tone: Tone = Tone.PLAIN) -> Line:
    address = reverse("admin:papers_sourceanswer_change", args=[answer.pk])
    place = Place(address, "papers.view_sourceanswer")
    by = name_of(answer.source)
    return Line(answer.fetched_at, what, by, place, tone, SEES_LISTINGS)


def _refused(rows: Rows) -> Iterator[Line]:
    for answer, remark in refusals(rows):
        said = _("Named for %(day)s, but its item was refused: %(why)s") % {
            "day": answer.day,
            "why": why_refused(remark),
        }
        yield _answered(answer, said, Tone.BAD)


def _not_stored(rows: Rows) -> Iterator[Line]:
    for answer in not_stored(rows):
        said = _("Named for %s, but no listing is stored") % answer.day
        yield _answered(answer, said, Tone.BAD)


def _decided(decision: Decision) -> Line:
    tone = Tone.GOOD if decision.choice == Choice.PICKED else Tone.PLAIN
    listing = decision.listing
    of = f"{name_of(listing.source)}, {listing.day}"
    return Line(
        decision.at,
        f"{decision.said} ({of})",
        decision.by,
        place_of_day(listing.day),
        tone,
        SEES_LISTINGS,
        decision.exact,
    )


def _since(rows: Rows, listing: Listing) -> tuple[datetime, bool]:
    """Return since when a source lists the paper, and whether the time of day is known.

    Without a stored answer that is the listing's day, or when the paper was stored if that is
    later.
    """
    for answer in _answers_for(rows, listing):
        if answer.names_it:
            return answer.fetched_at, True
    begin = make_aware(datetime.combine(listing.day, time.min))
    return max(begin, rows.paper.created_at if rows.paper else begin), False


def _answers_for(rows: Rows, listing: Listing) -> list[Answer]:
    """Return the source's answers for the listing's day, the oldest first."""
    return [each for each in rows.answers if each.key == (listing.source, listing.day)]
