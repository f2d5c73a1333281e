"""Where strangers' papers and sections are found. The examples are small, one for each rule."""

import pytest

from digest.jekyll.files.document import FileRefused
from digest.jekyll.files.finding import lookup
from tests.digest.jekyll.test_reading import read_body

ONE, TWO, OLD = (f"https://arxiv.org/abs/2507.0000{number}" for number in (1, 2, 9))
HEADINGS = f"## A Tool\n\n[arXiv]({ONE})\n\n{{}}\n\n## Another Tool\n\n[arXiv]({TWO})\n\nTwo.\n"
TABLE = f"| Paper | Link |\n|---|---|\n| A Tool | [abs]({ONE}) |\n| Another Tool | [abs]({TWO}) |\n"
FOLDED = f"""<details>
<summary><b>A Tool</b> ▲ 4</summary>

{ONE}

</details>

<details>
<summary><b>Another Tool</b> ▲ 3</summary>

{TWO}

</details>
"""
REFERRED = f"""| Paper | Size |
|---|---|
| [A Tool][a] | 1 |
| [Another Tool][b] | 2 |

[a]: {ONE}
[b]: {TWO}
"""
LISTING = f"""## cs.CL on Monday

**[1]** [arXiv:2507.00001]({ONE}) [[pdf]({ONE.replace("abs", "pdf")})]
**Title:** A Tool
**Authors:** A, B

**[2]** [arXiv:2507.00002]({TWO})
**Title:** Another Tool
**Authors:** C
"""
COUNTED = f"""## Paper 1

**Title:** A Tool
**URL:** {ONE}

## Paper 2

**Title:** Another Tool
**URL:** {TWO}
"""


def papers(body):
    return [(paper.arxiv_id[-1], paper.title) for paper in read_body(body).papers]


def sections(body):
    first = read_body(body).papers[0].sections
    return [(each.kind, each.heading, each.markdown) for each in first]


# Shapes of the lines that begin a paper


@pytest.mark.parametrize(
    "body",
    [
        f"A Tool\n======\n\n([arXiv][t])\n\nAnother Tool\n===\n\n([pdf]({TWO}))\n\n[t]: {ONE}\n",
        f"<h2 id='a'>A Tool</h2>\n\n[arXiv]({ONE})\n\n<h2>Another Tool</h2>\n\n<{TWO}>\n",
        f"## A Tool ##\n\nPaper: <{ONE}>\n\n## Another Tool ##\n\nPaper: <{TWO}>\n",
        f"### 1️⃣ A Tool\n\n{ONE}\n\n### 2️⃣ Another Tool\n\n{TWO}\n",
        f"### 【1】A Tool\n\n{ONE}\n\n### 【2】Another Tool\n\n{TWO}\n",
        "## [2507.00001] A Tool\n\nx\n\n## [2507.00002] Another Tool\n\ny\n",
        f"### 🥇 A Tool (👍 97)\n\n[HF]({ONE})\n\n### 🥈 Another Tool (👍 4)\n\n[HF]({TWO})\n",
        f"- **A Tool**\n  - Link: {ONE}\n- **Another Tool**\n  - Link: {TWO}\n",
        f"**1. A Tool**\n- Link: {ONE}\n\n**2. Another Tool**\n- Link: {TWO}\n",
        f"1) 제목: A Tool\n링크: {ONE}\n\n2) 제목: Another Tool\n링크: {TWO}\n",
        f"> 1、**A Tool**\n>\n> 论文：{ONE}\n\n> 2、**Another Tool**\n>\n> 论文：{TWO}\n",
        f"A Tool\n: [abs]({ONE})\n\nAnother Tool\n: [abs]({TWO})\n",
        f"A Tool\n{ONE}\nWords.\n\nAnother Tool\n{TWO}\nWords.\n",
        f"📄 A Tool\\\n🔗 {ONE}\n\nWords.\n\n***\n\n📄 Another Tool\\\n🔗 {TWO}\n\nWords.\n",
        f"== A Tool\n\nlink:{ONE}[arXiv]\n\n== Another Tool\n\nlink:{TWO}[arXiv]\n",
        f"· [A Tool]({ONE}) is short\n· [Another Tool]({TWO}) is long\n",
        f"▲ 120 **A Tool** · [paper]({ONE})\n\nSo.\n\n▲ 3 **Another Tool** · [paper]({TWO})\n",
        f"> [!paper]+ A Tool\n> **Link**:: {ONE}\n\n> [!paper]+ Another Tool\n> **Link**:: {TWO}\n",
        "A Tool【2507.00001】\n: Words.\n\nAnother Tool【2507.00002】\n: Words.\n",
        REFERRED,
        f"- [A Tool][a]: short\n- [Another Tool][b]: long\n\n[a]: {ONE}\n[b]: {TWO}\n",
        f"**[1]** A Tool\n{ONE}\n\nWords.\n\n**[2]** Another Tool\n{TWO}\n\nWords.\n",
        LISTING,
        TABLE,
        FOLDED,
        COUNTED,
    ],
)
def test_papers_are_found_by_the_shape_of_their_first_lines(body):
    assert papers(body) == [("1", "A Tool"), ("2", "Another Tool")]


def test_an_entry_of_bibtex_names_the_paper_above_it():
    body = "## {}\n\nSo.\n\n```bibtex\n@misc{{x,\n  {}\n}}\n```\n\n"
    one = body.format("A Tool", "eprint = {2507.00001},")
    assert papers(one + body.format("Another Tool", "journal={arXiv preprint arXiv:2507.00002},"))


def test_an_address_in_code_that_is_no_bibtex_names_no_paper():
    entry = f'```bibtex\n@misc{{x,\n  url = "{ONE}"\n}}\n```'
    body = f'## A Tool\n\nSo.\n\n## B Tool\n\nSo.\n\n{{}}\n\n```bash\nURL="{TWO}"\n```\n'
    with pytest.raises(FileRefused, match="no paper"):
        papers(body.format(""))
    assert papers(body.format(entry)) == [("1", "B Tool")]


def test_a_title_in_bold_behind_a_picture_is_without_tags_and_figures_below_stay():
    figures = "| Metric | Value |\n|---|---|\n| TM-score | 0.91 |"
    body = FOLDED.replace("<b>A Tool</b> ▲ 4", "📄 <b>A Tool</b> (MIT)").replace(
        ONE, f"{ONE}\n\n{figures}"
    )
    first = read_body(body).papers[0]
    assert (first.title, first.note) == ("A Tool", f"(MIT)\n\n{figures}")


def test_the_only_text_below_a_heading_with_links_is_of_its_paper():
    body = HEADINGS.format("### Method\n\nSo.").replace("Two.", "Only this.")
    assert [each.note for each in read_body(body).papers] == ["", "Only this."]


def test_a_picture_alone_is_kept_as_one():
    assert read_body(f"![it](/a.png)\n\n> arXiv: <{ONE}>\n\n## Method\n\nSo.\n").images == (
        "/a.png",
    )


def test_what_stands_below_a_heading_is_no_paper_of_its_own():
    table = f"| 저자 | 소속 | 링크 |\n|---|---|---|\n| 김 | KAIST | [arXiv]({ONE}) |"
    body = f"## A Tool\n\n{table}\n\nWords.\n\n## Another Tool\n\n- pdf: {TWO}\n"
    assert papers(body) == [("1", "A Tool"), ("2", "Another Tool")]
    assert read_body(body).papers[0].organization == "KAIST"


def test_a_table_of_contents_and_comments_begin_no_papers():
    contents = f"- [A Tool]({ONE})\n- [Another Tool]({TWO})\n\n<!-- {OLD} -->\n\n"
    assert len(papers(contents + HEADINGS.format("One."))) == 2


@pytest.mark.parametrize(
    "mention",
    [
        f"It starts from [an old tool]({OLD}), as all do.",
        "The old way (arXiv:2507.00009) of doing it was slow, and nobody liked it much at all.",
        f"### Related work\n\n- [An old tool]({OLD})\n- pdf of a second: {OLD}",
        f"**같이 볼 글**\n\n- [An old tool]({OLD})",
        f"```\n## [An old tool]({OLD})\n```",
    ],
)
def test_a_paper_in_passing_begins_none(mention):
    assert len(papers(HEADINGS.format(mention))) == 2


def test_a_list_of_other_papers_below_has_papers_too():
    body = HEADINGS.format("One.") + f"\n# Also on the list\n\n- [A Third Tool]({OLD}) is short.\n"
    assert papers(body)[-1] == ("9", "A Third Tool")


def test_prose_is_evidence_where_there_is_nothing_better():
    body = f"## On tools\n\nThis week I read with joy about [a tool]({ONE}), and it was fine.\n"
    assert papers(body) == [("1", "On tools")]


def test_a_review_of_one_paper_has_the_title_of_its_post():
    body = (
        f"> Paper: [arXiv 2507.00001]({ONE})\n\n## 1. Method\n\nSo.\n\n## References\n\n- {OLD}\n"
    )
    document = read_body(body)
    assert [(paper.arxiv_id, paper.title) for paper in document.papers] == [("2507.00001", "Day")]
    assert document.papers[0].sections[0].kind == "method"


@pytest.mark.parametrize(
    "top",
    [
        f"A greeting.\n\n论文：A Tool\n地址：{ONE}\n",
        f"> A Tool\n> 논문 링크 : {ONE}\n",
        f"> [!info]- Metadata\n> **Title**:: A Tool\n> **URL**:: {ONE}\n",
    ],
)
def test_a_review_of_one_paper_may_name_its_title_itself(top):
    document = read_body(f"{top}\n# 1. Introduction\n\nWhy.\n\n# 2. Method\n\nSo.\n")
    assert [paper.title for paper in document.papers] == ["A Tool"]
    assert [each.kind for each in document.papers[0].sections] == ["introduction", "method"]


def test_a_question_that_names_its_paper_begins_it():
    body = HEADINGS.format("One.").replace("## A Tool", "## Why Do Chains Break? (2507.00001)")
    assert papers(body)[0] == ("1", "Why Do Chains Break?")


def test_a_conclusion_of_the_page_is_no_section_of_its_last_paper():
    body = (
        HEADINGS.format("### Method\n\nSo.") + "\n### Method\n\nNot so.\n\n## Conclusion\n\nBye.\n"
    )
    document = read_body(body)
    assert [[each.kind for each in paper.sections] for paper in document.papers] == [["method"]] * 2


def test_sections_of_a_papers_own_level_stay_its_sections():
    one = f"## A Tool\n\n{ONE}\n\n### Mood\n\nGood.\n\n## Method\n\nSo.\n\n"
    document = read_body(one + one.replace("A T", "Another T").replace(ONE, TWO))
    assert [paper.sections[-1].kind for paper in document.papers] == ["method", "method"]


def test_a_paper_without_a_link_is_refused_by_name_and_line():
    body = f"## 📌 A Tool\n\n{ONE}\n\n## 📌 A talk\n\nNice.\n\n## 📌 Another Tool\n\n{TWO}\n"
    document = read_body(body)
    assert len(document.papers) == 2
    assert [refusal.line for refusal in document.refusals] == [10]


def test_thanks_below_the_last_paper_are_no_part_of_it():
    body = (
        f"**A Tool**\n- Link: {ONE}\n- Method: so.\n\n**Another Tool**\n- Link: {TWO}\n\nThanks.\n"
    )
    assert [paper.note for paper in read_body(body).papers] == ["", ""]


# Labels of sections


@pytest.mark.parametrize(
    "written",
    [
        "**Method** It works so.\n\n**Mood** Good.",
        "**Method:** It works so.\n\n**Mood:** Good.",
        "*Method.* It works so.\n\n*Mood.* Good.",
        "- **🛠 Method**: It works so.\n- **Mood**: Good.",
        "■ Method\nIt works so.\n\n■ Mood\nGood.",
        "<p><b>Method:</b> It works so.</p>\n\n<p><b>Mood:</b> Good.</p>",
        "### Method\n\nIt works so.\n\n### Mood\n\nGood.",
        ".Method\nIt works so.\n\n.Mood\nGood.",
        "<h3>Method</h3>\nIt works so.\n\n<h3>Mood</h3>\nGood.",
        "Method\n------\n\nIt works so.\n\n### Mood\n\nGood.",
        "✅ **Method** It works so.\n\n✅ **Mood** Good.",
        "| Field | Text |\n|---|---|\n| Method | It works so. |\n| Mood | Good. |",
    ],
)
def test_a_label_of_any_style_begins_a_section(written):
    body = HEADINGS.format(written)
    if "---\n\nIt" in written:
        body = body.replace("## A", "# A").replace("### Mood", "## Mood")
    found = sections(body)
    assert [(kind, text) for kind, _, text in found] == [
        ("method", "It works so."),
        ("other", "Good."),
    ]
    assert found[1][1] == "Mood"


def test_words_in_bold_are_no_labels_on_a_page_without_known_ones():
    document = read_body(HEADINGS.format("**Really** good."))
    assert document.papers[0].sections == ()
    assert document.papers[0].note == "**Really** good."


def test_facts_of_a_paper_are_no_text():
    facts = "**Authors:** A, B\n**Affiliation:** KAIST\n**Category:** cs.CL · **Upvotes:** 12"
    paper = read_body(HEADINGS.format(facts)).papers[0]
    assert (paper.note, paper.organization, paper.upvotes) == ("", "KAIST", 12)


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("왜 읽었나", "introduction"),
        ("Motivation", "introduction"),
        ("2. Approach:", "method"),
        ("どうやって有効だと検証した？", "results"),
        ("Q: What did they find?", "results"),
        ("아쉬운 점", "limitations"),
        ("不足", "limitations"),
        ("Takeaways", "conclusion"),
        ("Method and data", "other"),
        ("Where to eat", "other"),
    ],
)
def test_strangers_headings_have_kinds(heading, kind):
    assert lookup.kind(heading) == kind


def test_a_synonym_is_no_kind_in_a_layout_of_ours():
    body = f"# 1. [A Tool]({ONE})\n\n## Approach\nSo.\n"
    assert sections(body) == [("other", "Approach", "So.")]


def test_a_list_of_html_below_a_label_is_its_text():
    text = "<ul>\n<li>It works so.</li>\n</ul>"
    body = HEADINGS.format(f"<p><b>Method</b></p>\n{text}\n<p><b>Results</b></p>\nGood.")
    assert [kind for kind, _, _ in sections(body)] == ["method", "results"]
    assert "It works so." in sections(body)[0][2]
