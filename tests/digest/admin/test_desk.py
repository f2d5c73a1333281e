"""The editors' first page: what waits, and for whom."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from digest import publishing
from digest.models import Post, State
from papers.editing import authorship
from papers.models import (
    Choice,
    Finding,
    FullText,
    Job,
    JobKind,
    JobState,
    Listing,
    Paper,
    Proposal,
    ProposalState,
    Report,
    Run,
    RunOutcome,
    Section,
    SourceState,
)
from papers.pipeline import checking
from tests.digest.ledger.test_accounts import listed
from tests.factories import make_paper, make_post, make_section

pytestmark = pytest.mark.django_db

NOON = datetime(2025, 10, 8, 3, tzinfo=UTC)  # In Seoul.
TODAY = NOON.date()
YESTERDAY = TODAY - timedelta(days=1)
DESK = "/admin/"


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def writer(db):
    """Return an editor who may change everything and publish nothing."""
    user = User.objects.create_user("park", is_staff=True, first_name="수진", last_name="박")
    group = Group.objects.get(name="Editors")
    user.user_permissions.set(group.permissions.exclude(codename="publish_post"))
    return user


def desk(client):
    return client.get(DESK).context["desk"]


def facts(item):
    return [fact.text for fact in item.facts]


def steps(items):
    """Return the label of each item's step by its title."""
    return {item.title: item.step.label if item.step else None for item in items}


def day(client, date):
    (row,) = (row for row in desk(client).days if row.numbers.date == date)
    return row


def old_post(state=State.PUBLISHED, papers=1, **fields):
    """Return a post of a day that the desk does not show."""
    day = date(2025, 8, 1) + timedelta(days=Post.objects.count())
    return make_post(state, papers, **{"date": day, **fields})


def picked(*papers):
    Listing.objects.filter(paper__in=papers).update(choice=Choice.PICKED)


def error(section):
    return Finding.objects.create(
        paper=section.paper,
        section=section,
        level="error",
        check_name="numbers",
        code="unsupported",
        message="no",
        start=0,
        end=1,
        checksum=str(Finding.objects.count()),
    )


def reviewed(post, user):
    for section in Section.objects.filter(paper__entries__post=post):
        authorship.review(section, user)
        section.save()


# --- A new site, and a quiet morning -------------------------------------------------------------


def test_a_new_site_says_what_to_do_first(client, editor):
    page = client.get(DESK).content.decode()
    assert desk(client).is_new
    assert "첫 다이제스트" in page
    assert day(client, TODAY).step.label == "지금 수집처에 요청"
    assert "지금 할 일이 없습니다" not in page


def test_a_quiet_morning_says_that_nothing_waits(client, editor):
    make_post(papers=listed(1, day=YESTERDAY), date=YESTERDAY)
    page = client.get(DESK).content.decode()
    assert "지금 할 일이 없습니다" in page
    assert "아직 올라온 논문 없음" in page
    assert "첫 다이제스트" not in page
    assert [row.numbers.date for row in desk(client).days] == [TODAY]


def test_the_button_asks_the_sources_for_a_day_once(client, editor):
    ask = reverse("admin:desk_ask")
    assert client.get(ask).status_code == 405
    assert client.post(ask, {"day": TODAY}).url == DESK
    client.post(ask, {"day": TODAY})
    assert Job.objects.get().day == TODAY
    for nonsense in ("", "x", "1850-01-01", TODAY + timedelta(days=1), "2025-02-31"):
        assert client.post(ask, {"day": nonsense}).status_code == 400


# --- The days ------------------------------------------------------------------------------------


def test_a_paper_picked_from_one_list_and_left_out_of_another_counts_once(client, editor):
    [paper] = listed(1, day=YESTERDAY, at=NOON)
    picked(paper)
    twin = {"source": "arxivnew", "day": YESTERDAY, "rank": 1, "choice": "excluded"}
    Listing.objects.create(paper=paper, **twin)
    numbers = day(client, YESTERDAY).numbers
    assert (numbers.listed, numbers.picked, numbers.excluded, numbers.pending) == (1, 1, 0, 0)


def test_a_day_goes_from_choosing_to_publishing(client, editor):
    papers = listed(1, 2, 3, day=YESTERDAY, at=NOON)
    row = day(client, YESTERDAY)
    assert (row.numbers.listed, row.numbers.pending) == (3, 3)
    assert (row.step.label, row.is_main) == ("논문 선정", True)
    assert row.step.address.endswith(f"?day={YESTERDAY}")
    assert facts(row) == ["목록 수집 완료"]

    picked(*papers[:2])
    assert day(client, YESTERDAY).step.label == "논문 2편으로 글 만들기"
    response = client.post(day(client, YESTERDAY).step.address, {"day": YESTERDAY})
    post = Post.objects.get()
    assert str(post.pk) in response.url
    row = day(client, YESTERDAY)
    blocked = "오류 2건이 발행을 막고 있습니다"
    assert row.step.label == "이어서 쓰기"
    assert client.get(row.step.address).url == reverse(
        "admin:digest_entry_write", args=[post.entries.get(position=1).pk]
    )
    assert facts(row.post) == [blocked, "논문 2편", "요약 없음 2편"]

    for paper in papers[:2]:
        make_section(paper)
    checking.check(papers[:2])
    assert facts(day(client, YESTERDAY).post) == ["논문 2편", "검토 전 2편"]
    reviewed(post, editor)
    row = day(client, YESTERDAY)
    assert (row.step.label, facts(row.post)) == ("발행…", ["논문 2편"])
    text = Section.objects.last()
    Section.objects.filter(pk=text.pk).update(written_at=text.reviewed_at + timedelta(seconds=1))
    assert facts(day(client, YESTERDAY).post) == ["논문 2편", "검토 전 1편"]
    publishing.publish(post, gated=False)
    assert [row.numbers.date for row in desk(client).days] == [TODAY]


def test_a_picked_paper_that_is_not_in_the_post_is_told(client, editor):
    papers = listed(1, 2, 3, day=YESTERDAY, at=NOON)
    picked(*papers)
    make_post(State.DRAFT, papers[:1], date=YESTERDAY)
    assert "선정한 논문 2편이 글에 없습니다" in facts(day(client, YESTERDAY))


def test_a_day_of_which_everything_was_excluded_waits_for_nobody(client, editor):
    listed(1, day=YESTERDAY)
    Listing.objects.update(choice=Choice.EXCLUDED)
    assert [row.numbers.date for row in desk(client).days] == [TODAY]


def test_a_growing_list_says_until_when_and_when_it_is_read_again(client, editor):
    listed(1, day=TODAY)
    assert facts(day(client, TODAY)) == ["10월 9일 09:00까지 목록이 늘어납니다"]
    every = IntervalSchedule.objects.create(every=30, period="minutes")
    PeriodicTask.objects.create(
        name="ask for open days", interval=every, last_run_at=NOON - timedelta(minutes=10)
    )
    said = "10월 9일 09:00까지 목록이 늘어나며, 12:20에 다시 읽습니다"
    assert facts(day(client, TODAY)) == [said]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (JobState.FAILED, "목록을 읽지 못했습니다"),
        (JobState.WAITING, "12:30에 수집처에 다시 요청합니다"),
    ],
)
def test_a_list_that_cannot_be_read_is_told(client, editor, state, said):
    at = NOON + timedelta(minutes=30) if state == JobState.WAITING else None
    Job.objects.create(kind=JobKind.INGEST_DAY, day=TODAY, state=state, next_at=at)
    assert facts(day(client, TODAY)) == ["아직 올라온 논문 없음", said]


def test_the_day_to_work_on_is_the_newest_whose_list_is_whole(client, editor):
    for each in (TODAY, YESTERDAY, TODAY - timedelta(days=2)):
        listed(each.day, day=each, at=NOON)
    main = [row.numbers.date for row in desk(client).days if row.is_main]
    assert main == [YESTERDAY]


def test_more_open_days_than_fit_lead_to_their_list(client, editor):
    for number in range(1, 7):
        listed(number, day=TODAY - timedelta(days=number), at=NOON)
    shown = desk(client)
    assert (len(shown.days), shown.more_days) == (4, True)
    assert "day__isnull=0" in client.get(DESK).content.decode()


# --- Posts: for you, or for others ---------------------------------------------------------------


def test_a_post_in_review_waits_for_who_may_publish(client, editor, writer):
    User.objects.filter(pk=editor.pk).update(first_name="Ada", last_name="Lovelace")
    post = old_post(State.IN_REVIEW, 1)
    shown = desk(client)
    assert steps(shown.yours) == {post.title: "발행…"}
    assert shown.yours[0].step.address == reverse("admin:digest_post_publish", args=[post.pk])
    client.force_login(writer)
    shown = desk(client)
    assert shown.yours == []
    assert steps(shown.others) == {post.title: None}
    assert facts(shown.others[0])[-1] == "Ada Lovelace 님을 기다립니다"
    editor.delete()
    assert facts(desk(client).others[0])[-1].startswith("발행 권한이 있는 사람이 없습니다")


def test_a_draft_with_errors_says_how_many_block_it(client, editor, writer):
    post = old_post(State.DRAFT, 2)
    first, second = post.papers.all()
    error(first.sections.first())
    accepted = error(second.sections.first())
    accepted.accepted_at, accepted.reason = NOON, "fine"
    accepted.save()
    client.force_login(writer)
    (item,) = desk(client).yours
    assert "오류 1건이 발행을 막고 있습니다" in facts(item)
    assert item.step.label == "이어서 쓰기"


def test_an_old_error_that_readers_see_blocks_no_changes(client, editor):
    post = old_post(papers=2)
    Post.objects.filter(pk=post.pk).update(title="Other")
    section = post.papers.first().sections.first()
    error(section)
    (item,) = desk(client).yours
    assert (item.step.label, facts(item)) == ("변경 사항 발행…", ["8월 1일"])
    Section.objects.filter(pk=section.pk).update(markdown="changed")
    (item,) = desk(client).yours
    assert "오류 1건이 발행을 막고 있습니다" in facts(item)


def test_changes_of_a_published_post_wait_for_who_may_publish(client, writer):
    post = old_post(papers=1)
    Post.objects.filter(pk=post.pk).update(title="Other")
    client.force_login(writer)
    assert steps(desk(client).others) == {"Other": None}


def scheduled():
    post = old_post(State.DRAFT, 1)
    publishing.schedule(post, NOON + timedelta(hours=1))
    return post


def test_a_scheduled_post_goes_by_itself(client, editor):
    post = scheduled()
    shown = desk(client)
    assert (shown.yours, shown.others, shown.waits) == ([], [], False)
    (item,) = shown.alone
    assert (item.title, facts(item)[1:]) == (post.title, ["발행 예정: 13:00", "막는 것 없음"])


@pytest.mark.parametrize("what", ["error", "edit", "late", "off"])
def test_what_could_hold_a_scheduled_post_is_told(client, editor, what):
    post = scheduled()
    section = post.papers.get().sections.first()
    if what == "error":
        error(section)
    elif what == "edit":
        with time_machine.travel(NOON + timedelta(minutes=1)):
            section.markdown = "A machine's words."
            section.save()
    elif what == "late":
        Post.objects.update(scheduled_at=NOON - timedelta(hours=1))
    else:
        every = IntervalSchedule.objects.create(every=1, period="minutes")
        PeriodicTask.objects.create(name="publish scheduled posts", interval=every, enabled=False)
    shown = desk(client)
    (item,) = shown.yours
    said, step = {
        "error": ("오류 1건이 발행을 막고 있습니다", "이어서 쓰기"),
        "edit": ("예약 후 자동으로 또는 발행 권한이 없는 사람이 수정했습니다", "예약 발행…"),
        "late": ("시각이 지났지만 발행되지 않았습니다. beat가 실행 중인지 확인하세요", "발행…"),
        "off": ("예약 글을 발행하는 정기 작업이 꺼져 있습니다", "발행…"),
    }[what]
    assert (shown.alone, item.step.label) == ([], step)
    assert said in facts(item)


def test_a_list_of_posts_is_cut_and_says_so(client, editor):
    for _ in range(9):
        post = old_post(papers=1)
        Post.objects.filter(pk=post.pk).update(title="Other", date=date(2024, 5, post.pk % 28 + 1))
    shown = desk(client)
    assert len(shown.yours) == 8
    assert "2024년" in facts(shown.yours[0])[0]
    assert [item.title for item in shown.alone] == ["이 밖에도 글이 더 있습니다"]


def test_a_missed_time_is_told(client, editor):
    old_post(State.DRAFT, 1, scheduled_at=NOON - timedelta(hours=1))
    (item,) = desk(client).yours
    assert "예약 발행 실패 (11:00)" in facts(item)


# --- What readers, arXiv and machines say --------------------------------------------------------


def test_what_waits_for_an_answer_is_counted_and_led_to(client, editor, admin_user):
    paper = make_paper(version=2, public_version=1)
    _, title = (
        Proposal.objects.create(paper=paper, field=field, value="x", checksum=field, origin="arxiv")
        for field in ("withdrawn", "title")
    )
    Proposal.objects.create(
        paper=paper, field="doi", value="x", state=ProposalState.REJECTED, decided_at=NOON
    )
    report = Report.objects.create(paper=paper, text="No.")
    client.force_login(admin_user)
    found = {item.title: item for item in desk(client).yours}
    assert list(found) == [
        paper.title_plain,
        "새 오류 제보 1건",
        "새 제안 1건",
        "새 버전이 나온 발행 논문 1편",
    ]
    assert found["새 오류 제보 1건"].step.address.endswith(f"/report/{report.pk}/change/")
    assert found["새 제안 1건"].step.address.endswith(f"/proposal/{title.pk}/change/")
    Report.objects.create(paper=paper, text="No.")
    found = {item.title: item for item in desk(client).yours}
    assert found["새 오류 제보 2건"].step.address.endswith("/report/?state__exact=open")


# --- Machines ------------------------------------------------------------------------------------


def job(state, kind=JobKind.DRAFT, **fields):
    at = {"next_at": NOON} if state in {JobState.DUE, JobState.WAITING} else {}
    return Job.objects.create(kind=kind, state=state, **{**at, **fields})


def test_drafts_are_followed_live(client, editor):
    paper, lost = make_paper(), make_paper()
    running = job(JobState.RUNNING, arxiv_id=paper.arxiv_id)
    Run.objects.create(job=running, started_at=NOON)
    job(JobState.FAILED, arxiv_id=lost.arxiv_id, reason="export.arxiv.org answered 500")
    job(JobState.DUE, arxiv_id="2510.99999")
    page = client.get(DESK).content.decode()
    live = client.get(reverse("admin:desk_drafts")).content.decode()
    for shown in (page, live):
        assert paper.title_plain in shown
        assert lost.title_plain in shown
        assert "진행 중 1건" in shown
        assert 'data-again="2"' in shown
    assert "<script" not in live
    assert desk(client).waits
    Job.objects.update(state=JobState.DONE, next_at=None)
    Run.objects.update(ended_at=NOON, outcome=RunOutcome.DONE)
    assert 'data-again=""' in client.get(reverse("admin:desk_drafts")).content.decode()
    assert "desk-drafts" not in client.get(DESK).content.decode()


def test_a_failed_job_is_tried_again_from_the_desk(client, editor):
    draft, other = job(JobState.FAILED), job(JobState.FAILED, JobKind.INGEST_DAY, day=TODAY)
    again = reverse("admin:desk_try_again")
    (item,) = (item for item in desk(client).yours if item.step.address == again)
    assert item.title == "작업 1건 실패"
    assert client.post(again).url == DESK
    assert set(Job.objects.values_list("pk", "state")) == {(draft.pk, "failed"), (other.pk, "due")}
    client.post(again, {"job": draft.pk})
    assert Job.objects.get(pk=draft.pk).state == JobState.DUE
    Job.objects.update(state=JobState.FAILED)
    client.post(again, {"drafts": "1"})
    assert set(Job.objects.values_list("pk", "state")) == {(draft.pk, "due"), (other.pk, "failed")}


def test_jobs_that_stand_still_are_told(client, editor):
    waiting = job(JobState.WAITING, next_at=NOON + timedelta(hours=1))
    for ago in (2, 3):
        at = NOON - timedelta(days=ago)
        Run.objects.create(job=waiting, started_at=at, ended_at=at, outcome=RunOutcome.WAITING)
    job(JobState.DUE, JobKind.ALERT, next_at=NOON - timedelta(hours=2))
    shown = desk(client)
    assert [item.title for item in shown.yours] == [
        "10:00부터 대기 중인 작업이 시작되지 않았습니다. 워커가 실행 중인지 확인해 주세요.",
        "작업 1건이 하루 넘게 대기 중",
    ]
    assert [item.title for item in shown.alone] == ["작업 1건 대기 중, 13:00에 다시 시도"]
    Run.objects.create(job=waiting, started_at=NOON, ended_at=NOON, outcome=RunOutcome.DONE)
    assert "작업 1건이 하루 넘게 대기 중" not in steps(desk(client).yours)


def test_only_administrators_see_sources_and_schedules(client, editor, admin_user):
    # A request of an earlier test stored its state over a connection of its own.
    stopped = {"stopped": True, "reason": "turned us <away>"}
    SourceState.objects.update_or_create(source="arxiv", defaults=stopped)
    every = IntervalSchedule.objects.create(every=1, period="minutes")
    PeriodicTask.objects.create(name="hand out jobs", interval=every, enabled=False)
    PeriodicTask.objects.create(
        name="publish scheduled posts", interval=every, last_run_at=NOON - timedelta(hours=1)
    )
    assert desk(client).yours == []
    client.force_login(admin_user)
    assert len(desk(client).yours) == 3
    assert "turned us &lt;away&gt;" in client.get(DESK).content.decode()


def test_full_texts_that_are_read_worse_are_told_with_the_figures(client, admin_user):
    made = {"version": 1, "format": "html", "generator": "<b>maker 1.2", "parts": [{"kind": "x"}]}
    for days, kinds in [(1, "other")] * 10 + [(9, "conclusion introduction results")] * 40:
        at = NOON - timedelta(days=days)
        FullText.objects.create(paper=make_paper(), parsed_at=at, kinds=kinds, **made)
    client.force_login(admin_user)
    [item] = desk(client).yours
    assert facts(item)[0].startswith("지금 0%")
    page = client.get(item.address).content.decode()
    assert "최근 &lt;b&gt;maker 본문" in page.split("<table>")[0]
    rows = [each.split("<td")[2:] for each in page.split("<tr>")[1:] if "&lt;b&gt;maker" in each]
    counts = [[cell.split(">")[1].split("<")[0] for cell in row] for row in rows]
    assert counts == [["10", "0", "0", "0", "0", "0"], ["40", "40", "40", "40", "40", "0"]]


# --- Colleagues ----------------------------------------------------------------------------------


@pytest.fixture
def colleague(db):
    return User.objects.create_user("lee", first_name="민", last_name="이", is_staff=True)


def save(row, user, **fields):
    """Save fields of a row as a person does, a moment after the last save."""
    for name, value in fields.items():
        setattr(row, name, value)
    row._history_user = user
    row.save()


def told(lines):
    return [(line.who, line.acts, line.title, line.more) for line in lines]


def test_what_colleagues_did_is_told_in_words_and_folded(client, editor, colleague):
    with time_machine.travel(NOON - timedelta(hours=2)):
        papers = listed(1, 2, 3, day=YESTERDAY)
        post = make_post(State.DRAFT, papers, date=YESTERDAY)
        sections = [make_section(paper) for paper in papers[:2]]
    minutes = iter(range(60))

    def then(*args, **fields):
        with time_machine.travel(NOON - timedelta(minutes=60 - next(minutes))):
            save(*args, **fields)

    for listing in Listing.objects.filter(paper__in=papers[:2]):
        then(listing, colleague, choice=Choice.PICKED)
    then(Listing.objects.get(paper=papers[2]), colleague, choice=Choice.EXCLUDED)
    for section in sections:
        then(section, colleague, markdown="New.")
        then(section, colleague, reviewer=colleague, reviewed_at=NOON)
    then(post, colleague, intro="Hello.")
    then(post, colleague, state=State.IN_REVIEW)
    then(post.entries.first(), colleague, note="Look.")
    then(post.entries.last(), colleague, position=9)
    then(post, None, title="A machine's")
    then(post, editor, title="Mine")
    shown = desk(client).lately
    day_name = "2025년 10월 7일"
    assert told(shown.others) == [
        ("이민", "순서 변경, 머리말 작성, 노트 1개 작성, 검토 요청", "Mine", ""),
        ("이민", "섹션 2개 작성, 섹션 2개 검토", papers[1].title_plain, "외 1건"),
        ("이민", "논문 2편 선정, 논문 1편 제외", day_name, ""),
    ]
    assert told(shown.own) == [("kim", "제목 변경", "Mine", "")]


def test_what_was_done_to_a_deleted_post_or_long_ago_is_not_told(client, editor, colleague):
    post, old = old_post(State.DRAFT, 1), old_post(State.DRAFT, 1)
    with time_machine.travel(NOON - timedelta(days=8)):
        save(old, colleague, title="Old")
    save(post.entries.get(), colleague, note="x")
    post.delete()
    assert desk(client).lately.others == []


def test_a_line_names_no_more_people_and_things_than_fit(client, editor, colleague):
    with time_machine.travel(NOON - timedelta(hours=1)):
        posts = [old_post(State.DRAFT, 0) for _ in range(20)]
    for post in posts:
        save(post, colleague if post.pk % 2 else editor, title="x")
    shown = desk(client).lately
    assert (len(shown.others), len(shown.own)) == (8, 3)


# --- All of it -----------------------------------------------------------------------------------


def test_who_may_do_nothing_sees_nothing(client):
    client.force_login(User.objects.create_user("guest", is_staff=True))
    listed(1, day=YESTERDAY)
    old_post(State.IN_REVIEW, 1)
    job(JobState.FAILED)
    Report.objects.create(paper=make_paper(), text="x")
    shown = desk(client)
    assert (shown.days, shown.yours, shown.others, shown.alone) == ([], [], [], [])
    assert (shown.lately.others, shown.is_new) == ([], False)
    assert client.get(reverse("admin:desk_drafts")).status_code == 403
    for name in ("desk_ask", "desk_try_again"):
        assert client.post(reverse(f"admin:{name}"), {"day": TODAY}).status_code == 403


def test_a_stranger_is_asked_to_sign_in(client):
    for name in ("desk_ask", "desk_try_again"):
        assert "login" in client.post(reverse(f"admin:{name}")).url
    assert "login" in client.get(reverse("admin:desk_drafts")).url


def fill(times, editor, colleague):
    """Make `times` of everything that the desk shows."""
    for number in range(times):
        start = number * 10 + 1
        papers = listed(start, start + 1, day=TODAY - timedelta(days=number + 1), at=NOON)
        picked(papers[0])
        save(Listing.objects.filter(paper=papers[1]).get(), colleague, choice=Choice.EXCLUDED)
        for state in (State.DRAFT, State.IN_REVIEW, State.PUBLISHED):
            post = old_post(state, 3)
            save(post, colleague, title=f"{state} {number}")
            error(post.papers.first().sections.first())
        post = old_post(State.DRAFT, 3)
        publishing.schedule(post, NOON + timedelta(hours=1))
        with time_machine.travel(NOON + timedelta(minutes=1)):
            save(post.papers.first().sections.first(), None, markdown="x")
        paper = make_paper(version=2, public_version=1)
        for field in ("withdrawn", "title"):
            Proposal.objects.create(paper=paper, field=field, value="x", checksum=field, origin="a")
        Report.objects.create(paper=paper, text="x")
        job(JobState.FAILED, arxiv_id=paper.arxiv_id)
        Run.objects.create(job=job(JobState.RUNNING, arxiv_id=papers[0].arxiv_id), started_at=NOON)
        job(JobState.WAITING, arxiv_id=papers[1].arxiv_id)
        job(JobState.FAILED, JobKind.FULL_TEXT, arxiv_id=papers[1].arxiv_id)
        SourceState.objects.create(source="a" * (number + 1), stopped=True)


@pytest.mark.parametrize("who", ["publisher", "writer", "administrator"])
def test_much_costs_no_more_queries_than_little_and_nothing_is_written(
    client, editor, writer, admin_user, colleague, who
):
    client.force_login({"publisher": editor, "writer": writer, "administrator": admin_user}[who])
    fill(1, editor, colleague)
    client.get(DESK)
    with CaptureQueriesContext(connection) as few:
        client.get(DESK)
    Listing.objects.all().delete()
    SourceState.objects.all().delete()
    Job.objects.all().delete()
    fill(12, editor, colleague)
    with CaptureQueriesContext(connection) as many:
        page = client.get(DESK)
    assert len(many) == len(few) <= 30
    assert len(page.content) < 150_000
    assert not [each["sql"] for each in many if not each["sql"].lstrip("(").startswith("SELECT")]


def test_texts_of_others_are_shown_as_text(client, editor, colleague):
    xss = "<script>alert(1)</script>"
    paper = make_paper(title=xss)
    make_section(paper)
    save(old_post(State.DRAFT, [paper], title=xss), colleague, intro="x")
    job(JobState.FAILED, arxiv_id=paper.arxiv_id, reason=xss)
    colleague.first_name, colleague.last_name = xss, ""
    colleague.save()
    page = client.get(DESK).content.decode()
    assert "alert(1)" in page
    assert "<script>alert" not in page


def test_papers_of_other_days_are_no_sign_of_life(client, editor):
    assert not Paper.objects.exists()
    listed(1, day=date(2024, 1, 5))
    shown = desk(client)
    assert not shown.is_new
    assert [row.numbers.date for row in shown.days] == [TODAY, date(2024, 1, 5)]
