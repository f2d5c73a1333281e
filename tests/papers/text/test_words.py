"""The words of a search, whatever is typed."""

import unicodedata

from papers.text.words import LONGEST, MOST_WORDS, words


def test_words_are_in_nfc_and_a_quoted_phrase_is_one_word():
    typed = unicodedata.normalize("NFD", ' 언어\x00  모델 "chain of thought" ')
    assert words(typed) == ["언어", "모델", "chain of thought"]


def test_an_apostrophe_an_empty_pair_of_quotes_and_an_open_one_do_no_harm():
    assert words("don't") == ["don't"]
    assert words('"" a') == ["a"]
    assert words('"open') == ['"open']


def test_a_text_of_any_length_is_a_few_words():
    assert len(words("ab " * 1000)) == MOST_WORDS
    assert len(words("a" * 5000)[0]) == LONGEST
