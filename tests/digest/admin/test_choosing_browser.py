"""A day's papers in a real browser: opened, chosen and taken back by keys, with Korean input on."""

import json

import pytest
from playwright.sync_api import expect

from digest.models import Post, Suggestion
from papers.models import Choice, Job, JobKind, JobState, Listing, SourceAnswer
from tests.digest.admin.test_browser import LOOK, SIZES
from tests.digest.admin.test_listings import DAY, listed
from tests.digest.readers.test_browser import barriers, overflow
from tests.factories import make_paper

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# What Chromium sends for a key while a Korean input method is on: on Windows, and on a Mac.
PRESS = """([code, key]) => document.activeElement.dispatchEvent(
    new KeyboardEvent("keydown", { code, key, bubbles: true, cancelable: true })
)"""


@pytest.fixture
def three():
    """Three listed papers, the last with code and the most upvotes."""
    papers = [make_paper(title=title) for title in ("Beta", "Gamma")]
    papers.append(make_paper(title="Alpha", code_url="https://example.org/code"))
    return [listed(rank, paper=paper, upvotes=rank) for rank, paper in enumerate(papers, start=1)]


def show(desk):
    desk.goto_admin("admin:papers_listing_changelist")


def title(desk, listing):
    return desk.locator(f"#paper-{listing.pk}")


def pressed(desk, name, listing):
    return desk.locator(f"#{name}-{listing.pk}[aria-pressed=true]")


def titles(desk):
    return desk.locator("#result_list .title:visible")


def test_a_day_is_chosen_by_keys_alone(desk, three):
    first, second, third = three
    show(desk)
    desk.keyboard.press("j")
    expect(title(desk, first)).to_be_focused()
    assert title(desk, first).evaluate("title => getComputedStyle(title).outlineStyle") == "solid"
    desk.keyboard.press("Enter")
    expect(desk.locator(f"#details-{first.pk}")).to_contain_text("We propose a method.")
    desk.keyboard.press("o")
    expect(desk.locator(f"#details-{first.pk}")).to_be_hidden()
    desk.keyboard.press("p")
    expect(pressed(desk, "pick", first)).to_be_visible()
    expect(title(desk, first)).to_be_focused()
    expect(desk.locator("#listing-said")).to_have_text("선정: Beta")
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("x")
    expect(desk.locator("#listing-said")).to_have_text("제외: Gamma")
    expect(desk.locator(".undo:visible")).to_have_count(1)
    desk.keyboard.press("j")
    desk.keyboard.press("j")  # There is none after the last.
    expect(title(desk, third)).to_be_focused()
    desk.keyboard.press("z")
    expect(desk.locator("#listing-said")).to_have_text("취소함: Gamma")
    expect(title(desk, second)).to_be_focused()
    desk.keyboard.press("z")
    expect(desk.locator("#listing-said")).to_have_text("취소함: Beta")
    desk.keyboard.press("p")
    expect(pressed(desk, "pick", first)).to_be_visible()
    desk.keyboard.press("u")
    expect(pressed(desk, "pick", first)).to_have_count(0)
    desk.keyboard.press("p")
    expect(pressed(desk, "pick", first)).to_be_visible()
    with desk.expect_navigation():
        desk.keyboard.press("m")
    assert [entry.paper for entry in Post.objects.get().entries.all()] == [first.paper]
    stored = Listing.objects.order_by("rank").values_list("choice", flat=True)
    assert list(stored) == [Choice.PICKED, Choice.PENDING, Choice.PENDING]


def test_keys_pressed_faster_than_the_server_responds_count_in_order(desk, three):
    first, second, _ = three
    show(desk)
    for key in "jppxjpuzz":
        desk.keyboard.press(key)
    expect(desk.locator("#listing-said")).to_have_text("취소함: Beta")
    stored = Listing.objects.order_by("rank").values_list("choice", flat=True)
    assert list(stored) == [Choice.PICKED, Choice.PICKED, Choice.PENDING]
    assert first.history.count() == 4
    assert second.history.count() == 4


@pytest.mark.parametrize("keys", [{"p": "Process", "j": "Process"}, {"p": "ㅔ", "j": "ㅓ"}])
def test_keys_work_with_a_korean_input_method_on(desk, three, keys):
    show(desk)
    desk.evaluate(PRESS, ["KeyJ", keys["j"]])
    expect(title(desk, three[0])).to_be_focused()
    desk.evaluate(PRESS, ["KeyP", keys["p"]])
    expect(pressed(desk, "pick", three[0])).to_be_visible()


def test_keys_are_letters_in_a_field_and_with_a_modifier(desk, three):
    first, *_ = three
    show(desk)
    desk.keyboard.press("j")
    for keys in ("Control+x", "Alt+p", "Shift+P"):
        desk.keyboard.press(keys)
    desk.keyboard.press("x")
    reason = desk.locator(f"#reason-{first.pk}")
    reason.focus()
    desk.keyboard.type("jxpuz")
    method = desk.context.new_cdp_session(desk)
    composed = {"text": "중", "selectionStart": 1, "selectionEnd": 1}
    method.send("Input.imeSetComposition", composed)
    expect(reason).to_have_value("jxpuz중")
    method.send("Input.insertText", {"text": "중복"})
    desk.evaluate(PRESS, ["KeyP", "Process"])
    expect(reason).to_have_value("jxpuz중복")
    with desk.expect_response("**/choose/"):
        desk.keyboard.press("Enter")
    expect(desk.locator("#listing-said")).to_have_text("제외: Beta")
    first.refresh_from_db()
    assert (first.choice, first.reason) == (Choice.EXCLUDED, "jxpuz중복")
    assert not Listing.objects.filter(choice=Choice.PICKED).exists()


def test_the_letters_can_be_switched_off_and_stay_so(desk, three):
    show(desk)
    desk.keyboard.press("?")
    sheet = desk.locator("#listing-keys")
    expect(sheet).to_be_visible()
    assert barriers(desk, "#listing-keys") == []
    expect(sheet.locator("button")).to_be_focused()
    desk.keyboard.press("Shift+Tab")
    desk.keyboard.press("Space")
    desk.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    show(desk)
    desk.keyboard.press("j")
    expect(title(desk, three[0])).not_to_be_focused()
    desk.keyboard.press("?")
    expect(sheet).to_be_hidden()
    title(desk, three[0]).focus()
    desk.keyboard.press("p")
    desk.keyboard.press("ArrowDown")  # An arrow is no letter.
    expect(title(desk, three[1])).to_be_focused()
    desk.locator("[data-keys-help]").click()
    sheet.locator("input").check()
    desk.keyboard.press("Escape")
    title(desk, three[0]).focus()
    desk.keyboard.press("p")
    expect(pressed(desk, "pick", three[0])).to_be_visible()


def test_a_day_is_sorted_and_filtered_without_losing_the_place(desk, three):
    first, second, third = three
    for position, listing in enumerate((second, third), start=1):
        Suggestion.objects.create(listing=listing, position=position, rank=position)
    show(desk)
    desk.locator("[data-sort=suggested]").click()
    expect(titles(desk)).to_have_text(["Gamma", "Alpha", "Beta"])  # What has no place comes last.
    title(desk, second).focus()
    desk.keyboard.press("p")
    expect(pressed(desk, "pick", second)).to_be_visible()
    desk.locator("[data-sort=votes]").click()
    expect(titles(desk)).to_have_text(["Alpha", "Gamma", "Beta"])
    desk.locator("[data-sort=title]").click()
    expect(titles(desk)).to_have_text(["Alpha", "Beta", "Gamma"])
    desk.keyboard.press("k")  # From the paper that had the focus last.
    expect(title(desk, first)).to_be_focused()
    desk.locator("[data-show=pending]").click()
    expect(titles(desk)).to_have_text(["Alpha", "Beta"])
    expect(desk.locator(".listing-bar output")).to_have_text("3편 중 2편 표시")
    title(desk, first).focus()
    desk.keyboard.press("x")
    expect(
        pressed(desk, "exclude", first)
    ).to_be_visible()  # The row stays until it is filtered anew.
    desk.locator("[data-code-only]").click()
    expect(titles(desk)).to_have_text(["Alpha"])
    desk.locator("[data-code-only]").click()
    desk.locator("[data-show='']").click()
    desk.keyboard.press("/")
    desk.keyboard.insert_text("gam")
    expect(titles(desk)).to_have_text(["Gamma"])
    desk.keyboard.press("Enter")
    expect(title(desk, second)).to_be_focused()
    desk.reload()
    expect(titles(desk)).to_have_text(["Gamma"])


def test_no_action_reaches_a_paper_that_is_filtered_out(desk, three):
    show(desk)
    desk.locator("[data-code-only]").click()
    desk.locator("#action-toggle").check()
    expect(desk.locator(".action-counter")).to_contain_text("1")
    desk.locator("[name=action]").select_option("pick")
    with desk.expect_navigation():
        desk.locator("[name=index]").click()
    stored = Listing.objects.order_by("rank").values_list("choice", flat=True)
    assert list(stored) == [Choice.PENDING, Choice.PENDING, Choice.PICKED]


def test_rows_follow_the_drafts_while_jobs_run(desk, three):
    first, second, _ = three
    about = {"kind": JobKind.DRAFT, "next_at": None}
    job = Job.objects.create(arxiv_id=first.paper.arxiv_id, state=JobState.RUNNING, **about)
    show(desk)
    state = desk.locator(f"#state-{first.pk}")
    expect(state).to_contain_text("초안 작성 중")
    title(desk, second).focus()
    Job.objects.filter(pk=job.pk).update(state=JobState.FAILED, reason="no abstract")
    expect(state).to_contain_text("초록 없음")
    expect(desk.locator("[data-live-status]")).to_contain_text("실패")
    expect(title(desk, second)).to_be_focused()


def test_a_pick_is_followed_though_nothing_ran_before(desk, three, settings):
    settings.AUTO_DRAFT = "picked"
    show(desk)
    desk.keyboard.press("j")
    desk.keyboard.press("p")
    expect(desk.locator(f"#state-{three[0].pk}")).to_contain_text("초안 대기 중")


def test_nothing_is_asked_of_a_day_on_which_nothing_runs(desk, three):
    asked = []
    desk.clock.install()
    show(desk)
    desk.on("request", lambda request: asked.append(request.url))
    desk.clock.run_for(700_000)
    assert asked == []
    with desk.expect_response("**/live/*"):
        desk.evaluate(LOOK, False)


def test_what_fails_says_so_and_can_be_tried_again(desk, three):
    first, *_ = three
    show(desk)
    desk.route("**/choose/", lambda route: route.fulfill(status=503, body=""))
    desk.route("**/details/", lambda route: route.fulfill(status=302, headers={"location": "/x/"}))
    desk.evaluate("console.error = () => {}")
    desk.keyboard.press("j")
    desk.keyboard.press("p")
    expect(desk.locator(".choice .failed")).to_be_visible()
    desk.keyboard.press("o")
    expect(desk.locator(".opened")).to_contain_text("로그아웃되었습니다")
    desk.unroute_all()
    desk.keyboard.press("p")
    expect(pressed(desk, "pick", first)).to_be_visible()
    expect(desk.locator(".choice .failed")).to_have_count(0)
    desk.keyboard.press("o")
    desk.keyboard.press("o")
    expect(desk.locator(".opened")).to_contain_text("We propose a method.")
    desk.troubles.clear()  # The browser tells its console of the refused requests.


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_list_fits_and_is_open_to_everybody(desk, three, scheme, size):
    first, second, third = three
    for hour, votes in enumerate((1, 40)):
        paper = {"paper": {"id": first.paper.arxiv_id, "upvotes": votes}}
        SourceAnswer.objects.create(
            source="huggingface",
            day=DAY,
            fetched_at=f"2025-10-07T0{hour}:00Z",
            pages=[json.dumps([paper])],
            checksum=str(hour),
            listed_ids=[],
        )
    for listing, state in ((first, JobState.FAILED), (second, JobState.RUNNING)):
        about = {"kind": JobKind.DRAFT, "arxiv_id": listing.paper.arxiv_id}
        Job.objects.create(state=state, reason="y" * 300, **about)
    desk.emulate_media(color_scheme=scheme)
    desk.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
    show(desk)
    title(desk, first).click()
    expect(desk.locator(".growth")).to_be_visible()
    desk.locator(f"#exclude-{third.pk}").click()
    expect(desk.locator(f"#reason-{third.pk}")).to_be_visible()
    assert overflow(desk) <= 0
    assert barriers(desk, "#content-main") == []
    if size[0] < 1024:
        buttons = desk.locator(".choice button.pick, .choice button.exclude, .title, .undo button")
        heights = buttons.evaluate_all("all => all.map(one => one.offsetHeight)")
        assert min(heights) >= 44
