"""Which sentence of a paper a sentence of its summary rests on."""

import pytest

from papers.checks import evidence
from papers.checks.evidence.features import FEATURES
from papers.checks.evidence.matching import SIGNS
from papers.checks.evidence.model import FILE, model
from papers.checks.evidence.words import stem, words

# From the abstract of 1706.03762.
ATTENTION = """\
The dominant sequence transduction models are based on complex recurrent or convolutional \
neural networks in an encoder-decoder configuration.
The best performing models also connect the encoder and decoder through an attention mechanism.
We propose a new simple network architecture, the Transformer, based solely on attention \
mechanisms, dispensing with recurrence and convolutions entirely.
Experiments on two machine translation tasks show these models to be superior in quality while \
being more parallelizable and requiring significantly less time to train.
Our model achieves 28.4 BLEU on the WMT 2014 English-to-German translation task, improving over \
the existing best results, including ensembles by over 2 BLEU.
""".splitlines()


@pytest.mark.parametrize(
    ("claim", "best"),
    [
        ("최고 성능의 모델들은 어텐션 메커니즘으로 인코더와 디코더를 연결한다.", 1),
        ("어텐션 메커니즘에만 기반한 새로운 네트워크 아키텍처인 Transformer를 제안함", 2),
        ("두 기계 번역 작업에 대한 실험으로 더 우수한 품질과 짧은 학습 시간을 입증함", 3),
        ("WMT 2014 영어-독일어 번역에서 28.4 BLEU를 달성함", 4),
    ],
)
def test_a_korean_sentence_rests_on_the_english_one_it_renders(claim, best):
    found = evidence.find(claim, ATTENTION)
    assert found.best[0] == best
    assert found.is_supported


@pytest.mark.parametrize(
    "claim",
    [
        "로봇 팔의 촉각 센서 데이터를 수집하여 조작 정책을 학습함",
        "LiDAR 점군에서 3차원 객체를 탐지하는 KITTI 벤치마크를 구축함",
    ],
)
def test_a_sentence_of_another_paper_is_not_supported(claim):
    assert not evidence.find(claim, ATTENTION).is_supported


def test_an_english_sentence_rests_on_the_one_that_shares_its_words():
    for number, sentence in enumerate(ATTENTION):
        assert evidence.find(sentence, ATTENTION).best[0] == number


def test_in_another_language_names_and_numbers_tell():
    assert evidence.find("WMT 2014 で 28.4 BLEU を達成した。", ATTENTION).best[0] == 4


PRUNING = (
    "We prune attention heads to reduce the latency of large models.",
    "Pruning improves accuracy on five benchmarks without retraining.",
    "Existing methods fail to handle unseen domains.",
)


@pytest.mark.parametrize(
    ("claim", "contrast"),
    [
        ("대형 모델의 지연 시간을 줄이기 위해 어텐션 헤드를 가지치기함", []),
        ("대형 모델의 지연 시간을 늘리기 위해 어텐션 헤드를 가지치기함", ["turned"]),
        ("대형 모델의 지연 시간을 줄이기 위해 어텐션 헤드를 가지치기하지 않음", ["denied"]),
        ("가지치기로 재학습 없이 다섯 벤치마크에서 정확도를 향상함", []),
        ("가지치기로 재학습 없이 다섯 벤치마크에서 정확도가 저하됨", ["turned"]),
        ("기존 방법은 보지 못한 도메인을 다루지 못함", []),
        ("강화 학습으로 대형 모델의 지연 시간을 줄임", []),
        ("잘못된 어텐션 헤드를 가지치기하여 지연 시간을 줄임", []),
    ],
)
def test_a_claim_that_denies_or_turns_its_evidence_is_not_supported(claim, contrast):
    found = evidence.find(claim, PRUNING)
    assert found.contrasts == contrast
    assert contrast == [] or not found.is_supported


def test_the_sentences_are_ranked_best_first():
    found = evidence.find("28.4 BLEU를 달성함", ATTENTION)
    assert sorted(found.best) == list(range(len(ATTENTION)))
    ranked = [found.scores[at] for at in found.best]
    assert ranked == sorted(ranked, reverse=True)


def test_a_paper_without_sentences_has_no_evidence():
    with pytest.raises(ValueError, match="without sentences"):
        evidence.find("무엇이든", ())


@pytest.mark.parametrize("claim", ["", " ", "가", "?!", "12", "x" * 20_000, "가" * 20_000, "𝔸∑ \0"])
@pytest.mark.parametrize("sentence", ["", "?", "y" * 20_000, r"$\pi_{0.5}$ is a model"])
def test_odd_sentences_are_matched_too(claim, sentence):
    found = evidence.find(claim, [sentence, *ATTENTION])
    assert len(found.best) == len(found.scores) == 6
    # One syllable is not enough to go by.
    assert claim == "가" or not found.is_supported


def test_words_are_compared_by_syllables_stems_and_values():
    found = words("제안된 GPT-4o는 3배 빠른 encoding을 씀")
    assert {"제안", "안된", "빠른", "encod"} <= set(found.terms)
    assert {"gpt-4o", "gpt", "4o", "encoding"} <= found.names
    assert 3 in found.numbers


@pytest.mark.parametrize(
    "forms",
    [
        ("train", "trains", "trained", "training"),
        ("evaluate", "evaluation", "evaluations", "evaluating"),
        ("robust", "robustness", "robustly"),
    ],
)
def test_forms_of_a_word_have_one_stem(forms):
    assert len({stem(form) for form in forms}) == 1


def test_the_file_is_small_and_holds_no_sentence():
    assert FILE.stat().st_size < 2**19
    learnt = model()
    assert all(len(word) < 40 and " " not in word for word in [*learnt.forward, *learnt.stated])
    assert all(len(sign.split()) <= 2 for sign in learnt.openings)


def test_each_feature_and_each_sign_has_its_weight():
    assert len(model().ranking) == len(FEATURES)
    assert len(model().support) == len(SIGNS)
