"""Reasons in the history and the audit: stored in English, shown in the language of who reads."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from digest import publishing
from digest.models import Act, AuditRecord, State
from digest.publishing import corrections, reasons
from papers.clock import now
from papers.editing import reasons as kept
from papers.models import Section
from tests.factories import make_post

pytestmark = pytest.mark.django_db
LANGUAGES = ("ko", "en")
AUDIT = "/admin/digest/auditrecord/"


def reason_of(row):
    return row.history.first().history_change_reason


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_step_is_stored_alike_whatever_language_its_person_reads(language, editor):
    post = make_post(State.DRAFT)
    with translation.override(language):
        publishing.send_to_review(post)
        publishing.schedule(post, now() + timedelta(hours=1))
        publishing.back_to_draft(post)
        publishing.publish(post)
        publishing.withdraw(post)
    told = post.history.order_by("history_id").values_list("history_change_reason", flat=True)
    steps = ["sent to review", "scheduled", "back to draft", "published", "withdrawn"]
    assert list(filter(None, told)) == steps
    acts = AuditRecord.objects.filter(model="digest.post", key=str(post.pk)).order_by("pk")
    told = [act.reason for act in acts if act.reason]
    assert told == ["published", "withdrawn"]


@pytest.mark.parametrize("sentence", kept._KNOWN, ids=str)
@pytest.mark.parametrize("stored_in", [None, *LANGUAGES])
@pytest.mark.parametrize("read_in", LANGUAGES)
def test_each_reason_reads_well_in_each_language_also_an_old_one(sentence, stored_in, read_in):
    words = dict.fromkeys(("title", "count", "paper", "text"), "9") | {"when": "31/01/2026 9 p.m."}
    with translation.override(stored_in):
        stored = str(sentence) % words
    with translation.override(read_in):
        assert kept.shown(stored) == str(sentence) % words


def test_a_moment_is_shown_in_the_readers_form():
    at = now().replace(2026, 1, 31, 3, 4, 5)
    stored = kept.stored(reasons.PUBLISHED_LATE, when=at)
    assert "2026-01-31T03:04:05+00:00" in stored
    for language, shown in (("ko", "2026년 1월 31일"), ("en", "31, 2026")):
        with translation.override(language):
            assert shown in kept.shown(stored)


@pytest.mark.parametrize(
    "said",
    ["", "off topic", "published by mistake", "발행", "%(when)s", "restored from", "\0", "a" * 250],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_person_wrote_is_shown_as_it_stands(said, language):
    with translation.override(language):
        assert kept.shown(said) == said


def test_a_post_that_errors_hold_back_says_so_in_both_languages(client, editor):
    post = make_post(State.DRAFT, papers=1)
    publishing.schedule(post, now() + timedelta(hours=1))
    Section.objects.update(markdown="정확도를 77.7% 올린다.")
    with time_machine.travel(now() + timedelta(hours=2)):
        publishing.publish_due()
    post.refresh_from_db()
    assert post.state == State.DRAFT
    assert reason_of(post).startswith("not published: ")
    for language, said in (("ko", "오류"), ("en", "error")):
        client.post(reverse("admin:language"), {"language": language})
        page = client.get(reverse("admin:digest_post_rows", args=[post.pk])).content.decode()
        assert said in page
        assert "77.7" in page


def test_the_audit_finds_a_reason_by_the_words_that_it_shows(client, admin_user):
    client.force_login(admin_user)
    publishing.withdraw(make_post())
    for language, words in (("ko", "발행 취소"), ("en", "WITHDRAWN")):
        client.post(reverse("admin:language"), {"language": language})
        page = client.get(reverse("admin:digest_auditrecord_changelist"), {"q": words})
        shown = page.context["cl"].result_list
        assert [each.reason for each in shown] == ["withdrawn"]


def test_a_correction_that_is_taken_back_is_told_in_the_readers_language(client, editor):
    post = make_post()
    correction = post.corrections.create(text="3%가 아니라 4%", corrected_at=now())
    with translation.override("ko"):
        corrections.take_back(correction, editor)
    assert reason_of(correction) == "taken back"
    for language, said in (("ko", "정정 취소"), ("en", "taken back")):
        client.post(reverse("admin:language"), {"language": language})
        address = reverse("admin:digest_correction_history", args=[correction.pk])
        assert said in client.get(address).content.decode()


@pytest.mark.parametrize(
    "typed",
    [
        "restored from the old draft",
        "restored from the old draft: Title",
        "김 교수님 버전에서 복원",
        "published late: it was due to the holiday",
        "taken back: see the mail",
        "restored from <b>1 of %(when)s",
        "",
    ],
)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_persons_words_that_begin_like_ours_stay(typed, language):
    with translation.override(language):
        assert kept.shown(typed) == typed


def test_what_was_stored_as_it_was_shown_then_is_still_known():
    with translation.override("en"):
        assert kept.shown("2025-10-08 15:45 버전에서 복원") == "restored from 2025-10-08 15:45"
    with translation.override("ko"):
        assert kept.shown("restored from 10/08/2025 3:45 p.m.: A: B") == (
            "10/08/2025 3:45 p.m. 버전에서 복원: A: B"
        )


@pytest.mark.parametrize(
    "moment",
    ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", "2025-99-99T00:00:00+00:00"],
)
def test_a_moment_that_no_calendar_has_is_words(moment):
    with translation.override("ko"):
        assert moment in kept.shown(f"restored from {moment}")
        assert moment in kept.shown(f"published late: it was due {moment}")


def test_no_reason_that_somebody_typed_breaks_the_audit(admin_client):
    typed = "restored from 9999-12-31T23:59:59-12:00"
    entry = AuditRecord.objects.create(act=Act.CHANGED, person="kim", reason=typed)
    assert admin_client.get(AUDIT).status_code == 200
    assert admin_client.get(f"{AUDIT}{entry.pk}/change/").status_code == 200


def test_very_long_words_are_not_compared():
    parts = "1); the first: a, “" * 2_000
    reason = kept.stored(reasons.ERRORS, count=1, paper="2510.00001", text=parts)
    with translation.override("ko"):
        assert kept.shown(reason) == reason
