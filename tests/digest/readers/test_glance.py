"""A digest at a glance: rows, filters, folds, and what script adds to them."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from digest.models import Post
from digest.readers.filters import LEAST_PAPERS, filters_of
from digest.readers.summaries import summaries_of
from papers.clock import now
from papers.models import Listing
from tests.factories import make_paper, make_post, make_section


def a_digest(papers=LEAST_PAPERS, **fields):
    """Publish papers of two categories. The odd ones have a tag of their own, all have another."""
    made = []
    for number in range(1, papers + 1):
        categories = ["cs.CL", "cs.AI"] if number % 2 else ["cs.CV"]
        paper = make_paper(title=f"Model{number}: a title", categories=categories)
        make_section(paper, markdown=f"- Goal: {number}번째 요지다. 둘째 문장.\n")
        paper.tags.add("모두", *(["강화 학습"] if number % 2 else []))
        made.append(paper)
    post = make_post(papers=made, **fields)
    for rank, paper in enumerate(made, start=1):
        Listing.objects.create(
            paper=paper, source="huggingface", day=post.date, rank=rank, upvotes=100 - rank
        )
    return post


@pytest.mark.django_db
def test_a_row_has_number_title_gist_votes_and_tag(client):
    post = a_digest(papers=2)
    html = client.get(post.get_absolute_url()).content.decode()
    glance = re.search(r'<ol class="glance">.*?</ol>', html, re.DOTALL)[0]
    first = glance[: glance.index("</li>")]
    for said in ("Model1: a title</a>", "1번째 요지다.</span>", "▲ 99", "모두</span>"):
        assert said in first
    assert "둘째" not in first
    assert "논문 2편" in html
    assert "읽는 데 1분" in html


@pytest.mark.django_db
def test_a_digest_is_filtered_by_what_some_of_its_papers_have():
    a_digest()
    found = {each.key: each.count for each in filters_of(summaries_of(stored_post()))}
    assert found == {"tag=강화-학습": 4, "category=cs.CL": 4, "category=cs.CV": 4}


@pytest.mark.django_db
def test_a_digest_that_is_seen_at_a_glance_has_no_filters():
    a_digest(papers=LEAST_PAPERS - 1)
    assert filters_of(summaries_of(stored_post())) == []


def test_the_scripts_of_a_page_stay_small(settings):
    scripts = [settings.BASE_DIR / "static" / name for name in ("site.js", "theme.js")]
    assert sum(script.stat().st_size for script in scripts) < 6 * 1024


def published_days_ago(days):
    make_post(papers=1)
    newest = Post.objects.published()[:1].get()
    newest.updated_at = newest.published_at = now() - timedelta(days)
    newest.save()


def stored_post():
    return Post.objects.with_public_entries().get()


browser = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def address(settings, live_server):
    settings.SITE_URL = live_server.url
    return live_server.url + a_digest(papers=12).get_absolute_url()


@pytest.fixture
def phone(page, address):
    # A page that still glides is no place to click: the browser would scroll it by itself.
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size(PHONE)
    page.goto(address)
    return page


def is_in(bar):
    return bar.evaluate("bar => bar.contains(document.activeElement)")


def are_apart(*boxes):
    above, below = sorted((box.bounding_box() for box in boxes), key=lambda box: box["y"])
    return above["y"] + above["height"] <= below["y"]


def click_in_place(element):
    """Click where the element is. Playwright's click would scroll to where a sticky bar belongs."""
    box = element.bounding_box()
    element.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


SHIFTS = """
window.moved = 0;
new PerformanceObserver((list) => list.getEntries().forEach((each) => (moved += each.value)))
  .observe({ type: "layout-shift", buffered: true });
"""


class TestOfEverySize:
    pytestmark = browser

    @pytest.mark.parametrize("width", [1280, 800, 390, 320])
    def test_nothing_moves_while_a_digest_loads_and_is_read(self, page, address, width):
        page.set_viewport_size({"width": width, "height": 800})
        page.add_init_script(SHIFTS)
        page.goto(address)
        for y in (0, 900, 1800, 100_000):
            page.evaluate(f"scrollTo({{ top: {y}, behavior: 'instant' }})")
            page.wait_for_timeout(150)
        assert page.evaluate("moved") == 0


class TestOfHostilePapers:
    pytestmark = browser

    @pytest.fixture
    def addresses(self, settings, live_server):
        settings.SITE_URL = live_server.url
        papers = [make_paper(title=f"{number}{'W' * 499}"[:500]) for number in range(1, 97)]
        papers += [make_paper(title="Of nobody", abstract="", authors=[]) for _ in range(4)]
        make_section(papers[0], markdown=f"- Goal: {'가' * 500}\n")
        papers[0].tags.add("태" * 90)
        post = make_post(papers=papers)
        pages = [page.get_absolute_url() for page in (post, papers[0], papers[-1])]
        whole = [post.get_absolute_url(), "/", "/archive/", "/2025/10/", "/tags/", *pages]
        return [live_server.url + before + each for before in ("", "/en") for each in whole]

    def test_a_day_of_a_hundred_is_no_wider_than_the_window(self, page, addresses):
        for address in addresses:
            for width in (1280, 390, 320):
                page.set_viewport_size({"width": width, "height": 800})
                assert page.goto(address).ok, address
                assert page.evaluate("document.documentElement.scrollWidth") <= width, address

    def test_each_of_a_hundred_has_its_row_and_its_place(self, page, addresses):
        page.set_viewport_size(PHONE)
        page.goto(addresses[0])
        heights = page.locator(".entry .row").evaluate_all(
            "rows => rows.map(row => row.getBoundingClientRect().height)"
        )
        assert len(heights) == 100
        assert all(44 <= height <= 52 for height in heights)
        page.locator(".entry .row").last.click()
        expect(page.locator(".unfolded:visible")).to_contain_text("아직 요약이 없는 논문입니다")


class TestOnAPhone:
    pytestmark = browser

    def test_each_summary_is_folded_behind_its_row(self, phone):
        expect(phone.locator(".unfolded:visible")).to_have_count(0)
        heights = phone.locator(".entry .row").evaluate_all(
            "rows => rows.map(row => row.getBoundingClientRect().height)"
        )
        assert all(44 <= height <= 52 for height in heights)
        phone.locator(".entry .row").nth(2).click()
        expect(phone.locator(".unfolded:visible h2")).to_have_text("3 Model3: a title")

    def test_one_button_opens_and_closes_all(self, phone):
        phone.get_by_role("button", name="모두 펼치기").click()
        expect(phone.locator(".unfolded:visible")).to_have_count(12)
        phone.get_by_role("button", name="모두 접기").click()
        expect(phone.locator(".unfolded:visible")).to_have_count(0)

    def test_a_link_to_a_paper_opens_it(self, phone, address):
        paper = phone.locator(".unfolded").nth(7).get_attribute("id")
        phone.goto("about:blank")
        phone.goto(f"{address}#{paper}")
        expect(phone.locator(".unfolded:visible")).to_have_count(1)
        expect(phone.locator(".unfolded:visible")).to_be_in_viewport()

    def test_a_bar_says_the_place_and_leads_on(self, phone):
        bar = phone.locator(".place")
        fifth, sixth = (phone.locator(".unfolded").nth(at) for at in (4, 5))
        next_ = bar.get_by_role("link", name="다음")
        phone.locator(".entry .row").nth(4).click()
        expect(fifth).to_be_visible()
        phone.locator(".entry").nth(4).evaluate("entry => entry.scrollIntoView()")
        expect(next_).to_have_attribute("href", re.compile(f"#{sixth.get_attribute('id')}$"))
        expect(bar).to_contain_text("5 / 12")
        click_in_place(next_)
        expect(sixth).to_be_visible()
        bar.get_by_role("link", name="목차").click()
        expect(phone.locator("#glance")).to_be_in_viewport()

    def test_the_bar_covers_no_focus(self, phone):
        phone.locator(".entry .row").first.click()
        bar = phone.locator(".place")
        phone.locator(".unfolded:visible a").first.focus()
        for _ in range(24):
            phone.keyboard.press("Tab")
            assert is_in(bar) or are_apart(bar, phone.locator(":focus"))

    def test_a_link_to_a_paper_opens_it_without_script(self, browser, address):
        context = browser.new_context(java_script_enabled=False, viewport=PHONE)
        page = context.new_page()
        page.goto(address)
        paper = page.locator(".unfolded").nth(7).get_attribute("id")
        page.goto(f"{address}#{paper}")
        expect(page.locator(f'[id="{paper}"] h2')).to_be_in_viewport()
        context.close()

    def test_nothing_moves_when_the_script_runs(self, phone):
        moved = phone.evaluate("""() => new Promise((done) => {
            let moved = 0;
            new PerformanceObserver((list) => {
                for (const each of list.getEntries()) moved += each.value;
            }).observe({ type: "layout-shift", buffered: true });
            setTimeout(() => done(moved), 500);
        })""")
        assert moved == 0

    def test_a_row_opens_without_script(self, browser, address):
        context = browser.new_context(java_script_enabled=False, viewport=PHONE)
        page = context.new_page()
        page.goto(address)
        for control in (".open-all", ".filters", ".place", ".theme"):
            expect(page.locator(control)).to_be_hidden()
        page.locator(".entry .row").first.click()
        expect(page.locator(".unfolded").first).to_be_visible()
        context.close()


class TestInAWindow:
    pytestmark = browser

    def test_the_summaries_are_open_and_the_contents_mark_the_current_paper(self, page, address):
        page.goto(address)
        expect(page.locator(".unfolded:visible")).to_have_count(12)
        expect(page.locator(".entry .row:visible")).to_have_count(0)
        page.locator(".entry").nth(8).evaluate("entry => entry.scrollIntoView()")
        expect(page.locator(".toc [aria-current]")).to_have_text("Model9: a title")
        expect(page.locator(".toc [aria-current]")).to_be_in_viewport()

    def test_a_filter_shows_its_papers_alone(self, page, address):
        page.goto(address)
        button = page.get_by_role("button", name="강화 학습")
        button.click()
        expect(page.locator(".unfolded:visible")).to_have_count(6)
        expect(page.locator(".glance .row:visible")).to_have_count(6)
        expect(page.get_by_role("status")).to_have_text("6 / 12")
        page.reload()
        expect(page.locator(".unfolded:visible")).to_have_count(6)
        button.click()
        expect(page.locator(".unfolded:visible")).to_have_count(12)

    def test_a_filtered_paper_keeps_its_number(self, page, address):
        page.goto(address)
        page.get_by_role("button", name="cs.CV").click()
        shown = "links => links.map(link => link.closest('li').value)"
        assert page.locator(".toc a:visible").evaluate_all(shown) == [2, 4, 6, 8, 10, 12]

    def test_a_chosen_filter_is_seen_in_forced_colours_too(self, page, address):
        page.emulate_media(forced_colors="active")
        page.goto(address)
        button = page.get_by_role("button", name="강화 학습")
        ground = "each => getComputedStyle(each).backgroundColor"
        before = button.evaluate(ground)
        button.click()
        assert button.evaluate(ground) != before

    def test_the_keyboard_goes_from_the_rows_to_the_summaries(self, page, address):
        page.goto(address)
        page.locator(".glance a").last.focus()
        page.keyboard.press("Tab")
        expect(page.locator(".unfolded h2 a").first).to_be_focused()

    @pytest.mark.parametrize("damaged", ["%", "%E0%A4%A", "nothing", '"]'])
    def test_a_damaged_place_in_an_address_breaks_nothing(self, page, address, damaged):
        page.goto(f"{address}#{damaged}")
        page.get_by_role("button", name="강화 학습").click()
        expect(page.get_by_role("status")).to_have_text("6 / 12")

    @pytest.mark.parametrize("query", ["?tag=nothing", "?category=%00", "?tag=", "?category=tag=a"])
    def test_a_filter_of_nothing_shows_all_and_says_so(self, page, address, query):
        page.goto(address + query)
        expect(page.get_by_role("status")).to_have_text(re.compile("모두 표시합니다"))
        expect(page.locator(".unfolded:visible")).to_have_count(12)

    def test_a_theme_is_kept(self, page, address):
        page.emulate_media(color_scheme="light")
        page.goto(address)
        for name in ("시스템", "밝게"):
            page.get_by_role("button", name=f"테마: {name}").click()
        page.reload()
        expect(page.get_by_role("button", name="테마: 어둡게")).to_be_visible()
        dark = "getComputedStyle(document.body).backgroundColor"
        assert page.evaluate(dark) == "rgb(22, 23, 26)"
        page.emulate_media(media="print")
        assert page.evaluate(dark) == "rgb(255, 255, 255)"

    def test_a_theme_is_there_before_the_script_of_the_page(self, page, address):
        page.emulate_media(color_scheme="light")
        page.add_init_script("localStorage.setItem('theme', 'dark')")
        page.route("**/site*.js", lambda route: route.abort())
        page.goto(address)
        dark = "getComputedStyle(document.body).backgroundColor"
        assert page.evaluate(dark) == "rgb(22, 23, 26)"

    def test_what_came_since_the_last_visit_is_marked(self, page, address, live_server):
        long_ago = now() - timedelta(9)
        Post.objects.update(published_at=long_ago, updated_at=long_ago)
        published_days_ago(3)
        page.goto(live_server.url)
        expect(page.locator(".rows > li")).to_have_count(1)
        expect(page.locator(".is-new")).to_have_count(0)
        published_days_ago(2)
        published_days_ago(1)
        again = page.context.new_page()  # A tab of its own is a visit of its own.
        again.goto(f"{live_server.url}/?later")  # The browser keeps a page for a minute.
        expect(again.locator(".rows .is-new")).to_have_count(1)
        again.reload()
        expect(again.locator(".rows .is-new")).to_have_count(1)
