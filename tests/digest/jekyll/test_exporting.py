"""A post goes out in the form it came in, made from what readers see."""

import difflib

import pytest

from digest import publishing
from digest.management.commands import export_jekyll
from digest.models import ImportedFile, Post
from digest.publishing import trash
from papers.models import Paper, Section, Writer
from tests.digest.jekyll.files_of_posts import rows, run, write
from tests.factories import make_post

pytestmark = pytest.mark.django_db

NAME = "2025-11-03-papers.md"
LIST = """\
---
title: '오늘의 논문'   # ours
date: 2025-11-03 12:49:15 +0900
tags: [daily, 'AI']
---

반갑습니다.

1. **First Tool** - 👍 76

   - 기관: ABC Lab
   - [HF 페이지](https://huggingface.co/papers/2511.00001)
   - [논문 링크](https://arxiv.org/abs/2511.00001)
   - Abstract: We build a tool.

2. **Second Tool** - 👍 5

   - 기관: ·3 authors
   - [HF 페이지](https://huggingface.co/papers/2511.00002)
   - [논문 링크](https://arxiv.org/abs/2511.00002)
   - Abstract: We build another.

또 만나요!
"""
SEED = """\
---
title: "A day"
date: 2025-11-04 08:00:00
tags: [papers]
---


# 1. [First Tool](https://arxiv.org/abs/2511.00001)

> [Alphaxiv](https://www.alphaxiv.org/ko/overview/2511.00001)

## Introduction
소개.

## Method
방법.
"""


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    return folder


def exported(tmp_path, name=NAME, **options):
    out = tmp_path / "out"
    run("export_jekyll", out, **options)
    return (out / name).read_text()


def lines_of(text):
    return [line.rstrip() for line in text.rstrip().splitlines()]


def test_a_list_goes_out_as_it_came_and_its_import_writes_nothing(folder, tmp_path):
    (folder / NAME).write_text(LIST)
    assert run("import_jekyll", folder).failed == ""
    before = rows()
    assert lines_of(exported(tmp_path)) == lines_of(LIST)
    assert run("import_jekyll", tmp_path / "out").failed == ""
    assert rows() == before


def test_into_an_empty_site_the_export_gives_the_same(folder, tmp_path):
    (folder / NAME).write_text(LIST)
    run("import_jekyll", folder)
    first = exported(tmp_path)
    Post.objects.all().delete()
    Paper.objects.all().delete()
    run("import_jekyll", tmp_path / "out")
    (tmp_path / "out" / NAME).unlink()
    assert exported(tmp_path) == first


def test_an_edit_shows_in_its_own_place_alone(folder, tmp_path):
    (folder / NAME).write_text(LIST)
    run("import_jekyll", folder)
    before = exported(tmp_path)
    Paper.objects.filter(arxiv_id="2511.00001").update(organization="Another Lab")
    changed = list(difflib.ndiff(before.splitlines(), exported(tmp_path).splitlines()))
    assert [line for line in changed if line[0] in "+-"] == [
        "-    - 기관: ABC Lab",
        "+    - 기관: Another Lab",
    ]


def test_a_published_edit_of_a_section_changes_its_own_lines_alone(folder, tmp_path):
    name = "2025-11-04-papers.md"
    (folder / name).write_text(SEED)
    run("import_jekyll", folder)
    section = Section.objects.get(kind="method")
    section.markdown, section.origin = "다른 방법.", Writer.EDITOR
    section.save()
    publishing.publish_changes(Post.objects.get())
    assert exported(tmp_path, name) == SEED.replace("\n방법.\n", "\n다른 방법.\n")


BULLETS = """\
---
title: T
date: 2025-11-03 08:15:00
---

반갑습니다.

1. **[First Tool](https://arxiv.org/abs/2511.00001)** - 👍 76
   - 기관: KAIST
   - 초록: We build a tool.
   - Method: words of it

2. **[Second Tool](https://arxiv.org/abs/2511.00002)** - 👍 5
   - 기관: MIT
   - 초록: We build another.
"""


def with_method(markdown):
    section = Section.objects.get(kind="method")
    section.markdown = section.public_markdown = markdown
    section.origin = Writer.EDITOR
    section.save()


def changed_lines(before, after):
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line for line in lines if line[0] in "+-"]


@pytest.mark.parametrize("text", ["Use {% if x %} here.", "An {: .a} b", "See ![x](y) there"])
def test_markup_of_the_old_blog_in_an_edit_costs_a_post_nothing_of_its_form(folder, tmp_path, text):
    (folder / NAME).write_text(BULLETS)
    run("import_jekyll", folder)
    with_method(text)
    changed = changed_lines(BULLETS, exported(tmp_path))
    assert [line[0] for line in changed] == ["-", "+"]
    if "![" not in text:
        Post.objects.all().delete()
        Paper.objects.all().delete()
        run("import_jekyll", tmp_path / "out")
        assert Section.objects.get(kind="method").markdown == text


def test_an_image_that_somebody_wrote_here_goes_out_and_its_import_writes_nothing(folder, tmp_path):
    name, image = "2025-11-04-papers.md", "![a plot](https://host.org/plot.png)"
    (folder / name).write_text(SEED)
    run("import_jekyll", folder)
    section = Section.objects.exclude(markdown="").first()
    text = f"{section.markdown}\n\nAs {image} shows."
    Section.objects.filter(pk=section.pk).update(
        markdown=text, public_markdown=text, origin=Writer.EDITOR
    )
    Post.objects.update(intro=f"{image} first.", public_intro=f"{image} first.")
    assert exported(tmp_path, name).count(image) == 2
    before = rows()
    said = run("import_jekyll", tmp_path / "out")
    assert (said.failed, said.err.count("image: new")) == ("", 0)
    assert rows() == before


def test_a_form_that_cannot_be_kept_is_named_with_what_it_costs(folder, tmp_path):
    (folder / NAME).write_text(BULLETS)
    run("import_jekyll", folder)
    assert run("export_jekyll", tmp_path / "out").err == ""
    file = ImportedFile.objects.get()
    file.form["body"]["shapes"] = [["words without a paper"]]
    file.save()
    Paper.objects.filter(arxiv_id="2511.00001").update(title="2. [A](https://x.org/) - 👍 3")
    assert run("export_jekyll", tmp_path / "out").err.startswith(f"{NAME}: ")


def test_a_layout_is_chosen_and_its_import_keeps_the_form_that_came_first(folder, tmp_path):
    (folder / NAME).write_text(LIST)
    run("import_jekyll", folder)
    before = rows()
    seed = exported(tmp_path, layout="seed")
    assert "# 1. [First Tool](https://arxiv.org/abs/2511.00001)" in seed
    assert run("import_jekyll", tmp_path / "out").failed == ""
    assert rows() == before
    assert lines_of(exported(tmp_path)) == lines_of(LIST)


def test_a_post_made_here_goes_out_in_the_seeds_layout_or_as_a_list(tmp_path):
    post = make_post(papers=1)
    name = f"{post.date}-{post.slug}.md"
    paper = post.entries.get().paper
    assert f"# 1. [{paper.title}](https://arxiv.org/abs/" in exported(tmp_path, name)
    assert f"1. **{paper.title}**" in exported(tmp_path, name, layout="list")


def test_a_file_has_the_name_that_it_came_with(folder, tmp_path):
    name = "2025-11-03-gpt 4.1.md"
    (folder / name).write_text(LIST)
    run("import_jekyll", folder)
    assert lines_of(exported(tmp_path, name)) == lines_of(LIST)


def test_a_file_goes_back_to_its_folder_whatever_its_ending(folder, tmp_path):
    name = "notes/_posts/2025-11-3-papers.markdown"
    (folder / name).parent.mkdir(parents=True)
    (folder / name).write_text(LIST)
    run("import_jekyll", folder)
    assert lines_of(exported(tmp_path, name)) == lines_of(LIST)
    assert run("export_jekyll", tmp_path / "out").err == ""


@pytest.mark.parametrize(
    "path",
    [
        *("../../2025-11-03-x.md", "/etc/x.md", "a/../../x.md", "a\tb/x.md"),
        *("_drafts/x.md", "content/Drafts/x.md", "src/x.draft.md"),
    ],
)
def test_no_path_leads_out_of_the_folder_or_hides_the_post(folder, tmp_path, path):
    (folder / NAME).write_text(LIST)
    run("import_jekyll", folder)
    ImportedFile.objects.update(path=path, written_slug="../a/b\n")
    assert lines_of(exported(tmp_path, "2025-11-03-..-a-b-.md")) == lines_of(LIST)


def test_a_link_in_the_folder_is_not_followed_out_of_it(folder, tmp_path):
    (folder / "sub").mkdir()
    (folder / "sub" / NAME).write_text(LIST)
    run("import_jekyll", folder)
    (tmp_path / "out").mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "out" / "sub").symlink_to(tmp_path / "outside")
    assert run("export_jekyll", tmp_path / "out").failed
    assert not list((tmp_path / "outside").iterdir())


def test_a_paper_of_which_two_files_said_different_things_is_named(folder, tmp_path):
    for day, word in (("01", "방법"), ("02", "다른 방법")):
        front = f"title: T\ndate: 2025-10-{day} 08:15:00"
        texts = ("2510.00001", {"Method": word})
        write(folder, f"2025-10-{day}-a.md", texts, front=front)
    run("import_jekyll", folder)
    err = run("export_jekyll", tmp_path / "out").err
    assert "2025-10-02-a.md: 2510.00001: two files differed" in err


def test_what_a_changed_file_brings_that_no_export_will_have_is_named(folder, tmp_path):
    (folder / NAME).write_text(BULLETS)
    run("import_jekyll", folder)
    changed = BULLETS.replace("title: T", "title: T\nmood: good\ntags: [new]")
    (folder / NAME).write_text(changed.replace("words of it", "words of it ![n](/new.png)"))
    err = run("import_jekyll", folder).err
    for said in ("left out: mood", "stays so: new", "left out of an export: /new.png"):
        assert said in err


def test_two_posts_never_share_a_file(folder, tmp_path):
    (folder / NAME).write_text(LIST)
    run("import_jekyll", folder)
    post = make_post(papers=1)
    ImportedFile.objects.create(post=post, day=post.date, path=NAME, layout="seed")
    assert "2 files written" in run("export_jekyll", tmp_path / "out").out


def test_one_file_that_cannot_be_written_is_named_and_the_others_are(folder, tmp_path):
    (folder / NAME).write_text(LIST)
    (folder / "2025-11-04-papers.md").write_text(SEED.replace("2511.0000", "2511.0001"))
    run("import_jekyll", folder)
    (tmp_path / "out" / NAME).mkdir(parents=True)
    ran = run("export_jekyll", tmp_path / "out")
    assert ran.err == f"{NAME}: cannot be written: Is a directory\n"
    assert ran.failed == "1 files cannot be written: see above."
    assert (tmp_path / "out" / "2025-11-04-papers.md").exists()


def test_a_name_that_is_too_long_for_the_disk_is_cut(folder, tmp_path):
    (folder / NAME).write_text(LIST)
    run("import_jekyll", folder)
    ImportedFile.objects.update(path="", written_slug="가" * 200)
    run("export_jekyll", tmp_path / "out")
    (path,) = (tmp_path / "out").iterdir()
    assert path.name.startswith("2025-11-03-가가")
    assert len(path.name.encode()) <= 255


def test_a_file_that_is_no_post_any_more_is_left_alone_and_named(folder, tmp_path):
    (folder / NAME).write_text(LIST)
    run("import_jekyll", folder)
    out = tmp_path / "out"
    out.mkdir()
    for name in ("2024-01-01-old.md", "README.md", "notes.txt"):
        (out / name).write_text("mine")
    assert run("export_jekyll", out).err == (
        "2024-01-01-old.md: no published post has this name: left alone\n"
    )
    assert (out / "2024-01-01-old.md").read_text() == "mine"


def test_an_export_that_is_interrupted_leaves_the_old_file_whole(tmp_path, monkeypatch):
    path = tmp_path / NAME
    path.write_text("whole")

    def interrupted(self, data):
        raise KeyboardInterrupt

    monkeypatch.setattr(type(path), "write_bytes", interrupted)
    with pytest.raises(KeyboardInterrupt):
        export_jekyll.write_if_changed(path, "new")
    assert [each.name for each in tmp_path.iterdir()] == [NAME]
    assert path.read_text() == "whole"


def test_a_form_that_somebody_damaged_goes_out_in_its_layout(folder, tmp_path):
    (folder / NAME).write_text(LIST)
    run("import_jekyll", folder)
    ImportedFile.objects.update(form={"shapes": [["a"], 3], "paper": "x", "front_matter": 7})
    assert "**First Tool**" in exported(tmp_path)
    ImportedFile.objects.update(form=[1], layout="no such layout")
    assert "First Tool" in exported(tmp_path)


def test_a_draft_from_a_file_keeps_its_form_in_the_trash(folder, django_user_model, tmp_path):
    (folder / NAME).write_text(LIST.replace("tags:", "draft: true\ntags:"))
    run("import_jekyll", folder)
    kept = ImportedFile.objects.values().get()
    ada = django_user_model.objects.create(username="ada")
    trashed = trash.put(Post.objects.get(), ada)
    assert not ImportedFile.objects.exists()
    trash.restore(trashed, ada)
    assert ImportedFile.objects.values().get() == kept
