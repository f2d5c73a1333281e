import pytest

from digest.readers.reading_time import SYLLABLES_A_MINUTE, WORDS_A_MINUTE, minutes


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([], 1),
        (["한 줄"], 1),
        (["가" * SYLLABLES_A_MINUTE * 3], 3),
        (["word " * WORDS_A_MINUTE * 2], 2),
        (["가" * SYLLABLES_A_MINUTE, "word " * WORDS_A_MINUTE, "더"], 3),
        (["모델은 GPT-4o를 쓴다. " * 10_000], 205),
    ],
)
def test_a_text_takes_as_long_as_its_syllables_and_words(texts, expected):
    assert minutes(texts) == expected
