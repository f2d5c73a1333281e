"""Files are written in the blog's own layout, and reading them returns what was written."""

import re
import tarfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from digest.jekyll.files.document import Document, PaperItem, SectionItem
from digest.jekyll.files.head.visibility import hides
from digest.jekyll.files.outline import CLOSED, tidy
from digest.jekyll.files.reading import read
from digest.jekyll.files.writing import write
from papers import kinds
from papers.text import line
from papers.text.cleaning import clean, fold
from papers.text.tags import TagRefused, tag_name

SEOUL = ZoneInfo("Asia/Seoul")
NEW_YORK = ZoneInfo("America/New_York")
FIVE = ["introduction", "method", "results", "limitations", "conclusion"]
NAME = "2025-10-08-daily-papers.md"


def overview_url(arxiv_id):
    return f"https://www.alphaxiv.org/ko/overview/{arxiv_id}"


def normalised(text):
    """Return the text without what the rule of `writing` leaves out, and nothing more."""
    lines = [line.rstrip() for line in text.split("\n")]
    return "\n".join(re.sub(" +", " ", line) if line.startswith("# ") else line for line in lines)


def written(document):
    return write(document, overview_url)


def reread(document, zone=SEOUL):
    name = f"{document.day}-{document.slug}.md"
    return read(written(document).encode(), name, zone, now=datetime.max.replace(tzinfo=UTC))


def expressible(document):
    """Return the document without what a file does not contain."""
    papers = [
        replace(paper, raw_title="", abstract="", upvotes=None, organization="")
        for paper in document.papers
    ]
    return replace(document, papers=tuple(papers), refusals=(), notices=())


def post(*papers, **fields):
    return Document(
        **{
            "day": date(2025, 10, 8),
            "slug": "daily-papers",
            "title": "Day",
            "published_at": datetime(2025, 10, 8, 8, 15, tzinfo=SEOUL),
            "papers": papers or (PaperItem("2510.06208", "Title"),),
            **fields,
        }
    )


def with_section(markdown, heading="", kind="method"):
    sections = (SectionItem(kind, heading, markdown), SectionItem("results", "", "Last."))
    second = PaperItem("2510.00001", "Second", sections=(SectionItem("method", "", "-->"),))
    return post(PaperItem("2510.06208", "Title", sections=sections), second)


# Existing files


@pytest.mark.corpus
def test_the_seed_post_comes_back_but_for_runs_of_spaces_in_titles_and_at_line_ends(corpus):
    text = (corpus / "seed" / NAME).read_text(encoding="utf-8")
    exported = written(read(text.encode(), NAME, SEOUL))
    assert exported == normalised(text)
    assert exported != text


@pytest.mark.corpus
def test_one_changed_section_of_the_seed_post_is_the_only_difference(corpus):
    document = read((corpus / "seed" / NAME).read_bytes(), NAME, SEOUL)
    third = document.papers[2]
    changed = (*third.sections[:3], replace(third.sections[3], markdown="없음."), third.sections[4])
    papers = (*document.papers[:2], replace(third, sections=changed), *document.papers[3:])
    before = written(document).split("\n")
    after = written(replace(document, papers=papers)).split("\n")
    same = [old == new for old, new in zip(before, after, strict=True)]
    assert same.count(False) == 1
    assert after[same.index(False)] == "없음."


@pytest.mark.corpus
def test_posts_of_the_other_blog_are_written_in_our_layout_and_read_again(corpus):
    with tarfile.open(corpus / "jekyll_chirpy" / "posts-2025.tar.gz") as archive:
        for member in archive.getmembers():
            name = member.name.rsplit("/", 1)[1]
            document = read(archive.extractfile(member).read(), name, SEOUL)
            again = reread(document)
            assert expressible(again) == expressible(document)
            assert written(again) == written(document)


# The layout


def test_a_document_is_written_in_the_layout_of_the_blog():
    document = post(
        PaperItem(
            "2510.06208",
            "A",
            note="Good.",
            sections=(
                SectionItem("method", "", "- x\n\n- y"),
                SectionItem("results", "결과", ""),
                SectionItem("other", "Ablations", "Z"),
            ),
        ),
        PaperItem("hep-th/9901001", "B"),
        tags=("papers", "2025", "a, b", "일간"),
        front_matter=(("layout", "post"), ("title", None), ("categories", []), ("author", None)),
        intro="# Today",
    )
    assert written(document) == (
        "---\n"
        "layout: post\n"
        'title: "Day"\n'
        "categories: []\n"
        "author:\n"
        "date: 2025-10-08 08:15:00\n"
        "tags: [papers, '2025', 'a, b', 일간]\n"
        "---\n\n\n"
        "# Today\n\n"
        "# 1. [A](https://arxiv.org/abs/2510.06208)\n\n"
        "> [Alphaxiv](https://www.alphaxiv.org/ko/overview/2510.06208)\n\n"
        "Good.\n\n"
        "## Method\n- x\n\n- y\n\n"
        "## 결과\n\n"
        "## Ablations\nZ\n\n"
        "# 2. [B](https://arxiv.org/abs/hep-th/9901001)\n\n"
        "> [Alphaxiv](https://www.alphaxiv.org/ko/overview/hep-th/9901001)\n"
    )


@pytest.mark.parametrize(
    ("published_at", "line"),
    [
        (datetime(2025, 10, 8, 23, 15, tzinfo=UTC), "date: 2025-10-08 23:15:00"),
        (datetime(2025, 11, 2, 1, 30, tzinfo=NEW_YORK), "date: 2025-11-02 01:30:00"),
        (datetime(2025, 11, 2, 1, 30, fold=1, tzinfo=NEW_YORK), "date: 2025-11-02 01:30:00 -0500"),
    ],
)
def test_a_date_is_local_and_has_its_offset_only_in_the_hour_that_comes_twice(published_at, line):
    document = post(published_at=published_at, day=published_at.date())
    assert f"\n{line}\n" in written(document)
    again = reread(document, published_at.tzinfo).published_at
    assert again.astimezone(UTC) == published_at.astimezone(UTC)


@pytest.mark.parametrize(
    "title", ['Say "x"', r"back\slash", "a: b # c", "- x", "논문 — 1", "{{ x }}"]
)
def test_a_title_is_quoted_so_that_any_yaml_reader_gets_it_back(title):
    text = written(post(title=title))
    assert yaml.safe_load(text.split("---\n")[1])["title"] == title


@pytest.mark.parametrize(
    "line",
    [
        "last_modified_at: 2025-10-09 10:00:00",
        "at: 12:30:00",
        "code: 0755",
        "version: 1.10",
        "rank: 0.5",
        "pin: true",
        "author: {name: 김, url: 'https://example.org/#a'}",
        "image: [a, [b, {c: 1}], 'yes']",
        "description: It's fine",
        '"2025": x',
    ],
)
def test_unknown_front_matter_is_written_as_it_was(line):
    text = written(post()).replace("---\n", f"---\n{line}\n", 1)
    again = written(read(text.encode(), NAME, SEOUL))
    assert again == text


# Text that looks like structure


@pytest.mark.parametrize(
    "markdown",
    [
        "## Results",
        "\\## Results",
        "\\\\## Results",
        "# 7. [No](https://arxiv.org/abs/2510.00009)",
        "# [No](https://arxiv.org/abs/2510.00009)",
        "# Heading",
        "## [2510.00009] Bare id",
        "### 2. [Counts on](https://arxiv.org/abs/2510.00009)",
        "### 2. Counts on\n[Read](https://arxiv.org/abs/2510.00009)",
        "- 방법: no section",
        "**결과:** no section",
        "👍 12",
        "- [Read](https://arxiv.org/abs/2510.06208)",
        "Words.\n\n## Limitations\nMore.",
        "```\n## Results",
        "~~~~\n```\n# 7. [No](https://arxiv.org/abs/2510.00009)",
        "```python\nx\n```\n\n```",
        "<!-- never ended\n## Results",
        "<!-- ended -->\n## Results",
        "a `<!--` b",
        "-->",
        f"Words.\n{CLOSED}",
        f"```\n{CLOSED}",
        f"```\n```\n{CLOSED}",
        CLOSED,
        "---\nlayout: post\n---",
        "1. **Title** - 👍 3\n   - [x](https://arxiv.org/abs/2510.00009)",
        "> [Alphaxiv](https://www.alphaxiv.org/ko/overview/2510.06208)",
        "    # 7. indented",
        "Results\n-------",
    ],
)
@pytest.mark.parametrize("place", ["section", "note", "intro"])
def test_text_that_looks_like_structure_stays_text(markdown, place):
    document = with_section(markdown if place == "section" else "x")
    if place == "note":
        document = replace(
            document, papers=(replace(document.papers[0], note=markdown), document.papers[1])
        )
    if place == "intro":
        document = replace(document, intro=markdown)
    again = reread(document)
    assert (again.refusals, again.notices) == ((), ())
    assert [paper.arxiv_id for paper in again.papers] == ["2510.06208", "2510.00001"]
    assert len(again.papers[0].sections) == 2
    assert written(again) == written(document)
    assert expressible(again).intro == tidy(document.intro)
    assert again.papers[0].note == tidy(document.papers[0].note)
    assert again.papers[0].sections[0].markdown == tidy(document.papers[0].sections[0].markdown)


def test_a_heading_inside_a_section_is_written_as_plain_text_and_an_open_block_is_closed():
    text = written(with_section("## Results\n\n```\nx"))
    assert f"## Method\n\\## Results\n\n```\nx\n```\n{CLOSED}\n\n## Results\nLast." in text


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("[Re] A", "[[Re] A]("),
        ("A ] B", "[A \\] B]("),
        ("A](https://arxiv.org/abs/2510.00009) B", "[A\\](https"),
        ("ends with \\", "[ends with \\\\]("),
        (r"$\alpha$ and \$1", r"[$\alpha$ and \\$1]("),
        ("<script>alert(1)</script>", "[\\<script>alert(1)\\</script>]("),
        ("a < b, {x}", "[a < b, {x}]("),
        ("{{ site.x }} {% raw %}", "[{\\{ site.x }} {\\% raw %}]("),
    ],
)
def test_a_title_can_be_no_markup(title, expected):
    document = post(PaperItem("2510.06208", title))
    assert f"# 1. {expected}" in written(document)
    assert reread(document).papers[0].title == title


@pytest.mark.parametrize("heading", ["A # b", "C #", "a ##", "##", "<b> {{x}}", "\\#", "1. [x](y)"])
def test_a_heading_of_an_editor_comes_back(heading):
    document = with_section("x", heading=heading, kind="other")
    assert reread(document).papers[0].sections[0].heading == heading


# Any text


WORDS = st.text(st.sampled_from("ab가 \t#`~<>!-[](){}%\\*_:'\"|&\u2028\r"), max_size=12)
LINES = (
    st.sampled_from(
        [
            "## Method",
            "# 1. [x](https://arxiv.org/abs/2510.06208)",
            "```",
            "````",
            "~~~",
            "<!--",
            "-->",
            "---",
            CLOSED,
            "<!-- -->",
            "> [Alphaxiv](https://www.alphaxiv.org/ko/overview/2510.06208)",
            "1. **x** - 👍 1",
            "",
        ]
    )
    | WORDS
    | WORDS.map(lambda text: f"\\{text}")
    | st.text(max_size=20)
)
MARKDOWN = st.lists(LINES, max_size=8).map(lambda lines: tidy(clean("\n".join(lines))))
LINE = (WORDS | st.text(max_size=40)).map(fold)
TITLE = LINE.filter(bool)
OTHER_HEADINGS = TITLE.filter(lambda heading: kinds.by_heading(heading) == kinds.OTHER)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.sampled_from([0.5, -12.25, 3.0])
    | (st.text(max_size=30) | st.sampled_from(["yes", "1.0", "~", "2025-10-08", "<<"])).map(clean),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(LINE, inner, max_size=3),
    max_leaves=8,
)
GIST = LINE.filter(lambda text: not any(line.faults(text, 120)))
SECTIONS = st.builds(
    lambda texts, headings: (
        *(SectionItem(kind, "", text) for kind, text in zip(FIVE, texts, strict=False)),
        *(SectionItem("other", heading, "x") for heading in headings),
    ),
    st.lists(MARKDOWN, max_size=5),
    st.lists(OTHER_HEADINGS, max_size=2, unique=True),
)
PAPERS = st.lists(
    st.builds(
        PaperItem,
        st.sampled_from(["2510.06208", "2510.00001", "hep-th/9901001", "0704.0001"]),
        TITLE,
        sections=SECTIONS,
        gist=GIST,
        note=MARKDOWN,
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda paper: paper.arxiv_id,
)


def can_be_a_tag(name):
    try:
        return tag_name(name)
    except TagRefused:
        return None


def without_hiding(front_matter):
    """Return the keys that do not make a draft of a post: a draft is another document."""
    return {key: value for key, value in front_matter.items() if not hides(key, value)}


KEYS = LINE.filter(lambda key: key not in ("title", "date", "tags"))
UNKNOWN = st.dictionaries(KEYS, VALUES).map(without_hiding)


@st.composite
def documents(draw):
    zone = draw(st.sampled_from([SEOUL, NEW_YORK, ZoneInfo("UTC")]))
    moment = draw(st.datetimes(datetime(1991, 1, 2), datetime(2100, 1, 1), timezones=st.just(UTC)))
    published_at = moment.replace(microsecond=0).astimezone(zone)
    papers = draw(PAPERS)
    keys = [*draw(UNKNOWN).items(), ("title", None), ("date", None), ("tags", None)]
    keys += [("gists", {})] if any(paper.gist for paper in papers) else []
    return Document(
        day=published_at.date() + timedelta(draw(st.integers(-1, 1))),
        slug="daily-papers",
        title=draw(TITLE),
        published_at=published_at,
        tags=tuple(draw(st.lists(TITLE.filter(can_be_a_tag), max_size=4, unique=True))),
        front_matter=tuple(draw(st.permutations(keys))),
        intro=draw(MARKDOWN),
        papers=tuple(papers),
    )


@given(documents())
@settings(max_examples=200)
def test_whatever_is_written_is_read_again_and_written_the_same(document):
    again = reread(document, document.published_at.tzinfo)
    assert again.refusals == ()
    assert expressible(again) == document
    assert again.published_at.utcoffset() == document.published_at.utcoffset()
    assert written(again) == written(document)


@given(st.lists(LINES, max_size=20))
@example(["```", "", "```", CLOSED])
@settings(max_examples=200)
def test_whatever_stands_in_a_file_is_the_same_when_written_and_read_again(lines):
    body = "\n".join(["# 1. [First](https://arxiv.org/abs/2510.00002)", *lines])
    document = read(f"---\ntags: [x]\n---\n{body}".encode(errors="replace"), NAME, SEOUL)
    again = reread(document)
    assert expressible(again) == expressible(document)
    assert written(again) == written(document)
