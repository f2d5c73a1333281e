"""What editors of a paper should know about the posts that contain it."""

from typing import Any

from django import template
from django.conf import settings

from digest.models import PostQuerySet
from digest.publishing import approval
from papers.models import Paper

register = template.Library()


@register.simple_tag(takes_context=True)
def edit_unschedules(context: Any) -> bool:
    """Return whether an edit by who looks at the page takes a scheduled post back to review."""
    return not approval.counts_as_seen(context["request"].user)


@register.simple_tag
def four_eyes() -> bool:
    """Return whether somebody else has to look at every edit."""
    return settings.FOUR_EYES


@register.simple_tag
def scheduled_with(paper: Paper) -> PostQuerySet:
    """Return the scheduled posts that contain the paper."""
    return approval.scheduled_with(paper)
