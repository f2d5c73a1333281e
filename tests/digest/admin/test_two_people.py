"""A post goes its whole way between two people, in a browser, with FOUR_EYES on."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from digest.models import Comment, Correction, State
from papers.clock import now
from papers.models import Section
from tests.factories import make_paper, make_post, make_section

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def people(transactional_db):
    """Return who writes and who publishes. A table of groups is empty after tests like this one."""
    found = {}
    for name, first, last in (("kim", "민", "김"), ("lee", "Ada", "Lee")):
        found[name] = User.objects.create_user(
            name, first_name=first, last_name=last, is_superuser=True, is_staff=True
        )
    return found


@pytest.fixture
def post(people):
    paper = make_paper()
    make_section(paper)
    Section.objects.filter(paper=paper).update(reviewed_at=now())
    return make_post(State.DRAFT, papers=[paper])


@pytest.fixture
def sign_in(desk, people, live_server):
    """Let the browser be another person's."""

    def become(name):
        client = Client()
        client.force_login(people[name])
        cookie = client.cookies["sessionid"].value
        desk.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])

    return become


@pytest.fixture
def stranger(browser):
    """Yield a page of a private window of somebody without an account."""
    private = browser.new_context(locale="ko")
    yield private.new_page()
    private.close()


def test_two_people_bring_a_post_to_readers_and_back(
    desk, live_server, settings, sign_in, post, stranger
):
    settings.FOUR_EYES, settings.SITE_URL = True, live_server.url
    desk.set_default_timeout(20_000)
    page = reverse("admin:digest_post_change", args=[post.pk])

    def at(state):
        post.refresh_from_db()
        assert post.state == state

    def press(name):
        """Press a button by its words, and wait for the page that it leads to."""
        with desk.expect_navigation():
            desk.get_by_role("button", name=name, exact=True).click()

    def follow(name):
        with desk.expect_navigation():
            desk.get_by_role("link", name=name, exact=True).click()

    def step(name):
        """Press a button of the post's form, which is saved first."""
        with desk.expect_navigation(url="**/" + name + "/"):
            desk.locator(f"[name=_{name}]").click()

    def open_as(name):
        sign_in(name)
        desk.goto(live_server.url + page)

    # Kim writes, and asks Lee by name.
    open_as("kim")
    desk.locator("[name=title]").fill("Three papers")
    step("ask")
    desk.locator("[name=asked]").select_option(label="Ada Lee")
    desk.locator("[name=text]").fill("Are the numbers right?")
    press("검토 요청")
    at(State.IN_REVIEW)

    # A stranger reads the draft.
    links = desk.locator("#preview-links")
    links.locator("summary").first.click()
    links.get_by_role("button", name="링크 만들기").click()
    preview = links.locator("#preview-address").input_value()
    stranger.goto(preview)
    expect(stranger.get_by_role("heading", name="Three papers")).to_be_visible()

    # Lee finds it on the desk, and requests changes with a comment.
    sign_in("lee")
    desk.goto(live_server.url + reverse("admin:index"))
    desk.locator("section:has(#desk-yours) a", has_text="검토…").click()
    expect(desk.locator(".comments")).to_contain_text("Are the numbers right?")
    desk.locator("[name=text]").fill("It is one paper.\nNot three.")
    press("수정 요청")
    at(State.DRAFT)

    # Kim mends it, and may not publish it alone.
    open_as("kim")
    expect(desk.locator("#review")).to_contain_text("Not three.")
    desk.locator("[name=title]").fill("One paper")
    step("publish")
    expect(desk.get_by_role("button", name="발행", exact=True)).to_have_count(0)
    follow("검토 요청…")
    desk.locator("[name=asked]").select_option(label="Ada Lee")
    press("검토 요청")

    # Lee approves, schedules for the morning, and then publishes at once.
    open_as("lee")
    follow("검토…")
    press("검토 완료")
    assert list(Comment.objects.values_list("kind", flat=True)) == [
        "asked",
        "changes",
        "asked",
        "reviewed",
    ]
    step("schedule")
    with desk.expect_navigation():
        desk.locator("[name=morning]").click()
    at(State.SCHEDULED)
    step("publish")
    expect(desk.locator(".reach")).to_be_visible()
    press("발행")
    at(State.PUBLISHED)
    stranger.goto(preview)
    expect(stranger).to_have_url(live_server.url + post.get_absolute_url())

    # It is taken back, and published again.
    press("되돌리기")
    at(State.WITHDRAWN)
    step("publish")
    press("발행")
    at(State.PUBLISHED)

    # Kim corrects it, and Lee tells readers so.
    open_as("kim")
    desk.locator("[name=title]").fill("One paper of three")
    step("ask")
    press("검토 요청")
    at(State.PUBLISHED)
    open_as("lee")
    step("publish")
    desk.locator("[name=text]").fill("It was one of three.")
    press("변경 사항 발행")
    post.refresh_from_db()
    assert post.public_title == "One paper of three"
    assert Correction.objects.get().text == "It was one of three."

    # It goes, and readers see why.
    follow("발행 취소…")
    desk.locator("[name=reason]").fill("수치가 <틀렸습니다>.")
    press("발행 취소")
    at(State.WITHDRAWN)
    for prefix, words in (("", "사유:"), ("/en", "Their reason:")):
        response = desk.goto(live_server.url + prefix + post.get_absolute_url())
        assert response.status == 410
        expect(desk.locator("main")).to_contain_text(f"{words} ")
        expect(desk.locator("main q[lang=ko]")).to_have_text("수치가 <틀렸습니다>.")

    # Lee puts it back.
    open_as("lee")
    step("publish")
    press("발행")
    at(State.PUBLISHED)
    assert stranger.reload().status == 200  # The browser keeps a page for a minute.
    expect(stranger.get_by_role("heading", name="One paper of three")).to_be_visible()
