"""Text is cleaned before it is stored."""

import unicodedata
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.text.cleaning import clean, fold, strip_unsafe

ANY_TEXT = st.text(st.characters(exclude_categories=[])) | st.text(
    st.sampled_from(
        "a가e1#*♥☺👩👧🏽🏴葛漢←〈=>\u0338\u0301\u1100\u1161\u11a8\u2329\u2126\ufe0e\ufe0f\ufe00\u20e3"
        "\u200d\u200b\u034f\u202e\u2068\ufeff\U000e0041\U000e0100\ud800\udc00\ufffe\x00\x0b"
        "\x85\r\n\t "
    )
)


@pytest.mark.parametrize(
    "hidden",
    [
        *("\x00", "\x07", "\x1b", "\x7f", "\x9b", "\ufffe", "\uffff", "\ufdd0", "\U0001fffe"),
        *("\U0010ffff", "\u202a", "\u202e", "\u2066", "\u2069", "\u200e", "\u200f", "\u061c"),
        *("\U000e0001", "\U000e0041", "\U000e007f", "\u200b", "\u200c", "\u200d", "\u2060"),
        *("\u2062", "\ufeff", "\xad", "\u034f", "\u180e", "\u3164", "\ufe0f", "\ufe00"),
        *("\U000e0100", "\ufff9"),
    ],
)
def test_a_hidden_character_is_removed(hidden):
    assert clean(f"a{hidden}b") == "ab"


@pytest.mark.parametrize("end", ["\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"])
def test_every_line_end_becomes_a_line_feed(end):
    assert clean(f"a{end}b\tc\n") == "a\nb\tc\n"


def test_a_lone_surrogate_is_replaced():
    assert clean("a\ud800b\udfff") == "a\ufffdb\ufffd"


@pytest.mark.parametrize(
    "text",
    [
        "👨‍👩‍👧‍👦",
        "👩🏽‍🔬",
        "🏳️‍🌈",
        "❤️‍🔥",
        "☺︎",
        "1️⃣ #️⃣",
        "©️",
        "🇰🇷",
        "한국어",
        "שלום עולם",
        "مرحبا بالعالم",
        "葛\U000e0100飾区",
        "naïve café",
        "<think> a & b </think>",
        "𝒜 ≤ ∑ α",
    ],
)
def test_what_people_write_stays(text):
    assert clean(text) == text


def test_korean_is_stored_composed():
    assert clean(unicodedata.normalize("NFD", "딥러닝 모델")) == "딥러닝 모델"


def test_hidden_bytes_in_variation_selectors_do_not_survive_behind_an_emoji():
    assert clean("😊\ufe0f\ufe0e\ufe0f\ufe00\U000e0100\U000e0101") == "😊\ufe0f"


def test_a_joiner_between_letters_goes_and_the_accent_behind_it_composes():
    assert clean("e\u200d\u0301") == "é"


def test_a_title_is_folded_to_one_line():
    assert fold("  Mixing\u00a0Mechanisms:\r\n   How\tLanguage\u3000Models \n") == (
        "Mixing Mechanisms: How Language Models"
    )


def test_a_title_of_hidden_characters_is_empty():
    assert fold("\u200b \ufeff\u3164\n\u2060") == ""


def test_stripping_the_unsafe_leaves_the_rest_as_it_is():
    assert strip_unsafe("<p>\u0338e\u0301\u2061\u202e\ufffe</p>") == "<p>\u0338e\u0301\u2061</p>"


@given(ANY_TEXT)
def test_cleaning_twice_is_cleaning_once(text):
    assert clean(clean(text)) == clean(text)
    assert fold(fold(text)) == fold(text)
    assert fold(clean(text)) == fold(text)


@given(ANY_TEXT)
def test_clean_text_can_be_stored_and_sent(text):
    cleaned = clean(text)
    assert cleaned.encode().decode() == cleaned
    assert "\x00" not in cleaned  # PostgreSQL's text holds every character but this one
    root = ElementTree.fromstring(
        "<t>" + cleaned.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") + "</t>"
    )
    assert (root.text or "") == cleaned


@given(ANY_TEXT)
def test_folded_text_is_one_line_without_space_at_its_ends(text):
    folded = fold(text)
    assert folded == " ".join(folded.split())
    assert unicodedata.is_normalized("NFC", folded)
