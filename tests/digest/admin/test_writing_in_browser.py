"""The page to write one entry in a real browser: edit, save, search, and go through a day."""

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from digest.models import State
from papers import kinds
from papers.clock import now
from papers.fulltext.base import Kind, Part, Text
from papers.models import FullText, Job, JobKind, JobState
from papers.pipeline import checking
from tests.digest.admin.test_nothing_typed_is_lost import shelved
from tests.digest.readers.test_browser import barriers, overflow
from tests.factories import make_post, make_section
from tests.papers.checks.test_evidence import ATTENTION
from tests.papers.pipeline.test_evidence import FOREIGN, PROPOSED, attention

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def post():
    return make_post(state=State.DRAFT, papers=3)


@pytest.fixture
def entries(desk, post):
    """The entries of a post, the first of them shown, in a page that no load has replaced."""
    entries = list(post.entries.select_related("paper"))
    desk.goto_admin("admin:digest_entry_write", entries[0].pk)
    desk.evaluate("window.notReloaded = true")
    return entries


def expect_entry(desk, entry):
    expect(desk.locator(".writing h2")).to_have_text(entry.paper.title)
    expect(desk).to_have_url(
        desk.url.split("/admin/")[0] + reverse("admin:digest_entry_write", args=[entry.pk])
    )


def part(desk, name):
    return desk.locator(f"#part-{name}")


def typed(desk, place, text):
    """Open a part by a click into its text, and type before it."""
    place.locator(".rendered").click()
    place.locator(".CodeMirror-focused").wait_for()
    desk.keyboard.press("Control+Home")
    desk.keyboard.type(text)


def rested(desk):
    """Wait until an entry that has just come may be marked."""
    expect(desk.locator("#go-on button")).to_be_enabled()


def test_one_goes_through_three_entries_by_keys_and_back(desk, entries):
    first, second, third = entries
    desk.keyboard.press("j")
    expect_entry(desk, second)
    expect(desk.locator(".writing h2")).to_be_focused()
    assert second.paper.title in desk.title()
    desk.keyboard.press("Alt+PageDown")
    expect_entry(desk, third)
    desk.keyboard.press("j")  # There is no further one.
    desk.keyboard.press("k")
    expect_entry(desk, second)
    desk.go_back()
    expect_entry(desk, third)
    desk.go_back()
    desk.go_back()
    expect_entry(desk, first)
    assert desk.evaluate("window.notReloaded")


def test_letters_that_are_typed_and_those_switched_off_turn_no_page(desk, entries):
    typed(desk, part(desk, "ko-introduction"), "jk")
    desk.locator("[data-find]").fill("")
    desk.keyboard.type("jk")
    expect_entry(desk, entries[0])
    desk.locator(".keys summary").click()
    desk.locator("[data-letters]").uncheck()
    desk.locator(".writing h2").focus()
    desk.keyboard.press("j")
    desk.keyboard.press("Alt+PageDown")
    expect_entry(desk, entries[1])
    assert not desk.locator("[data-letters]").is_checked()


def test_a_section_is_written_saved_in_place_and_read_again(desk, entries):
    place = part(desk, "ko-introduction")
    typed(desk, place, "정확도는 77.7%다. ")
    with desk.expect_response("**/section/**") as saved:
        desk.keyboard.press("Control+s")
    assert saved.value.status == 200
    expect(place.locator("output.saving")).to_contain_text("저장")
    expect(place.locator(".finding").first).to_contain_text("77.7%")  # Beside the open text.
    expect(place.locator(".CodeMirror-focused")).to_be_visible()
    desk.keyboard.press("Escape")
    expect(place.locator(".CodeMirror")).to_have_count(0)
    expect(place.locator(".rendered")).to_contain_text("정확도는 77.7%다.")
    expect(place.locator("[data-open]")).to_be_focused()
    desk.keyboard.press("Enter")
    place.locator(".CodeMirror-focused").wait_for()
    desk.keyboard.press("Control+End")
    desk.keyboard.type(" **끝**")
    desk.keyboard.press("Escape")  # Something is unsaved: it stays open.
    expect(place.locator(".CodeMirror")).to_be_visible()
    with desk.expect_response("**/section/**"):
        desk.keyboard.press("Control+Enter")
    expect(place.locator(".rendered strong").last).to_have_text("끝")
    expect(place.locator(".CodeMirror")).to_have_count(0)
    section = entries[0].paper.sections.get(kind=kinds.INTRODUCTION)
    assert section.markdown.endswith("**끝**")
    assert desk.evaluate("window.notReloaded")


@pytest.mark.parametrize("width", [390, 1280])
def test_what_one_types_in_stays_where_it_is_when_findings_come_above_it(desk, entries, width):
    desk.set_viewport_size({"width": width, "height": 700})
    place = part(desk, "ko-results")
    typed(desk, place, "77.7% 88.8% 99.9% TODO ")
    editor = place.locator(".CodeMirror")
    before = editor.bounding_box()["y"]
    desk.keyboard.press("Control+s")
    expect(place.locator(".finding.error").nth(2)).to_be_attached()
    assert abs(editor.bounding_box()["y"] - before) < 20
    expect(place.locator(".CodeMirror-focused")).to_be_in_viewport()


def test_two_parts_are_edited_beside_each_other(desk, entries):
    typed(desk, part(desk, "ko-introduction"), "Eins ")
    gist = part(desk, "ko-gist")
    gist.locator("[data-open]").click()
    gist.locator("input[data-longest]").fill("한 줄")
    expect(gist.locator(".length")).to_have_text("3 / 120")
    with desk.expect_response("**/gist/"):
        desk.keyboard.press("Control+s")
    expect(gist.locator("output.saving")).to_contain_text("저장")
    other = part(desk, "ko-introduction").locator("output.saving")
    expect(other).to_have_text("아직 저장하지 않음. 이 브라우저에 보관 중")
    assert entries[0].paper.sections.get(kind=kinds.GIST).markdown == "한 줄"


def test_what_was_not_saved_of_one_entry_is_offered_when_one_comes_back(desk, entries):
    typed(desk, part(desk, "ko-results"), "Halb ")
    shelved(desk, f"Halb {entries[0].paper.sections.get(kind=kinds.RESULTS).markdown}")
    desk.keyboard.press("Alt+PageDown")
    expect_entry(desk, entries[1])
    assert desk.locator(".offer").count() == 0
    desk.keyboard.press("k")
    expect_entry(desk, entries[0])
    offer = desk.locator(".offer")
    expect(offer.locator("ins")).to_contain_text("Halb")
    offer.locator("[data-put-in]").click()
    place = part(desk, "ko-results")
    expect(place.locator(".CodeMirror")).to_contain_text("Halb")
    place.locator(".CodeMirror").click()
    with desk.expect_response("**/section/**"):
        desk.keyboard.press("Control+Enter")
    expect(place.locator(".rendered")).to_contain_text("Halb")
    shelved(desk)


def test_it_is_offered_on_the_papers_page_too(desk, entries):
    typed(desk, part(desk, "ko-results"), "Halb ")
    shelved(desk, f"Halb {entries[0].paper.sections.get(kind=kinds.RESULTS).markdown}")
    desk.goto_admin("admin:papers_paper_change", entries[0].paper_id)
    expect(desk.locator(".offer ins")).to_contain_text("Halb")
    desk.goto_admin("admin:digest_entry_write", entries[0].pk)
    expect(desk.locator(".offer ins")).to_contain_text("Halb")


def test_what_is_typed_is_saved_then_marked_reviewed_and_the_next_comes(desk, entries, post):
    first, second, third = entries
    typed(desk, part(desk, "ko-introduction"), "Gelesen ")
    desk.locator("#go-on button").click()
    expect_entry(desk, second)
    sections = list(first.paper.sections.all())
    assert sections[0].markdown.startswith("Gelesen")
    assert all(each.reviewed_at for each in sections)
    rested(desk)
    desk.keyboard.press("Alt+Enter")
    expect_entry(desk, third)
    assert desk.evaluate("window.notReloaded")
    rested(desk)
    with desk.expect_navigation():
        desk.keyboard.press("Alt+Enter")
    expect(desk.locator("#entries-data .entry-title").first).to_contain_text("검토")


def test_a_text_that_changed_meanwhile_is_shown_and_not_marked(desk, entries):
    section = entries[0].paper.sections.get(kind=kinds.RESULTS)
    section.markdown = "Ganz anders"
    section.save()
    desk.locator("#go-on button").click()
    expect(desk.locator(".neighbours .said")).to_contain_text(section.title)
    expect(part(desk, "ko-results").locator(".rendered")).to_have_text("Ganz anders")
    section.refresh_from_db()
    assert section.reviewed_at is None
    desk.locator("#go-on button").click()
    expect_entry(desk, entries[1])


def rewrite(entry, kind, text):
    """Give a section another text, as a draft or a colleague does."""
    section = entry.paper.sections.get(kind=kind)
    section.markdown, section.written_at = text, now()
    section.save()
    return section


@pytest.mark.parametrize("is_open", [False, True])
def test_a_text_that_comes_while_one_marks_is_shown_and_not_marked(desk, entries, is_open):
    if is_open:  # Its editor goes on showing the text before.
        part(desk, "ko-results").locator("[data-open]").click()
        part(desk, "ko-results").locator(".CodeMirror-focused").wait_for()
    typed(desk, part(desk, "ko-introduction"), "Gelesen ")
    section = rewrite(entries[0], kinds.RESULTS, "Ganz anders")
    desk.keyboard.press("Alt+Enter")  # Saving shows all texts anew, and then they are marked.
    expect(desk.locator(".neighbours .said")).to_contain_text(section.title)
    expect(part(desk, "ko-results").locator(".rendered")).to_have_text("Ganz anders")
    section.refresh_from_db()
    assert section.reviewed_at is None
    introduction = entries[0].paper.sections.get(kind=kinds.INTRODUCTION)
    assert introduction.markdown.startswith("Gelesen")
    assert introduction.reviewed_at
    rested(desk)
    desk.keyboard.press("Alt+Enter")
    expect_entry(desk, entries[1])
    section.refresh_from_db()
    assert section.reviewed_at


MARKS_AS_IT_COMES = """() => {
    const observer = new MutationObserver(() => {
        if (!document.querySelector("#part-ko-results").textContent.includes("기계가")) return;
        observer.disconnect();
        document.getElementById("go-on").requestSubmit();
    });
    observer.observe(document.body, { childList: true, subtree: true });
}"""


def test_a_draft_that_has_just_come_is_read_before_it_is_marked(desk, entries):
    drafting_of(entries[0].paper)
    desk.reload()
    expect(desk.locator(".writing [data-live]")).to_contain_text("초안 작성 중")
    desk.evaluate(MARKS_AS_IT_COMES)
    section = rewrite(entries[0], kinds.RESULTS, "기계가 쓴 글.")
    Job.objects.update(state=JobState.DONE)
    expect(desk.locator(".neighbours .said")).to_contain_text(section.title)
    section.refresh_from_db()
    assert section.reviewed_at is None


def test_a_key_that_is_held_marks_one_entry(desk, entries):
    desk.keyboard.down("Alt")
    desk.keyboard.down("Enter")
    expect_entry(desk, entries[1])
    desk.keyboard.down("Enter")  # Playwright sends it as a repeated one.
    desk.keyboard.up("Enter")
    desk.keyboard.up("Alt")
    desk.wait_for_timeout(300)
    expect_entry(desk, entries[1])
    assert not entries[1].paper.sections.exclude(reviewed_at=None).exists()


def by_mouse(desk):
    box = desk.locator("#go-on button").bounding_box()
    desk.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def by_keys(desk):
    desk.keyboard.press("Alt+Enter")


@pytest.mark.parametrize("press", [by_mouse, by_keys])
def test_a_second_press_does_not_mark_the_entry_that_has_just_come(desk, entries, press):
    second, third = entries[1:]
    desk.clock.install()
    desk.reload()
    desk.clock.pause_at(now() + timedelta(hours=1))
    press(desk)
    expect_entry(desk, second)
    press(desk)
    desk.wait_for_timeout(300)
    expect_entry(desk, second)
    assert not second.paper.sections.exclude(reviewed_at=None).exists()
    desk.clock.run_for(1_000)
    press(desk)
    expect_entry(desk, third)
    assert not second.paper.sections.filter(reviewed_at=None).exists()


@pytest.mark.parametrize(
    ("field", "act", "kept"),
    [
        ("<input type=checkbox>", "field.checked = true", "field.checked"),
        ("<select><option>a<option>b</select>", "field.value = 'b'", "field.value == 'b'"),
        ("<textarea></textarea>", "field.value = 'x'", "field.value == 'x'"),
        ("<input type=hidden>", "field.value = 'x'", "!field"),
    ],
)
def test_what_somebody_ticked_is_not_swapped_away(desk, entries, field, act, kept):
    typed(desk, part(desk, "ko-introduction"), "Gelesen ")
    put = f"""place => {{
        place.insertAdjacentHTML("beforeend", `<div id="put">{field}</div>`);
        const field = place.querySelector("#put > *");
        {act};
    }}"""
    desk.locator("#shown-ko-results").evaluate(put)
    desk.keyboard.press("Control+s")
    expect(part(desk, "ko-introduction").locator(".rendered")).to_contain_text("Gelesen")
    stands = f"() => (field => {kept})(document.querySelector('#put > *'))"
    desk.wait_for_function(stands)


def test_the_source_is_searched_and_shows_what_a_finding_names(desk, post):
    entry = post.entries.select_related("paper").first()
    parts = (
        Part(Kind.METHOD, "Method", "We train it.\nIt runs on eight cards."),
        Part(Kind.RESULTS, "Results", "On MMLU it reaches 71.3% accuracy.\nIt runs fast."),
    )
    FullText.objects.create(
        paper=entry.paper,
        version=1,
        format="html",
        checksum="0" * 64,
        parts=Text(parts, "html").as_json()["parts"],
        parsed_at=now(),
    )
    section = entry.paper.sections.get(kind=kinds.RESULTS)
    section.markdown = "MMLU 정확도는 77.9%다."
    section.save()
    checking.check([entry.paper])
    desk.goto_admin("admin:digest_entry_write", entry.pk)
    finding = part(desk, "ko-results").locator(".finding:has(q)").first
    finding.locator("[data-show-source]").click()
    hit = "() => [...CSS.highlights.get('hit-now') ?? []].join()"
    desk.wait_for_function(f"({hit})() == 'On MMLU it reaches 71.3% accuracy.'")
    expect(desk.locator(".source").get_by_text("On MMLU it reaches")).to_be_in_viewport()
    desk.locator("[data-find]").fill("it  RUNS")
    expect(desk.locator("[data-hits]")).to_have_text("1 / 2")
    desk.keyboard.press("Enter")
    expect(desk.locator("[data-hits]")).to_have_text("2 / 2")
    expect(desk.locator(".source").get_by_text("It runs fast.")).to_be_in_viewport()
    desk.locator("[data-find]").fill("nirgends")
    expect(desk.locator("[data-hits]")).to_have_text("찾지 못함")
    part(desk, "ko-results").locator("[data-show-finding]").first.click()
    desk.wait_for_function(
        "() => document.querySelector('#part-ko-results textarea')?.easymde.codemirror"
        ".getSelection() == '77.9%'"
    )


def test_languages_stand_alone_or_beside_each_other_and_only_what_is_shown_is_marked(desk, entries):
    paper = entries[0].paper
    make_section(paper, kinds.METHOD, language="en")
    desk.reload()
    columns = desk.locator(".column")
    expect(columns).to_have_count(2)
    desk.locator("[data-languages=en]").click()
    expect(columns.first).to_be_hidden()
    desk.locator("#go-on button").click()
    expect_entry(desk, entries[1])
    expect(columns.first).to_be_hidden()
    reviewed = paper.sections.exclude(reviewed_at=None)
    assert [each.language for each in reviewed] == ["en"]


def test_tags_and_note_are_written_here(desk, entries):
    tags = desk.locator(".part[data-unsaved-name=tags]")
    tags.locator("[data-open]").click()
    tags.locator(".select2-selection").click()
    desk.keyboard.type("에이전트,")
    with desk.expect_response("**/tags/"):
        tags.locator("[name=_close]").click()
    expect(tags.locator(".chip")).to_have_text("에이전트")
    note = desk.locator(".part[data-unsaved-name$=note]")
    note.locator("[data-open]").click()
    note.locator(".CodeMirror-focused").wait_for()
    desk.keyboard.type("Lies **das**.")
    with desk.expect_response("**/note/"):
        desk.keyboard.press("Control+Enter")
    expect(note.locator(".rendered strong")).to_have_text("das")


def test_a_lost_line_leaves_the_page_as_it_is(desk, entries):
    desk.route("**/write/", lambda route: route.abort())
    desk.locator(".writing h2").press("j")
    expect(desk.locator(".neighbours .said")).to_have_attribute("data-kind", "bad")
    expect_entry(desk, entries[0])
    desk.unroute("**/write/")
    desk.keyboard.press("j")
    expect_entry(desk, entries[1])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_fits_and_is_open_to_everybody(desk, entries, scheme, width):
    section = entries[0].paper.sections.get(kind=kinds.RESULTS)
    section.markdown = "정확도는 77.9%다. " + "길" * 200
    section.save()
    checking.check([entries[0].paper])
    desk.emulate_media(color_scheme=scheme)
    desk.set_viewport_size({"width": width, "height": 844})
    desk.reload()
    part(desk, "ko-introduction").locator("[data-open]").click()
    part(desk, "ko-introduction").locator(".CodeMirror-focused").wait_for()
    assert overflow(desk) <= 0
    assert barriers(desk, ".writing") == []
    if width == 390:
        desk.locator("[data-side=source]").click()
        expect(desk.locator(".summary")).to_be_hidden()
        expect(desk.locator(".source")).to_be_visible()
        assert barriers(desk, ".writing") == []


NAMES = "Fubarnet, Quuxnet, Blaznet, Grubnet, Wibblenet, Zornnet"


@pytest.mark.parametrize("width", [390, 1280])
def test_findings_are_short_and_unfold_by_keys(desk, entries, width):
    section = entries[0].paper.sections.get(kind=kinds.RESULTS)
    section.markdown = f"정확도는 77.9%다. {NAMES}을 쓴다."
    section.save()
    checking.check([entries[0].paper])
    desk.set_viewport_size({"width": width, "height": 844})
    desk.reload()
    place = part(desk, "ko-results")
    findings = place.locator(".finding")
    expect(findings).to_have_count(7)
    expect(place.locator(".finding[open]")).to_have_count(1)
    first, last = findings.first.bounding_box(), findings.last.bounding_box()
    assert last["y"] + last["height"] - first["y"] <= 450
    assert overflow(desk) <= 0
    assert barriers(desk, "#part-ko-results") == []

    findings.last.locator("summary").focus()
    desk.keyboard.press("Enter")
    findings.last.locator("input").focus()
    desk.keyboard.press("Enter")  # Without a reason it stays open, and says why.
    expect(findings.last.get_by_role("alert")).to_be_visible()
    expect(findings.last.locator("input")).to_be_focused()
    desk.keyboard.type("So heißt es.")
    desk.keyboard.press("Enter")
    answered = place.locator(".finding.answered")
    expect(answered).not_to_have_attribute("open", "")
    expect(answered.locator("summary")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(answered).to_contain_text("So heißt es.")


def test_a_finding_that_was_unfolded_stays_so_when_the_text_is_saved(desk, entries):
    place = part(desk, "ko-results")
    typed(desk, place, "Fubarnet ")
    desk.keyboard.press("Control+s")
    place.locator(".finding summary").click()
    place.locator(".CodeMirror").click()
    desk.keyboard.press("Control+End")
    desk.keyboard.type(" 끝.")
    with desk.expect_response("**/write/"):
        desk.keyboard.press("Control+s")
    expect(place.locator(".finding")).to_have_attribute("open", "")


def test_a_sentence_shows_what_it_rests_on_and_is_given_another(desk):
    paper = attention()
    make_section(paper, kinds.METHOD, markdown=f"{PROPOSED} {FOREIGN}")
    checking.check([paper])
    post = make_post(State.DRAFT, [paper])
    desk.goto_admin("admin:digest_entry_write", post.entries.get().pk)
    place = part(desk, "ko-method")
    place.locator(".claims > summary").click()
    claim = place.locator(".claim").first
    claim.get_by_role("button", name="논문에서 보기").click()
    quote = ATTENTION[2].strip()
    shown = "name => [...CSS.highlights.get(name)].map(range => String(range))"
    desk.wait_for_function("() => CSS.highlights.has('hit-word')")
    assert desk.evaluate(shown, "hit-now") == [quote]
    assert "Transformer" in desk.evaluate(shown, "hit-word")
    claim.get_by_role("button", name="다른 문장 선택").click()
    offered = claim.locator(".offered button")
    expect(offered.first).to_be_focused()
    expect(claim).to_have_class("claim")  # Before, htmx does not listen yet.
    chosen = offered.nth(1).inner_text()
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    expect(claim.locator("q")).to_have_text(chosen)
    expect(claim.locator(".how")).to_contain_text("편집자가 지정")
    expect(claim.locator(".offered")).to_have_count(0)
    claim.get_by_role("button", name="표시 취소").click()
    expect(claim.locator("q")).to_have_text(quote)
    assert barriers(desk, "#part-ko-method") == []


# --- Drafts that come while one looks ----------------------------------------------------------


def drafting_of(paper):
    return Job.objects.create(
        kind=JobKind.DRAFT, arxiv_id=paper.arxiv_id, state=JobState.RUNNING, next_at=None
    )


def test_the_rows_of_a_post_follow_its_drafts_while_one_types(desk, post):
    first, second, _ = post.entries.select_related("paper")
    jobs = [drafting_of(entry.paper) for entry in (first, second)]
    desk.goto_admin("admin:digest_post_change", post.pk)
    desk.evaluate("window.notReloaded = true")
    row, other = (desk.locator(f"#state-{entry.pk}") for entry in (first, second))
    expect(row).to_contain_text("초안 작성 중")
    intro = desk.locator(".field-intro .CodeMirror")
    intro.click()
    desk.keyboard.type("오늘은 ")
    make_section(first.paper, kinds.METHOD, markdown="정확도를 77.7% 올린다. TODO")
    checking.check([first.paper])
    Job.objects.filter(pk=jobs[0].pk).update(state=JobState.DONE)
    expect(row).to_contain_text("초안 작성 완료")
    expect(row).to_contain_text("오류")
    expect(other).to_contain_text("초안 작성 중")
    desk.keyboard.type("세 편")
    Job.objects.filter(pk=jobs[1].pk).update(state=JobState.FAILED, reason="no abstract")
    expect(other).to_contain_text("초록 없음")
    expect(desk.locator("[data-live-status]")).to_contain_text("초안 1건 실패")
    desk.keyboard.type("이다.")
    expect(intro).to_contain_text("오늘은 세 편이다.")
    assert desk.evaluate("window.notReloaded")


def test_a_draft_that_comes_is_shown_beside_what_one_writes(desk, entries):
    paper = entries[0].paper
    drafting_of(paper)
    desk.reload()
    state = desk.locator(".writing [data-live]")
    expect(state).to_contain_text("초안 작성 중")
    introduction = part(desk, "ko-introduction")
    typed(desk, introduction, "내가 쓴다. ")
    section = paper.sections.get(kind=kinds.INTRODUCTION)
    for each in (section, make_section(paper, kinds.METHOD)):
        each.markdown = "기계가 쓴 글."
        each.save()
    Job.objects.update(state=JobState.DONE)
    expect(state).to_contain_text("초안 작성 완료")
    expect(part(desk, "ko-method").locator(".rendered")).to_have_text("기계가 쓴 글.")
    expect(introduction.locator(".CodeMirror-focused")).to_contain_text("내가 쓴다.")
    desk.keyboard.press("Control+s")
    expect(introduction.locator(".refused")).to_contain_text("기계가 쓴 글.")
    section.refresh_from_db()
    assert section.markdown == "기계가 쓴 글."


def test_the_entry_that_is_swapped_in_is_followed_and_the_one_before_is_not(desk, entries):
    first, second, _ = entries
    job = drafting_of(second.paper)
    desk.keyboard.press("j")
    expect_entry(desk, second)
    asked = []
    desk.on("request", lambda request: "/live/" in request.url and asked.append(request.url))
    state = desk.locator(".writing [data-live]")
    expect(state).to_contain_text("초안 작성 중")
    Job.objects.filter(pk=job.pk).update(state=JobState.FAILED, reason="no abstract")
    expect(state).to_contain_text("초록 없음")
    desk.keyboard.press("k")
    expect_entry(desk, first)
    assert asked
    assert all(f"/{second.pk}/live/" in each for each in asked)


def test_a_server_that_is_away_is_asked_less_and_less_often(desk, entries):
    drafting_of(entries[0].paper)
    asked = []
    desk.clock.install()
    desk.route("**/live/", lambda route: (asked.append(1), route.fulfill(status=503, body="")))
    desk.reload()
    for _ in range(60):
        desk.clock.run_for(5_000)
    assert 5 <= len(asked) <= 12  # After 2 s, 4 s, 8 s and so on, at last once a minute.
    desk.unroute_all()
    Job.objects.update(state=JobState.DONE)
    with desk.expect_response("**/live/"):
        desk.clock.run_for(60_000)
    expect(desk.locator(".writing [data-live]")).to_contain_text("초안 작성 완료")
