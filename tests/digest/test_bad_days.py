"""A bad answer stores nothing, a bad item does not affect others, and both say what was wrong."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from werkzeug import Request, Response

from digest.models import Post
from papers import jobs
from papers.models import Choice, Job, JobKind, JobState, Listing, Paper, SourceAnswer
from papers.pipeline import steps

pytestmark = pytest.mark.django_db

DAY = "2025-10-08"


def item(number, **paper):
    return {"paper": {"id": f"2510.{number:05}", "title": f"Paper {number}"} | paper}


@pytest.fixture
def lists(httpserver, settings):
    """Return a dict to set what Hugging Face sends for the first page of each day."""
    settings.HUGGINGFACE_URL = httpserver.url_for("").rstrip("/")
    answers = {}

    def answer(request: Request) -> Response:
        body = answers[request.args["date"]] if request.args["p"] == "0" else "[]"
        return Response(body, content_type="application/json")

    httpserver.expect_request("/api/daily_papers").respond_with_handler(answer)
    return answers


def ingest(day=DAY):
    """Run the command, and return its output and errors."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("ingest", "--date", day, stdout=out, stderr=err)
    except CommandError as error:
        err.write(str(error))
    return out.getvalue(), err.getvalue()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "not JSON"),
        ("<!DOCTYPE html><title>Sorry", "not JSON"),
        ('[{"paper": ', "not JSON"),
        ("[" * 65 + "]" * 65, "not JSON"),
        ('{"error": "sorry"}', "expected a list, got object"),
        ("null", "expected a list, got null"),
        (" " * (8 * 2**20 + 1), "response too large: limit 8 MiB"),
        (json.dumps([{}] * 1001), "too many items"),
        (json.dumps([{"paper": {"id": "x", "title": "y"}}]), "every item refused (1)"),
    ],
    ids=lambda value: repr(value[:20]),
)
def test_an_answer_that_is_none_fails_the_run_and_nothing_is_stored(lists, body, reason):
    lists[DAY] = body
    _, err = ingest()
    assert f"huggingface {DAY}: " in err
    assert reason in err
    assert "1 days failed" in err
    job = Job.objects.create(kind=JobKind.INGEST_DAY, day=DAY, next_at="2025-01-01T00:00Z")
    jobs.run(job.pk, steps.STEPS)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.FAILED, 1)
    assert reason in job.reason
    assert not any(model.objects.exists() for model in (Paper, Listing, SourceAnswer))


def test_each_refusal_is_told_on_one_line_with_its_item_and_field(lists):
    lists[DAY] = json.dumps(
        [
            item(1),
            item(2, title="x" * 1_000_000),
            item(3, id="2510.00003\nERROR all is lost"),
            item(4, title=None),
            "text",
        ]
    )
    _, err = ingest()
    assert [line for line in err.splitlines() if line.startswith("huggingface")] == [
        f"huggingface {DAY}: item 2 (2510.00002): title: 1,000,000 chars, limit 500",
        f"huggingface {DAY}: item 3: paper.id: '2510.00003\\nERROR all is lost' is not an arXiv id",
        f"huggingface {DAY}: item 4 (2510.00004): title: missing",
        f"huggingface {DAY}: item 5 is not an object",
        f"huggingface {DAY}: item 1 (2510.00001): summary: no abstract",
    ]
    assert Paper.objects.count() == 1


def test_another_spelling_of_an_id_never_makes_a_second_paper(lists):
    spellings = ["2510.00001", "arXiv:2510.00001v2", " https://arxiv.org/abs/2510.00001v3 "]
    for number, spelling in enumerate(spellings, start=1):
        day = f"2025-10-{number:02}"
        lists[day] = json.dumps([item(1, id=spelling)])
        ingest(day)
    assert Paper.objects.get().arxiv_id == "2510.00001"
    assert Listing.objects.count() == 3


def test_a_withdrawn_paper_is_in_no_post_that_is_made_of_all(lists):
    lists[DAY] = json.dumps([item(1), item(2, withdrawnAt="2025-10-08T00:00:00Z")])
    ingest()
    assert Listing.objects.get(paper__arxiv_id="2510.00002").choice == Choice.EXCLUDED
    call_command("build_post", DAY, "--all", stdout=io.StringIO())
    entries = Post.objects.get().entries.values_list("paper__arxiv_id", flat=True)
    assert list(entries) == ["2510.00001"]


def test_a_paper_without_an_abstract_is_kept_and_not_drafted(lists):
    lists[DAY] = json.dumps([item(1), item(2, summary=5)])
    ingest()
    out = io.StringIO()
    call_command("draft", "--date", DAY, stdout=out)
    assert "2 papers, 2 without abstract" in out.getvalue()
    assert not any(paper.sections.exists() for paper in Paper.objects.all())
