"""Reasons in words, in the language of who reads them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from digest.suggestions.learning import learner
from digest.suggestions.learning.reasons import MOST

LONGEST = 80
"""Characters of a name or a word that are shown."""


def sentences(reasons: list[dict[str, Any]]) -> list[str]:
    """Return what stored reasons say. One that cannot be read says nothing."""
    return [said for reason in reasons if (said := sentence(reason))]


def sentence(reason: dict[str, Any]) -> str:
    """Return what a reason says, or "" if it is none."""
    try:
        return _SAID[reason["kind"]](reason)
    except (KeyError, TypeError, ValueError, OverflowError):
        return ""


def by_votes(picks: int) -> str:
    """Return why a day is in the order of votes, when so many earlier picks are known."""
    if picks >= learner.ENOUGH:
        return _("In the order of votes: earlier picks followed nothing else.")
    return _(
        "In the order of votes: %(picks)d earlier picks are known, and from %(enough)d on they"
        " count too."
    ) % {"picks": picks, "enough": learner.ENOUGH}


def _votes(reason: dict[str, Any]) -> str:
    place = int(reason["place"])
    if reason["votes"] is None:
        return _("no votes are counted")
    votes = int(reason["votes"])
    most = ngettext(
        "%(votes)d vote, the most of the day", "%(votes)d votes, the most of the day", votes
    )
    other = ngettext(
        "%(votes)d vote, number %(place)d of the day",
        "%(votes)d votes, number %(place)d of the day",
        votes,
    )
    return (most if place == 1 else other) % {"votes": votes, "place": place}


def _late(reason: dict[str, Any]) -> str:
    return _("listed after the first pick of the day")


def _author(reason: dict[str, Any]) -> str:
    return _("author %(name)s: %(picked)d of %(listed)d papers picked") % _numbers(reason)


def _organization(reason: dict[str, Any]) -> str:
    return _("organization %(name)s: %(picked)d of %(listed)d papers picked") % _numbers(reason)


def _often(reason: dict[str, Any]) -> str:
    return _("words the editors pick often: %(words)s") % {"words": _list(reason)}


def _seldom(reason: dict[str, Any]) -> str:
    return _("words the editors seldom pick: %(words)s") % {"words": _list(reason)}


def _strangers(reason: dict[str, Any]) -> str:
    return _("none of its authors among the picks of the last year")


def _unknown(reason: dict[str, Any]) -> str:
    return _("its words and names are new here, or say little")


def _numbers(reason: dict[str, Any]) -> dict[str, Any]:
    return {"name": str(reason["name"])[:LONGEST]} | {
        key: int(reason[key]) for key in ("picked", "listed")
    }


def _list(reason: dict[str, Any]) -> str:
    return ", ".join(str(word)[:LONGEST] for word in reason["words"][:MOST])


_SAID = {
    "votes": _votes,
    "late": _late,
    "author": _author,
    "organization": _organization,
    "often": _often,
    "seldom": _seldom,
    "strangers": _strangers,
    "unknown": _unknown,
}
