"""Sentences of any text come out word for word, and no text can stop the caller."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.text import sentences as module
from papers.text.cleaning import clean, fold
from papers.text.sentences import LONGEST, continues, sentences, spans


def test_a_sentence_ends_before_a_blank():
    text = "It uses v2.5 of the U.S. data,\ne.g. all. It works."
    assert sentences(text) == ["It uses v2.5 of the U.S. data, e.g. all.", "It works."]


@pytest.mark.parametrize(
    "text",
    [
        "It has two limits: (1) it is slow; (2) it is large.",
        "It has two limits: 1) It is slow, and 2) It is large.",
        "We present the (i) Memory, (ii) Reader and (iii) Writer.",
        "It is due to Smith et al. and others, e.g. Jones, i.e. The two, vs. Brown.",
        "It grows w.r.t. FLOPs by approx. 5 GB, cf. Sec. 3, as v. 1.5 does in the U.S. today.",
        "See Fig. 3, Figs. 4 and 5, Eq. (3), Eqs. (4) and (5), Tab. 2, App. A and No. 5.",
        "It uses Hogwild! and more, or Yahoo! answers.",
        "Code is available here. https://github.com/a/b",
        "The page is at https://a. github.io/b",
    ],
)
def test_no_sentence_begins_in_mid_sentence(text):
    assert sentences(f"It works. {text}") == ["It works.", text]


@pytest.mark.parametrize(
    "items",
    [("(1)", "(2)"), ("(i)", "(ii)"), ("1)", "2)"), ("(a)", "(b)"), ("1.", "2."), ("i)", "ii)")],
)
def test_what_follows_an_item_is_a_sentence_of_its_own(items):
    first, second = items
    text = [f"It does: {first} One thing.", f"{second} Another thing.", "It works.", "It is fast."]
    assert sentences(" ".join(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "See Figures 3 and 4.",
        "We evaluate GPT-3.5 and 4.",
        "We test 3 tasks: 1, 2, and 3.",
        "It scores 3, 4.",
        "It is in Fig. 3.",
    ],
)
def test_a_number_at_the_end_of_a_sentence_is_no_item(text):
    assert sentences(f"{text} We see it.") == [text, "We see it."]


@pytest.mark.parametrize("name", ["iFormer", "o1", "gg-bench", "rStar-Math", "\\method", "uCO3D"])
def test_a_name_in_lower_case_begins_a_sentence(name):
    assert sentences(f"It works. {name} is fast.") == ["It works.", f"{name} is fast."]


@pytest.mark.parametrize(
    "text", ["where x is its size.", ", and so on.", "https://a.b", "(1) One."]
)
def test_a_text_that_begins_in_mid_sentence_is_told(text):
    assert continues(text) == (not text.startswith("(1)"))


@pytest.mark.parametrize("blank", ["\u00a0", "\u2003", "\u3000", "\u202f"])
def test_a_wide_blank_after_an_initial_is_a_blank(blank):
    assert sentences(f"Appendix B{blank}. It works.") == ["Appendix B .", "It works."]


def test_a_panic_of_the_library_leaves_the_text_whole(monkeypatch):
    monkeypatch.setattr(module, "fold", str)
    assert sentences("Appendix B\u00a0. It works.") == ["Appendix B\u00a0. It works."]


def test_an_interrupt_is_no_panic(monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "segment", interrupted)
    with pytest.raises(KeyboardInterrupt):
        sentences("It works.")


def test_a_long_text_loses_nothing_and_is_cut_between_sentences():
    said = [f"This is sentence {n} of it." for n in range(1_000)]
    assert sentences(" ".join(said)) == said


@pytest.mark.parametrize("length", range(LONGEST - 80, LONGEST, 5))
def test_a_sentence_is_whole_wherever_the_stretch_ends(length):
    short = ["It works well."] * (length // 15)
    last = "We follow Dr. Smith, U.S. Patent 5 and approx. all, e.g. those of iFormer, in Fig. 3."
    assert sentences(" ".join([*short, "It is fast!" + "!" * (length % 15), last, last])) == [
        *short,
        "It is fast!" + "!" * (length % 15),
        last,
        last,
    ]


def test_a_sentence_without_end_is_cut_between_words():
    words = ["word"] * 3_000
    cut = sentences(" ".join(words))
    assert [word for part in cut for word in part.split()] == words
    assert max(map(len, cut)) <= LONGEST


def test_the_library_is_given_a_few_thousand_characters_at_once(monkeypatch):
    given = []

    def segment(language, text):
        given.append(len(text))
        return [text]

    monkeypatch.setattr(module, "segment", segment)
    sentences("`" * 200_000 + " a" * 10_000)
    assert max(given) <= LONGEST
    assert sum(given) < 230_000


def test_spans_tell_where_the_sentences_stand():
    text = (
        "  It works.\nIt is\t fast.  See Fig. 3 of e.g. all. 정확도가 3.2% 오른다. 그리고 빠르다."
    )
    found = spans(text)
    assert [fold(text[start:end]) for start, end in found] == sentences(text)
    assert [text[start] for start, _ in found] == ["I", "I", "S", "정", "그"]


@given(st.text(alphabet=st.sampled_from("aA1.?! \n,(한글。\t"), max_size=300).map(clean))
def test_spans_of_any_text_hold_its_sentences(text):
    assert [fold(text[start:end]) for start, end in spans(text)] == sentences(text)
