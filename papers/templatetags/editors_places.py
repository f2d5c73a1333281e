"""Where editors find what a page names."""

from django import template
from django.conf import settings
from django.urls import reverse

from papers.models import Finding

register = template.Library()


@register.simple_tag
def place_of(finding: Finding) -> str:
    """The paper's page, opened at the language that a finding is about."""
    page = reverse("admin:papers_paper_change", args=[finding.paper_id])
    languages = list(dict.fromkeys([settings.LANGUAGE_CODE, *dict(settings.LANGUAGES)]))
    if finding.section is None or finding.section.language not in languages:
        return page
    number = languages.index(finding.section.language) + 1
    return f"{page}#sections" if number == 1 else f"{page}#sections-{number}"  # As Django counts.
