"""Sentences that a model says a section rests on, and that are not in the paper."""

from __future__ import annotations

from collections.abc import Mapping

from papers.models import CallOutcome, ModelCall, Paper, Section, Writer

Quotes = Mapping[tuple[str, str], list[str]]
"""By language and kind of section."""


def not_in_the_paper(paper: Paper) -> Quotes:
    """Return such quotes of the newest call that wrote each section."""
    calls = ModelCall.objects.filter(paper=paper, outcome=CallOutcome.DONE).order_by(
        "asked_at", "id"
    )
    found: dict[tuple[str, str], list[str]] = {}
    for language, kind, invented in calls.values_list("language", "kind", "invented"):
        for known in [key for key in found if key[0] == language and kind in {"", key[1]}]:
            del found[known]
        for each, quotes in invented.items():
            found[language, each] = _texts(quotes)
    return found


def of(section: Section, found: Quotes) -> list[str]:
    """Return the quotes that belong to a section, while its text is the model's."""
    if section.origin != Writer.MODEL:
        return []
    return found.get((section.language, section.kind), [])


def _texts(stored: object) -> list[str]:
    quotes = stored if isinstance(stored, list) else []
    return [each for each in quotes if isinstance(each, str)]
