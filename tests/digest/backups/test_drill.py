"""The drill: the demo's site is backed up, wiped and restored, and readers see no difference."""

from pathlib import Path

import pytest

from tests.digest.backups.sites import Site, empty_database, files_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

ORDER = "SELECT string_agg(feed_id, ' ' ORDER BY id) FROM "


def test_every_page_and_every_feed_has_the_same_bytes(empty, tmp_path):
    with empty_database("keep_demo") as demo:
        for command in ("migrate", "seed_demo", "index_search"):
            demo.run(command)
        demo.run("backup", str(tmp_path / "demo.backup"))
        demo.run("export_site", str(tmp_path / "before"))
        empty.run("restore", str(tmp_path / "demo.backup"), "--yes")
        empty.run("export_site", str(tmp_path / "after"))
        _require_equal(demo, empty, tmp_path)


def _require_equal(source: Site, empty: Site, tmp_path: Path) -> None:
    before, after = files_of(tmp_path / "before"), files_of(tmp_path / "after")
    assert len(before) > 300
    assert before.keys() == after.keys()
    assert [name for name in before if before[name] != after[name]] == []
    for table in ("digest_post", "papers_paper", "digest_correction"):
        assert empty.one(ORDER + table) == source.one(ORDER + table)
    for table in ("digest_searchentry", "digest_searchterm", "digest_searchword"):
        assert empty.rows()[table] == source.rows()[table]
