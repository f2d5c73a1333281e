import gzip
import json
from collections import Counter
from html.parser import HTMLParser

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.drafting import extractive
from papers.sources import huggingface
from papers.text import fold

KINDS = ["introduction", "method", "results", "limitations", "conclusion"]
ABSTRACT = """\
Video models struggle with long scenes. Prior work achieves 71% on such
scenes, e.g. with v2.5 memory. We propose LongCat, which keeps a memory of
what was seen. It costs nothing at inference. LongCat outperforms all
baselines by 3.2 points on VBench. A limitation of our method is that it
needs paired data. These results suggest that memory matters. Code is
available at https://github.com/a_b/c_d."""


def read_as_text(text: str) -> str:
    """What a reader sees of Markdown with the extensions the site uses; math as \\(TeX\\)."""
    html = markdown.markdown(
        text,
        extensions=[
            "tables",
            "fenced_code",
            "footnotes",
            "pymdownx.arithmatex",
            "pymdownx.tilde",
            "mdx_truly_sane_lists",
        ],
        extension_configs={
            "pymdownx.arithmatex": {"generic": True},
            "pymdownx.tilde": {"subscript": False},
        },
    )
    seen: list[str] = []
    parser = HTMLParser()
    parser.handle_data = seen.append
    parser.feed(html)
    parser.close()
    return fold("".join(seen))


def test_sentences_go_to_the_section_of_their_role():
    assert extractive.draft(ABSTRACT) == {
        "introduction": "Video models struggle with long scenes. Prior work achieves 71% on such"
        " scenes, e.g. with v2.5 memory.",
        "method": "We propose LongCat, which keeps a memory of what was seen. It costs nothing at"
        " inference.",
        "results": "LongCat outperforms all baselines by 3.2 points on VBench.",
        "limitations": "A limitation of our method is that it needs paired data.",
        "conclusion": r"These results suggest that memory matters. Code is available at"
        r" https://github.com/a\_b/c\_d.",
    }


def test_what_the_abstract_does_not_say_stays_absent():
    sections = extractive.draft("Scenes are long. We propose LongCat. It outperforms all others.")
    assert list(sections) == ["introduction", "method", "results"]


def test_the_limits_of_others_are_no_limitations():
    sections = extractive.draft("Existing methods have serious limitations. We propose LongCat.")
    assert sections["introduction"] == "Existing methods have serious limitations."
    assert "limitations" not in sections


@pytest.mark.parametrize("abstract", ["", " \n", "\u200b"])
def test_a_blank_abstract_makes_no_sections(abstract):
    assert extractive.draft(abstract) == {}


def test_drafting_again_gives_the_same():
    assert extractive.draft(ABSTRACT) == extractive.draft(ABSTRACT.replace("\n", " "))


@pytest.mark.parametrize(
    "sentence",
    [
        "We use *stars*, **more** and _lines_ in snake_case_names.",
        "# 1 of all",
        "1. We come first.",
        "- 5 degrees",
        "+ more",
        "> quoted",
        "---",
        "~~~",
        "It is ~~gone~~ and ~5 stay.",
        "[A link](https://evil.test/) and ![one](x.png) and [^1].",
        "<script>alert(1)</script> and <think> and a<b>c.",
        "AT&T, &lt;b&gt; and &copy; as typed.",
        r"Lost \textbf{bold} and 5\% and \(x\) and \[y\].",
        "Costs $5 million, then $6 million.",
        "`code` and ``` fences",
        "a | b | c",
        "{{ liquid }} and {% raw %}",
    ],
)
def test_a_sentence_reads_as_it_stands_in_the_abstract(sentence):
    assert read_as_text(" ".join(extractive.draft(sentence).values())) == sentence


@given(st.text("aB1 .*_`~#+-<>&|[](){}!\\:=^\"'\n", max_size=60))
def test_any_text_reads_as_it_stands(text):
    assert read_as_text(extractive.escape(fold(f"x {text}"))) == fold(f"x {text}")


def test_math_stays_math():
    sentence = r"We scale $\mathcal{O}(n_1 < n^*)$ and $x_i$ for $5 a_b."
    escaped = extractive.escape(sentence)
    assert escaped == r"We scale $\mathcal{O}(n_1 < n^*)$ and $x_i$ for \$5 a\_b."
    assert read_as_text(escaped) == r"We scale \(\mathcal{O}(n_1 < n^*)\) and \(x_i\) for $5 a_b."


def said(sections: dict[str, str]) -> Counter[str]:
    """The words of all sections, as a reader sees them."""
    return Counter(word for text in sections.values() for word in read_as_text(text).split())


@given(st.text(st.characters(codec="utf-8", exclude_characters="$"), max_size=200))
def test_every_word_is_used_once_and_none_is_invented(text):
    assert said(extractive.draft(text)) == Counter(fold(text).split())


@given(st.lists(st.sampled_from(extractive.sentences(ABSTRACT)), max_size=12))
def test_the_sections_are_the_sentences_in_another_order(sentences):
    sections = extractive.draft(" ".join(sentences))
    assert [kind for kind in KINDS if kind in sections] == list(sections)
    kept = [one for text in sections.values() for one in extractive.sentences(text)]
    assert Counter(kept) == Counter(map(extractive.escape, sentences))
    for text in sections.values():
        positions = iter(map(extractive.escape, sentences))
        assert all(one in positions for one in extractive.sentences(text))


@pytest.mark.corpus
def test_a_recorded_day_is_sorted_whole(corpus, record_property):
    items = json.loads(gzip.decompress((corpus / "hf_daily/2025-10-07.json.gz").read_bytes()))
    papers = huggingface.parse(items).papers
    share: Counter[str] = Counter()
    for paper in papers:
        sections = extractive.draft(paper.abstract)
        whole = read_as_text(extractive.escape(fold(paper.abstract)))
        assert said(sections) == Counter(whole.split())
        share.update(sections.keys())
    record_property("share", {kind: f"{share[kind]}/{len(papers)}" for kind in KINDS})
    assert share["introduction"] == share["method"] == len(papers)
    assert share["results"] > len(papers) / 2
    assert share["limitations"] < len(papers) / 4
