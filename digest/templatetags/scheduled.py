"""What editors of a paper should know of the posts that it stands in."""

from django import template

from digest.models import PostQuerySet
from digest.publishing import approval
from papers.models import Paper

register = template.Library()


@register.simple_tag
def scheduled_with(paper: Paper) -> PostQuerySet:
    """Scheduled posts that the paper stands in."""
    return approval.scheduled_with(paper)
