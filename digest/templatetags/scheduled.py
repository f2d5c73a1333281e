"""What editors of a paper should know about the posts that contain it."""

from django import template

from digest.models import PostQuerySet
from digest.publishing import approval
from papers.models import Paper

register = template.Library()


@register.simple_tag
def scheduled_with(paper: Paper) -> PostQuerySet:
    """Return the scheduled posts that contain the paper."""
    return approval.scheduled_with(paper)
