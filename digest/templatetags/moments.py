"""Writes moments for machines."""

from datetime import datetime

from django import template
from django.utils.timezone import localtime

register = template.Library()


@register.filter
def iso(moment: datetime | None) -> str:
    """Return a moment as `<time datetime>` allows it: HTML knows at most three digits of a second.

    https://html.spec.whatwg.org/multipage/common-microsyntaxes.html#dates-and-times
    """
    return localtime(moment).isoformat(timespec="seconds") if moment else ""
