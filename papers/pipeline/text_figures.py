"""How many full texts have the sections that readers of a summary need, by day and generator.

A converter that changes, or a parser that no longer fits it, shows here first: sections are no
longer told apart. Nobody would notice it from a single paper.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import sqrt

from django.db.models import Count
from django.db.models.functions import TruncDate

from papers.fulltext.base import Kind
from papers.models import FullText, TextFormat

USUAL = (Kind.INTRODUCTION, Kind.RESULTS, Kind.CONCLUSION)
BEFORE = timedelta(days=30)
FALL = 0.10
"""Of all texts: this many fewer are a reason to look."""
FEWEST, FEWEST_BEFORE = 10, 30
"""Texts that a share is taken of. Of fewer it says nothing."""
WITHIN = 7
"""Days that a share is taken over, where the last one has too few texts."""
ERRORS = 3
"""Standard errors: chance alone goes so far on one of some 700 days, and each generator has its own
chance."""
_VERSION = re.compile(r"[\s/-]+v?\d[\w.+-]{0,40}$")


@dataclass(frozen=True, slots=True)
class Figure:
    """The texts of one day that one generator made, however it is versioned."""

    day: date
    format: str
    generator: str
    read: int
    parts: int
    """Texts with signs that they are not the whole paper."""
    usual: tuple[int, int, int]
    """Texts with an introduction, with results, with a conclusion."""
    complete: int
    """Texts with all three."""


@dataclass(frozen=True, slots=True)
class Fall:
    """The share of complete texts that one generator made has fallen."""

    day: date
    generator: str
    share: float
    before: float
    texts: int

    @property
    def percent(self) -> int:
        return round(100 * self.share)

    @property
    def percent_before(self) -> int:
        return round(100 * self.before)


def figures(first: date, last: date) -> list[Figure]:
    """Return the figures from `first` to `last` (UTC, both included), the newest day first."""
    days: defaultdict[tuple[date, str, str], Counter[str]] = defaultdict(Counter)
    for day, text_format, generator, is_part, kinds, count in _rows(first, last):
        counter = days[day, text_format, family(text_format, generator)]
        had = set(kinds.split())
        counter["read"] += count
        counter["parts"] += count * is_part
        counter["complete"] += count * had.issuperset(USUAL)
        counter.update({kind: count for kind in USUAL if kind in had})
    newest = sorted(days, key=lambda key: (-key[0].toordinal(), key[2], key[1]))
    return [_figure(*key, days[key]) for key in newest]


def _rows(first: date, last: date) -> Iterator[tuple[date, str, str, bool, str, int]]:
    read = FullText.objects.filter(error="").exclude(kinds="").order_by()
    read = read.filter(parsed_at__gte=_begin(first), parsed_at__lt=_begin(last + timedelta(days=1)))
    rows = read.values_list(
        TruncDate("parsed_at", tzinfo=UTC), "format", "generator", "gap", "kinds"
    )
    for day, text_format, generator, gap, kinds, count in rows.annotate(Count("pk")):
        yield day, text_format, generator, bool(gap), kinds, count


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _figure(day: date, text_format: str, generator: str, counter: Counter[str]) -> Figure:
    introduction, results, conclusion = (counter[kind] for kind in USUAL)
    return Figure(
        day,
        text_format,
        generator,
        counter["read"],
        counter["parts"],
        (introduction, results, conclusion),
        counter["complete"],
    )


def family(text_format: str, generator: str) -> str:
    """Return a generator without its version. PDFs have many, which arXiv does not choose."""
    if text_format == TextFormat.PDF:
        return TextFormat.PDF.label
    return _VERSION.sub("", generator) or TextFormat(text_format).label


def fall(day: date) -> Fall | None:
    """Return how far the share of complete texts has fallen by the end of `day`, if it has.

    Each generator is held against itself, so another mix of them is no fall. Of several the deepest
    is returned.
    """
    known = figures(day - timedelta(days=WITHIN) - BEFORE, day)
    makers = sorted({(figure.format, figure.generator) for figure in known})
    falls = [found for maker in makers if (found := _fall_of(known, day, *maker))]
    return max(falls, key=lambda found: found.before - found.share, default=None)


def _fall_of(known: list[Figure], day: date, text_format: str, generator: str) -> Fall | None:
    """Return the fall of what one generator made.

    Its newest texts are held against those of the 30 days before them: of `day` alone, or of up to
    a week if one day has too few. A new generator is held against all others of its format. A fall
    is FALL or more, and more than chance explains.
    """
    kin = [figure for figure in known if figure.format == text_format]
    own = [figure for figure in kin if figure.generator == generator]
    for days in range(1, WITHIN + 1):
        first = day - timedelta(days=days - 1)
        now_read, now_complete = _sums(own, first, day)
        if now_read >= FEWEST:
            read, complete = _before(own, kin, first)
            if read < FEWEST_BEFORE:
                return None
            found = Fall(day, generator, now_complete / now_read, complete / read, now_read)
            return found if _is_fall(found, read) else None
    return None


def _before(own: list[Figure], kin: list[Figure], day: date) -> tuple[int, int]:
    period = day - BEFORE, day - timedelta(days=1)
    sums = _sums(own, *period)
    return sums if sums[0] >= FEWEST_BEFORE else _sums(kin, *period)


def _sums(known: list[Figure], first: date, last: date) -> tuple[int, int]:
    within = [figure for figure in known if first <= figure.day <= last]
    return sum(figure.read for figure in within), sum(figure.complete for figure in within)


def _is_fall(found: Fall, read_before: int) -> bool:
    fallen = found.before - found.share
    # Of both together: where all were complete before, one that is not would else be no chance.
    all_read = found.texts + read_before
    share = (found.share * found.texts + found.before * read_before) / all_read
    each = 1 / found.texts + 1 / read_before
    # A share moves by whole texts, so half a text on either side is no difference (Yates).
    return fallen >= FALL - 1e-9 and fallen - each / 2 > ERRORS * sqrt(share * (1 - share) * each)
