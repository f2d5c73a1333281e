"""An editor deletes a post and undoes it, compares two versions, and restores one paper."""

import pytest
from playwright.sync_api import expect

from digest.models import Post, State
from papers.models import Section
from tests.digest.readers.test_browser import barriers, overflow
from tests.factories import make_post

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def save(desk, button):
    with desk.expect_response(lambda response: response.request.method == "POST"):
        desk.get_by_role("button", name=button, exact=True).click()


def test_delete_with_undo_compare_two_and_restore_one_paper(desk, admin_user):
    post = make_post(state=State.DRAFT, papers=2, title="처음 제목")
    desk.goto_admin("admin:digest_post_change", post.pk)
    desk.get_by_role("link", name="삭제", exact=True).click()
    desk.locator("main form, #main form").get_by_role("button").first.click()
    undo = desk.get_by_role("button", name="실행 취소")
    expect(undo).to_be_visible()
    assert not Post.objects.exists()
    assert barriers(desk) == []
    undo.click()
    expect(desk.locator("#id_title")).to_have_value("처음 제목")
    desk.locator("#id_title").fill("다음 제목")
    save(desk, "저장")
    expect(desk.locator("#id_title")).to_have_value("다음 제목")
    section = Section.objects.order_by("pk").first()
    was = section.markdown
    section.markdown, section._history_user = "다른 글", admin_user
    section.save()
    desk.goto_admin("admin:digest_post_history", post.pk)
    expect(desk.locator(".history > li")).to_have_count(3)
    assert barriers(desk) == []
    desk.get_by_role("radio", name="이전").last.check()
    desk.get_by_role("button", name="비교").click()
    expect(desk.locator("ins").first).to_have_text("다음 ")
    desk.get_by_role("link").filter(has=desk.locator("time")).first.click()
    desk.set_viewport_size({"width": 390, "height": 800})
    assert overflow(desk) <= 0
    assert barriers(desk) == []
    desk.get_by_role("button", name="이 논문만 복원").click()
    expect(desk.locator("#id_title")).to_have_value("다음 제목")
    section.refresh_from_db()
    assert section.markdown == was
