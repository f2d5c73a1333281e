"""An editor's morning in a real browser: pick, order, tag, write, preview."""

from datetime import date

import pytest
from django.urls import reverse
from taggit.models import Tag

from digest.models import State
from papers.models import Choice, Kind, Listing
from tests.factories import make_paper, make_post, make_section

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DAY = date(2025, 10, 7)
HANDLES = "#entries-data .original [x-sort\\:handle]"


@pytest.fixture
def desk(page, live_server, client, admin_user):
    """The page of an editor who has logged in, who allows no error and no other host."""
    troubles = []
    page.on("console", lambda said: said.type == "error" and troubles.append(said.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "request",
        lambda asked: (
            asked.url.startswith((live_server.url, "data:", "blob:")) or troubles.append(asked.url)
        ),
    )
    client.force_login(admin_user)
    cookie = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto_admin = lambda name, *args: page.goto(live_server.url + reverse(name, args=args))
    yield page
    assert troubles == []


def save(desk):
    with desk.expect_navigation():
        desk.keyboard.press("Control+s")


def titles(desk):
    return desk.locator("#entries-data .original .entry-title a").all_inner_texts()


def test_an_entry_is_dragged_and_moved_by_keys_to_another_place(desk):
    post = make_post(state=State.DRAFT, papers=4)
    first, second, third, fourth = [entry.paper.title for entry in post.entries.all()]
    desk.goto_admin("admin:digest_post_change", post.pk)
    desk.locator("#entries-group").evaluate("group => group.scrollIntoView()")
    start, end = (desk.locator(HANDLES).nth(row).bounding_box() for row in (0, 2))
    middle = start["height"] / 2
    desk.mouse.move(start["x"] + middle, start["y"] + middle)
    desk.mouse.down()
    for pixels in range(0, int(end["y"] - start["y"]) + 5, 5):  # A hand is not quicker either.
        desk.mouse.move(start["x"] + middle, start["y"] + middle + pixels)
        desk.wait_for_timeout(30)
    desk.mouse.up()
    assert titles(desk) == [second, third, first, fourth]
    desk.get_by_role("link", name=fourth, exact=True).focus()
    desk.keyboard.press("Alt+ArrowUp")
    save(desk)
    assert titles(desk) == [second, third, fourth, first]
    assert [entry.paper.title for entry in post.entries.all()] == [second, third, fourth, first]


def test_tags_complete_as_one_types(desk):
    Tag.objects.create(name="언어 모델")
    post = make_post(state=State.DRAFT, papers=1)
    desk.goto_admin("admin:digest_post_change", post.pk)
    desk.locator(".select2-selection").first.click()
    desk.keyboard.type("언어")
    assert desk.locator(".select2-results__option").all_inner_texts() == ["언어 모델", "언어"]
    desk.keyboard.press("Enter")
    desk.keyboard.type("AI 에이전트,")
    save(desk)
    assert set(post.tags.names()) == {"언어 모델", "AI 에이전트"}
    assert Tag.objects.count() == 2


def test_the_preview_shows_what_readers_will_see(desk):
    paper = make_paper()
    section = make_section(paper, Kind.METHOD, markdown="")
    desk.goto_admin("admin:papers_paper_change", paper.pk)
    desk.locator("#tabs-items a").nth(1).click()
    row = desk.locator("[data-inline-type=stacked]:visible .form-group").first
    row.locator(".CodeMirror").click()
    desk.keyboard.type("**한글(English)**은 $x^2$")
    row.locator(".editor-toolbar .side-by-side").click()
    preview = row.locator(".editor-preview-active-side")
    preview.locator("strong").wait_for()
    assert preview.locator("strong").inner_text() == "한글(English)"
    assert preview.locator("math msup").count() == 1
    row.locator(".CodeMirror").click()
    desk.keyboard.press("Control+End")
    desk.keyboard.type(" <img src=x onerror=alert(1)> **끝**")
    preview.locator("strong", has_text="끝").wait_for()
    assert preview.locator("img").count() == 0
    desk.keyboard.press("F11")
    save(desk)
    section.refresh_from_db()
    assert section.markdown.startswith("**한글(English)**은 $x^2$")


def test_papers_are_picked_with_one_press_each_and_made_a_post(desk):
    for rank in (1, 2):
        paper = make_paper()
        Listing.objects.create(paper=paper, source="huggingface", day=DAY, rank=rank)
    desk.goto_admin("admin:papers_listing_changelist")
    first, second = Listing.objects.order_by("rank")
    desk.locator(f"#pick-{first.pk}").click()
    desk.locator(f"#pick-{first.pk}[aria-pressed=true]").wait_for()
    desk.locator(f"#exclude-{second.pk}").focus()
    # The first press may settle only now: the second row's own settling is what counts.
    settled = (
        "id => addEventListener('htmx:afterSettle', e => (window.settled ||= e.target.id == id))"
    )
    desk.evaluate(settled, f"choice-{second.pk}")
    desk.keyboard.press("Enter")
    desk.wait_for_function("window.settled")  # What was swapped in listens from now on.
    desk.locator(f"#reason-{second.pk}").fill("중복")
    with desk.expect_response("**/choose/"):
        desk.keyboard.press("Enter")
    second.refresh_from_db()
    assert (second.choice, second.reason) == (Choice.EXCLUDED, "중복")
    with desk.expect_navigation():
        desk.locator("#day .make button").click()
    assert titles(desk) == [first.paper.title]


def test_a_paper_is_added_to_a_post_from_its_form(desk):
    post, paper = make_post(state=State.DRAFT, papers=1), make_paper(title="Something else")
    desk.goto_admin("admin:digest_post_change", post.pk)
    desk.locator("#entries-group .add-row").click()
    desk.locator("#entries-group .select2-selection:visible").click()
    desk.keyboard.type("Something")
    desk.locator(".select2-results__option", has_text="Something else").click()
    save(desk)
    assert [entry.paper for entry in post.entries.all()][1:] == [paper]
