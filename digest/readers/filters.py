"""The tags and categories by which a reader filters the papers of a digest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from digest.readers.summaries import Summary

MOST = 12
"""Of tags, and of categories."""
LEAST_PAPERS = 8
"""A shorter digest is seen whole at a glance."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A word by which papers are chosen, and how many papers it chooses."""

    key: str
    """As in `Summary.filters`."""
    name: str
    count: int


def filters_of(summaries: Iterable[Summary]) -> list[Filter]:
    """Return the filters that choose some papers and not all, most papers first, tags first."""
    shown = list(summaries)
    if len(shown) < LEAST_PAPERS:
        return []
    tags = Counter((f"tag={t.slug}", t.name) for each in shown for t in each.paper.public_tags)
    categories = Counter(
        (f"category={name}", name) for each in shown for name in each.categories[:1]
    )
    return [
        Filter(*named, count)
        for counted in (tags, categories)
        for named, count in sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:MOST]
        if count < len(shown)
    ]
