"""`import_jekyll --dry-run` shows what is understood of each file, and what has no place."""

import pytest

from papers.management.tables import width
from tests.digest.jekyll.files_of_posts import rows, run, write

pytestmark = pytest.mark.django_db

WHOLE = {"Introduction": "소개.", "Method": "방법.", "우리 메모": "기타."}


def test_each_file_is_a_row_with_what_it_has(tmp_path):
    front = "title: A\ntags: [papers, 트랜스포머]"
    write(tmp_path, "2025-04-28-글.md", ("2504.01111", WHOLE), ("2504.02222", {}), front=front)
    write(tmp_path, "2025-04-29-hidden.md", ("2504.03333", {}), front="title: B\ndraft: true")
    write(tmp_path, "2025-04-30-broken.md")
    before = rows()
    ran = run("import_jekyll", tmp_path, dry_run=True)
    head, *table, closing = ran.out.splitlines()
    assert head.split()[:6] == ["file", "layout", "day", "state", "papers", "gist"]
    first, second, third = (line.split() for line in table)
    assert first[:5] == ["2025-04-28-글.md", "seed", "2025-04-28", "public", "2"]
    assert first[5:12] == ["0", "1", "1", "0", "0", "0", "1"]
    assert first[-2:] == ["papers,", "트랜스포머"]
    assert second[3] == "draft"
    assert third == ["2025-04-30-broken.md", "refused"]
    assert closing.startswith("Nothing was written (dry run): 3 files, 2 posts added")
    assert rows() == before


def test_what_has_no_place_stands_with_its_line_and_the_table_is_bounded(tmp_path):
    name = f"2025-04-28-{'긴' * 60}.md"
    write(tmp_path, name, ("2504.01111", WHOLE), front="title: A\ndate: soon")
    write(tmp_path, "2025-04-29-b.md", ("2504.02222", {}), front=f"title: {'B' * 150}")
    ran = run("import_jekyll", tmp_path, dry_run=True)
    assert f"{name}: line 3: date:" in ran.err
    assert max(map(width, ran.out.splitlines()[:-1])) < 200


def test_a_second_text_is_told_before_anything_is_written(tmp_path):
    write(tmp_path, "2025-04-28-a.md", ("2504.01111", {"Method": "방법."}))
    write(tmp_path, "2025-04-29-b.md", ("2504.01111", {"Method": "다른.", "Results": "결과."}))
    write(tmp_path, "2025-04-30-c.md", ("2504.01111", {"Method": "방법."}))
    dry = run("import_jekyll", tmp_path, dry_run=True)
    assert "Method: 2025-04-28-a.md has the paper: would be a proposal" in dry.err
    assert dry.failed == "2 texts waiting as proposals: see above."
    assert run("import_jekyll", tmp_path).failed == dry.failed
