"""What is typed and not saved, in a real browser: kept, offered, sent again, never put in alone."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import expect

from digest.models import State
from papers import kinds
from papers.models import UnsavedText
from tests.digest.admin.test_browser import save
from tests.factories import make_paper, make_post, make_section
from tests.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SHELF = """() => new Promise(done => {
    const asked = indexedDB.open("unsaved", 1);
    asked.onupgradeneeded = () => {  // As the page's own script, which may open it later.
        const keyPath = ["user", "page", "name", "tab"];
        asked.result.createObjectStore("texts", { keyPath });
    };
    asked.onsuccess = () => {
        const texts = asked.result.transaction("texts").objectStore("texts").getAll();
        texts.onsuccess = () => {
            asked.result.close();
            done(texts.result.map(each => each.value).sort());
        };
    };
})"""


def shelved(page, *texts):
    """Wait until the browser keeps just these texts."""
    until(lambda: page.evaluate(SHELF) == sorted(texts))


@pytest.fixture
def post():
    return make_post(state=State.DRAFT, papers=1)


@pytest.fixture
def title(desk, post):
    desk.goto_admin("admin:digest_post_change", post.pk)
    return desk.locator("[name=title]")


def again(desk, post):
    desk.goto_admin("admin:digest_post_change", post.pk)


def test_what_was_not_saved_is_offered_and_put_in_by_a_press(desk, post, title):
    title.fill("Getippt")
    shelved(desk, "Getippt")
    again(desk, post)
    offer = desk.locator(".offer")
    expect(offer.locator("ins")).to_have_text("Getippt")
    assert title.input_value() == post.title
    offer.locator("[data-put-in]").click()
    assert title.input_value() == "Getippt"
    save(desk)
    post.refresh_from_db()
    assert post.title == "Getippt"
    shelved(desk)
    again(desk, post)
    desk.wait_for_load_state("networkidle")
    assert desk.locator(".offer").count() == 0


def test_what_is_discarded_can_be_brought_back_until_one_leaves(desk, post, title):
    title.fill("Getippt")
    shelved(desk, "Getippt")
    again(desk, post)
    offer = desk.locator(".offer")
    offer.locator("[data-discard]").click()
    shelved(desk)
    offer.locator("[data-undo]").click()
    shelved(desk, "Getippt")
    offer.locator("[data-discard]").click()
    shelved(desk)
    again(desk, post)
    desk.wait_for_load_state("networkidle")
    assert desk.locator(".offer").count() == 0


def test_what_two_tabs_left_is_offered_both_and_the_newest_is_put_in(desk, post, title):
    other = desk.context.new_page()
    other.goto(desk.url)
    title.fill("Das Ältere")
    shelved(desk, "Das Ältere")
    other.locator("[name=title]").fill("Das Neuere")
    shelved(desk, "Das Ältere", "Das Neuere")
    other.close()
    again(desk, post)
    expect(desk.locator(".offer ins")).to_have_text(["Das Neuere", "Das Ältere"])
    desk.locator("[data-put-in-all]").click()
    assert title.input_value() == "Das Neuere"
    _, older = desk.locator(".offer").all()
    older.locator("[data-put-in]").click()  # The other one is still there to be taken.
    assert title.input_value() == "Das Ältere"
    save(desk)
    shelved(desk)


def test_discarding_one_of_two_leaves_the_other(desk, post, title):
    other = desk.context.new_page()
    other.goto(desk.url)
    title.fill("Das Ältere")
    shelved(desk, "Das Ältere")
    other.locator("[name=title]").fill("Das Neuere")
    shelved(desk, "Das Ältere", "Das Neuere")
    other.close()
    again(desk, post)
    desk.locator(".offer").first.locator("[data-discard]").click()
    shelved(desk, "Das Ältere")


def test_saving_one_of_two_leaves_the_other_to_be_decided_on(desk, post, title):
    other = desk.context.new_page()
    other.goto(desk.url)
    title.fill("Das Ältere")
    shelved(desk, "Das Ältere")
    other.locator("[name=title]").fill("Das Neuere")
    shelved(desk, "Das Ältere", "Das Neuere")
    other.close()
    again(desk, post)
    desk.locator(".offer").first.locator("[data-put-in]").click()
    save(desk)
    shelved(desk, "Das Ältere")
    again(desk, post)
    expect(desk.locator(".offer ins")).to_have_text("Ältere")


def test_the_server_forgets_nothing_older_while_a_text_is_undecided(desk, post, title):
    title.fill("Getippt")
    shelved(desk, "Getippt")
    again(desk, post)
    desk.locator("[data-discard]").wait_for()
    assert desk.evaluate("unsaved.opened") == 0
    desk.locator("[data-discard]").click()
    assert desk.evaluate("unsaved.opened") > 0
    desk.locator("[data-undo]").click()
    assert desk.evaluate("unsaved.opened") == 0


def test_it_is_kept_on_the_server_when_one_leaves(desk, post, title, admin_user):
    title.fill("Getippt")
    shelved(desk, "Getippt")
    desk.goto("about:blank")
    until(UnsavedText.objects.exists)
    assert UnsavedText.objects.get().texts["title"]["value"] == "Getippt"
    again(desk, post)
    desk.evaluate("indexedDB.deleteDatabase('unsaved')")
    again(desk, post)
    shelved(desk)
    expect(desk.locator(".offer ins")).to_have_text("Getippt")
    desk.locator("[data-put-in]").click()
    save(desk)
    assert not UnsavedText.objects.exists()


def sign_in(page, live_server, user):
    client = Client()
    client.force_login(user)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )


def test_another_person_on_that_browser_sees_none_of_it(desk, post, title, live_server, admin_user):
    title.fill("Geheim")
    shelved(desk, "Geheim")
    sign_in(desk, live_server, User.objects.create_superuser("park"))
    again(desk, post)
    title.fill("Parks Titel")
    shelved(desk, "Geheim", "Parks Titel")
    assert "Geheim" not in desk.content()
    sign_in(desk, live_server, admin_user)
    again(desk, post)
    expect(desk.locator(".offer ins")).to_have_text("Geheim")


def test_a_save_is_sent_again_until_the_line_is_back(desk, post, title):
    title.fill("Getippt")
    lost = []
    desk.route("**/change/", lambda route: (lost.append(route), route.abort()))
    desk.keyboard.press("Control+s")
    expect(desk.locator("output.saving")).to_have_attribute("data-kind", "bad")
    title.fill("Getippt und weiter")
    with desk.expect_response("**/change/") as saved:
        desk.unroute("**/change/")
    assert saved.value.status == 200
    expect(desk.locator("output.saving")).to_have_attribute("data-kind", "")
    post.refresh_from_db()
    assert (post.title, len(lost) >= 1) == ("Getippt und weiter", True)


def test_a_save_whose_answer_was_lost_is_no_conflict_with_oneself(desk, post, title):
    title.fill("Erst")

    def lose(route):
        route.fetch()
        route.abort()

    desk.route("**/change/", lose, times=1)
    desk.keyboard.press("Control+s")
    expect(desk.locator("output.saving")).to_have_attribute("data-kind", "bad")
    with desk.expect_response("**/change/") as saved:
        title.fill("Dann")
    assert saved.value.status == 200
    post.refresh_from_db()
    assert post.title == "Dann"


def test_after_the_session_ended_it_is_saved_once_one_is_signed_in(
    desk, post, title, live_server, admin_user
):
    Session.objects.all().delete()
    title.fill("Getippt")
    desk.keyboard.press("Control+s")
    dialog = desk.locator("dialog.signed-out")
    expect(dialog).to_be_visible()
    sign_in(desk, live_server, User.objects.create_superuser("park"))
    desk.evaluate("dispatchEvent(new Event('focus'))")
    expect(dialog).to_be_visible()
    sign_in(desk, live_server, admin_user)
    with desk.expect_response("**/change/") as saved:
        desk.evaluate("dispatchEvent(new Event('focus'))")
    assert saved.value.status == 200
    expect(dialog).to_have_count(0)
    post.refresh_from_db()
    assert post.title == "Getippt"
    assert post.history.first().history_user == admin_user


def test_two_tabs_never_undo_each_other_silently(desk, post, title):
    other = desk.context.new_page()
    other.goto(desk.url)
    title.fill("Mein Titel")
    save(desk)
    other.locator("[name=title]").fill("Mein anderer Titel")
    with other.expect_response("**/change/") as refused:
        other.keyboard.press("Control+s")
    assert refused.value.status == 409
    box = other.locator(".refused")
    expect(box.locator("del")).to_have_count(0)
    expect(box.locator("ins").first).to_be_visible()
    post.refresh_from_db()
    assert post.title == "Mein Titel"
    box.locator("[data-take-theirs]").click()
    assert other.locator("[name=title]").input_value() == "Mein Titel"
    other.locator("[name=title]").fill("Der dritte")
    with other.expect_response("**/change/") as saved:
        other.keyboard.press("Control+s")
    assert saved.value.status == 200
    title.fill("Der vierte")
    with desk.expect_response("**/change/"):
        desk.keyboard.press("Control+s")
    with desk.expect_response("**/change/"):
        desk.locator("[data-keep-mine]").click()
    post.refresh_from_db()
    assert post.title == "Der vierte"


def test_what_is_typed_while_it_is_saved_stays_and_is_saved_next(desk, post, title):
    held = []
    desk.route("**/change/", lambda route: held.append(route), times=1)
    title.fill("Erst")
    desk.keyboard.press("Control+s")
    desk.wait_for_function("() => document.querySelector('output.saving')")
    title.fill("Erst und dann")
    with desk.expect_response("**/change/"):
        held[0].continue_()
    expect(desk.locator("output.saving")).not_to_have_attribute("data-kind", "bad")
    shelved(desk, "Erst und dann")
    assert title.input_value() == "Erst und dann"
    save(desk)
    post.refresh_from_db()
    assert post.title == "Erst und dann"


def test_a_source_that_writes_meanwhile_is_not_undone(desk):
    paper = make_paper(title="Old")
    section = make_section(paper, kinds.METHOD)
    desk.goto_admin("admin:papers_paper_change", paper.pk)
    type(paper).objects.update(title="New", title_plain="New")
    desk.locator("#tabs-items a").nth(1).click()
    desk.locator(f".form-group:has(#section-{section.pk}) .CodeMirror").click()
    desk.keyboard.type("글 ")
    save(desk)
    expect(desk.locator("[name=title]")).to_have_value("New")
    section.refresh_from_db()
    paper.refresh_from_db()
    assert ("글" in section.markdown, paper.title) == (True, "New")


def test_korean_that_is_being_composed_is_left_alone(desk, post, title):
    title.fill("")
    typing = desk.context.new_cdp_session(desk)
    for syllable in ("ㅎ", "하", "한"):
        typing.send(
            "Input.imeSetComposition",
            {"text": syllable, "selectionStart": 1, "selectionEnd": 1},
        )
        shelved(desk, syllable)
    desk.evaluate("unsaved.look()")
    save(desk)
    typing.send("Input.insertText", {"text": "한"})
    typing.send("Input.insertText", {"text": "글"})
    assert title.input_value() == "한글"
    save(desk)
    post.refresh_from_db()
    assert post.title == "한글"


def test_a_refusal_stands_at_its_field_and_nothing_is_lost(desk, post, title):
    title.fill("")
    desk.keyboard.press("Control+s")
    expect(desk.locator(".refused[data-field=title]")).to_be_visible()
    title.fill("Ein Titel")
    save(desk)
    expect(desk.locator(".refused")).to_have_count(0)


def test_a_row_that_is_gone_says_so_and_keeps_the_text(desk, post, title):
    post.delete()
    title.fill("Getippt")
    shelved(desk, "Getippt")
    with desk.expect_response("**/change/") as refused:
        desk.keyboard.press("Control+s")
    assert refused.value.status == 410
    expect(desk.locator(".refused")).to_be_visible()
    shelved(desk, "Getippt")
