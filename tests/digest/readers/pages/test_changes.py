"""What the triggers record, and that they hurt nobody who writes."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.urls import reverse

from digest.models import Post, State
from digest.readers.pages import changes, making, rows
from digest.readers.pages.front import Front
from papers.clock import now
from papers.models import Paper
from tests.digest.readers.pages.asking import Visitor
from tests.digest.readers.pages.beside import apart, transaction_of, waiting
from tests.factories import make_paper, make_post
from tests.waiting import until

UNSEEN = {
    "papers_paper": "arxiv_checked_at arxiv_updated_at comment created_at doi"
    " journal_ref raw_abstract raw_title search_text topics",
    # What editors work on. Readers see the `public_` columns.
    "papers_section": "checked drafter html id origin prompt_version renderer scope",
    "papers_listing": "choice reason",
    "papers_sourceanswer": "checksum notices pages",
    "papers_job": "arxiv_id attempts created_at enqueued_at language next_at reason request_id"
    " section source state topic",
    "digest_post": "approved_at created_at front_matter intro intro_html made_public_at"
    " scheduled_at title withdrawn_at",
    "digest_entry": "id note note_html position",
    "auth_user": "date_joined email is_active is_staff is_superuser last_login password username",
}
"""Columns that no template and no view of readers shows."""


def sql(statement: str, *values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def keys() -> set[str]:
    """Return the keys that have changed since the last call."""
    return {key for (key,) in sql("DELETE FROM digest_pagechange RETURNING key")}


def make(path: str) -> None:
    assert making.make(path, get_wsgi_application().get_response).stored


def counts(path: str) -> bool:
    return rows.read(path, now()) is not None


def named(table: str) -> set[str]:
    rules = changes.TABLES[table]
    text = " ".join(f"{rule.id} {rule.columns} {rule.where} {rule.joins}" for rule in rules)
    if "r.*" in text:
        return columns(table)
    return set(re.findall(r"\br\.(\w+)", text))


def columns(table: str) -> set[str]:
    (model,) = (each for each in apps.get_models() if each._meta.db_table == table)
    return {field.column for field in model._meta.local_fields}


@pytest.mark.parametrize("table", changes.TABLES)
def test_each_column_is_one_that_changes_a_page_or_one_that_no_reader_sees(table: str) -> None:
    assert named(table) <= columns(table)
    assert sorted(columns(table) - named(table)) == sorted(UNSEEN.get(table, "").split())


DATES = ["infinity", "-infinity", "0044-03-15 BC", "4713-11-24 BC", "10000-01-01", "5874897-12-31"]
MOMENTS = ["infinity", "4714-11-24 00:00:00+00 BC", "294276-12-31 23:59:59.999999+00"]


@pytest.fixture
def zone(front: Front) -> Any:
    """Ask as somebody far from the site's zone."""
    sql("SET TIME ZONE 'Pacific/Kiritimati'")
    yield
    connection.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("day", DATES)
def test_a_post_with_a_date_that_only_postgresql_holds_can_be_stored_and_mended(zone, day):
    post = make_post(papers=1)
    sql("UPDATE digest_post SET date = %s", day)
    sql("UPDATE digest_entry SET public_position = 2")
    post.refresh_from_db()
    shown = post.date.isoformat()  # The nearest that a page can show.
    assert {f"post:{post.pk}", f"day:{shown}", f"month:{shown[:7]}"} <= keys()
    sql("UPDATE digest_post SET date = '2025-10-08'")
    assert {f"post:{post.pk}", "day:2025-10-08", "month:2025-10", "year:2025"} <= keys()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("at", MOMENTS)
def test_a_row_with_a_moment_that_only_postgresql_holds_can_be_stored_and_mended(zone, at):
    make_post(papers=1)
    moments = {
        "digest_post": "published_at = {0}, updated_at = {0}, created_at = {0}",
        "papers_section": "written_at = {0}, reviewed_at = {0}, public_written_at = {0}",
        "papers_paper": "arxiv_published_at = {0}",
    }
    for each in (f"'{at}'::timestamptz", "now()"):
        for table, which in moments.items():
            sql(f"UPDATE {table} SET {which.format(each)}")


@pytest.mark.django_db(transaction=True)
def test_a_paper_with_damaged_json_can_be_stored_and_mended(front):
    make_post(papers=1)
    for damaged in ("null", "5", '["abstract"]', '{"abstract": {"a": [1]}}', "{}"):
        sql("UPDATE papers_paper SET origins = %s", damaged)


@pytest.mark.django_db(transaction=True)
def test_who_restores_a_dump_has_no_search_path(front):
    make_post(papers=1)
    keys()
    with transaction_of("SET LOCAL search_path = ''") as run:
        run("UPDATE public.papers_paper SET title = 'New', title_html = '', title_plain = 'New'")
    assert f"paper:{Paper.objects.get().pk}" in keys()


@pytest.mark.django_db(transaction=True)
def test_a_session_with_another_date_style_changes_the_same_keys(front):
    make_post(papers=1)
    keys()
    with transaction_of("SET LOCAL datestyle = 'German'") as run:
        run("UPDATE digest_post SET slug = 'other'")
    assert {"day:2025-10-08", "month:2025-10"} <= keys()


@pytest.mark.django_db(transaction=True)
def test_a_row_that_gets_another_number_is_changed(front):
    paper = make_paper()
    keys()
    sql("UPDATE papers_paper SET id = id + 1000")
    assert "hidden" in keys()
    assert not Paper.objects.filter(pk=paper.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_a_column_that_nobody_sees_changes_nothing(front):
    make_post(papers=1)
    keys()
    sql("UPDATE papers_paper SET arxiv_checked_at = now()")
    sql("UPDATE auth_user SET last_login = now()")
    sql("UPDATE papers_section SET markdown = markdown || 'more'")
    assert keys() == set()


@pytest.mark.django_db(transaction=True)
def test_many_rows_change_after_one_in_the_same_session(front):
    """PostgreSQL keeps the plan of a session's first statement: it must fit many rows too."""
    make_paper(title="The only one")
    make_post(papers=1)
    numbers = "generate_series(1, %s) n"
    stored = [field.column for field in Paper._meta.concrete_fields if not field.generated]
    columns = ", ".join(stored)
    sql(
        # Whatever numbers the tests before have used, these follow the highest.
        f"INSERT INTO papers_paper ({columns}) SELECT {columns} FROM ("
        "SELECT (jsonb_populate_record(p, jsonb_build_object("
        "'id', m.id + n, 'arxiv_id', '2601.' || 10000 + n, 'feed_id', gen_random_uuid()))).*"
        " FROM papers_paper p,"
        f" (SELECT max(id) AS id FROM papers_paper) m, {numbers} WHERE p.title LIKE 'The only%%'"
        ") copies",
        20_000,
    )
    sql("UPDATE papers_paper SET title = 'One' WHERE id = (SELECT min(id) FROM papers_paper)")
    sql("SET statement_timeout = '60s'")  # A loop in a loop takes many minutes.
    try:
        sql("UPDATE papers_paper SET title = 'All'")
    finally:
        connection.close()


READ = "SELECT seq_tup_read FROM pg_stat_xact_user_tables WHERE relname = 'digest_entry'"


@pytest.mark.django_db(transaction=True)
def test_tables_that_grow_in_one_transaction_are_not_read_whole_for_each_row(front):
    """The plans are of when they were empty, and no statistics come before the transaction ends."""
    with transaction.atomic():
        papers = [make_post(papers=1).entries.get().paper for _ in range(60)]
        ((before,),) = sql(READ)
        Paper.objects.filter(pk__in=[paper.pk for paper in papers]).update(title="All")
        ((after,),) = sql(READ)
    assert after - before < len(papers)
    assert {f"paper:{paper.pk}" for paper in papers} <= keys()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", changes.TABLES)
def test_emptying_a_table_is_a_change_of_everything(front, table):
    make("/about/")
    sql(f"TRUNCATE {table} CASCADE")
    assert not counts("/about/")


@pytest.mark.django_db(transaction=True)
def test_a_post_that_goes_public_later_by_sql_leaves_all_pages_until_then(front):
    """Its state stays. So only the time says that readers do not see it."""
    post, other = make_post(papers=1), make_post(papers=1)
    post.tags.add("Topic")
    year = reverse("year", args=["2025"])
    shown = [year, "/tags/", "/sitemap-papers.xml", "/sitemap-tags.xml"]
    for path in shown:
        make(path)
    sql(
        "UPDATE digest_post SET published_at = now() + interval '1 hour',"
        " updated_at = now() + interval '1 hour' WHERE id = %s",
        post.pk,
    )
    assert [path for path in shown if counts(path)] == []
    assert Post.objects.published().get() == other


@pytest.mark.django_db(transaction=True)
def test_the_page_of_a_withdrawn_paper_goes_with_its_post(front):
    post = make_post(State.WITHDRAWN, papers=1)
    page = reverse("paper", args=[Paper.objects.get().arxiv_id])
    make(page)
    sql("UPDATE digest_post SET state = 'draft', published_at = NULL WHERE id = %s", post.pk)
    assert not counts(page)


# --- Migrations ---------------------------------------------------------------------------------


@pytest.fixture
def migrated(front: Front) -> Any:
    yield
    call_command("migrate", verbosity=0)


def migrate(*arguments: str) -> None:
    call_command("migrate", *arguments, verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_no_page_counts_while_the_tables_change_and_each_is_made_anew_after(migrated, visitor):
    make_post(papers=1)
    make("/")
    changes.close(plan=[("some", False)])
    assert not counts("/")
    visitor.get("/")  # Stored, and counts no more than the others. The listener starts.
    until(lambda: visitor.front.memory.proved > 0)
    visitor.get("/")
    assert not counts("/")
    with transaction_of() as run:
        run("UPDATE digest_post SET public_title = 'New title'")  # No trigger tells of it.
    assert "New title" in visitor.get("/").content.decode()
    rows.tidy(now())
    assert not counts("/")
    sql("TRUNCATE digest_storedpage, digest_pagechange")  # As a crash of PostgreSQL does.
    make("/")
    assert not counts("/")
    changes.install()
    assert not counts("/")
    make("/")
    assert counts("/")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "damage",
    [
        "DROP TRIGGER digest_pages_of_digest_post_update ON digest_post",
        "ALTER TABLE digest_post DISABLE TRIGGER digest_pages_of_digest_post_update",
        "ALTER TABLE digest_post DISABLE TRIGGER USER",
        "ALTER TABLE digest_post ENABLE REPLICA TRIGGER digest_pages_of_digest_post_update",
        "DROP FUNCTION digest_pages_of_papers_section CASCADE",
        "COMMENT ON TABLE digest_pagechange IS NULL",
    ],
)
def test_the_next_migrate_notices_triggers_that_are_gone(migrated, damage):
    make_post(papers=1)
    make("/")
    sql(damage)
    migrate()
    assert changes._all_there()
    assert not counts("/")
    make("/")
    sql("UPDATE digest_post SET public_title = 'New title'")
    assert not counts("/")


@pytest.mark.django_db(transaction=True)
def test_a_migrate_with_nothing_to_do_drops_nothing(migrated):
    make_post(papers=1)
    make("/")
    migrate()
    assert counts("/")


@pytest.mark.django_db(transaction=True)
def test_a_page_that_is_remembered_is_forgotten_when_triggers_were_mended(migrated, front, visitor):
    front.own_changes.stop()
    make_post(papers=1)
    sql("ALTER TABLE digest_post DISABLE TRIGGER USER")
    until(lambda: visitor.get("/") and front.memory.get("/"))
    with transaction_of() as run:
        run("UPDATE digest_post SET public_title = 'New title'")  # No trigger tells of it.
    apart(changes.install)  # As another process does it.
    until(lambda: "New title" in visitor.get("/").content.decode())


@pytest.mark.django_db(transaction=True)
def test_who_mends_triggers_holds_up_no_writer_that_it_waits_for(migrated):
    sql("COMMENT ON TABLE digest_pagechange IS NULL")
    with ThreadPoolExecutor(1) as pool, transaction_of() as run:
        run("UPDATE digest_post SET slug = slug")
        mending = pool.submit(apart, changes.install)
        until(lambda: waiting() == 1)
        run("UPDATE papers_paper SET title = title")
    mending.result()
    assert changes._all_there()


@pytest.mark.django_db(transaction=True)
def test_two_writers_of_the_same_keys_do_not_wait_for_each_other(front):
    make_post(papers=2)
    first, second = Paper.objects.order_by("pk")
    keys()
    retitle = "UPDATE papers_paper SET title = 'New', arxiv_id = arxiv_id || '' WHERE id = %s"
    with transaction_of() as run, transaction_of() as beside:
        run(retitle, [first.pk])
        beside(retitle, [second.pk])
        beside("UPDATE papers_section SET public_html = '<p>2' WHERE paper_id = %s", [second.pk])
        run("UPDATE papers_section SET public_html = '<p>1' WHERE paper_id = %s", [first.pk])
    assert {f"paper:{first.pk}", f"paper:{second.pk}"} <= keys()


@pytest.mark.django_db(transaction=True)
def test_the_migration_can_be_reversed_and_applied_again(migrated):
    make_post(papers=1)
    migrate("digest", "0005")
    assert sql("SELECT tgname FROM pg_trigger WHERE tgname LIKE 'digest_pages_of_%%'") == []
    sql("UPDATE digest_post SET public_title = 'New title'")
    migrate()
    make("/")
    sql("UPDATE digest_post SET public_title = 'Newer title'")
    assert not counts("/")


@pytest.mark.django_db(transaction=True)
def test_the_site_answers_before_the_migration(visitor: Visitor):
    post = make_post(papers=1)
    migration = import_module("digest.migrations.0006_stored_pages")
    changes.close(plan=[("some", False)])
    sql(migration.DROP)
    try:
        assert visitor.get(post.get_absolute_url()).status_code == 200
    finally:
        sql(migration.TABLES)
        changes.install()
