"""Words and terms of a text."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from digest.search.analysis.terms import terms_of
from digest.search.analysis.words import stem, vocabulary, words_of


def words(text):
    return [word.text for word in words_of(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("AI가 LLM의 세계", ["ai", "llm", "세계"]),
        ("LLM기반", ["llm", "기반"]),
        ("(LLMs)은 크다", ["llms", "크다"]),
        ("“한 번에” (도)", ["한", "번에", "도"]),
        ("1.2B 70% 1,000", ["1.2b", "70%", "1000"]),
        ("Multi-Modal multi_modal", ["multimodal", "multimodal"]),
        ("café Jevtić", ["cafe", "jevtic"]),
        ("π₀.₅ ﬁne", ["π", "0.5", "fine"]),
        ("the model's", ["the", "model"]),
        ("2510.06208v2", ["2510.06208"]),
        ("", []),
        ("((((%%%", []),
    ],
)
def test_words_are_told_apart_by_script(text, expected):
    assert words(text) == expected


def test_decomposed_hangul_is_the_same():
    assert words("모델") == words("\u1106\u1169\u1103\u1166\u11af") == ["모델"]


def test_latin_words_are_stemmed_and_found_by_their_parts():
    terms = dict(terms_of("Training Qwen2.5-VL models"))
    assert {"train", "model", "qwen2.5vl", "qwen2", "qwen", "2.5", "vl"} <= terms.keys()
    assert {"4dslomo", "dslomo"} <= dict(terms_of("4DSloMo")).keys()


def test_a_run_of_hangul_becomes_pairs_that_take_a_place_each():
    assert list(terms_of("언어모델 추론")) == [("언어", 0), ("어모", 1), ("모델", 2), ("추론", 4)]


def test_stop_words_take_a_place_and_are_no_terms():
    terms = [term for term in terms_of("state of the art") if term[0] in ("state", "art")]
    assert terms == [("state", 0), ("art", 3)]
    assert len(list(terms_of("of the"))) == 0


def test_a_word_for_suggestions_is_not_too_short():
    assert vocabulary(["A 뇌 model 추론"]) == {"model", "추론"}


def test_an_endless_word_is_cut():
    assert len(words("x" * 5_000)[0]) == 60


def test_two_threads_get_the_stems_that_one_gets():
    forms = [f"{word}{end}" for word in ("general", "study", "agent", "model") for end in ENDS]
    alone = [stem(form) for form in forms]
    with ThreadPoolExecutor(4) as threads:
        for _ in range(50):
            stem.cache_clear()
            assert list(threads.map(stem, forms)) == alone


ENDS = ("", "s", "ing", "ization", "izations", "ized", "izes", "er", "ers", "ly", "ness", "ational")
