"""What readers no longer see, or never saw, does not become public through another file."""

import pytest

from digest import publishing
from digest.models import ImportedFile, Post
from papers.models import Listing, Paper, Proposal, Section, Writer
from tests.digest.jekyll.files_of_posts import rows, run, write
from tests.factories import make_paper, make_post, make_section

pytestmark = pytest.mark.django_db

PAPER = "2506.01111"
FIRST, SECOND = "2025-06-02-first.md", "2025-06-09-second.md"
PAGES = ("/2025/06/09/second/", "/2025/06/09/second.md", f"/papers/{PAPER}/")
LIST = """---
title: List
{front}---

1. **[{title}](https://arxiv.org/abs/2506.01111)** - 👍 7
{facts}   - Method: 방법.

2. **[Another paper](https://arxiv.org/abs/2506.02222)** - 👍 5
   - 기관: KAIST
   - 초록: Known.
   - Method: 방법.
"""
SECRETS = "   - 기관: Secret Labs\n   - 초록: A secret abstract.\n"


def listed(folder, name, title="The title", *, facts="", front=""):
    (folder / name).write_text(LIST.format(title=title, facts=facts, front=front))
    return run("import_jekyll", folder / name)


def seen(client):
    return "".join(client.get(address).content.decode() for address in PAGES)


def test_words_of_a_withdrawn_post_stay_away(tmp_path, client):
    write(tmp_path, FIRST, (PAPER, {"Method": "틀린 말.", "Results": "틀린 결과."}))
    run("import_jekyll", tmp_path)
    publishing.withdraw(Post.objects.get())
    write(tmp_path, SECOND, (PAPER, {"Method": "바른 말."}))
    assert "another post has the paper" in run("import_jekyll", tmp_path / SECOND).err
    assert "틀린" not in seen(client)
    assert Proposal.objects.get().value == "바른 말."


def test_a_withdrawn_post_that_is_published_again_has_its_words(tmp_path, client):
    write(tmp_path, FIRST, (PAPER, {"Method": "옛 말."}))
    run("import_jekyll", tmp_path)
    first = Post.objects.get()
    publishing.withdraw(first)
    write(tmp_path, SECOND, (PAPER, {"Introduction": "소개."}))
    run("import_jekyll", tmp_path / SECOND)
    publishing.publish(first, gated=False)
    assert "옛 말." in client.get("/2025/06/02/first/").content.decode()


def test_a_withdrawn_text_that_the_new_file_has_too_is_shown(tmp_path, client):
    write(tmp_path, FIRST, (PAPER, {"Method": "같은 말."}))
    run("import_jekyll", tmp_path)
    publishing.withdraw(Post.objects.get())
    write(tmp_path, SECOND, (PAPER, {"Method": "같은 말."}))
    run("import_jekyll", tmp_path / SECOND)
    assert "같은 말." in seen(client)


def test_the_facts_of_a_draft_stay_away_and_become_proposals(tmp_path, client):
    listed(tmp_path, FIRST, "Secret title", facts=SECRETS, front="draft: true\n")
    listed(tmp_path, SECOND, "Public title")
    assert "Public title" in seen(client)
    assert "ecret" not in seen(client)
    values = {each.value for each in Proposal.objects.all()}
    assert values == {"Secret title", "Secret Labs", "A secret abstract."}


def test_the_second_time_draft_and_post_change_nothing(tmp_path):
    listed(tmp_path, FIRST, "Secret title", facts=SECRETS, front="draft: true\n")
    listed(tmp_path, SECOND, "Public title")
    before = rows()
    run("import_jekyll", tmp_path)
    assert rows() == before


def test_what_an_editor_says_of_a_paper_stays_before_what_a_file_says(tmp_path):
    make_paper(arxiv_id=PAPER, title="Mine", origins={"title": "editor"})
    listed(tmp_path, SECOND, "Public title")
    assert Paper.objects.get(arxiv_id=PAPER).title == "Mine"


def test_a_file_that_is_a_draft_by_now_changes_nothing_public(tmp_path, client):
    listed(tmp_path, SECOND)
    before, listings = seen(client), list(Listing.objects.values())
    ran = listed(tmp_path, SECOND, facts=SECRETS, front="draft: true\nredirect_from: /secret\n")
    assert seen(client) == before
    assert list(Listing.objects.values()) == listings
    assert client.get("/secret").status_code == 404
    assert "/secret" not in ImportedFile.objects.get().old_paths
    assert "no fact and no address of a draft is taken" in ran.err
    assert {each.value for each in Proposal.objects.all()} == {"Secret Labs", "A secret abstract."}


@pytest.mark.parametrize("origin", [Writer.EDITOR, Writer.MODEL])
def test_words_of_a_public_file_are_shown_though_a_draft_here_has_the_same(
    tmp_path, client, origin
):
    paper = make_paper(arxiv_id=PAPER)
    make_section(paper, "method", markdown="같은 말.", origin=origin)
    make_post(state="draft", papers=[paper])
    write(tmp_path, SECOND, (PAPER, {"Method": "같은 말."}))
    assert run("import_jekyll", tmp_path).failed == ""
    assert "같은 말." in seen(client)


def test_a_section_that_an_editor_deleted_is_a_proposal_the_second_time(tmp_path):
    write(tmp_path, SECOND, (PAPER, {"Method": "방법.", "Results": "결과."}))
    run("import_jekyll", tmp_path)
    Section.objects.get(kind="results").delete()
    ran = run("import_jekyll", tmp_path)
    assert f"{PAPER}: Results: somebody deleted this section here: kept as a proposal" in ran.err
    assert ran.failed == ""
    assert Section.objects.get(kind="results").markdown == ""
    assert not Post.objects.changed().exists()
    before = rows()
    run("import_jekyll", tmp_path)
    assert rows() == before
