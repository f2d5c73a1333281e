"""Reasons of jobs in the reader's language."""

import pytest
from django.utils import translation

from papers.jobs.reasons import translated
from papers.models import Job, JobKind, JobState


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
    ],
)
def test_a_sentence_of_ours_is_in_the_readers_language(reason, korean):
    with translation.override("ko"):
        assert translated(reason) == korean
    with translation.override("en"):
        assert translated(reason) == reason


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
