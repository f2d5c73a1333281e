"""Papers are told by arXiv ids, sections by their names however they are dressed."""

import pytest

from digest.jekyll.files.document import FileRefused
from digest.jekyll.files.finding import lookup
from tests.digest.jekyll.test_forms import post, written


@pytest.mark.parametrize(
    "address",
    [
        "https://arxiv.org/abs/2507.00001",
        "http://www.arxiv.org/abs/2507.00001v2",
        "https://export.arxiv.org/pdf/2507.00001v3.pdf",
        "https://arxiv.org/html/2507.00001v1",
        "https://huggingface.co/papers/2507.00001",
        "https://hf.co/papers/2507.00001",
        "https://www.alphaxiv.org/abs/2507.00001",
        "https://alphaxiv.org/ko/overview/2507.00001",
        "https://ar5iv.org/abs/2507.00001",
        "https://ar5iv.labs.arxiv.org/html/2507.00001",
        "https://doi.org/10.48550/arXiv.2507.00001",
        "arXiv:2507.00001",
    ],
)
@pytest.mark.parametrize(
    "body",
    [
        "## [A Tool for Things]({})\n\n글.\n",
        "### 1. A Tool for Things\n\n[Read the paper]({})\n\n글.\n",
        "## A Tool for Things ({})\n\n글.\n",
        "- **A Tool for Things** {}\n  글.\n",
        "1) A Tool for Things\n   - 링크: {}\n   - 글.\n",
        "**A Tool for Things**\n{}\n\n글.\n",
    ],
)
def test_an_address_of_any_host_makes_a_paper(body, address):
    text = body.format(address)
    document = post(f"머리말.\n\n{text}")
    (paper,) = document.papers
    assert (paper.arxiv_id, paper.title) == ("2507.00001", "A Tool for Things")
    assert (document.intro, paper.note) == ("머리말.", "글.")
    assert written(document) == f"머리말.\n\n{text}"


def test_links_to_other_papers_in_a_paper_make_none():
    document = post(
        "## A Tool for Things\n[논문](https://arxiv.org/abs/2507.00001)\n\n### Related work\n"
        + "".join(f"- [Prior {n}](https://arxiv.org/abs/2401.{n:05})\n" for n in range(1, 9))
        + "\n#### [Prior 9](https://arxiv.org/abs/2401.00009)\n글.\n"
    )
    assert [paper.arxiv_id for paper in document.papers] == ["2507.00001"]


def test_a_list_of_contents_makes_no_papers():
    document = post(
        "- [A Tool](https://arxiv.org/abs/2507.00001)\n- [B Tool](https://arxiv.org/abs/2507.00002)\n\n"
        "## A Tool for Things\n[논문](https://arxiv.org/abs/2507.00001)\n\n"
        "## B Tool for Things\n[논문](https://arxiv.org/abs/2507.00002)\n"
    )
    assert [paper.title for paper in document.papers] == [
        "A Tool for Things",
        "B Tool for Things",
    ]
    assert document.intro.startswith("- [A Tool]")


def test_a_heading_of_the_introduction_takes_no_paper_from_the_numbered_ones():
    document = post(
        "# Weekly reading\n논문: https://arxiv.org/abs/2507.00001\n\n"
        "# 1. [A](https://arxiv.org/abs/2507.00001)\n"
    )
    assert [paper.title for paper in document.papers] == ["A"]
    assert document.intro.startswith("# Weekly reading")


def test_headings_of_another_level_that_count_on_are_papers():
    document = post(
        "# 1. [A](https://arxiv.org/abs/2507.00001)\n## Method\nm\n\n"
        "## 2. B Tool\n[Read](https://arxiv.org/abs/2507.00002)\n### Method\nn\n"
    )
    assert [paper.title for paper in document.papers] == ["A", "B Tool"]
    assert document.papers[1].sections[0].markdown == "n"


def test_a_heading_that_may_be_a_papers_is_named():
    document = post(
        "# 1. [A](https://arxiv.org/abs/2507.00001)\n## Method\nm\n\n"
        "## 7. [B Tool](https://arxiv.org/abs/2507.00002)\nn\n"
    )
    assert len(document.papers) == 1
    (notice,) = document.notices
    assert notice.line == 10
    assert "2507.00002" in notice.text


def test_headings_in_code_and_comments_are_no_papers():
    inner = "## [B](https://arxiv.org/abs/2507.00002)"
    document = post(
        f"## [A Tool](https://arxiv.org/abs/2507.00001)\n\n```\n{inner}\n```\n\n<!--\n{inner}\n-->\n"
    )
    assert len(document.papers) == 1


def test_an_item_without_a_link_is_refused_and_the_others_stay():
    document = post(
        "1. [A Tool](https://arxiv.org/abs/2507.00001)\n2. B Tool without one\n"
        "3. [C Tool](https://arxiv.org/abs/2507.00003)\n"
    )
    assert [paper.title for paper in document.papers] == ["A Tool", "C Tool"]
    assert [refusal.line for refusal in document.refusals] == [7]


def test_what_names_no_paper_is_refused():
    with pytest.raises(FileRefused, match="expected one such as"):
        post("## A heading\n\n2510.06208 votes and https://example.org/abs/2507.00001\n")


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("1. Introduction", "introduction"),
        ("🔍 Limitations", "limitations"),
        ("**결과**", "results"),
        ("Conclusion:", "conclusion"),
        ("결과 (Results)", "results"),
        ("Results / 결과", "results"),
        ("3. 실험 결과", "results"),
        ("Proposed Method", "method"),
        ("1. 제안 방법 (Proposed Method)", "method"),
        ("⚠️ 한계점", "limitations"),
        ("IV. Conclusion", "conclusion"),
        ("방법론", "method"),
        ("Methods and materials", "other"),
        ("Ablations", "other"),
        ("배경", "introduction"),
        ("", "other"),
        ("(" * 10_000, "other"),
    ],
)
def test_a_heading_is_known_however_it_is_dressed(heading, kind):
    assert lookup.kind(heading) == kind


@pytest.mark.parametrize(
    ("label", "fact"),
    [
        ("기관", "organization"),
        ("🏢 Institution", "organization"),
        ("초록 (Abstract)", "abstract"),
        ("👍", "upvotes"),
        ("Authors", ""),
    ],
)
def test_a_label_is_known_however_it_is_dressed(label, fact):
    assert lookup.fact(label) == fact
