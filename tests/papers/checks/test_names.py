import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.checks import names
from papers.checks.base import Level

SOURCE = """\
BlockRank: Scalable In-context Ranking with $\\text{Transformer}^2$

We fine-tune large language models (4B) such as Qwen2.5-VL, FLUX.1-dev and GPT-4o with
reinforcement learning. A state-of-the-art result on MS MARCO, BEIR and Poincaré balls, by a
Hierarchical Reasoning Model, \\textbf{MoBA}; direct preference optimization is left out.
Mixtures of experts and a vision encoder for 3-D scenes."""


def found(markdown: str, language: str = "ko", source: str = SOURCE) -> list[str]:
    findings = names.check(markdown, language, source)
    assert all(markdown[each.start : each.end] == each.text for each in findings)
    assert all(each.level == Level.WARNING and each.why for each in findings)
    return [each.text for each in findings]


@pytest.mark.parametrize(
    "name",
    [
        *("BlockRank", "Block-Rank", "BLOCKRANK", "Qwen2.5-VL", "Qwen 2.5", "Qwen2.5-VL-7B"),
        *("FLUX", "MSMarco", "MS-MARCO", "Poincaré", "Poincare", "MoBA", "Transformer2"),
        *("LLM", "LLMs", "RL", "SOTA", "SoTA", "HRM", "DPO", "MoE", "In-Context"),
        *("AI", "GPU", "API", "Transformer", "BlockRank's", "3D", "24GB", "24 GB", "Goal", "x"),
        *("`SomeCode`", "$Q K^T$", "https://github.com/Some/Thing", "reasoning"),
    ],
)
def test_a_name_of_the_paper_is_known_however_it_is_spelt(name: str):
    assert found(f"본 연구는 {name}를 쓴다.") == []


@pytest.mark.parametrize(
    "name", ["GPT-4", "GPT-3", "Qwen3-VL", "BlockRan", "Llama", "MMLU", "VQA", "RLM", "BEIR2", "UI"]
)
def test_a_name_that_the_paper_does_not_have_is_found_exactly(name: str):
    assert found(f"본 연구는 BEIR와 {name}를 쓴다.") == [name]


def test_the_finding_says_what_is_unknown():
    (finding,) = names.check("- **MMLU**: 높다", "ko", SOURCE)
    assert (finding.code, finding.level) == ("unknown_name", Level.WARNING)
    assert finding.why == "“MMLU” does not occur in the paper's text."


def test_without_a_source_no_name_is_unknown():
    assert names.check("BEIR를 쓴다.", "ko", " \n") == []


def test_in_english_a_capital_that_begins_a_sentence_is_no_name():
    text = "Clearly fast. However, it wins.\n- Also: “Strong” on Llama and MMLU, not\nVisual ones."
    assert found(text, "en") == ["Llama", "MMLU"]


def test_escaped_signs_are_part_of_a_name():
    assert found(r"We use Block\_Rank and Fast\_LLM.", "en") == [r"Fast\_LLM"]


@given(st.text(max_size=200), st.text(max_size=200), st.sampled_from(["ko", "en", ""]))
def test_no_text_and_no_source_is_too_odd(text: str, source: str, language: str):
    names.check(text, language, source)


@given(st.text("AbC-.+_'’\\1é s", max_size=60))
def test_every_word_of_a_text_is_known_to_it(text: str):
    assert names.check(text, "ko", f"x {text}") == []


def test_a_papers_own_sentences_hold_no_unknown_name(corpus: Path):
    with gzip.open(corpus / "ko_summaries.jsonl.gz", "rt") as file:
        abstracts = [json.loads(line)["abstract"] for line in file]
    assert [each for text in abstracts for each in found(text, "en", text)] == []


def test_names_in_real_summaries_are_seldom_unknown(corpus: Path):
    with gzip.open(corpus / "ko_summaries.jsonl.gz", "rt") as file:
        rows = [json.loads(line) for line in file]
    texts = [(row, [row["purpose"], *row["method"], row["conclusion"]]) for row in rows]
    flagged = [
        bool(found(text, "ko", f"{row['title']}\n\n{row['abstract']}"))
        for row, sentences in texts
        for text in sentences
    ]
    assert sum(flagged) < 0.01 * len(flagged)
