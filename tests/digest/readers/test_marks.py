"""A reader's marks: starred, seen, hidden and noted papers, which stay in the browser."""

import gzip
import json
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.core.management import call_command
from playwright.sync_api import expect
from pybtex.database import parse_string

from digest import publishing
from digest.models import Post
from papers.models import Paper
from tests.digest.readers.test_browser import SIZES, barriers, overflow
from tests.factories import make_paper, make_post, make_section

browser_test = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FIRST, SECOND = "2510.06208", "2510.00002"
NOTE = "100% of {braces} & 한국어 노트_1 #2 ~ ^ \\emph $x$"
FILES = TemporaryDirectory()
STRAY = '<img src=x onerror="document.title = `run`">'


# --- Without a browser ---------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/marks/", "/en/marks/"])
def test_the_page_is_the_same_for_everybody(client, address):
    response = client.get(address)
    assert response.status_code == 200
    assert not response.cookies
    assert "<noscript>" in response.content.decode()


def test_what_it_costs_who_reads(settings):
    """The scripts of a page with papers, and those of the page of all marks, compressed."""
    folder = settings.BASE_DIR / "static" / "marks"
    size = {file.stem: len(gzip.compress(file.read_bytes())) for file in folder.glob("*.js")}
    on_papers = sum(size[name] for name in ("papers", "controls", "store", "shape"))
    assert on_papers < 6 * 1024
    assert sum(size.values()) < 12 * 1024


def test_on_a_public_site_a_module_imports_others_by_their_hashes(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STATICFILES_DIRS = [settings.BASE_DIR / "static"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "digest.static_files.StaticFiles"}
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    hashed = [each for each in tmp_path.glob("marks/*.js") if each.stem.count(".") == 1]
    assert {each.name.split(".")[0] for each in hashed} >= {"papers", "mine", "store"}
    for module in hashed:
        for name in re.findall(r'from "(.*?)";', module.read_text()):
            assert re.fullmatch(r"\./[a-z]+\.[0-9a-f]{12}\.js", name), module.name
            assert (module.parent / name).exists()


@pytest.mark.skipif(not shutil.which("node"), reason="no node on this machine")
def test_each_module_is_a_script_that_can_be_read(settings):
    for file in (settings.BASE_DIR / "static" / "marks").glob("*.js"):
        done = subprocess.run(
            ["node", "--check", "--experimental-default-type=module", file],
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr


# --- In a browser --------------------------------------------------------------------------------


@pytest.fixture
def site(settings, live_server):
    settings.SITE_URL = live_server.url
    papers = [
        make_paper(arxiv_id=FIRST, title="On LLMs & <em>more</em>", authors=["Ada Lovelace"]),
        make_paper(arxiv_id=SECOND, title="A second paper"),
        make_paper(arxiv_id="hep-th/9901001", title="An old paper"),
    ]
    for paper in papers:
        paper.tags.add("vision")
        make_section(paper, markdown="- Goal: 요지다. 둘째 문장.\n")
    make_post(papers=papers, slug="digest")
    return live_server.url


DIGEST = "/2025/10/08/digest/"
PLACES = {"digest": DIGEST, "home": "/", "tag": "/tags/vision/", "paper": f"/papers/{FIRST}/"}


@pytest.fixture
def said(page):
    """What the browser complains of: script errors and violations of the policy."""
    said = []
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def marks(page, arxiv_id=FIRST):
    return page.locator(f'.marks[data-paper="{arxiv_id}"]')


def away(page, arxiv_id=FIRST):
    """The line of a hidden paper."""
    row = page.locator("[data-hides]", has=page.locator(f'[data-paper="{arxiv_id}"]'))
    return row.locator("> .away")


def press(page, name, arxiv_id=FIRST):
    marks(page, arxiv_id).get_by_role("button", name=re.compile(f"^{name}:")).click()


def star(page, arxiv_id=FIRST):
    return marks(page, arxiv_id).get_by_role("button", name=re.compile("^별표:"))


def hide(page, days="7일 동안", arxiv_id=FIRST):
    marks(page, arxiv_id).locator(".hide > summary").click()
    press(page, f"{days} 숨기기", arxiv_id)


def write(page, text, arxiv_id=FIRST):
    place = marks(page, arxiv_id)
    if not place.locator(".own-note[open]").count():
        place.locator(".own-note > summary").click()
    place.locator("textarea").fill(text)
    expect(place.get_by_role("status")).to_have_text("이 브라우저에 저장했습니다.")


def kept(page, arxiv_id=FIRST):
    """What the browser keeps of a paper."""
    return page.evaluate(f"JSON.parse(localStorage.getItem('mark:{arxiv_id}'))")


def keep(page, **by_id):
    for arxiv_id, mark in by_id.items():
        # As the browser writes it.
        value = json.dumps({"v": 1, **mark}, ensure_ascii=False, separators=(",", ":"))
        page.evaluate(
            "([id, value]) => localStorage.setItem(`mark:${id}`, value)", [arxiv_id, value]
        )


TYPE = """(area, text) => {
    area.value = text;
    area.dispatchEvent(new Event("input", { bubbles: true }));
}"""


def still(page):
    """Let time pass on the next page by `page.clock.run_for` alone."""
    page.clock.install(time=datetime(2025, 10, 10, 9, tzinfo=UTC))
    page.clock.pause_at(datetime(2025, 10, 10, 10, tzinfo=UTC))


def fill_up(page, room):
    """Leave room for so many characters in the browser's storage, or a twentieth more."""
    page.evaluate(
        """room => {
            let size = 0;
            for (let step = 2 ** 22; step >= Math.max(1, room / 20); step /= 2)
                try {
                    localStorage.setItem("filler", "x".repeat(size + step));
                    size += step;
                } catch {}
            localStorage.setItem("filler", "x".repeat(size - room));
        }""",
        room,
    )


def all_kept(page):
    return page.evaluate("(({filler, ...kept}) => kept)(localStorage)")


AT = "2025-10-09T00:00:00.000Z"


class TestOnPapers:
    pytestmark = browser_test

    @pytest.mark.parametrize("place", PLACES)
    def test_a_star_stays(self, page, site, said, place):
        page.goto(site + PLACES[place])
        star(page).click()
        expect(star(page)).to_have_attribute("aria-pressed", "true")
        page.reload()
        expect(star(page)).to_have_attribute("aria-pressed", "true")
        star(page).click()
        expect(star(page)).to_have_attribute("aria-pressed", "false")
        assert kept(page) is None
        assert page.context.cookies() == []
        assert said == []

    def test_what_is_starred_and_seen_is_marked_in_the_lists(self, page, site):
        page.goto(site + DIGEST)
        star(page).click()
        press(page, "읽음")
        for place in (".glance li", ".toc li"):
            expect(page.locator(place).first).to_have_attribute("data-has", "starred seen")
        expect(page.locator(".glance li").nth(1)).to_have_attribute("data-has", "")

    @pytest.mark.parametrize("place", ["digest", "tag"])
    def test_a_hidden_paper_is_one_line_until_it_is_shown_again(self, page, site, place):
        page.goto(site + PLACES[place])
        whole = page.locator("[data-hides]").filter(has=marks(page)).bounding_box()["height"]
        hide(page)
        line = away(page)
        expect(line.get_by_role("button")).to_be_focused()
        expect(line).to_contain_text("On LLMs & <em>more</em>")
        expect(marks(page)).to_be_hidden()
        assert line.bounding_box()["height"] < min(60, whole)
        page.reload()
        expect(marks(page)).to_be_hidden()
        line.get_by_role("button", name=re.compile("^숨김 해제: On LLMs")).press("Enter")
        expect(marks(page)).to_be_visible()
        expect(marks(page).locator(".hide > summary")).to_be_focused()
        assert kept(page) is None

    def test_its_own_page_stays_whole(self, page, site):
        page.goto(site + PLACES["paper"])
        hide(page, "30일 동안")
        expect(page.locator(".part .prose")).to_be_visible()
        again = marks(page).get_by_role("button", name=re.compile("^숨김 해제:"))
        expect(again).to_be_focused()
        again.press("Enter")
        expect(marks(page).locator(".hide > summary")).to_be_focused()

    @pytest.mark.parametrize(("days", "most"), [("7일 동안", 7), ("30일 동안", 30), ("계속", None)])
    def test_time_ends_what_is_hidden_for_some_days(self, page, site, days, most):
        page.clock.set_fixed_time(datetime(2025, 10, 10, 9, tzinfo=UTC))
        page.goto(site + DIGEST)
        hide(page, days)
        until = {7: "2025년 10월 17일까지 숨김", 30: "2025년 11월 9일까지 숨김", None: "계속 숨김"}
        expect(away(page)).to_contain_text(until[most])
        page.clock.set_fixed_time(datetime(2025, 10, 10 + 6, 9, tzinfo=UTC))
        page.reload()
        expect(marks(page)).to_be_hidden()
        page.clock.set_fixed_time(datetime(2025, 12, 1, 9, tzinfo=UTC))
        page.reload()
        expect(marks(page, SECOND)).to_be_visible()
        assert marks(page).is_visible() == (most is not None)
        page.goto(f"{site}/marks/")
        expect(page.locator("main [data-empty]")).to_be_visible(visible=most is not None)

    def test_a_link_to_a_hidden_paper_leads_to_its_line(self, page, site):
        page.goto(site + DIGEST)
        hide(page)
        page.locator(".glance a").first.click()
        expect(away(page).get_by_role("button")).to_be_focused()
        page.goto("about:blank")
        page.goto(f"{site}{DIGEST}#{FIRST}")
        expect(away(page).get_by_role("button")).to_be_focused()

    def test_on_a_phone_a_hidden_paper_is_one_line_too(self, page, site):
        page.set_viewport_size(SIZES["phone"])
        page.goto(site + DIGEST)
        page.locator(".entry .row").first.click()
        hide(page)
        expect(page.locator(".entry .row").first).to_be_hidden()
        expect(away(page)).to_be_visible()
        assert overflow(page) <= 0
        page.reload()
        away(page).get_by_role("button").press("Enter")
        expect(page.locator(".entry .row").first).to_be_focused()

    def test_a_note_is_kept_while_it_is_typed(self, page, site):
        page.goto(site + DIGEST)
        marks(page).locator(".own-note > summary").click()
        expect(marks(page).locator("textarea")).to_be_focused()
        page.keyboard.type("한국어로 쓴 노트")
        expect(marks(page).get_by_role("status")).to_have_text("이 브라우저에 저장했습니다.")
        page.keyboard.type(" 끝")
        page.reload()  # Before the pause is over.
        expect(marks(page).locator("textarea")).to_have_value("한국어로 쓴 노트 끝")
        marks(page).locator(".own-note > summary").click()
        marks(page).locator("textarea").fill("")
        expect(marks(page).get_by_role("status")).to_have_text("노트를 삭제했습니다.")
        assert kept(page) is None

    def test_a_click_elsewhere_while_a_note_is_typed_is_a_click(self, page, site):
        page.goto(site + PLACES["tag"])
        marks(page).locator(".own-note > summary").click()
        marks(page).locator("textarea").press_sequentially("노트")
        below = marks(page, SECOND).bounding_box()
        star(page, SECOND).click()  # Leaving the note keeps it, and says so above this button.
        expect(star(page, SECOND)).to_have_attribute("aria-pressed", "true")
        assert kept(page)["note"] == "노트"
        assert marks(page, SECOND).bounding_box() == below

    def test_two_tabs_do_not_undo_each_other(self, page, site):
        page.goto(site + DIGEST)
        other = page.context.new_page()
        other.goto(site + PLACES["tag"])
        star(page).click()
        expect(star(other)).to_have_attribute("aria-pressed", "true")
        press(other, "읽음")
        write(other, "노트")
        expect(marks(page).locator("textarea")).to_have_value("노트")
        assert set(kept(page)) == {"v", "title", "starred", "seen", "note"}
        star(page).click()
        expect(star(other)).to_have_attribute("aria-pressed", "false")
        assert kept(other)["note"] == "노트"

    def test_two_notes_that_are_typed_at_once_are_both_kept(self, page, site):
        page.goto(site + DIGEST)
        marks(page).locator(".own-note > summary").click()
        area = marks(page).locator("textarea")
        # The other tab's note comes between the typing here and the pause that keeps it.
        area.evaluate("""area => {
            area.value = "여기";
            area.dispatchEvent(new Event("input", { bubbles: true }));
            localStorage.setItem("mark:2510.06208", JSON.stringify({ v: 1, note: "저기" }));
        }""")
        expect(area).to_have_value("저기\n\n여기")
        assert kept(page)["note"] == "저기\n\n여기"

    def test_what_is_composed_waits_for_another_tabs_note(self, page, site):
        still(page)
        page.goto(site + DIGEST)
        marks(page).locator(".own-note > summary").click()
        area = marks(page).locator("textarea")
        area.dispatch_event("compositionstart")
        area.evaluate(TYPE, "여기")
        keep(page, **{FIRST: {"note": "저기 긴 노트"}})
        page.clock.run_for(1_000)
        area.evaluate(TYPE, "여기 끝")
        page.clock.run_for(1_000)
        expect(area).to_have_value("여기 끝")  # No syllable is cut.
        area.dispatch_event("compositionend")
        page.clock.run_for(1_000)
        expect(area).to_have_value("저기 긴 노트\n\n여기 끝")
        assert kept(page)["note"] == "저기 긴 노트\n\n여기 끝"

    @pytest.mark.parametrize("is_composing", [False, True])
    def test_a_phone_that_ends_the_browser_in_the_background_takes_nothing(
        self, page, site, is_composing
    ):
        still(page)
        page.goto(site + DIGEST)
        marks(page).locator(".own-note > summary").click()
        area = marks(page).locator("textarea")
        if is_composing:
            area.dispatch_event("compositionstart")
        area.evaluate(TYPE, "여기")
        keep(page, **{FIRST: {"note": "저기"}})
        page.evaluate("""() => {
            Object.defineProperty(document, "hidden", { value: true });
            document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
        }""")
        assert kept(page)["note"] == "저기\n\n여기"
        expect(area).to_have_value("저기\n\n여기")

    def test_what_could_not_be_read_again_is_not_written(self, page, site):
        page.goto(site + DIGEST)
        write(page, "노트")
        marks(page).locator("textarea").fill("길" * 100_001)
        expect(marks(page).get_by_role("status")).to_contain_text("100,000자까지")
        assert kept(page)["note"] == "노트"

    def test_a_paper_with_an_endless_title_is_marked(self, page, site):
        Paper.objects.filter(arxiv_id=FIRST).update(title_plain="t" * 1_500)
        page.goto(site + PLACES["tag"])
        star(page).click()
        page.reload()
        expect(star(page)).to_have_attribute("aria-pressed", "true")
        assert len(kept(page)["title"]) == 1_000

    def test_a_long_note_can_be_typed_on(self, page, site):
        page.goto(site + DIGEST)
        keep(page, **{FIRST: {"note": "길" * 12_000}})
        page.reload()
        marks(page).locator(".own-note > summary").click()
        marks(page).locator("textarea").press("Control+End")
        page.keyboard.type("끝")
        expect(marks(page).get_by_role("status")).to_have_text("이 브라우저에 저장했습니다.")
        assert kept(page)["note"].endswith("길끝")

    REFUSALS = {
        "SecurityError": "시크릿 창처럼",
        "QuotaExceededError": "공간이 더 없습니다",
    }

    @pytest.mark.parametrize("error", REFUSALS)
    def test_where_nothing_is_stored_that_is_said_and_the_text_stays(self, page, site, error):
        page.add_init_script(f"""Storage.prototype.setItem = () => {{
            throw new DOMException("no", "{error}");
        }}""")
        page.goto(site + DIGEST)
        star(page).click()
        expect(marks(page).get_by_role("status")).to_contain_text(self.REFUSALS[error])
        expect(star(page)).to_have_attribute("aria-pressed", "false")
        marks(page).locator(".own-note > summary").click()
        marks(page).locator("textarea").fill("쓴 글")
        expect(marks(page).get_by_role("status")).to_contain_text("복사해 두세요")
        expect(marks(page).locator("textarea")).to_have_value("쓴 글")
        asked = []
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
        page.reload()
        assert asked == ["beforeunload"]

    def test_where_storage_is_shut_the_page_is_whole(self, page, site, said):
        page.add_init_script("""Object.defineProperty(window, "localStorage", {
            get() { throw new DOMException("no", "SecurityError"); },
        })""")
        page.goto(site + DIGEST)
        hide(page)
        expect(marks(page).get_by_role("status")).to_contain_text("시크릿 창처럼")
        expect(marks(page)).to_be_visible()
        page.goto(f"{site}/marks/")
        expect(page.get_by_text("아직 표시한 논문이 없습니다")).to_be_visible()
        assert said == []

    DAMAGED = ("{", "null", "[]", '{"v":1,"note":7}', '{"v":1,"starred":"x"}')

    def test_a_damaged_value_counts_as_none_and_is_written_anew(self, page, site, said):
        page.goto(site + DIGEST)
        for value in self.DAMAGED:
            page.evaluate("value => localStorage.setItem('mark:2510.06208', value)", value)
            page.reload()
            expect(star(page)).to_have_attribute("aria-pressed", "false")
            star(page).click()
            expect(star(page)).to_have_attribute("aria-pressed", "true")
            assert kept(page)["v"] == 1, value
        assert said == []

    def test_what_a_newer_script_wrote_is_left_alone(self, page, site):
        newer = '{"v":2,"stars":3}'
        page.goto(site + DIGEST)
        page.evaluate("value => localStorage.setItem('mark:2510.06208', value)", newer)
        star(page).click()
        expect(marks(page).get_by_role("status")).to_contain_text("업데이트되었습니다")
        assert page.evaluate("localStorage.getItem('mark:2510.06208')") == newer

    def test_all_of_it_goes_by_keyboard(self, page, site):
        page.goto(site + PLACES["paper"])
        star(page).focus()
        page.keyboard.press("Space")
        expect(star(page)).to_have_attribute("aria-pressed", "true")
        for _ in range(2):
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")  # The menu opens.
        page.keyboard.press("Escape")
        expect(marks(page).locator(".hide[open]")).to_have_count(0)
        expect(marks(page).locator(".hide > summary")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(marks(page).locator("textarea")).to_be_focused()
        page.keyboard.type("노트")
        page.keyboard.press("Escape")
        expect(marks(page).locator(".own-note > summary")).to_be_focused()
        assert kept(page)["note"] == "노트"

    def test_nothing_of_it_is_there_without_script_or_in_print(self, page, browser, site):
        context = browser.new_context(java_script_enabled=False)
        bare = context.new_page()
        for address in PLACES.values():
            bare.goto(site + address)
            expect(bare.locator(":is(.marks, .away, .scripted):visible")).to_have_count(0)
        bare.goto(f"{site}/marks/")
        expect(bare.locator("noscript p")).to_contain_text("JavaScript가 필요합니다")
        expect(bare.locator("noscript p")).to_be_visible()
        expect(bare.locator("main :is(button, input):visible")).to_have_count(0)
        context.close()
        page.goto(site + DIGEST)
        hide(page)
        page.emulate_media(media="print")
        expect(page.locator(":is(.marks, .away):visible")).to_have_count(0)
        expect(page.locator(".unfolded").first).to_be_visible()


@pytest.fixture
def mine(page, site, said):
    """The page of all marks, with a starred, a noted and a hidden paper."""
    page.goto(f"{site}/marks/")
    keep(
        page,
        **{
            FIRST: {"title": "On LLMs & <em>more</em>", "starred": AT, "note": NOTE},
            SECOND: {"title": "A second paper", "note": "둘째\n<b>노트</b>"},
            "hep-th/9901001": {"title": "An old paper", "hidden_until": "ever", "seen": AT},
        },
    )
    page.reload()
    return page


class TestMyPapers:
    pytestmark = browser_test

    def test_it_lists_what_is_starred_noted_and_hidden(self, mine, said):
        for group, title in {
            "별표한 논문": "On LLMs & <em>more</em>",
            "별표 없이 노트만 있는 논문": "A second paper",
            "숨긴 논문": "An old paper",
        }.items():
            row = mine.get_by_role("region", name=group).get_by_role("listitem")
            expect(row.locator("a.title")).to_have_text(title)
        expect(marks(mine).locator("textarea")).to_have_value(NOTE)
        expect(marks(mine, "hep-th/9901001")).to_contain_text("계속 숨김")
        expect(mine.locator("[data-seen]")).to_have_text("1")
        assert mine.locator("a.title").first.get_attribute("href") == f"/papers/{FIRST}/"
        assert said == []

    def test_a_row_stays_so_that_a_click_can_be_taken_back(self, mine):
        star(mine).click()
        expect(star(mine)).to_have_attribute("aria-pressed", "false")
        star(mine).click()
        expect(star(mine)).to_have_attribute("aria-pressed", "true")
        marks(mine, "hep-th/9901001").get_by_role("button", name=re.compile("^숨김 해제")).click()
        hide(mine, "계속", "hep-th/9901001")
        assert kept(mine, "hep-th/9901001")["hidden_until"] == "ever"

    def test_another_tab_adds_to_it(self, mine, site):
        other = mine.context.new_page()
        other.goto(f"{site}/papers/{SECOND}/")
        star(other, SECOND).click()
        expect(star(mine, SECOND)).to_have_attribute("aria-pressed", "true")

    def test_all_are_deleted_and_put_back(self, mine):
        before = {each: kept(mine, each) for each in (FIRST, SECOND, "hep-th/9901001")}
        mine.get_by_role("button", name="모든 표시 삭제").click()
        expect(mine.get_by_text("아직 표시한 논문이 없습니다")).to_be_visible()
        assert kept(mine) is None
        undo = mine.get_by_role("button", name="실행 취소")
        expect(undo).to_be_focused()
        undo.press("Enter")
        expect(mine.locator("a.title")).to_have_count(3)
        assert {each: kept(mine, each) for each in before} == before

    def test_a_note_that_had_no_room_outlives_what_is_deleted(self, mine):
        before = {each: kept(mine, each) for each in (FIRST, SECOND, "hep-th/9901001")}
        fill_up(mine, 10)
        area = marks(mine, SECOND).locator("textarea")
        area.fill("둘째\n<b>노트</b>" + " 글" * 60)
        expect(marks(mine, SECOND).get_by_role("status")).to_contain_text("공간이 더 없습니다")
        text = area.input_value()
        mine.get_by_role("button", name="모든 표시 삭제").click()
        expect(mine.locator("a.title")).to_have_text("A second paper")
        expect(area).to_have_value(text)
        assert kept(mine, SECOND) == {"v": 1, "title": "A second paper", "note": text}
        undo = mine.get_by_role("button", name="실행 취소")
        undo.click()  # All of it has no room now.
        expect(mine.locator("p[data-deleted]")).to_contain_text("공간이 더 없습니다")
        assert kept(mine) is None
        mine.evaluate("localStorage.removeItem('filler')")
        undo.click()
        expect(mine.locator("a.title")).to_have_count(3)
        assert {each: kept(mine, each) for each in before} == before | {
            SECOND: before[SECOND] | {"note": text}
        }

    def test_the_newest_come_first(self, mine):
        others = ["2510.06209", "2510.00001", "0704.0001", "math/0612001", "hep-th/9912001"]
        keep(mine, **{each: {"note": "노트"} for each in others})
        mine.reload()
        rows = mine.get_by_role("region", name="별표 없이 노트만 있는 논문").locator(".id")
        order = ["2510.06209", SECOND, "2510.00001", "0704.0001", "math/0612001", "hep-th/9912001"]
        expect(rows).to_have_text([f"arXiv:{each}" for each in order])

    def test_of_many_the_first_are_shown_and_more_when_asked_for(self, mine):
        keep(mine, **{f"2509.{n:05}": {"starred": AT} for n in range(250)})
        mine.reload()
        more = mine.get_by_role("button", name="더 표시 (53)")
        expect(mine.locator(".mine li a.title")).to_have_count(200)
        more.press("Enter")
        expect(mine.locator(".mine li a.title")).to_have_count(253)
        expect(mine.locator("a.title:focus")).to_have_count(1)
        expect(more).to_be_hidden()

    @pytest.mark.parametrize("size", SIZES)
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_it_is_open_to_everybody(self, mine, site, said, size, scheme):
        mine.set_viewport_size(SIZES[size])
        mine.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for prefix in ("", "/en"):
            for address in ("/marks/", PLACES["tag"], PLACES["paper"]):
                mine.goto(site + prefix + address)
                for summary in mine.locator(".mark-buttons summary:visible").all():
                    summary.click()
                assert overflow(mine) <= 0, address
                assert barriers(mine) == [], address
        assert said == []

    def test_with_nothing_marked_it_says_what_marks_are(self, page, site):
        page.goto(f"{site}/en/marks/")
        expect(page.get_by_text("Nothing is marked yet.")).to_be_visible()
        expect(page.get_by_role("button", name="BibTeX")).to_be_hidden()
        assert barriers(page) == []


def exported(page, name):
    """Return the name and the text of the file that a button saves."""
    with page.expect_download() as saved:
        page.get_by_role("button", name=name, exact=True).click()
    return saved.value.suggested_filename, Path(saved.value.path()).read_text()


class TestExport:
    pytestmark = browser_test

    def test_bibtex_is_the_sites_own_with_the_note(self, mine, client):
        name, text = exported(mine, "BibTeX")
        assert re.fullmatch(r"내-논문-\d{4}-\d\d-\d\d\.bib", name)
        entries = parse_string(text, "bibtex").entries
        assert list(entries) == [f"arXiv:{FIRST}", f"arXiv:{SECOND}"]
        for arxiv_id, note in ((FIRST, NOTE), (SECOND, "둘째 <b>노트</b>")):
            fields = dict(entries[f"arXiv:{arxiv_id}"].fields)
            assert plain(fields.pop("note")) == note
            own = client.get(f"/papers/{arxiv_id}.bib").content.decode()
            assert fields == dict(parse_string(own, "bibtex").entries[f"arXiv:{arxiv_id}"].fields)
        expect(mine.get_by_text("파일을 저장했습니다.", exact=True)).to_be_visible()

    def test_a_withdrawn_paper_is_named_and_its_row_says_so(self, mine, site):
        Post.objects.update(slug="digest")
        publishing.withdraw(Post.objects.get())
        held = []
        mine.route(f"**/papers/{FIRST}.bib", lambda route: held.append(route))
        with mine.expect_response(f"**/papers/{SECOND}.bib"):
            mine.get_by_role("button", name="BibTeX", exact=True).click()
        held[0].continue_()
        expect(mine.locator("[data-missing] li")).to_have_text(
            [re.compile(rf"{each}\): 이 사이트에서 내려간 논문") for each in (FIRST, SECOND)]
        )
        expect(mine.locator(".gone:visible")).to_have_count(2)
        expect(mine.locator("a.title").first).to_have_text("On LLMs & <em>more</em>")

    def test_what_does_not_come_is_told_and_the_rest_is_saved(self, mine):
        mine.route(f"**/papers/{FIRST}.bib", lambda route: route.abort())
        _, text = exported(mine, "BibTeX")
        assert list(parse_string(text, "bibtex").entries) == [f"arXiv:{SECOND}"]
        expect(mine.locator("[data-missing] li")).to_contain_text("응답하지 않았습니다")

    def test_an_export_that_fails_is_told_and_can_be_tried_again(self, mine):
        mine.evaluate("""() => {
            const make = URL.createObjectURL;
            URL.createObjectURL = () => {
                URL.createObjectURL = make;
                throw new Error("out of memory");
            };
        }""")
        mine.get_by_role("button", name="JSON", exact=True).click()
        expect(mine.locator("[data-exports] [role=status]")).to_have_text("out of memory")
        name, _ = exported(mine, "JSON")
        assert name.endswith(".json")
        expect(mine.get_by_text("파일을 저장했습니다.", exact=True)).to_be_visible()

    def test_only_bibtex_asks_the_site_for_papers_and_the_page_says_so(self, mine):
        expect(mine.locator(".intro")).to_contain_text("BibTeX로 저장할 때 그 논문들의 ID만")
        asked = []
        mine.on("request", lambda request: asked.append(request.url))
        exported(mine, "JSON")
        exported(mine, "Markdown")
        assert [each for each in asked if not each.startswith("blob:")] == []
        exported(mine, "BibTeX")
        assert {each.rsplit("/", 1)[1] for each in asked if not each.startswith("blob:")} == {
            f"{FIRST}.bib",
            f"{SECOND}.bib",
        }

    def test_markdown_links_the_title_and_quotes_the_note(self, mine, site):
        name, text = exported(mine, "Markdown")
        assert name.endswith(".md")
        assert text.startswith("# 내 논문\n")
        assert (
            f"- [On LLMs \\& \\<em\\>more\\</em\\>]({site}/papers/{FIRST}/) (arXiv:{FIRST})" in text
        )
        assert "  > 둘째\n  > \\<b>노트\\</b>" in text
        assert "An old paper" not in text

    def test_json_has_all_and_nothing_else(self, mine):
        name, text = exported(mine, "JSON")
        data = json.loads(text)
        assert name.endswith(".json")
        assert (data["format"], data["version"]) == ("marks", 1)
        papers = {each.pop("id"): each for each in data["papers"]}
        assert set(papers) == {FIRST, SECOND, "hep-th/9901001"}
        assert papers[FIRST] == {
            "title": "On LLMs & <em>more</em>",
            "starred": AT,
            "note": NOTE,
        }


TEX = {
    r"\textbackslash{}": "\\",
    r"\textbraceleft{}": "{",
    r"\textbraceright{}": "}",
    r"\textasciitilde{}": "~",
    r"\textasciicircum{}": "^",
    **{f"\\{sign}": sign for sign in "$%&#_"},
}


def plain(tex):
    """Return the text that an escaped value of BibTeX stands for."""
    return re.sub("|".join(map(re.escape, TEX)), lambda match: TEX[match[0]], tex)


def of_papers(*papers, **head):
    return json.dumps({"format": "marks", "version": 1, "papers": papers, **head})


def choose(page, text, name="marks.json"):
    """Choose a file with this text, which stays until the page has read it."""
    path = Path(FILES.name) / name
    path.write_text(text)
    page.get_by_label("JSON 파일").set_input_files(path)


class TestImport:
    pytestmark = browser_test

    def test_another_browser_has_it_all(self, mine, browser, site):
        _, text = exported(mine, "JSON")
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{site}/marks/")
        choose(page, text)
        counts = page.locator("[data-preview] [data-count]")
        expect(counts).to_have_text(["3", "0", "0", "0"])
        assert kept(page) is None  # Looking changes nothing.
        page.get_by_role("button", name="이 표시 추가").click()
        expect(page.get_by_text("논문 3편의 표시를 추가했습니다.")).to_be_focused()
        expect(page.locator("a.title")).to_have_count(3)
        for each in (FIRST, SECOND, "hep-th/9901001"):
            assert kept(page, each) == kept(mine, each)
        page.get_by_role("button", name="실행 취소").click()
        expect(page.locator("a.title")).to_have_count(0)
        context.close()

    OTHER = {"id": SECOND, "title": "Another title", "note": "다른 노트", "starred": AT}

    @pytest.mark.parametrize(
        ("choice", "note"),
        [
            ("모두 남기기", "둘째\n<b>노트</b>\n\n다른 노트"),
            ("이 브라우저의 노트", "둘째\n<b>노트</b>"),
            ("파일의 노트", "다른 노트"),
        ],
    )
    def test_a_note_that_differs_is_asked_about(self, mine, choice, note):
        same = {"id": "hep-th/9901001", "hidden_until": AT}
        choose(mine, of_papers(self.OTHER, same, {"id": "2510.00009", "seen": AT}))
        expect(mine.locator("[data-count]")).to_have_text(["1", "0", "1", "1"])
        expect(mine.locator("dt")).to_have_text("A second paper")
        expect(mine.locator("[data-theirs]:visible")).to_have_text("다른 노트")
        mine.get_by_role("radio", name=re.compile(choice)).check()
        mine.get_by_role("button", name="이 표시 추가").click()
        expect(mine.get_by_text("논문 2편의 표시를 추가했습니다.")).to_be_visible()
        assert kept(mine, SECOND) == {
            "v": 1,
            "title": "A second paper",
            "starred": AT,
            "note": note,
        }
        assert kept(mine, "hep-th/9901001")["hidden_until"] == "ever"  # The longer one stays.

    def test_a_second_time_nothing_is_left_to_add(self, mine):
        _, text = exported(mine, "JSON")
        choose(mine, text)
        expect(mine.locator("[data-count]")).to_have_text(["0", "0", "0", "3"])
        expect(mine.get_by_role("button", name="이 표시 추가")).to_be_disabled()
        mine.get_by_role("button", name="취소").click()
        expect(mine.get_by_label("JSON 파일")).to_be_focused()

    def test_values_of_a_stranger_are_only_text(self, mine, said):
        stray = {"id": "2510.00009", "title": STRAY, "note": STRAY, "starred": AT}
        choose(mine, of_papers(stray, {**self.OTHER, "note": STRAY, "title": STRAY}))
        expect(mine.locator("[data-theirs]:visible")).to_have_text(STRAY)
        mine.get_by_role("button", name="이 표시 추가").click()
        expect(mine.locator("a.title", has_text="onerror")).to_have_text(STRAY)
        expect(mine.locator("main img")).to_have_count(0)
        assert mine.title() == "내 논문 — Daily Papers"
        assert said == []

    HUGE = "x" * (5 * 1024 * 1024)
    REFUSED = {
        "no JSON": ("hello", "JSON이 아닙니다"),
        "cut off": (of_papers({"id": FIRST})[:-3], "JSON이 아닙니다"),
        "another file": ('{"type": "FeatureCollection"}', "표시를 저장한 파일이 아닙니다"),
        "a list": ("[]", "표시를 저장한 파일이 아닙니다"),
        "another version": (of_papers(version=2), "version 이 사이트가 읽는 파일 버전은 1"),
        "no papers": (of_papers(papers={}), "papers 값이 없거나"),
        "no paper": (of_papers({"id": FIRST}, None), r"papers\[1\] 값이 없거나"),
        "an id with a path": (of_papers({"id": "../admin"}), r"papers\[0\].id 값이 없거나"),
        "an id of a prototype": (of_papers({"id": "__proto__"}), r"papers\[0\].id"),
        "no moment": (of_papers({"id": FIRST, "starred": True}), r"papers\[0\].starred"),
        "no text": (of_papers({"id": FIRST, "note": ["x"]}), r"papers\[0\].note"),
        "5 MB in a title": (
            of_papers({"id": FIRST, "title": HUGE}),
            r"papers\[0\].title 값이",
        ),
        "5 MB in a note": (of_papers({"id": FIRST, "note": HUGE}), r"papers\[0\].note 값이 허용"),
        "twice": (of_papers({"id": FIRST}, {"id": FIRST}), r"papers\[1\].id 값이 파일에 두 번"),
        "20 MB": (HUGE * 4, "16MB를 넘습니다"),
    }

    def test_a_file_that_is_none_is_told_what_is_wrong_and_where(self, mine, said):
        before = all_kept(mine)
        for text, answer in self.REFUSED.values():
            choose(mine, text)
            expect(mine.get_by_role("alert")).to_have_text(re.compile(answer))
            expect(mine.get_by_role("button", name="이 표시 추가")).to_be_hidden()
        assert all_kept(mine) == before
        assert said == []

    def test_what_does_not_fit_changes_nothing(self, mine):
        before = all_kept(mine)
        long = [{"id": f"2510.{n:05}", "note": f"{n}{'x' * 99_000}"} for n in range(10, 80)]
        choose(mine, of_papers(*long))
        expect(mine.locator("[data-count]").first).to_have_text("70")
        mine.get_by_role("button", name="이 표시 추가").click()
        expect(mine.get_by_text("공간이 더 없습니다")).to_be_visible()
        assert all_kept(mine) == before

    def test_what_does_not_fit_is_taken_back_whole(self, mine):
        """Going back from the first would need room that the last still takes."""
        ids = [f"2510.{n:05}" for n in range(11, 14)]
        keep(mine, **{ids[0]: {"note": "a" * 90_000}, ids[1]: {"note": "b"}, ids[2]: {"note": "c"}})
        fill_up(mine, 20_000)
        before = all_kept(mine)
        theirs = zip(ids, ["A", "B" * 90_000, "C" * 90_000], strict=True)
        choose(mine, of_papers(*({"id": each, "note": note} for each, note in theirs)))
        mine.get_by_role("radio", name=re.compile("파일의 노트")).check()
        mine.get_by_role("button", name="이 표시 추가").click()
        expect(mine.get_by_text("공간이 더 없습니다")).to_be_visible()
        assert all_kept(mine) == before

    def test_notes_that_are_too_long_together_change_nothing(self, mine):
        keep(mine, **{FIRST: {"note": "a" * 60_000, "starred": AT}})
        before = all_kept(mine)
        choose(mine, of_papers({"id": FIRST, "note": "b" * 60_000}))
        mine.get_by_role("button", name="이 표시 추가").click()
        expect(mine.get_by_text("100,000자까지")).to_be_visible()
        assert all_kept(mine) == before
