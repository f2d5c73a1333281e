"""The listed days that are not finished: how far each is, and the next step."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from digest import ledger
from digest.admin.desk.asking import Asking
from digest.admin.desk.items import Fact, Item, Step, moment
from digest.admin.desk.posts import IN_WORK, Posts
from digest.admin.desk.schedules import Schedules
from digest.models import Entry, Post
from papers.clock import end_of, now
from papers.models import Choice, Listing, Source
from papers.sources.daily import DAILY, FIRST_DAY

SHOWN_DAYS = 4


@dataclass(frozen=True, slots=True)
class Numbers:
    """The listed papers of a day, each counted once however many sources listed it."""

    date: datetime.date
    listed: int = 0
    picked: int = 0
    excluded: int = 0
    missing: int = 0
    """Picked, and in no post of the day."""

    @property
    def pending(self) -> int:
        return self.listed - self.picked - self.excluded


@dataclass(frozen=True, slots=True)
class Row:
    """A day as the desk shows it."""

    numbers: Numbers
    address: str
    facts: tuple[Fact, ...]
    post: Item | None
    step: Step | None
    is_main: bool
    """Whether it is the day to work on: the newest that is listed as a whole, else the newest."""


def read() -> list[Numbers]:
    """Count the listed papers of the last days, and of the newest listed one, in one query.

    Today is among them though nothing is listed yet. The newest comes first.
    """
    today = now().date()
    reach = today - datetime.timedelta(days=settings.CATCH_UP_DAYS)
    newest = Listing.objects.order_by("-day").values("day")[:1]
    listings = Listing.objects.filter(Q(day__gte=reach) | Q(day=Subquery(newest)))
    places = Entry.objects.filter(position__isnull=False, paper=OuterRef("paper"))
    placed = Exists(places.filter(post__date=OuterRef("day")))
    picked = Q(choice=Choice.PICKED)
    same = Listing.objects.filter(paper=OuterRef("paper"), day=OuterRef("day"))
    # Picked from one source's list and left out of another's, a paper is picked.
    excluded = Q(~Exists(same.filter(picked)), choice=Choice.EXCLUDED)
    found = (
        listings.order_by()
        .values("day")
        .annotate(
            listed=Count("paper", distinct=True),
            picked=Count("paper", distinct=True, filter=picked),
            excluded=Count("paper", distinct=True, filter=excluded),
            missing=Count("paper", distinct=True, filter=Q(picked, ~placed)),
        )
    )
    days = {today: Numbers(today)} | {
        day: Numbers(day, *counts)
        for day, *counts in found.values_list("day", "listed", "picked", "excluded", "missing")
    }
    return [days[day] for day in sorted(days, reverse=True)]


class Days:
    """The days to show: today, and those that still need somebody."""

    def __init__(
        self, asking: Asking, numbers: Iterable[Numbers], posts: Posts, schedules: Schedules
    ) -> None:
        self.asking, self.posts, self.schedules = asking, posts, schedules
        today = now().date()
        open_days = [day for day in numbers if day.date == today or self._is_open(day)]
        self.more = len(open_days) > SHOWN_DAYS
        shown = open_days[:SHOWN_DAYS]
        self.readings = ledger.Readings(day__in=[day.date for day in shown])
        whole = [day for day in shown if day.listed and self._is_whole(day.date)]
        main = next(iter(whole), shown[0])
        self.rows = [self._row(day, is_main=day is main) for day in shown]
        self.shown_posts = {post.pk for day in shown if (post := posts.of(day.date))}

    def _is_open(self, day: Numbers) -> bool:
        """Return whether anything of the day is left to do."""
        post = self.posts.of(day.date)
        return post.state in IN_WORK if post else bool(day.picked or day.pending)

    def _sources(self, day: datetime.date) -> list[str]:
        """Return the sources of a day. One that people switch on is told of once it was read."""
        read = self.readings.said
        return [each for each in DAILY if each not in FIRST_DAY or (each, day) in read]

    def _is_whole(self, day: datetime.date) -> bool:
        states = [self.readings.state((source, day)) for source in self._sources(day)]
        return ledger.State.OPEN not in states

    def _row(self, day: Numbers, *, is_main: bool) -> Row:
        post = self.posts.of(day.date)
        item = self.posts.item(post, dated=False) if post else None
        page = reverse("admin:papers_listing_changelist")
        return Row(
            day,
            f"{page}?day={day.date}" if day.listed else "",
            tuple(self._facts(day, post)),
            item,
            item.step if item else self._step(day),
            is_main,
        )

    def _facts(self, day: Numbers, post: Post | None) -> Iterator[Fact]:
        if not day.listed:
            yield Fact(_("nothing is listed yet"))
        sources = self._sources(day.date)
        for source in sources:
            said = self._reading(source, day)
            several = len(sources) > 1
            named = (
                f"{dict(Source.choices).get(source, source)}: {said.text}" if several else said.text
            )
            yield Fact(named, said.tone)
        if post and post.state in IN_WORK and day.missing:
            counted = ngettext(
                "%(n)d picked paper is not in the post",
                "%(n)d picked papers are not in the post",
                day.missing,
            )
            yield Fact(counted % {"n": day.missing}, "warn")

    def _reading(self, source: str, day: Numbers) -> Fact:
        key = (source, day.date)
        match self.readings.state(key):
            case ledger.State.COMPLETE:
                return Fact(_("the list is complete"))
            case ledger.State.QUIET:
                return Fact(_("nothing was listed"))
            case ledger.State.FAILED:
                return Fact(_("the list could not be read"), "bad")
            case ledger.State.MISSED:
                return Fact(_("the list was never read"), "bad")
            case ledger.State.WAITING:
                return _waiting(self.readings.until(key))
        return self._growing(day.date)

    def _growing(self, day: datetime.date) -> Fact:
        until, again = moment(end_of(day)), self.schedules.polls_at()
        if again is None:
            return Fact(_("the list grows until %(until)s") % {"until": until})
        said = _("the list grows until %(until)s, and is read again at %(again)s")
        return Fact(said % {"until": until, "again": moment(again)})

    def _step(self, day: Numbers) -> Step | None:
        """Return the next step of a day without a post."""
        listings = reverse("admin:papers_listing_changelist")
        if not day.listed:
            return self._ask(day) if self.asking.may("papers.change_job") else None
        if day.picked and self.asking.may("digest.add_post", "digest.change_post"):
            label = ngettext(
                "Make the day's post of %(counter)s paper",
                "Make the day's post of %(counter)s papers",
                day.picked,
            )
            make = reverse("admin:papers_listing_make_post")
            return Step(label % {"counter": day.picked}, make, {"day": day.date})
        if self.asking.may("papers.change_listing"):
            return Step(_("Choose papers"), f"{listings}?day={day.date}")
        return None

    def _ask(self, day: Numbers) -> Step:
        return Step(_("Ask the sources now"), reverse("admin:desk_ask"), {"day": day.date})


def _waiting(until: datetime.datetime | None) -> Fact:
    if until is None:
        return Fact(_("the source is asked again later"), "warn")
    return Fact(_("the source is asked again at %(time)s") % {"time": moment(until)}, "warn")
