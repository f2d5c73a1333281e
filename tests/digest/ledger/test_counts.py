"""The papers of each day over all sources, for plots."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from digest import ledger
from digest.models import State
from papers.clock import now
from papers.models import SourceAnswer
from papers.sources.items import Remark
from tests.digest.ledger.test_accounts import DAY, listed
from tests.factories import make_paper, make_post

pytestmark = pytest.mark.django_db


def test_with_one_source_they_are_those_of_the_accounts():
    refused = Remark(9, "2509.00099", "title", "too long")
    papers = listed(1, 2, 3, refusals=(refused,))
    listed(4, 5, day=DAY + timedelta(2))
    make_post(papers=[papers[0], make_paper()], date=DAY)
    make_post(State.DRAFT, papers=papers[1:2], date=DAY, slug="draft")
    days = ledger.days(DAY, DAY + timedelta(2))
    found = ledger.counts(DAY, DAY + timedelta(2))
    assert [(each.date, each.listed, each.published) for each in found] == [
        (each.date, each.listed, each.published) for each in days
    ]
    assert [each.listed for each in found] == [4, 0, 2]


def test_a_paper_that_two_sources_list_counts_once():
    listed(1, 2)
    SourceAnswer.objects.create(
        source="other", day=DAY, fetched_at=now(), pages=[], listed_ids=["2509.00001", "2509.00003"]
    )
    assert [each.listed for each in ledger.counts(DAY, DAY)] == [3]


def test_a_range_takes_2_queries():
    listed(1, 2)
    with CaptureQueriesContext(connection) as captured:
        found = ledger.counts(date(2025, 9, 1), date(2025, 10, 31))
    assert len(captured) == 2
    assert len(found) == 61
