"""What a front matter means here, and how it is written again as it was."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.jekyll.files.document import FileRefused
from digest.jekyll.files.head import front_form, front_matter
from digest.jekyll.files.reading import read

SEOUL = ZoneInfo("Asia/Seoul")
NOW = datetime(2025, 10, 20, tzinfo=UTC)
NAME = "2025-10-08-daily-papers.md"
BODY = "# 1. [Title](https://arxiv.org/abs/2510.06208)\n"
LANGUAGES = ("ko", "en")


def post(front, name=NAME, **options):
    text = f"---\n{front}\n---\n{BODY}"
    return read(text.encode(), name, SEOUL, languages=LANGUAGES, now=NOW, **options)


def told(document):
    return [notice.text for notice in document.notices]


# What the old blog did not show


@pytest.mark.parametrize(
    "line",
    [
        *("draft: true", "draft: yes", 'draft: "true"', "Draft: True", "draft: 1", "draft: maybe"),
        *("published: false", "published: False", "published: no", 'published: "false"'),
        *("publish: off", "public: false", "hidden: true", "unlisted: true", "private: true"),
        *("status: draft", "status: Private", "visibility: hidden", "password: secret"),
        *("status: wip", "status: archived", "state: draft", "post_status: pending"),
        *("Post-Status: x", "visibility: members", "visible: false", "listed: no", "is_draft: 1"),
        *("hide: true", "unpublished: true", "members: true", "protected: yes"),
        *("post_type: draft", "type: draft", "published: 'False '"),
    ],
)
def test_what_the_old_blog_did_not_show_is_not_public_and_the_key_is_named(line):
    document = post(f"layout: post\n{line}")
    assert not document.is_public
    (notice,) = document.notices
    assert notice.line == 3
    assert notice.text.startswith(f"not public: {line.partition(':')[0]} is ")


@pytest.mark.parametrize(
    "line",
    [
        *("draft: false", "draft: no", "draft:", 'draft: "false"', "published: true"),
        *("published: 2025-10-08", "hidden: false", "sitemap: false", "noindex: true"),
        *("status: publish", "status: published", "visibility: public", "password:"),
        *("status: Final", "state: live", "status:", "visible: true", "listed: yes", "hide: no"),
        *("type: post", "post_type: digest", "is_draft: false", "members: false"),
    ],
)
def test_what_it_showed_is_public(line):
    document = post(line)
    assert document.is_public
    assert told(document) == []


@pytest.mark.parametrize(
    ("front", "is_public"),
    [
        ("date: 2025-10-08 08:15", True),
        ("publishDate: 2025-10-09", True),
        ("publishDate: 2025-11-09", False),
        ("expiryDate: 2025-10-19", False),
        ("expiryDate: 2026-10-19", True),
        ("expiryDate: never", True),
        ("publish_date: 2025-11-09", False),
        ("published_at: 2025-11-09", False),
        ("published: 2025-11-09", False),
        ("publish-date: 2025-10-09", True),
        ("expires: 2025-10-19", False),
        ("expires: 2026-10-19", True),
        ("expires: 3600", True),
    ],
)
def test_a_post_before_or_after_its_time_is_not_public(front, is_public):
    assert post(front).is_public is is_public


def test_a_post_of_a_day_to_come_is_not_public():
    document = post("title: x", "2025-10-21-later.md")
    assert not document.is_public
    assert told(document) == ["not public: the old blog did not show it on 2025-10-20"]


def test_the_key_is_named_with_its_value_as_yaml_has_it():
    assert told(post("draft: yes")) == ["not public: draft is 'true'"]
    assert told(post("draft: " + "x" * 99)) == [f"not public: draft is '{'x' * 40}'"]
    assert told(post("password: secret")) == ["not public: password is given"]


@pytest.mark.parametrize(
    "path", ["_drafts/next.md", "content/drafts/next.md", "Drafts/next.md", "src/next.draft.md"]
)
def test_a_draft_by_its_path_is_never_public(path):
    document = post("date: 2025-10-08", path)
    assert not document.is_public
    assert told(document) == ["not public: its path is that of a draft"]


# Dates


@pytest.mark.parametrize(
    ("written", "notice"),
    [
        ("2025-10-08 09:00:00 +500", ""),
        ("2025-10-08 09:00:00 -8000", "date: '-8000' is no time zone, read as Asia/Seoul"),
        ("2025-10-08 09:00:00 KST", ""),
        ("2025-10-08 09:00:00 XST", "date: 'XST' is no time zone, read as Asia/Seoul"),
        ("2025/10/08 09:00", ""),
    ],
)
def test_an_offset_that_is_none_is_named_and_the_file_read(written, notice):
    assert told(post(f"date: {written}")) == ([notice] if notice else [])


def test_a_time_without_an_offset_is_that_of_the_zone_where_the_blog_was_built():
    document = post("date: 2025-10-08 22:00", built_in=UTC)
    assert document.published_at == datetime(2025, 10, 9, 7, tzinfo=SEOUL)
    assert document.published_at.tzinfo is SEOUL
    assert (document.day, told(document)) == (date(2025, 10, 8), [])
    assert post("layout: post", built_in=UTC).published_at == datetime(2025, 10, 8, tzinfo=UTC)


# Languages


@pytest.mark.parametrize(
    ("line", "language", "notice"),
    [
        ("lang: en-US", "en", ""),
        ("language: English", "en", ""),
        ("locale: ko_KR", "ko", ""),
        ("lang: zh-CN", "zh", ", the post is kept as 'zh'"),
        ("lang: no", "no", ", the post is kept as 'no'"),
        ("lang: [ko, en]", None, ""),
        ("lang: qqq words", None, ""),
        ("lang:", None, None),
        ("layout: post", None, None),
    ],
)
def test_a_language_is_the_sites_own_or_kept_and_said(line, language, notice):
    document = post(line)
    assert document.language == language
    if language in LANGUAGES or notice is None:
        assert told(document) == []
    else:
        (text,) = told(document)
        assert f"is not one of this site's languages{notice}" in text


# Tags


@pytest.mark.parametrize(
    ("written", "tags"),
    [
        ("nlp vision", ("nlp", "vision")),
        ("deep learning, nlp", ("deep learning", "nlp")),
        ('"#nlp #vision"', ("nlp", "vision")),
        ("['#nlp', 'C#', F#]", ("#nlp", "C#", "F#")),
        ("[nlp, nlp, NLP]", ("nlp", "NLP")),
        ('["a, b", c]', ("a, b", "c")),
        ("[🤗]", ("🤗",)),
    ],
)
def test_tags_are_read_as_they_are_meant(written, tags):
    assert post(f"tags: {written}").tags == tags


def test_tags_that_yaml_takes_for_a_comment_are_named_and_come_back():
    document = post("layout: post\ntags: #nlp #vision")
    assert document.tags == ()
    assert told(document) == ["tags: YAML takes what follows # for a comment, no tag is read"]
    assert front_matter.dump(document) == "layout: post\ntags: #nlp #vision"


def test_one_tag_may_be_given_alone():
    assert post("tag: papers").tags == ("papers",)


def test_a_tag_that_can_be_none_is_named_and_the_file_read_and_it_comes_back():
    document = post("layout: post\ntags:\n  - papers\n  - \ue000\n  - " + "a" * 101)
    assert document.tags == ("papers",)
    assert [notice.line for notice in document.notices] == [5, 6]
    assert "“U+E000” makes no address" in told(document)[0]
    assert "too long for a tag" in told(document)[1]
    assert front_matter.dump(document).count("\ue000") == 1
    assert "a" * 101 in front_matter.dump(replace(document, form={}))


@pytest.mark.parametrize(
    "front", ["topics: [nlp, vision]", "taxonomies:\n  tags: [nlp, vision]", "tag: nlp vision"]
)
def test_tags_under_the_keys_of_other_builders_are_read_and_written_once(front):
    document = post(front)
    assert document.tags == ("nlp", "vision")
    assert front_matter.dump(document) == front
    assert front_matter.dump(replace(document, tags=("x",))).endswith("tags: [x]")


def test_an_address_that_is_no_path_is_named():
    document = post("layout: post\nredirect_from:\n  - /fine\n  - //evil.example/")
    assert told(document) == [
        "redirect_from: '//evil.example/' is no path of the old blog: left out"
    ]


# Written as it was


FRONTS = [
    "title: Daily Papers\ndate: 2025-10-08 09:15:00 +0900\ntags: ['a', 'b']\nauthor: kim",
    "title: 'It''s'\ntags: [a, 'b c', \"d\"]",
    'title: "A: b"   # a title\n\n# about\ncategories: [ x,  y ]\n\n',
    '# first\ntags:\n- a\n- "b"\ntitle: Papers, today # and more',
    "tags: a b c\ndate: 2025/10/08 10:00 KST",
    "tags: 'a b c'\ntitle: x",
    "tags: a b, c",
    "layout: post",
    "title: x\ndate: '2025-10-08'\ntext: >\n  folded\n  text\n\n  more\nend: |\n  # no comment\n",
    "title:\ndate:\ntags:\nlayout: post",
    "tag: a b",
    "title: yes\ntags: [0755, no, 1.0]",
    "",
    "# nothing but this",
    "\"title\": x\n'tags': []",
    "lang: en-US\nnested:\n    a:   1\n    b: [1,2]\n",
    'title: "🤖 로봇"\ntags: ["🤖 robots", "\\\\U0001F916", \'🤖\']',
    "date: Oct 8, 2025 9am\ntags: [papers, \ue000]",
]


@pytest.mark.parametrize("front", FRONTS)
def test_what_nobody_changed_is_written_as_it_was(front):
    document = post(front)
    assert front_matter.dump(document) == front


def test_no_title_and_no_tag_is_in_the_form():
    form = str(post("title: 'Daily Papers'\ntags: [nlp, \"vision\"]").form)
    assert not any(text in form for text in ("Daily Papers", "nlp", "vision"))


def test_a_changed_value_is_written_in_the_same_way_and_the_rest_stays():
    document = post(FRONTS[0])
    changed = replace(document, title="Other: papers", tags=("x", "it's", "z"))
    assert front_matter.dump(changed) == (
        "title: 'Other: papers'\ndate: 2025-10-08 09:15:00 +0900\ntags: ['x', 'it''s', 'z']\n"
        "author: kim"
    )
    later = replace(document, published_at=datetime(2025, 10, 8, 12, tzinfo=SEOUL))
    assert "date: 2025-10-08 12:00:00\n" in front_matter.dump(later)


def test_fewer_tags_and_none_are_written_too():
    document = post("tags:\n  - a\n  - b\nlayout: post")
    assert front_matter.dump(replace(document, tags=("c",))) == "tags:\n  - c\nlayout: post"
    assert front_matter.dump(replace(document, tags=())) == "tags: []\nlayout: post"
    words = post("tags: a b")
    assert front_matter.dump(replace(words, tags=("a", "b c"))) == "tags: [a, b c]"


def test_what_the_file_lacked_is_added_once_it_says_something():
    document = post("layout: post")
    changed = replace(document, title="Now", tags=("x",), language="en")
    assert front_matter.dump(changed) == 'layout: post\ntitle: "Now"\ntags: [x]'


def test_another_language_is_written_and_another_spelling_of_it_is_not():
    document = post("lang: en-US")
    english = replace(document, front_matter=(("lang", "en"),))
    assert front_matter.dump(english) == "lang: en-US"
    korean = replace(document, front_matter=(("lang", "ko"),))
    assert front_matter.dump(korean) == "lang: ko"


def test_a_language_is_named_once():
    document = post("locale: en_US")
    english = replace(document, front_matter=(*document.front_matter, ("lang", "en")))
    assert front_matter.dump(english) == "locale: en_US"
    korean = replace(document, front_matter=(*document.front_matter, ("lang", "ko")))
    assert front_matter.dump(korean) == "locale: en_US\nlang: ko"


def test_a_draft_that_went_public_here_is_written_without_what_hid_it():
    document = post("layout: post\ndraft: true\npublished: no\ntags: [a]")
    assert "draft: true\npublished: no" in front_matter.dump(document)
    assert front_matter.dump(replace(document, is_public=True)) == "layout: post\ntags: [a]"


def test_the_usual_front_matter_has_no_form():
    front = 'layout: post\ntitle: "Day"\ndate: 2025-10-08 08:15:00\ntags: [papers]'
    assert front_form.FORM not in post(front).form


@pytest.mark.parametrize("form", [5, {}, [], [[]], [["title", 1]], [["title"]], [["tags", "x"]]])
def test_a_form_that_is_damaged_is_passed_over(form):
    document = replace(post(FRONTS[0]), form={"front_matter": form})
    again = post(front_matter.dump(document))
    assert (again.title, again.tags) == (document.title, document.tags)


VALUES = st.sampled_from(
    [
        *("x", "'x'", '"x y"', "[a, 'b', \"c\"]", "[]", "{a: 1}", "", "yes", "0755", "1.10", "#x"),
        *("\n  - a\n  - 'b'", "\n- a\n-   b # c", "|\n  a\n\n  b", ">\n  a\n  b", "a # c", "a, b"),
        *("[a,\n  b]", "'a\n  b'", "2025-10-08", "2025/10/08 10:00 KST", "\n  a: [1]\n  b: 'c'"),
        *("&a x", "!!str x", "- a", "a: b", "\ue000", "한국어", "'#a'"),
    ]
)
KEYS = st.sampled_from(
    ["title", "date", "tags", "tag", "lang", "layout", "'k'", "draft", "redirect_from"]
)
LINES = st.one_of(
    st.tuples(KEYS, VALUES).map(lambda pair: f"{pair[0]}: {pair[1]}"),
    st.sampled_from(["# comment", "", "  # comment"]),
)


@given(st.lists(LINES, max_size=8).map("\n".join))
@settings(max_examples=500)
def test_whatever_front_matter_is_read_is_written_to_say_the_same(front):
    try:
        document = post(front)
    except FileRefused:
        return
    written = front_matter.dump(document)
    again = post(written)
    for each in ("title", "tags", "published_at", "is_public", "language"):
        assert getattr(again, each) == getattr(document, each)
    assert dict(again.front_matter) == dict(document.front_matter)
    assert front_matter.dump(again) == written


@pytest.mark.parametrize("unit", ["a{}: 1\n", "a{}: [1, 2, 3]\n", "# {}\n", "k{}:\n  - x\n"])
def test_a_front_matter_as_long_as_may_be_is_read_and_written(unit):
    lines = "".join(unit.format(number) for number in range(40_000 // len(unit)))
    front = lines.rstrip("\n")
    assert front_matter.dump(post(front)) == front


@pytest.mark.parametrize("first", ["evil: 1\n---\n# x\n", "---\n", "published: false\n", "a: [\n"])
def test_a_form_that_somebody_broke_adds_no_key_and_ends_nothing(first):
    document = post("title: T\ndate: 2025-10-08 08:15:00")
    broken = replace(
        document, form={front_form.FORM: [["", first], *document.form[front_form.FORM]]}
    )
    assert front_matter.dump(broken) == front_matter.dump(replace(document, form={}))
