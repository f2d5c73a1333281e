"""The readers' pages in a real browser: no error, nothing wider than the window, no barrier."""

import re
from datetime import UTC, date, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from digest.models import Correction
from digest.readers.open_forms import LEAST_AGE_S
from papers import kinds
from papers.clock import now
from papers.models import Listing, Report, Writer
from papers.sources.items import Remark
from tests.digest.ledger.test_accounts import listed
from tests.digest.readers.test_formulas import DIGITS, FORMULAS, PAPERS
from tests.digest.readers.trends.site import make_field
from tests.factories import make_paper, make_post, make_section

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TABLE = f"""\
| 모델 | {" | ".join(f"벤치마크 {number}" for number in range(12))} |
{"| --- " * 13}|
| 작은 모델 | {" | ".join(f"{number}.5" for number in range(12))} |
"""
SUM = " + ".join(f"y_{{{number}}}" for number in range(40))
LONG = f"""\
- Goal: **길이가 긴 수식**과 표가 좁은 화면을 넘지 않는다.[^1]
- `a_very_long_identifier_{"_that_goes_on" * 12}`

$$\\sum_{{i=1}}^{{n}} x_i + {SUM} = \\sqrt{{\\frac{{a}}{{b}}}}$$

{TABLE}

```python
{"long_line = " + "value + " * 40}
```

[^1]: 각주.
"""
SIZES = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}


@pytest.fixture
def site(settings, live_server):
    settings.SITE_URL = live_server.url
    paper = make_paper(
        arxiv_id="2510.06208",
        title="On $O(n^2)$ attention: a title that is long enough to need several lines on a phone",
        authors=[f"Author Number {number}" for number in range(12)],
        organization="Example Lab",
        code_url="https://code.example/repo",
        arxiv_published_at=datetime(2025, 10, 7, tzinfo=UTC),
        keywords=["diffusion", "attention"],
        origins={"abstract": "sample"},
    )
    paper.tags.add("강화 학습")
    make_section(paper, markdown=LONG)
    make_section(paper, kinds.RESULTS, origin=Writer.EXTRACTIVE, language="en")
    make_post(papers=2)
    post = make_post(papers=[paper, make_paper()], intro="오늘의 **머리글**.", slug="한글-주소")
    post.tags.add("강화 학습", "papers")
    Listing.objects.create(paper=paper, source="huggingface", day=post.date, rank=1, upvotes=5)
    make_post(papers=1, date=post.date, slug="second")
    for about in (paper, None):
        Correction.objects.create(
            post=post,
            paper=about,
            text="표 2의 38%를 40%로 잘못 옮긴 것을 고쳤다.",
            corrected_at=now(),
        )
    a_ledger()
    make_field()
    return live_server.url


def a_ledger():
    """Two months with a day of every kind, one of them wrong."""
    refused = Remark(31, "2509.00031", "title", f"{'9' * 5},000 chars, limit 500")
    listed(*range(1, 31), refusals=(refused,), day=date(2025, 10, 6))
    make_post(papers=listed(*range(3, 20), day=date(2025, 10, 10))[:5], date=date(2025, 10, 10))
    listed(*range(40, 52), day=date(2025, 10, 15))
    Listing.objects.filter(rank__in=[41, 43, 45, 47, 49]).delete()
    listed(*range(60, 66), day=date(2025, 10, 16), at=datetime(2025, 10, 16, 12, tzinfo=UTC))
    listed(99, day=date(2025, 9, 1))


PAGES = {
    "home": "/",
    "digest": "/2025/10/09/한글-주소/",
    "paper": "/papers/2510.06208/",
    "report": "/papers/2510.06208/report/",
    "thanks": "/papers/2510.06208/report/thanks/",
    "English digest": "/en/2025/10/09/한글-주소/",
    "day": "/2025/10/09/",
    "day without a digest": "/2025/10/15/",
    "month": "/2025/10/",
    "year": "/2025/",
    "archive": "/archive/",
    "tags": "/tags/",
    "tags found": "/tags/?q=강화",
    "no tag found": "/tags/?q=nothing",
    "tag": "/tags/강화-학습/",
    "search": "/search/",
    "found": "/search/?q=attention",
    "nothing found": "/search/?q=attentoin",
    "not understood": "/search/?q=from:soon",
    "trends": "/trends/",
    "trends of a year": "/en/trends/52-weeks/",
    "trend": "/trends/topics/agents/",
    "feeds": "/feeds/",
    "marks": "/marks/",
    "about": "/about/",
    "ledger": "/ledger/",
}


@pytest.fixture
def said(page):
    """What the browser complains of: script errors, refused resources, policy violations."""
    said = []
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("requestfailed", lambda request: said.append(f"failed: {request.url}"))
    return said


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_whole_quiet_and_open_to_everybody(page, site, said, scheme, size):
    page.set_viewport_size(SIZES[size])
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    for name, address in PAGES.items():
        page.goto(site + address)
        assert overflow(page) <= 0, name
        assert barriers(page) == [], name
    assert said == []


def overflow(page):
    """How many pixels the page is wider than the window, once it has loaded.

    A click returns when the next page begins to arrive. At that moment it has no element yet.
    """
    page.wait_for_load_state()
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


def barriers(page, within=None):
    """Serious findings of axe (in `within`, a selector), each with the places it was found at."""
    page.wait_for_load_state()
    found = Axe().run(page, context=within).response["violations"]
    return [
        (each["id"], [node["html"] for node in each["nodes"]])
        for each in found
        if each["impact"] in {"serious", "critical"}
    ]


def test_the_narrowest_window_still_holds_every_page(page, site):
    page.set_viewport_size({"width": 320, "height": 600})
    for name, address in PAGES.items():
        page.goto(site + address)
        assert overflow(page) <= 0, name


def test_a_reader_gets_from_home_to_a_paper_by_keyboard(page, site):
    page.goto(site + PAGES["digest"])
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("본문 바로가기")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    contents = page.locator(".toc a").first
    contents.focus()
    assert contents.evaluate("link => getComputedStyle(link).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site}/2025/10/09/%ED%95%9C%EA%B8%80-%EC%A3%BC%EC%86%8C/#2510.06208")
    expect(page.locator('[id="2510.06208"] h2')).to_be_in_viewport()


def test_pages_read_without_script(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site + PAGES["paper"])
    page.locator(".abstract summary").click()
    expect(page.locator("details .prose").first).to_be_visible()
    context.close()


def test_paper_and_ink_stay_readable_in_print(page, site):
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(site + PAGES["digest"])
    expect(page.locator(".toc")).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_a_print_is_whole_and_says_where_it_is_from(page, site):
    page.set_viewport_size({"width": 700, "height": 1000})  # A sheet is as narrow as a phone.
    page.emulate_media(media="print")
    page.goto(site + PAGES["digest"])
    for shown in (".printed", ".glance", ".unfolded h2 .number", ".part .prose"):
        expect(page.locator(shown).first).to_be_visible()
    expect(page.locator(":is(button, nav, .links, .fold > .row):visible")).to_have_count(0)
    below = "document.querySelector('.glance').getBoundingClientRect().bottom"
    assert page.locator(".entry").first.bounding_box()["y"] > page.evaluate(below)
    page.goto(site + PAGES["paper"])
    expect(page.locator(".abstract .prose")).to_be_visible()


def test_forced_colours_leave_the_current_day_another_ground(page, site):
    page.emulate_media(forced_colors="active")
    page.goto(site + PAGES["day without a digest"])
    assert ground(page, ".calendar [aria-current]") != ground(page, ".calendar td a")


def ground(page, selector):
    return page.locator(selector).first.evaluate("each => getComputedStyle(each).backgroundColor")


def test_on_a_phone_a_paper_begins_with_its_title(page, site):
    page.set_viewport_size(SIZES["phone"])
    page.goto(site + PAGES["paper"])
    assert page.locator("h1").bounding_box()["y"] < page.locator(".record").bounding_box()["y"]


def test_error_pages_are_open_to_everybody_too(page, site):
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto(f"{site}/nowhere/")
        expect(page.locator("h1")).to_have_text("페이지를 찾을 수 없습니다")
        assert barriers(page) == []


def test_a_reader_reports_a_mistake_by_keyboard(page, site, said):
    page.goto(site + PAGES["paper"])
    page.locator(".report").first.press("Enter")
    expect(page.get_by_label("어느 섹션인가요?")).to_have_value(re.compile(r"\d+"))
    text = page.get_by_label("어떤 점이 잘못되었나요?")
    text.fill("짧다")
    text.press("Tab")
    page.keyboard.press("Enter")  # The button: what nobody sees is passed over.
    expect(page.get_by_label("어떤 점이 잘못되었나요?")).to_have_value("짧다")
    expect(page.get_by_label("어떤 점이 잘못되었나요?")).to_have_accessible_description(
        re.compile("10자 이상 적어 주세요")
    )
    assert barriers(page) == []
    page.get_by_label("어떤 점이 잘못되었나요?").fill(
        "표 2에는 40%가 아니라 38%라고 적혀 있습니다."
    )
    page.wait_for_timeout(LEAST_AGE_S * 1_000)  # Longer than a machine takes.
    page.get_by_role("button", name="보내기").click()
    expect(page.get_by_role("heading", name="제보해 주셔서 감사합니다")).to_be_visible()
    assert Report.objects.get().section is not None
    assert page.context.cookies() == []
    assert said == []


def test_a_screen_reader_hears_the_formula_in_each_heading_and_link(site, page):
    paper = make_paper(title=r"$\pi_{0.5}$ and $\frac{a}{2}$ for a Model")
    text = "### About $\\frac{x}{3}$\n\nSee [the $\\frac{y}{4}$ page](/about/)."
    make_section(paper, markdown=text)
    post = make_post(papers=[paper])
    addresses = (post.get_absolute_url(), paper.get_absolute_url(), "/")
    heard = heard_on(page, *(site + address for address in addresses))
    title = "π₀.₅ and a/2 for a Model"
    assert {title, "the y/4 page"} <= heard["link"]
    assert {title, f"1 {title}", "About x/3"} <= heard["heading"]
    assert "" not in heard["link"] | heard["heading"]


def test_a_screen_reader_hears_each_title_of_forty_with_formulas(site, page):
    papers = [make_paper(title=f"On {titled(number)} here") for number in range(PAPERS)]
    post = make_post(papers=papers)
    heard = heard_on(page, site + post.get_absolute_url())
    assert "" not in heard["link"] | heard["heading"]
    for number, paper in enumerate(papers, start=1):
        title = re.sub("[_^]", "", paper.title_plain)  # On a page a script is an element.
        assert title in heard["link"]
        assert f"{number} {title}" in heard["heading"]
        assert str(7000 + number - 1) in paper.title_plain.translate(DIGITS)


def titled(number):
    """Return a formula of a kind that titles have, with a number of its own in it.

    The last of FORMULAS is none: it stays TeX.
    """
    formula = FORMULAS[number % (len(FORMULAS) - 1)].replace("$$", "$")
    return formula.replace("%d", str(7000 + number)).replace("%%", "%")


def heard_on(page, *addresses):
    """Return the names of all headings and links of these pages, as a screen reader says them."""
    heard = {"heading": set(), "link": set()}
    for address in addresses:
        page.goto(address)
        tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")
        for node in tree["nodes"]:
            if (role := node.get("role", {}).get("value")) in heard:
                heard[role].add(node.get("name", {}).get("value", ""))
    return heard
