"""Saving leads back to where a person came from, and nowhere outside the admin."""

import pytest
from django.test import RequestFactory
from django.urls import reverse
from django.utils.html import escape
from taggit.models import Tag

from digest.models import State
from papers.admin import way_back
from tests.digest.admin.test_papers import form_of
from tests.factories import make_paper, make_post, make_section

pytestmark = pytest.mark.django_db

LIST = "/admin/papers/listing/?day=2025-10-08&choice__exact=picked&o=2"


@pytest.fixture
def paper():
    return make_section(make_paper()).paper


def change(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def opened(client, paper, came_from="", address=""):
    """Open a paper's form as by a link on another page. Return what its fields carry."""
    headers = {"Referer": came_from} if came_from else {}
    page = client.get(address or change(paper), headers=headers)
    fields = form_of(client, paper)
    del fields["_continue"]
    assert f'name="_next" value="{escape(page.context["came_from"])}"' in page.text
    return fields | {"_next": page.context["came_from"]}


def save(client, address, fields, **more):
    return client.post(address, fields | more)


def test_from_a_days_filtered_list_to_a_paper_and_back(client, editor, paper):
    fields = opened(client, paper, f"http://testserver{LIST}")
    assert save(client, change(paper), fields, _save="1").url == LIST


def test_from_a_post_to_a_paper_and_back_to_the_post(client, editor, paper):
    post = make_post(State.DRAFT, papers=[paper])
    fields = opened(client, paper, f"http://testserver{change(post)}")
    back = save(client, change(paper), fields, _save="1").url
    assert back.startswith(change(post))
    # The browser names the paper's page now, which did not lead to the post.
    page = client.get(back, headers={"Referer": f"http://testserver{change(paper)}"})
    assert page.context["came_from"] == ""


def test_an_error_and_staying_keep_the_way_back(client, editor, paper):
    fields = opened(client, paper, f"http://testserver{LIST}")
    wrong = save(client, change(paper), fields, title="", _save="1")
    assert wrong.status_code == 200
    assert wrong.context["came_from"] == LIST
    stays = save(client, change(paper), fields, _continue="1").url
    assert stays.startswith(change(paper))
    fields = opened(client, paper, f"http://testserver{change(paper)}", stays)
    assert save(client, stays, fields, _save="1").url == LIST


def test_an_address_may_name_it(client, editor, paper):
    address = f"{change(paper)}?next=/admin/papers/report/"
    fields = opened(client, paper, f"http://testserver{LIST}", address)
    assert save(client, address, fields, _save="1").url == "/admin/papers/report/"


def test_without_a_way_back_it_is_the_list_as_always(client, editor, paper):
    fields = opened(client, paper)
    assert save(client, change(paper), fields, _save="1").url == "/admin/papers/paper/"


def test_a_tag_leads_back_too(client, admin_user):
    client.force_login(admin_user)
    tag = Tag.objects.create(name="LLM")
    address = reverse("admin:taggit_tag_change", args=[tag.pk])
    fields = {"name": "LLM", "slug": "llm", "_next": "/admin/papers/paper/3/change/"}
    assert client.post(address, fields).url == "/admin/papers/paper/3/change/?next="


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/admin/",
        "//evil.example/admin/",
        "/\\evil.example/admin/",
        "javascript:alert(1)//admin/",
        "http://testserver@evil.example/admin/",
        "http://testserver:81/admin/",
        "http:///evil.example/admin/",
        "/papers/2510.06208/",
        "admin/",
        "/admin/login/?next=/admin/",
        "/admin/papers/paper/7/history/",
        "/admin/papers/paper/7/change/",
        "/admin/" + "x" * 2_000,
        "",
    ],
)
def test_no_other_address_is_a_way_back(address):
    make = RequestFactory().post
    request = make("/admin/papers/paper/7/change/", {"_next": address})
    assert way_back.came_from(request) == ""
    assert way_back.staying(request) == "/admin/papers/paper/7/change/"
