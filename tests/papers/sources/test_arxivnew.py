"""arXiv's announcements: the new submissions of categories that editors switched on, by day."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from digest import ledger
from papers import jobs
from papers.models import (
    ArxivCategory,
    Job,
    JobKind,
    Listing,
    Paper,
    SourceAnswer,
    SourceState,
    Subject,
)
from papers.pipeline import polling, steps
from papers.pipeline.ingest import ingest_source
from papers.sources import daily, rate_limit
from papers.sources.errors import DayGone, SourceBusy, SourceDown, SourceError, SourceForbidden
from tests.papers.sources.announced import announced, feed

pytestmark = pytest.mark.django_db(transaction=True)

DAY = date(2025, 10, 8)
ID, OTHER, THIRD = "2510.05096", "2510.00001", "2510.00002"


@pytest.fixture
def server(httpserver, settings):
    """arXiv's feeds and an empty Hugging Face, on the day itself."""
    settings.ARXIV_FEED_URL = httpserver.url_for("/atom")
    settings.HUGGINGFACE_URL = httpserver.url_for("").rstrip("/")
    settings.ARXIV_INTERVAL_S = settings.CATCH_UP_WAIT_S = 0
    httpserver.expect_request("/api/daily_papers").respond_with_json([])
    with time_machine.travel(datetime(2025, 10, 8, 12, tzinfo=UTC)) as httpserver.clock:
        yield httpserver


def switch_on(*categories):
    for category in categories:
        ArxivCategory.objects.create(category=category, is_on=True)


def tells(server, category, body, status=200, headers=None):
    server.expect_oneshot_request(f"/atom/{category}").respond_with_data(
        body, status, headers or {}, content_type="application/atom+xml"
    )


def listed():
    rows = Listing.objects.order_by("rank").values_list("source", "day", "paper__arxiv_id")
    return [(source, str(day), arxiv_id) for source, day, arxiv_id in rows]


def test_only_new_submissions_of_the_day_are_listed_each_once(server):
    switch_on("cs.CL", "cs.LG")
    entries = [
        announced(ID, DAY, categories=["cs.CL", "cs.LG"]),
        announced("2510.00009", DAY, "cross"),
        announced("2401.00001", DAY, "replace"),
        announced("2401.00002", DAY, "replace-cross"),
    ]
    tells(server, "cs.CL", feed(*entries))
    tells(server, "cs.LG", feed(announced(OTHER, DAY), announced(ID, DAY)))
    ingest_source("arxivnew", DAY)
    assert listed() == [("arxivnew", "2025-10-08", ID), ("arxivnew", "2025-10-08", OTHER)]
    paper = Paper.objects.get(arxiv_id=ID)
    assert (paper.title, paper.abstract) == (f"Paper {ID}", "We study widgets.")
    assert (paper.authors, paper.categories) == (["Ada Lovelace", "홍길동"], ["cs.CL", "cs.LG"])
    assert paper.origins["title"] == "arxivnew"
    assert paper.arxiv_published_at is None
    assert paper.version is None


def test_the_day_is_that_of_the_announcement_and_hugging_faces_stays_its_own(server, settings):
    switch_on("cs.CL")
    server.clear_all_handlers()
    server.expect_request(
        "/api/daily_papers", query_string={"date": "2025-10-07", "limit": "100", "p": "0"}
    ).respond_with_json(
        [{"paper": {"id": ID, "title": "A", "publishedAt": "2025-10-05T01:00:00Z"}}]
    )
    server.expect_request("/api/daily_papers").respond_with_json([])
    tells(server, "cs.CL", feed(announced(ID, DAY)))
    ingest_source("huggingface", date(2025, 10, 7))
    ingest_source("arxivnew", DAY)
    assert set(listed()) == {("huggingface", "2025-10-07", ID), ("arxivnew", "2025-10-08", ID)}
    paper = Paper.objects.get()
    assert paper.title == "A"
    assert paper.arxiv_published_at.date() == date(2025, 10, 5)


def test_without_a_switch_nothing_is_asked_and_the_ledger_has_no_such_source(server):
    ArxivCategory.objects.create(category="cs.CL")
    assert daily.asked(DAY) == ["huggingface"]
    work()
    assert {day.source for day in ledger.days(DAY - timedelta(days=3), DAY)} == {"huggingface"}
    assert not any("/atom" in request.path for request, _ in server.log)


def test_days_before_the_switch_are_not_asked_for_and_not_missed(server):
    switch_on("cs.CL")
    tells(server, "cs.CL", feed(announced(ID, DAY)))
    work()
    accounts = ledger.days(DAY - timedelta(days=3), DAY)
    assert [(day.date, day.listed) for day in accounts if day.source == "arxivnew"] == [(DAY, 1)]
    assert daily.asked(DAY - timedelta(days=1)) == ["huggingface"]


def work():
    polling.poll()
    while due := Job.objects.runnable().filter(kind=JobKind.INGEST_DAY).first():
        jobs.run(due.pk, steps.STEPS)


def account():
    [day] = [day for day in ledger.days(DAY, DAY) if day.source == "arxivnew"]
    return day


def test_a_day_is_announced_late_grows_and_settles(server):
    switch_on("cs.CL", "cs.LG")
    old = feed(announced(THIRD, "2025-10-07"))
    for cs_cl, cs_lg, count in (
        (old, feed(), 0),
        (feed(announced(ID, DAY)), old, 1),
        (feed(announced(ID, DAY)), feed(announced(OTHER, DAY)), 2),
    ):
        tells(server, "cs.CL", cs_cl)
        tells(server, "cs.LG", cs_lg)
        work()
        assert (account().state, account().listed) == ("open", count)
        server.clock.shift(timedelta(minutes=31))
    server.clock.move_to(datetime(2025, 10, 9, 0, 40, tzinfo=UTC))
    for _ in range(2):  # Both days are asked for.
        tells(server, "cs.CL", feed(announced(ID, DAY)))
        tells(server, "cs.LG", feed(announced(OTHER, DAY)))
    work()
    assert (account().state, account().listed) == ("waiting", 2)
    server.clock.move_to(datetime(2025, 10, 9, 4, 40, tzinfo=UTC))
    for _ in range(2):
        tells(server, "cs.CL", feed(announced(THIRD, "2025-10-09")))
        tells(server, "cs.LG", feed(announced("2510.00003", "2025-10-09")))
    work()
    assert (account().state, account().listed) == ("complete", 2)
    assert account().balances


def test_a_category_that_lags_keeps_its_day_open_and_is_told_when_it_is_given_up(server):
    switch_on("cs.AI", "cs.CL")
    server.expect_request("/atom/cs.AI").respond_with_data(feed(announced(THIRD, "2025-10-07")))
    server.expect_request("/atom/cs.CL").respond_with_data(feed(announced(ID, DAY)))
    server.clock.move_to(datetime(2025, 10, 9, 0, 30, tzinfo=UTC))
    work()
    assert (account().state, account().listed) == ("waiting", 1)
    server.clock.move_to(datetime(2025, 10, 10, 7, tzinfo=UTC))
    work()
    assert account().state == "complete"
    answer = SourceAnswer.objects.filter(source="arxivnew", day=DAY).latest("fetched_at")
    [refusal] = answer.refusals
    assert "cs.AI: its feed tells 2025-10-07" in str(refusal)


def test_a_late_announcement_is_listed_though_its_day_is_over(server):
    switch_on("cs.CL")
    server.expect_oneshot_request("/atom/cs.CL").respond_with_data(
        feed(announced(THIRD, "2025-10-07"))
    )
    jobs.add(JobKind.INGEST_DAY, Subject(day=DAY))
    server.clock.move_to(datetime(2025, 10, 9, 0, 30, tzinfo=UTC))
    jobs.run(Job.objects.get().pk, steps.STEPS)
    assert account().state == "waiting"
    server.clock.move_to(datetime(2025, 10, 9, 2, tzinfo=UTC))
    tells(server, "cs.CL", feed(announced(ID, DAY)))
    jobs.run(Job.objects.get().pk, steps.STEPS)
    assert ("arxivnew", str(DAY), ID) in listed()


def test_a_day_that_was_read_only_before_its_announcement_is_not_told_as_empty(server):
    switch_on("cs.CL")
    server.clock.move_to(datetime(2025, 10, 8, 0, 10, tzinfo=UTC))
    tells(server, "cs.CL", feed(announced(OTHER, "2025-10-07")))
    ingest_source("arxivnew", DAY)
    server.clock.move_to(datetime(2025, 10, 9, 5, tzinfo=UTC))
    tells(server, "cs.CL", feed(announced(THIRD, "2025-10-09")))
    with pytest.raises(DayGone):
        ingest_source("arxivnew", DAY)


def test_a_holiday_that_was_read_late_in_the_day_is_empty(server):
    switch_on("cs.CL")
    server.clock.move_to(datetime(2025, 10, 8, 22, tzinfo=UTC))
    tells(server, "cs.CL", feed(announced(OTHER, "2025-10-07")))
    ingest_source("arxivnew", DAY)
    server.clock.move_to(datetime(2025, 10, 9, 5, tzinfo=UTC))
    tells(server, "cs.CL", feed(announced(THIRD, "2025-10-09")))
    ingest_source("arxivnew", DAY)
    assert account().state == "quiet"


def test_the_same_announcement_generated_again_is_no_other_answer(server):
    switch_on("cs.CL")
    replaced = announced("2401.00001", DAY, "replace")
    for number in range(3):
        again = f"2025-10-08T04:00:1{number}+00:00"
        entry = announced(ID, DAY, updated=again)
        tells(server, "cs.CL", feed(entry, *[replaced] * number, generated=again))
        ingest_source("arxivnew", DAY)
    answer = SourceAnswer.objects.get()
    assert ID in answer.pages[0]
    assert "2401.00001" not in answer.pages[0]


def test_entries_with_blanks_in_their_tags_are_stored_as_others_are(server):
    switch_on("cs.CL")
    body = feed(announced(ID, DAY), announced("2401.00001", DAY, "cross"))
    tells(
        server, "cs.CL", body.replace(b"<entry>", b"<entry >").replace(b"</entry>", b"</entry\n>")
    )
    answer = daily.fetch("arxivnew", DAY)
    assert ID in answer.pages[0]
    assert "2401.00001" not in answer.pages[0]


def test_that_no_slot_was_free_is_no_pause_of_the_feeds(server, settings):
    switch_on("cs.CL")
    settings.HTTP_TURN_WAIT_MAX_S = 0.1
    SourceState.objects.get_or_create(source="arxivnew")
    with rate_limit.slot("arxiv"), pytest.raises(SourceBusy, match="no slot"):
        daily.fetch("arxivnew", DAY)
    assert SourceState.objects.get(source="arxivnew").paused_until is None


def test_a_day_whose_end_was_not_seen_stays_as_it_was_read(server):
    switch_on("cs.CL")
    tells(server, "cs.CL", feed(announced(ID, DAY)))
    work()
    server.clock.move_to(datetime(2025, 10, 9, 9, tzinfo=UTC))
    for _ in range(2):
        tells(server, "cs.CL", feed(announced(OTHER, "2025-10-09")))
    work()
    assert (account().state, account().listed) == ("complete", 1)
    assert "tells 2025-10-09 already" in str(
        SourceAnswer.objects.get(source="arxivnew", day=DAY).notices
    )
    assert ("arxivnew", "2025-10-09", OTHER) in listed()


def test_a_day_that_was_never_read_and_is_gone_is_told_as_failed(server):
    switch_on("cs.CL")
    tells(server, "cs.CL", feed(announced(OTHER, "2025-10-09")))
    with pytest.raises(DayGone, match=r"arxivnew 2025-10-08: the feed of cs\.CL tells"):
        ingest_source("arxivnew", DAY)
    assert not Listing.objects.exists()


def test_a_sunday_is_empty_also_once_monday_is_announced(server):
    ArxivCategory.objects.create(category="cs.CL", is_on=True, since=date(2025, 10, 1))
    tells(server, "cs.CL", feed(announced(OTHER, "2025-10-06")))
    _, counts = ingest_source("arxivnew", date(2025, 10, 5))
    assert counts["listed"] == 0


def test_a_category_that_arxiv_does_not_know_is_refused_and_the_others_stay(server):
    switch_on("cs.CL", "cs.XX", "cs.ZZ")
    tells(server, "cs.CL", feed(announced(ID, DAY)))
    tells(server, "cs.XX", b"no such feed", 404)
    tells(server, "cs.ZZ", feed(announced(ID, DAY), announced(OTHER, DAY)))
    answer, counts = ingest_source("arxivnew", DAY)
    assert [(paper.arxiv_id, paper.rank) for paper in answer.papers] == [(ID, 1), (OTHER, 3)]
    [refusal] = answer.refusals
    assert "cs.XX" in str(refusal)
    assert "404" in str(refusal)
    assert (counts["refused"], counts["not read"]) == (0, 1)
    assert (account().listed, account().failed, len(account().unread)) == (2, (), 1)


@pytest.mark.parametrize(
    ("body", "status", "headers", "error"),
    [
        (b"", 500, {}, SourceDown),
        (b"Rate exceeded.", 200, {}, SourceBusy),
        (b"", 503, {"Retry-After": "60"}, SourceBusy),
        (b"", 403, {}, SourceForbidden),
        (b"<html>Sorry</html>", 200, {}, SourceError),
        (b'<!DOCTYPE feed [<!ENTITY e "x">]><feed>&e;</feed>', 200, {}, SourceError),
        (feed(announced("none", DAY)), 200, {}, SourceError),
        (feed(announced(ID, None)), 200, {}, SourceError),
        (feed(*["<entry/>"] * 5_001), 200, {}, SourceError),
        (b"", 302, {"Location": "http://127.0.0.1:1/"}, SourceError),
    ],
)
def test_what_is_no_feed_or_no_answer_stores_nothing(server, body, status, headers, error):
    switch_on("cs.CL")
    tells(server, "cs.CL", body, status, headers)
    with pytest.raises(error) as raised:
        ingest_source("arxivnew", DAY)
    assert isinstance(raised.value, SourceDown) == issubclass(error, SourceDown)
    assert not SourceAnswer.objects.exists()


def test_a_pause_of_the_feeds_is_theirs_and_a_refusal_is_arxivs(server):
    switch_on("cs.CL")
    tells(server, "cs.CL", b"", 503, {"Retry-After": "60"})
    with pytest.raises(SourceBusy):
        ingest_source("arxivnew", DAY)
    assert SourceState.objects.get(source="arxivnew").paused_until
    assert SourceState.objects.get(source="arxiv").paused_until is None
    SourceState.objects.get(source="arxivnew").resume()
    tells(server, "cs.CL", b"", 403)
    with pytest.raises(SourceForbidden):
        ingest_source("arxivnew", DAY)
    assert SourceState.objects.get(source="arxiv").stopped


def test_odd_entries_are_refused_or_read_without_the_odd_field(server):
    switch_on("cs.CL")
    odd = [
        announced("no id", DAY),
        announced(OTHER, DAY, title=""),
        announced(THIRD, DAY, time=""),  # A day without a time is a day.
        announced("2510.00003", DAY, summary=None, categories=["<>", "68T50", "cs.CL"]),
        announced("2510.00004", DAY, **{"dc:creator": "x" * 300 + ", Bob"}),
        announced("2510.00005", "2025-13-45"),
    ]
    tells(
        server, "cs.CL", feed(announced(ID, DAY), *(each.replace('"<>"', '"&lt;"') for each in odd))
    )
    answer, _ = ingest_source("arxivnew", DAY)
    assert [paper.arxiv_id for paper in answer.papers] == [ID, THIRD, "2510.00003", "2510.00004"]
    assert len(answer.refusals) == 3
    assert answer.papers[2].categories == ("cs.CL",)
    assert answer.papers[3].authors == ("Bob",)


def test_the_command_asks_it_too_and_says_what_is_gone(server):
    switch_on("cs.CL")
    tells(server, "cs.CL", feed(announced(OTHER, "2025-10-09")))
    err = io.StringIO()
    with pytest.raises(CommandError):
        call_command("ingest", "--date", str(DAY), stdout=io.StringIO(), stderr=err)
    assert "tells 2025-10-09 already" in err.getvalue()


@pytest.mark.parametrize(
    ("typed", "category"),
    [
        ("cs.CL", "cs.CL"),
        (" cs.lg ", "cs.LG"),
        ("CS", "cs"),
        ("hep-th", "hep-th"),
        ("COND-MAT.Mtrl-Sci", "cond-mat.mtrl-sci"),
        ("q-bio.qm", "q-bio.QM"),
        ("physics.soc-ph", "physics.soc-ph"),
    ],
)
def test_a_category_is_stored_as_arxiv_spells_it(typed, category):
    one = ArxivCategory(category=typed)
    one.full_clean()
    assert one.category == category


@pytest.mark.parametrize(
    "category",
    ["", "cs/../x", "cs.CL?x=1", "cs CL", "http://x", "qq.ZZ", "qq", "hep-th.XX", "cs.", "cs.CL.x"],
)
def test_no_other_text_is_a_category(category):
    with pytest.raises(ValidationError):
        ArxivCategory(category=category).full_clean()


def test_the_database_takes_a_category_in_one_spelling_alone():
    ArxivCategory.objects.create(category="cs.CL")
    with pytest.raises(IntegrityError, match="category_in_one_spelling"):
        ArxivCategory.objects.create(category="cs.cl")


def test_an_unknown_one_of_before_can_be_switched_off_and_never_on_again(admin_client):
    unknown = ArxivCategory.objects.create(category="qq.ZZ", is_on=True)
    address = "/admin/papers/arxivcategory/"
    for page in (address, f"{address}{unknown.pk}/change/", f"{address}add/"):
        assert admin_client.get(page).status_code == 200
    rows = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": unknown.pk, "_save": 1}
    for sent, is_on in (({}, False), ({"form-0-is_on": "on"}, False)):
        assert admin_client.post(address, rows | sent).status_code in {200, 302}
        unknown.refresh_from_db()
        assert unknown.is_on is is_on
    answer = admin_client.post(f"{address}{unknown.pk}/change/", {"is_on": "on"})
    assert "arXiv 분야가 아닙니다" in answer.content.decode()
    admin_client.post(f"{address}add/", {"category": "CS.cl", "is_on": "on"})
    assert ArxivCategory.objects.get(category="cs.CL").is_on


def test_switching_off_and_on_begins_anew(server):
    category = ArxivCategory.objects.create(category="cs.CL", is_on=True, since=date(2025, 1, 1))
    category.is_on = False
    category.save()
    assert category.since is None
    category.is_on = True
    category.save()
    assert category.since == DAY


@pytest.mark.corpus
def test_the_recorded_feed_is_read(server, corpus):
    recorded = (corpus / "arxiv_api" / "atomfeed2025_cs.AI.xml").read_bytes()
    day = date(2025, 8, 20)
    ArxivCategory.objects.create(category="cs.AI", is_on=True, since=day)
    tells(server, "cs.AI", recorded)
    answer, _ = ingest_source("arxivnew", day)
    assert len(answer.papers) == 2
    assert not answer.refusals
    assert not answer.notices
    assert all(paper.abstract and paper.authors and paper.categories for paper in answer.papers)
    assert not any(paper.abstract.startswith("arXiv:") for paper in answer.papers)


def test_a_job_of_the_day_is_due_again_where_arxiv_is_down(server, settings):
    switch_on("cs.CL")
    tells(server, "cs.CL", b"", 500)
    jobs.add(JobKind.INGEST_DAY, Subject(day=DAY))
    jobs.run(Job.objects.get().pk, steps.STEPS)
    assert Job.objects.get().state == "waiting"
    assert account().state == "waiting"


def test_a_category_is_listed_in_one_spelling_and_only_40_are_switched_on():
    switch_on("cs.CL", *(f"cs.A{chr(65 + number)}" for number in range(25)))
    switch_on(*(f"math.A{chr(65 + number)}" for number in range(14)))
    with pytest.raises(ValidationError):
        ArxivCategory(category="cs.cl").full_clean()
    with pytest.raises(ValidationError):
        ArxivCategory(category="stat.ML", is_on=True).full_clean()
    ArxivCategory(category="stat.ML").full_clean()
