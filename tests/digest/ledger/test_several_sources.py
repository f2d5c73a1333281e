"""A day that two sources list: one row for readers, each paper counted once, both sources named."""

from datetime import date

import pytest

from digest import ledger
from digest.admin.days import Day
from digest.ledger.alerts import Trouble, trouble
from papers.clock import now
from papers.models import Listing, SourceAnswer
from papers.pipeline.ingest import store
from papers.sources.base import DayAnswer
from papers.sources.items import Remark
from tests.digest.ledger.test_accounts import DAY, found, listed, numbers
from tests.digest.ledger.test_pages import page, text
from tests.factories import make_paper, make_post

pytestmark = pytest.mark.django_db

NOT_READ = Remark(0, None, "cs.XX", "cs.XX: status 404")


def announced(*numbers, refusals=()):
    """Let arXiv announce papers of these numbers."""
    papers = tuple(map(found, numbers))
    told = {"source": "arxivnew", "day": DAY, "fetched_at": now()}
    store(DayAnswer(papers, tuple(refusals), (), pages=(f"{numbers} {refusals}",), **told))


def whole(day=DAY):
    [one] = ledger.dates(day, day)
    return one


def test_a_paper_that_both_list_counts_once(client):
    papers = listed(1, 2, 3)
    announced(2, 3, 4, 5)
    make_post(papers=[papers[1], make_paper()], date=DAY)
    Listing.objects.filter(paper=papers[2]).update(choice="excluded", reason="off topic")
    assert numbers(whole().day) == (5, 1, 4, 0, 0)
    assert whole().day.excluded == {"not chosen": 3, "off topic": 1}
    assert [numbers(each) for each in whole().sources] == [(4, 1, 3, 0, 0), (3, 1, 2, 0, 0)]
    assert [each.listed for each in ledger.counts(DAY, DAY)] == [5]
    assert whole().balances
    words = text(client, "/en/ledger/")
    assert words.count("5 listed = 1 published + 4 excluded + 0 failed + 0 pending") == 2
    assert "arXiv&#x27;s announcements complete Hugging Face Daily Papers complete" in words
    assert words.count("1 more added by an editor") == 1


def test_the_page_of_a_day_without_a_digest_counts_it_once_too(client):
    listed(1, 2)
    announced(2, 3)
    words = text(client, f"/en/{DAY:%Y/%m/%d}/")
    assert "3 papers were listed" in words
    assert "3 listed = 0 published + 0 excluded + 0 failed + 3 pending" in words


def test_for_programs_there_is_the_sum_and_each_sources_account(client):
    listed(1, 2)
    announced(2, 3)
    data = client.get("/ledger.json").json()
    [sum_of] = data["dates"]
    assert (sum_of["listed"], sum_of["pending"], sum_of["balances"]) == (3, 3, True)
    assert sum_of["sources"] == ["arxivnew", "huggingface"]
    assert [(day["source"], day["listed"]) for day in data["days"]] == [
        ("huggingface", 2), ("arxivnew", 2),
    ]  # fmt: skip


def test_one_sources_loss_is_a_loss_though_the_other_has_the_paper(client):
    listed(1, 2)
    announced(1, 2)
    Listing.objects.get(source="arxivnew", paper__arxiv_id="2509.00002").delete()
    assert not whole().balances
    assert whole().day.missing == ("2509.00002",)
    assert numbers(whole().day) == (2, 0, 0, 0, 1)
    words = text(client, "/en/ledger/")
    assert "1 day does not balance." in words
    assert "Listed, but lost on the way: 2509.00002" in words


def test_an_entry_without_ground_is_named_though_the_other_source_has_the_paper(client):
    listed(1)
    [paper] = listed(2)
    announced(1, 2, 3)
    SourceAnswer.objects.filter(listed_ids=[paper.arxiv_id]).delete()
    assert not whole().balances
    assert whole().day.unlisted == ("2509.00002",)
    assert numbers(whole().day) == (3, 0, 0, 0, 3)
    words = text(client, "/en/ledger/")
    assert "Stored, but in no list of the source: 2509.00002" in words


def test_a_paper_that_both_refuse_failed_once_and_one_that_either_took_did_not_fail():
    listed(1, refusals=(Remark(2, "2509.00009", "title", "missing"),))
    announced(2, refusals=(Remark(2, "2509.00009", "title", "missing"), Remark(3, None, "id", "x")))
    assert numbers(whole().day) == (4, 0, 0, 2, 2)
    announced(9)
    assert len(whole().day.failed) == 0
    assert [count.listed for count in ledger.counts(DAY, DAY)] == [whole().day.listed]


def test_a_category_that_was_not_read_is_no_failed_paper_and_is_named(client):
    listed(1)
    announced(2, refusals=[NOT_READ])
    assert numbers(whole().day) == (2, 0, 0, 0, 2)
    assert whole().day.unread == ("cs.XX: status 404",)
    assert whole().balances
    words = text(client, "/en/ledger/")
    assert "What of the sources was not read cs.XX: status 404" in words
    assert client.get("/ledger.json").json()["days"][1]["unread"] == ["cs.XX: status 404"]
    account = next(each for each in whole().sources if each.source == "arxivnew")
    assert trouble(account) == Trouble.PARTLY
    announced(2)
    assert whole().day.unread == ()


def test_editors_see_the_sum_and_what_was_not_read(client, admin_client):
    listed(1)
    announced(1, 2, refusals=[NOT_READ])
    html = page(admin_client, f"/admin/papers/listing/?day={DAY}")
    account = html.split('<div class="account">')[1].split("</div>")[0]
    assert account.count("전체 2편 = 수록 0편 + 제외 0편 + 실패 0편 + 미정 2편") == 1
    assert "cs.XX: status 404" in account
    assert Day.of(date(2025, 1, 1)).account is None


def test_a_day_of_one_source_is_shown_as_before(client):
    listed(1)
    assert whole().sources == (whole().day,)
    assert 'id="huggingface-2025-10-08"' in page(client)
