"""Every file of a folder is taken, refused, or named as skipped with the reason."""

import os

import pytest

from digest.jekyll import importing
from digest.models import Post
from tests.digest.jekyll.files_of_posts import rows, run, write

pytestmark = pytest.mark.django_db

PAPER = ("2504.01111", {"Introduction": "소개."})


def test_what_is_no_post_is_named_with_the_reason_and_is_no_error(tmp_path):
    write(tmp_path, "2025-04-28-post.md", PAPER)
    write(tmp_path, "README.md")
    write(tmp_path, ".2025-04-28-post.md.swp.md", PAPER)
    write(tmp_path, ".git/2025-04-28-post.md", PAPER)
    write(tmp_path, "2025-13-45-no-day.md", PAPER)
    (tmp_path / "fig.png").write_bytes(b"\x89PNG")
    os.mkfifo(tmp_path / "2025-04-29-pipe.md")
    ran = run("import_jekyll", tmp_path)
    assert ran.failed == ""
    assert "README.md: skipped: name is not YYYY-MM-DD-slug" in ran.err
    assert "fig.png: skipped: name does not end in .md or .markdown" in ran.err
    assert ".git/: skipped: a hidden folder" in ran.err
    assert ".2025-04-28-post.md.swp.md: skipped: a hidden file" in ran.err
    assert "2025-13-45-no-day.md: skipped: name is not YYYY-MM-DD-slug: there is no" in ran.err
    assert "2025-04-29-pipe.md: skipped: no regular file" in ran.err
    assert "6 skipped" in ran.out
    assert Post.objects.count() == 1


@pytest.mark.parametrize(
    ("folder", "named"),
    [
        *(("_unpublished", "_unpublished"), ("_archive", "_archive"), ("_old/_posts", "_old")),
        *(("_posts/_wip", "_posts/_wip"), ("~old", "~old"), ("#old", "#old"), ("_site/a", "_site")),
        *(("node_modules/a/_posts", "node_modules"), ("vendor/gems/_posts", "vendor/gems")),
    ],
)
def test_what_jekyll_never_showed_is_skipped_and_named(tmp_path, folder, named):
    write(tmp_path, "_posts/2025-04-28-post.md", PAPER)
    write(tmp_path, f"{folder}/2025-04-29-hidden.md", PAPER)
    ran = run("import_jekyll", tmp_path)
    assert f"{named}/: skipped: a folder that Jekyll does not show" in ran.err
    assert Post.objects.get().slug == "post"


def test_a_folder_that_a_person_names_is_looked_into(tmp_path):
    write(tmp_path, "_papers/2025-04-28-post.md", PAPER)
    run("import_jekyll", tmp_path / "_papers")
    assert Post.objects.get().slug == "post"


def test_a_linked_folder_is_named(tmp_path):
    write(tmp_path, "real/2025-04-28-post.md", PAPER)
    write(tmp_path, "blog/2025-04-29-post.md", PAPER)
    (tmp_path / "blog" / "_posts").symlink_to(tmp_path / "real")
    ran = run("import_jekyll", tmp_path / "blog")
    assert "_posts/: skipped: a link to a folder" in ran.err


def test_a_folder_that_cannot_be_read_is_named(tmp_path):
    write(tmp_path, "2025-04-28-post.md", PAPER)
    folder = os.open(tmp_path, os.O_RDONLY)
    for _ in range(20):  # Together longer than a path may be.
        os.mkdir("a" * 250, dir_fd=folder)
        inner = os.open("a" * 250, os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = inner
    os.close(folder)
    ran = run("import_jekyll", tmp_path)
    assert "/: skipped: cannot be read: File name too long" in ran.err
    assert Post.objects.count() == 1


def test_of_many_pictures_some_are_named_and_all_are_counted(tmp_path):
    write(tmp_path, "2025-04-28-post.md", PAPER)
    for number in range(130):
        (tmp_path / f"{number}.png").touch()
    ran = run("import_jekyll", tmp_path)
    assert "30 more like it: skipped: name does not end in .md or .markdown.png" in ran.err
    assert "130 skipped" in ran.out


def test_three_broken_files_take_none_of_the_others_down(tmp_path):
    for day in range(1, 31):
        write(tmp_path, f"2025-04-{day:02}-post.md", (f"2504.{day:05}", {"Method": "방법."}))
    broken = {"2025-05-01-post.md": b"no front matter", "2025-05-02-post.md": b"---\n\xff"}
    broken["2025-05-03-post.md"] = b"---\ntitle: &a [*a, *a]\n---\n"
    for name, data in broken.items():
        (tmp_path / name).write_bytes(data)
    ran = run("import_jekyll", tmp_path)
    assert ran.failed == "3 refused: see above."
    assert all(f"{name}: line " in ran.err for name in broken)
    assert Post.objects.published().count() == 30
    before = rows()
    assert run("import_jekyll", tmp_path).failed == "3 refused: see above."
    assert rows() == before


def test_a_fault_of_ours_in_one_file_takes_none_of_the_others_down(tmp_path, monkeypatch, caplog):
    write(tmp_path, "2025-04-28-bad.md", PAPER)
    write(tmp_path, "2025-04-29-good.md", PAPER)
    save = importing.save

    def failing(document, old):
        if document.slug == "bad":
            raise KeyError("x")
        return save(document, old)

    monkeypatch.setattr(importing, "save", failing)
    ran = run("import_jekyll", tmp_path)
    assert "2025-04-28-bad.md: a fault of this program, KeyError: see the log" in ran.err
    assert "2025-04-28-bad.md cannot be imported" in caplog.text
    assert Post.objects.get().slug == "good"


def test_a_file_that_would_be_the_post_of_another_file_is_refused(tmp_path):
    write(tmp_path, "a/_posts/2025-04-28-post.md", PAPER)
    write(tmp_path, "b/_posts/2025-04-28-post.markdown", ("2504.02222", {}))
    ran = run("import_jekyll", tmp_path)
    assert ran.failed == "1 refused: see above."
    first = "a/_posts/2025-04-28-post.md is the post of that day and name: rename one of them"
    assert f"b/_posts/2025-04-28-post.markdown: {first}" in ran.err
    assert Post.objects.get().entries.get().paper.arxiv_id == "2504.01111"


def test_two_names_that_make_one_slug_are_two_posts_also_the_second_time(tmp_path):
    write(tmp_path, "2025-04-15-gpt 4.1.md", PAPER, front="title: One")
    write(tmp_path, "2025-04-15-gpt-4-1.md", ("2504.02222", {}), front="title: Two")
    assert run("import_jekyll", tmp_path).failed == ""
    assert sorted(Post.objects.values_list("slug", "title")) == [
        ("gpt-4-1", "One"),
        ("gpt-4-1-2", "Two"),
    ]
    before = rows()
    run("import_jekyll", tmp_path)
    assert rows() == before


@pytest.mark.parametrize("given", [".", "papers", "papers/_posts"])
def test_a_draft_is_known_by_its_folder_whatever_folder_is_given(tmp_path, given):
    write(tmp_path, "papers/_posts/2025-04-28-post.md", PAPER)
    write(tmp_path, "papers/_drafts/2025-04-29-hidden.md", ("2504.02222", {}))
    run("import_jekyll", tmp_path / given, tmp_path / "papers" / "_drafts")
    assert {each.slug: each.state for each in Post.objects.all()} == {
        "post": "published",
        "hidden": "draft",
    }


@pytest.mark.parametrize("given", [".", "content/Drafts", "content/Drafts/idea.md"])
def test_a_draft_of_another_builder_is_known_whatever_is_given(tmp_path, given):
    write(tmp_path, "content/Drafts/idea.md", PAPER, front="title: Idea\ndate: 2025-04-28")
    assert run("import_jekyll", tmp_path / given).failed == ""
    assert Post.objects.get().state == "draft"


def test_a_blog_below_a_folder_of_drafts_is_public(tmp_path):
    write(tmp_path, "drafts/blog/_posts/2025-04-28-post.md", PAPER)
    run("import_jekyll", tmp_path / "drafts" / "blog")
    assert Post.objects.get().state == "published"


def test_a_file_named_twice_is_read_once(tmp_path):
    path = write(tmp_path, "2025-04-28-post.md", PAPER)
    assert run("import_jekyll", path, tmp_path).out.startswith("1 files, 1 posts added")


def test_without_any_post_the_command_says_how_a_file_is_named(tmp_path):
    write(tmp_path, "README.md")
    assert "YYYY-MM-DD-slug.md" in run("import_jekyll", tmp_path).failed


def test_a_post_without_a_day_in_its_name_has_that_of_its_front_matter(tmp_path):
    blog, out = tmp_path / "in", tmp_path / "out"
    front = "title: A post\ndate: 2025-04-28 08:00:00"
    write(blog, "content/posts/first/index.md", PAPER, front=front)
    write(blog, "content/posts/2025-04-29.md", ("2504.01112", {}))
    write(blog, "content/posts/plain.md", ("2504.01113", {}))
    write(blog, "content/about.md", front=front)
    ran = run("import_jekyll", blog)
    assert ran.failed == ""
    assert "plain.md: skipped: name is not YYYY-MM-DD-slug" in ran.err
    assert "about.md: skipped: name is not YYYY-MM-DD-slug, and line " in ran.err
    found = Post.objects.order_by("date").values_list("date", "slug")
    assert [(f"{day}", slug) for day, slug in found] == [
        ("2025-04-28", "first"),
        ("2025-04-29", "2025-04-29"),
    ]
    before = rows()
    run("export_jekyll", out)
    again = run("import_jekyll", out)
    assert (again.failed, rows()) == ("", before)
    assert (out / "content/posts/first/index.md").exists()
