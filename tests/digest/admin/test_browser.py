"""An editor's morning in a real browser: pick, order, tag, write, preview, watch the jobs."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect
from taggit.models import Tag

from digest.models import State
from digest.publishing import snapshots
from papers import kinds
from papers.clock import now
from papers.models import (
    Choice,
    Job,
    JobKind,
    JobState,
    Listing,
    Report,
    ReportState,
    Run,
    RunOutcome,
    SourceState,
)
from papers.sources.items import Remark
from tests.digest.ledger.test_accounts import listed
from tests.digest.readers.test_browser import barriers, overflow
from tests.factories import make_paper, make_post, make_section

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DAY = date(2025, 10, 7)
HANDLES = "#entries-data .original [x-sort\\:handle]"


def save(desk):
    with desk.expect_response(lambda response: response.request.method == "POST") as saved:
        desk.keyboard.press("Control+s")
    assert saved.value.status == 200


def expect_titles(desk, *titles):
    expect(desk.locator("#entries-data .original .entry-title a")).to_have_text(titles)


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
    expect_titles(desk, second, third, first, fourth)
    desk.get_by_role("link", name=fourth, exact=True).focus()
    desk.keyboard.press("Alt+ArrowUp")
    save(desk)
    expect_titles(desk, second, third, fourth, first)
    assert [entry.paper.title for entry in post.entries.all()] == [second, third, fourth, first]


def test_tags_complete_as_one_types(desk):
    Tag.objects.create(name="언어 모델")
    post = make_post(state=State.DRAFT, papers=1)
    desk.goto_admin("admin:digest_post_change", post.pk)
    desk.locator(".select2-selection").first.click()
    desk.keyboard.type("언어")
    options = desk.locator(".select2-results__option")
    expect(options).to_have_text(["언어 모델", "언어 새 태그"])
    desk.keyboard.press("Enter")
    desk.keyboard.type("AI 에이전트,")
    save(desk)
    assert set(post.tags.names()) == {"언어 모델", "AI 에이전트"}
    assert Tag.objects.count() == 2


def test_enter_waits_for_the_completions_of_what_was_typed(desk):
    tag = Tag.objects.create(name="LLM")
    tag.name = "언어 모델"
    tag.save()
    paper = make_paper(keywords=["agentic search"])
    desk.goto_admin("admin:papers_paper_change", paper.pk)
    desk.locator(".select2-selection").first.click()
    expect(desk.locator(".select2-results__options--nested li")).to_have_text("agentic search")
    desk.keyboard.type("llm")
    desk.keyboard.press("Enter")  # The keyword still stands there as the first.
    chosen = desk.locator(".select2-selection__choice")
    expect(chosen).to_have_count(1)
    expect(chosen).to_contain_text("언어 모델")
    desk.keyboard.type("agentic")
    desk.keyboard.press("Enter")
    expect(chosen).to_have_count(2)
    save(desk)
    assert set(paper.tags.names()) == {"언어 모델", "agentic search"}


def test_a_paper_is_found_and_opened_by_the_keyboard_alone(desk):
    paper = make_paper(title="Robots that read")
    desk.goto_admin("admin:index")
    desk.keyboard.press("Control+k")
    expect(desk.locator("#search-input-command")).to_be_focused()
    desk.keyboard.type("robots")
    hits = desk.locator("#command-results-list a")
    expect(hits).to_have_count(1)
    desk.keyboard.press("Enter")
    desk.wait_for_url(f"**{reverse('admin:papers_paper_change', args=[paper.pk])}")


def test_older_versions_open_and_are_restored_without_an_error_of_a_script(desk):
    paper = make_paper(title="Before")
    section, post = make_section(paper), make_post(state=State.DRAFT, papers=1)
    listing = Listing.objects.create(
        paper=paper, source="huggingface", day=DAY, rank=1, upvotes=1, choice=Choice.PENDING
    )
    snapshots.take(post.pk)  # A version of the post leads to the history of the whole.
    desk.set_viewport_size({"width": 390, "height": 844})
    for row in (paper, section, post, post.entries.get(), listing):
        row.save()
        name = f"admin:{row._meta.app_label}_{row._meta.model_name}"
        desk.goto_admin(f"{name}_{'rows' if row == post else 'history'}", row.pk)
        assert barriers(desk, ".history") == []
        assert overflow(desk) <= 0
        with desk.expect_navigation():
            desk.locator(".history a").last.click()
        expect(desk.locator(".history-heading")).to_be_visible()
        desk.locator(".history-heading a").click()
        expect(desk.locator(".history")).to_be_visible()
    paper.title = "After"
    paper.save()
    desk.goto_admin("admin:papers_paper_simple_history", paper.pk, paper.history.last().pk)
    with desk.expect_navigation():
        desk.get_by_role("button", name="복원").click()
    paper.refresh_from_db()
    assert paper.title == "Before"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_search_on_a_phone_says_when_it_finds_nothing_and_closes(desk, scheme):
    desk.emulate_media(color_scheme=scheme)
    desk.set_viewport_size({"width": 390, "height": 844})
    make_paper(title="Robots that read")
    desk.goto_admin("admin:index")
    desk.locator(".command-open").click()
    line, note = desk.locator("#search-input-command"), desk.locator("#command-note")
    line.fill("robots")
    expect(desk.locator("#command-results-list a")).to_have_count(1)
    assert barriers(desk, ".command") == []
    line.fill("no such thing")
    expect(note).to_have_text("검색 결과가 없습니다.")
    expect(desk.locator("#command-results-list")).to_have_count(0)
    assert overflow(desk) <= 0
    desk.locator(".command-close").click()
    expect(desk.locator(".command")).to_be_hidden()
    assert barriers(desk, "#header-inner") == []


def test_the_preview_shows_what_readers_will_see(desk):
    paper = make_paper()
    section = make_section(paper, kinds.METHOD, markdown="")
    desk.goto_admin("admin:papers_paper_change", paper.pk)
    desk.locator("#tabs-items a").nth(1).click()
    row = desk.locator(".form-group").filter(has=desk.locator(f"#section-{section.pk}"))
    row.locator(".CodeMirror").click()
    desk.keyboard.type("**한글(English)**은 $x^2$")
    row.locator(".editor-toolbar .side-by-side").click()
    preview = row.locator(".editor-preview-active-side")
    preview.locator("strong").wait_for()
    assert preview.locator("strong").inner_text() == "한글(English)"
    assert "x²" in preview.inner_text()
    row.locator(".CodeMirror").click()
    desk.keyboard.press("Control+End")
    desk.keyboard.type(" <img src=x onerror=alert(1)> **끝**")
    preview.locator("strong", has_text="끝").wait_for()
    assert preview.locator("img").count() == 0
    desk.keyboard.press("F11")
    save(desk)
    section.refresh_from_db()
    assert section.markdown.startswith("**한글(English)**은 $x^2$")


def test_a_gist_says_its_length_and_shows_what_a_check_found(desk):
    paper = make_paper(abstract="It raises accuracy by 3.2%.")
    make_section(paper, kinds.GIST, markdown="🚀 정확도를 7.7% 올린다.")
    desk.goto_admin("admin:papers_paper_change", paper.pk)
    desk.locator("#tabs-items a").nth(1).click()
    row = desk.locator("[data-inline-type=stacked]:visible .form-group").first
    line, length = row.locator("input[data-longest]"), row.locator(".length")
    expect(length).to_have_text("16 / 120")
    row.locator("[data-show-finding]").first.click()
    selected = "line => line.value.slice(line.selectionStart, line.selectionEnd)"
    assert line.evaluate(selected) == "7.7%"
    line.fill("글" * 121)
    expect(length).to_have_text("121 / 120")
    expect(length).to_have_class(re.compile("over"))
    desk.locator("#submit-row [name=_continue]").click()
    expect(row.locator("input[data-longest]")).to_have_value("글" * 121)
    desk.locator("#tabs-items a").nth(1).click()
    assert barriers(desk, ".form-row:has([data-longest])") == []
    row.locator("input[data-longest]").fill("정확도를 3.2% 올린다.")
    save(desk)
    assert paper.sections.get().markdown == "정확도를 3.2% 올린다."


def test_papers_are_picked_with_one_press_each_and_made_a_post(desk):
    for rank in (1, 2):
        paper = make_paper()
        Listing.objects.create(paper=paper, source="huggingface", day=DAY, rank=rank)
    desk.goto_admin("admin:papers_listing_changelist")
    first, second = Listing.objects.order_by("rank")
    desk.locator(f"#pick-{first.pk}").click()
    desk.locator(f"#pick-{first.pk}[aria-pressed=true]").wait_for()
    desk.locator(f"#exclude-{second.pk}").focus()
    desk.keyboard.press("Enter")
    desk.locator(f"#reason-{second.pk}").fill("중복")
    with desk.expect_response("**/choose/"):
        desk.keyboard.press("Enter")
    second.refresh_from_db()
    assert (second.choice, second.reason) == (Choice.EXCLUDED, "중복")
    with desk.expect_navigation():
        desk.locator("#day .make button").click()
    expect_titles(desk, first.paper.title)


def test_a_paper_is_added_to_a_post_from_its_form(desk):
    post, paper = make_post(state=State.DRAFT, papers=1), make_paper(title="Something else")
    desk.goto_admin("admin:digest_post_change", post.pk)
    desk.locator("#entries-group .add-row").click()
    desk.locator("#entries-group .select2-selection:visible").click()
    desk.keyboard.type("Something")
    desk.locator(".select2-results__option", has_text="Something else").click()
    save(desk)
    assert [entry.paper for entry in post.entries.all()][1:] == [paper]


SIZES = [(1280, 900), (390, 844)]


def watched(desk, name, *args):
    """The page of `name`, marked so that a reload would show."""
    desk.goto_admin(name, *args)
    desk.evaluate("window.notReloaded = true")


def assert_not_reloaded(desk):
    assert desk.evaluate("window.notReloaded")


def test_the_panel_over_the_jobs_follows_them_without_a_reload(desk):
    job = Job.objects.create(kind=JobKind.DRAFT, arxiv_id="2510.00001", next_at=now())
    watched(desk, "admin:papers_job_changelist")
    expect(desk.locator("#jobs-due strong")).to_have_text("1")
    expect(desk.locator("[data-live-outrun]")).to_be_hidden()
    desk.locator("#jobs-failed").focus()
    Job.objects.update(state=JobState.RUNNING, next_at=None)
    run = Run.objects.create(job=job, started_at=now())
    expect(desk.locator("#jobs-running strong")).to_have_text("1")
    expect(desk.locator("#jobs-failed")).to_be_focused()
    expect(desk.locator("[data-live-outrun]")).to_be_visible()
    expect(desk.locator("[data-live-status]")).to_have_text("")  # Work is under way, as before.
    Job.objects.update(state=JobState.FAILED, reason="no abstract")
    Run.objects.update(ended_at=now(), outcome=RunOutcome.FAILED, message="no abstract")
    expect(desk.locator(f"li:has(#run-{run.pk})")).to_contain_text("초록 없음")
    expect(desk.locator("[data-live-status]")).to_contain_text("작업 1건 실패")
    assert_not_reloaded(desk)
    with desk.expect_navigation():
        desk.locator("button[form=again]").click()
    job.refresh_from_db()
    assert job.state == JobState.DUE


LOOK = """hidden => {
    Object.defineProperty(document, "hidden", { configurable: true, value: hidden });
    document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.mark.parametrize("state", [JobState.DONE, JobState.DUE])
def test_nothing_is_asked_while_nothing_is_under_way_or_nobody_looks(desk, state):
    next_at = now() if state == JobState.DUE else None
    Job.objects.create(kind=JobKind.DRAFT, arxiv_id="2510.00001", state=state, next_at=next_at)
    asked = []
    desk.clock.install()
    desk.goto_admin("admin:papers_job_changelist")
    if state == JobState.DUE:
        desk.evaluate(LOOK, True)
    desk.on("request", lambda request: asked.append(request.url))
    desk.clock.run_for(700_000)
    assert asked == []
    with desk.expect_response("**/live/"):
        desk.evaluate(LOOK, False)


def test_a_jobs_page_follows_it_while_it_runs(desk):
    job = Job.objects.create(
        kind=JobKind.DRAFT, arxiv_id="2510.00001", state=JobState.RUNNING, attempts=1, next_at=None
    )
    run = Run.objects.create(job=job, started_at=now())
    watched(desk, "admin:papers_job_change", job.pk)
    expect(desk.locator("button[form=again]")).to_have_count(0)
    Job.objects.update(state=JobState.DONE)
    Run.objects.filter(pk=run.pk).update(
        ended_at=now(), outcome=RunOutcome.DONE, counts={"papers": 1, "added": 4}
    )
    expect(desk.locator(".runs")).to_contain_text("섹션 4개 작성")
    expect(desk.locator("[data-live-status]")).to_contain_text("완료")
    assert_not_reloaded(desk)
    with desk.expect_navigation():
        desk.locator("button[form=again]").click()
    job.refresh_from_db()
    assert job.state == JobState.DUE


def test_a_page_that_may_no_longer_be_read_says_that_it_is_not_live(desk, admin_user):
    Job.objects.create(kind=JobKind.DRAFT, arxiv_id="2510.00001", next_at=now())
    desk.goto_admin("admin:papers_job_changelist")
    desk.context.clear_cookies()
    expect(desk.locator("[data-live-lost]")).to_be_visible()
    expect(desk.locator("#jobs-due strong")).to_have_text("1")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_pages_of_jobs_fit_and_are_open_to_everybody(desk, scheme, size):
    day = date(2025, 10, 8)
    refusals = [
        Remark(9, "2509.00009", "paper.authors", "x" * 300),
        Remark(10, None, "", "is no"),
    ]
    listed(1, day=day, refusals=refusals)
    job = Job.objects.create(
        kind=JobKind.INGEST_DAY, day=str(day), state=JobState.FAILED, next_at=None, reason="y" * 300
    )
    for outcome in RunOutcome.values:
        Run.objects.create(
            job=job, started_at=now(), ended_at=now(), outcome=outcome, message="z" * 300
        )
    for state in (JobState.WAITING, JobState.DUE, JobState.RUNNING):
        fields = {"next_at": None if state == JobState.RUNNING else now() - timedelta(hours=1)}
        other = Job.objects.create(kind=JobKind.DRAFT, arxiv_id=state, state=state, **fields)
    Run.objects.create(job=other, started_at=now())
    SourceState.objects.create(source="arxiv", stopped=True, reason="w" * 300)
    desk.emulate_media(color_scheme=scheme)
    desk.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
    pages = [
        ("admin:papers_job_changelist",),
        ("admin:papers_job_change", job.pk),
        ("admin:index",),
    ]
    for page in pages:
        desk.goto_admin(*page)
        assert overflow(desk) <= 0, page
        assert barriers(desk) == [], page


def test_a_report_leads_to_its_section_in_whatever_tab_it_is(desk):
    paper = make_paper()
    make_section(paper)
    section = make_section(paper, kinds.RESULTS, language="en", markdown="It reaches 40%.")
    make_post(papers=[paper])
    report = Report.objects.create(
        paper=paper, section=section, text="표에는 38%라고 되어 있습니다."
    )
    desk.goto_admin("admin:papers_report_change", report.pk)
    assert overflow(desk) <= 0
    assert barriers(desk, ".report") == []
    desk.get_by_role("link", name="섹션 편집").click()
    place = desk.locator(f"#section-{section.pk}")
    expect(place).to_be_in_viewport()
    expect(place).to_contain_text("표에는 38%라고 되어 있습니다.")
    with desk.expect_navigation():
        desk.locator("#submit-row [name=_save]").click()
    assert barriers(desk, ".report") == []  # Saving leads back to the report.
    desk.locator("#correction").fill("정확도는 40%가 아니라 38%다.")
    desk.get_by_role("button", name="수정 완료").click()
    expect(desk.locator("#result_list")).to_contain_text("표에는 38%")
    report.refresh_from_db()
    assert report.state == ReportState.FIXED
    assert report.correction == "정확도는 40%가 아니라 38%다."


def test_a_kind_of_remark_is_accepted_for_a_post_and_the_heading_counts_again(desk):
    papers = [make_paper(abstract="It reaches 73.3% accuracy.") for _ in range(2)]
    for paper, number in zip(papers, ("83.3", "99.9"), strict=True):
        make_section(paper, kinds.RESULTS, markdown=f"제안한 모델의 정확도는 {number}%다.")
    post = make_post(state=State.DRAFT, papers=papers)
    watched(desk, "admin:digest_post_change", post.pk)
    heading = desk.locator("#findings-blocking")
    expect(heading).to_contain_text("오류 2건")
    assert overflow(desk) <= 0
    kind = desk.locator("#post-findings > .kind")
    reason = kind.locator(":scope > .answer [name=reason]")
    expect(reason).to_have_value("")
    reason.press("Enter")
    expect(kind.get_by_role("alert")).to_be_visible()
    expect(reason).to_be_focused()
    desk.keyboard.type("표 3에 있다")
    desk.keyboard.press("Enter")
    expect(heading).to_contain_text("발행을 막는 오류가 없습니다")
    expect(kind).to_contain_text("표 3에 있다")
    kind.get_by_role("button").click()
    expect(heading).to_contain_text("오류 2건")
    kind.locator("details > summary").click()
    kind.locator(".remark").first.locator("[name=reason]").fill("본문에 있다")
    desk.keyboard.press("Enter")
    expect(heading).to_contain_text("오류 1건")
    assert_not_reloaded(desk)


def test_a_long_text_is_cut_nowhere_on_a_phone(desk):
    Job.objects.create(
        kind=JobKind.DRAFT, arxiv_id="2510.06208", state=JobState.FAILED, reason="too long " * 30
    )
    desk.set_viewport_size({"width": 390, "height": 844})
    desk.goto_admin("admin:papers_job_changelist")
    cut = "cell => cell.scrollHeight > cell.clientHeight + 1"
    assert desk.locator("#result_list td.field-said").evaluate(cut) is False


def test_a_long_title_does_not_cut_the_way_to_its_page(desk):
    paper = make_paper(title="A title that goes on " * 12)
    desk.goto_admin("admin:papers_paper_change", paper.pk)
    way = desk.locator("a.truncate.tracking-tight")
    cut = "parts => parts.map(part => part.scrollWidth > part.clientWidth + 1)"
    *before, _ = way.evaluate_all(cut)
    assert before == [False]  # "Papers" stands there once.


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_desk_fits_and_is_open_to_everybody(desk, scheme, size):
    day = now().date() - timedelta(days=1)
    paper, *_ = listed(1, 2, 3, day=day)
    make_post(State.DRAFT, [paper], date=day, title="긴제목" * 60)
    make_post(State.IN_REVIEW, 2, title="w" * 190)
    post = make_post(State.PUBLISHED, 1)
    post.title = "Changed"
    post.save()
    Report.objects.create(paper=paper, text="x")
    Job.objects.create(
        kind=JobKind.DRAFT, arxiv_id="x" * 32, state=JobState.FAILED, reason="y" * 300
    )
    SourceState.objects.create(source="arxiv", stopped=True, reason="w" * 300)
    desk.emulate_media(color_scheme=scheme)
    desk.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
    desk.goto_admin("admin:index")
    expect(desk.locator("#desk-yours")).to_be_visible()
    assert overflow(desk) <= 0
    assert barriers(desk, ".desk") == []


def test_drafts_are_followed_on_the_desk_and_tried_again_from_it(desk):
    paper = make_paper()
    job = Job.objects.create(
        kind=JobKind.DRAFT, arxiv_id=paper.arxiv_id, state=JobState.RUNNING, next_at=None
    )
    run = Run.objects.create(job=job, started_at=now())
    watched(desk, "admin:index")
    expect(desk.locator(f"#running-{job.pk}")).to_have_text(paper.title_plain)
    Job.objects.update(state=JobState.FAILED, reason="no abstract")
    Run.objects.filter(pk=run.pk).update(ended_at=now(), outcome=RunOutcome.FAILED)
    failed = desk.locator(f"li:has(#failed-{job.pk})")
    expect(failed).to_contain_text("초록 없음")
    expect(desk.locator("[data-live-status]")).to_contain_text("실패 1건")
    assert_not_reloaded(desk)
    with desk.expect_navigation():
        failed.get_by_role("button").click()
    job.refresh_from_db()
    assert job.state == JobState.DUE
    expect(desk.locator("#desk-drafts")).to_contain_text("대기 1건")


@pytest.mark.parametrize("state", [State.DRAFT, State.PUBLISHED])
def test_on_a_phone_a_row_of_the_posts_is_short(desk, state):
    make_post(state, papers=1, title="여러 언어를 함께 배우는 모델과 그 평가를 다룬 논문 모음")
    desk.set_viewport_size({"width": 390, "height": 844})
    desk.goto_admin("admin:digest_post_changelist")
    row = desk.locator("#result_list .data-row")
    assert row.bounding_box()["height"] <= 120
    expect(row.locator(".field-paper_count")).to_be_visible()
    expect(desk.locator("#result_list thead").get_by_text("제목")).to_be_hidden()
    assert overflow(desk) <= 0
    assert barriers(desk, "#result_list") == []
