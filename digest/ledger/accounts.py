"""The equation of a day: listed = published + excluded (why) + failed (why) + pending.

*Listed* is counted from what the source said, the other side from our own rows. A lost paper thus
shows as a difference instead of as a smaller day. All of it may be public: for a day without a
published post it says how many papers are pending, and nothing about what an editor thinks.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db.models import Max, Min, Q, TextChoices
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from digest.models import Entry, Post
from papers.clock import end_of, now
from papers.models import (
    Choice,
    Job,
    JobKind,
    JobState,
    Listing,
    Paper,
    Source,
    SourceAnswer,
    SourceState,
)
from papers.sources.daily import DAILY, first_days
from papers.sources.fields import EARLIEST
from papers.sources.items import Remark

NOT_CHOSEN = gettext_noop("not chosen")
ELSEWHERE = gettext_noop("in the digest of another day")
LEFT_OUT = gettext_noop("left out by an editor")
SATURDAY = 5
LONGEST_ID = Paper._meta.get_field("arxiv_id").max_length

Key = tuple[str, date]
"""A source and its day."""


class State(TextChoices):
    """How far a source's day was read. The equation says what became of its papers."""

    COMPLETE = "complete", _("complete")
    QUIET = "quiet", _("nothing listed")
    OPEN = "open", _("still growing")
    WAITING = "waiting", _("waiting")
    FAILED = "failed", _("failed")
    MISSED = "missed", _("never read")


@dataclass(frozen=True, slots=True)
class Day:
    """The account of one day of a source. A day of Hugging Face is a UTC date."""

    date: date
    source: str
    state: State
    listed: int
    """Distinct papers in the stored answers, plus the refused items of the newest answer."""
    published: int
    excluded: Mapping[str, int]
    """The number of papers by reason. A reason is an editor's or one of this module's."""
    failed: tuple[str, ...]
    """Why each refused item was refused, in the words of the source's parser."""
    unread: tuple[str, ...]
    """Which parts of the source were not read, as a category's feed, and why. No paper of them is
    known, so they are outside the equation."""
    pending: int
    missing: tuple[str, ...]
    """Ids that the source listed and that none of our rows has."""
    unlisted: tuple[str, ...]
    """Ids that one of our rows says were listed, and that no answer has."""
    added: int
    """Papers in that day's digests that no source listed. They are outside the equation, and their
    number is the same for each source of the day."""
    read_at: datetime | None
    until: datetime | None
    """When the source is asked again for a waiting day."""
    posts: tuple[Post, ...]
    """The published posts of the day."""

    @property
    def source_name(self) -> str:
        return str(dict(Source.choices).get(self.source, self.source))

    @property
    def left_out(self) -> int:
        return sum(self.excluded.values())

    @property
    def difference(self) -> int:
        return self.listed - self.published - self.left_out - len(self.failed) - self.pending

    @property
    def balances(self) -> bool:
        return not self.difference and not self.unlisted

    @property
    def address(self) -> str:
        """Return the path of the day's digest, or of the list of its digests; "" if it has none."""
        if len(self.posts) == 1:
            return self.posts[0].get_absolute_url()
        return reverse("day", args=self.posts[0].date_parts) if self.posts else ""

    def data(self) -> dict[str, Any]:
        """Return the account for JSON."""
        return {
            "date": self.date,
            "source": self.source,
            "state": self.state,
            "listed": self.listed,
            "published": self.published,
            "excluded": self.excluded,
            "failed": self.failed,
            "unread": self.unread,
            "pending": self.pending,
            "balances": self.balances,
            "missing": self.missing,
            "unlisted": self.unlisted,
            "added_by_editor": self.added,
            "read_at": self.read_at,
            "waiting_until": self.until,
            "digest": settings.SITE_URL + self.address if self.posts else None,
        }


@dataclass(frozen=True, slots=True)
class Date:
    """What became of all papers of a date, each counted once, with its sources' own accounts."""

    day: Day
    """The account over all sources. With one source it is that source's own."""
    sources: tuple[Day, ...]

    @property
    def balances(self) -> bool:
        return all(each.balances for each in self.sources)

    def data(self) -> dict[str, Any]:
        """Return the sum for JSON, with the names of its sources."""
        sum_of = ("listed", "published", "excluded", "failed", "pending", "missing")
        told = self.day.data()
        return {
            "date": self.day.date,
            "sources": [each.source for each in self.sources],
            **{name: told[name] for name in sum_of},
            "balances": self.balances,
            "digest": told["digest"],
        }


def dates(first: date, last: date) -> list[Date]:
    """Return what became of each date's papers, oldest first, in as many queries as `days`."""
    books = _Books(first, last)
    by_date = groupby(books.keys(first, last), lambda key: key[1])
    return [books.all_of(day, [source for source, _ in keys]) for day, keys in by_date]


def days(first: date, last: date) -> list[Day]:
    """Return the accounts from `first` to `last`, oldest first, in 9 queries whatever their number.

    A source's days before its first known day and after its last known day are left out.
    """
    books = _Books(first, last)
    return [books.account(key) for key in books.keys(first, last)]


@dataclass(frozen=True, slots=True)
class Count:
    """The papers of one day, over all its sources."""

    date: date
    listed: int
    """As in `Day`. A paper that several sources list counts once."""
    published: int
    """Those of the listed papers that the day's digests have."""


def counts(first: date, last: date) -> list[Count]:
    """Return the counts of each day from `first` to `last`, oldest first, in 2 queries.

    A day that no source was read for has 0.
    """
    told: dict[date, list[_Said]] = defaultdict(list)
    for (_source, day), said in _said({"day__range": (first, last)}).items():
        told[day].append(said)
    published = _published(first, last)
    return [
        Count(day, said.listed, len(said.ids & published[day]))
        for day in (first + timedelta(n) for n in range((last - first).days + 1))
        for said in [_Said.together(told[day])]
    ]


def known() -> tuple[date, date] | None:
    """Return the first and the last day of all that is known, or None if nothing is."""
    bounds = spans()
    return (min(b[0] for b in bounds), max(b[1] for b in bounds)) if bounds else None


def spans() -> list[tuple[date, date]]:
    """Return the first and the last known day of each source. Each day between has an account."""
    return list(_bounds().values())


def _bounds() -> dict[str, tuple[date, date]]:
    """Return the first and the last known day of each source.

    They come from its answers and from our rows made from them, because losing either must show.
    """
    by_source: dict[str, list[date]] = defaultdict(list)
    # No day before arXiv began, or a year ahead, lists papers. An account of it would fill years.
    possible = Q(day__range=(EARLIEST.date(), now().date() + timedelta(days=366)))
    listings = Listing.objects.exclude(source__in=[Source.EDITOR, Source.JEKYLL])
    answered, listed = (
        rows.filter(possible).order_by().values_list("source").annotate(Min("day"), Max("day"))
        for rows in (SourceAnswer.objects.all(), listings)
    )
    for source, first, last in answered.union(listed):
        by_source[source] += [first, last]
    jobs = Job.objects.filter(possible, kind=JobKind.INGEST_DAY)
    asked = jobs.aggregate(first=Min("day"), last=Max("day"))
    if asked["first"]:  # A day that could never be read must show too, and it has only a job.
        for source, switched_on in first_days().items():
            if switched_on <= asked["last"]:
                by_source[source] += [max(asked["first"], switched_on), asked["last"]]
    return {source: (min(found), max(found)) for source, found in by_source.items()}


@dataclass(slots=True)
class _Said:
    """What all of a source's answers for one day say together."""

    ids: set[str] = field(default_factory=set)
    refusals: list[Remark] = field(default_factory=list)
    read_at: datetime | None = None

    @property
    def listed(self) -> int:
        return len(self.ids) + len(self.failed())

    @classmethod
    def together(cls, several: Iterable[_Said]) -> _Said:
        """Return what several sources said. A paper that two of them refuse is refused once."""
        both, refused = cls(), set()
        for one in several:
            both.ids |= one.ids
            both.refusals += [each for each in one.refusals if each.arxiv_id not in refused]
            refused |= {each.arxiv_id for each in one.refusals if each.arxiv_id}
        return both

    def failed(self) -> tuple[str, ...]:
        """Return the refused items, except papers that another item or answer listed."""
        items = [each for each in self.refusals if not each.is_of_a_part]
        return tuple(str(each) for each in items if each.arxiv_id not in self.ids)

    def unread(self) -> tuple[str, ...]:
        """Return the parts of the source that were not read."""
        return tuple(str(each) for each in self.refusals if each.is_of_a_part)


class Readings:
    """How far the sources' days were read. It takes 3 queries."""

    def __init__(self, **days: Any) -> None:
        """`days` is a lookup of the field `day`."""
        self.now = now()
        self.said = _said(days)
        self.stops = _stops()
        self.jobs = _jobs(days)

    def state(self, key: Key) -> State:
        source, day = key
        said = self.said.get(key)
        if said and said.read_at and said.read_at >= end_of(day):
            return State.COMPLETE if said.listed else State.QUIET
        job = self.jobs.get((source, day))
        if job:
            return _AS_JOB[JobState(job.state)]
        if said or day >= self.now.date():
            return self._unfinished(source)
        return State.QUIET if day.weekday() >= SATURDAY else State.MISSED

    def until(self, key: Key) -> datetime | None:
        """Return when the source is asked again for a waiting day, or None if it does not wait."""
        if self.state(key) != State.WAITING:
            return None
        job = self.jobs.get(key)
        return job.next_at if job else self.stops[key[0]].paused_until

    def _unfinished(self, source: str) -> State:
        stop = self.stops.get(source)
        if stop is None:
            return State.OPEN
        return State.FAILED if stop.stopped else State.WAITING


class _Books:
    """What is stored about a range of days."""

    def __init__(self, first: date, last: date) -> None:
        span = (first, last)
        self.bounds = _bounds()
        self.readings = Readings(day__range=span)
        self.rows: dict[Key, list[tuple[str, str, str]]] = defaultdict(list)
        listings = Listing.objects.filter(source__in=self.bounds, day__range=span)
        for source, day, arxiv_id, choice, reason in listings.order_by().values_list(
            "source", "day", "paper__arxiv_id", "choice", "reason"
        ):
            self.rows[source, day].append((arxiv_id, choice, reason))
        self.posts: dict[date, list[Post]] = defaultdict(list)
        for post in Post.objects.published().filter(date__range=span).only("date", "slug"):
            self.posts[post.date].append(post)
        self.published = _published(first, last)
        # Papers that were listed on a day and published on any day.
        self.digested = _by_day(
            Entry.objects.public()
            .filter(paper__listings__day__range=span)
            .values_list("paper__listings__day", "paper__arxiv_id")
        )

    def keys(self, first: date, last: date) -> list[Key]:
        found = []
        for source, (begin, end) in self.bounds.items():
            begin, end = max(first, begin), min(last, end)
            found += [(begin + timedelta(n), source) for n in range((end - begin).days + 1)]
        return [(source, day) for day, source in sorted(found)]

    def account(self, key: Key) -> Day:
        source, day = key
        said = self.readings.said.get(key, _Said())
        rows = {row[0]: row for row in self.rows[key]}
        lost = (said.ids - rows.keys(), rows.keys() - said.ids)
        state, until = self.readings.state(key), self.readings.until(key)
        told = {"state": state, "read_at": said.read_at, "until": until}
        return self._sum(day, source, said, rows, lost, **told)

    def all_of(self, day: date, sources: list[str]) -> Date:
        """Return the account of a date. What one source's rows lost is lost, whatever another's."""
        accounts = tuple(self.account((source, day)) for source in sources)
        if len(accounts) == 1:
            return Date(accounts[0], accounts)
        said = _Said.together(
            self.readings.said[each, day] for each in sources if (each, day) in self.readings.said
        )
        rows = {row[0]: row for source in sources for row in self.rows[source, day]}
        missing = {each for account in accounts for each in account.missing}
        unlisted = {each for account in accounts for each in account.unlisted}
        told = {"state": State.COMPLETE, "read_at": None, "until": None}
        return Date(self._sum(day, "", said, rows, (missing, unlisted), **told), accounts)

    def _sum(
        self,
        day: date,
        source: str,
        said: _Said,
        rows: Mapping[str, tuple[str, str, str]],
        lost: tuple[Iterable[str], Iterable[str]],
        **told: Any,
    ) -> Day:
        missing, unlisted = map(sorted, lost)
        stored = (said.ids & rows.keys()) - set(missing)
        fates = Counter(self._fate(day, *rows[each]) for each in stored)
        excluded = {reason: n for (fate, reason), n in sorted(fates.items()) if fate == "excluded"}
        return Day(
            date=day,
            source=source,
            listed=said.listed,
            published=fates["published", ""],
            excluded=excluded,
            failed=said.failed(),
            unread=said.unread(),
            pending=fates["pending", ""],
            missing=tuple(missing),
            unlisted=tuple(unlisted),
            added=len(self.published[day] - self._listed_by_any(day)),
            posts=tuple(self.posts[day]),
            **told,
        )

    def _fate(self, day: date, arxiv_id: str, choice: str, reason: str) -> tuple[str, str]:
        """Return what became of a listed paper, and the reason if it was excluded."""
        if arxiv_id in self.published[day]:
            return "published", ""
        if not self.posts[day]:
            return "pending", ""
        if choice == Choice.EXCLUDED:
            return "excluded", reason or LEFT_OUT
        return "excluded", ELSEWHERE if arxiv_id in self.digested[day] else NOT_CHOSEN

    def _listed_by_any(self, day: date) -> set[str]:
        said = self.readings.said
        return set().union(*(said[s, day].ids for s in self.bounds if (s, day) in said))


_AS_JOB = {JobState.FAILED: State.FAILED, JobState.WAITING: State.WAITING}


def _jobs(days: Mapping[str, Any]) -> dict[Key, Job]:
    """Return, by source and day, the jobs that failed to read it or wait for another attempt.

    A job that asks one source alone says nothing of the others, and more of its own.
    """
    jobs = Job.objects.filter(**days, kind=JobKind.INGEST_DAY, state__in=_AS_JOB)
    of_all_first = jobs.order_by("source")
    return {
        (source, job.day): job
        for job in of_all_first
        if job.day
        for source in ([job.source] if job.source else DAILY)
    }


def _said(days: Mapping[str, Any]) -> dict[Key, _Said]:
    said: dict[Key, _Said] = defaultdict(_Said)
    answers = SourceAnswer.objects.filter(**days).order_by("fetched_at")
    for source, day, *answer in answers.values_list(
        "source", "day", "listed_ids", "refusals", "fetched_at"
    ):
        ids, refusals, read_at = answer
        one = said[source, day]
        one.ids.update(each[:LONGEST_ID] for each in ids)
        one.refusals, one.read_at = list(map(Remark.from_json, refusals)), read_at
    return dict(said)


def _stops() -> dict[str, SourceState]:
    """Return the sources that may not be asked now."""
    states = SourceState.objects.all()
    return {s.source: s for s in states if s.stopped or (s.paused_until and s.paused_until > now())}


def _published(first: date, last: date) -> dict[date, set[str]]:
    """Return the ids of the papers in the digests of each day."""
    public = Entry.objects.public().filter(post__date__range=(first, last))
    return _by_day(public.values_list("post__date", "paper__arxiv_id"))


def _by_day(rows: Iterable[tuple[date, str]]) -> dict[date, set[str]]:
    found: dict[date, set[str]] = defaultdict(set)
    for day, arxiv_id in rows:
        found[day].add(arxiv_id)
    return found
