"""Markdown of a paper becomes the same parts as its page."""

import pytest

from papers.fulltext.base import Kind, ParseFailed
from papers.fulltext.markdown import parse_markdown
from papers.fulltext.sandbox import Limits, parse

PAPER = """---
title: Widgets
---
# Widgets for all

Ada Lovelace, *London*

**Abstract**

We make [widgets](https://example.org/a_b) **well**.

## 1 Introduction
They matter,
as $a_1$ and \\(b\\) say.
![Figure 1: A plot.](images/a.png)

## 2. Method

- We *mill*.
- We <b>turn</b> a_b.

### 2.1 Tools
| Tool | Speed |
|:-----|------:|
| mill | 0.5   |

```python
# not a heading
x = 1
```

3 Limitations
-------------
It fails.

# References
[1] A Book.

# A Proofs
QED.
"""


def read(text):
    return parse_markdown(text.encode())


def test_sections_paragraphs_rows_and_code_are_found():
    text = read(PAPER.replace("# References", "## References").replace("# A P", "## A. P"))
    assert [tuple(part) for part in text.parts] == [
        (Kind.ABSTRACT, "Abstract", "We make widgets well."),
        (Kind.INTRODUCTION, "Introduction", "They matter, as $a_1$ and $b$ say."),
        (
            Kind.METHOD,
            "Method",
            "We mill.\nWe turn a_b.\nTools\nTool | Speed\nmill | 0.5\n# not a heading\nx = 1",
        ),
        (Kind.LIMITATIONS, "Limitations", "It fails."),
        (Kind.OTHER, "Proofs", "QED."),
    ]
    assert (text.format, text.generator, text.gap) == ("md", "Hugging Face", "")


def test_sections_may_have_the_titles_own_depth():
    text = read("# Introduction\nSo.\n# Results\nGood.\n# Conclusion\nDone.")
    assert [part.heading for part in text.parts] == ["Introduction", "Results", "Conclusion"]


def test_what_is_missing_is_said():
    assert read("# T\n## 1 Introduction\nSo.\n## 4 Conclusion\nDone.").gap == (
        "goes from section 1 to 4"
    )


def test_text_between_two_rules_is_no_data():
    text = read("---\n\n# T\n\n## Introduction\nSo.\n\n---\n\n## Conclusion\nDone.")
    assert [(part.heading, part.text) for part in text.parts] == [
        ("Introduction", "So."),
        ("Conclusion", "Done."),
    ]


@pytest.mark.parametrize(
    "code", ["```x``` is code", "~~~\n```\n~~~", "````\n```\n````", "```\n~~~\n```"]
)
def test_code_ends_where_it_began_so(code):
    text = read(f"# T\n## Introduction\n{code}\n## Conclusion\nDone.")
    assert [part.heading for part in text.parts] == ["Introduction", "Conclusion"]


SITE = "## AI-generated summary\nIt is so.\n## Community discussion\n### Me\nNice.\n"


def test_what_the_site_puts_around_a_paper_is_not_the_papers():
    with pytest.raises(ParseFailed, match="no text beyond an abstract"):
        read(f"# T\nPublished on Oct 8\n## Abstract\nWe do.\n{SITE}")
    text = read(f"# T\n{SITE}## Introduction\nSo.\n## Conclusion\nDone.")
    assert [part.heading for part in text.parts] == ["Introduction", "Conclusion"]


@pytest.mark.parametrize("page", ["", "Not found", "# Only a title\n\nText.", "\0", "|" * 1000])
def test_what_is_no_paper_is_refused(page):
    with pytest.raises(ParseFailed, match="there are no sections in it"):
        read(page)


@pytest.mark.parametrize(
    "part",
    [
        *("![" * 2, "[a](", "**", "*a", "<a ", "<!--", "|", "# ", "- ", "```\n", "\\(", "a\n-\n"),
        *("-" * 100_000 + "x\n", " " * 100_000 + "x\n", "`" * 100_000 + "x`\n"),
    ],
)
def test_hostile_markdown_takes_time_by_its_length(part):
    page = f"## 1 Introduction\n{part * (500_000 // len(part))}\n## 2 Conclusion\nDone."
    assert parse(page.encode(), "text/markdown", Limits(cpu_s=20, wall_s=60)).parts
