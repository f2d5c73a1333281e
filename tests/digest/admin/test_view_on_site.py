"""*View on site* stands only where readers have a page."""

import pytest
from django.urls import reverse
from taggit.models import Tag

from digest.models import Correction, State
from papers.clock import now
from papers.models import Report
from tests.factories import make_paper, make_post

pytestmark = pytest.mark.django_db


def link(client, row):
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    context = client.get(reverse(name, args=[row.pk])).context
    return context["absolute_url"] if context["has_absolute_url"] else None


@pytest.mark.parametrize("state", State.values)
def test_posts_papers_tags_and_corrections_have_it_while_they_are_public(client, editor, state):
    post = make_post(state, 1)
    paper = post.papers.get()
    paper.tags.add("agents")
    correction = Correction.objects.create(post=post, text="38%", corrected_at=now())
    rows = (post, paper, Tag.objects.get(), correction)
    public = state == State.PUBLISHED
    for row in rows:
        found = link(client, row)
        assert (found is not None) == public, row
        if found:
            assert client.get(found, follow=True).status_code == 200


def test_a_paper_without_a_digest_and_an_unused_tag_have_none(client, editor):
    assert link(client, make_paper()) is None
    assert link(client, Tag.objects.create(name="unused")) is None


def test_a_report_leads_to_readers_page_only_if_there_is_one(client, editor):
    report = Report.objects.create(paper=make_paper(), text="38%입니다.")
    address = reverse("admin:papers_report_change", args=[report.pk])
    assert report.paper.get_absolute_url() not in client.get(address).text
    make_post(papers=[report.paper])
    assert report.paper.get_absolute_url() in client.get(address).text
