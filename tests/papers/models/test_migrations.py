"""Old rows go on working: what was stored as words comes back as data, and goes back as words."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2025, 10, 8, 12, tzinfo=UTC)
KEYS = {
    ("ingest_day", "2025-10-08"),
    ("arxiv_metadata", "2025-10-08"),
    ("arxiv_metadata", "hep-th/9901001"),
    ("draft", "2510.06208"),
    ("draft", "2510.06208 ko results"),
    ("recheck", "2025-10-07"),
    ("alert", "huggingface 2025-10-08 failed"),
}
REFUSALS = [
    "item 31 (2510.06208): title: 99,999 chars, limit 500",
    "item 4 is not an object with a `paper`",
    "anything else",
]


@pytest.fixture
def migrate():
    """Go to a migration of `papers`; in the end all are applied again."""

    def to(name):
        executor = MigrationExecutor(connection)
        executor.migrate([("papers", name)])
        return executor.loader.project_state([("papers", name)]).apps

    yield to
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_jobs_and_answers_come_through_and_back(migrate):
    old = migrate("0007_findings_reports_calls")
    for kind, key in sorted(KEYS):
        old.get_model("papers", "Job").objects.create(kind=kind, key=key, next_at=NOW)
    draft = old.get_model("papers", "Job").objects.get(key="2510.06208")
    waits = {"outcome": "waiting", "message": "waiting for the paper's full text"}
    done = {"outcome": "done", "message": "arxiv: no entry for 1\narxiv: item 2: title: missing"}
    for ended in (waits, done):
        draft.runs.model.objects.create(job=draft, started_at=NOW, ended_at=NOW, **ended)
    old.get_model("papers", "SourceAnswer").objects.create(
        source="huggingface", day="2025-10-08", fetched_at=NOW, pages=[], listed_ids=[],
        refusals=REFUSALS, notices=REFUSALS[:1],
    )  # fmt: skip

    new = migrate("0009_jobs_know_their_subject")
    job = new.get_model("papers", "Job").objects
    assert job.get(language="ko").section == "results"
    assert job.get(kind="alert").topic == "failed"
    assert set(job.filter(day=date(2025, 10, 8)).values_list("kind", flat=True)) == {
        "ingest_day", "arxiv_metadata", "alert",
    }  # fmt: skip
    runs = new.get_model("papers", "Run").objects.order_by("id")
    assert [run.waits_for for run in runs] == ["full_text", ""]
    assert [remark["reason"] for remark in runs[1].remarks] == done["message"].split("\n")
    answer = new.get_model("papers", "SourceAnswer").objects.get()
    assert [refusal["arxiv_id"] for refusal in answer.refusals] == ["2510.06208", None, None]
    assert answer.refusals[0]["field"] == "title"

    refused = {"position": 2, "arxiv_id": "2510.06208", "field": "title", "reason": "missing"}
    runs.create(
        job_id=draft.pk, started_at=NOW, ended_at=NOW, outcome="done",
        remarks=[refused, refused | {"arxiv_id": None, "field": ""}],
    )  # fmt: skip

    back = migrate("0007_findings_reports_calls")
    stored = back.get_model("papers", "Job").objects.values_list("kind", "key")
    assert set(stored) == KEYS
    messages = (
        back.get_model("papers", "Run").objects.order_by("id").values_list("message", flat=True)
    )
    later = "item 2 (2510.06208): title: missing\nitem 2 missing"
    assert list(messages) == [waits["message"], done["message"], later]
    assert back.get_model("papers", "SourceAnswer").objects.get().refusals == REFUSALS
