"""Says the reasons of jobs, runs and refusals in the reader's language.

They are stored in English, as they were logged. A sentence of ours is found again by its template.
What a source said itself stays as it came.
"""

from __future__ import annotations

import re
from functools import lru_cache

from django.utils.translation import gettext, gettext_noop

_TEMPLATES = (
    gettext_noop("%(host)s cannot be read: %(why)s"),
    gettext_noop("%(host)s gave no whole answer within %(time)s"),
    gettext_noop("%(host)s answered %(status)s: waiting until %(time)s"),
    gettext_noop("%(host)s answered %(status)s"),
    gettext_noop("%(host)s redirects more than %(count)s times"),
    gettext_noop("no language model is configured (MODEL_URL, MODEL_NAME)"),
    gettext_noop("no paper %(paper)s is known here"),
    gettext_noop("no request before %(time)s: %(why)s"),
    gettext_noop("not JSON: %(what)s"),
    gettext_noop("response too large: limit %(limit)s"),
    gettext_noop("the calls under way may use up today's tokens"),
    gettext_noop("the job names no day"),
    gettext_noop("waiting for the paper's full text"),
    gettext_noop("%(paper)s: version not known: fetch arXiv's record first"),
    gettext_noop(
        "held: its text addresses a model. The findings on the paper's page show where; accept"
        " them there if they are harmless, and try again"
    ),
)
_ATTEMPT = gettext_noop("attempt %(number)s of %(most)s")
_REASON = re.compile(
    r"(?P<where>[a-z]{1,20}(?: \d{4}-\d\d-\d\d)?: )?(?P<said>.*?)"
    r"(?: \(attempt (?P<number>\d+) of (?P<most>\d+)\))?",
    re.DOTALL,
)


def translated(reason: str) -> str | None:
    """Return a reason in the current language, or None if it is no sentence of ours."""
    parts = _REASON.fullmatch(reason)
    if parts is None:
        return None
    for template in _TEMPLATES:
        if match := _pattern(template).fullmatch(parts["said"]):
            said = (parts["where"] or "") + gettext(template) % match.groupdict()
            return said + _attempt(parts["number"], parts["most"])
    return None


def _attempt(number: str | None, most: str | None) -> str:
    if number is None:
        return ""
    return f" ({gettext(_ATTEMPT) % {'number': number, 'most': most}})"


@lru_cache
def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"%\\\((\w+)\\\)s", r"(?P<\1>.+?)", re.escape(template)), re.DOTALL)
