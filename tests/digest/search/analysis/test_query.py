"""What somebody typed, read as words, phrases and filters."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.search.analysis.conditions import tsquery
from digest.search.analysis.query import (
    LONGEST,
    MOST_FILTERS,
    MOST_WORDS,
    OF_FORM,
    Refused,
    author_key,
    author_keys,
    parse,
)


def condition(text):
    return " & ".join(tsquery(word.condition) for word in parse(text).asked)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("추론을", "'추론'"),
        ("길이", "('길이' | '길_')"),
        ("뇌", "'뇌_'"),
        ("강화학습", "('강화' & '학습')"),
        ("models", "'model'"),
        ("AI가", "'ai'"),
        ("gpt4o", "('gpt4o' | ('gpt' & '4o'))"),
    ],
)
def test_a_word_becomes_a_condition(text, expected):
    assert condition(text) == expected


def test_the_form_that_was_typed_counts_for_the_rank_alone():
    (word,) = parse("Models").asked
    assert word.scores == {"model": 1.0, "=models": OF_FORM}
    assert word.condition == "model"


def test_a_compound_asks_that_each_syllable_is_covered():
    assert condition("언어모델링") == ("('언어' & '델링' & ('어모' | '모델'))")


def test_both_readings_of_a_word_with_a_seeming_particle_are_asked_for():
    assert condition("성능차이") == "(('성능' & '차이') | ('성능' & '능차'))"


def test_a_phrase_stands_together():
    (phrase,) = parse('"large language models"').phrases
    assert phrase.together == "'larg' <1> 'languag' <1> 'model'"
    (phrase,) = parse("“대규모 언어 모델을”").phrases
    assert phrase.together == "'대규' <1> '규모' <2> '언어' <2> '모델'"


def test_a_word_of_a_phrase_that_may_be_one_syllable_stands_as_it_is():
    (phrase,) = parse('"봉인된 author"').phrases
    assert phrase.together == "'봉인' <1> '인된' <2> 'author'"


def test_a_phrase_without_its_end_is_a_phrase():
    assert parse('"language models').phrases == parse('"language models"').phrases


def test_filters_are_read():
    query = parse(
        'tag:agents tag:"long context" author:Kim author:"Ada Lovelace" from:2025-10 to:2025'
    )
    assert query.tags == ["agents", "long context"]
    assert query.authors == ["Kim", '"Ada Lovelace"']
    assert (query.first, query.last) == (date(2025, 10, 1), date(2025, 12, 31))
    assert not query.asked


@pytest.mark.parametrize("typed", ["Author:Kim", "author: Kim", "AUTHOR：Kim"])
def test_filters_are_read_as_phones_and_korean_keyboards_write_them(typed):
    assert parse(typed).authors == ["Kim"]
    assert not parse(typed).asked


def test_a_query_has_no_more_words_and_filters_than_said():
    phrase = parse('"' + "model data " * 25 + '"')
    assert (len(phrase.asked), phrase.is_cut) == (MOST_WORDS, True)
    assert len(parse('"model data" ' * 25).asked) == MOST_WORDS
    assert len(parse(" ".join(f"tag:t{number}" for number in range(40))).tags) == MOST_FILTERS
    assert len(parse("data " * 9).asked) == 1


def test_a_name_of_any_length_makes_a_key_that_postgresql_takes():
    name = "\ufdfa" * 100
    assert all(len(key.encode()) < 2_046 for key in author_keys([name]))
    assert author_key(f'"{name}"') in author_keys([name])


@pytest.mark.parametrize("typed", ["from:2025-13", "to:yesterday", "from:", "tag:", "author:..."])
def test_a_filter_that_cannot_be_read_is_told(typed):
    name, _, value = typed.partition(":")
    refused = parse(typed).refused
    assert refused == ([Refused(name, value)] if value else [])


@pytest.mark.parametrize(
    "typed",
    [
        "2510.06208",
        "arXiv:2510.06208v3",
        " https://arxiv.org/abs/2510.06208 ",
        "hf.co/papers/2510.06208",
    ],
)
def test_an_id_in_any_spelling_is_an_id(typed):
    assert parse(typed).arxiv_id == "2510.06208"


def test_an_id_among_words_is_a_word():
    query = parse("arxiv.org/abs/2510.06208 agents")
    assert query.arxiv_id == ""
    assert condition("arxiv.org/abs/2510.06208 agents") == "'2510.06208' & 'agent'"


def test_too_many_words_are_cut_and_told():
    query = parse(" ".join(f"word{number}" for number in range(MOST_WORDS + 5)))
    assert len(query.asked) == MOST_WORDS
    assert query.is_cut
    assert parse("x " * LONGEST).is_cut


def test_what_asks_for_nothing_is_empty():
    assert parse("").is_empty
    assert parse("the of").is_empty
    assert not parse("tag:x").is_empty


def test_authors_are_found_by_a_word_and_by_the_whole_name():
    assert author_keys(["Ada Lovelace"]) == {"@ada", "@lovelace", "@=ada lovelace"}


@given(st.text(max_size=400))
def test_any_text_can_be_asked(text):
    query = parse(text)
    for word in query.asked:
        assert tsquery(word.condition)
        assert word.scores
