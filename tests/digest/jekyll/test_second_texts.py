"""A paper in two files: nothing that readers see moves, and no word of the second file is lost."""

import pytest

from digest import publishing
from digest.models import Post, State
from papers.editing import proposals
from papers.models import Paper, Proposal, Section, Writer
from tests.digest.jekyll.files_of_posts import rows, run, write
from tests.factories import make_paper, make_post, make_section

pytestmark = pytest.mark.django_db

PAPER = "2506.01111"
FIRST, SECOND = "2025-06-02-first.md", "2025-06-09-second.md"
DOCUMENTS = [
    f"{language}/2025/06/02/first.{form}" for language in ("", "/en") for form in ("md", "json")
]
"""All that the first post says. Its page also leads to the next post."""


@pytest.fixture
def first(tmp_path):
    write(tmp_path, FIRST, (PAPER, {"Introduction": "첫 글의 소개.", "Method": "방법."}))
    assert run("import_jekyll", tmp_path / FIRST).failed == ""
    return tmp_path


def seen(client):
    responses = [client.get(address) for address in DOCUMENTS]
    assert {response.status_code for response in responses} == {200}
    return [response.content for response in responses]


def test_nothing_public_of_the_first_post_moves_and_the_second_texts_are_proposals(first, client):
    before, updated_at = seen(client), Post.objects.get().updated_at
    write(first, SECOND, (PAPER, {"Introduction": "둘째 글의 소개.", "Results": "둘째의 결과."}))
    ran = run("import_jekyll", first / SECOND)
    assert ran.failed == "2 texts waiting as proposals: see above."
    assert f"{SECOND}: line 7: {PAPER}: Introduction: another post has the paper" in ran.err
    assert f"{SECOND}: line 10: {PAPER}: Results: another post has the paper" in ran.err
    assert seen(client) == before
    assert Post.objects.get(slug="first").updated_at == updated_at
    assert {each.value for each in Proposal.objects.all()} == {"둘째 글의 소개.", "둘째의 결과."}
    assert not Section.objects.public().filter(kind="results").exists()
    assert not Post.objects.changed().exists()
    assert "첫 글의 소개." in client.get("/2025/06/09/second/").content.decode()


def test_an_image_that_only_an_editor_has_does_not_go_public_with_a_file_without_it(tmp_path):
    paper = make_paper(arxiv_id=PAPER)
    make_section(paper, markdown="소개. ![그림](https://draft.example/a.png)")
    make_post(State.DRAFT, [paper])
    write(tmp_path, FIRST, (PAPER, {"Introduction": "소개."}))
    run("import_jekyll", tmp_path / FIRST)
    section = Section.objects.get()
    assert "draft.example" in section.markdown
    assert "draft.example" not in section.public_markdown


def test_the_second_time_nothing_is_written_and_what_waits_is_named_again(first):
    write(first, SECOND, (PAPER, {"Introduction": "둘째.", "Results": "결과."}))
    run("import_jekyll", first)
    before = rows()
    ran = run("import_jekyll", first)
    assert rows() == before
    assert "still a proposal" in ran.err
    assert ran.failed == "2 texts waiting as proposals: see above."


def test_a_proposal_that_was_decided_is_not_named_again(first, django_user_model):
    write(first, SECOND, (PAPER, {"Introduction": "둘째."}))
    run("import_jekyll", first)
    proposals.reject(Proposal.objects.get(), django_user_model.objects.create(username="ada"))
    assert run("import_jekyll", first).failed == ""


def test_an_accepted_text_that_was_not_there_goes_public_when_a_person_publishes_it(
    first, django_user_model, client
):
    write(first, SECOND, (PAPER, {"Results": "둘째의 결과."}))
    run("import_jekyll", first)
    proposals.accept(Proposal.objects.get(), django_user_model.objects.create(username="ada"))
    assert "둘째의 결과." not in client.get("/2025/06/09/second/").content.decode()
    publishing.publish_changes(Post.objects.get(slug="second"))
    assert "둘째의 결과." in client.get("/2025/06/09/second/").content.decode()


def test_the_same_text_again_is_no_proposal(first):
    write(first, SECOND, (PAPER, {"Introduction": "첫 글의 소개."}))
    assert run("import_jekyll", first).failed == ""
    assert not Proposal.objects.exists()


def test_a_text_in_another_language_changes_no_page_of_the_first_post_either(first, client):
    before = seen(client)
    write(first, SECOND, (PAPER, {"Method": "A method."}), front="title: Two\nlang: en")
    run("import_jekyll", first)
    assert seen(client) == before
    assert Proposal.objects.get().value == "A method."


def test_a_second_gist_is_a_proposal(first):
    run("import_jekyll", first)
    gist = f"title: Two\ngists:\n  '{PAPER}': 한 줄."
    write(first, SECOND, (PAPER, {}), front=gist)
    ran = run("import_jekyll", first / SECOND)
    assert f"{PAPER}: Gist: another post has the paper" in ran.err
    assert Proposal.objects.get().value == "한 줄."


@pytest.mark.parametrize("origin", [Writer.EDITOR, Writer.MODEL, Writer.EXTRACTIVE])
def test_whoever_wrote_the_text_of_another_post_it_stays(tmp_path, origin):
    paper = make_paper(arxiv_id=PAPER)
    make_section(paper, "method", markdown="여기 글.", origin=origin)
    make_post(papers=[paper])
    write(tmp_path, SECOND, (PAPER, {"Method": "파일의 글."}))
    assert run("import_jekyll", tmp_path).failed == "1 texts waiting as proposals: see above."
    assert Section.objects.get().markdown == "여기 글."


def test_a_draft_here_keeps_its_text_and_the_file_may_add_one(tmp_path):
    paper = make_paper(arxiv_id=PAPER)
    make_section(paper, "method", markdown="초안의 글.")
    draft = make_post(state=State.DRAFT, papers=[paper])
    write(tmp_path, SECOND, (PAPER, {"Method": "파일의 글.", "Results": "결과."}))
    assert run("import_jekyll", tmp_path).failed == "1 texts waiting as proposals: see above."
    assert Section.objects.get(kind="method").markdown == "초안의 글."
    assert Section.objects.get(kind="results").public_markdown == "결과."
    draft.refresh_from_db()
    assert draft.state == State.DRAFT


def test_what_a_draft_file_brought_does_not_go_public_with_a_later_file(tmp_path, client):
    hidden = {"Results": "숨은 결과."}
    write(tmp_path, FIRST, (PAPER, hidden), front="title: Draft\npublished: false")
    write(tmp_path, SECOND, (PAPER, {"Introduction": "공개된 소개."}))
    run("import_jekyll", tmp_path)
    page = client.get("/2025/06/09/second/").content.decode()
    assert "공개된 소개." in page
    assert "숨은 결과." not in page


def test_facts_of_a_public_paper_stay_and_others_are_proposed(first):
    Paper.objects.update(title="The first title")
    write(first, SECOND, (PAPER, {}))
    ran = run("import_jekyll", first / SECOND)
    assert ran.failed == ""
    assert f"{PAPER}: title: another stands here and stays, this one is a proposal" in ran.err
    assert Paper.objects.get().title == "The first title"
    assert Proposal.objects.get().value == f"Paper {PAPER}"


def test_what_a_source_says_of_a_paper_is_remarked_alone(tmp_path):
    make_paper(arxiv_id=PAPER, title="By arXiv", origins={"title": "arxiv"})
    write(tmp_path, SECOND, (PAPER, {}))
    assert "title: a source says otherwise" in run("import_jekyll", tmp_path).err
    assert not Proposal.objects.exists()


def test_words_that_an_editor_changed_here_are_named_and_no_error(first):
    section = Section.objects.get(kind="method")
    section.markdown, section.origin = "내 글", Writer.EDITOR
    section.save()
    ran = run("import_jekyll", first)
    assert "Method: an editor wrote another text: kept as a proposal" in ran.err
    assert ran.failed == ""


def test_what_a_post_says_otherwise_than_its_file_is_named(first):
    Post.objects.update(title="Mine", intro="내 머리말")
    first_entry = Post.objects.get().entries.get()
    first_entry.note = "내 메모"
    first_entry.save()
    write(first, FIRST, (PAPER, {}), ("2506.02222", {}))
    said = run("import_jekyll", first).err
    assert "title: the post has another one here" in said
    assert "introduction: the post has another one here" in said
    assert f"{PAPER}: note: another one stands here" in said
    assert "2506.02222: the post here is without it" in said
