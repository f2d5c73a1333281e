"""Where a paper's facts come from, as they are now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.utils.translation import gettext as _

from papers.models import Origin, Paper
from papers.way.line import Line
from papers.way.rows import Rows


def lines(rows: Rows) -> Iterator[Line]:
    """Yield a line for each origin, with the facts that come from it."""
    if rows.paper is None:
        return
    at = rows.paper.arxiv_checked_at or rows.paper.created_at
    for origin, facts in _by_origin(rows.paper).items():
        who = str(dict(Origin.choices).get(origin, origin))
        yield Line(at, _("Its facts as they are now: %s") % ", ".join(facts), who)


def _by_origin(paper: Paper) -> dict[str, list[str]]:
    known = {field.name: field for field in Paper._meta.concrete_fields}
    found: dict[str, list[str]] = defaultdict(list)
    for fact, origin in sorted(paper.origins.items()):
        if fact in known:
            found[origin].append(str(known[fact].verbose_name))
    return dict(found)
