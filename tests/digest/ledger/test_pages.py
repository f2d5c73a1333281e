"""The ledger's pages for readers."""

import json
import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from digest import publishing
from digest.models import State
from papers.clock import end_of
from papers.models import Listing, SourceState
from papers.sources.items import Remark
from tests.digest.ledger.test_accounts import DAY, listed
from tests.factories import make_paper, make_post

pytestmark = pytest.mark.django_db


def text(client, address="/ledger/"):
    """Return the text of a page, with single spaces between words."""
    html = client.get(address).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", html[html.index("<main") :]).split())


def page(client, address="/ledger/"):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_a_day_shows_its_sum_its_state_and_the_way_to_its_digest(client):
    papers = listed(1, 2, 3)
    post = make_post(papers=[papers[0], make_paper()], date=DAY)
    html, words = page(client, "/en/ledger/"), text(client, "/en/ledger/")
    assert "3 listed = 1 published + 2 excluded + 0 failed + 0 pending" in words
    assert "complete 1 more added by an editor" in words
    assert "not chosen: 2" in words
    assert "Every day balances." in words
    assert f'href="/en/2025/10/08/{post.slug}/"' in html
    assert '<rect data-term="published" x="0" width="1" height="1" />' in html
    assert '<rect data-term="excluded" x="1" width="2" height="1" />' in html
    assert "전체 3 = 수록 1 + 제외 2 + 실패 0 + 미정 0" in text(client)


def test_the_newest_day_comes_first_and_months_are_pages(client):
    for day in (date(2025, 8, 29), date(2025, 10, 7), DAY):
        listed(day.day, day=day)
    html = page(client)
    assert html.index('datetime="2025-10-08"') < html.index('datetime="2025-10-07"')
    assert 'datetime="2025-09-' not in html
    assert 'href="/ledger/2025/09/" rel="prev"' in " ".join(html.split())
    assert page(client, "/ledger/2025/09/").count("수집한 적 없음") == 22
    first = page(client, "/ledger/2025/08/")
    assert 'datetime="2025-08-29"' in first
    assert 'rel="prev"' not in first
    assert page(client, "/ledger/2025/10/").count("<li class") == page(client).count("<li class")


def test_days_say_why_they_are_empty_or_unfinished(client):
    listed(day=DAY)
    listed(1, day=DAY + timedelta(days=1), at=end_of(DAY) + timedelta(hours=3))
    words = text(client, "/en/ledger/")
    assert "nothing listed" in words
    assert "still growing last change 2025-10-09 12:00 KST" in words
    SourceState.objects.create(source="huggingface", paused_until="2100-01-01T00:05Z")
    assert "waiting until 2100-01-01 09:05 KST" in text(client, "/en/ledger/")


def test_why_a_paper_failed_is_said_in_the_readers_language(client):
    listed(1, refusals=(Remark(2, "2510.06208", "title", "missing"),))
    korean, english = (client.get(f"{each}/ledger/").content.decode() for each in ("", "/en"))
    assert "<li>2번 항목 (2510.06208): title: 값이 없습니다</li>" in korean
    assert "<li>item 2 (2510.06208): title: missing</li>" in english


def test_refused_items_are_shown_with_their_reason_as_text(client):
    listed(1, refusals=(Remark(2, None, "title", "<script>alert(1)</script>"),))
    html = page(client)
    assert "item 2: title: &lt;script&gt;" in html
    assert "<script>alert" not in html


def test_a_lost_paper_is_named(client):
    listed(1, 2)
    Listing.objects.get(rank=2).delete()
    Listing.objects.create(
        paper=make_paper(arxiv_id="2509.00009"), source="huggingface", day=DAY, rank=9
    )
    words = text(client, "/en/ledger/")
    assert "2 listed = 0 published + 0 excluded + 0 failed + 1 pending + 1 missing" in words
    assert "1 day does not balance." in words
    assert "Listed, but lost on the way: 2509.00002" in words
    assert "Stored, but in no list of the source: 2509.00009" in words


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW, State.SCHEDULED])
def test_nothing_of_a_draft_or_of_an_editors_thoughts_is_shown(client, state):
    papers = listed(1, 2)
    Listing.objects.filter(rank=2).update(choice="excluded", reason="<b>봉인</b>")
    post = make_post(state=state, papers=papers[:1], date=DAY, title="봉인된 제목")
    for address in ("/ledger/", "/en/ledger/", "/ledger/2025/10/", "/ledger.json"):
        html = page(client, address)
        assert "봉인" not in html
        assert post.get_absolute_url() not in html
        assert papers[0].title not in html
    publishing.publish(post, gated=False)
    assert "&lt;b&gt;봉인&lt;/b&gt;: 1" in page(client)
    assert '"<b>봉인</b>": 1' in page(client, "/ledger.json")


def test_a_site_that_has_read_nothing_says_so(client):
    assert "아직 목록을 가져온 수집처가 없습니다." in page(client)
    assert client.get("/ledger/2025/10/").status_code == 404
    assert client.get("/ledger.json").json() == {"days": [], "dates": []}


@pytest.mark.parametrize(
    "address",
    ["/ledger/2025/11/", "/ledger/2025/09/", "/ledger/2025/13/", "/ledger/0000/00/",
     "/ledger/9999/12/", "/ledger/2025/1/", "/ledger/2025/", "/ledger/%00/", "/ledger/x/10/"],
)  # fmt: skip
def test_a_month_that_nothing_is_known_of_is_not_found(client, address):
    listed(1)
    assert client.get(address).status_code == 404


def test_json_lists_every_day_newest_first(client):
    papers = listed(1)
    post = make_post(papers=papers, date=DAY)
    listed(2, day=date(2025, 12, 31))
    days = json.loads(page(client, "/ledger.json"))["days"]
    assert (len(days), days[0]["date"], days[-1]["date"]) == (85, "2025-12-31", "2025-10-08")
    assert days[-1]["digest"].endswith(post.get_absolute_url())
    assert {"listed", "published", "excluded", "failed", "pending", "balances"} <= set(days[0])


def test_pages_and_json_are_for_everybody_and_for_caches(admin_client):
    listed(1)
    for address in ("/ledger/", "/ledger.json"):
        response = admin_client.get(address)
        assert "public" in response.headers["Cache-Control"]
        assert not response.cookies
        etag = response.headers["ETag"]
        assert admin_client.get(address, headers={"if-none-match": etag}).status_code == 304
        assert admin_client.post(address).status_code == 405


def test_a_full_month_takes_as_many_queries_as_a_day(client):
    def queries(address):
        with CaptureQueriesContext(connection) as captured:
            page(client, address)
        return len(captured)

    make_post(papers=listed(1), date=DAY)
    before = [queries(address) for address in ("/ledger/", "/ledger.json")]
    for offset in range(1, 20):
        papers = listed(offset, offset + 30, day=DAY + timedelta(days=offset))
        make_post(papers=papers, date=DAY + timedelta(days=offset))
    assert [queries(address) for address in ("/ledger/", "/ledger.json")] == before
    assert max(before) <= 12


def test_the_way_to_the_ledger_is_on_every_page(client):
    assert 'href="/ledger/"' in page(client, "/")
    assert "/ledger/</loc>" in page(client, "/sitemap-pages.xml")
