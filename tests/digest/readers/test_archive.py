"""All years, and calendars: what a month's cells show."""

import re
from datetime import date, timedelta

import pytest

from digest.models import State
from tests.digest.ledger.test_accounts import listed
from tests.digest.readers.test_queries import queries
from tests.factories import DAY, make_post

pytestmark = pytest.mark.django_db


def page(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_all_years_stand_on_one_page_newest_first(client):
    make_post(papers=3, date=date(2023, 12, 31))
    make_post(papers=2, date=date(2025, 1, 31))
    make_post(papers=1, date=date(2025, 1, 2))
    make_post(State.DRAFT, papers=4, date=date(2024, 5, 5))
    html = page(client, "/archive/")
    assert re.findall(r'href="#y(\d+)"', html) == ["2025", "2023"]
    assert 'href="/2025/01/">1월</a>' in html
    assert 'href="/2025/02/"' not in html
    assert "/2024/" not in html
    assert "다이제스트 2개 · 논문 3편" in html
    assert '<path d="M1 0h.8v-1h-.8zM30 0h.8v-2h-.8z" />' in html
    assert html.count('viewBox="0 -3 31 3"') == 2


def test_two_digests_of_a_day_are_one_bar(client):
    make_post(papers=2)
    make_post(papers=3, date=DAY, slug="second")
    for address in ("/archive/", "/2025/"):
        html = page(client, address)
        assert '<path d="M7 0h.8v-5h-.8z" />' in html
        assert 'viewBox="0 -5 31 5"' in html


def test_an_archive_without_a_digest_says_so(client):
    assert "첫 다이제스트를 준비하고 있습니다." in page(client, "/archive/")


def test_every_page_leads_to_it_and_so_does_the_sitemap(client):
    assert '<a href="/archive/">' in page(client, "/about/")
    assert "/archive/</loc>" in page(client, "/sitemap-pages.xml")


def test_it_takes_one_query_however_many_years_there_are(client):
    make_post(papers=1)
    assert queries(client, "/archive/") == 1
    for year in range(2010, 2025):
        make_post(papers=1, date=date(year, 3, 1))
    assert queries(client, "/archive/") == 1


@pytest.mark.parametrize("address", ["/", "/2025/10/"])
def test_a_calendar_counts_the_papers_of_each_day_and_leads_to_other_months(client, address):
    make_post(papers=1, date=date(2025, 8, 1))
    make_post(papers=1, date=date(2025, 7, 1))
    make_post(papers=2, date=DAY)
    make_post(papers=3, date=DAY, slug="second")
    single = make_post(papers=4, date=DAY + timedelta(days=1))
    html = page(client, address)
    table = html[html.index("<table") : html.index("</table")]
    assert 'href="/2025/10/08/" aria-label="10월 8일: 논문 5편" >8 <small>5</small>' in table
    assert f'href="{single.get_absolute_url()}" aria-label="10월 9일: 논문 4편"' in table
    assert '<a href="/2025/08/" rel="prev" aria-label="2025년 8월">' in table
    assert 'rel="next"' not in table


def test_a_calendar_leads_to_known_days_alone(client):
    make_post(papers=1, date=DAY)
    listed(1, day=date(2025, 10, 10))
    listed(2, day=date(2025, 10, 13))
    for address in ("/", "/2025/10/"):
        table = page(client, address).partition("<table")[2].partition("</table")[0]
        days = re.findall(r'class="none" href="/2025/10/(\d\d)/"', table)
        assert days == ["10", "11", "12", "13"]


@pytest.mark.django_db(transaction=True)
def test_stored_archives_hear_of_a_digest_and_of_its_papers(visitor):
    post = make_post(papers=2)
    addresses = ["/archive/", "/2025/", "/2025/10/", "/"]
    before = {each: visitor.get(each).content for each in addresses}
    entry = post.entries.last()
    type(entry).objects.filter(pk=entry.pk).update(public_position=None)
    between = {each: visitor.get(each).content for each in addresses}
    make_post(papers=1, date=DAY + timedelta(days=1))
    after = {each: visitor.get(each).content for each in addresses}
    assert all(len({before[each], between[each], after[each]}) == 3 for each in addresses)
