"""What may go wrong while text is kept and saved: odd browsers, many tabs, slow lines."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from digest.models import Post, State
from papers import kinds
from papers.models import UnsavedText
from tests.digest.admin.test_browser import save
from tests.digest.admin.test_nothing_typed_is_lost import SHELF, again, post, shelved, title
from tests.factories import make_paper, make_post, make_section
from tests.waiting import until

__all__ = ["post", "title"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def settled(page):
    """Let the script do all that it has begun to do with its shelf."""
    page.evaluate("unsaved.look()")
    page.wait_for_load_state("networkidle")
    return page.evaluate(SHELF)


def press_save(page):
    page.keyboard.press("Control+s")


def test_what_was_put_in_is_kept_like_what_is_typed(desk, post, title):
    title.fill("Getippt")
    shelved(desk, "Getippt")
    again(desk, post)
    desk.locator("[data-put-in]").click()
    assert settled(desk) == ["Getippt"]
    again(desk, post)
    expect(desk.locator(".offer ins")).to_have_text("Getippt")


def test_putting_in_can_be_undone_and_loses_nothing_typed_since(desk, post, title):
    title.fill("Zuerst")
    shelved(desk, "Zuerst")
    again(desk, post)
    desk.locator("[data-put-in]").wait_for()
    title.fill("Seither getippt")
    desk.locator("[data-put-in]").click()
    assert title.input_value() == "Zuerst"
    desk.locator("[data-undo]").click()
    assert title.input_value() == "Seither getippt"
    assert settled(desk) == ["Seither getippt", "Zuerst"]


def test_what_is_typed_while_it_is_saved_is_kept_after_the_answer(desk, post, title):
    held = []
    desk.route("**/change/", lambda route: held.append(route), times=1)
    title.fill("Erst")
    shelved(desk, "Erst")
    press_save(desk)
    until(lambda: desk.evaluate("1") and held)
    title.fill("Erst und dann")
    with desk.expect_response("**/change/"):
        held[0].continue_()
    expect(desk.locator("[name=initial-title]")).to_have_value("Erst")
    assert settled(desk) == ["Erst und dann"]


def test_a_duplicated_tab_takes_nothing_from_the_first(desk, post, title):
    title.fill("Getippt")
    shelved(desk, "Getippt")
    other = desk.context.new_page()
    other.add_init_script(  # As a browser puts in what was typed in the tab that was duplicated.
        "addEventListener('DOMContentLoaded',"
        " () => (document.querySelector('[name=title]').value = 'Getippt'))"
    )
    other.goto(desk.url)
    other.wait_for_load_state("networkidle")
    assert "Getippt" in settled(other)


def test_a_tab_that_is_left_puts_nothing_in_by_itself_on_going_back(desk, post, title):
    title.fill("Getippt")
    shelved(desk, "Getippt")
    desk.goto_admin("admin:digest_post_changelist")
    desk.go_back()
    expect(desk.locator(".offer ins")).to_have_text("Getippt")
    assert title.input_value() == post.title


def test_a_full_disk_is_said_and_tried_again(desk, post, title):
    desk.evaluate("""() => {
        window.put = IDBObjectStore.prototype.put;
        IDBObjectStore.prototype.put = function () {
            this.transaction.abort();
            throw new DOMException("full", "QuotaExceededError");
        };
    }""")
    title.fill("Getippt")
    expect(desk.locator("output.saving")).to_have_attribute("data-kind", "bad")
    until(lambda: desk.evaluate("1") and UnsavedText.objects.exists())
    desk.evaluate("() => { IDBObjectStore.prototype.put = window.put; }")
    shelved(desk, "Getippt")
    expect(desk.locator("output.saving")).to_have_attribute("data-kind", "")


@pytest.mark.parametrize("broken", ["undefined", "{ open: () => ({}) }"])
def test_without_a_database_of_the_browser_the_servers_copy_is_offered(desk, post, title, broken):
    desk.add_init_script(f"Object.defineProperty(window, 'indexedDB', {{ value: {broken} }})")
    again(desk, post)
    title.fill("Getippt")
    expect(desk.locator("output.saving")).to_have_attribute("data-kind", "bad")
    until(lambda: desk.evaluate("1") and UnsavedText.objects.exists())
    desk.on("dialog", lambda dialog: dialog.accept())
    again(desk, post)
    expect(desk.locator(".offer ins")).to_have_text("Getippt")


def test_a_shelf_that_was_cleared_is_made_anew(desk, post, title):
    title.fill("Erst")
    expect(desk.locator("output.saving")).to_be_visible()
    desk.evaluate("""() => new Promise((done, fail) => {
        const asked = indexedDB.deleteDatabase("unsaved");
        asked.onsuccess = done;
        asked.onblocked = fail;
    })""")
    title.fill("Dann")
    desk.wait_for_function("unsaved.read(document.querySelector('[name=title]')) === 'Dann'")
    desk.evaluate("unsaved.look()")
    shelved(desk, "Dann")


def test_a_long_text_is_on_the_server_when_one_looks_away(desk, post, title):
    text = "긴 글 " * 10_000
    desk.locator("[name=intro]").evaluate("(field, text) => unsaved.write(field, text)", text)
    desk.evaluate("""() => {
        Object.defineProperty(document, "hidden", { value: true });
        document.dispatchEvent(new Event("visibilitychange"));
    }""")
    until(lambda: desk.evaluate("1") and UnsavedText.objects.exists())
    assert UnsavedText.objects.get().texts["intro"]["value"] == text


def test_a_text_that_is_too_long_for_the_server_takes_no_other_with_it(desk, post, title):
    desk.locator("[name=intro]").evaluate("field => unsaved.write(field, 'x'.repeat(500_000))")
    title.fill("Kurz")
    desk.evaluate("""() => {
        unsaved.look();
        Object.defineProperty(document, "hidden", { value: true });
        document.dispatchEvent(new Event("visibilitychange"));
    }""")
    until(lambda: desk.evaluate("1") and UnsavedText.objects.exists())
    assert list(UnsavedText.objects.get().texts) == ["title"]
    again(desk, post)
    expect(desk.locator(".offer")).to_have_count(2)


def test_what_could_not_be_offered_is_not_forgotten_when_another_text_is_saved(desk, post, title):
    title.fill("Verloren?")
    shelved(desk, "Verloren?")
    desk.route("**/unsaved/offer/", lambda route: route.abort())
    again(desk, post)
    title.fill("Anderes")
    save(desk)
    assert settled(desk) == ["Verloren?"]
    desk.unroute("**/unsaved/offer/")
    expect(desk.locator(".offer ins")).to_have_count(1)  # Tried again without a new page.


def test_pressing_save_again_does_not_wait_for_the_next_try(desk, post, title):
    desk.clock.install()
    title.fill("Getippt")
    desk.route("**/change/", lambda route: route.abort(), times=1)
    press_save(desk)
    expect(desk.locator("output.saving")).to_have_attribute("data-kind", "bad")
    with desk.expect_response("**/change/") as saved:
        press_save(desk)
    assert saved.value.status == 200


def test_a_server_that_sends_one_elsewhere_for_ever_is_asked_twice(desk, post, title):
    asked = []

    def elsewhere(route):
        asked.append(route)
        route.fulfill(status=302, headers={"Location": "/admin/"})

    desk.route("**/change/", elsewhere)
    title.fill("Getippt")
    press_save(desk)
    expect(desk.locator("output.saving")).to_have_attribute("data-kind", "bad")
    settled(desk)
    assert len(asked) == 2


def test_an_older_version_is_restored_once(desk, post, live_server):
    old = post.title
    post.title = "Neuer"
    post.save()
    first = post.history.last()
    page = desk.context.new_page()
    page.goto(
        live_server.url + reverse("admin:digest_post_simple_history", args=[post.pk, first.pk])
    )
    with page.expect_navigation():
        page.evaluate("document.querySelector('form:has([data-editor])').requestSubmit()")
    post.refresh_from_db()
    assert (post.title, post.history.count()) == (old, 3)


def test_a_step_shows_its_message_and_its_state_and_saves_what_was_typed_meanwhile(
    desk, post, title
):
    held = []
    Post.objects.filter(pk=post.pk).update(state=State.IN_REVIEW)
    desk.reload()
    desk.route("**/change/", lambda route: held.append(route), times=1)
    title.fill("Erst")
    desk.locator("[name=_draft]").click()
    until(lambda: desk.evaluate("1") and held)
    title.fill("Erst und dann")
    with desk.expect_navigation():
        held[0].continue_()
    expect(desk.locator("[name=_ask]")).to_be_visible()
    post.refresh_from_db()
    assert (post.title, post.state) == ("Erst und dann", State.DRAFT)


def test_enter_in_a_line_saves_and_reviews_nothing(desk):
    paper = make_paper()
    section = make_section(paper, kinds.METHOD, reviewed_at=None)
    desk.goto_admin("admin:papers_paper_change", paper.pk)
    desk.locator("[name=title]").fill("Neuer Titel")
    with desk.expect_response("**/change/") as saved:
        desk.keyboard.press("Enter")
    assert saved.value.status == 200
    paper.refresh_from_db()
    section.refresh_from_db()
    assert (paper.title, section.reviewed_at) == ("Neuer Titel", None)


def test_taking_the_others_tags_takes_just_these(desk, post):
    again(desk, post)
    desk.locator(".select2-selection").first.click()
    desk.keyboard.type("mine,")
    post.tags.add("large models", "RL")
    with desk.expect_response("**/change/") as refused:
        press_save(desk)
    assert refused.value.status == 409
    desk.locator("[data-take-theirs]").click()
    save(desk)
    assert set(post.tags.names()) == {"large models", "RL"}


def test_a_popup_is_answered_as_django_does(desk, live_server):
    popup = desk.context.new_page()
    popup.goto(live_server.url + reverse("admin:digest_post_add") + "?_popup=1")
    popup.locator("[name=title]").fill("Neu")
    popup.locator("[name=slug]").fill("neu")
    popup.locator("[name=date]").fill("2025-10-07")
    with popup.expect_navigation():
        popup.locator("[type=submit]").first.click()
    assert "django-admin-popup-response-constants" in popup.content()
    popup.close()


def test_halves_of_characters_are_kept_and_saved_without_a_fault(desk, post, title):
    title.evaluate("field => unsaved.write(field, 'a\\ud800b')")
    settled(desk)
    save(desk)
    post.refresh_from_db()
    assert post.title == "a�b"
    assert settled(desk) == []


def test_a_new_post_that_was_saved_is_not_offered_to_the_next(desk):
    make_post(state=State.DRAFT)
    desk.goto_admin("admin:digest_post_add")
    desk.locator("[name=title]").fill("Neu")
    desk.locator("[name=slug]").fill("neu")
    desk.locator("[name=date]").fill("2025-10-07")
    desk.evaluate("unsaved.look()")
    with desk.expect_navigation():
        press_save(desk)
    desk.goto_admin("admin:digest_post_add")
    desk.wait_for_load_state("networkidle")
    assert desk.locator(".offer").count() == 0
    assert not UnsavedText.objects.exists()
