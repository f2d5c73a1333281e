"""What a number counts is read from the noun beside it."""

import pytest

from papers.checks.numbers.nouns import KINDS
from papers.checks.numbers.things import NONE, counted, kinds_of

MODEL, STAGE, TASK = kinds_of("model"), kinds_of("stage"), kinds_of("task")
METHOD, BENCHMARK = kinds_of("method"), kinds_of("benchmark")

ENGLISH = [
    ("three models", MODEL),
    ("three new and better models", NONE),
    ("three large language models solve tasks", MODEL),
    ("three, well, models", NONE),
    ("three fast, small models", MODEL),
    ("three large (deep) models", MODEL),
    ("three of the models", MODEL),
    ("three types of models", MODEL | kinds_of("type")),
    ("three A100 GPUs", kinds_of("gpu")),
    ("three model families, tasks", kinds_of("family")),
    ("three-stage models", STAGE),
    ("three model tasks", TASK),
    ("three surprises of all", NONE),
    ("three surprises: models", NONE),
    ("three\nmodels", MODEL),
    ("three\n\nmodels", NONE),
    ("three axes", kinds_of("axis")),
    ("three studies", NONE),
    ("three", NONE),
]
KOREAN = [
    ("세 모델을", MODEL),
    ("세 개의 모델이", MODEL),
    ("세 가지 언어 모델에서", MODEL),
    ("세 가지 모델 전략을", METHOD),
    ("세 가지 대규모모델(A, B)", MODEL),
    ("세 가지 모델의 전략을", MODEL | METHOD),
    ("세 모델 모두 좋다", MODEL),
    ("세 모델 각각에서", MODEL),
    ("세 모델들에서도 전략이", MODEL),
    ("세 모델일 때 전략이", MODEL),
    ("세 모델한테 전략이", MODEL),
    ("세 모델 가운데 전략이", MODEL),
    ("세 모델 전략을", MODEL | METHOD),
    ("세 가지 구조적 전략을", METHOD),
    ("세 단계 전략을", kinds_of("stage") | kinds_of("level")),
    ("모델 세 개를", MODEL),
    ("모델을 세 개로", NONE),
    ("세 가지 LLM을", MODEL),
    ("세 가지 놀라움을 모델에서", NONE),
    ("세 개와 4개의 모델을", NONE),
    ("세 가지 모델", MODEL),
    ("세 가지", NONE),
]


@pytest.mark.parametrize(("text", "kinds"), ENGLISH)
def test_in_english_it_counts_the_first_plural_of_its_phrase(text, kinds):
    assert counted(text, 0, len("three"), plural=True) == kinds


@pytest.mark.parametrize(("text", "kinds"), KOREAN)
def test_in_korean_it_counts_the_first_noun_with_a_particle(text, kinds):
    start = text.index("세")
    assert counted(text, start, start + 1, plural=True) == kinds


def test_one_counts_any_noun_of_its_phrase():
    assert counted("one model task", 0, 3, plural=False) == MODEL | TASK


def test_words_of_one_kind_are_translations_of_each_other():
    text = "세 가지 벤치마크에서"
    assert counted(text, 0, 1, plural=True) == BENCHMARK == kinds_of("dataset")


def test_no_word_stands_twice_in_a_kind():
    for words in (side.split() for kind in KINDS for side in kind):
        assert len(words) == len(set(words))
