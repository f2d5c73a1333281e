"""Editors make preview links, revoke them, and read what was noted there."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from playwright.sync_api import expect

from digest import publishing
from digest.models import PinnedPage, PreviewLink, PreviewNote, State
from digest.publishing import preview_links
from digest.readers.open_forms import LEAST_AGE_S
from papers.clock import now
from tests.digest.readers.test_browser import barriers, overflow
from tests.factories import make_post

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def act(client, name, *args, **fields):
    return client.post(reverse(f"admin:digest_post_{name}", args=args), fields, headers=HTMX)


def make(client, post, **fields):
    """Make a link as the page does, and return it with its address."""
    response = act(client, "preview_links", post.pk, **fields)
    shown = re.search(r'value="http[^"]*?(/preview/[0-9a-f]{40}/)" readonly', response.text)
    return PreviewLink.objects.first(), shown[1]


def note_on(link, text="좋은 글입니다.", **fields):
    return PreviewNote.objects.create(link=link, text=text, written_at=now(), **fields)


def page_of(client, post):
    return client.get(reverse("admin:digest_post_change", args=[post.pk])).text


def test_a_link_is_made_shown_once_listed_and_revoked(client, editor, settings):
    settings.SITE_URL = "https://papers.example"
    post = make_post(State.DRAFT, 1)
    link, address = make(client, post, recipient="  이  박사 ", shows="draft")
    assert (link.post, link.made_by, link.recipient) == (post, editor, "이 박사")
    assert (link.is_pinned, link.of_changes) == (False, False)
    assert Client().get(address).status_code == 200
    page = page_of(client, post)
    assert "이 박사" in page
    assert "1회 열림" in page
    assert address not in page
    act(client, "revoke_preview", post.pk, link.pk)
    link.refresh_from_db()
    assert link.revoked_by == editor
    revoked_at = link.revoked_at
    act(client, "revoke_preview", post.pk, link.pk)
    link.refresh_from_db()
    assert link.revoked_at == revoked_at
    assert Client().get(address).status_code == 404
    assert f"{editor} 폐기" in page_of(client, post)


def test_a_link_is_in_the_language_of_the_post(client, editor):
    post = make_post(State.DRAFT, 1, language="en")
    response = act(client, "preview_links", post.pk)
    assert re.search(r'value="http\S+/en/preview/[0-9a-f]{40}/"', response.text)


def test_a_pinned_link_keeps_what_the_post_says_now(client, editor):
    post = make_post(State.DRAFT, 1, title="What it says now")
    _, address = make(client, post, shows="pinned")
    post.title = "What it says later"
    post.save()
    assert "What it says now" in Client().get(address).text
    assert PinnedPage.objects.count() == 2


def test_without_script_the_address_stands_on_a_page_of_its_own(client, editor):
    post = make_post(State.DRAFT, 1)
    url = reverse("admin:digest_post_preview_links", args=[post.pk])
    response = client.post(url, {"recipient": "x"})
    assert re.search(r"/preview/[0-9a-f]{40}/", response.text)
    assert "no-store" in response["Cache-Control"]
    url = reverse("admin:digest_post_revoke_preview", args=[post.pk, PreviewLink.objects.get().pk])
    assert client.post(url).url == reverse("admin:digest_post_change", args=[post.pk])


@pytest.mark.parametrize("recipient", ["x" * 81, "a\x00b", "<script>alert(1)</script>"])
def test_an_odd_name_is_refused_or_escaped(client, editor, recipient):
    post = make_post(State.DRAFT, 1)
    response = act(client, "preview_links", post.pk, recipient=recipient)
    assert response.status_code == 200
    assert "<script>alert" not in response.text + page_of(client, post)
    assert ("errornote" in response.text) != PreviewLink.objects.exists()


@pytest.mark.parametrize("state", [State.PUBLISHED, State.WITHDRAWN])
def test_what_has_nothing_to_preview_has_no_link(client, editor, state):
    post = make_post(state, 1)
    response = act(client, "preview_links", post.pk)
    assert "errornote" in response.text
    assert not PreviewLink.objects.exists()
    if state == State.PUBLISHED:
        post.title = "Better"
        post.save()
        assert make(client, post)[0].of_changes


def test_a_note_is_shown_escaped_done_and_opened_again(client, editor):
    post = make_post(State.DRAFT, 1)
    link, _ = make(client, post, recipient="Lee")
    note = note_on(link, "<b>굵게</b>\n둘째 줄", name="<i>이</i>")
    page = page_of(client, post)
    assert "&lt;b&gt;굵게&lt;/b&gt;" in page
    assert "&lt;i&gt;이&lt;/i&gt;" in page
    assert "확인할 의견 1개" in page
    act(client, "preview_note", post.pk, note.pk, "done")
    note.refresh_from_db()
    assert (note.done_by, note.done_at is not None) == (editor, True)
    assert "확인할 의견" not in page_of(client, post)
    act(client, "preview_note", post.pk, note.pk, "open")
    note.refresh_from_db()
    assert (note.done_by, note.done_at) == (None, None)
    act(client, "preview_links", post.pk)
    publishing.publish(post, gated=False)
    assert "&lt;b&gt;굵게&lt;/b&gt;" in page_of(client, post)  # A note outlives its link.


def test_the_desk_leads_to_open_notes(client, editor):
    post = make_post(State.IN_REVIEW, 1, title="아직 발행 전인 글")
    link, _ = make(client, post)
    notes = [note_on(link), note_on(link)]
    page = client.get("/admin/").text
    assert "“아직 발행 전인 글” 미리보기에 의견 2개" in page
    assert f"{reverse('admin:digest_post_change', args=[post.pk])}#preview-links" in page
    for note in notes:
        act(client, "preview_note", post.pk, note.pk, "done")
    assert "#preview-links" not in client.get("/admin/").text


def test_each_act_needs_the_right_the_method_and_the_post(client, editor):
    post, other = make_post(State.DRAFT, 1), make_post(State.DRAFT, 1)
    link, _ = make(client, post)
    note = note_on(link)
    acts = [
        ("preview_links", ()),
        ("revoke_preview", (link.pk,)),
        ("preview_note", (note.pk, "done")),
    ]
    for name, args in acts:
        url = reverse(f"admin:digest_post_{name}", args=[post.pk, *args])
        assert client.get(url).status_code == 405
        assert Client().post(url).url.startswith(reverse("admin:login"))
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(editor)
        assert strict.post(url).status_code == 403
        assert act(client, name, 0, *args).status_code == 404
        assert not args or act(client, name, other.pk, *args).status_code == 404
    assert act(client, "preview_note", post.pk, note.pk, "x").status_code == 404
    reader = User.objects.create_user("lee", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_post"))
    client.force_login(reader)
    for name, args in acts:
        assert act(client, name, post.pk, *args).status_code == 403
    page = page_of(client, post)
    assert note.text in page
    assert reverse("admin:digest_post_preview_links", args=[post.pk]) in page
    assert "링크 만들기" not in page
    link.refresh_from_db()
    assert (link.revoked_at, PreviewLink.objects.count()) == (None, 1)


def test_a_link_whose_maker_may_not_see_posts_any_more_is_told_as_ended(client, editor):
    post = make_post(State.DRAFT, 1)
    maker = User.objects.create_user("lee", is_staff=True)
    maker.groups.add(Group.objects.get(name="Editors"))
    preview_links.make(post, maker)
    preview_links.make(post, editor)
    assert "사용 중 2개" in page_of(client, post)
    maker.groups.clear()
    page = page_of(client, post)
    assert "사용 중 1개" in page
    assert "만든 사람에게 이제 글을 볼 권한이 없음" in page


def test_more_links_and_notes_cost_no_more_queries(client, editor):
    post = make_post(State.DRAFT, 1)
    counts = []
    for _ in range(2):
        for number in range(4):
            link, _ = preview_links.make(post, editor)
            note_on(link, done_at=now() if number % 2 else None)
        page_of(client, post)
        with CaptureQueriesContext(connection) as queries:
            page_of(client, post)
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_stranger_in_a_private_window_leaves_a_note(desk, live_server, browser, settings):
    settings.SITE_URL = live_server.url
    post = make_post(State.IN_REVIEW, 2, title="아직 발행 전인 글", intro="머리말이다.")
    desk.goto_admin("admin:digest_post_change", post.pk)
    links = desk.locator("#preview-links")
    links.locator("summary").first.click()
    links.get_by_label("받는 사람").fill("이 박사")
    links.get_by_role("button", name="링크 만들기").click()
    address = links.locator("#preview-address").input_value()
    links.get_by_role("button", name="복사").click()
    expect(links.get_by_role("button", name="복사했습니다")).to_be_visible()

    private = browser.new_context(viewport={"width": 390, "height": 844}, locale="ko")
    page = private.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request))
    page.goto(address)
    expect(page.get_by_role("heading", name="아직 발행 전인 글")).to_be_visible()
    assert overflow(page) <= 0
    assert barriers(page) == []
    page.get_by_role("textbox", name="의견").fill("둘째 논문의 <숫자>를 확인해 주세요.")
    page.get_by_label("이름").fill("이 박사")
    with time_machine.travel(now() + timedelta(seconds=LEAST_AGE_S + 1)):
        page.get_by_role("button", name="보내기").click()
        expect(page.get_by_text("의견이 편집자에게 전달되었습니다.")).to_be_visible()
    page.get_by_role("link", name="다이제스트", exact=True).first.click()
    token = address.split("/")[-2]
    assert not [each.url for each in asked if token in each.all_headers().get("referer", "")]
    assert private.cookies() == []

    desk.reload()
    expect(links.get_by_text("둘째 논문의 <숫자>를 확인해 주세요.")).to_be_visible()
    assert barriers(desk, "#preview-links") == []
    links.get_by_role("button", name="처리함").click()
    expect(links.get_by_text("확인할 의견")).to_have_count(0)
    links.get_by_role("button", name="폐기").click()
    expect(links.get_by_text("사용 중")).to_have_count(0)
    assert page.goto(address).status == 404
    private.close()
