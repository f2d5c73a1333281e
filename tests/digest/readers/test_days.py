"""The page of a day without a digest, and what the first page says of such days."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from digest.models import State
from digest.readers.calendars import Known
from digest.readers.overdue import Overdue
from papers.clock import end_of
from papers.models import Job, JobKind, JobState, Listing, SourceState
from tests.digest.ledger.test_accounts import DAY, listed
from tests.digest.readers.test_queries import queries
from tests.factories import make_post

pytestmark = pytest.mark.django_db

ADDRESS = "/en/2025/10/08/"


def words(client, address=ADDRESS):
    response = client.get(address)
    assert response.status_code == 200
    html = response.content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", html[html.index("<main") :]).split())


def test_a_day_that_nobody_published_says_how_many_papers_wait(client):
    listed(1, 2)
    assert "Being reviewed: 2 papers were listed." in words(client)
    assert "2 listed = 0 published + 0 excluded + 0 failed + 2 pending" in words(client)
    assert "검토 중: 목록에 오른 논문 2편" in words(client, "/2025/10/08/")


@pytest.mark.parametrize(("state", "said"), [
    (JobState.FAILED, "could not be read"),
    (JobState.WAITING, "is not read yet"),
    (None, "was never read"),
])  # fmt: skip
def test_a_day_without_an_answer_says_why(client, state, said):
    for day in (DAY - timedelta(days=1), DAY + timedelta(days=1)):
        listed(day.day, day=day)
    if state:
        next_at = end_of(DAY) if state == JobState.WAITING else None
        Job.objects.create(kind=JobKind.INGEST_DAY, day=DAY, state=state, next_at=next_at)
    assert said in words(client)


def test_a_day_without_papers_says_that_none_were_listed(client):
    listed(1, day=date(2025, 10, 10))
    listed(2, day=date(2025, 10, 13))
    assert "No papers were listed on this day." in words(client, "/en/2025/10/12/")  # A Sunday.
    listed(day=DAY)
    assert "No papers were listed on this day." in words(client)


def test_a_day_leads_to_its_month_and_year_where_these_have_pages(client):
    listed(1)
    html = client.get(ADDRESS).content.decode()
    assert 'href="/en/2025/10/"' not in html
    assert 'href="/en/2025/"' not in html
    make_post(papers=1, date=date(2025, 9, 1))
    html = client.get(ADDRESS).content.decode()
    assert 'href="/en/2025/10/"' not in html
    assert 'href="/en/2025/"' in html
    make_post(papers=1, date=date(2025, 11, 1))  # Now the empty month lies between two others.
    html = client.get(ADDRESS).content.decode()
    assert 'href="/en/2025/10/"' in html
    assert client.get("/en/2025/10/").status_code == 200


@time_machine.travel(datetime(2025, 10, 8, 9, tzinfo=UTC), tick=False)
def test_an_open_day_says_that_its_list_grows(client):
    listed(1)
    assert "The list of this day still grows: 1 paper so far." in words(client)
    SourceState.objects.create(source="huggingface", paused_until="2100-01-01T00:05Z")
    assert "is not read yet" in words(client)


def test_where_sources_differ_the_list_that_was_read_stands_for_the_day(client):
    listed(1, 2, 3)
    Listing.objects.filter(rank=3).update(source="other")
    assert "Being reviewed: 3 papers were listed." in words(client)
    assert "3 listed" in words(client)


def test_it_leads_to_the_digests_beside_it_and_to_the_ledger(client):
    listed(1)
    before = make_post(papers=1, date=DAY - timedelta(days=5), title="Vor diesem Tag")
    after = make_post(papers=2, date=date(2025, 11, 3))
    html = " ".join(client.get("/2025/10/08/").content.decode().split())
    assert f'<a href="{before.get_absolute_url()}" rel="prev">' in html
    assert f'<a href="{after.get_absolute_url()}" rel="next">' in html
    assert "Vor diesem Tag" in html
    assert 'href="/ledger/2025/10/"' in html
    assert '<a href="/2025/11/" rel="next" aria-label="2025년 11월">' in html
    assert re.search(r'aria-current="page">8</a>', html)


def test_search_engines_do_not_index_it_and_the_sitemap_has_none(client):
    listed(1)
    make_post(papers=1, date=date(2025, 11, 3))
    assert '<meta name="robots" content="noindex">' in client.get(ADDRESS).content.decode()
    assert "noindex" not in client.get("/2025/11/").content.decode()
    assert "2025/10/08" not in client.get("/sitemap-digests.xml").content.decode()


@pytest.mark.parametrize("day", ["2025/10/07", "2025/10/09", "2100/01/01", "0001/01/01",
                                 "9999/12/31", "2025/02/30"])  # fmt: skip
def test_a_day_that_no_source_knows_is_not_found(client, day):
    listed(1)
    assert client.get(f"/{day}/").status_code == 404


@time_machine.travel(datetime(2025, 10, 8, 9, tzinfo=UTC), tick=False)
def test_a_day_to_come_is_not_found_though_a_source_is_ahead(client):
    listed(1, day=DAY + timedelta(days=2))
    listed(2)
    assert client.get("/2025/10/08/").status_code == 200
    assert client.get("/2025/10/09/").status_code == 404
    assert "/2025/10/09/" not in client.get("/2025/10/08/").content.decode()


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW, State.SCHEDULED])
def test_nothing_of_a_draft_is_shown(client, state):
    papers = listed(1)
    post = make_post(state=state, papers=papers, date=DAY, title="봉인된 제목")
    html = client.get("/2025/10/08/").content.decode()
    assert "봉인" not in html
    assert post.get_absolute_url() not in html
    assert papers[0].title not in html


def test_it_takes_as_many_queries_for_forty_papers_as_for_one(client):
    listed(1)
    make_post(papers=1, date=DAY - timedelta(days=1))
    make_post(papers=1, date=DAY + timedelta(days=1))
    before = queries(client, ADDRESS)
    listed(*range(1, 41), at=end_of(DAY) + timedelta(days=2))
    for number in range(2, 20):
        make_post(papers=2, date=DAY + timedelta(days=number))
    assert queries(client, ADDRESS) == before <= 15


@pytest.mark.django_db(transaction=True)
def test_it_is_made_for_each_request(visitor, caplog):
    listed(1)
    assert "논문 1편" in visitor.get("/2025/10/08/").content.decode()
    listed(1, 2, at=end_of(DAY) + timedelta(days=2))
    assert "논문 2편" in visitor.get("/2025/10/08/").content.decode()
    post = make_post(papers=1, date=DAY)
    assert visitor.get("/2025/10/08/").headers["Location"] == post.get_absolute_url()
    assert not caplog.records


@pytest.mark.django_db(transaction=True)
def test_a_stored_calendar_hears_of_each_day_that_a_source_begins_to_know(visitor):
    make_post(papers=1, date=DAY)
    addresses = ["/2025/10/", "/"]

    def linked(day):
        return {f'href="/2025/10/{day}/"' in visitor.get(each).content.decode()
                for each in addresses}  # fmt: skip

    assert linked("10") == {False}
    listed(1, day=date(2025, 10, 9))
    listed(2, day=date(2025, 10, 13))
    assert linked("10") == linked("13") == {True}
    Job.objects.create(kind=JobKind.INGEST_DAY, day=date(2025, 10, 14), state=JobState.DONE)
    assert linked("14") == {True}
    assert linked("15") == {False}
    Job.objects.all().delete()
    assert linked("14") == {False}
    Listing.objects.filter(day=date(2025, 10, 13)).update(day=date(2025, 10, 20))
    assert linked("20") == {True}


# The site's zone is Seoul's. October 8 of 2025 is a Wednesday.
@pytest.mark.parametrize(("newest", "at", "overdue"), [
    ("2025-10-08", "2025-10-08T12:00+09:00", False),
    ("2025-10-08", "2025-10-10T23:59+09:00", False),  # Friday: two working days.
    ("2025-10-08", "2025-10-12T12:00+09:00", False),  # Sunday.
    ("2025-10-08", "2025-10-12T15:00+00:00", True),  # Monday in Seoul.
    ("2025-10-10", "2025-10-14T23:59+09:00", False),  # From Friday to Tuesday.
    ("2025-10-10", "2025-10-15T00:00+09:00", True),
    ("2025-10-11", "2025-10-14T23:59+09:00", False),  # From Saturday to Tuesday.
    ("9999-12-31", "2025-10-15T00:00+09:00", False),
])  # fmt: skip
def test_a_digest_is_old_after_two_working_days(client, newest, at, overdue):
    with time_machine.travel(datetime.fromisoformat(at), tick=False):
        found = Overdue.after(date.fromisoformat(newest), Known([]))
    assert (found is not None) == overdue


def test_the_first_page_leads_to_the_newest_known_days_since(client):
    for number in (9, 19):
        listed(number, day=date(2025, 10, number))
    with time_machine.travel(datetime(2025, 10, 10, 12, tzinfo=UTC), tick=False):
        make_post(papers=1, date=DAY)
        assert "newest digest is of" not in words(client, "/en/")
    with time_machine.travel(datetime(2025, 10, 20, 12, tzinfo=UTC), tick=False):
        html = client.get("/en/").content.decode()
        assert "The newest digest is of Oct. 8, 2025." in " ".join(html.split())
        line = html[html.index("The newest digest is of") : html.index('class="digest"')]
    days = re.findall(r'href="/en/2025/10/(\d\d)/"', line)
    assert days == ["15", "16", "17", "18", "19"]


def test_the_first_page_of_a_site_without_sources_leads_to_the_ledger(client):
    make_post(papers=1)
    html = client.get("/en/").content.decode()
    assert '<a href="/en/ledger/">The ledger has the days since.</a>' in html


@pytest.mark.django_db(transaction=True)
def test_time_alone_brings_the_line(visitor):
    with time_machine.travel(datetime(2025, 10, 10, 12, tzinfo=UTC), tick=False) as clock:
        make_post(papers=1, date=DAY)
        assert "가장 최근 다이제스트는" not in visitor.get("/").content.decode()
        clock.move_to(datetime(2025, 10, 12, 15, 1, tzinfo=UTC))
        assert "가장 최근 다이제스트는" in visitor.get("/").content.decode()
