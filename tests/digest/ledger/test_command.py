"""`manage.py ledger`: a table, JSON, and an exit code that scripts can rely on."""

import gzip
import io
import json
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command, execute_from_command_line
from django.db import connection

from papers.clock import end_of, now
from papers.models import Listing, Paper, SourceState
from papers.pipeline.ingest import store
from papers.sources import huggingface
from papers.sources.base import DayAnswer
from papers.sources.items import Remark
from tests.digest.ledger.test_accounts import DAY, listed
from tests.factories import make_paper, make_post

pytestmark = pytest.mark.django_db


def ledger(*arguments):
    out = io.StringIO()
    call_command("ledger", *map(str, arguments), stdout=out, no_color=True)
    return out.getvalue()


def test_the_table_shows_each_day_with_its_sum_and_closes_with_counts():
    papers = listed(1, 2, 3, refusals=(Remark(4, None, "title", "missing"),))
    make_post(papers=[papers[0], make_paper()], date=DAY)
    head, row, closing = ledger(DAY, DAY).splitlines()
    assert head.split() == [
        "day", "source", "state", "listed", "=", "published", "+", "excluded", "+", "failed", "+",
        "pending", "added",
    ]  # fmt: skip
    assert " ".join(row.split()).startswith("2025-10-08 huggingface complete 4 = 1 + 2 + 1 + 0 1 ")
    assert row.endswith("2 not chosen; item 4: title: missing")
    assert closing == (
        "1 days, 4 listed, 1 published, 2 excluded, 1 failed, 0 pending, 1 added by an editor, "
        "0 days that do not balance, 1 days complete."
    )


def test_the_table_says_until_when_a_day_waits():
    listed(1, at=end_of(DAY) - timedelta(hours=1))
    SourceState.objects.create(source="huggingface", paused_until="2100-01-01T00:05Z")
    assert "waiting" in ledger(DAY, DAY)
    assert "until 2100-01-01 00:05 UTC" in ledger(DAY, DAY)


def test_a_range_that_nothing_is_known_of_is_empty():
    assert ledger("0001-01-01", "9999-12-31").splitlines()[1].startswith("0 days, 0 listed")


def test_json_has_every_number_of_the_table(settings):
    settings.SITE_URL = "https://papers.example"
    papers = listed(1, 2)
    make_post(papers=papers[:1], date=DAY)
    (day,) = json.loads(ledger(DAY, DAY, "--json"))["days"]
    assert day.pop("read_at").endswith("Z")
    assert day == {
        "date": "2025-10-08",
        "source": "huggingface",
        "state": "complete",
        "listed": 2,
        "published": 1,
        "excluded": {"not chosen": 1},
        "failed": [],
        "unread": [],
        "pending": 0,
        "balances": True,
        "missing": [],
        "unlisted": [],
        "added_by_editor": 0,
        "waiting_until": None,
        "digest": "https://papers.example/2025/10/08/daily-papers/",
    }


def test_check_names_the_day_what_is_lost_and_what_to_do():
    listed(1, 2)
    ledger(DAY, DAY, "--check")
    Paper.objects.get(arxiv_id="2509.00002").delete()
    Listing.objects.create(paper=make_paper(), source="huggingface", day=DAY, rank=7)
    stray = Listing.objects.get(rank=7).paper.arxiv_id
    with pytest.raises(CommandError) as refused:
        ledger(DAY, DAY, "--check")
    assert refused.value.returncode == 1
    assert str(refused.value) == (
        "2025-10-08 huggingface does not balance: 1 listed but not stored: 2509.00002. "
        "`manage.py ingest --date 2025-10-08` stores them again. "
        f"1 stored but in no answer: {stray}."
    )
    assert "missing: 2509.00002" in ledger(DAY, DAY)


def test_what_check_advises_mends_the_day():
    listed(1, 2)
    Listing.objects.first().delete()
    listed(1, 2)
    ledger(DAY, DAY, "--check")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["2025-10-08"],
        ["2025-10-09", "2025-10-08"],
        ["2025-02-30", "2025-03-01"],
        ["yesterday", "today"],
        ["2025-10-08", "2025-10-08", "2025-10-08"],
    ],
)
def test_wrong_usage_ends_with_2(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        execute_from_command_line(["manage.py", "ledger", *arguments])
    assert ended.value.code == 2
    assert capsys.readouterr().err


@pytest.mark.corpus
@pytest.mark.slow
def test_the_recorded_year_balances_until_one_row_is_lost(corpus):
    files = sorted((corpus / "hf_daily").glob("*.json.gz"))
    said = items = 0
    for file in files:
        answer = recorded(file)
        assert answer.refusals == ()
        store(answer)
        said += len(json.loads(answer.pages[0]))
        items += len(answer.papers)
    assert (len(files), said, Paper.objects.count()) == (260, 5534, 5531)
    assert Listing.objects.count() == items == said - repeats_within_a_day(files)
    year = ("2025-01-01", "2025-12-31", "--check")
    assert f"{items} listed, 0 published, 0 excluded, 0 failed, {items} pending" in ledger(*year)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM papers_listing WHERE day = '2025-10-07' AND rank = 3 RETURNING paper_id"
        )
        (lost,) = cursor.fetchone()
    with pytest.raises(CommandError, match="2025-10-07 huggingface does not") as refused:
        ledger(*year)
    assert Paper.objects.get(pk=lost).arxiv_id in str(refused.value)
    assert refused.value.returncode == 1


def recorded(file):
    text = gzip.decompress(file.read_bytes()).decode()
    reading = huggingface.parse(json.loads(text))
    return DayAnswer(
        reading.papers,
        reading.refusals,
        reading.notices,
        source=huggingface.NAME,
        day=date.fromisoformat(file.name[:10]),
        fetched_at=now(),
        pages=(text, "[]"),
    )


def repeats_within_a_day(files):
    repeats = 0
    for file in files:
        ids = [item["paper"]["id"] for item in json.loads(gzip.decompress(file.read_bytes()))]
        repeats += len(ids) - len(set(ids))
    return repeats
