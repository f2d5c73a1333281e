"""Hangul words with particles and without: what a run may be, and what it never is."""

import pytest

from digest.search.analysis import hangul


@pytest.mark.parametrize(
    ("run", "readings"),
    [
        ("모델", ["모델"]),
        ("모델을", ["모델을", "모델"]),
        ("모델에서는", ["모델에서는", "모델에서", "모델에", "모델"]),
        ("배포해서는", ["배포해서는", "배포해서", "배포"]),
        ("최적화되었으며", ["최적화되었으며", "최적화되었으", "최적화"]),
        ("성능차이", ["성능차이", "성능차"]),
    ],
)
def test_particles_are_taken_off_again_and_again(run, readings):
    found = hangul.readings(run)
    assert found[0] == readings[0]
    assert found[-1] == readings[-1]
    assert set(found) <= set(readings)


@pytest.mark.parametrize("noun", ["단가", "길이", "차이", "결과", "평가", "속도"])
def test_what_only_looks_like_a_particle_stays(noun):
    assert hangul.readings(noun) == [noun]
    assert hangul.readings(noun + "를")[-1] == noun


@pytest.mark.parametrize(
    ("run", "syllable"), [("뇌", "뇌"), ("뇌의", "뇌"), ("뇌에서는", "뇌"), ("모델", "")]
)
def test_a_syllable_may_be_a_word(run, syllable):
    assert hangul.alone(run) == syllable


def test_endings_are_told_from_words():
    assert hangul.is_ending("에서는")
    assert hangul.is_ending("의")
    assert not hangul.is_ending("기반")


def test_a_long_run_takes_no_long_time():
    assert hangul.readings("의" * 500)[0] == "의" * 500
