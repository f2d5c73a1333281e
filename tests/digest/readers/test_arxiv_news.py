"""News from arXiv about published papers: readers see a newer version, editors get a list."""

import pytest
from django.urls import reverse

from digest import publishing
from digest.models import Act, AuditRecord
from papers.models import Origin, Paper, Proposal, Section
from tests.factories import make_paper, make_post, make_section

pytestmark = pytest.mark.django_db

PAPERS = reverse("admin:papers_paper_changelist")
NOTICE = "arXiv에 새 버전(v2)"


@pytest.fixture
def paper():
    """Return a paper with a published summary of version 1. arXiv has version 2 now."""
    paper = make_paper(version=1)
    make_section(paper)
    make_post(papers=[paper])
    Paper.objects.update(version=2)
    paper.refresh_from_db()
    return paper


def page_of(client, paper):
    return client.get(paper.get_absolute_url()).content.decode()


def test_readers_see_that_a_newer_version_is_there(client, paper):
    assert NOTICE in page_of(client, paper)
    data = client.get(f"{paper.get_absolute_url().rstrip('/')}.json").json()
    assert (data["arxiv_version"], data["summarised_version"]) == (2, 1)


def test_publishing_a_changed_summary_takes_the_notice_away(client, paper):
    section = Section.objects.get()
    section.markdown = "새 버전을 읽고 고쳤다."
    section.save()
    publishing.publish_changes(paper.entries.get().post)
    assert NOTICE not in page_of(client, paper)


def test_a_change_elsewhere_in_the_post_does_not(client, paper):
    post = paper.entries.get().post
    publishing.add_entries(post, [other := make_paper(version=3)])
    make_section(other)
    publishing.publish_changes(post)
    assert NOTICE in page_of(client, paper)
    other.refresh_from_db()
    assert other.public_version == 3


def test_an_editor_finds_such_papers_and_notes_that_a_summary_holds(client, editor, paper):
    unconcerned = make_paper(title="Unconcerned", version=1)
    overview = client.get(reverse("admin:index")).content.decode()
    assert f"{PAPERS}?since=newer" in overview
    page = client.get(PAPERS, {"since": "newer"}).content.decode()
    assert paper.title in page
    assert unconcerned.title not in page
    client.post(PAPERS, {"action": "summary_holds", "_selected_action": [paper.pk]})
    assert NOTICE not in page_of(client, paper)
    assert paper.history.latest().history_user == editor
    told = AuditRecord.objects.get(model="papers.paper", key=str(paper.pk), act=Act.CHANGED)
    assert (told.person, told.changes[-1][0]) == ("kim", "public_version")
    assert told.reason
    assert f"{PAPERS}?since=newer" not in client.get(reverse("admin:index")).content.decode()


def test_an_editor_is_told_of_a_withdrawal_and_confirms_it(client, editor, paper):
    [proposal] = paper.offer({"withdrawn": True}, Origin.ARXIV, public=True)[1]
    proposal.save()
    assert paper.title in client.get(reverse("admin:index")).content.decode()
    client.post(reverse("admin:papers_proposal_decide", args=[proposal.pk, "accept"]))
    assert "철회했습니다" in page_of(client, paper)
    assert paper.title not in client.get(reverse("admin:index")).content.decode()
    assert Proposal.objects.get().decided_by == editor
