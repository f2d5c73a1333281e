"""What is pasted into the editors' fields: Markdown, plain text, and no pictures."""

import json
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from playwright.sync_api import expect

from digest.models import State
from papers.text.pasting import MAX_HTML
from tests.factories import make_post

SAMPLES = Path(__file__).parents[2] / "papers" / "text" / "pasted"
FORMULA = (SAMPLES / "notion.html").read_text()
PASTE = """(field, [types, picture]) => {
    const data = new DataTransfer();
    for (const [type, text] of Object.entries(types)) data.setData(type, text);
    if (picture) data.items.add(new File(["x"], "x.png", { type: "image/png" }));
    const how = { clipboardData: data, bubbles: true, cancelable: true };
    return field.dispatchEvent(new ClipboardEvent("paste", how));
}"""
DROP = """field => {
    const data = new DataTransfer();
    data.items.add(new File(["x"], "x.png", { type: "image/png" }));
    const how = { dataTransfer: data, bubbles: true, cancelable: true };
    return field.dispatchEvent(new DragEvent("drop", how));
}"""
VALUE = "document.querySelector('.CodeMirror').CodeMirror.getValue()"


# --- Without a browser ----------------------------------------------------------------------------
@pytest.fixture
def ask(client):
    def send(body):
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        return client.post(reverse("admin:paste"), body, "application/json")

    return send


@pytest.mark.django_db
def test_it_is_markdown_and_plain_text_for_a_line(ask, editor):
    assert ask({"html": FORMULA}).json()["text"].startswith("## Method\n\nLoss $x^2$ falls.")
    assert ask({"html": FORMULA, "line": True}).json()["text"].startswith("Method Loss x² falls.")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b"[" * 100_000, 400),
        ({"html": 1}, 400),
        ({"html": "x" * (MAX_HTML + 1)}, 413),
        (b"x" * (4 * MAX_HTML + 1), 413),
        ({"html": "<div>" * 10_000}, 413),
        ({"html": "\ud800a"}, 200),
    ],
)
def test_what_cannot_be_read_is_refused(ask, editor, body, status):
    assert ask(body).status_code == status


@pytest.mark.django_db
def test_only_who_writes_markdown_may_ask(ask, client):
    assert ask({"html": "x"}).status_code == 302
    client.force_login(User.objects.create_user("reader", is_staff=True))
    assert ask({"html": "x"}).status_code == 403


# --- In a browser ---------------------------------------------------------------------------------
@pytest.fixture
def intro(desk):
    post = make_post(state=State.DRAFT, papers=1, intro="")
    desk.goto_admin("admin:digest_post_change", post.pk)
    area = desk.locator(".CodeMirror").first
    area.click()
    return area.locator("textarea")


def paste(field, html="", plain="", *, picture=False):
    types = {kind: text for kind, text in {"text/html": html, "text/plain": plain}.items() if text}
    return field.evaluate(PASTE, [types, picture])


def expect_text(desk, text):
    desk.wait_for_function(f"text => {VALUE} === text", arg=text)


browser = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("name", ["word", "google_docs", "notion", "arxiv_html", "chatgpt"])
class TestSamples:
    pytestmark = browser

    def test_a_real_clipboard_becomes_markdown_in_its_place(self, desk, intro, name):
        desk.keyboard.type("AZ")
        desk.keyboard.press("ArrowLeft")
        assert not paste(intro, (SAMPLES / f"{name}.html").read_text(), "plain")
        text = (SAMPLES / f"{name}.md").read_text().removesuffix("\n")
        expect_text(desk, f"A{text}Z")
        desk.keyboard.type("!")
        expect_text(desk, f"A{text}!Z")


class TestPasting:
    pytestmark = browser

    def test_the_plain_text_is_put_in_when_the_server_does_not_answer(self, desk, intro):
        desk.route("**/admin/paste/", lambda route: route.abort())
        paste(intro, "<b>bold</b>", "bold")
        expect_text(desk, "bold")

    def test_what_is_typed_before_the_answer_stays(self, desk, intro):
        held = []
        desk.route("**/admin/paste/", lambda route: held.append(route))
        with desk.expect_request("**/admin/paste/"):
            paste(intro, "<b>bold</b>", "bold")
        desk.keyboard.type(" and more")
        held[0].continue_()
        expect_text(desk, "**bold** and more")

    def test_plain_text_and_code_of_an_editor_are_left_to_the_browser(self, desk, intro):
        lines = "<meta charset='utf-8'><div style='font-family:monospace'><div># Title</div></div>"
        paste(intro, "", "*plain* ")
        paste(intro, lines, "# Title")
        expect_text(desk, "*plain* # Title")

    def test_a_line_gets_plain_text(self, desk, intro):
        title = desk.locator("[name=title]")
        title.fill("The end")
        title.evaluate("field => { field.focus(); field.setSelectionRange(4, 7); }")
        paste(title, "<p>a <b>bold</b> <i>word</i></p>", "a bold word")
        expect(title).to_have_value("The a bold word")

    def test_a_picture_is_refused_with_the_reason(self, desk, intro):
        refused = [
            lambda: paste(intro, picture=True),
            lambda: paste(intro, "<img src='https://example.org/x.png'>", picture=True),
            lambda: intro.evaluate(DROP),
        ]
        for put_in in refused:
            assert not put_in()
            expect(desk.locator(".paste-note")).to_contain_text("https://")
            expect_text(desk, "")
            paste(intro, "", "x")
            expect(desk.locator(".paste-note")).to_have_text("")
            desk.keyboard.press("Backspace")

    def test_pictures_between_words_are_left_out_with_a_note(self, desk, intro):
        paste(intro, "<p>a <b>b</b><img src='https://example.org/x.png'></p>", "a b", picture=True)
        expect_text(desk, "a **b**")
        expect(desk.locator(".paste-note")).not_to_have_text("")
