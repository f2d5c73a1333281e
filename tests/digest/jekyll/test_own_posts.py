"""A file finds its own post again, whatever an editor made of the post's day and slug."""

from datetime import date
from unicodedata import normalize

import pytest

from digest import publishing
from digest.models import ImportedFile, Post, State
from digest.publishing import trash
from papers.clock import now
from tests.digest.jekyll.files_of_posts import rows, run, write

pytestmark = pytest.mark.django_db

PAPER = ("2504.01111", {"Introduction": "소개."})
NAME = "2025-04-28-논문.md"
DRAFT = "title: Draft\ndraft: true"


@pytest.mark.parametrize("changed", [{"slug": "better"}, {"date": date(2025, 4, 30)}])
def test_a_draft_that_an_editor_renamed_or_moved_is_no_second_post_when_its_file_is_public(
    tmp_path, changed
):
    write(tmp_path, f"papers/_posts/{NAME}", PAPER, front=DRAFT)
    run("import_jekyll", tmp_path)
    Post.objects.update(**changed)
    publishing.publish(Post.objects.get(), gated=False)
    write(tmp_path, f"papers/_posts/{NAME}", PAPER)
    assert run("import_jekyll", tmp_path).failed == ""
    assert Post.objects.count() == 1


def test_a_renamed_post_changes_nothing_the_second_time(tmp_path):
    write(tmp_path, NAME, PAPER)
    run("import_jekyll", tmp_path)
    Post.objects.update(slug="better", date=date(2025, 4, 30))
    run("import_jekyll", tmp_path)
    before = rows()
    run("import_jekyll", tmp_path)
    assert rows() == before


def test_a_name_in_decomposed_hangul_is_the_same_name(tmp_path):
    path = write(tmp_path, NAME, PAPER)
    run("import_jekyll", tmp_path)
    Post.objects.update(slug="better")
    path.rename(tmp_path / normalize("NFD", NAME))
    run("import_jekyll", tmp_path)
    assert Post.objects.count() == 1


def test_a_draft_without_a_day_in_its_name_is_known_by_its_path(tmp_path):
    for day in ("2025-04-28", "2025-04-30"):
        write(tmp_path, "_drafts/idea.md", PAPER, front=f"title: Idea\ndate: {day}")
        run("import_jekyll", tmp_path)
    assert Post.objects.get().date == date(2025, 4, 28)


def moved(path):
    """Import a draft, and once more when its file has got a dated name. Return what was said."""
    draft = write(path, "_drafts/idea.md", PAPER, front="title: Idea\ndate: 2025-04-28")
    run("import_jekyll", path)
    (path / "_posts").mkdir()
    draft.rename(path / "_posts" / "2025-05-02-idea.md")
    write(path, "_posts/2025-05-02-idea.md", PAPER, front="title: Idea")
    return run("import_jekyll", path)


def test_a_draft_whose_file_gets_a_dated_name_is_the_same_post_on_that_day(tmp_path):
    said = moved(tmp_path)
    assert "the post was a draft without a day, and stands under 2025-05-02 now" in said.err
    post = Post.objects.get()
    assert (post.date, post.slug, post.published_at) == (date(2025, 5, 2), "idea", None)
    assert post.imported_file.path == "_posts/2025-05-02-idea.md"
    before = rows()
    assert run("import_jekyll", tmp_path).failed == ""
    assert rows() == before


def test_a_draft_that_was_published_here_stays_where_readers_know_it(tmp_path):
    write(tmp_path, "_drafts/idea.md", PAPER, front="title: Idea\ndate: 2025-04-28")
    run("import_jekyll", tmp_path)
    publishing.publish(Post.objects.get(), gated=False)
    moved(tmp_path)
    assert Post.objects.get().date == date(2025, 4, 28)


@pytest.mark.parametrize(
    "step", [{"state": State.IN_REVIEW}, {"state": State.SCHEDULED, "scheduled_at": now()}]
)
def test_a_draft_that_somebody_reviews_or_gave_a_time_stays_where_they_know_it(tmp_path, step):
    write(tmp_path, "_drafts/idea.md", PAPER, front="title: Idea\ndate: 2025-04-28")
    run("import_jekyll", tmp_path)
    Post.objects.update(**step)
    moved(tmp_path)
    assert Post.objects.get().date == date(2025, 4, 28)


def test_a_post_of_a_day_that_has_the_name_already_stays_where_it_is(tmp_path):
    write(tmp_path, "_drafts/idea.md", PAPER, front="title: Idea\ndate: 2025-04-28")
    run("import_jekyll", tmp_path)
    Post.objects.update(date=date(2025, 4, 30))
    moved(tmp_path)
    assert Post.objects.get().date == date(2025, 4, 30)


@pytest.mark.parametrize("stays", [True, False])
def test_the_next_draft_under_the_same_name_is_another_post(tmp_path, stays):
    moved(tmp_path)
    papers = [PAPER] if stays else [("2504.03333", {})]
    write(tmp_path, "_drafts/idea.md", *papers, front="title: Idea\ndate: 2025-05-03")
    run("import_jekyll", tmp_path)
    assert Post.objects.count() == 2


def test_a_file_with_other_papers_is_not_the_draft_of_the_same_name(tmp_path):
    draft = write(tmp_path, "_drafts/idea.md", PAPER, front="title: Idea\ndate: 2025-04-28")
    run("import_jekyll", tmp_path)
    draft.unlink()
    write(tmp_path, "_posts/2025-05-02-idea.md", ("2504.03333", {}))
    run("import_jekyll", tmp_path)
    assert Post.objects.count() == 2


def test_a_file_beside_the_draft_of_the_same_name_is_another_post(tmp_path):
    write(tmp_path, "_drafts/idea.md", PAPER, front="title: Idea\ndate: 2025-04-28")
    write(tmp_path, "_posts/2025-05-02-idea.md", PAPER, front="title: Idea")
    run("import_jekyll", tmp_path)
    assert Post.objects.count() == 2


@pytest.mark.parametrize(
    ("first", "then"),
    [("", "papers/_posts"), ("papers", ""), ("", "papers/_posts/2025-05-02-idea.md")],
)
def test_a_draft_that_is_still_there_is_no_other_post_whatever_part_of_the_blog_comes_in(
    tmp_path, first, then
):
    write(tmp_path, "papers/_drafts/idea.md", PAPER, front="title: Idea\ndate: 2025-04-28")
    run("import_jekyll", tmp_path / first)
    write(tmp_path, "papers/_posts/2025-05-02-idea.md", PAPER, front="title: Idea")
    run("import_jekyll", tmp_path / then)
    assert Post.objects.count() == 2


def test_another_file_of_the_day_is_another_post(tmp_path):
    write(tmp_path, NAME, PAPER)
    run("import_jekyll", tmp_path)
    Post.objects.update(slug="better")
    write(tmp_path, "2025-04-28-better.md", ("2504.02222", {}))
    run("import_jekyll", tmp_path)
    assert sorted(Post.objects.values_list("slug", flat=True)) == ["better", "better-2"]


def test_what_the_file_was_is_remembered_as_it_was(tmp_path):
    write(tmp_path, f"papers/_posts/{NAME}", PAPER)
    run("import_jekyll", tmp_path)
    file = ImportedFile.objects.get()
    assert (file.path, file.day) == (f"papers/_posts/{NAME}", date(2025, 4, 28))
    assert file.written_slug == "논문"


def test_a_draft_comes_back_from_the_trash_though_its_file_was_imported_again(
    tmp_path, django_user_model
):
    admin = django_user_model.objects.create_superuser("ada")
    write(tmp_path, NAME, PAPER, front=DRAFT)
    run("import_jekyll", tmp_path, "--site-url", "https://old.example")
    trashed = trash.put(Post.objects.get(), admin)
    run("import_jekyll", tmp_path, "--site-url", "https://old.example")
    back = trash.restore(trashed, admin)
    assert back.slug == "논문-2"
    assert len(set(Post.objects.values_list("feed_id", flat=True))) == 2
