"""What a tag may be called, and the address that its name makes."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.text.tags import MAX_LENGTH, TagRefused, is_address, tag_name, tag_slug


@pytest.mark.parametrize(("name", "slug"), [
    ("언어 모델", "언어-모델"),
    ("C++", "c"),
    ("++", "plus-sign-plus-sign"),
    ("🤗", "hugging-face"),
    ("❤️", "heavy-black-heart"),
    ("🧑‍💻 🤗", "adult-personal-computer-hugging-face"),
    ("___", "low-line-low-line-low-line"),
    ("🤗" * 100, "hugging-face-" * 7 + "hugging-f"),
    ("ﷺ" * 100, None),
])  # fmt: skip
def test_a_name_makes_an_address(name, slug):
    assert tag_name(name) == unicodedata.normalize("NFC", name)
    assert is_address(tag_slug(name))
    assert slug in (None, tag_slug(name))


@pytest.mark.parametrize("name", ["", " \n", "\u200b", "x" * 101, "\ue000", "\ue000 \ue001"])
def test_a_name_that_makes_none_is_refused_and_it_is_said_why(name):
    with pytest.raises(TagRefused, match=r"tag needs a name|at most 100|add a letter or a digit"):
        tag_name(name)


def test_a_name_is_composed_and_on_one_line():
    assert tag_name(unicodedata.normalize("NFD", " 언어\n모델 ")) == "언어 모델"


@given(st.text(max_size=120))
def test_every_name_is_refused_or_has_an_address(text):
    try:
        name = tag_name(text)
    except TagRefused:
        return
    assert name == tag_name(name) == unicodedata.normalize("NFC", name)
    assert len(name) <= MAX_LENGTH
    assert is_address(tag_slug(name))
