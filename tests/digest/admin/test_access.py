"""Permissions of editors and administrators, accounts, tags, and pages that ask no other host."""

import unicodedata

import pytest
from django.contrib.auth.models import Group, User
from django.template.loader import render_to_string
from django.urls import reverse
from taggit.models import Tag

from papers.models import Report, Term
from tests.factories import make_paper

pytestmark = pytest.mark.django_db


def test_editors_have_the_rights_their_work_needs_and_no_more():
    permissions = {
        permission.codename for permission in Group.objects.get(name="Editors").permissions.all()
    }
    rows = ("paper", "section", "listing", "proposal", "post", "entry", "tag", "arxivcategory")
    needed = {f"{act}_{row}" for act in ("view", "add", "change") for row in rows}
    more = {"delete_entry", "delete_tag", "publish_post", "view_job", "change_job", "view_run"}
    answers = {"view_finding", "change_finding", "view_report", "change_report", "view_modelcall"}
    answers |= {"view_correction", "add_correction"}
    answers |= {f"{act}_term" for act in ("view", "add", "change", "delete")}
    assert permissions == needed | more | answers


@pytest.mark.parametrize("name", ["auth_user", "auth_group", "papers_sourceanswer"])
def test_accounts_and_raw_answers_are_for_administrators(client, editor, admin_user, name):
    address = reverse(f"admin:{name}_changelist")
    assert client.get(address).status_code == 403
    client.force_login(admin_user)
    assert client.get(address).status_code == 200


def test_the_way_through_names_only_what_one_may_open(client, editor):
    page = client.get("/admin/").content.decode()
    assert reverse("admin:digest_post_changelist") in page
    assert reverse("admin:auth_user_changelist") not in page


def test_an_administrator_makes_an_account(client, admin_user):
    client.force_login(admin_user)
    fields = {
        "username": "lee",
        "password1": "lang-und-geheim-7",
        "password2": "lang-und-geheim-7",
        "usable_password": "true",
    }
    client.post(reverse("admin:auth_user_add"), fields)
    assert User.objects.get(username="lee").check_password("lang-und-geheim-7")


def test_tags_are_renamed_and_counted(client, editor):
    paper = make_paper()
    paper.tags.add("hugginface")
    tag = Tag.objects.get()
    address = reverse("admin:taggit_tag_change", args=[tag.pk])
    client.post(address, {"name": "C++ 언어", "slug": "c-언어"})
    tag.refresh_from_db()
    assert (tag.name, tag.slug) == ("C++ 언어", "c-언어")
    response = client.get(reverse("admin:taggit_tag_changelist"))
    assert response.context["cl"].result_list[0].uses == 1


@pytest.mark.parametrize("fields", [{"name": "", "slug": "x"}, {"name": "x", "slug": "C++"}])
def test_a_tag_needs_a_name_and_an_address(client, editor, fields):
    response = client.post(reverse("admin:taggit_tag_add"), fields)
    assert response.status_code == 200
    assert not Tag.objects.exists()


@pytest.mark.parametrize("name", ["Agents", "AGENTS", "agents"])
def test_a_tag_in_another_case_is_no_second_tag(client, editor, name):
    Tag.objects.create(name="agents")
    response = client.post(reverse("admin:taggit_tag_add"), {"name": name, "slug": "other"})
    assert "agents" in str(response.context["adminform"].form.errors["name"])
    tag = Tag.objects.get()
    change = reverse("admin:taggit_tag_change", args=[tag.pk])
    assert client.post(change, {"name": name, "slug": tag.slug}).status_code == 302


def test_no_page_asks_another_host_for_anything(client, editor):
    paper = make_paper()
    for address in ("/admin/", reverse("admin:papers_paper_change", args=[paper.pk])):
        page = client.get(address).content.decode()
        assert 'src="http' not in page
        assert '<link href="http' not in page


def test_the_search_needs_no_cache_and_finds_what_was_just_made(client, editor, settings):
    nowhere = settings.CACHES["counters"] | {"LOCATION": "unix:///nowhere.sock"}
    settings.CACHES = settings.CACHES | {"counters": nowhere}

    def found():
        return client.get(reverse("admin:search"), {"s": "Quokkas", "extended": 1})

    assert "Quokkas" not in found().text
    make_paper(title="Teaching Quokkas to Smile")
    response = found()
    assert response.status_code == 200
    assert "Teaching Quokkas to Smile" in response.text


@pytest.mark.parametrize("name", ["papers_paper", "papers_report", "papers_term", "taggit_tag"])
def test_a_search_in_decomposed_hangul_finds_the_same(client, admin_user, name):
    client.force_login(admin_user)
    paper = make_paper(title="강화 학습")
    Report.objects.create(paper=paper, text="강화 학습")
    Term.objects.create(english="reinforcement", rendering="강화 학습")
    paper.tags.add("강화 학습")
    for form in ("NFC", "NFD"):
        term = unicodedata.normalize(form, "강화 학습")
        page = client.get(reverse(f"admin:{name}_changelist"), {"q": term})
        assert page.context["cl"].result_count == 1


def test_who_may_not_open_a_page_finds_the_way_back_to_the_desk(client, editor):
    response = client.get(reverse("admin:digest_auditrecord_changelist"))
    assert response.status_code == 403
    assert 'href="/admin/"' in response.text
    assert "/admin/" not in render_to_string("403.html")
