"""Names of tags that are probably one name, spelt twice."""

import pytest

from papers.text.twins import twins


@pytest.mark.parametrize(("one", "other"), [
    ("hugginface", "hugging-face"),
    ("Hugging Face", "hugging-face"),
    ("LLM", "LLMs"),
    ("reasoning", "resoning"),
    ("reasoning", "raesoning"),
    ("강화학습", "강화 학습"),
    ("강화학습", "강화학슴"),
    ("언어 모델", "언어  모델"),
    ("multi-agent systems", "multiagent system"),
    ("Ｖｉｓｉｏｎ", "vision"),
    ("text_to_image", "text-to-image"),
    ("diffusion models", "difusion model"),
    ("GPT 4", "gpt4"),
    ("Llama 3.1", "llama-3.1"),
    ("c++", "Ｃ＋＋"),
])  # fmt: skip
def test_spellings_of_one_name_are_twins(one, other):
    assert list(twins([one, "something else", other])) == [(one, other)]
    assert list(twins([other, one])) == [(other, one)]


@pytest.mark.parametrize(("one", "other"), [
    ("GPT-3", "GPT-4"),
    ("instruction tuning 2", "instruction tuning 3"),
    ("encoders", "decoders"),
    ("unsupervised learning", "supervised learning"),
    ("BERT", "BART"),
    ("LoRA", "QLoRA"),
    ("few-shot", "zero-shot"),
    ("loss", "los"),
    ("추론", "추돈"),
    ("C", "C++ language"),
    ("C", "C++"),
    ("C++", "C#"),
    ("C# language", "C language"),
    ("A*", "A"),
    ("GPT-4.1", "GPT-41"),
    ("Llama 3.1", "Llama 31"),
    ("v1.5", "v15"),
    ("diffusion 1.5 model", "diffusion 15 models"),
    ("🤗", "🙂"),
    ("self-supervised", "semi-supervised"),
    ("text-to-image", "text-to-video"),
])  # fmt: skip
def test_names_of_two_things_are_none(one, other):
    assert list(twins([one, other])) == []


def test_each_pair_comes_once():
    names = ["huggingface", "hugging face", "hugginface", "huging face"]
    found = [frozenset(pair) for pair in twins(names)]
    assert len(found) == len(set(found)) == 5  # All but the two that are wrong in another letter.


def test_very_many_names_that_are_alike_take_little_time():
    names = [f"reasoning{chr(97 + a)}{chr(97 + b)}" for a in range(26) for b in range(26)]
    assert sum(1 for _ in twins(names)) > 100
