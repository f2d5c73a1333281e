"""A month's list is compared with its days. Differences are told, and only days are asked again."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from werkzeug import Response

from papers import jobs
from papers.models import ArxivCategory, Job, JobKind, Listing, Run, SourceAnswer, Subject
from papers.pipeline import cross_check, steps
from papers.pipeline.cross_check import MANY, differences
from papers.sources import huggingface
from papers.sources.errors import SourceDown, SourceError
from papers.tasks import cross_check_month
from tests.faults.sources import item
from tests.papers.sources.announced import announced, feed

pytestmark = pytest.mark.django_db(transaction=True)

FIRST = date(2025, 10, 1)
DAY, NEXT = date(2025, 10, 8), date(2025, 10, 9)


class World:
    """Hugging Face with its days and its month, each a list of items."""

    def __init__(self, server):
        self.days = {str(DAY): [], str(NEXT): []}
        self.month = []
        self.asked = []
        server.expect_request("/api/daily_papers").respond_with_handler(self.answer)

    def answer(self, request):
        self.asked.append(request.args.get("month") or request.args["date"])
        whole = self.month if "month" in request.args else self.days.get(request.args["date"], [])
        page = int(request.args["p"]) * 100
        items = whole[page : page + 100]
        return Response(json.dumps(items), content_type="application/json")


def paper(day, number):
    return item(str(day), number, submittedOnDailyAt=f"{day}T00:00:00.000Z")


@pytest.fixture
def world(httpserver, settings):
    settings.HUGGINGFACE_URL = httpserver.url_for("").rstrip("/")
    settings.CATCH_UP_WAIT_S = 0
    with time_machine.travel(datetime(2025, 10, 12, 2, tzinfo=UTC)):
        yield World(httpserver)


def read(*days):
    jobs.add(JobKind.INGEST_DAY, *map(Subject, days), again=True)
    for job in Job.objects.runnable().filter(kind=JobKind.INGEST_DAY):
        jobs.run(job.pk, steps.STEPS)


def check():
    cross_check_month()
    job = Job.objects.get(kind=JobKind.CROSS_CHECK)
    assert job.day == FIRST
    jobs.run(job.pk, steps.STEPS)
    return Run.objects.filter(job=job).first()


def due_days():
    return sorted(Job.objects.runnable().filter(kind="ingest_day").values_list("day", flat=True))


def test_equal_lists_differ_in_nothing(world):
    world.days[str(DAY)] = world.month = [paper(DAY, number) for number in range(3)]
    read(DAY, NEXT)
    run = check()
    assert (run.outcome, run.counts, run.remarks) == ("done", {"compared": 3}, [])
    assert due_days() == []


def test_a_paper_that_no_day_lists_is_told_and_its_day_asked_for_again(world):
    world.days[str(DAY)] = [paper(DAY, 1)]
    read(DAY, NEXT)
    world.month = [paper(DAY, 1), paper(DAY, 2), paper(NEXT, 3)]
    world.days[str(DAY)] = world.month[:2]
    run = check()
    assert run.counts == {"compared": 3, "in no day": 2, "days again": 2}
    told = [remark["reason"] for remark in run.remarks]
    assert told == [
        "2510.08002: in the month's list for 2025-10-08, and in no day's list",
        "2510.09003: in the month's list for 2025-10-09, and in no day's list",
    ]
    assert due_days() == [DAY, NEXT]
    assert Listing.objects.count() == 1
    read(DAY)
    assert Listing.objects.filter(day=DAY).count() == 2
    assert SourceAnswer.objects.filter(day=DAY).count() == 2


def test_more_differences_than_an_attempt_has_room_for_are_not_news_each_night(world):
    read(DAY)
    world.month = [paper(DAY, number) for number in range(1, 80)]
    assert check().counts == {"compared": 79, "in no day": 79, "days again": 1}
    Job.objects.filter(kind=JobKind.INGEST_DAY).update(state="done")
    world.month.reverse()
    assert check().counts == {"compared": 79, "in no day": 79}


def test_a_paper_that_is_gone_stays_listed_and_is_told(world):
    world.days[str(DAY)] = [paper(DAY, 1), paper(DAY, 2)]
    read(DAY)
    world.month = [paper(DAY, 1)]
    run = check()
    [remark] = run.remarks
    assert remark["reason"] == "2510.08002: listed on 2025-10-08, and gone from the month's list"
    read(DAY)
    assert Listing.objects.count() == 2


def test_a_day_is_asked_for_again_once_for_each_difference(world):
    world.days[str(DAY)] = [paper(DAY, 1), paper(DAY, 2)]
    read(DAY)
    world.month = [paper(DAY, 1)]
    assert check().counts["days again"] == 1
    read(DAY)
    again = check()
    assert again.counts["gone"] == 1
    assert "days again" not in again.counts
    assert due_days() == []


def test_only_the_source_that_differs_is_asked_again(world, httpserver, settings):
    settings.ARXIV_INTERVAL_S = 0
    settings.ARXIV_FEED_URL = httpserver.url_for("/atom")
    announced_now = feed(announced("2510.00001", "2025-10-12"))
    httpserver.expect_request("/atom/cs.CL").respond_with_data(announced_now)
    read(DAY)
    ArxivCategory.objects.create(category="cs.CL", is_on=True, since=FIRST)
    world.days[str(DAY)] = world.month = [paper(DAY, 1)]
    check()
    assert list(Job.objects.runnable().values_list("kind", "day", "source")) == [
        ("ingest_day", DAY, "huggingface")
    ]
    [job] = Job.objects.runnable()
    jobs.run(job.pk, steps.STEPS)
    job.refresh_from_db()
    assert job.state == "done"
    assert Listing.objects.get().day == DAY
    assert [path for request, _ in httpserver.log if "/atom" in (path := request.path)] == []


def test_days_that_are_open_or_were_never_read_are_left_out(world):
    world.month = [paper(date(2025, 10, 2), 1), paper(date(2025, 10, 12), 1)]
    world.days["2025-10-12"] = []
    read(DAY, date(2025, 10, 12))
    assert check().counts == {"compared": 2}


def test_a_month_that_was_cut_has_no_day_asked_for_again(world):
    world.days[str(DAY)] = [paper(DAY, number) for number in range(MANY + 1)]
    read(DAY)
    run = check()
    assert run.counts == {"gone": MANY + 1}
    assert due_days() == []


def test_all_pages_are_read_and_odd_items_left_out(world):
    world.month = [paper(DAY, number) for number in range(250)]
    world.month += [{"paper": {"id": "no id"}}, {"paper": None}, 3, {"paper": {"id": "2510.08999"}}]
    found = huggingface.month(FIRST)
    assert len(found) == 251
    assert found["2510.08999"] is None
    assert set(found.values()) == {DAY, None}
    assert world.asked == ["2025-10"] * 4


def test_a_month_without_end_is_refused(httpserver, settings):
    settings.HUGGINGFACE_URL = httpserver.url_for("").rstrip("/")
    pages = iter(range(10_000))
    httpserver.expect_request("/api/daily_papers").respond_with_handler(
        lambda _: Response(json.dumps([{"n": next(pages)}]), content_type="application/json")
    )
    with pytest.raises(SourceError, match="still more after 60 pages"):
        huggingface.month(FIRST)


@pytest.mark.parametrize(
    "body", ["{}", "<p>", "", "null", "[NaN]", b"[\xff]", "[" * 9_000, '[{"paper": {"id": "2510']
)
def test_what_is_no_list_changes_nothing(world, httpserver, body):
    world.days[str(DAY)] = [paper(DAY, 1)]
    read(DAY)
    httpserver.clear_all_handlers()
    httpserver.expect_request("/api/daily_papers").respond_with_data(body)
    with pytest.raises(SourceError, match="huggingface 2025-10-01"):
        cross_check.compare(FIRST)
    assert (Listing.objects.count(), SourceAnswer.objects.count()) == (1, 1)
    assert due_days() == []


def test_a_source_that_is_down_is_asked_again_later(httpserver, settings):
    settings.HUGGINGFACE_URL = httpserver.url_for("").rstrip("/")
    httpserver.expect_request("/api/daily_papers").respond_with_data("", 500)
    with pytest.raises(SourceDown):
        cross_check.compare(FIRST)


def test_the_first_of_a_month_looks_back_at_the_month_before(world):
    with time_machine.travel(datetime(2025, 11, 1, 2, tzinfo=UTC)):
        cross_check.make_due()
    assert Job.objects.get().day == FIRST


def test_never_means_never(world, settings):
    settings.RECHECK_AT = None
    cross_check_month()
    assert not Job.objects.exists()


def test_a_paper_listed_on_another_day_is_in_a_day(world):
    listed = {DAY: {"2510.00001"}, NEXT: set()}
    assert differences({"2510.00001": NEXT}, listed).days() == []


@pytest.mark.corpus
def test_a_recorded_month_equals_its_recorded_days(corpus):
    import gzip

    days, of_month = {}, {}
    for path in sorted((corpus / "hf_daily").glob("2025-10-*.json.gz")):
        items = json.loads(gzip.decompress(path.read_bytes()))
        day = date.fromisoformat(path.name[:10])
        days[day] = {each["paper"]["id"] for each in items}
        for each in items:
            told = huggingface._submitted_on(each["paper"])
            assert told == day
            of_month.setdefault(each["paper"]["id"], told)
    assert len(days) > 20
    assert differences(of_month, days).remarks == []
    assert sum(map(len, days.values())) - len(of_month) < timedelta(days=9).days
