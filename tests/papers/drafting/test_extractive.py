import gzip
import json
from collections import Counter
from html.parser import HTMLParser

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.drafting.extract import extractive
from papers.drafting.extract.roles import Role
from papers.fulltext.base import Kind, Part
from papers.sources import huggingface
from papers.text.cleaning import fold
from papers.text.sentences import sentences
from tests.benchmarks.quality import extractive as quality

KINDS = ["introduction", "method", "results", "limitations", "conclusion"]
ABSTRACT = """\
Video models have become popular, yet they struggle with scenes of many
minutes, e.g. with v2.5 memory. Prior work achieves only 71% on such scenes.
In this paper, we propose LongCat, which keeps a memory of what was seen.
The memory is updated by attention at each step, and costs $O(n)$ at inference.
Experiments show that LongCat outperforms all baselines by 3.2 points on VBench.
These results suggest that memory matters. Code is available at
https://github.com/a_b/c_d."""


def read_as_text(text: str) -> str:
    """Return Markdown as a reader sees it, with the site's extensions and math as \\(TeX\\)."""
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
        "introduction": "Video models have become popular, yet they struggle with scenes of many"
        " minutes, e.g. with v2.5 memory. Prior work achieves only 71% on such scenes. In this"
        " paper, we propose LongCat, which keeps a memory of what was seen. Code is available at"
        r" https://github.com/a\_b/c\_d.",
        "method": "The memory is updated by attention at each step, and costs $O(n)$ at inference.",
        "results": "Experiments show that LongCat outperforms all baselines by 3.2 points on"
        " VBench. These results suggest that memory matters.",
    }


SEEN = "The memory is updated by attention at each step."


@pytest.fixture
def told_as(monkeypatch):
    """Return a function that makes the model tell all sentences as one role."""

    def tell(role):
        monkeypatch.setattr(extractive, "roles", lambda found: [role] * len(found))

    return tell


def test_a_measured_result_is_one_whatever_the_model_tells(told_as):
    told_as(Role.METHOD)
    result = "LongCat achieves 97% on VBench."
    assert extractive.draft(f"We propose it. {SEEN} {result}") == {
        "method": f"We propose it. {SEEN}",
        "results": result,
    }


@pytest.mark.parametrize(
    "others",
    [
        "Prior models achieve 71% on VBench.",
        "Our world is full of video. LongCat achieves 71% on VBench.",
        "We study agents. Existing agents achieve only 30% on SWE-bench.",
        "We study agents. However, current agents achieve only 30% on SWE-bench.",
        "We study agents. While existing agents achieve 30% on SWE-bench, they are slow.",
        "We study agents. Yet humans achieve 90% on SWE-bench.",
    ],
)
def test_a_figure_of_others_is_none_of_the_papers_results(told_as, others):
    told_as(Role.BACKGROUND)
    assert extractive.draft(f"{others} We propose LongCat.") == {
        "introduction": f"{others} We propose LongCat."
    }


@pytest.mark.parametrize(
    "result",
    [
        "Existing agents achieve only 30% on our benchmark.",
        "While existing agents achieve 30%, LongCat achieves 60%.",
    ],
)
def test_others_beside_the_papers_own_are_a_result(told_as, result):
    told_as(Role.METHOD)
    assert extractive.draft(f"We study agents. {result}")["results"] == result


def test_a_release_notice_is_no_result_and_moves_nothing_after_it(told_as):
    told_as(Role.RESULT)
    notice, result = "We release our code.", "The memory matters."
    assert extractive.draft(f"{notice} {result}") == {"introduction": notice, "results": result}


@pytest.mark.parametrize("number", ["(2)", "3)", "12)", "(ii)", "iv)", "(b)", "(B)", "2."])
def test_a_later_item_of_a_list_stays_with_the_one_before(monkeypatch, number):
    told = [Role.METHOD, Role.RESULT, Role.RESULT]
    monkeypatch.setattr(extractive, "roles", lambda found: told)
    items = f"It has two parts: (1) A memory. {number} A reader that is fast."
    assert extractive.draft(f"{items} It works.") == {"method": items, "results": "It works."}


@pytest.mark.parametrize("start", ["(1)", "(i)", "A", "E. Smith:", "(VBench)", "I"])
def test_a_first_item_goes_where_its_role_says(monkeypatch, start):
    monkeypatch.setattr(extractive, "roles", lambda found: [Role.METHOD, Role.RESULT])
    assert list(extractive.draft(f"It has parts. {start} The reader.")) == ["method", "results"]


def test_the_limits_that_an_abstract_names_make_no_section_of_their_own():
    sections = extractive.draft(
        f"{ABSTRACT} A limitation of our method is its need of paired data."
    )
    assert list(sections) == ["introduction", "method", "results"]


def limits(*lines: str, kind: Kind = Kind.LIMITATIONS) -> Part:
    return Part(kind, "Limitations", "\n".join(lines))


def quoted(*lines: str) -> str | None:
    return extractive.draft("", [limits(*lines)]).get(Kind.LIMITATIONS)


def test_limitations_and_conclusion_open_those_of_the_full_text():
    parts = [
        Part(Kind.METHOD, "Method", "We do it in this way."),
        Part(Kind.CONCLUSION, "Conclusion", "We have shown *that* it works. It is fast."),
        Part(
            Kind.LIMITATIONS, "Limitations", "It needs a lot of paired data. It is slow, i.e. 2 s."
        ),
        Part(Kind.LIMITATIONS, "Limitations of the user study", "Only two users took part in it."),
    ]
    sections = extractive.draft(ABSTRACT, parts)
    assert list(sections) == KINDS
    assert sections[Kind.LIMITATIONS] == "It needs a lot of paired data. It is slow, i.e. 2 s."
    assert sections[Kind.CONCLUSION] == r"We have shown \*that\* it works. It is fast."
    assert sections[Kind.METHOD] == extractive.draft(ABSTRACT)[Kind.METHOD]


def test_a_quotation_has_three_sentences_over_its_paragraphs():
    assert quoted(
        "One limit is its size.", "Another limit is that. Third of all is this. No more."
    ) == ("One limit is its size. Another limit is that. Third of all is this.")


def test_a_quotation_ends_with_a_whole_sentence_before_600_characters():
    first, second = f"It is {'very ' * 80}slow.", f"It is {'very ' * 80}large."
    assert quoted(f"{first} {second}") == first


@pytest.mark.parametrize(
    "lines",
    [
        ["word " * 1_000_000 + "."],
        ["x" * 1_000_000 + "."],
        ["We name the following limits of our work:"],
        ["where x is the size of the memory that it needs."],
        [", and therefore it is slow at each step."],
        [
            "4.1 What we did not do",
            "Figure 3: The failures of our method in pictures.",
            "3 | 4 | 5",
        ],
        [""],
    ],
)
def test_what_is_no_whole_sentence_of_bounded_length_is_not_quoted(lines):
    assert quoted(*lines) is None


def test_an_announcement_is_quoted_with_what_it_announces_only():
    opening, item = (
        "It has been tried on cats. It has two limits:",
        "First, it is slow at inference.",
    )
    assert quoted(opening, item) == f"{opening} {item}"
    assert quoted(opening, f"First, it is {'very ' * 120}slow.") == "It has been tried on cats."


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


def test_money_that_an_abstract_escapes_is_money():
    escaped = extractive.escape(r"It costs \$9 per task, and \$32,000 in all.")
    assert read_as_text(escaped) == "It costs $9 per task, and $32,000 in all."


def test_math_stays_math():
    sentence = r"We scale $\mathcal{O}(n_1 < n^*)$ and $x_i$ for $5 a_b."
    escaped = extractive.escape(sentence)
    assert escaped == r"We scale $\mathcal{O}(n_1 < n^*)$ and $x_i$ for \$5 a\_b."
    assert read_as_text(escaped) == r"We scale \(\mathcal{O}(n_1 < n^*)\) and \(x_i\) for $5 a_b."


def said(sections: dict[str, str]) -> Counter[str]:
    """Return the words of all sections, as a reader sees them."""
    return Counter(word for text in sections.values() for word in read_as_text(text).split())


@given(st.text(st.characters(codec="utf-8", exclude_characters="$"), max_size=200))
def test_every_word_is_used_once_and_none_is_invented(text):
    assert said(extractive.draft(text)) == Counter(fold(text).split())


@given(st.lists(st.sampled_from(sentences(ABSTRACT)), max_size=12))
def test_the_sections_are_the_sentences_in_another_order(said):
    sections = extractive.draft(" ".join(said))
    assert [kind for kind in KINDS if kind in sections] == list(sections)
    kept = [one for text in sections.values() for one in sentences(text)]
    assert Counter(kept) == Counter(map(extractive.escape, said))
    for text in sections.values():
        positions = iter(map(extractive.escape, said))
        assert all(one in positions for one in sentences(text))


@pytest.mark.parametrize(
    "part",
    ["to the model, ", "the model ", "a.", "from 1", "1", "a", "-", "that really ", ", ", "(1) "],
)
def test_a_text_that_repeats_itself_is_drafted(part):
    assert extractive.draft("We release the model. " + part * 2_000)


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
    assert min(share[kind] for kind in KINDS[:3]) > 0.9 * len(papers)
    assert not share["limitations"] + share["conclusion"]


@pytest.mark.corpus
def test_recorded_papers_have_few_faults(corpus, record_property):
    abstracts = quality.abstracts(each=50).values()
    counts = Counter(
        kind for text in abstracts for kind in {kind for kind, _ in quality.faults(text)}
    )
    record_property("faults", f"{dict(counts)} of {len(abstracts)}")
    assert not counts["quotation from mid-sentence"]
    assert counts["measured result under Method"] <= 0.01 * len(abstracts)
    assert counts["release notice under Results"] <= 0.03 * len(abstracts)
