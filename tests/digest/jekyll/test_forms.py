"""A file is written back in the form it came, and what changed shows in its place."""

import json
import re
import tarfile
from collections import Counter
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.jekyll.files import layouts
from digest.jekyll.files.document import FileRefused, PaperItem, SectionItem
from digest.jekyll.files.reading import read
from digest.jekyll.files.writing import write
from tests.digest.jekyll.layouts_of_strangers import (
    ALL,
    BOLD_LINES,
    BULLETS,
    GROUPS,
    ID_IN_TEXT,
    LEVEL_TWO,
)

SEOUL = ZoneInfo("Asia/Seoul")
NAME = "2025-07-08-daily-papers.md"
FRONT = '---\ntitle: "Day"\ndate: 2025-07-08 08:15:00\ntags: [papers]\n---\n'
ANOTHER = PaperItem("2507.09999", "A Paper From the Site")


def overview_url(arxiv_id):
    return f"https://www.alphaxiv.org/ko/overview/{arxiv_id}"


def post(body):
    return read((FRONT + body).encode(errors="replace"), NAME, SEOUL)


def written(document):
    """Return the body of the file."""
    return write(document, overview_url).split("---\n", 2)[2]


def with_paper(document, number, **changes):
    papers = list(document.papers)
    papers[number] = replace(papers[number], **changes)
    return replace(document, papers=tuple(papers))


def changed_lines(document, changed):
    """Return the lines that are gone, and those that are new."""
    before, after = (Counter(written(each).split("\n")) for each in (document, changed))
    return list((before - after).elements()), list((after - before).elements())


def body_of(data):
    return re.split(r"^---[ \t]*\n", data.decode(), maxsplit=2, flags=re.M)[2]


def normalised(text):
    return "\n".join(re.sub(" +", " ", line.rstrip()) for line in text.rstrip().split("\n"))


layouts_of_strangers = pytest.mark.parametrize("body", ALL.values(), ids=ALL)
all_layouts = pytest.mark.parametrize("body", [*ALL.values(), *ID_IN_TEXT.values()])


@all_layouts
def test_papers_are_found_in_any_layout(body):
    document = post(body)
    ids = [paper.arxiv_id for paper in document.papers]
    assert ids == [f"2507.0000{n}" for n in range(1, len(ids) + 1)]
    first, second = (paper.title for paper in document.papers[:2])
    assert (first, second.removesuffix(" for Them")) == ("A Tool for Things", "Another Tool")
    assert document.refusals == ()


@all_layouts
def test_a_file_comes_back_as_it_was(body):
    assert written(post(body)) == body


@all_layouts
def test_what_is_read_from_an_export_is_the_same(body):
    document = post(body)
    again = read(write(document, overview_url).encode(), NAME, SEOUL)
    assert replace(again, notices=(), front_matter=()) == replace(
        document, notices=(), front_matter=()
    )


@layouts_of_strangers
def test_a_form_is_plain_data_without_a_word_of_the_fields(body):
    document = post(body)
    form = json.dumps(document.form, ensure_ascii=False)
    assert json.loads(form) == document.form
    for paper in document.papers:
        texts = [paper.title, paper.note, paper.abstract, *(s.markdown for s in paper.sections)]
        assert not [text for text in texts if len(text) > 8 and text in form]


@layouts_of_strangers
def test_a_changed_title_is_the_only_difference(body):
    document = post(body)
    changed = with_paper(document, 1, title="A New Name of It")
    gone, new = changed_lines(document, changed)
    assert len(gone) == len(new) == 1
    assert "A New Name of It" in new[0]


@layouts_of_strangers
def test_a_paper_that_was_taken_out_is_gone_and_nothing_else(body):
    document = post(body)
    changed = replace(document, papers=document.papers[1:])
    again = post(written(changed))
    assert [paper.arxiv_id for paper in again.papers] == [
        paper.arxiv_id for paper in document.papers[1:]
    ]
    assert "A Tool for Things" not in written(changed)


@layouts_of_strangers
def test_papers_change_places_and_are_counted_anew(body):
    document = post(body)
    changed = replace(document, papers=document.papers[::-1])
    again = post(written(changed))
    assert [paper.arxiv_id for paper in again.papers] == [
        paper.arxiv_id for paper in document.papers[::-1]
    ]
    numbers = re.findall(r"^(?:#+ |\*\*)?(\d)[.)]", written(changed), flags=re.M)
    assert numbers == sorted(numbers)


@layouts_of_strangers
def test_a_paper_from_the_site_takes_the_form_of_the_others(body):
    document = post(body)
    changed = replace(document, papers=(*document.papers, ANOTHER))
    again = post(written(changed))
    assert again.papers[-1].title == ANOTHER.title
    assert len(again.papers) == len(document.papers) + 1
    assert again.layout == document.layout


@layouts_of_strangers
def test_a_section_from_the_site_is_there_when_the_export_is_read(body):
    document = post(body)
    sections = (
        *document.papers[0].sections,
        SectionItem("limitations", "", "첫 줄.\n\n- 점\n- 둘"),
    )
    again = post(written(with_paper(document, 0, sections=sections)))
    assert again.papers[0].sections[-1].kind == "limitations"
    assert again.papers[0].sections[-1].markdown == "첫 줄.\n\n- 점\n- 둘"


def test_one_changed_section_changes_its_lines_only():
    document = post(BOLD_LINES)
    first, *others = document.papers[0].sections
    changed = with_paper(document, 0, sections=(replace(first, markdown="새 글."), *others))
    assert changed_lines(document, changed) == (
        ["**방법:** 이렇게 했다.", "둘째 줄."],
        ["**방법:** 새 글."],
    )


def test_a_note_is_changed_and_removed():
    document = post(LEVEL_TWO)
    assert changed_lines(document, with_paper(document, 1, note="새 글.")) == (
        ["둘째 문장."],
        ["새 글."],
    )
    assert "둘째 문장." not in written(with_paper(document, 1, note=""))


def test_upvotes_and_institution_follow_the_site():
    document = post(GROUPS)
    changed = with_paper(document, 0, upvotes=99, organization="")
    assert changed_lines(document, changed) == (["- Institution: KAIST", "- 👍 12"], ["- 👍 99"])


def test_a_heading_that_groups_papers_stays_although_its_paper_is_gone():
    document = post(GROUPS)
    assert [notice.line for notice in document.notices] == [23]
    changed = replace(document, papers=document.papers[:2])
    assert written(changed).endswith("\n\n## Vision\n")


def test_text_below_the_last_paper_comes_back_and_is_named():
    document = post(BULLETS)
    assert [notice.line for notice in document.notices] == [11]
    assert document.remainder > 0
    changed = replace(document, papers=(*document.papers, ANOTHER))
    assert written(changed).endswith(
        "[A Paper From the Site](https://arxiv.org/abs/2507.09999)\n\nSee you next week.\n"
    )


def test_text_that_would_be_structure_in_its_layout_stays_text():
    document = post(BOLD_LINES)
    markdown = (
        "## 결과\n\n**결과:** 아니다.\n\n1. **x** - 👍 3\n   - https://arxiv.org/abs/2507.00009"
    )
    sections = (SectionItem("method", "", markdown),)
    again = post(written(with_paper(document, 0, sections=sections, note="- 방법: 아니다")))
    assert again.papers[0].sections[0].markdown == markdown
    assert again.papers[0].note == "- 방법: 아니다"
    assert len(again.papers) == 2


ITEMS = """\
1. **[One Tool](https://arxiv.org/abs/2507.00001)** - 👍 76
   - Authors: Kim, Lee
   - Code: <https://example.org>
   - 기관: KAIST
   - 초록: We build a tool.
   - Method: words of it
   - Results: better

2. **[Two Tools](https://arxiv.org/abs/2507.00002)** - 👍 7
   - Authors: Bo
   - 기관: MIT
   - 초록: We build two.
"""


def with_method(markdown):
    document = post(ITEMS)
    method, results = document.papers[0].sections
    return with_paper(document, 0, sections=(replace(method, markdown=markdown), results))


@pytest.mark.parametrize(
    "markdown",
    [
        "one\n\ntwo",
        "- a\n- b",
        "1. a\n2. b",
        "```\ncode\n\nmore\n```",
        "| a | b |\n|--|--|\n| 1 | 2 |",
        "one\n\n- a\n  - b\n\nend",
        "    code\n\nx",
        "Results: x\n\n초록: y",
        "one\n\n# 2. [B](https://arxiv.org/abs/2507.00009)\n\nx",
    ],
)
def test_a_section_of_several_blocks_stands_below_its_label_and_nothing_else_changes(markdown):
    changed = with_method(markdown)
    assert post(written(changed)).papers[0].sections[0].markdown == markdown
    below = "\n".join(f"     {line}" if line else "" for line in markdown.split("\n"))
    assert written(changed) == ITEMS.replace(" words of it", f"\n{below}")


def test_a_second_line_of_an_item_is_indented():
    text = written(with_method("one\ntwo"))
    assert text == ITEMS.replace("words of it", "one\n     two")


def test_a_second_line_that_the_file_did_not_indent_stays_so():
    body = ITEMS.replace("words of it", "words\nof it")
    assert written(post(body)) == body


def test_an_abstract_of_several_paragraphs_stands_in_its_one_line():
    changed = with_paper(post(ITEMS), 0, abstract="One.\n\nTwo.")
    assert written(changed) == ITEMS.replace("We build a tool.", "One. Two.")


def test_a_note_of_several_bullets_stays_a_list_when_it_is_edited():
    document = post(ITEMS)
    note = document.papers[0].note
    changed = with_paper(document, 0, note=note.replace("Lee", "Park"))
    assert written(changed) == ITEMS.replace("Lee", "Park")
    longer = with_paper(document, 0, note=f"{note}\nVenue: ICLR")
    assert written(longer) == ITEMS.replace("example.org>", "example.org>\n   - Venue: ICLR")


def test_repeated_sections_come_back_each_in_its_place():
    body = (
        "# 1. [A](https://arxiv.org/abs/2507.00001)\n\n## 2. 결과\n하나.\n\n## Method\n방법.\n\n"
        "## 결과 (Results)\n둘.\n"
    )
    document = post(body)
    assert document.papers[0].sections[0].markdown == "하나.\n\n둘."
    assert written(document) == body
    results, method = document.papers[0].sections
    changed = with_paper(document, 0, sections=(replace(results, markdown="셋."), method))
    assert written(changed).count("셋.") == 1


def test_a_paper_that_is_refused_comes_back_in_its_place():
    body = (
        "# 1. [A](https://arxiv.org/abs/2507.00001)\n\n# 2. No link\n\n## Method\nLost?\n\n"
        "# 3. [B](https://arxiv.org/abs/2507.00002)\n"
    )
    document = post(body)
    assert [refusal.line for refusal in document.refusals] == [8]
    assert written(document) == body


def test_images_leave_the_text_and_come_back():
    body = "# 1. [A](https://arxiv.org/abs/2507.00001)\n## Method\n앞 ![그림](/a.png) 뒤\n"
    document = post(body)
    assert document.papers[0].sections[0].markdown == "앞 뒤"
    assert document.images == ("/a.png",)
    assert written(document) == body


PICTURES = """\
# 1. [A](https://arxiv.org/abs/2507.00001)

## Alpha
A text

![one](/1.png)

## Beta
![two](/2.png)

## Gamma
G ![three](/3.png) text

## Method
M

![m](/m.png)

## Results
![r](/r.png)
"""


def with_stored_sections(*headings):
    """Return the post with the sections that have words, as the rows have them."""
    document = post(PICTURES)
    sections = [each for each in document.papers[0].sections if each.markdown]
    kept = tuple(each for each in sections if (each.heading or each.kind) in headings)
    return with_paper(document, 0, sections=kept)


def test_what_leaves_the_introduction_and_the_texts_is_named_and_counted():
    body = "Hi ![i](/i.png) {% x %}\n\n# 1. [A](https://arxiv.org/abs/2507.00001)\n\na {: .b} c\n"
    document = post(body)
    assert [notice.text.partition(":")[0] for notice in document.notices] == [
        "image",
        "Liquid or a list of attributes",
        "Liquid or a list of attributes",
    ]
    assert document.remainder == len("![i](/i.png){% x %}{: .b}")


def test_sections_of_images_alone_come_back_although_no_row_has_them():
    assert written(with_stored_sections("Alpha", "Gamma", "method")) == PICTURES


def test_images_stay_in_their_sections_when_another_one_is_gone():
    text = written(with_stored_sections("Gamma", "method"))
    assert "## Gamma\nG ![three](/3.png) text\n" in text
    assert "## Beta\n![two](/2.png)\n" in text
    assert "Alpha" not in text
    assert text.endswith("![one](/1.png)\n")


def test_a_section_that_was_deleted_does_not_come_back_for_its_image():
    text = written(with_stored_sections("Alpha", "Gamma"))
    assert "Method" not in text
    assert text.endswith("## Results\n![r](/r.png)\n\n![m](/m.png)\n")


def test_a_section_of_images_gets_words():
    document = with_stored_sections("Alpha", "Gamma", "method")
    sections = (*document.papers[0].sections, SectionItem("results", "", "better"))
    text = written(with_paper(document, 0, sections=sections))
    assert text.endswith("## Results\nbetter\n\n![r](/r.png)\n")


def test_a_code_block_without_an_end_ends_at_the_next_heading():
    body = (
        "# 1. [A](https://arxiv.org/abs/2507.00001)\n## Method\n```\nx\n\n## Results\n결과\n\n"
        "# 2. [B](https://arxiv.org/abs/2507.00002)\n"
    )
    document = post(body)
    assert len(document.papers) == 2
    assert [section.kind for section in document.papers[0].sections] == ["method", "results"]
    assert [notice.line for notice in document.notices] == [8]
    assert written(document) == body


# Layouts by name


def test_the_layouts_have_names():
    assert layouts.names() == ("seed", "list")


def as_rows_have_it(document):
    """Return a post without the headings of kinds, which stand in its form and in no row."""
    papers = [
        replace(paper, sections=tuple(map(with_the_heading_of_its_row, paper.sections)))
        for paper in document.papers
    ]
    return replace(document, papers=tuple(papers))


def with_the_heading_of_its_row(section):
    return section if section.kind == "other" else replace(section, heading="")


@layouts_of_strangers
def test_any_post_is_written_plainly_in_the_list(body):
    document = as_rows_have_it(post(body))
    again = post(written(replace(document, layout="list", form={})))
    assert again.layout == "list"
    assert [paper.title for paper in again.papers] == [paper.title for paper in document.papers]
    assert [paper.note for paper in again.papers] == [paper.note for paper in document.papers]
    assert [len(paper.sections) for paper in again.papers] == [
        len(paper.sections) for paper in document.papers
    ]


def test_the_list_has_institution_upvotes_and_abstract():
    paper = PaperItem(
        "2510.26788", "A Title", upvotes=86, organization="Sea AI Lab", abstract="Words."
    )
    document = replace(post(LEVEL_TWO), intro="", layout="list", form={}, papers=(paper,))
    assert written(document) == (
        "\n1. **A Title** - 👍 86\n"
        "   - 기관: Sea AI Lab\n"
        "   - [HF 페이지](https://huggingface.co/papers/2510.26788)\n"
        "   - [논문 링크](https://arxiv.org/abs/2510.26788)\n"
        "   - Abstract: Words.\n"
    )


# The corpora


@pytest.mark.corpus
def test_the_posts_in_list_form_come_back_as_they_were(corpus):
    size = remainder = 0
    with tarfile.open(corpus / "jekyll_chirpy" / "posts-2025.tar.gz") as archive:
        for member in archive.getmembers():
            data = archive.extractfile(member).read()
            document = read(data, member.name.rsplit("/", 1)[1], SEOUL)
            assert document.layout == "list"
            assert normalised(written(document)) == normalised(body_of(data))
            size += len(body_of(data).encode())
            remainder += document.remainder
    assert remainder < size / 100


@pytest.mark.corpus
def test_the_seed_post_has_no_form(corpus):
    name = "2025-10-08-daily-papers.md"
    document = read((corpus / "seed" / name).read_bytes(), name, SEOUL)
    assert (document.layout, document.form, document.remainder) == ("seed", {}, 0)


# Forms that somebody broke


BROKEN = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 10**9) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["hole", "shapes", "own", "before", "order", "edits", "of", "lead", "images", "0"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(BROKEN)
@settings(max_examples=100)
def test_a_form_that_is_none_is_as_good_as_no_form(form):
    document = post(LEVEL_TWO)
    text = written(replace(document, form={"body": form}))
    assert [paper.arxiv_id for paper in post(text).papers] == ["2507.00001", "2507.00002"]


@given(st.data())
@settings(max_examples=100)
def test_a_form_with_a_broken_part_never_loses_a_paper(data):
    document = post(data.draw(st.sampled_from([GROUPS, BOLD_LINES, BULLETS])))
    form = json.loads(json.dumps(document.form))
    place = form["body"]
    while True:
        key = data.draw(
            st.sampled_from(list(place) if isinstance(place, dict) else range(len(place)))
        )
        if not isinstance(place[key], dict | list) or not place[key] or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = data.draw(BROKEN)
    again = post(written(replace(document, form=form)))
    assert [paper.title for paper in again.papers] == [paper.title for paper in document.papers]


# Any file


PIECES = st.sampled_from(
    [
        "# 1. [One of Them](https://arxiv.org/abs/2507.00001)",
        "## [Two of Them](https://hf.co/papers/2507.00002v3)",
        "## 3. Three of Them",
        "https://arxiv.org/abs/2507.00003",
        "[Read the paper](https://arxiv.org/abs/2507.00004)",
        "1. **Five of Them** - 👍 1,234",
        "   - [논문 링크](https://arxiv.org/abs/2507.00005)",
        "   - 기관: Lab2",
        "   - 기관: ·5 authors11",
        "- 기관: KAIST",
        "- [Six of Them](https://arxiv.org/abs/2507.00006) — words",
        "**Seven of Them** (arXiv:2507.00007)",
        "**방법:** 굵게",
        "- 결과: 점",
        "## 결과 (Results)",
        "### 1. Method",
        "#### ???",
        "| 1 | [Eight of Them](https://arxiv.org/abs/2507.00008) | x |",
        "|---|---|---|",
        "---",
        "```",
        "<!--",
        "-->",
        "\\## x",
        "\\- 방법: x",
        "    indented",
        "👍 12",
        "초록: words",
        "",
        "",
        "words of a note",
        "![x](/a.png)",
    ]
)
LINES = st.lists(PIECES | st.text("ab가 #*-:[]()|`\\👍1.", max_size=10), min_size=1, max_size=14)


def words(text):
    return Counter(re.findall(r"\w+", text))


def read_or_none(lines):
    try:
        return post("\n".join(lines))
    except FileRefused:
        return None


@given(LINES)
@settings(max_examples=400, deadline=None)
def test_whatever_stands_in_a_file_comes_back(lines):
    document = read_or_none(lines)
    if document is None:
        return
    text = written(document)
    assert words(text) == words("\n".join(lines))
    again = post(text)
    nothing = {"notices": (), "refusals": (), "front_matter": ()}
    assert replace(again, **nothing) == replace(document, **nothing)
    assert written(again) == text


# Hostile files


@pytest.mark.parametrize(
    "body",
    [
        "# 1. " + "[" * 100_000 + "x" + "]" * 100_000 + "(https://arxiv.org/abs/2507.00001)\n",
        "# [" + "](" * 300_000,
        "# 1. [A](https://arxiv.org/abs/2507.00001) " + "a " * 500_000,
        "## a\n" * 50_000,
        "## 1. a\n" * 50_000 + "## 1. [A](https://arxiv.org/abs/2507.00001)\n",
        "# 1. [A](https://arxiv.org/abs/2507.00001)\n" + "- 방법: x\n" * 20_000,
        "# 1. [A](https://arxiv.org/abs/2507.00001)\nwords\n" * 4_000,
        "".join("`" * n + "\n\n# h\n" for n in range(1_500, 3, -1)),
        "# 1. [A](https://arxiv.org/abs/2507.00001)\n- " + ":" * 1_000_000,
        "**a" * 300_000,
        "<ul>\n"
        + "".join(
            f"<li><a href='https://arxiv.org/abs/2507.{n:05}'>A</a> {' </li>' * 300} x\n"
            for n in range(200)
        ),
    ],
    ids=range(11),
)
def test_a_hostile_file_is_read_in_bounded_time_or_refused(body):
    try:
        document = post(body)
    except FileRefused:
        return
    assert len(json.dumps(document.form)) < 2_000_000
    assert post(written(document)).papers
