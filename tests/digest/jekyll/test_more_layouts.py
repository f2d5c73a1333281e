"""Papers and texts of layouts whose marks are rare. That they come back is tested with all."""

import pytest

from tests.digest.jekyll import layouts_of_strangers as layouts
from tests.digest.jekyll.test_reading import read_body

ONE, TWO, OTHER = (f"https://arxiv.org/abs/2507.0000{number}" for number in (1, 2, 9))


def kinds_of(body):
    return [[each.kind for each in paper.sections] for paper in read_body(body).papers]


@pytest.mark.parametrize(
    ("body", "kinds"),
    [
        (layouts.TITLE_LABELS, [["method", "results"]] * 2),
        (layouts.OF_SO_MANY, [["method", "results"], ["method"]]),
        (layouts.ASKED, [["method", "results"], ["method"]]),
    ],
)
def test_sections_are_known_by_the_words_before_them(body, kinds):
    assert kinds_of(body) == kinds


def test_papers_that_a_page_about_one_names_are_named():
    one, two = (f"https://arxiv.org/abs/2507.0000{number}" for number in (1, 2))
    read = read_body(f"Words.\n\n[arXiv]({one})\n\nMore words.\n\n[arXiv]({two})\n")
    (notice,) = read.notices
    assert "read as a page about 2507.00001 alone" in notice.text
    assert notice.text.endswith("2507.00002")


# Where papers begin


def titles_of(body):
    return [(paper.arxiv_id[-1], paper.title) for paper in read_body(body).papers]


BOTH = [("1", "A Tool"), ("2", "Another Tool")]


@pytest.mark.parametrize(
    "contents",
    [
        f"| 제목 | 링크 |\n|---|---|\n| A Tool | [📄]({ONE}) |\n| Another Tool | [📄]({TWO}) |",
        f"1. [A Tool]({ONE})\n2. [Another Tool]({TWO})",
    ],
)
def test_headings_have_the_ids_of_the_lines_with_their_titles(contents):
    document = read_body(f"{contents}\n\n### A Tool\n헤드.\n\n### Another Tool\n층.\n")
    assert [(each.arxiv_id[-1], each.note) for each in document.papers] == [
        ("1", "헤드."),
        ("2", "층."),
    ]
    assert document.intro == contents


def test_a_topic_that_a_paper_is_named_for_is_none():
    text = f"It starts from [Mamba]({OTHER}), as all do."
    body = f"## Mamba\n\n### [A Tool]({ONE})\n\n{text}\n\n### [Another Tool]({TWO})\n\nSo.\n"
    assert titles_of(body) == BOTH


@pytest.mark.parametrize(
    ("intro", "topic"),
    [
        ("", f"## Language Models\n\nOn [language models]({OTHER}).\n\n"),
        (f"[Language Models]({OTHER})\n\n", "## Language Models\n\n"),
        (f"We like [language models]({OTHER}).\n\n", "## Language Models\n\n"),
    ],
)
@pytest.mark.parametrize("shape", ["### [{}]({})\nSo.\n\n", "- [{}]({})\n"])
def test_a_heading_above_papers_has_no_id_of_a_link(intro, topic, shape):
    papers = shape.format("A Tool", ONE) + shape.format("Another Tool", TWO)
    assert titles_of(f"{intro}{topic}{papers}") == BOTH


def test_a_heading_has_no_id_of_a_link_in_a_sentence():
    paper = "## [{}]({})\nSo.\n\n"
    topic = f"## Scaling Laws\n\nThey follow [scaling laws]({OTHER}) closely.\n\n"
    body = paper.format("A Tool", ONE) + topic + paper.format("Another Tool", TWO)
    assert titles_of(body) == BOTH


@pytest.mark.parametrize(
    "body",
    [
        f"We met.\nIt covered {ONE} at length.\n\nWe argued.\nThe topic was {TWO} again.\n",
        f"We met\nand read {ONE} at length.\n\nThen came the\nsecond one at {TWO}, as I said.\n",
        f"Paper: A Tool\nLink: {ONE}\n\nWords.\n\nSo it was before.\n[Paper]({TWO})\n",
    ],
)
def test_sentences_are_no_titles_and_name_no_papers(body):
    read = read_body(body)
    assert [paper.arxiv_id for paper in read.papers] == ["2507.00001"]
    assert read.notices[-1].text.endswith("are text of it: 2507.00002")


@pytest.mark.parametrize(
    "written",
    [
        'We ran `seed="2401.12345"` today.',
        'We ran `<x id="2401.12345">` today.',
        "<meta name='x' build='2410.01234'>",
        'Do pip install x=="2401.12345" now.',
        'Ran with version="2401.12345", id="2401.12345".',
    ],
)
def test_attributes_of_other_things_name_no_papers(written):
    paper = "## [{}]({})\n\nSo.\n\n"
    body = paper.format("A Tool", ONE) + f"## News\n\n{written}\n\n"
    assert titles_of(body + paper.format("Another Tool", TWO)) == BOTH
    items = f"- [A Tool]({ONE}): one.\n- {written}\n- [Another Tool]({TWO}): two.\n"
    assert titles_of(items) == BOTH


def test_a_link_in_a_sentence_below_a_heading_makes_no_paper_of_it():
    papers = f"## [A Tool]({ONE})\n\nSo.\n\n## [Another Tool]({TWO})\n\nSo.\n\n"
    text = "The workshop is at https://www.nature.com/articles/s1 now."
    assert not read_body(f"{papers}## Housekeeping\n\n{text}\n").refusals
    for line in ("**Paper:** https://doi.org/10.1/x", "- [pdf](https://doi.org/10.1/x)"):
        assert read_body(f"{papers}## Third Tool\n\n{line}\n").refusals


def test_numbers_of_versions_are_of_titles():
    body = f"## 3.1 Llama [pdf]({ONE})\n\nSo.\n\n## 3.2 Llama [pdf]({TWO})\n\nSo.\n"
    assert titles_of(body) == [("1", "3.1 Llama"), ("2", "3.2 Llama")]


def test_numbers_of_several_levels_are_no_part_of_titles():
    assert titles_of(layouts.Dotted_numbers)[:2] == [
        ("1", "A Tool for Things"),
        ("2", "Another Tool"),
    ]
    alone = f"## 2.5 Years in Class\n\n[arXiv]({ONE})\n\n## 1.58 Bits\n\n[arXiv]({TWO})\n"
    assert titles_of(alone) == [("1", "2.5 Years in Class"), ("2", "1.58 Bits")]


def test_a_heading_above_a_list_of_papers_is_none():
    listed = "- **Another Tool** ([arXiv]({}))\n- **Third Tool** ([arXiv]({}))"
    body = f"## A Tool\n\n[arXiv]({ONE})\n\n## Also seen\n\n{listed.format(TWO, OTHER)}\n"
    assert titles_of(body) == [*BOTH, ("9", "Third Tool")]


def test_a_link_with_the_title_of_its_heading_begins_no_group():
    links = f"**A Tool, v2** ([pdf]({ONE}))\n\n**Prior Work** ([pdf]({OTHER}))"
    body = f"## A Tool\n\n{links}\n\nSo.\n\n## Another Tool\n\n[pdf]({TWO})\n"
    assert titles_of(body)[:2] == BOTH


def test_a_review_of_one_paper_is_of_that_paper_whatever_it_compares_with():
    other = f"- [Base]({OTHER}) is slow.\n- [Old]({TWO}) is slower."
    linked = f"# [논문 리뷰] A Tool\n\nToday [A Tool]({ONE}).\n\n## 1. Method\n\n{other}\n"
    assert titles_of(linked) == [("1", "A Tool")]
    parts = f"## TL;DR\n\nSo.\n\n## Method\n\nBase ([pdf]({OTHER})) is slow.\n"
    assert titles_of(f"**Paper**: [A Tool]({ONE})\n\n{parts}") == [("1", "A Tool")]


def test_paragraphs_of_a_review_begin_no_papers():
    body = f"Paper: A Tool\nLink: {ONE}\n\n## Method\n\nBase: a tool\nLink: {OTHER}\n"
    assert titles_of(body) == [("1", "A Tool")]


@pytest.mark.parametrize(
    "paragraphs",
    [
        "I gave a talk.\nIt covered {} at length.\n\nWe argued.\nThe topic was {} again.",
        "A talk that I gave\nstood on {}, which I like.\n\nAfter lunch\ncame {} again.",
        "A Tool\n[Paper]({})\n\nIt is good.\n\nA similar idea was tried before.\n[Paper]({})",
        "A Tool\n[논문]({})\n\n내일은 이것을 읽는다\n[논문]({})",
    ],
)
def test_sentences_of_paragraphs_are_no_titles(paragraphs):
    read = read_body(paragraphs.format(ONE, TWO) + "\n")
    assert len(read.papers) == 1
    assert read.notices[-1].text.endswith("text of it: 2507.00002")


def test_papers_in_sentences_are_named_where_one_of_them_is_the_pages():
    read = read_body(f"First, [A Tool]({ONE}) is good.\n\nThen [Another Tool]({TWO}) is, too.\n")
    assert read.notices[-1].text.endswith("are text of it: 2507.00002")


def test_times_before_titles_are_no_part_of_them():
    body = f"09:00 — **[A Tool]({ONE})** (👍 1): so.\n\n10:30 — **[Another Tool]({TWO})**: no.\n"
    assert titles_of(body) == BOTH


def test_a_table_and_a_shorter_list_below_it_both_have_papers():
    rows = f"| Paper | 👍 |\n|---|---|\n| [A Tool]({ONE}) | 3 |\n| [Another Tool]({TWO}) | 2 |\n"
    document = read_body(f"{rows}\n### Deep dive\n\nSo.\n\n### Also\n\n- [Third Tool]({OTHER})\n")
    assert [paper.title for paper in document.papers] == ["A Tool", "Another Tool", "Third Tool"]


def test_an_address_is_no_title():
    body = "<aside>\n💡 **{}**\n\n[{}]({})\n\nSo.\n\n</aside>\n\n"
    assert (
        titles_of(body.format("A Tool", ONE, ONE) + body.format("Another Tool", TWO, TWO)) == BOTH
    )


def test_jekylls_blocks_of_code_have_no_papers():
    code = f"{{% highlight md %}}\n# 1. [No Paper]({OTHER})\n\n## Method\n{{% endhighlight %}}"
    body = f"# 1. [A Tool]({ONE})\n\n## Method\n{code}\n\n# 2. [Another Tool]({TWO})\n"
    document = read_body(body)
    assert [paper.title for paper in document.papers] == ["A Tool", "Another Tool"]
    assert document.papers[0].sections[0].markdown == code


def test_a_list_of_earlier_work_below_a_paper_has_none():
    body = (
        f"- **A Tool** ([arXiv]({ONE}))\n  - [Old]({OTHER})\n- **Another Tool** ([arXiv]({TWO}))\n"
    )
    assert titles_of(body) == BOTH


def test_a_paper_that_is_not_at_arxiv_is_refused_by_its_line():
    one = "## A Tool\n[OpenReview](https://openreview.net/forum?id=x)\n\nSo.\n\n"
    body = f"{one}## Another Tool\n[arXiv]({TWO})\n"
    document = read_body(body)
    assert [each.line for each in document.refusals] == [6]
    assert (document.intro, len(document.papers)) == ("", 1)


@pytest.mark.parametrize(
    "written",
    [
        "**arXiv ID**: `2507.00001`",
        "- arXiv 번호: 2507.00001",
        '{{< arxiv id="2507.00001" >}}',
        '{{< arxiv "2507.00001" >}}',
        '<ArxivCard id="2507.00001" />',
        f"- 论文地址：{ONE}",
        f"- 논문링크: {ONE}",
        f"[Discuss on alphaXiv]({ONE})",
        f"[Abstract]({ONE})",
    ],
)
def test_a_line_that_says_where_a_paper_is_names_it_and_is_no_note(written):
    document = read_body(
        f"## A Tool\n\n{written}\n\nSo.\n\n## Another Tool\n\n[pdf]({TWO})\n\nSo.\n"
    )
    assert [(each.arxiv_id[-1], each.note) for each in document.papers] == [
        ("1", "So."),
        ("2", "So."),
    ]


@pytest.mark.parametrize(
    "line",
    [
        f"Paper of the day: A Tool [arXiv]({ONE})",
        f"[[A Tool]] ({ONE})",
        f"[cs.CV] A Tool {ONE}",
        f"첫 번째 논문: A Tool ({ONE})",
        f"<u>A Tool</u> ({ONE})",
        f"**📌 1. A Tool** ({ONE})",
        f"**[1] A Tool** | Kim | [Paper]({ONE})",
        f"**A Tool.** Kim et al. [[2507.00001]]({ONE}). So.",
        "Kim, A., & Lee, B. (2025). *A Tool*. arXiv:2507.00001.",
        "Kim, A. (2025). A Tool. arXiv:2507.00001",
        "A Tool. Kim et al. arXiv:2507.00001.",
        f"A Tool [📄]({ONE}) [💻](https://github.com/somebody/with-a-long-name)",
        "A Tool (arXiv:2507.00001v3 [cs.CL])",
        f'1. <a href="{ONE}">A Tool</a> (⭐ 12)',
        f"[2507.00001] **A Tool** - *Kim* [[pdf]({ONE})] [[code](https://github.com/a/long-name)]",
        f'New: <a href="{ONE}">A Tool</a>',
    ],
)
def test_a_title_is_without_what_stands_around_it(line):
    assert titles_of(f"## {line}\n\nSo.\n")[0][1] == "A Tool"


@pytest.mark.parametrize(
    ("line", "title"),
    [
        (f"- **A Tool vs. U.S.** [pdf]({ONE})", "A Tool vs. U.S."),
        (
            f"- U.S. Tools and St. Petersburg by Lee et al. [pdf]({ONE})",
            "U.S. Tools and St. Petersburg by Lee et al.",
        ),
        (f"## A Tool[^1]: The Sequel [pdf]({ONE})", "A Tool[^1]: The Sequel"),
        (
            f"- The U.S. Economy (2020). A Reply to It [pdf]({ONE})",
            "The U.S. Economy (2020). A Reply to It",
        ),
        (f"## [Last paper: what dying labs publish]({ONE})", "Last paper: what dying labs publish"),
    ],
)
def test_a_title_that_only_looks_like_more_is_read_whole(line, title):
    assert titles_of(f"{line}\n") == [("1", title)]


def test_a_category_behind_an_id_is_no_note():
    assert read_body("## A Tool (arXiv:2507.00001v3 [cs.CL])\n\nSo.\n").papers[0].note == "So."


def test_the_emphasis_of_words_behind_a_title_stays():
    body = f"- **A Tool** - *Kim, Lee* [[pdf]({ONE})]\n- **[Another Tool]({TWO})** - by *Park*\n"
    assert [each.note for each in read_body(body).papers] == [
        f"*Kim, Lee* [[pdf]({ONE})]",
        "by *Park*",
    ]


def test_a_keycap_in_bold_is_no_part_of_the_title():
    body = f"**1️⃣ A Tool** ([pdf]({ONE}))\n\nSo.\n\n**2️⃣ Another Tool** ([pdf]({TWO}))\n\nSo.\n"
    assert titles_of(body) == BOTH


# Where texts end


def test_thanks_below_a_rule_are_no_part_of_the_last_paper():
    paper = "# {}\n\n[arXiv]({})\n\n## Method\n\nSo.\n"
    body = paper.format("A Tool", ONE) + "\n" + paper.format("Another Tool", TWO)
    document = read_body(f"{body}\n---\nThanks.\n")
    assert [each.sections[0].markdown for each in document.papers] == ["So.", "So."]
    assert [each.line for each in document.notices] == [22]
    ruled = read_body(f"{body}\n---\nMore.\n".replace("So.", "So.\n\n***\n\nYes."))
    assert ruled.papers[-1].sections[0].markdown.endswith("---\nMore.")


@pytest.mark.parametrize(
    "ruled",
    [
        "---\n\n**Results:** Bad.\n\n**Limitations:** Many.",
        "***\n\n**Abstract:** Bad.",
        "* * *\n\nMore.\n\n* * *\n\nYet more.",
    ],
)
def test_a_rule_inside_the_last_paper_does_not_end_it(ruled):
    one = f"## [A Tool]({ONE})\n\n**Method:** One.\n\n**Results:** Good.\n\n"
    document = read_body(f"{one}## [Another Tool]({TWO})\n\n**Method:** Two.\n\n{ruled}\n")
    assert not [each for each in document.notices if "no paper" in each.text]
    assert document.papers[-1].sections[0].kind == "method"


@pytest.mark.parametrize(
    "text", ["<ul>\n<li>One.</li>\n</ul>", ":::details More\nOne.\n:::", "<Box>\nOne.\n</Box>"]
)
def test_the_end_of_what_a_text_begins_is_of_the_text(text):
    paper = "## {}\n\n[arXiv]({})\n\n### Method\n\n{}\n\n"
    body = paper.format("A Tool", ONE, text) + paper.format("Another Tool", TWO, text)
    assert [each.sections[0].markdown for each in read_body(body).papers] == [text, text]


def test_indented_html_is_no_code():
    first = read_body(layouts.INDENTED_HTML).papers[0]
    assert first.note.startswith('<p class="meta">')
    assert [each.markdown for each in first.sections] == [
        "<p>It segments images.</p>",
        "<ul>\n  <li>A head.</li>\n  <li>A loss.</li>\n</ul>",
    ]


@pytest.mark.parametrize(
    "code",
    [
        f'    <h2><a href="{OTHER}">A Sample Page</a></h2>',
        "    <h2>A Sample Page</h2>\n    <h3>Method</h3>",
        f'\t<li><a href="{OTHER}">A Sample Page</a></li>\n\n\t<li>Another Page</li>',
    ],
)
def test_html_in_indented_code_is_no_structure(code):
    one = f"## [A Tool]({ONE})\n\nThe page says:\n\n{code}\n\nand so on.\n\n"
    document = read_body(f"{one}## [Another Tool]({TWO})\n\nNice.\n")
    assert [each.arxiv_id[-1] for each in document.papers] == ["1", "2"]
    assert document.papers[0].note == f"The page says:\n\n{code}\n\nand so on."
    assert document.notices == ()


@pytest.mark.parametrize(
    ("body", "notes"),
    [
        (layouts.PARAGRAPHS_IN_ITEMS, ["It segments images.", "It is faster."]),
        (layouts.BLANKS_OF_HTML, ["이미지를 나눈다.", "더 빠르다."]),
        (layouts.KEYCAPS, ["- 이미지를 나눈다\n- KAIST", "- 더 빠르다", "- 짧다"]),
    ],
)
def test_notes_are_without_tags_and_blanks_around_them(body, notes):
    document = read_body(body)
    assert [paper.note for paper in document.papers] == notes


def test_a_list_of_contents_of_kramdown_is_no_introduction():
    document = read_body(f"* TOC\n{{:toc}}\n\n## A Tool\n\n[arXiv]({ONE})\n\nSo.\n")
    assert document.intro == ""


def test_items_that_name_a_section_have_it_below_them():
    assert kinds_of(layouts.BULLETS_OF_SECTIONS) == [["introduction", "method"]] * 2


def test_the_text_of_a_folded_abstract_is_without_its_tags():
    first = read_body(layouts.BOLD_OF_HTML).papers[0]
    assert first.abstract == "It segments images."


def test_figures_and_links_of_a_long_row_are_of_its_paper():
    document = read_body(layouts.LONG_ROWS)
    assert document.images == ("/one.png", "/two.png")
    assert [each.line for each in document.papers] == [12, 20]
    assert [each.line for each in document.notices if "no paper" in each.text] == [29]
    assert document.intro == "Intro."


def test_a_picture_in_a_paragraph_of_html_is_named():
    figure = '<p align="center">\n  <img src="/a.png">\n  <br><em>Figure 1</em>\n</p>'
    assert read_body(f"## A Tool\n{figure}\n\n[arXiv]({ONE})\n\nSo.\n").images == ("/a.png",)


def test_a_picture_above_a_title_in_its_block_is_named_and_no_text_of_the_paper_before():
    document = read_body(layouts.PICTURED_CARDS)
    told = [(each.line, each.text[:5], each.text[-6:]) for each in document.notices]
    assert told == [(9, "image", "/1.png"), (14, "image", "/2.png")]
    assert document.images == ("/1.png", "/2.png")
    assert document.intro == "Hello."


def test_badges_that_lead_to_the_paper_are_named():
    badge = f"[![arXiv](https://img.shields.io/arXiv.svg)]({ONE})"
    document = read_body(f"## A Tool\n{badge}\n\nSo.\n")
    assert document.images == ("https://img.shields.io/arXiv.svg",)
    assert [each.text.startswith("image: ") for each in document.notices] == [True]


def test_the_fence_above_the_first_paper_is_no_introduction():
    document = read_body(f"Hi.\n\n::: {{.paper}}\n## A Tool\n[arXiv]({ONE})\n\nSo.\n:::\n")
    assert (document.intro, document.papers[0].note) == ("Hi.", "So.")


def test_shortcodes_and_imports_are_no_text():
    document = read_body(layouts.SHORTCODES)
    assert (document.intro, document.images) == ("Two papers.", ("/fig.png",))
    assert read_body(layouts.COMPONENTS).intro == "Intro words."
