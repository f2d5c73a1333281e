"""Pages that are made for each request: what the ledger says, and the index of sitemaps.

Each comes with a hash of what it is made from, so that an export makes it again only if that is
another. The accounts of all days are read once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from hashlib import blake2b
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from digest import ledger
from digest.readers.export.addresses import Rows, days, of_day, parts, shape
from digest.readers.pages.release import release
from digest.readers.views.ledger import months_between

NOT_FOUND = "/404.html"
_WEEK = timedelta(days=7)


class Unstored(NamedTuple):
    """The address of a page, and the hash of what it is made from."""

    address: str
    made_from: str


@dataclass
class Books:
    """The pages without a row, from the accounts and from what stands on the stored pages."""

    rows: Rows
    etags: dict[str, str]
    """Of the stored pages. They stand for what an unstored page shows of the same rows."""
    months: list[date] = field(default_factory=list)
    accounts: dict[date, list[str]] = field(default_factory=dict)
    """What the ledger says of each day, as JSON."""

    @classmethod
    def read(cls, rows: Rows, etags: dict[str, str]) -> Books:
        known = ledger.known()
        books = cls(rows, etags, months_between(*known) if known else [])
        for day in ledger.days(*known) if known else []:
            told = json.dumps(day.data(), default=str)
            books.accounts.setdefault(day.date, []).append(told)
        return books

    def pages(self) -> Iterator[Unstored]:
        yield Unstored(reverse("sitemap"), _hash(*map(self._etag, self.rows.sitemaps)))
        yield Unstored(reverse("ledger_json"), _hash(*self.accounts.items()))
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                yield Unstored(reverse("home") + NOT_FOUND[1:], _hash())
                yield from self._ledger()
                yield from self._days()

    def _etag(self, address: str) -> str:
        return self.etags.get(address, "")

    def _ledger(self) -> Iterator[Unstored]:
        page = shape("ledger_month", "5432", "98")
        newest = self._of_month(self.months[0]) if self.months else _hash()
        yield Unstored(reverse("ledger"), newest)
        for month in self.months:
            yield Unstored(page(*parts(month)[:2]), self._of_month(month))

    def _of_month(self, month: date) -> str:
        return _hash(self.months[0], self.months[-1], *self._by_month.get(month, []))

    @cached_property
    def _by_month(self) -> dict[date, list[str]]:
        found: dict[date, list[str]] = {}
        for day, told in self.accounts.items():
            found.setdefault(day.replace(day=1), []).extend(told)
        return found

    def _days(self) -> Iterator[Unstored]:
        """Yield the days without a digest, as far as something is known of them."""
        for day, address in days(self.rows):
            if day in self.accounts:
                yield Unstored(address, _hash(*self.accounts[day], *self._around(day)))

    def _around(self, day: date) -> Iterator[object]:
        """Yield what stands for the calendar of a day's month and the digests beside the day."""
        month, post = shape("month", "5432", "98"), of_day("post", "sample")
        yield self._etag(month(*parts(day)[:2]))
        first = day.replace(day=1)
        months = {each.replace(day=1) for each in self.rows.by_day}
        yield max((each for each in months if each < first), default=None)
        yield min((each for each in months if each > first), default=None)
        yield from (first + timedelta(n) in self.rows.known for n in range(-7, 39))
        for each in self._beside(day):
            for slug in self.rows.by_day[each]:
                yield each, slug, self._etag(post(*parts(each), slug))

    def _beside(self, day: date) -> Iterator[date]:
        posted = self.rows.by_day
        yield from filter(
            None,
            (
                max((each for each in posted if each < day), default=None),
                min((each for each in posted if each > day), default=None),
            ),
        )


def _hash(*facts: object) -> str:
    """Return a hash of facts and of the release, by which the same facts make the same page."""
    return blake2b(repr((release(), facts)).encode(), digest_size=12).hexdigest()
