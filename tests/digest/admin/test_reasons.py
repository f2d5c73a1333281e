"""Reasons of jobs in the reader's language."""

import ast
import re
import signal
from pathlib import Path

import pytest
from django.utils import translation

from papers import fulltext, sources
from papers.fulltext.sandbox import Limits, _end
from papers.jobs.reasons import translated
from papers.models import Job, JobKind, JobState
from papers.pipeline.full_texts import ABSENT
from tests.growth import is_linear


@pytest.mark.parametrize(
    ("reason", "korean"),
    [
        (
            "arxiv: h.example cannot be read: [Errno -2] No name (attempt 3 of 3)",
            "arxiv: 연결하거나 읽을 수 없습니다: h.example ([Errno -2] No name) (시도 3/3회)",
        ),
        (
            "huggingface 2025-10-08: h.example answered 503 Service Unavailable",
            "huggingface 2025-10-08: 서버 오류 응답: h.example (503 Service Unavailable)",
        ),
        (
            "h.example answered 429: waiting until 2025-10-08 01:02:03 UTC",
            "서버 오류 응답: h.example (429). 2025-10-08 01:02:03 UTC까지 기다립니다.",
        ),
        ("waiting for the paper's full text", "논문 본문을 기다리는 중입니다."),
        (
            "every item refused (2); the first: item 1 (2510.06208): name: missing",
            "모든 항목이 제외되었습니다(2건). 첫 번째: 1번 항목 (2510.06208): name: 값이 없습니다",
        ),
        (
            "the server refused with 401: check MODEL_API_KEY: Bad key (attempt 1 of 3)",
            "서버가 요청을 거부했습니다(401): MODEL_API_KEY를 확인해 주세요: Bad key (시도 1/3회)",
        ),
        (
            "model: the answer was cut off: its JSON has no end (all of it: Model calls)",
            "model: 응답이 잘렸습니다: JSON이 끝나지 않았습니다 (전체 내용: 모델 호출)",
        ),
        (
            "item 3: upvotes: left empty: Value error, blank",
            "3번 항목: upvotes: 비워 두었습니다: 빈 값입니다",
        ),
        ("item 3 is not an object", "3번 항목: 객체가 아닙니다"),
        ("goes from section 2 to 5", "2절 다음이 5절"),
        ("has nothing under its heading “A: B”", "“A: B” 제목 아래에 내용이 없음"),
        ("perhaps withdrawn: Withdrawn; see [1]", "철회되었을 수 있음: Withdrawn; see [1]"),
    ],
)
def test_a_sentence_of_ours_is_in_the_readers_language(reason, korean):
    with translation.override("ko"):
        assert translated(reason) == korean
    with translation.override("en"):
        assert translated(reason).replace("3: is not", "3 is not") == reason


@pytest.mark.parametrize("part", ["item 1: ", ": ", "(all of it: "])
def test_no_reason_takes_long(part):
    def translate(size):
        reason = part * (size // len(part))
        translated(reason)
        translated(f"the server refused with 400: {reason}")

    assert is_linear(translate, int, 5_000)


def said_of_items():
    """Yield the sentences that the readers of sources say, with 9 for their values."""
    for name in ("items", "fields", "huggingface", "arxiv"):
        file = Path(sources.__file__).parent / f"{name}.py"
        for call in ast.walk(ast.parse(file.read_text())):
            if isinstance(call, ast.Call) and call.args:
                name = getattr(call.func, "attr", getattr(call.func, "id", ""))
                last = call.args[-1]
                if name in {"note", "refused", "ValueError"} and not isinstance(last, ast.Call):
                    parts = getattr(last, "values", [last])
                    yield "".join(str(getattr(part, "value", 9)) for part in parts if part != 9)


def said_of_full_texts():
    """Yield why a text cannot be read, as the readers of texts say it, with 9 for their values."""
    for file in Path(fulltext.__file__).parent.glob("*.py"):
        for call in ast.walk(ast.parse(file.read_text())):
            is_failure = (
                isinstance(call, ast.Call) and getattr(call.func, "id", "") == "ParseFailed"
            )
            if is_failure and isinstance(call.args[0], ast.Constant | ast.JoinedStr):
                parts = getattr(call.args[0], "values", [call.args[0]])
                yield "".join(str(getattr(part, "value", 9)) for part in parts)


def test_each_reason_why_a_text_cannot_be_read_is_known():
    said = {re.sub(r"<ast[^<>]*>", "9", each) for each in said_of_full_texts()}
    said |= {*ABSENT.values(), _end(-signal.SIGXCPU, Limits()), _end(3, Limits())}
    assert {"holds no text beyond an abstract", "is larger than 9 MiB"} <= said
    assert [each for each in said if translated(each) is None] == []


def test_each_sentence_of_ours_for_an_item_is_known():
    said = {re.sub(r"<ast[^<>]*>", "9", each) for each in said_of_items()}
    assert {"missing", "9 chars, limit 9", "not a DOI"} <= said
    assert [each for each in said if translated(each) is None] == []


@pytest.mark.parametrize(
    "reason", ["", "Quota exceeded", "a\nb: c", "ValueError: x (attempt 1 of 3)"]
)
def test_what_another_says_stays(reason):
    with translation.override("ko"):
        assert translated(reason) is None


def test_the_pages_of_jobs_say_it(client, editor):
    job = Job.objects.create(
        kind=JobKind.DRAFT,
        arxiv_id="2510.06208",
        state=JobState.FAILED,
        reason="no paper 2510.06208 is known here (attempt 1 of 3)",
    )
    with translation.override("ko"):
        for address in ("/admin/papers/job/", f"/admin/papers/job/{job.pk}/change/"):
            html = client.get(address, headers={"Accept-Language": "ko"}).content.decode()
            assert "등록되지 않은 논문입니다: 2510.06208 (시도 1/3회)" in html
            assert "is known here" not in html
