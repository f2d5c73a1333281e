"""What the tags field offers while somebody types."""

import unicodedata

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from taggit.models import Tag

from digest.admin.completions import OFFERED
from tests.factories import make_paper

pytestmark = pytest.mark.django_db

ADDRESS = "/admin/taggit/tag/completions/"


@pytest.fixture
def offered(client, editor):
    def ask(term, **more):
        response = client.get(ADDRESS, {"term": term, **more})
        assert response.status_code == 200
        return response.json()["results"]

    return ask


def make_tags(*names):
    for name in names:
        Tag.objects.create(name=name)


def texts(options):
    return [option["text"] for option in options]


def test_names_that_begin_so_come_before_those_that_have_it_inside(offered):
    make_tags("multi-agent", "Agents", "agent-based", "AGENT", "vision")
    assert texts(offered("agent")) == ["AGENT", "agent-based", "Agents", "multi-agent"]


def test_all_tags_are_asked_however_many_there_are(offered):
    Tag.objects.bulk_create(
        Tag(name=f"a {number:04}", slug=f"a-{number}") for number in range(2_500)
    )
    make_tags("zebra agents")
    assert len(offered("a")) == OFFERED
    assert texts(offered("zeb")) == ["zebra agents"]


def test_a_former_name_leads_to_its_tag(offered):
    tag = Tag.objects.create(name="LLM")
    tag.name = "large language models"
    tag.save()
    make_tags("LLM agents")
    assert offered("llm") == [
        {"id": "large language models", "text": "large language models", "was": "LLM"},
        {"id": "LLM agents", "text": "LLM agents"},
    ]
    tag.name = "language models"
    tag.save()
    assert offered("language models") == [{"id": "language models", "text": "language models"}]


def test_korean_is_found_however_it_is_composed(offered):
    make_tags("언어 모델", "대규모 언어 모델")
    assert texts(offered(unicodedata.normalize("NFD", "언어"))) == ["언어 모델", "대규모 언어 모델"]


def test_the_keywords_of_the_paper_are_offered_where_no_tag_is(offered):
    make_tags("agents")
    paper = make_paper(keywords=["Agents", "agentic search", "Agentic  Search ", "🚫\u200d", " "])
    (group,) = offered("", paper=paper.pk)
    assert group["text"] == "논문 키워드"
    assert texts(group["children"]) == ["Agents", "agentic search", "Agentic Search", "🚫"]
    tag, group = offered("agent", paper=paper.pk)
    assert tag["text"] == "agents"
    assert texts(group["children"]) == ["agentic search", "Agentic Search"]


@pytest.mark.parametrize("paper", ["", "x", "0", "9" * 18, "9" * 400, "-1", "²"])
def test_a_paper_that_is_none_offers_nothing(offered, paper):
    assert offered("", paper=paper) == []


@pytest.mark.parametrize("term", ["%", "_", "\\", "\x00", "'", "a" * 5000, "[", "<b>"])
def test_signs_of_patterns_are_only_letters(offered, term):
    make_tags("one", "two")
    assert offered(term) == []


@pytest.mark.parametrize(
    ("permission", "status"),
    [("change_post", 200), ("add_paper", 200), ("view_paper", 403), (None, 403)],
)
def test_who_may_edit_neither_papers_nor_posts_is_refused(client, editor, permission, status):
    editor.groups.clear()
    if permission:
        editor.user_permissions.add(Permission.objects.get(codename=permission))
    assert client.get(ADDRESS).status_code == status


def test_nobody_is_sent_to_the_sign_in_and_a_post_is_refused(client, editor):
    assert client.post(ADDRESS).status_code == 405
    client.logout()
    assert client.get(ADDRESS).status_code == 302


def test_completions_take_few_queries(client, offered, django_assert_num_queries):
    paper = make_paper(keywords=[f"agent {number}" for number in range(50)])
    make_tags(*(f"an agent {number}" for number in range(50)))
    offered("agent", paper=paper.pk)
    with django_assert_num_queries(9):
        offered("agent", paper=paper.pk)


def test_a_form_carries_the_tags_of_its_row_and_no_others(client, editor):
    paper = make_paper()
    paper.tags.add("robots")
    make_tags("vision")
    page = client.get(reverse("admin:papers_paper_change", args=[paper.pk])).content.decode()
    assert '<option value="robots" selected>' in page
    assert "vision" not in page
    assert f'data-paper="{paper.pk}"' in page
    assert f'data-completions="{ADDRESS}"' in page
