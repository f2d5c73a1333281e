"""Old rows keep working. What was stored as words becomes data, and goes back to words."""

import unicodedata
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from digest.readers.pages import changes
from papers.models import Evidence
from tests.factories import make_paper, make_section

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
    """Migrate `papers` to a migration. At the end all are applied again."""

    def to(name):
        changes.close(plan=[(name, False)])  # As `migrate` does: triggers know today's columns.
        executor = MigrationExecutor(connection)
        executor.migrate([("papers", name)])
        return executor.loader.project_state([("papers", name)]).apps

    yield to
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    changes.install()


def test_a_process_of_the_version_before_still_stores_evidence():
    section = make_section(make_paper())
    known = "section_id, sentence, found, quotes, public_found, public_quotes"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO papers_evidence ({known}) VALUES (%s, 'x', 'none', '[]', '', '[]')",
            [section.pk],
        )
    assert Evidence.objects.get(section=section, sentence="x").lost == ""


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


def test_tags_without_an_address_get_one_and_twins_are_one(migrate):
    old = migrate("0012_formats_and_checksums")
    tags, items = (old.get_model("taggit", name).objects for name in ("Tag", "TaggedItem"))
    paper = old.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="papers", model="paper"
    )[0]
    decomposed = unicodedata.normalize("NFD", "추론")
    slugs = {
        "추론": "추론",
        decomposed: "추론_1",
        "🤗": "",
        "++": "a b/c",
        "\ue000": "?",
        "ok": "ok",
    }
    made = {name: tags.create(name=name, slug=slug) for name, slug in slugs.items()}
    for name, number in [("추론", 1), (decomposed, 1), (decomposed, 2)]:
        items.create(tag=made[name], content_type=paper, object_id=number)

    migrate("0013_tags_have_addresses")
    assert dict(tags.values_list("name", "slug")) == {
        "추론": "추론", "🤗": "hugging-face", "++": "plus-sign-plus-sign", "ok": "ok",
        "\ue000": f"tag-{made[chr(0xE000)].pk}",
    }  # fmt: skip
    assert list(items.order_by("object_id").values_list("tag__name", "object_id")) == [
        ("추론", 1), ("추론", 2),
    ]  # fmt: skip
