"""A new kind of section in a new language needs only a row in each of two tables.

The tests follow it from the model through the checks to readers, feeds and files, and back. They
also test a new language alone.
"""

import dataclasses
import io
import json

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.urls import clear_url_caches
from django.utils import translation

from digest import publishing
from digest.jekyll.exporting import document, exportable
from digest.jekyll.files.document import PaperItem, SectionItem, usual_heading
from digest.jekyll.files.reading import read
from digest.models import Post, State
from digest.publishing import gate
from digest.readers.summaries import first_sentence, in_language, name_of
from papers import kinds, languages
from papers.clock import now
from papers.models import FindingLevel, ModelCall, Paper, Review, Section, Writer
from papers.pipeline import checking
from papers.pipeline.model_drafts import draft_with_model
from tests.digest.admin.test_papers import change, field_of, save
from tests.factories import make_paper, make_post, make_section
from tests.papers.widgets import GEORGIAN, TEXTS, WIDGETS

pytestmark = pytest.mark.django_db

NAMES = [*kinds.TABLE, WIDGETS.name]
ABSTRACT = (
    "We assemble all parts of widgets at once, small and medium ones. Each part is learned alone."
    " Accuracy rises by 3.2%. Large widgets were not tried."
)


@pytest.fixture
def language(monkeypatch, settings):
    monkeypatch.setitem(languages.TABLE, GEORGIAN.code, GEORGIAN)
    settings.LANGUAGES = [*settings.LANGUAGES, (GEORGIAN.code, GEORGIAN.name)]
    settings.FEED_DELAY *= 0
    return GEORGIAN


@pytest.fixture(params=["ko", "ka"])
def site_language(request, settings, language):
    """Set the site's own language. Django's cache of URLs is cleared, because it depends on it."""
    settings.LANGUAGE_CODE = request.param
    clear_url_caches()
    yield request.param
    clear_url_caches()


@pytest.fixture
def kind(monkeypatch):
    monkeypatch.setitem(kinds.TABLE, WIDGETS.name, WIDGETS)
    return WIDGETS


@pytest.fixture(params=NAMES)
def row(request, kind):
    return kinds.TABLE[request.param]


def heading_of(row):
    """Return the heading that a section of a kind is stored with."""
    return "Data" if row.has_own_heading else ""


def run(*args, **options):
    out = io.StringIO()
    call_command(*args, stdout=out, stderr=io.StringIO(), **options)
    return out.getvalue()


def drafted(fake, **texts):
    """Return a paper that the model has drafted in Georgian, and the request to the model."""
    fake.says({name: {"text": text, "sources": []} for name, text in (TEXTS | texts).items()})
    paper = make_paper(title="Widgets at Once", abstract=ABSTRACT)
    draft_with_model(paper, "ka")
    (payload,) = fake.payloads
    return paper, payload["messages"][0]["content"]


def published(paper):
    """Publish a post with the paper through the gate, and return it with its path."""
    post = make_post(State.DRAFT, papers=[paper], language="ka")
    publishing.publish(post)
    with translation.override("ka"):
        return post, post.get_absolute_url()


# --- All the way ---------------------------------------------------------------------------------


def test_its_text_goes_from_the_model_to_readers_and_to_files_and_back(
    client, fake, tmp_path, kind, language, site_language
):
    text, heading = TEXTS["widgets"], kind.heading("ka")

    paper, asked = drafted(fake)
    assert "- widgets: which widgets the paper has" in asked
    assert "Write in Georgian (ka), in short sentences." in asked
    section = paper.sections.get(kind="widgets")
    assert (section.language, section.markdown, section.origin) == ("ka", text, Writer.MODEL)

    checking.check([paper])
    assert not paper.findings.exclude(level=FindingLevel.UNCHECKED).exists()

    post, address = published(paper)
    page = client.get(address).content.decode()
    assert f"<h3>{heading}</h3>" in page
    assert text in page

    feed = client.get("/feed.xml").content.decode()
    assert text in feed
    assert f"&gt;{kind.heading(site_language)}&lt;" in feed

    run("export_jekyll", str(tmp_path))
    (file,) = tmp_path.glob("*.md")
    written = file.read_text()
    assert f"\n## {heading}\n{text}\n" in written

    post.delete()
    Paper.objects.all().delete()
    run("import_jekyll", str(file))
    section = Section.objects.get(kind="widgets")
    assert (section.language, section.public_markdown, section.heading) == ("ka", text, "")
    run("export_jekyll", str(tmp_path / "again"))
    assert (tmp_path / "again" / file.name).read_text() == written


def test_the_language_alone_goes_the_same_way(client, fake, tmp_path, language):
    paper, asked = drafted(fake)
    assert "Write in Georgian (ka), in short sentences." in asked
    introduction = paper.sections.get(kind=kinds.INTRODUCTION)
    assert introduction.markdown.startswith(f"- **მიზანი:** {TEXTS['goal']}\n- **მოტივაცია:** ")
    checking.check([paper])
    assert not paper.findings.exclude(level=FindingLevel.UNCHECKED).exists()
    _, address = published(paper)
    page = client.get(address).content.decode()
    assert TEXTS["goal"] in page
    assert 'lang="ka"' in page
    assert f">{GEORGIAN.own_name}<" in client.get("/").content.decode()
    assert first_sentence(introduction.html) == TEXTS["goal"]
    run("export_jekyll", str(tmp_path))
    Post.objects.all().delete()
    Paper.objects.all().delete()
    run("import_jekyll", str(tmp_path))
    assert Section.objects.get(kind="method").public_markdown == TEXTS["method"]


def test_what_is_wrong_in_the_language_is_found(fake, language):
    paper, _ = drafted(fake, conclusion="ერთად აწყობა 머신러닝 უფრო სწრაფია.")
    checking.check([paper])
    assert paper.findings.get(check_name="language").text == "머신러닝"
    section = paper.sections.get(kind="method")
    section.markdown = "ნაშრომში უცნობია."
    section.save()
    post = make_post(State.DRAFT, papers=[paper], language="ka")
    with pytest.raises(publishing.Blocked):
        publishing.publish(post)


def test_an_answer_in_another_language_is_none(fake, language):
    fake.says({name: {"text": "It is English.", "sources": []} for name in TEXTS})
    with pytest.raises(Exception, match="not in the language ka"):
        draft_with_model(make_paper(), "ka")


def test_a_post_in_the_language_is_named_on_pages_in_others(client, fake, language):
    _, address = published(drafted(fake)[0])
    english = client.get(address.replace("/ka/", "/en/")).content.decode()
    assert "This digest was written in Georgian" in english
    assert "the original, in Georgian" in english


# --- The admin -----------------------------------------------------------------------------------


def test_an_editor_writes_each_kind_by_its_form(client, editor, row, language):
    paper = make_paper()
    if row.has_own_heading:
        make_section(paper, row.name, language="ka", heading="Data", position=row.position)
    save(client, paper, **{field_of(client, paper, row.name, "ka"): "ტექსტი"})
    section = paper.sections.get()
    assert (section.kind, section.language, section.markdown) == (row.name, "ka", "ტექსტი")
    assert section.position == row.position
    page = client.get(change(paper)).content.decode()
    assert (section.heading or row.heading("ko")) in page


def test_a_form_takes_no_kind_that_is_not_in_the_table(client, editor, kind, language):
    paper = make_paper()
    text = field_of(client, paper, "widgets", "ka")
    response = save(client, paper, **{text: "x", text.replace("markdown", "kind"): "nonesuch"})
    assert response.status_code == 200
    assert not Section.objects.exists()


def test_an_editor_has_the_model_write_each_kind_that_it_writes(
    client, editor, settings, row, language
):
    settings.MODEL_URL, settings.MODEL_NAME = "http://127.0.0.1:9/v1", "test-model"
    page = client.get(change(make_paper())).content.decode()
    assert (f'value="ka {row.name}"' in page) is bool(row.fields)


def test_a_call_says_for_which_kind_it_was(client, editor, row):
    ModelCall.objects.create(
        language="ka",
        kind=row.name,
        model="m",
        prompt_version="1",
        source_checksum="0",
        asked_at=now(),
    )
    page = client.get("/admin/papers/modelcall/").content.decode()
    assert row.heading("ko") in page


# --- Readers -------------------------------------------------------------------------------------


def test_a_page_shows_each_kind_in_its_place(client, row):
    paper = make_paper()
    for each in reversed(kinds.rows()):
        make_section(paper, each.name, heading=heading_of(each), position=each.position)
    chosen = in_language(paper.sections.all(), "ko")
    assert [section.kind for section in chosen] == [each.name for each in kinds.rows()]
    page = client.get(make_post(papers=[paper]).get_absolute_url()).content.decode()
    assert (f"<h3>{heading_of(row) or row.heading('ko')}</h3>" in page) is not row.is_line


def test_a_section_whose_kind_is_gone_from_the_table_is_still_shown(client, monkeypatch, kind):
    paper = make_paper()
    make_section(paper, "widgets", markdown="위젯이 있다.")
    post = make_post(papers=[paper])
    monkeypatch.delitem(kinds.TABLE, "widgets")
    page = client.get(post.get_absolute_url()).content.decode()
    assert "<h3>widgets</h3>" in page
    assert "위젯이 있다." in page
    assert client.get(f"/papers/{paper.arxiv_id}.json").json()["sections"][0]["kind"] == "widgets"


def test_the_about_page_names_each_kind(client, row):
    page = client.get("/en/about/").content.decode()
    assert (row.heading("en") in page) is not row.has_own_heading


def test_a_first_sentence_has_no_label(language):
    for row in languages.rows():
        for words in row.labels.values():
            for word in words:
                html = f"<ul><li><strong>{word}:</strong> ტექსტი. More.</li></ul>"
                assert first_sentence(html) == "ტექსტი."


def test_a_reviewers_name_is_written_as_in_its_language(monkeypatch, language):
    review = Review(User(first_name="დავით", last_name="კაპანაძე"), now())
    assert name_of(review) == "დავით კაპანაძე"
    family_first = dataclasses.replace(GEORGIAN, family_name_first=True)
    monkeypatch.setitem(languages.TABLE, "ka", family_first)
    assert name_of(review) == "კაპანაძედავით"


# --- The gate ------------------------------------------------------------------------------------


def test_labels_are_compared_within_each_kind_that_has_them(row, language):
    papers = [make_paper() for _ in range(3)]
    for paper in papers[1:]:
        make_section(paper, row.name, heading=heading_of(row), markdown="- Goal: x", language="ka")
    bare = make_section(
        papers[0], row.name, heading=heading_of(row), markdown="ტექსტი.", language="ka"
    )
    found = [each for each in gate.findings(make_post(papers=papers)) if each.code == "unlabelled"]
    assert [each.section for each in found] == ([bare] if row.is_labelled else [])


# --- Files ---------------------------------------------------------------------------------------


def test_a_file_heads_each_kind_in_the_language_of_the_post_and_is_read_again(row, language):
    for code in ("ko", "en", "ka"):
        paper = make_paper()
        make_section(paper, row.name, heading=heading_of(row), language=code, markdown="글")
        post = make_post(papers=[paper], language=code)
        (item,) = document(exportable().get(pk=post.pk)).papers
        if row.is_line:
            assert (item.sections, item.gist) == ((), "글")
            continue
        (section,) = item.sections
        usual = row.heading("en")
        written = row.heading("ka") if code == "ka" else usual
        expected = heading_of(row) or ("" if written == usual else written)
        assert section == SectionItem(row.name, expected, "글")


def test_a_file_means_each_kind_by_all_its_headings(row):
    for words in row.headings.values():
        for word in words:
            text = f"---\n---\n# [T](https://arxiv.org/abs/2510.06208)\n\n## {word}\n글\n"
            (paper,) = read(text.encode(), "2025-10-08-daily-papers.md", None).papers
            (section,) = paper.sections
            assert section.kind == (kinds.OTHER if row.is_line else row.name)
            usual = not row.is_line and word == usual_heading(row.name) and not row.has_own_heading
            assert section.heading == ("" if usual else word)


def test_a_file_lacks_what_a_whole_summary_has(row):
    others = [SectionItem(name, "x", "글") for name in NAMES if name != row.name]
    item = PaperItem("2510.06208", "T", sections=tuple(others))
    assert item.missing_kinds == ((row.name,) if row.missing else ())


# --- Programs ------------------------------------------------------------------------------------


def test_programs_get_each_kind_by_name_and_heading(client, row):
    paper = make_paper()
    make_section(paper, row.name, heading=heading_of(row))
    make_post(papers=[paper])
    (section,) = json.loads(client.get(f"/en/papers/{paper.arxiv_id}.json").content)["sections"]
    assert section["kind"] == row.name
    assert section["heading"] == (heading_of(row) or row.heading("en"))
