"""What a model wrote becomes plain text in the language asked for, or nothing."""

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.drafting.llm import wording
from papers.text import rendering


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("[모델](https://evil.test/x)을 쓴다.", "모델을 쓴다."),
        ("보라 ![그림](https://evil.test/p.png)!", "보라 !"),
        ("코드는 https://evil.test/a?b=c 에 있다.", "코드는  에 있다."),
        ("<script>x()</script>글 <img src=x onerror=x()>", "x()글"),
        ("<https://evil.test> [가][1]\n[1]: https://evil.test", "가\n[1] :"),
        ("## 방법\n글", "방법\n글"),
        ("\x07\u202e글\U000e0041", "글"),
        ("`[a](b)` 와 $f[a](b) < c$", "`[a](b)` 와 $f[a](b) < c$"),
        ("x < y 이고 a > b", "x < y 이고 a > b"),
        ("**굵은** 글", "**굵은** 글"),
    ],
)
def test_links_html_headings_and_hidden_characters_go_and_words_stay(written, kept):
    assert wording.plain(written) == kept


@given(st.text("[]()<>!`$\\:/ahtps.\n#=- ", max_size=60))
def test_no_text_makes_a_link_or_a_picture(written):
    html = rendering.render(wording.plain(written))
    assert "<a " not in html
    assert "<img" not in html


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "N/A",
        "정보 부족.",
        "**정보 부족**",
        "없음",
        "해당 사항 없음",
        "논문에 한계가 명시되지 않았다.",
        "제공된 초록에는 한계가 언급되지 않았습니다.",
        "The paper does not explicitly state any limitations.",
        "No limitations are mentioned in the abstract.",
        "None stated.",
    ],
)
def test_a_placeholder_is_no_text(text):
    assert wording.is_placeholder(text)


@pytest.mark.parametrize(
    "text",
    [
        "데이터가 부족하다.",
        "추론이 느리고 메모리가 부족하다는 한계가 있다.",
        "긴 입력에서 성능이 떨어진다.",
        "Robustness drops on long inputs.",
        "None of the models handles code.",
        "It is not better than the baseline.",
    ],
)
def test_a_limitation_is_a_text(text):
    assert not wording.is_placeholder(text)


@pytest.mark.parametrize(
    ("text", "language", "spoken"),
    [
        ("본 연구는 Fast-dLLM v2를 제안한다.", "ko", True),
        ("We propose Fast-dLLM v2.", "ko", False),
        ("我们提出一种新方法。", "ko", False),
        ("We propose Fast-dLLM v2.", "en", True),
        ("본 연구는 Fast-dLLM v2 모델을 제안한다.", "en", False),
        ("Мы предлагаем метод.", "en", False),
        ("私たちは新しい方法を提案する。", "ja", True),
        ("손실 $\\mathcal{L}(x) = \\sum abc def$", "ko", True),
        ("Nous proposons une méthode.", "fr", True),
    ],
)
def test_the_script_tells_another_language(text, language, spoken):
    assert wording.speaks(text, language) is spoken


@pytest.mark.corpus
def test_real_korean_summaries_are_taken_for_korean(corpus):
    with gzip.open(corpus / "ko_summaries.jsonl.gz", "rt") as lines:
        papers = [json.loads(line) for line in lines]
    for paper in papers:
        assert wording.speaks(f"{paper['purpose']} {paper['conclusion']}", "ko"), paper["id"]
        assert not wording.speaks(paper["abstract"], "ko"), paper["id"]
