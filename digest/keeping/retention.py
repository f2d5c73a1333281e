"""How long each table's rows are kept: the one list of it, and the daily task's work.

A table is kept for a reason, tidied by a task of its own, or tidied here. Nothing here takes a word
that a person wrote, or anything that a public page shows. Rows go in batches, each in a transaction
of its own: nobody waits long for one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from digest.keeping import answers
from papers.clock import now

BATCH = 1_000
RUN_DAYS, REPLY_DAYS, LINK_DAYS = 180, 180, 90


@dataclass(frozen=True, slots=True)
class Kept:
    """Rows that stay, and why they are not too many."""

    why: str


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Rows that another task deletes."""

    task: str


@dataclass(frozen=True, slots=True)
class After:
    """Rows that are deleted, or emptied by `change`, so many days after a moment."""

    days: int
    where: str
    """SQL of the rows; %(old)s is the moment of so many days ago."""
    change: str = ""


_OF_A_PAPER = Kept("a row of a paper: one for each, and the paper stays")
_WORDS = Kept("what people wrote, and each version of it")
_MADE = Kept("made from other rows, and as many as they are")
_FEW = Kept("a few rows that people set")
_PEOPLE = Kept("an account's, as long as the account")
_WITH_POST = Kept("goes with its post, which stays unless it is deleted")
_PASSED = """kind IN ('review_mail', 'render', 'backup') AND state = 'done'
    AND created_at < %(old)s"""
"""SQL of jobs that nothing asks about any more."""

RULES: Mapping[str, Kept | Elsewhere | After] = {
    "auth_group": _FEW,
    "auth_group_permissions": _FEW,
    "auth_permission": _FEW,
    "auth_user": _PEOPLE,
    "auth_user_groups": _PEOPLE,
    "auth_user_user_permissions": _PEOPLE,
    "axes_accessattempt": Elsewhere("the next sign-in"),
    "axes_accessattemptexpiration": Elsewhere("the next sign-in"),
    "axes_accessfailurelog": Elsewhere("digest.tasks.forget_sign_ins"),
    "axes_accesslog": Elsewhere("digest.tasks.forget_sign_ins"),
    "digest_alarm": Elsewhere("digest.tasks.look_for_troubles"),
    "digest_auditrecord": Elsewhere("digest.tasks.forget_audit"),
    "digest_comment": _WITH_POST,
    "digest_correction": _WORDS,
    "digest_entry": _WITH_POST,
    "digest_heartbeat": Kept("a row for each queue"),
    "digest_historicalcorrection": _WORDS,
    "digest_historicalentry": _WORDS,
    "digest_historicalpost": _WORDS,
    "digest_importedfile": _WITH_POST,
    "digest_pagechange": Elsewhere("digest.tasks.tidy_pages"),
    # Its link shows nothing since it expired. What was noted on it stays.
    "digest_pinnedpage": After(
        LINK_DAYS, "link_id IN (SELECT id FROM digest_previewlink WHERE expires_at < %(old)s)"
    ),
    "digest_post": _WORDS,
    "digest_preference": _PEOPLE,
    "digest_previewlink": _WITH_POST,
    "digest_previewnote": _WITH_POST,
    "digest_relatedpaper": _MADE,
    "digest_relationchange": Elsewhere("digest.tasks.refresh_search"),
    "digest_searchchange": Elsewhere("digest.tasks.refresh_search"),
    "digest_searchentry": _MADE,
    "digest_searchterm": _MADE,
    "digest_searchword": _MADE,
    "digest_snapshot": _WORDS,
    "digest_snapshotpart": _WORDS,
    "digest_storedpage": Elsewhere("digest.tasks.tidy_pages"),
    "digest_suggestedday": Kept("a row for each day"),
    "digest_suggestion": Kept("a row for each listing, which later suggestions learn from"),
    "digest_tagalias": _WORDS,
    "digest_tagcarrier": Kept("a merge can be taken back"),
    "digest_tagchange": Kept("a merge can be taken back"),
    "digest_tagpair": _FEW,
    "digest_trashedpost": Elsewhere("digest.tasks.empty_trash"),
    "digest_upgrade": Kept("a row for each release"),
    "digest_webfigures": Elsewhere("digest.tasks.look_for_troubles"),
    "django_admin_log": After(730, "action_time < %(old)s"),
    "django_celery_beat_clockedschedule": _FEW,
    "django_celery_beat_crontabschedule": _FEW,
    "django_celery_beat_intervalschedule": _FEW,
    "django_celery_beat_periodictask": _FEW,
    "django_celery_beat_periodictasks": _FEW,
    "django_celery_beat_solarschedule": _FEW,
    "django_content_type": _FEW,
    "django_migrations": _FEW,
    "django_redirect": Kept("an address that was public once leads on for ever"),
    "django_session": After(1, "expire_date < %(old)s"),
    "django_site": _FEW,
    "otp_static_staticdevice": _PEOPLE,
    "otp_static_statictoken": _PEOPLE,
    "otp_totp_totpdevice": _PEOPLE,
    "papers_arxivcategory": _FEW,
    "papers_evidence": _OF_A_PAPER,
    "papers_finding": _OF_A_PAPER,
    "papers_fulltext": _OF_A_PAPER,
    "papers_historicallisting": _WORDS,
    "papers_historicalpaper": _WORDS,
    "papers_historicalsection": _WORDS,
    # Days and papers stay known: a job that is gone would be done again. Its attempts go first.
    "papers_job": After(
        RUN_DAYS,
        f"{_PASSED} AND NOT EXISTS (SELECT FROM papers_run WHERE job_id = papers_job.id)",
    ),
    "papers_listing": Kept("the ledger counts it"),
    # What it cost still counts, and what its sentences rest on.
    "papers_modelcall": After(REPLY_DAYS, "reply <> '' AND asked_at < %(old)s", "reply = ''"),
    "papers_paper": Kept("an id once known stays known"),
    "papers_proposal": Kept("what was refused is not proposed again"),
    "papers_report": Kept("what readers reported, and what was put right"),
    # The last attempt says how the job stands, as long as there is one.
    "papers_run": After(
        RUN_DAYS,
        "ended_at < %(old)s AND (EXISTS (SELECT FROM papers_run later"  # noqa: S608  # Ours.
        " WHERE later.job_id = papers_run.job_id AND later.id > papers_run.id)"
        f" OR job_id IN (SELECT id FROM papers_job WHERE {_PASSED}))",
    ),
    "papers_section": _OF_A_PAPER,
    "papers_sourceanswer": Elsewhere("digest.keeping.answers"),
    "papers_sourcestate": _FEW,
    "papers_term": _FEW,
    "papers_unsavedtext": Elsewhere("papers.tasks.forget_unsaved_texts"),
    "taggit_tag": _WORDS,
    "taggit_taggeditem": _WORDS,
}
"""Each table of the site. Most of them are as many rows as there are papers and posts."""


def forget_old() -> dict[str, int]:
    """Delete or empty what is too old. Return how many rows of which table. Safe to run again."""
    done = {table: _forget(table, rule) for table, rule in RULES.items() if isinstance(rule, After)}
    done["papers_sourceanswer"] = answers.forget_superseded()
    return {table: count for table, count in done.items() if count}


def _forget(table: str, rule: After) -> int:
    names = {"old": now() - timedelta(days=rule.days)}
    count = 0
    while done := _batch(table, rule, names):
        count += done
    return count


def _batch(table: str, rule: After, names: Mapping[str, datetime]) -> int:
    act = f"UPDATE {table} SET {rule.change}" if rule.change else f"DELETE FROM {table}"  # noqa: S608
    some = f"SELECT ctid FROM {table} WHERE {rule.where} LIMIT {BATCH} FOR UPDATE SKIP LOCKED"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"{act} WHERE ctid = ANY(ARRAY({some}))", names)
        return cursor.rowcount
