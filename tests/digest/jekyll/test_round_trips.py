"""A blog of all layouts goes through the rows and comes back as it was."""

from datetime import date, timedelta

import pytest

from digest.models import Entry, Post
from tests.digest.jekyll.files_of_posts import rows, run
from tests.digest.jekyll.layouts_of_strangers import ALL, ID_IN_TEXT

pytestmark = pytest.mark.django_db

LAYOUTS = {**ALL, **ID_IN_TEXT}


@pytest.fixture
def blog(tmp_path):
    """Return a folder with a file for each layout. No two name the same paper."""
    folder = tmp_path / "in"
    folder.mkdir()
    for number, (name, body) in enumerate(LAYOUTS.items(), start=1):
        day = date(2025, 7, 1) + timedelta(days=number)
        own = body.replace("2507.0000", f"2507.{number:04}").replace("2401.0000", "2401.1000")
        front = f'title: "{name}"\ndate: {day} 08:00:00\ntags: [papers]'
        (folder / f"{day}-post.md").write_text(f"---\n{front}\n---\n{own}")
    return folder


def texts(folder):
    """Return the files without white space at line ends, by name."""
    return {
        path.name: [line.rstrip() for line in path.read_text().rstrip().split("\n")]
        for path in folder.iterdir()
    }


def test_every_layout_comes_back_and_its_import_writes_nothing(blog, tmp_path):
    out = tmp_path / "out"
    assert "refused" not in run("import_jekyll", blog, dry_run=True).failed
    assert rows()[0] == []
    assert run("import_jekyll", blog).failed == ""
    assert Post.objects.published().count() == len(LAYOUTS)
    assert Entry.objects.count() >= 2 * len(LAYOUTS)
    before = rows()
    run("export_jekyll", out)
    assert texts(out) == texts(blog)
    assert run("import_jekyll", out).failed == ""
    assert rows() == before
