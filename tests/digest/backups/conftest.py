from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.addresses import make_site
from tests.digest.backups.sites import Site, empty_database


@pytest.fixture
def backup(transactional_db: None, tmp_path: Path) -> Path:
    """Return a backup of a small site."""
    make_site()
    path = tmp_path / "papers.backup"
    call_command("backup", path)
    return path


@pytest.fixture
def empty(transactional_db: None) -> Iterator[Site]:
    with empty_database("keep_other") as site:
        yield site


@pytest.fixture
def other(backup: Path, empty: Site) -> Site:
    """Return a site of its own that was restored from the backup, and then changed."""
    empty.run("restore", str(backup), "--yes")
    with empty.connect() as own:
        own.execute("UPDATE digest_post SET title = 'changed since'")
    return empty
