"""Old rows keep working. What was stored as words becomes data, and goes back to words."""

import unicodedata
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
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


def test_two_choices_about_a_paper_of_a_day_become_what_a_person_decided_last(migrate):
    old = migrate("0029_sources_hold_on")
    models = [old.get_model("papers", name) for name in ("Paper", "Listing", "HistoricalListing")]
    papers, listings, history = (model.objects for model in models)

    def listed(number, *choices):
        """List a paper at as many sources as choices. Decide those that have a time, in order."""
        paper = papers.create(arxiv_id=f"2510.0000{number}", title="A paper", feed_id=uuid4())
        for source, (choice, reason, at) in zip(("huggingface", "arxivnew"), choices, strict=False):
            values = {"source": source, "day": "2025-10-08", "rank": 1} | {
                "choice": choice, "reason": reason,
            }  # fmt: skip
            row = listings.create(paper=paper, **values)
            if at:
                history.create(
                    id=row.pk, paper_id=paper.pk, history_type="~", history_id=at, history_date=NOW,
                    **values,
                )  # fmt: skip
        return paper.pk

    pending = ("pending", "", 0)
    told = {
        listed(1, ("picked", "", 901), ("excluded", "off topic", 902)): ("excluded", "off topic"),
        listed(2, ("picked", "", 904), ("excluded", "off topic", 903)): ("picked", ""),
        listed(3, pending, ("excluded", "withdrawn", 0)): ("excluded", "withdrawn"),
        listed(4, ("pending", "", 905), ("excluded", "withdrawn", 0)): ("pending", ""),
        listed(5, ("picked", "", 906)): ("picked", ""),
        listed(6, pending, pending): ("pending", ""),
    }
    migrate("0030_one_choice_one_spelling")
    for paper, choice in told.items():
        assert set(listings.filter(paper=paper).values_list("choice", "reason")) == {choice}
    assert history.count() == 6


def test_a_category_in_two_spellings_becomes_one_that_is_on_as_one_was(migrate):
    old = migrate("0029_sources_hold_on")
    categories = old.get_model("papers", "ArxivCategory").objects
    for category in ("cs.cl", "cs.CV", "cs.cv"):
        categories.create(category=category)
    categories.create(category="cs.CL", is_on=True, since="2025-10-08")
    migrate("0030_one_choice_one_spelling")
    assert set(categories.values_list("category", "is_on")) == {("cs.CL", True), ("cs.CV", False)}


def test_going_back_keeps_markdown_texts_and_comparisons_of_months(migrate):
    new = migrate("0030_one_choice_one_spelling")
    models = [new.get_model("papers", name) for name in ("Paper", "FullText", "Job", "Section")]
    papers, texts, kept_jobs, sections = (model.objects for model in models)
    paper = papers.create(arxiv_id="2510.00001", title="A paper", feed_id=uuid4())
    told = {"paper": paper, "version": 1, "checksum": "", "parsed_at": NOW, "gap": "no end"}
    for text_format in ("html", "md"):
        parts = [{"kind": "method", "heading": "", "text": "We test it."}]
        texts.create(format=text_format, parts=parts, **told)
    job = kept_jobs.create(kind="cross_check", day="2025-10-01", next_at=NOW)
    parts = "parts:introduction,related,method,results,discussion"
    section = sections.create(paper=paper, language="ko", kind="results", scope=parts)

    old = migrate("0027_mails_about_reviews")
    assert set(old.get_model("papers", "FullText").objects.values_list("format", flat=True)) == {
        "html", "md",
    }  # fmt: skip
    assert old.get_model("papers", "Job").objects.get(pk=job.pk).state == "done"
    assert old.get_model("papers", "Section").objects.get(pk=section.pk).scope == "full_text"
    with pytest.raises(IntegrityError), transaction.atomic():
        old.get_model("papers", "Job").objects.create(kind="cross_check", next_at=NOW)

    new = migrate("0030_one_choice_one_spelling")
    markdown = new.get_model("papers", "FullText").objects.get(format="md")
    assert markdown.parts == [{"kind": "method", "heading": "", "text": "We test it."}]
    new.get_model("papers", "Job").objects.create(kind="cross_check", next_at=NOW)
