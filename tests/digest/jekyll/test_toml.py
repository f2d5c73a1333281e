"""Front matter in TOML, as Hugo and Zola have it: read, and written again as it was."""

import time
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.jekyll.files.document import FileRefused
from digest.jekyll.files.reading import read
from digest.jekyll.files.writing import write
from digest.jekyll.files.writing import written as write_file
from tests.digest.jekyll.files_of_posts import rows, run

SEOUL = ZoneInfo("Asia/Seoul")
NAME = "2025-10-08-daily-papers.md"
BODY = "## [Title](https://arxiv.org/abs/2510.06208)\n\n### Method\n\nText.\n"
HUGO = """\
# made by `hugo new`
title = "A 'day'"   # ours
date = 2025-10-08T09:00:00+09:00
draft = false
tags = [
  'nlp',  # first
  "vision",
]
aliases = ["/old/"]
description = \"\"\"
title = "no title"
\"\"\"

[params]
  math = true
  [params.cover]
    image = "a.png"

[[resources]]
src = "b.png"\
"""

SCATTERED = (
    "[params.x]\na = 1  # by hand\n[menu]\nb = 2\n[params.y]\n# keep this\nc = 3",
    "[[res]]\na = 1 # one\n[other]\n[[res]]\na = 2 # two",
    "a.b = 1 # one\nc = 2\na.d = 3 # two",
    'title = """Title"""  # by the editor\n# a remark\nc = 2',
)
"""Front matters whose keys stand in several places, or whose texts stand in three quotes."""


def text_of(front, body=BODY):
    return f"+++\n{front}\n+++\n{body}"


def post(front, **options):
    return read(text_of(front).encode(), NAME, SEOUL, **options)


def written(document):
    return write(document, "https://alphaxiv.org/{}".format)


def front_of(document):
    return written(document).split("+++\n")[1].removesuffix("\n")


def test_values_are_read():
    document = post(HUGO)
    assert (document.title, document.tags) == ("A 'day'", ("nlp", "vision"))
    assert document.published_at == datetime(2025, 10, 8, 9, tzinfo=SEOUL)
    keys = dict(document.front_matter)
    assert keys["aliases"] == ["/old/"]
    assert keys["params"] == {"math": True, "cover": {"image": "a.png"}}
    assert document.is_public


def test_a_draft_and_a_day_to_come_are_not_public():
    assert not post("draft = true").is_public
    now = datetime(2025, 10, 1, tzinfo=UTC)
    assert not post("publishDate = 2025-11-01T00:00:00Z", now=now).is_public


@pytest.mark.parametrize(
    "front",
    [
        HUGO,
        "title = 'x'\ndate = 2025-10-08",
        'title="x"\ntags = "a, b"\ndate = 2025-10-07T23:30:00.5Z',
        "[taxonomies]\ntags = ['a', \"b\"]\n[extra]\nmath = true",
        "a.b = 1\na.c = { d = [1.5, 'x'] }\n\"quoted key\" = 0x1F",
        "# nothing but this",
        "",
        *SCATTERED,
        'tags = []\n[gists]\n"2510.06208" = "A line."\n[params]\nx = 1',
    ],
)
def test_a_file_that_nobody_changed_comes_back_as_it_was(front):
    assert written(post(front)) == text_of(front)


def test_what_was_changed_shows_in_its_place():
    document = replace(post(HUGO), title='Say "it"', tags=("a'b", "c"))
    lines = HUGO.split("\n")
    lines[1] = 'title = "Say \\"it\\""   # ours'
    lines[5:7] = ['  "a\'b",  # first', '  "c",']
    assert front_of(document) == "\n".join(lines)


@pytest.mark.parametrize("front", SCATTERED)
def test_what_a_changed_front_matter_loses_is_said(front):
    changed = write_file(replace(post(front), title="Now"), "https://alphaxiv.org/{}".format)
    assert "its comments and order are not kept" in changed.lost
    again = read(changed.text.encode(), NAME, SEOUL)
    assert again.title == "Now"
    assert dict(again.front_matter) == dict(post(front).front_matter)


def test_a_new_key_stands_above_the_tables():
    document = post("[params]\nlang = 'de'")
    keys = (*document.front_matter, ("lang", "en"))
    changed = replace(document, title="Now", tags=("x",), front_matter=keys)
    assert front_of(changed) == (
        'title = "Now"\ntags = ["x"]\nlang = "en"\n[params]\nlang = \'de\''
    )
    again = post(front_of(changed))
    assert (again.title, again.tags) == ("Now", ("x",))
    assert dict(again.front_matter)["params"] == {"lang": "de"}


def test_without_its_form_it_says_the_same():
    document = post(HUGO)
    again = post(front_of(replace(document, form={"syntax": "toml"})))
    assert dict(again.front_matter) == dict(document.front_matter)
    assert (again.title, again.tags, again.day) == ("A 'day'", document.tags, date(2025, 10, 8))


@pytest.mark.parametrize(
    ("front", "why"),
    [
        ("title = x", "line 2: front matter: Invalid value"),
        ('title = "x"\ndraft = true\ndraft = true', "line 4: front matter: Cannot overwrite"),
        ("a = " + "[" * 30 + "]" * 30, "line 2: front matter: nested deeper than 20"),
        ("a = " + "[" * 9_000, "line 2: front matter: "),
        (".".join("a" * 90_000) + " = 1", "line 2: front matter: too many dots in keys"),
        ("a = " + "1" * 5_000, "line 2: front matter: Exceeds the limit"),
        ("tags = [[1]]", "line 2: front matter: tags: expected text"),
    ],
)
def test_what_is_no_toml_is_refused_by_its_line(front, why):
    with pytest.raises(FileRefused, match=why):
        post(front)


@pytest.mark.parametrize("repeated", ['\\"""\n', '\\"', '"""\\', "'a\n"])
def test_a_text_without_an_end_is_refused_at_once(repeated):
    begin = time.process_time()
    with pytest.raises(FileRefused):
        post(repeated * (200_000 // len(repeated)))
    assert time.process_time() - begin < 2


def test_a_long_list_is_read_at_once():
    begin = time.process_time()
    assert post("tags = [\n" + '"a",\n' * 40_000 + "]").tags == ("a",)
    assert time.process_time() - begin < 2


def test_front_matter_without_an_end_is_refused():
    with pytest.raises(FileRefused, match=r"no second \+\+\+ ends it"):
        read(b"+++\ntitle = 'x'\n---\n", NAME, SEOUL)


VALUES = st.sampled_from(
    [
        *(
            '"x"',
            "'x'",
            "[]",
            "['a', \"b\"]",
            "[\n'a', # b\n]",
            "{ a = 1 }",
            "true",
            "1_000",
            "1e400",
        ),
        *('"""a\n"b"""', "'''\na\n'''", "2025-10-08", "2025-10-08T10:00:00Z"),
        *('"한국어 \\u00e9"', "[[1], ['x']]", '"a, b"', '"a b"', '""', "x", "'"),
    ]
)
KEYS = st.sampled_from(
    ["title", "date", "tags", "topics", "lang", '"a b"', "draft", "a.b", "a.c", "a"]
)
LINES = st.one_of(
    st.tuples(KEYS, VALUES).map(" = ".join),
    st.sampled_from(["# [comment]", "", "[t]", "[a.d]", "[[u]]", " [taxonomies]"]),
)


@given(st.lists(LINES, max_size=8).map("\n".join))
@settings(max_examples=500)
def test_whatever_is_read_is_written_to_say_the_same(front):
    try:
        document = post(front)
    except FileRefused:
        return
    again = read(written(document).encode(), NAME, SEOUL)
    for each in ("title", "tags", "published_at", "is_public", "language"):
        assert getattr(again, each) == getattr(document, each)
    assert dict(again.front_matter) == dict(document.front_matter)
    assert written(again) == written(document)


@pytest.mark.django_db
@pytest.mark.parametrize("front", [HUGO, *SCATTERED])
def test_an_export_equals_the_file_and_its_import_writes_nothing(tmp_path, front):
    blog, out = tmp_path / "in", tmp_path / "out"
    blog.mkdir()
    (blog / NAME).write_text(text_of(front))
    assert not run("import_jekyll", blog).failed
    before = rows()
    run("export_jekyll", out)
    assert (out / NAME).read_text() == text_of(front)
    assert not run("import_jekyll", out).failed
    assert rows() == before
