"""Files as people write them, and files as nobody should."""

import tarfile
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from digest.jekyll.files.document import FileRefused
from digest.jekyll.files.head.names import NotAPost
from digest.jekyll.files.reading import MAX_BYTES, read

SEOUL = ZoneInfo("Asia/Seoul")
FIVE = ["introduction", "method", "results", "limitations", "conclusion"]
NAME = "2025-10-08-daily-papers.md"
FRONT = '---\ntitle: "Day"\ndate: 2025-10-08 08:15:00\ntags: [papers]\n---\n'
PAPER = "# 1. [Title](https://arxiv.org/abs/2510.06208)\n\n## Method\nText.\n"
PAPER_OF_ITS_DAY = "---\n---\n" + PAPER


def read_text(text, name=NAME, zone=SEOUL):
    return read(text.encode(), name, zone)


def read_body(body):
    return read_text(FRONT + body)


def read_front(front):
    return read_text(f"---\n{front}\n---\n{PAPER}")


def refusal_of(data, name=NAME):
    with pytest.raises(FileRefused) as refused:
        read(data if isinstance(data, bytes) else data.encode(), name, SEOUL)
    return str(refused.value)


# The blog the project began with


@pytest.fixture
def seed(corpus):
    return read((corpus / "seed" / NAME).read_bytes(), NAME, SEOUL)


@pytest.mark.corpus
def test_the_seed_post_has_its_title_date_and_tags(seed):
    assert seed.day == date(2025, 10, 8)
    assert seed.slug == "daily-papers"
    assert seed.title == "Daily Papers — 2025-10-08"
    assert seed.published_at == datetime(2025, 10, 8, 8, 15, tzinfo=SEOUL)
    assert seed.tags == ("papers", "hugginface")
    assert seed.front_matter == (
        ("layout", "post"),
        ("title", None),
        ("date", None),
        ("tags", None),
        ("categories", []),
    )
    assert (seed.intro, seed.refusals, seed.notices) == ("", (), ())


@pytest.mark.corpus
def test_the_seed_post_has_eight_papers_in_order_with_five_sections_each(seed):
    assert [paper.arxiv_id for paper in seed.papers] == [
        "2509.26328",
        "2510.06208",
        "2510.06182",
        "2510.03506",
        "2510.02300",
        "2510.05396",
        "2510.06139",
        "2509.21499",
    ]
    for paper in seed.papers:
        assert [section.kind for section in paper.sections] == FIVE
        assert all(section.markdown and not section.heading for section in paper.sections)
        assert paper.missing_kinds == ()
        assert paper.note == ""


@pytest.mark.corpus
def test_titles_of_the_seed_post_are_folded_and_the_raw_ones_kept(seed):
    paper = seed.papers[2]
    assert paper.title == (
        "Mixing Mechanisms: How Language Models Retrieve Bound Entities In-Context"
    )
    assert "Entities   In-Context" in paper.raw_title
    assert paper.line == 54


@pytest.mark.corpus
def test_sections_of_the_seed_post_are_its_words_without_white_space_at_line_ends(seed, corpus):
    written = (corpus / "seed" / NAME).read_text(encoding="utf-8")
    for paper in seed.papers:
        for section in paper.sections:
            lines = section.markdown.split("\n")
            assert lines == [line.rstrip() for line in lines]
            assert all(line in written for line in lines)


# Another blog's habits


@pytest.fixture
def chirpy(corpus):
    with tarfile.open(corpus / "jekyll_chirpy" / "posts-2025.tar.gz") as archive:
        return [
            read(archive.extractfile(member).read(), member.name.rsplit("/", 1)[1], SEOUL)
            for member in archive.getmembers()
            if member.name.endswith(".md")
        ]


@pytest.mark.corpus
def test_all_papers_of_the_other_blog_are_read(chirpy):
    papers = [paper for document in chirpy for paper in document.papers]
    assert (len(chirpy), len(papers)) == (45, 430)
    assert not any(document.refusals for document in chirpy)
    assert all(paper.title and "\n" not in paper.title for paper in papers)
    assert all(paper.upvotes is not None and not paper.note for paper in papers)
    assert sum("\n" in paper.raw_title for paper in papers) > 20


@pytest.mark.corpus
def test_the_other_blogs_first_post_is_read_in_full(chirpy):
    first = min(chirpy, key=lambda document: document.day)
    assert first.title == "Hugging Face Daily Papers - 2025-11-03"
    assert first.slug == "daily-papers-1762174155"
    assert first.published_at == datetime(2025, 11, 3, 9, 15, tzinfo=SEOUL)
    assert dict(first.front_matter)["categories"] == ["Daily Papers", "일간"]
    assert first.intro.split("\n")[0] == "# Hugging Face Daily Papers - 2025-11-03"
    assert first.intro.endswith("## 📊 좋아요 순위")
    second = first.papers[1]
    assert second.arxiv_id == "2510.27492"
    assert second.title == (
        "ThinkMorph: Emergent Properties in Multimodal Interleaved Chain-of-Thought Reasoning"
    )
    assert (second.upvotes, second.organization) == (37, "")
    assert second.abstract.startswith("Multimodal reasoning requires iterative")
    assert first.papers[0].organization == "Sea AI Lab"


@pytest.mark.corpus
def test_heads_of_web_pages_are_not_taken_for_abstracts(chirpy):
    without = [
        (document.day, paper)
        for document in chirpy
        for paper in document.papers
        if not paper.abstract
    ]
    assert {day for day, _ in without} == {date(2025, 12, 18)}
    assert len(without) == 10
    abstracts = [paper.abstract for document in chirpy for paper in document.papers]
    assert not any("Upvote" in abstract for abstract in abstracts)


@pytest.mark.corpus
def test_institutions_lose_the_counts_that_were_scraped_with_them(chirpy):
    names = {paper.organization for document in chirpy for paper in document.papers}
    assert not [name for name in names if "author" in name or name[-1:].isdigit()]
    assert {"Google", "UC Berkeley", "University of California, Berkeley", "TokSuite"} <= names


@pytest.mark.corpus
def test_the_post_published_a_day_late_keeps_both_dates(chirpy):
    late = [document for document in chirpy if document.published_at.date() != document.day]
    assert [document.day for document in late] == [date(2025, 12, 11)]
    assert "listed on 2025-12-11" in late[0].notices[0].text


# Names and dates


@pytest.mark.parametrize("name", ["README.md", "2025-02-30-daily-papers.md", "", "a\n.md"])
def test_a_file_that_is_no_post_by_its_name_is_told_from_a_bad_one(name):
    with pytest.raises(NotAPost) as skipped:
        read_text(FRONT + PAPER, name)
    assert "name " in str(skipped.value)
    assert "\n" not in str(skipped.value)


def test_what_the_path_says_is_in_the_document():
    document = read_text(PAPER_OF_ITS_DAY, "papers/_posts/2025-10-8-gpt-4.1 papers.md")
    assert (document.day, document.slug) == (date(2025, 10, 8), "gpt-4-1-papers")
    assert (document.written_slug, document.folders) == ("gpt-4.1 papers", ("papers",))
    assert document.title == "Gpt 4.1 papers"
    assert read_text(PAPER_OF_ITS_DAY).written_slug == ""


def test_a_draft_takes_its_day_from_its_front_matter():
    document = read_text("---\ndate: 2025-10-09 08:15\n---\n" + PAPER, "_drafts/next-week.md")
    assert (document.day, document.slug) == (date(2025, 10, 9), "next-week")
    assert not document.is_public
    with pytest.raises(NotAPost, match="a draft without a date: add a line date: YYYY-MM-DD"):
        read_text(PAPER_OF_ITS_DAY, "_drafts/next-week.md")


def test_a_korean_slug_is_kept():
    assert read_text(FRONT + PAPER, "2025-10-08-오늘의-논문.md").slug == "오늘의-논문"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2025-10-08 08:15:00", datetime(2025, 10, 8, 8, 15, tzinfo=SEOUL)),
        ("2025-10-08 08:15", datetime(2025, 10, 8, 8, 15, tzinfo=SEOUL)),
        ("2025-10-08", datetime(2025, 10, 8, tzinfo=SEOUL)),
        ('"2025-10-08 08:15:00"', datetime(2025, 10, 8, 8, 15, tzinfo=SEOUL)),
        ("2025-10-08 09:15:00 +0900", datetime(2025, 10, 8, 0, 15, tzinfo=UTC)),
        ("2025-10-07T23:15:00Z", datetime(2025, 10, 7, 23, 15, tzinfo=UTC)),
        ("2025-10-08 00:15:00 UTC", datetime(2025, 10, 8, 0, 15, tzinfo=UTC)),
        ("2025-10-08 08:15:00.25 -05:00", datetime(2025, 10, 8, 13, 15, tzinfo=UTC)),
    ],
)
def test_a_date_is_read_in_its_own_zone_or_in_the_sites(written, expected):
    document = read_front(f"date: {written}")
    assert document.published_at == expected
    assert document.published_at.utcoffset() == timedelta(hours=9)


def test_a_post_without_date_and_title_takes_them_from_its_name():
    document = read_front("layout: post")
    assert document.published_at == datetime(2025, 10, 8, tzinfo=SEOUL)
    assert (document.title, document.tags) == ("Daily Papers", ())


@pytest.mark.parametrize("written", ["yesterday", "2025-13-01", "2025-10-08 25:00", "[2025]", "8"])
def test_a_date_that_is_none_is_refused(written):
    refusal = refusal_of(f"---\nlayout: post\ndate: {written}\n---\n{PAPER}")
    assert refusal.startswith(f"{NAME}: line 3: ")


def test_a_day_between_listing_and_publishing_is_noticed_and_two_are_refused():
    document = read_front("date: 2025-10-09 09:15:00")
    assert [notice.line for notice in document.notices] == [2]
    assert refusal_of(f"---\ndate: 2025-10-10\n---\n{PAPER}") == (
        f"{NAME}: line 2: date: 2025-10-10, but the file name says 2025-10-08: "
        "if both are right, add a line listing_date: 2025-10-08"
    )


# Front matter


def test_unknown_front_matter_keeps_order_and_plain_values():
    document = read_front(
        "layout: post\ndate: 2025-10-08\npin: yes\nauthor: {name: 김, age: 7}\nempty:\n"
        "last_modified_at: 2025-10-09 10:00:00\nrank: 0.5\nat: 12:30:00\ncode: 0755\nv: 1.10"
    )
    assert document.front_matter == (
        ("layout", "post"),
        ("date", None),
        ("pin", True),
        ("author", {"name": "김", "age": 7}),
        ("empty", None),
        ("last_modified_at", "2025-10-09 10:00:00"),
        ("rank", 0.5),
        ("at", "12:30:00"),
        ("code", "0755"),
        ("v", "1.10"),
        ("title", None),
        ("tags", None),
    )


@pytest.mark.parametrize(
    "tags", ["[a, 2025, yes, a]", "a 2025 yes", "a, 2025, yes", "\n  - a\n  - 2025\n  - yes"]
)
def test_tags_are_text_in_order_each_once(tags):
    assert read_front(f"tags: {tags}").tags == ("a", "2025", "yes")


@pytest.mark.parametrize(
    ("front", "line", "reason"),
    [
        ("a: !!python/object/apply:os.system [id]", 2, "tags and aliases are not taken"),
        ("a: 1\nb: !custom x", 3, "tags and aliases are not taken"),
        ("a: !!str x", 2, "tags and aliases are not taken"),
        ("a: &x [1]\nb: *x", 2, "anchors and aliases are not taken"),
        ("b: *x", 2, "anchors and aliases are not taken"),
        ("a: 1\nb: 2\na: 3", 4, "a: given twice"),
        ("a: {b: 1, b: 2}", 2, "b: given twice"),
        ("a: " + "[" * 30 + "]" * 30, 2, "nested deeper than 20"),
        ("a: [1", 2, "front matter: "),
        ("a: 1\n  b: 2", 3, "front matter: "),
        ("a:\n\t- b", 3, "front matter: "),
        ("just text", 2, "expected lines of the form key: value"),
        ("- a\n- b", 2, "expected lines of the form key: value"),
        ("? [a]\n: 1", 2, "key: expected text"),
        ("k: 1\n" + "k" * 101 + ": 1", 3, "key of 101 characters"),
        ("title: [a]", 2, "title: expected text"),
        ("title: " + "a" * 201, 2, "title: 201 characters, limit 200"),
        ("tags: {a: 1}", 2, "tags: expected text"),
        ("tags: [[a]]", 2, "tags: expected text"),
        ("tags: " + "".join(f" t{n}" for n in range(101)), 2, "tags: 101 of them"),
        ("a: b\n%TAG ! tag:x\nc: !d e", 4, "front matter: "),
    ],
)
def test_front_matter_that_is_unsafe_or_broken_is_refused_with_its_line(front, line, reason):
    refusal = refusal_of(f"---\n{front}\n---\n{PAPER}")
    assert refusal.startswith(f"{NAME}: line {line}: front matter: ")
    assert reason in refusal


def test_an_alias_bomb_is_refused_before_anything_is_built():
    bomb = ['a0: &a0 ["x"]'] + [
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)
    ]
    assert "line 2: " in refusal_of("---\n" + "\n".join(bomb) + f"\n---\n{PAPER}")


@pytest.mark.parametrize("text", ["", "\n", PAPER, "\n---\ntitle: x\n---\n" + PAPER])
def test_a_file_without_front_matter_is_refused(text):
    assert refusal_of(text).startswith(f"{NAME}: line 1: front matter: expected ---")


def test_front_matter_in_json_is_refused_with_what_to_do():
    refusal = refusal_of('{\n"title": "x"\n}\n' + PAPER)
    assert refusal.endswith("`hugo convert toYAML` makes of it")


def test_front_matter_without_an_end_is_refused():
    assert refusal_of("---\ntitle: x\n") == f"{NAME}: line 3: front matter: no second --- ends it"


def test_endless_front_matter_is_refused():
    assert "over 262144 characters" in refusal_of("---\n" + "a: 1\n" * 60_000 + f"---\n{PAPER}")


def test_a_file_over_four_mebibytes_is_refused():
    padding = b" " * (MAX_BYTES - len((FRONT + PAPER).encode()))
    whole = (FRONT + PAPER).encode() + padding
    assert read(whole, NAME, SEOUL).papers
    assert "bytes, limit 4 MiB" in refusal_of(whole + b"\n")


def test_a_file_that_is_not_utf_8_is_refused_with_the_line_of_the_byte():
    data = FRONT.encode() + b"# 1.\n\xff\n"
    assert refusal_of(data) == f"{NAME}: line 7: not UTF-8: byte 0xff"


def test_a_byte_order_mark_and_windows_line_ends_are_no_trouble():
    windows = ("\ufeff" + FRONT + PAPER).replace("\n", "\r\n")
    assert read_text(windows) == read_body(PAPER)


def test_hidden_characters_are_removed_even_where_yaml_escapes_them():
    document = read_front('title: "a\\0\\u202Eb"\nnote: ["x\\0\\uD800"]')
    assert document.title == "ab"
    assert "\0" not in str(document.front_matter)
    assert "\ud800" not in str(document.front_matter)


# Papers


def paper_of(body):
    document = read_body(body)
    assert document.refusals == ()
    return document.papers[0]


@pytest.mark.parametrize("body", ["", "Only words.\n", "# Heading\n\n## Method\nx\n"])
def test_a_file_without_papers_is_refused(body):
    assert refusal_of(FRONT + body) == (
        f"{NAME}: line 6: no paper below the front matter: "
        "expected one such as # N. [Title](https://arxiv.org/abs/ID)"
    )


@pytest.mark.parametrize(
    ("heading", "reason"),
    [
        ("# 2. Title alone", "expected # N."),
        ("# 2.", "expected # N."),
        ("# 2. [Title](https://example.org/abs/2510.06208)", "expected # N."),
        ("# 2. [Title](javascript:alert(1))", "expected # N."),
        ("# 2. [Title](https://arxiv.org.example.org/abs/2510.06208)", "expected # N."),
        ("# 2. [Title](https://arxiv.org/abs/2513.06208)", "is not an arXiv id"),
        ("# 2. [](https://arxiv.org/abs/2510.06209)", "title: missing"),
        ("# 2. [ \u200b ](https://arxiv.org/abs/2510.06209)", "title: missing"),
        (f"# 2. [{'x' * 501}](https://arxiv.org/abs/2510.06209)", "title: 501 chars, limit 500"),
        ("# 2. [Again](https://arxiv.org/abs/2510.06208v2)", "2510.06208: again"),
    ],
)
def test_a_paper_without_title_or_link_is_left_out_and_the_others_stay(heading, reason):
    last = "# 3. [Last](https://arxiv.org/abs/hep-th/9901001)\n"
    document = read_body(f"{PAPER}\n{heading}\n\n## Method\nLost.\n\n{last}")
    assert [paper.arxiv_id for paper in document.papers] == ["2510.06208", "hep-th/9901001"]
    assert document.papers[0].sections[0].markdown == "Text."
    assert [refusal.line for refusal in document.refusals] == [11]
    assert reason in document.refusals[0].reason


def test_a_file_where_every_paper_is_left_out_is_refused_with_the_first_reason():
    refusal = refusal_of(f"{FRONT}\n# 1. Title\n\n# 2. Title\n")
    assert refusal.startswith(f"{NAME}: line 7: no paper: paper: expected # N.")


def test_sections_may_be_missing_extra_or_repeated():
    document = read_body(
        PAPER + "## Ablations\nA.\n## Method\nMore.\n## Conclusion\n## Ablations\nB.\n"
    )
    paper = document.papers[0]
    assert [(section.kind, section.heading, section.markdown) for section in paper.sections] == [
        ("method", "", "Text.\n\nMore."),
        ("other", "Ablations", "A.\n\nB."),
        ("conclusion", "", ""),
    ]
    assert paper.missing_kinds == ("introduction", "results", "limitations", "conclusion")
    assert [notice.line for notice in document.notices] == [12, 15]


@pytest.mark.parametrize(
    ("written", "kind", "kept"),
    [
        ("Introduction", "introduction", ""),
        ("METHOD", "method", "METHOD"),
        ("Results ##", "results", ""),
        ("서론", "introduction", "서론"),
        ("소개", "introduction", "소개"),
        ("방법", "method", "방법"),
        ("결과", "results", "결과"),
        ("한계", "limitations", "한계"),
        ("결론", "conclusion", "결론"),
        ("Method  and  data", "other", "Method and data"),
    ],
)
def test_a_heading_gives_the_kind_and_is_kept_where_it_is_not_the_usual_one(written, kind, kept):
    section = paper_of(PAPER.replace("Method", written)).sections[0]
    assert (section.kind, section.heading) == (kind, kept)


def test_a_heading_too_long_for_the_site_refuses_its_paper_only():
    other = "# 2. [Other](https://arxiv.org/abs/2510.00001)\n\n## " + "x" * 201 + "\n"
    document = read_body(f"{PAPER}\n{other}")
    assert len(document.papers) == 1
    assert "heading of 201 chars" in document.refusals[0].reason


def test_a_file_of_five_thousand_papers_is_read_and_one_of_more_refused():
    papers = [f"# {n}. [T](https://arxiv.org/abs/2510.{n:05})\n" for n in range(1, 5002)]
    document = read_body("".join(papers[:-1]))
    assert (len(document.papers), document.refusals) == (5000, ())
    assert refusal_of(FRONT + "".join(papers)) == f"{NAME}: line 5006: over 5,000 papers"


@pytest.mark.parametrize("place", ["section", "note"])
def test_a_text_too_long_for_the_site_refuses_its_paper_only(place):
    heading = "" if place == "note" else "## Method\n"
    other = f"# 2. [Other](https://arxiv.org/abs/2510.00001)\n{heading}{'x' * 200_001}\n"
    document = read_body(f"{PAPER}\n{other}")
    assert len(document.papers) == 1
    assert document.refusals[0].reason == f"{place}: 200,001 chars, limit 200,000"


def test_an_intro_too_long_for_the_site_refuses_the_file():
    refusal = refusal_of(FRONT + "x" * 200_001 + "\n\n" + PAPER)
    assert refusal == f"{NAME}: line 6: intro: 200,001 chars, limit 200,000"


def test_a_paper_of_endless_sections_is_left_out():
    other = "# 2. [Other](https://arxiv.org/abs/2510.00001)\n" + "## a\n" * 101
    (refusal,) = read_body(f"{PAPER}\n{other}").refusals
    assert refusal.reason == "paper: 101 sections, limit 100"


@pytest.mark.parametrize(
    ("opening", "ending"), [("```", "```"), ("~~~~ md", "~~~~~"), ("<!--", "-->"), ("  ```", "```")]
)
def test_headings_in_code_and_comments_are_text(opening, ending):
    inner = f"{opening}\n# 2. [No](https://arxiv.org/abs/2510.00001)\n## Results\n{ending}"
    paper = paper_of(f"{PAPER}\n{inner}\n## Results\nYes.")
    assert [section.kind for section in paper.sections] == ["method", "results"]
    assert paper.sections[0].markdown == f"Text.\n\n{inner}"


def test_a_comment_without_an_end_hides_no_paper():
    body = f"{PAPER}\n<!-- forgotten\n\n# 2. [Two](https://arxiv.org/abs/2510.00001)\n"
    assert len(read_body(body).papers) == 2


def test_a_code_block_without_an_end_is_noticed():
    body = f"{PAPER}\n```\n# 2. [Two](https://arxiv.org/abs/2510.00001)\n"
    document = read_body(body)
    assert len(document.papers) == 1
    assert [notice.line for notice in document.notices] == [11]


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c"])
def test_only_a_line_feed_ends_a_line(separator):
    body = f"{PAPER}a{separator}# 2. [No](https://arxiv.org/abs/2510.00001){separator}## Results"
    paper = paper_of(body)
    assert len(paper.sections) == 1
    document = read_front(f"title: a{separator}b\nnote: c{separator}---{separator}d")
    assert document.title in ("a b", "ab")
    assert len(document.front_matter) == 4


def test_text_before_the_first_section_is_the_papers_note_without_the_derived_link():
    link = "> [Alphaxiv](https://www.alphaxiv.org/ko/overview/2510.06208)"
    heading, section = PAPER.split("\n\n")
    assert paper_of(f"{heading}\n\n{link}\n> Good.\n\nWords.\n\n{section}").note == (
        "> Good.\n\nWords."
    )
    other = link.replace("2510.06208", "2510.06209")
    assert paper_of(f"{heading}\n\n{other}\n\n{section}").note == other


def test_text_before_the_first_paper_is_the_intro():
    assert read_body(f"\n# Today\n\n## News  \nWords.\n\n{PAPER}").intro == (
        "# Today\n\n## News\nWords."
    )


def test_escaped_titles_are_shown_as_their_author_means_them():
    paper = paper_of(PAPER.replace("Title", r"A\_B [x] $\alpha$ \[y"))
    assert paper.title == r"A_B [x] $\alpha$ [y"
    assert paper.raw_title == r"A\_B [x] $\alpha$ \[y"


# The list layout


ITEM = """1. **A Title
  over two lines** - 👍 1,086
   - 기관: {organization}
   - [HF 페이지](https://huggingface.co/papers/2510.26788)
   - [논문 링크](https://arxiv.org/abs/2510.26788)
   - Abstract: {abstract}
"""


def item(organization="Google", abstract="Words."):
    return ITEM.format(organization=organization, abstract=abstract)


def test_a_list_item_becomes_a_paper():
    wrapped = item(abstract="Words\n     and more.")
    document = read_body(f"# Today\n\n{wrapped}   - 비고: 좋다\n")
    assert document.intro == "# Today"
    (paper,) = document.papers
    assert paper.title == "A Title over two lines"
    assert (paper.upvotes, paper.organization) == (1086, "Google")
    assert paper.abstract == "Words and more."
    assert paper.note == "비고: 좋다"


@pytest.mark.parametrize(
    ("written", "others", "expected"),
    [
        ("·8 authors", "x", ""),
        ("·5 authors113", "x", ""),
        ("QuantaAlpha611", "·5 authors", "QuantaAlpha611"),
        ("QuantaAlpha611", "·5 authors11", "QuantaAlpha"),
        ("University of California, Berkeley1.91k1", "·5 authors11", None),
        ("Group 42", "·5 authors11", "Group 42"),
        ("TongyiLab", "·5 authors11", "TongyiLab"),
        ("x" * 201, "x", ""),
    ],
)
def test_a_count_leaves_the_institution_only_where_the_file_shows_such_counts(
    written, others, expected
):
    second = item(others).replace("1. ", "2. ", 1).replace("26788", "26789")
    paper = read_body(f"{item(written)}\n{second}").papers[0]
    assert paper.organization == (
        "University of California, Berkeley" if expected is None else expected
    )


def test_an_institution_that_is_not_taken_as_it_is_written_is_noticed():
    second = item("·5 authors11").replace("1. ", "2. ", 1).replace("26788", "26789")
    (notice,) = read_body(f"{item('QuantaAlpha611')}\n{second}").notices
    assert notice.line == 8
    assert "'QuantaAlpha611' taken as 'QuantaAlpha'" in notice.text
    assert read_body(item("QuantaAlpha611")).notices == ()


def test_the_head_of_a_web_page_is_no_abstract():
    head = "Papers arxiv:2510.26788 A Title Published on Dec 17 Upvote 70 +62 Authors: A , B"
    document = read_body(item(abstract=head))
    assert document.papers[0].abstract == ""
    assert [notice.line for notice in document.notices] == [11]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("https://arxiv.org/abs/2510.26789", "https://example.org/x"), "no link to arxiv.org"),
        (("https://arxiv.org/abs/2510.26789", "https://arxiv.org/abs/x"), "is not an arXiv id"),
        (("** - 👍 1,086", ""), "title: expected"),
        (("A Title\n  over two lines", ""), "title: "),
        (("Words.", "x" * 20_001), "abstract: 20,001 chars, limit 20,000"),
    ],
)
def test_a_list_item_without_link_or_title_is_left_out_and_the_others_stay(change, reason):
    second = item().replace("1. ", "2. ", 1).replace("2510.26788", "2510.26789").replace(*change)
    if "://" in change[1]:
        second = second.replace("https://huggingface.co/papers/2510.26789", change[1])
    document = read_body(f"{item()}\n{second}")
    assert len(document.papers) == 1
    assert reason in document.refusals[0].reason
    assert document.refusals[0].line >= 13


def test_text_below_the_list_is_noticed_and_belongs_to_no_paper():
    document = read_body(f"{item()}\n---\nThanks.\n")
    assert [notice.line for notice in document.notices] == [13]
    assert document.papers[0].abstract == "Words."
    assert document.papers[0].note == ""


def test_an_absurd_count_of_upvotes_is_left_empty():
    document = read_body(item().replace("1,086", "9" * 5000))
    assert document.papers[0].upvotes is None
    assert document.notices
