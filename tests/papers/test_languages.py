"""The table of languages: its rows are complete, and every place that reads it covers each row."""

import dataclasses
import json
import unicodedata

import pytest
from django.utils import translation

from papers import kinds, languages
from papers.checks import language, length, names, placeholders, structure, terms
from papers.checks.glossary import DEFAULT_TERMS
from papers.drafting.llm import answer, completion, wording
from papers.drafting.llm.prompt import Question
from tests.papers.pipeline import fake_model
from tests.papers.widgets import GEORGIAN, TEXTS

CODES = [*languages.TABLE, GEORGIAN.code]
FIELDS = [field.name for row in kinds.TABLE.values() for field in row.fields if row.is_labelled]


@pytest.fixture(autouse=True)
def one_row_more(monkeypatch):
    monkeypatch.setitem(languages.TABLE, GEORGIAN.code, GEORGIAN)


@pytest.fixture(params=CODES)
def row(request):
    return languages.TABLE[request.param]


def letters(row, count):
    """Return words of five times the same letter of the language, `count` letters in all."""
    script = min(row.scripts)
    letter = next(
        each
        for each in map(chr, range(0x41, 0xD7A4))
        if each.isalpha() and unicodedata.name(each, "").split(" ")[0] == script
    )
    return " ".join([letter * 5] * (count // 5))


def foreign(row):
    """Return a letter that no text of the language has."""
    return "한" if row.code != "ko" else "の"


# --- The rows ------------------------------------------------------------------------------------


def test_a_row_stands_under_its_code_with_its_names(row):
    assert languages.of(row.code) is row
    assert languages.of(f"{row.code}-xx") is row
    assert len(row.code) <= 3
    with translation.override("en"):
        assert row.translated_name == row.name
    assert row.own_name


def test_a_language_of_the_site_has_all_that_a_summary_needs(row):
    if row.has_interface:
        assert row.manner
        assert row.placeholders
        assert set(row.labels) == set(FIELDS)


def test_the_house_has_rows_with_an_interface():
    assert all(languages.of(code).has_interface for code in languages.HOUSE)


def test_a_name_is_translated():
    with translation.override("ko"):
        assert languages.of("fr").translated_name == "프랑스어"


def test_of_an_unknown_language_the_letters_are_taken_for_latin():
    row = languages.of("xx")
    assert (row.is_latin, row.name, languages.is_known("xx")) == (True, "xx", False)


# --- Checks --------------------------------------------------------------------------------------


def test_text_in_another_script_is_pointed_out_and_its_own_is_not(row):
    own = letters(row, 40)
    assert language.check(own, row.code) == []
    found = language.check(f"{own} {foreign(row)}", row.code)
    assert [(each.code, each.text) for each in found] == [("foreign_script", foreign(row))]
    in_latin = language.check("It is one sentence of eight English words.", row.code)
    assert [each.code for each in in_latin] == ([] if row.is_latin else ["untranslated"])


def test_a_capital_at_the_beginning_is_no_name_where_letters_have_capitals(row):
    found = names.check("Widgets are fast.", row.code, "Nothing of the kind.")
    assert [each.text for each in found] == ([] if row.is_latin else ["Widgets"])


def test_a_text_is_as_long_as_its_row_says(row):
    def codes(count):
        text = letters(row, 5)[0] * count
        return [each.code for each in length.check(text, row.code)]

    assert [codes(count) for count in row.lengths] == [[], []]
    assert codes(row.lengths.shortest - 1) == ["short"]
    assert codes(row.lengths.longest + 1) == ["long"]


def test_its_labels_are_known(row):
    for name, words in row.labels.items():
        assert row.label(name) == words[0]
        for word in words:
            assert languages.of_label(word.upper()) == row.code
            assert [each.code for each in structure.check(f"- {word}:")] == ["no_text"]
            usual = dict.fromkeys(range(3), f"- {word}: x")
            assert structure.check_labels(usual | {3: "x"})[3].data == {"labels": word}
            assert names.check(f"{word.title()}: 글", "ko", "Nothing.") == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ნაშრომში უცნობია.", "placeholder"),
        ("[ჩაწერეთ ტექსტი]", "template"),
        ("[ტექსტი აქ]", "template"),
        ("მე ენობრივი მოდელი ვარ.", "refusal"),
    ],
)
def test_a_placeholder_in_it_is_an_error(text, code):
    assert [each.code for each in placeholders.check(text)] == [code]
    assert [each for said in TEXTS.values() for each in placeholders.check(said)] == []


def test_a_placeholder_names_a_section_in_it(monkeypatch):
    introduction = kinds.TABLE[kinds.INTRODUCTION]
    headings = {**introduction.headings, "ka": ("შესავალი",)}
    monkeypatch.setitem(
        kinds.TABLE, introduction.name, dataclasses.replace(introduction, headings=headings)
    )
    found = placeholders.check("შესავალის ტექსტში უცნობია.")
    assert [each.code for each in found] == ["placeholder"]


def test_terms_are_looked_for_in_it(row):
    term = terms.Term("widget", letters(row, 5), (f"{letters(row, 5)}x",), row.code)
    (found,) = terms.check(f"{term.variants[0]} .", row.code, [term])
    assert found.data["rendering"] == term.rendering


def test_the_default_glossary_is_of_known_languages():
    assert {term.language for term in DEFAULT_TERMS} <= set(languages.TABLE)


# --- Drafting ------------------------------------------------------------------------------------


def test_a_model_is_told_how_to_write_it(row):
    manner = row.manner or f"the language with the code {row.code}"
    request = Question(row.code, "", "The text.").payload("m", 100)
    assert f"Write in {manner}." in request["messages"][0]["content"]


def test_an_answer_speaks_it_or_does_not(row):
    assert wording.speaks(letters(row, 40), row.code)
    assert not wording.speaks(foreign(row) * 40, row.code)


def test_an_answer_is_labelled_in_it(row):
    said = {name: {"text": letters(row, 20), "sources": []} for name in FIELDS}
    body = json.dumps(fake_model.completion(said, usage={})).encode()
    question = Question(row.code, kinds.INTRODUCTION, "The text.")
    written = answer.read(completion.parse(body), question).sections[kinds.INTRODUCTION]
    for name, line in zip(FIELDS, written.split("\n"), strict=True):
        words = row.labels.get(name) or languages.of("en").labels[name]
        assert line == f"- **{words[0]}:** {letters(row, 20)}"


def test_a_no_in_it_is_no_summary():
    assert wording.is_refusal("ბოდიში, ეს არ შემიძლია.")
    assert not wording.is_refusal(TEXTS["goal"])
