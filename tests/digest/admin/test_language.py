"""The language of the editors' pages is a person's own, and no reader's."""

import pytest
from axes.models import AccessLog
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from digest.models import Preference, State
from digest.models.preference import language_of
from tests.factories import make_post

pytestmark = pytest.mark.django_db

INDEX = "/admin/"
CHOOSE = "/admin/language/"


def language(client, address=INDEX):
    response = client.get(address)
    return response.headers["Content-Language"], response.content.decode().split('lang="')[1][:2]


def test_without_a_choice_the_pages_have_the_language_of_the_site(client, editor):
    assert language(client) == ("ko", "ko")


def test_a_choice_is_the_persons_own_in_every_browser(client, editor):
    response = client.post(CHOOSE, {"language": "en"}, headers={"referer": "/admin/papers/paper/"})
    assert (response.status_code, response.url) == (302, "/admin/papers/paper/")
    assert not response.cookies
    elsewhere, other = Client(), Client()
    elsewhere.force_login(editor)
    other.force_login(User.objects.create_user("lee", is_staff=True))
    assert language(client) == language(elsewhere) == ("en", "en")
    assert language(other) == ("ko", "ko")
    assert "Overview" in client.get(INDEX).content.decode()
    client.post(CHOOSE, {"language": "ko"})
    assert language(elsewhere) == ("ko", "ko")
    assert Preference.objects.count() == 1


def test_readers_pages_and_the_sign_in_know_nothing_of_it(client, editor):
    Preference.objects.create(user=editor, language="en")
    page = make_post().get_absolute_url()
    assert language(client) == ("en", "en")
    assert language(client, page) == ("ko", "ko")
    assert language(Client(), reverse("admin:login")) == ("ko", "ko")


def test_the_language_of_one_page_is_not_that_of_the_next(client, editor):
    Preference.objects.create(user=editor, language="en")
    assert client.get(INDEX).headers["Content-Language"] == "en"
    assert client.get("/no-such-page/").headers["Content-Language"] == "ko"
    assert Client().get(INDEX, follow=True).headers["Content-Language"] == "ko"


@pytest.mark.parametrize("chosen", ["", "de", "xx' OR 1=1", "e" * 5000, None])
def test_a_language_that_the_site_has_not_is_refused(client, editor, chosen):
    answer = client.post(CHOOSE, {} if chosen is None else {"language": chosen})
    assert answer.status_code == 400
    assert not Preference.objects.exists()


def test_a_language_that_the_site_has_no_longer_is_no_choice(client, editor):
    Preference.objects.create(user=editor, language="de")
    assert language_of(editor.pk) is None
    assert language(client) == ("ko", "ko")


@pytest.mark.parametrize("came_from", ["https://evil.example/admin/", "//evil.example", "", "x:y"])
def test_the_way_back_stays_on_the_site(client, editor, came_from):
    response = client.post(CHOOSE, {"language": "en"}, headers={"referer": came_from})
    assert response.url == INDEX


def test_only_who_is_signed_in_chooses_and_only_by_a_button(client, editor):
    assert client.get(CHOOSE).status_code == 405
    client.logout()
    assert client.post(CHOOSE, {"language": "en"}).status_code == 302
    assert not Preference.objects.exists()


def test_the_menu_of_the_account_offers_the_languages_of_the_site(client, editor):
    page = client.get(INDEX).content.decode()
    assert page.count(f'action="{CHOOSE}"') == 2
    assert "English" in page


def test_the_choice_costs_a_page_one_query(client, editor, django_assert_num_queries):
    client.get(CHOOSE)
    with django_assert_num_queries(4) as asked:  # The session, the user, the language, the device.
        client.get(CHOOSE)
    assert "digest_preference" in asked[-2]["sql"]


def test_a_user_with_a_choice_can_be_deleted(client, admin_client, editor):
    Preference.objects.create(user=editor, language="en")
    address = reverse("admin:auth_user_delete", args=[editor.pk])
    assert admin_client.post(address, {"post": "yes"}).status_code == 302
    assert not User.objects.filter(pk=editor.pk).exists()


@pytest.mark.parametrize(
    ("name", "korean", "english"),
    [
        ("changelist", "글 목록", "Select post to change"),
        ("add", "글 추가", "Add post"),
        ("change", "글 변경", "Change post"),
        ("delete", "삭제", "Delete"),
        ("rows", "변경 이력: A post", "Change history: A post"),
    ],
)
def test_titles_that_django_makes_are_in_the_persons_language(
    client, admin_user, settings, name, korean, english
):
    client.force_login(admin_user)
    post = make_post(State.DRAFT, title="A post")
    address = reverse(
        f"admin:digest_post_{name}", args=[] if name in {"changelist", "add"} else [post.pk]
    )
    for settings.LANGUAGE_CODE in ("ko", "en"):  # Whatever the language of the site is.
        for language, title in (("ko", korean), ("en", english)):
            Preference.objects.update_or_create(user=admin_user, defaults={"language": language})
            assert title in client.get(address).text.split("<title>")[1].split("</title>")[0]


def test_titles_of_what_is_only_read_or_cannot_be_deleted_are_good_korean(client, admin_user):
    client.force_login(admin_user)
    log = AccessLog.objects.create(username="lee", ip_address="198.51.100.7")
    paper = make_post().papers.first()
    read = client.get(reverse("admin:axes_accesslog_change", args=[log.pk])).text
    assert "| 로그인 기록 보기 |" in read
    kept = client.get(reverse("admin:papers_paper_delete", args=[paper.pk])).text
    assert "<title> 삭제할 수 없음: 논문 |" in " ".join(kept.split())
