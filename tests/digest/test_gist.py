"""A gist: one line beside the sections, for readers, editors, the gate and files."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from digest import publishing
from digest.models import Entry, Post, State
from digest.publishing import gate
from digest.publishing.changes import changes
from digest.readers.summaries import Summary
from papers import kinds
from papers.checks import structure
from papers.models import FindingLevel, Paper, Section, Writer
from papers.pipeline import checking
from tests.factories import make_paper, make_post, make_section

pytestmark = pytest.mark.django_db

KO, EN = "위젯을 병렬로 만든다.", "It makes widgets in parallel."


def gist(paper, markdown=KO, **fields):
    return make_section(paper, kinds.GIST, markdown=markdown, **fields)


def introduction(paper, **fields):
    return make_section(paper, position=1, **fields)


def summary(paper, language="ko"):
    """Return a published paper's summary as a page of a language has it."""
    make_post(papers=[paper])
    entries = Post.objects.with_public_entries().get().public_entries
    return Summary(entries[0], language)


# --- Readers -------------------------------------------------------------------------------------


def test_a_gist_stands_for_the_paper_and_is_no_section():
    introduction(paper := make_paper())
    gist(paper)
    shown = summary(paper)
    assert (shown.gist, shown.gist_language) == (KO, "")
    assert [each.section.kind for each in shown.sections] == [kinds.INTRODUCTION]


def test_without_one_the_first_sentence_of_the_introduction_stands():
    introduction(paper := make_paper(), markdown="- 목표: 위젯이다. 둘째.")
    assert summary(paper).gist == "위젯이다."


def test_a_gist_is_whole_though_it_has_two_sentences():
    gist(paper := make_paper(), markdown="빠르다. A < B & C이다.")
    assert summary(paper).gist == "빠르다. A < B & C이다."


@pytest.mark.parametrize(
    ("texts", "said", "foreign"),
    [
        ({"gist": ["ko", "en"], "introduction": ["ko"]}, EN, ""),
        ({"gist": ["ko"], "introduction": ["ko", "en"]}, "An introduction.", ""),
        ({"gist": ["ko"], "introduction": ["ko"]}, KO, "ko"),
        ({"introduction": ["ko"]}, "서론이다.", "ko"),
        ({"gist": ["ko"]}, KO, "ko"),
        ({}, "", ""),
    ],
)
def test_the_language_of_the_page_comes_first(texts, said, foreign):
    paper = make_paper()
    of_introduction = {"ko": "서론이다. 둘째.", "en": "An introduction. More."}
    for language in texts.get("introduction", []):
        introduction(paper, language=language, markdown=of_introduction[language])
    for language in texts.get("gist", []):
        gist(paper, {"ko": KO, "en": EN}[language], language=language)
    shown = summary(paper, "en")
    assert (shown.gist, shown.gist_language) == (said, foreign)


def test_a_gist_by_another_writer_leaves_the_provenance_of_the_sections():
    introduction(paper := make_paper(), origin=Writer.MODEL, drafter="m-7b")
    make_section(paper, kinds.RESULTS, origin=Writer.MODEL, drafter="m-7b")
    gist(paper, origin=Writer.EDITOR)
    shown = summary(paper)
    assert "m-7b" in shown.provenance
    assert "m-7b" in shown.written


def test_a_gist_that_came_by_a_door_without_a_limit_is_shown_as_one_bounded_line():
    gist(paper := make_paper(), markdown="# " + "글 " * 5_000)
    said = summary(paper).gist
    assert len(said) == 120
    assert said.endswith("…")


def test_pages_feeds_and_documents_show_it_as_a_line_and_under_no_heading(client, settings):
    settings.FEED_DELAY *= 0
    introduction(paper := make_paper())
    gist(paper)
    post = make_post(papers=[paper])
    address, heading = post.get_absolute_url(), kinds.of(kinds.GIST).heading("ko")
    assert f">{KO}</p>" in client.get("/").content.decode()
    page = client.get(f"/papers/{paper.arxiv_id}/").content.decode()
    assert f'<meta name="description" content="{KO}">' in page
    for path in (address, f"/papers/{paper.arxiv_id}/", "/feed.xml"):
        assert f"{heading}<" not in client.get(path).content.decode(), path
    for path in (f"{address.rstrip('/')}.md", f"/papers/{paper.arxiv_id}.md"):
        text = client.get(path).content.decode()
        assert heading not in text, path
        assert f"\n\n{KO}\n\n" in text, path


def test_programs_get_the_line_and_each_gist_with_who_wrote_it(client):
    gist(paper := make_paper(), origin=Writer.MODEL, drafter="m-7b")
    gist(paper, EN, language="en")
    make_post(papers=[paper])
    data = client.get(f"/en/papers/{paper.arxiv_id}.json").json()
    assert (data["gist"], data["gist_language"]) == (EN, "en")
    assert [(each["kind"], each["drafter"]) for each in data["sections"]] == [
        ("gist", "m-7b"),
        ("gist", ""),
    ]


def test_it_costs_no_query(client):
    make_post(papers=3)
    with CaptureQueriesContext(
        connection,
    ) as before:
        client.get("/en/")
    for paper in Paper.objects.all():
        gist(paper)
    publishing.publish_changes(Post.objects.get())
    with CaptureQueriesContext(connection) as after:
        assert KO in client.get("/").content.decode()
    assert len(after) == len(before)


def test_a_reader_reports_a_mistake_in_it_by_its_name(client):
    gist(paper := make_paper())
    make_post(papers=[paper])
    page = client.get(f"/papers/{paper.arxiv_id}/report/").content.decode()
    assert f">{kinds.of(kinds.GIST).heading('ko')}</option>" in page


# --- The gate ------------------------------------------------------------------------------------


def test_a_gist_alone_is_no_section_for_the_gate():
    gist(paper := make_paper())
    post = make_post(State.DRAFT, papers=[paper])
    (error,) = gate.errors(post)
    assert (error.check_name, error.code) == (structure.NAME, "none")
    with pytest.raises(publishing.Blocked):
        publishing.publish(post)
    with pytest.raises(CommandError, match="1 errors"):
        call_command("lint_digest", str(post.date), stdout=io.StringIO())


def test_a_missing_gist_is_no_warning():
    paper = make_paper()
    for row in kinds.expected():
        make_section(paper, row.name, markdown=f"It is {row.name} of a method.", language="en")
    post = make_post(State.DRAFT, papers=[paper])
    assert not [each for each in gate.findings(post) if each.check_name == structure.NAME]


def test_the_checks_read_it_as_every_section():
    introduction(paper := make_paper(abstract="It raises accuracy by 3.2%."))
    section = gist(paper, "정확도를 7.7% 올린다.")
    checking.check([paper])
    (found,) = section.findings.all()
    assert (found.check_name, found.level, found.text) == ("numbers", FindingLevel.ERROR, "7.7%")


@pytest.mark.parametrize(
    ("text", "code"),
    [("글" * 121, "long_line"), ("하나\n둘", "line_breaks"), ("**x**", "marked_line")],
)
def test_one_that_is_no_plain_line_is_a_warning(text, code):
    section = gist(make_paper(), text)
    checking.check([section.paper])
    found = section.findings.filter(code=code)
    assert [each.level for each in found] == [FindingLevel.WARNING]


def test_a_changed_gist_waits_for_publish_changes():
    introduction(paper := make_paper())
    section = gist(paper)
    post = make_post(papers=[paper])
    section.markdown = "위젯을 더 빨리 만든다."
    section.save()
    with translation.override("ko"):
        assert [each.place for each in changes(post)] == [f"{paper.title_plain} — 한 줄 요약 (ko)"]
    publishing.publish_changes(post)
    section.refresh_from_db()
    assert section.public_markdown == "위젯을 더 빨리 만든다."


# --- Files ---------------------------------------------------------------------------------------


def run(*args):
    out = io.StringIO()
    call_command(*args, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def exported(folder):
    run("export_jekyll", str(folder))
    (file,) = folder.glob("*.md")
    return file


def test_gists_go_to_files_and_come_back_byte_for_byte(tmp_path):
    for paper in (papers := [make_paper(), make_paper(), make_paper(arxiv_id="hep-th/9901001")]):
        introduction(paper, markdown="서론이다.")
    gist(papers[0], "콜론: 있고 #도 '있다'.")
    gist(papers[2])
    gist(papers[1], EN, language="en")
    make_post(papers=papers)
    file = exported(tmp_path)
    assert (
        f"\ngists:\n  '{papers[0].arxiv_id}': '콜론: 있고 #도 ''있다''.'\n"
        f"  hep-th/9901001: {KO}\n---\n"
    ) in file.read_text()

    Entry.objects.all().delete()
    Post.objects.all().delete()
    Paper.objects.all().delete()
    assert "sections added" in run("import_jekyll", str(file))
    sections = Section.objects.filter(kind=kinds.GIST)
    assert [(each.position, each.origin, each.public_markdown) for each in sections] == [
        (0, Writer.IMPORT, "콜론: 있고 #도 '있다'."),
        (0, Writer.IMPORT, KO),
    ]
    assert set(Section.objects.exclude(kind=kinds.GIST).values_list("position", flat=True)) == {1}
    assert exported(tmp_path / "again").read_bytes() == file.read_bytes()
    assert "sections unchanged" in run("import_jekyll", str(file))
    assert Section.objects.count() == 5


def test_a_post_without_gists_is_written_as_before(tmp_path):
    make_post(papers=1)
    assert "gists" not in exported(tmp_path).read_text()


def test_an_imported_gist_is_proposed_beside_an_editors(tmp_path):
    introduction(paper := make_paper(), markdown="서론이다.")
    section = gist(paper)
    make_post(papers=[paper])
    file = exported(tmp_path)
    file.write_text(file.read_text().replace(KO, "다른 줄이다."))
    Post.objects.update(front_matter=[["title", None]])
    run("import_jekyll", str(file))
    assert [each.value for each in section.proposals.all()] == ["다른 줄이다."]
    section.refresh_from_db()
    assert section.markdown == KO


def test_what_is_left_out_is_said_with_its_line(tmp_path, capsys):
    introduction(paper := make_paper(), markdown="서론이다.")
    gist(paper)
    make_post(papers=[paper])
    file = exported(tmp_path)
    file.write_text(file.read_text().replace(KO, "글" * 121))
    Entry.objects.all().delete()
    Post.objects.all().delete()
    Paper.objects.all().delete()
    call_command("import_jekyll", str(file))
    said = capsys.readouterr().err
    assert "line 9: gists: " in said
    assert "121 characters" in said
    assert not Section.objects.filter(kind=kinds.GIST).exists()
