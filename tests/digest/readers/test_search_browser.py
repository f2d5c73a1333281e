"""Search in a real browser: while somebody types, by keyboard, and without script."""

import re

import pytest
from playwright.sync_api import expect

from papers import kinds
from tests.digest.readers.test_browser import said  # noqa: F401 - a fixture
from tests.factories import make_paper, make_post, make_section

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(settings, live_server):
    settings.SITE_URL = live_server.url
    walrus = make_paper(arxiv_id="2510.00777", title="A walrus that reasons")
    make_section(walrus, kinds.RESULTS, markdown="바다코끼리가 강화 학습을 써서 추론한다.")
    make_post(papers=[walrus, make_paper(title="Carpenters and walruses")])
    return live_server.url


def results(page):
    return page.locator("#results .result .title")


def test_results_follow_what_is_typed_in_korean(page, site, said):  # noqa: F811
    page.goto(f"{site}/search/")
    box = page.get_by_role("searchbox")
    expect(box).to_be_focused()
    box.press_sequentially("강화학습으로")
    expect(results(page)).to_have_text(["A walrus that reasons"])
    expect(page.locator("#results mark").first).to_have_text("강화 학습")
    expect(page.get_by_role("status")).to_have_text(re.compile("결과 1개"))
    expect(page).to_have_url(
        f"{site}/search/?q=%EA%B0%95%ED%99%94%ED%95%99%EC%8A%B5%EC%9C%BC%EB%A1%9C"
    )
    expect(box).to_be_focused()
    box.fill("")
    expect(page.get_by_role("heading", name="검색하는 방법")).to_be_visible()
    assert said == []


def test_results_follow_what_is_typed_in_english(page, site, said):  # noqa: F811
    page.goto(f"{site}/en/search/")
    page.get_by_role("searchbox").press_sequentially("walruses")
    expect(results(page)).to_have_count(2)
    expect(page).to_have_title(re.compile("^walruses — Search"))
    page.get_by_role("searchbox").fill("walrusses")
    page.get_by_role("link", name="walruses", exact=True).click()
    expect(results(page)).to_have_count(2)
    assert said == []


def test_a_slash_leads_to_the_box_and_enter_to_the_results(page, site):
    page.goto(f"{site}/")
    page.keyboard.press("/")
    box = page.get_by_role("searchbox")
    expect(box).to_be_focused()
    page.keyboard.type("walrus / reasons")
    page.keyboard.press("Enter")
    expect(results(page)).to_have_text(["A walrus that reasons"])
    expect(page.get_by_role("searchbox")).to_have_value("walrus / reasons")


def test_an_id_waits_for_enter_and_leads_to_its_paper(page, site):
    page.goto(f"{site}/search/?q=walrus")
    page.get_by_role("searchbox").fill("arxiv.org/abs/2510.00777")
    page.get_by_role("searchbox").press("Enter")
    expect(page).to_have_url(f"{site}/papers/2510.00777/")


def test_a_server_that_is_away_leaves_what_was_found(page, site):
    page.goto(f"{site}/search/?q=walrus")
    page.context.set_offline(True)
    page.get_by_role("searchbox").fill("carpenters")
    expect(page.locator("#results")).not_to_have_attribute("aria-busy", "true")
    expect(results(page)).to_have_count(2)
    page.context.set_offline(False)
    page.get_by_role("searchbox").press_sequentially(" and")
    expect(results(page)).to_have_text(["Carpenters and walruses"])


def test_the_same_words_are_asked_again_after_a_busy_site_refused_them(page, site):
    page.goto(f"{site}/search/")
    box = page.get_by_role("searchbox")
    page.route("**/search/?q=carpenters", lambda route: route.fulfill(status=503), times=1)
    box.fill("carpenters")
    expect(page.get_by_role("status")).to_have_text(re.compile("Enter"))
    box.press_sequentially("x")
    box.press("Backspace")
    expect(results(page)).to_have_text(["Carpenters and walruses"])


def test_enter_asks_again_after_a_busy_site_refused(page, site):
    page.goto(f"{site}/search/")
    box = page.get_by_role("searchbox")
    page.route("**/search/?q=carpenters", lambda route: route.fulfill(status=503), times=1)
    box.fill("carpenters")
    expect(page.get_by_role("status")).to_have_text(re.compile("Enter"))
    box.press("Enter")
    expect(results(page)).to_have_text(["Carpenters and walruses"])


def test_search_needs_no_script(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/")
    page.get_by_role("searchbox").fill("바다코끼리")
    page.get_by_role("searchbox").press("Enter")
    expect(results(page)).to_have_text(["A walrus that reasons"])
    context.close()
