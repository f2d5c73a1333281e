"""`manage.py restore`: a backup takes the site's place in one step, or nothing happens."""

import json
import os
import signal
import tarfile
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection

from digest.backups import making
from papers.models import Paper
from tests.digest.backups.sites import Site
from tests.waiting import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

SETTLED = {
    *making.LEFT_OUT,
    "digest_alarm",
    "digest_heartbeat",
    "digest_searchchange",
    "digest_webfigures",
    "django_celery_beat_periodictasks",
    "papers_job",
}
"""Tables that a restore settles for the site that it is now."""


def unsettled(site: Site) -> dict:
    return {table: told for table, told in site.rows().items() if table not in SETTLED}


def schemas(site: Site) -> set[str]:
    with site.connect() as own:
        names = own.execute("SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_'")
        return {name for (name,) in names} - {"information_schema"}


def test_an_empty_database_is_filled(backup, empty):
    said = empty.run("restore", str(backup), "--yes")
    assert "1 papers, 1 posts" in said
    assert schemas(empty) == {"public"}
    assert empty.one("SELECT count(*) FROM papers_paper") == Paper.objects.count()


def test_all_rows_are_as_they_were(backup, empty):
    empty.run("restore", str(backup), "--yes")
    assert unsettled(empty) == unsettled(Site(connection.settings_dict["NAME"]))


def test_the_former_site_is_kept_and_comes_back_until_it_is_forgotten(backup, other):
    before = other.rows()
    other.run("restore", str(backup), "--yes")
    restored = unsettled(other)
    assert other.rows("digest_kept") == before
    assert restored["digest_post"] != before["digest_post"]
    assert "still kept" in other.refused("restore", str(backup), "--yes")
    other.run("restore", "--back", "--yes")
    assert unsettled(other)["digest_post"] == before["digest_post"]
    other.run("restore", "--back", "--yes")
    assert unsettled(other) == restored
    assert "1 former sites deleted" in other.run("restore", "--forget")
    assert schemas(other) == {"public"}
    assert "no former site" in other.refused("restore", "--back", "--yes")


def test_what_is_newer_is_told_and_nothing_is_done_unasked(backup, other):
    with other.connect() as own:
        own.execute("UPDATE papers_paper SET created_at = now() + interval '1 minute'")
    before = other.rows()
    process = other.start("restore", str(backup))
    said, why = process.communicate()
    assert "Written since then, and not in it:\n" in said
    assert "1 papers first seen" in said
    assert "say --yes" in why
    assert other.rows() == before


def test_a_site_that_was_migrated_further_is_refused(backup, other, tmp_path):
    before = other.rows()
    with tarfile.open(backup) as archive:
        archive.extractall(tmp_path, filter="data")
    said = json.loads((tmp_path / "backup.json").read_text())
    said["migrations"].append(["papers", "9999_from_the_future"])
    (tmp_path / "backup.json").write_text(json.dumps(said))
    with tarfile.open(tmp_path / "newer", "w", format=tarfile.GNU_FORMAT) as archive:
        for name in ("papers.dump", "backup.json"):
            archive.add(tmp_path / name, name)
    assert "9999_from_the_future" in other.refused("restore", str(tmp_path / "newer"), "--yes")
    assert other.rows() == before


def test_a_damaged_file_changes_nothing(backup, other):
    before = other.rows()
    whole = bytearray(backup.read_bytes())
    whole[len(whole) // 2] ^= 1
    backup.write_bytes(whole)
    assert "damaged" in other.refused("restore", str(backup), "--yes")
    assert other.rows() == before
    assert schemas(other) == {"public"}


def test_triggers_tell_of_changes_in_the_restored_site(backup, other):
    other.run("restore", str(backup), "--yes")
    with other.connect() as own:
        own.execute("TRUNCATE digest_pagechange; DELETE FROM digest_searchchange")
        own.execute("UPDATE papers_paper SET title_plain = 'of another name'")
        [changes] = own.execute("SELECT count(*) FROM digest_pagechange").fetchone()
        [queued] = own.execute("SELECT count(*) FROM digest_searchchange").fetchone()
    assert changes
    assert queued


def test_a_new_row_gets_a_number_that_no_row_had(backup, other):
    other.run("restore", str(backup), "--yes")
    with other.connect() as own:
        [newest] = own.execute("SELECT max(id) FROM taggit_tag").fetchone()
        [number] = own.execute(
            "INSERT INTO taggit_tag (name, slug) VALUES ('new', 'new') RETURNING id"
        ).fetchone()
    assert number > newest


def test_an_extension_stays_when_the_former_site_is_forgotten(backup, other):
    with other.connect() as own:
        try:
            own.execute("CREATE EXTENSION pg_trgm")
        except psycopg.Error:
            pytest.skip("this PostgreSQL has no pg_trgm to try it with")
    other.run("restore", str(backup), "--yes")
    other.run("restore", "--forget")
    assert (
        other.one(
            "SELECT nspname FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace"
            " WHERE extname = 'pg_trgm'"
        )
        == "public"
    )


@contextmanager
def killed(site: Site, backup, when: str):
    """Kill a restore with all its processes when a connection is at `when`; SQL of activity."""
    process = site.start("restore", str(backup), "--yes")
    with site.connect() as own:
        until(
            lambda: (
                own.execute(
                    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
                    f" AND pid <> pg_backend_pid() AND ({when})"
                ).fetchone()
                or process.poll() is not None
            )
        )
        if process.poll() is not None:
            process.communicate()
            pytest.skip("the restore was quicker than the look at it")
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        yield
        others = (
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND state <> 'idle'"
        )
        until(lambda: not own.execute(others).fetchone())


@pytest.mark.parametrize(
    "when",
    [
        "query LIKE 'DROP SCHEMA%' OR query LIKE 'ALTER SCHEMA%'",
        "query LIKE 'CREATE TABLE%'",
        "query LIKE 'COPY%'",
        "query LIKE 'CREATE INDEX%' OR query LIKE '%ADD CONSTRAINT%'",
        "query LIKE 'ANALYZE digest_loaded%'",
    ],
)
def test_a_kill_while_it_loads_leaves_the_site_whole(backup, other, when):
    before = other.rows()
    with killed(other, backup, when):
        pass
    assert other.rows() == before
    other.run("restore", str(backup), "--yes")
    assert other.one("SELECT title FROM digest_post") != "changed since"


def test_a_kill_while_it_waits_for_the_workers_leaves_the_site_whole(backup, other):
    before = other.rows()
    with other.connect() as task:
        task.execute("SELECT pg_advisory_lock_shared(hashtext('restore'))")
        with killed(
            other,
            backup,
            "query LIKE '%hashtext(''restore'')%' AND wait_event IS NOT NULL AND state = 'active'",
        ):
            # Its connection notices only when the task ends.
            task.execute("SELECT pg_advisory_unlock_shared(hashtext('restore'))")
    assert other.rows() == before


def test_a_kill_at_the_last_moment_leaves_the_site_whole(backup, other):
    before = other.rows()
    with other.connect() as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT FROM papers_paper")
        with killed(other, backup, "query LIKE '%LOCK TABLE%' AND state = 'active'"):
            reader.execute("COMMIT")
    assert other.rows() == before


def test_whoever_is_in_the_middle_of_reading_is_waited_for(backup, other):
    with other.connect() as reader:
        reader.execute("BEGIN ISOLATION LEVEL READ COMMITTED")
        reader.execute("SELECT FROM papers_paper")
        process = other.start("restore", str(backup), "--yes")
        with other.connect() as own:
            until(
                lambda: own.execute(
                    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
                    " AND query LIKE '%LOCK TABLE%' AND pid <> pg_backend_pid()"
                ).fetchone()
            )
            titles = reader.execute("SELECT title FROM digest_post").fetchall()
            assert titles == [("changed since",)]
            # Others read meanwhile, too.
            assert own.execute("SELECT title FROM digest_post").fetchall() == titles
        reader.execute("COMMIT")
        _, failed = process.communicate()
        assert process.returncode == 0, failed
        assert reader.execute("SELECT title FROM digest_post").fetchall() != titles


def test_a_page_that_was_stored_or_being_made_counts_no_longer(backup, other):
    with other.connect() as own:
        own.execute(
            "INSERT INTO digest_storedpage (path, release, status, headers, body, etag, changed_at,"
            " checksum, keys, snapshot, made_at) VALUES ('/', 'x', 200, '[]', '', '', now(), '',"
            " '{all}', pg_current_snapshot(), now())"
        )
    other.run("restore", str(backup), "--yes")
    assert other.one("SELECT count(*) FROM digest_storedpage") == 0
    assert other.one("SELECT count(*) FROM digest_pagechange WHERE key = 'all'") == 1


def test_nobody_is_told_that_the_workers_of_then_are_gone(backup, other):
    with other.connect() as own:
        own.execute("INSERT INTO digest_heartbeat VALUES ('celery', now() - interval '1 day')")
        own.execute("INSERT INTO digest_alarm VALUES ('worker', now(), now(), now())")
    other.run("restore", str(backup), "--yes")
    other.run("restore", "--back", "--yes")
    assert other.one("SELECT title FROM digest_post") == "changed since"
    assert other.one("SELECT count(*) FROM digest_heartbeat") == 0
    assert other.one("SELECT count(*) FROM digest_alarm") == 0
