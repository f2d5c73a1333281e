"""Editors have a section redrafted, and read the model's request and response."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from papers import kinds
from papers.clock import now
from papers.models import CallOutcome, Job, JobKind, JobState, ModelCall, Section, Subject
from tests.digest.admin.test_papers import change, field_of, form_of
from tests.factories import make_paper, make_section

pytestmark = pytest.mark.django_db

LIST = "admin:papers_modelcall_changelist"


@pytest.fixture
def model(settings):
    settings.MODEL_URL, settings.MODEL_NAME = "http://127.0.0.1:9/v1", "test-model"


def press(client, paper, button, **fields):
    return client.post(
        change(paper), form_of(client, paper, _redraft=button, **fields), follow=True
    )


def make_call(**fields):
    return ModelCall.objects.create(
        **{
            "paper": make_paper(),
            "language": "ko",
            "model": "test-model",
            "prompt_version": "summary-1",
            "source_checksum": "0" * 64,
            "asked_at": now(),
            "answered_at": now(),
            "outcome": CallOutcome.PROSE,
            "message": "not JSON: '<b>no'",
            "reply": "<script>alert(1)</script>",
            "prompt_tokens": 1000,
            "completion_tokens": 234,
            **fields,
        }
    )


def test_a_section_is_queued_to_be_written_anew_and_the_page_says_so(client, editor, model):
    paper = make_paper()
    make_section(paper, kinds.RESULTS)
    page = press(client, paper, "ko results")
    job = Job.objects.get()
    assert (job.kind, job.state) == (JobKind.DRAFT, JobState.DUE)
    assert job.subject == Subject(arxiv_id=paper.arxiv_id, language="ko", section="results")
    assert "‘결과’" in page.content.decode()
    assert reverse("admin:papers_job_change", args=[job.pk]) in page.content.decode()
    assert (
        paper.title
        in client.get(reverse("admin:papers_job_change", args=[job.pk])).content.decode()
    )


def test_what_the_editor_has_just_written_is_saved_first(client, editor, model):
    paper = make_paper()
    section = make_section(paper, kinds.RESULTS, origin="model")
    press(client, paper, "ko results", **{field_of(client, paper, kinds.RESULTS): "내 글"})
    section.refresh_from_db()
    assert (section.markdown, section.origin) == ("내 글", "editor")


def test_a_section_that_is_being_written_is_not_asked_for_twice(client, editor, model):
    paper = make_paper()
    press(client, paper, "ko results")
    Job.objects.update(state=JobState.RUNNING, next_at=None)
    press(client, paper, "ko results")
    assert Job.objects.get().next_at is None


def test_a_missing_section_can_be_asked_for_too(client, editor, model):
    paper = make_paper()
    assert 'value="en limitations"' in client.get(change(paper)).content.decode()
    press(client, paper, "en limitations")
    assert Job.objects.get().subject == Subject(
        arxiv_id=paper.arxiv_id, language="en", section="limitations"
    )


@pytest.mark.parametrize("button", ["ko other", "fr results", "ko", "", "ko results; publish"])
def test_nothing_else_can_be_asked_for(client, editor, model, button):
    assert press(client, make_paper(), button).status_code == 400
    assert not Job.objects.exists()


def test_without_a_model_there_is_no_such_button(client, editor):
    paper = make_paper()
    make_section(paper)
    assert "_redraft" not in client.get(change(paper)).content.decode()
    assert press(client, paper, "ko results").status_code == 400
    assert not Job.objects.exists()


def test_who_may_not_change_sections_may_not_have_them_written(client, editor, model):
    editor.groups.clear()
    editor.user_permissions.set(
        Permission.objects.filter(codename__in=["view_paper", "change_paper", "view_section"])
    )
    paper = make_paper()
    assert "_redraft" not in client.get(change(paper)).content.decode()
    assert press(client, paper, "ko results").status_code == 403
    assert not Job.objects.exists()


def test_what_the_model_left_empty_is_said_so(client, editor):
    paper = make_paper()
    make_section(paper, kinds.METHOD, origin="model")
    said = "관련 내용을 찾지 못했습니다"
    assert said not in client.get(change(paper)).content.decode()
    call = make_call(paper=paper, kind="limitations", outcome=CallOutcome.DONE)
    assert client.get(change(paper)).content.decode().count(said) == 1
    ModelCall.objects.filter(pk=call.pk).update(kind="")
    assert client.get(change(paper)).content.decode().count(said) == 4
    assert Section.objects.count() == 1


def test_calls_are_listed_with_what_came_of_them_and_the_days_tokens(client, editor, settings):
    settings.MODEL_DAILY_TOKENS = 5000
    call = make_call()
    page = client.get(reverse(LIST)).content.decode()
    assert "1,234" in page
    assert "5,000" in page
    assert call.paper.arxiv_id in page
    assert "오늘 한도 소진" not in page
    make_call(prompt_tokens=4000)
    assert "오늘 한도 소진" in client.get(reverse(LIST)).content.decode()


def test_a_reply_is_shown_as_text(client, editor):
    call = make_call()
    page = client.get(reverse("admin:papers_modelcall_change", args=[call.pk])).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "(&#x27;prose" not in page
    assert "not JSON: &#x27;&lt;b&gt;no&#x27;" in page


def test_nobody_changes_what_was_said(client, admin_user):
    client.force_login(admin_user)
    call = make_call()
    address = reverse("admin:papers_modelcall_change", args=[call.pk])
    assert client.post(address, {"reply": "x"}).status_code == 403
    assert client.get(reverse("admin:papers_modelcall_add")).status_code == 403
    assert client.post(reverse("admin:papers_modelcall_delete", args=[call.pk])).status_code == 403
