"""Links to where editors find what a page names."""

from django import template
from django.urls import reverse

from papers.models import Finding

register = template.Library()


@register.simple_tag
def place_of(finding: Finding) -> str:
    """Return the paper's page, opened at the section that a finding is about."""
    page = reverse("admin:papers_paper_change", args=[finding.paper_id])
    return f"{page}#section-{finding.section_id}" if finding.section_id else page
