"""A gist is edited in one line, which stands first and says how long it may be."""

import re

import pytest

from papers import kinds
from papers.clock import now
from papers.models import CallOutcome, ModelCall, Proposal, Section, Writer
from papers.pipeline import sections
from tests.digest.admin.test_papers import change, field_of, form_of, save
from tests.factories import make_paper, make_section

pytestmark = pytest.mark.django_db

LINE = "위젯을 병렬로 만든다."


def gist(paper, markdown=LINE, **fields):
    return make_section(paper, kinds.GIST, markdown=markdown, **fields)


def write(client, paper, text):
    return save(client, paper, **{field_of(client, paper, kinds.GIST): text})


def test_an_editor_writes_one(client, editor):
    paper = make_paper()
    assert write(client, paper, f" {LINE} ").status_code == 302
    section = paper.sections.get()
    assert (section.kind, section.position, section.markdown) == (kinds.GIST, 0, LINE)
    assert (section.origin, section.history.count()) == (Writer.EDITOR, 1)


def test_its_field_is_one_line_that_knows_its_length_and_cuts_nothing(client, editor):
    page = client.get(change(make_paper())).content.decode()
    (field,) = re.findall(r'<input[^>]*name="sections-0-markdown"[^>]*>', page)
    assert 'data-longest="120"' in field
    assert "maxlength" not in field


@pytest.mark.parametrize("written", [(), (kinds.METHOD, kinds.CONCLUSION)])
def test_it_stands_first_and_missing_parts_in_their_place(client, editor, written):
    paper = make_paper()
    for kind in written:
        make_section(paper, kind, position=kinds.of(kind).position)
    korean = client.get(change(paper)).context["inline_admin_formsets"][0]
    shown = [each.form for each in korean]
    assert [form.initial["kind"] for form in shown[:-1]] == [row.name for row in kinds.offered()]
    assert shown[-1].prefix.endswith("__prefix__")


def test_a_missing_one_is_offered_and_not_called_missing(client, editor):
    paper = make_paper()
    ModelCall.objects.create(
        paper=paper,
        language="ko",
        model="m",
        prompt_version="1",
        source_checksum="0",
        asked_at=now(),
        outcome=CallOutcome.DONE,
        answered_at=now(),
    )
    korean = client.get(change(paper)).context["inline_admin_formsets"][0]
    said = {form.initial["kind"]: form.fields["markdown"].help_text for form in korean.formset}
    assert "120" in said[kinds.GIST]
    assert said[kinds.GIST] != said[kinds.METHOD]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("글" * 121, "최대 120자인데, 121자"),
        ("첫째 줄\r\n둘째 줄", "줄바꿈"),
        ("**굵은** 글", "“굵은 글”"),
        ("$x^2$을 푼다", "“x²을 푼다”"),
    ],
)
def test_what_is_no_plain_line_comes_back_with_the_reason(client, editor, typed, told):
    paper = make_paper()
    for _ in ("new", "stored"):
        response = write(client, paper, typed)
        page = response.content.decode()
        assert response.status_code == 200
        assert told in page
        assert f'value="{" ".join(typed.splitlines())}"' in page
        assert not Section.objects.exclude(markdown=LINE).exists()
        if not paper.sections.exists():
            gist(paper)


def test_one_that_came_by_another_door_holds_up_no_edit_of_the_rest(client, editor):
    paper = make_paper()
    section = gist(paper, "첫째 줄\n" + "글" * 150)
    data = form_of(client, paper, title="A better title")
    name = field_of(client, paper, kinds.GIST)
    data[name] = data[name].replace("\r\n", " ")  # As a browser's field has it.
    assert client.post(change(paper), data).status_code == 302
    paper.refresh_from_db()
    section.refresh_from_db()
    assert (paper.title, section.markdown) == ("A better title", "첫째 줄\n" + "글" * 150)
    assert section.history.count() == 1


def test_an_edited_one_is_the_editors_and_a_machines_is_proposed(client, editor):
    paper = make_paper()
    section = gist(paper, origin=Writer.MODEL, drafter="m-7b")
    write(client, paper, "내 줄이다.")
    sections.write(
        [sections.NewText(paper.pk, "ko", kinds.GIST, "새 줄이다.")], origin=Writer.MODEL
    )
    section.refresh_from_db()
    assert (section.markdown, section.origin) == ("내 줄이다.", Writer.EDITOR)
    assert Proposal.objects.get().value == "새 줄이다."


def test_the_page_of_its_history_has_the_same_field(client, editor):
    section = gist(make_paper())
    address = f"/admin/papers/section/{section.pk}/change/"
    assert 'data-longest="120"' in client.get(address).content.decode()
    version = section.history.get().pk
    assert client.get(f"/admin/papers/section/{section.pk}/history/{version}/").status_code == 200


def test_lists_do_not_count_it_as_a_section(client, editor):
    gist(make_paper())
    page = client.get("/admin/papers/paper/").content.decode()
    assert "요약 없음" in page
