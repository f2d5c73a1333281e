"""The table of kinds: its rows are complete, and every place that reads it covers each row."""

import ast
import json
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from papers import kinds, languages
from papers.checks import names, placeholders, structure
from papers.checks.base import Claim
from papers.drafting.extract import extractive
from papers.drafting.extract.roles import Role
from papers.drafting.llm import answer, completion
from papers.drafting.llm.prompt import Question
from papers.fulltext import base as fulltext
from papers.fulltext.base import Part
from papers.models import Section, Writer
from papers.pipeline import sections
from tests.factories import make_paper
from tests.papers.pipeline import fake_model
from tests.papers.widgets import WIDGETS

ROOT = Path(__file__).resolve().parents[2]
NAMES = [*kinds.TABLE, WIDGETS.name]


@pytest.fixture(autouse=True)
def one_row_more(monkeypatch):
    monkeypatch.setitem(kinds.TABLE, WIDGETS.name, WIDGETS)


@pytest.fixture(params=NAMES)
def row(request):
    return kinds.TABLE[request.param]


def headings(row):
    return [(language, text) for language, words in row.headings.items() for text in words]


# --- The rows ------------------------------------------------------------------------------------


def test_a_row_stands_under_its_name_with_headings_in_every_language_of_the_site(row):
    assert kinds.of(row.name) is row
    assert 0 < len(row.name) <= Section._meta.get_field("kind").max_length
    if row is not WIDGETS:
        assert {each.code for each in languages.rows() if each.has_interface} <= set(row.headings)


def test_no_two_rows_share_a_place_a_field_a_role_or_a_heading():
    rows = kinds.rows()
    for each in (
        [row.position for row in rows],
        [field.name for row in rows for field in row.fields],
        [role for row in rows for role in row.from_roles],
        [text.casefold() for row in rows for _, text in headings(row)],
    ):
        assert len(each) == len(set(each))


def test_a_row_names_roles_and_parts_that_there_are(row):
    assert set(row.from_roles) <= set(Role)
    assert row.from_part in {"", *fulltext.Kind}


def test_a_kind_is_headed_in_the_readers_language():
    introduction = kinds.of(kinds.INTRODUCTION)
    for language, label in (("ko", "서론"), ("en", "Introduction"), ("fr", "Introduction")):
        assert introduction.heading(language) == label
        with translation.override(language):
            assert introduction.label == label
    assert introduction.heading("ko-kr") == "서론"


def test_a_kind_that_is_gone_from_the_table_goes_by_its_name():
    gone = kinds.of("gone")
    assert (gone.label, gone.fields, gone.missing) == ("gone", (), None)
    assert Section(kind="gone").title == "gone"


def test_no_name_of_a_kind_or_a_house_language_is_written_elsewhere():
    """The exceptions are other things with the same name."""
    others = {
        ("papers/checks/numbers/normalise.py", "other"): "a group of a pattern",
        ("papers/drafting/extract/roles.py", "method"): "a role of a sentence",
        ("papers/drafting/extract/roles.py", "other"): "a role of a sentence",
        (
            "digest/readers/documents.py",
            "gist",
        ): "the line that readers see",
        ("digest/admin/completions.py", "results"): "the name of a list in the answer",
        ("papers/text/sentences.py", "en"): "the splitter's own name of its rules",
        ("digest/models/posts.py", "introduction"): "the words above a post",
        ("digest/readers/views/search.py", "results"): "the name of a list in the answer",
        ("digest/readers/related.py", "other"): "the paper that a relation names",
        ("digest/admin/tag_twins.py", "other"): "the second of two tags",
        ("digest/health/requests.py", "other"): "a kind of address",
        ("digest/health/readiness.py", "en"): "the language of what monitors read",
    } | {
        ("papers/models/scope.py", name): "what a part of a paper is called in a sentence"
        for name in ("introduction", "method", "results", "limitations", "conclusion")
    }
    tables = {"papers/kinds.py", "papers/languages.py"}
    known = {*kinds.TABLE, *languages.HOUSE}
    found = {
        (str(path.relative_to(ROOT)), node.value)
        for folder in ("papers", "digest")
        for path in (ROOT / folder).rglob("*.py")
        if not {"migrations", "fulltext"} & set(path.parts)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in known
    }
    assert {each for each in found if each[0] not in tables} == set(others)


# --- Rows of the database ------------------------------------------------------------------------


def test_the_field_offers_it_by_the_name_of_the_readers_language(row):
    for language in ("ko", "en"):
        with translation.override(language):
            assert (row.name, row.label) in Section._meta.get_field("kind").choices
            assert Section(kind=row.name).get_kind_display() == row.label


@pytest.mark.django_db
def test_it_is_stored_in_its_place_and_nothing_else_is_by_any_door(row):
    paper = make_paper()
    heading = "Data" if row.has_own_heading else ""
    new = sections.NewText(paper.pk, "ko", row.name, "글", heading)
    sections.write([new], origin=Writer.MODEL)
    section = paper.sections.get()
    assert section.position == row.position
    section.renderer = "x"
    section.full_clean()
    section.kind = "nonesuch"
    with pytest.raises(ValidationError, match="nonesuch"):
        section.full_clean()
    unknown = sections.NewText(paper.pk, "ko", "nonesuch", "글", position=1)
    with pytest.raises(ValueError, match="nonesuch"):
        sections.write([unknown], origin=Writer.IMPORT)
    assert paper.sections.count() == 1


# --- Checks --------------------------------------------------------------------------------------


def test_a_missing_one_is_told_as_its_row_says_or_not_at_all(row):
    others = [Claim(name, "ko", "글") for name in NAMES if name != row.name]
    assert not row.is_line or row.missing is None
    found = [(each.code, each.message) for each in structure.check_paper(others)]
    assert found == ([] if row.missing is None else [(f"no_{row.name}", row.missing)])


def test_a_heading_of_it_begins_a_section_inside_another(row):
    words = [text for _, text in headings(row)] + list(row.near)
    for text in words:
        codes = [each.code for each in structure.check(f"글이다.\n\n## {text}\n글이다.")]
        assert codes == (["section_inside"] if row.is_headed else []), text


def test_its_headings_are_no_names(row):
    for _, text in headings(row):
        found = names.check(f"{text.title()}: 글이다.", "ko", "Nothing of the kind.")
        assert [each.text for each in found] == (
            [text] if text.isascii() and not row.is_headed else []
        )


def test_that_it_is_not_there_is_a_placeholder(row):
    found = placeholders.check(f"No {row.heading('en')} are stated.")
    assert [each.code for each in found] == (["placeholder"] if row.is_headed else [])


# --- Drafting ------------------------------------------------------------------------------------


def test_a_model_is_asked_for_its_fields_and_their_texts_become_the_section(row):
    whole = Question("en", "", "The text.")
    assert {field.name for field in row.fields} <= whole.form.model_fields.keys()
    request = json.dumps(whole.payload("m", 100), ensure_ascii=False)
    assert all(f"- {field.name}: {field.asked}" in request for field in row.fields)
    if not row.fields:
        return
    alone = Question("en", row.name, "The text.")
    assert list(alone.form.model_fields) == [field.name for field in row.fields]
    said = {field.name: {"text": f"It says {field.name}.", "sources": []} for field in row.fields}
    body = fake_model.completion(said, usage={})
    draft = answer.read(completion.parse(json.dumps(body).encode()), alone)
    label = languages.of("en").label
    assert draft.sections == {
        row.name: "\n".join(f"- **{label(each)}:** It says {each}." for each in said)
        if row.is_labelled
        else f"It says {row.name}."
    }


def test_the_extractive_drafter_fills_it_from_the_roles_and_the_part_of_its_row(row, monkeypatch):
    text = "It has small and medium widgets, each of them made of parts."
    parts = [Part(fulltext.Kind(row.from_part), "", text)] if row.from_part else []
    assert extractive.quoted_parts() >= {part.kind for part in parts}
    assert extractive.draft("", parts) == ({row.name: text} if parts else {})
    for role in row.from_roles:
        monkeypatch.setattr(extractive, "roles", lambda found, role=role: [Role(role)] * len(found))
        assert list(extractive.draft("It does something.")) == [row.name]
