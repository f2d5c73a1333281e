"""import_jekyll and export_jekyll on a real database, also after people made changes."""

import difflib
import io
import re
import tarfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.contrib.redirects.models import Redirect
from django.core.management import CommandError, call_command

from digest import publishing
from digest.models import Entry, Post
from digest.publishing import gate
from papers.models import Listing, Paper, Proposal, Section, Writer

pytestmark = pytest.mark.django_db

NAME = "2025-10-08-daily-papers.md"
POST = """\
---
layout: post
title: "Daily Papers — 2025-10-08"
date: 2025-10-08 08:15:00
tags: [papers, 트랜스포머]
categories: []
---


머리말입니다.

# 1. [First Paper](https://arxiv.org/abs/2510.00001)

> [Alphaxiv](https://www.alphaxiv.org/ko/overview/2510.00001)

## Introduction
- Goal: 목표

## Method
방법

# 2. [Second Paper](https://arxiv.org/abs/2510.00002)

> [Alphaxiv](https://www.alphaxiv.org/ko/overview/2510.00002)

## Results
결과
"""


def run(*args, **options):
    out, err = io.StringIO(), io.StringIO()
    call_command(*args, stdout=out, stderr=err, **options)
    return out.getvalue()


def rows():
    models = (Post, Entry, Paper, Section, Listing, Proposal, Redirect)
    histories = (Post.history, Entry.history, Paper.history, Section.history)
    return [list(m.objects.order_by("pk").values()) for m in models] + [
        list(h.order_by("history_id").values()) for h in histories
    ]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / NAME
    path.write_text(POST)
    return path


def normalise(text):
    """Apply the export rule, and nothing else: spaces in titles, white space at line ends."""
    lines = [line.rstrip() for line in text.splitlines()]
    return "\n".join(re.sub(" +", " ", line) if line.startswith("# ") else line for line in lines)


def test_a_file_becomes_a_published_post(file):
    run("import_jekyll", file)
    post = Post.objects.published().get()
    assert post.title == post.public_title == "Daily Papers — 2025-10-08"
    assert post.published_at == post.updated_at == datetime(2025, 10, 7, 23, 15, tzinfo=UTC)
    assert "머리말" in post.public_intro_html
    assert post.get_absolute_url() == "/2025/10/08/daily-papers/"
    assert {tag.name: tag.slug for tag in post.tags.all()} == {
        "papers": "papers",
        "트랜스포머": "트랜스포머",
    }
    section = Section.objects.get(kind="introduction")
    assert (section.language, section.origin) == ("ko", "import")
    assert section.public_markdown == "- Goal: 목표"


def test_the_second_time_nothing_is_written(file):
    run("import_jekyll", file)
    before = rows()
    run("import_jekyll", file)
    assert rows() == before


def test_the_export_is_the_file_again_and_its_import_writes_nothing(file, tmp_path):
    run("import_jekyll", file)
    before = rows()
    out = tmp_path / "out"
    run("export_jekyll", out)
    assert (out / NAME).read_text() == POST
    run("import_jekyll", out)
    assert rows() == before
    assert "1 files unchanged" in run("export_jekyll", out)


def test_one_section_changed_and_published_is_the_only_difference(file, tmp_path):
    run("import_jekyll", file)
    section = Section.objects.get(kind="method")
    section.markdown, section.origin = "고친 방법", Writer.EDITOR
    section.save()
    run("export_jekyll", tmp_path / "before")
    assert (tmp_path / "before" / NAME).read_text() == POST
    publishing.publish_changes(Post.objects.get())
    run("export_jekyll", tmp_path / "after")
    assert (tmp_path / "after" / NAME).read_text() == POST.replace("\n방법\n", "\n고친 방법\n")


def test_an_editors_words_survive_the_next_import_and_the_files_become_a_proposal(file):
    run("import_jekyll", file)
    section = Section.objects.get(kind="method")
    section.markdown, section.origin = "내 글", Writer.EDITOR
    section.save()
    run("import_jekyll", file)
    section.refresh_from_db()
    assert section.markdown == "내 글"
    assert [p.value for p in Proposal.objects.all()] == ["방법"]


def test_a_changed_file_reaches_readers_only_with_publish_changes(file):
    run("import_jekyll", file)
    file.write_text(POST.replace("\n방법\n", "\n새 방법\n"))
    run("import_jekyll", file)
    section = Section.objects.get(kind="method")
    assert (section.markdown, section.public_markdown) == ("새 방법", "방법")


def test_an_edited_title_and_order_of_a_post_survive(file):
    run("import_jekyll", file)
    post = Post.objects.get()
    post.title = "Mine"
    post.save()
    first, second = post.entries.all()
    first.position, second.position = 2, 1
    first.save()
    second.save()
    run("import_jekyll", file)
    post.refresh_from_db()
    assert post.title == "Mine"
    assert [entry.pk for entry in post.entries.all()] == [second.pk, first.pk]


def test_white_space_at_line_ends_is_no_change(file, tmp_path):
    run("import_jekyll", file)
    section = Section.objects.get(kind="method")
    section.markdown, section.origin = "한 줄  \n다음 줄", Writer.EDITOR
    section.save()
    publishing.publish_changes(Post.objects.get())
    run("export_jekyll", tmp_path / "out")
    before = rows()
    run("import_jekyll", tmp_path / "out")
    assert rows() == before


def test_a_post_that_was_not_published_comes_in_as_a_draft(file):
    file.write_text(POST.replace("layout: post", "layout: post\npublished: false"))
    run("import_jekyll", file)
    assert Post.objects.get().state == "draft"


def test_an_old_address_of_many_korean_letters_redirects(file, tmp_path, client):
    file.rename(tmp_path / f"2025-10-08-{'가' * 60}.md")
    run("import_jekyll", tmp_path)
    response = client.get(f"/2025/10/08/{'가' * 60}.html")
    assert response.status_code == 301
    assert client.get(response["Location"]).status_code == 200


def test_a_text_that_cannot_be_rendered_refuses_its_file_whole(file):
    file.write_text(POST.replace("\n방법\n", f"\n{'*a' * 15_000}\n"))
    with pytest.raises(CommandError, match="1 refused"):
        run("import_jekyll", file)
    assert not Paper.objects.exists()
    assert not Post.objects.exists()


def test_an_import_shows_nothing_that_somebody_is_still_writing(file, tmp_path):
    paper = Paper.objects.create(arxiv_id="2510.00001", title="First Paper")
    unfinished = Section.objects.create(
        paper=paper, language="ko", kind="results", markdown="반쯤 쓴 글", origin=Writer.EDITOR
    )
    run("import_jekyll", file)
    unfinished.refresh_from_db()
    assert unfinished.public_markdown == ""


def test_a_digest_that_went_public_days_later_comes_back_from_its_export(tmp_path):
    paper = Paper.objects.create(arxiv_id="2510.00001", title="First Paper")
    Section.objects.create(paper=paper, language="en", kind="method", markdown="Text.")
    post = publishing.build(date(2025, 10, 8), [paper])
    post.language = "en"
    post.save()
    publishing.publish(post, gated=False)
    run("export_jekyll", tmp_path)
    before = rows()
    run("import_jekyll", tmp_path)
    assert rows() == before
    exported = (tmp_path / NAME).read_text()
    Post.objects.all().delete()
    Paper.objects.all().delete()
    run("import_jekyll", tmp_path)
    run("export_jekyll", tmp_path / "again")
    assert (tmp_path / "again" / NAME).read_text() == exported
    assert Section.objects.get().language == "en"


def test_a_file_does_not_hide_behind_a_post_of_our_own(file):
    paper = Paper.objects.create(arxiv_id="2510.00001", title="First Paper")
    publishing.build(date(2025, 10, 8), [paper])
    before = rows()
    with pytest.raises(CommandError, match="1 refused"):
        run("import_jekyll", file)
    assert rows() == before


def test_two_files_with_one_feed_id_are_not_both_taken(file, tmp_path):
    (tmp_path / "2025-10-09-daily-papers.md").write_text(POST.replace("10-08", "10-09"))
    with pytest.raises(CommandError, match="1 refused"):
        run("import_jekyll", tmp_path, permalink="chirpy", site_url="https://old.example")
    assert Post.objects.count() == 1


@pytest.mark.parametrize("date_line", ["date: 0001-01-01 08:15:00\n", ""])
def test_a_date_without_a_utc_time_is_refused_and_the_others_go_on(file, tmp_path, date_line):
    text = POST.replace("date: 2025-10-08 08:15:00\n", date_line)
    (tmp_path / "0001-01-01-daily-papers.md").write_text(text)
    with pytest.raises(CommandError, match="1 refused"):
        run("import_jekyll", tmp_path)
    assert Post.objects.count() == 1


def test_a_dry_run_writes_nothing(file):
    before = rows()
    assert "Nothing was written" in run("import_jekyll", file, dry_run=True)
    assert rows() == before


def test_old_addresses_redirect_and_old_feed_ids_stay(file, client):
    run("import_jekyll", file, permalink="date", site_url="https://old.example")
    assert Post.objects.get().feed_id == "https://old.example/2025/10/08/daily-papers"
    redirect = Redirect.objects.get(old_path="/2025/10/08/daily-papers.html")
    assert redirect.new_path == "/2025/10/08/daily-papers/"
    response = client.get(redirect.old_path)
    assert (response.status_code, response["Location"]) == (301, redirect.new_path)


def test_without_the_old_site_a_post_gets_an_id_of_its_own(file):
    run("import_jekyll", file)
    assert Post.objects.get().feed_id.startswith("urn:uuid:")


def test_a_bad_file_is_refused_whole_and_the_others_go_on(file, tmp_path):
    (tmp_path / "2025-10-09-daily-papers.md").write_text("no front matter")
    err = io.StringIO()
    with pytest.raises(CommandError, match="1 refused"):
        call_command("import_jekyll", tmp_path, stdout=io.StringIO(), stderr=err)
    assert "2025-10-09-daily-papers.md: line 1:" in err.getvalue()
    assert Post.objects.count() == 1


def test_a_paper_without_a_link_is_refused_and_the_rest_is_kept(file):
    text = POST.replace("(https://arxiv.org/abs/2510.00002)", "(https://example.org/)")
    file.write_text(text.replace("ko/overview/2510.00002", ""))
    with pytest.raises(CommandError, match="1 refused"):
        run("import_jekyll", file)
    assert [entry.paper.arxiv_id for entry in Entry.objects.all()] == ["2510.00001"]


def test_facts_of_a_source_are_not_replaced_by_a_file(file):
    Paper.objects.create(arxiv_id="2510.00001", title="The arXiv title", origins={"title": "arxiv"})
    run("import_jekyll", file)
    assert Paper.objects.get(arxiv_id="2510.00001").title == "The arXiv title"


@pytest.mark.corpus
def test_the_seed_post_goes_in_and_out(corpus, tmp_path):
    seed = corpus / "seed" / NAME
    run("import_jekyll", seed)
    post = Post.objects.published().get()
    assert post.published_at == datetime(2025, 10, 7, 23, 15, tzinfo=UTC)
    assert [tag.name for tag in post.tags.order_by("taggit_taggeditem_items__id")] == [
        "papers",
        "hugginface",
    ]
    assert [entry.paper.arxiv_id for entry in post.entries.all()] == [
        "2509.26328",
        "2510.06208",
        "2510.06182",
        "2510.03506",
        "2510.02300",
        "2510.05396",
        "2510.06139",
        "2509.21499",
    ]
    kinds = ["introduction", "method", "results", "limitations", "conclusion"]
    for entry in post.entries.all():
        sections = entry.paper.sections.all()
        assert [section.kind for section in sections] == kinds
        assert {section.language for section in sections} == {"ko"}
    before = rows()
    run("import_jekyll", seed)
    assert rows() == before
    run("export_jekyll", tmp_path)
    exported = (tmp_path / NAME).read_text()
    assert normalise(exported) == normalise(seed.read_text())
    run("import_jekyll", tmp_path)
    assert rows() == before
    section = Section.objects.filter(kind="method").first()
    section.markdown, section.origin = "고친 글", Writer.EDITOR
    section.save()
    ada = User.objects.create(username="ada")
    shown = frozenset(finding.key for finding in gate.errors(post))
    publishing.publish_changes(post, override=gate.Override(ada, "As the blog had it.", shown))
    run("export_jekyll", tmp_path / "changed")
    changed = (tmp_path / "changed" / NAME).read_text()
    diff = [
        line
        for line in difflib.ndiff(exported.splitlines(), changed.splitlines())
        if line[0] in "+-"
    ]
    assert len(diff) == 2
    assert diff[1] == "+ 고친 글"


@pytest.mark.corpus
def test_another_blogs_posts_come_in_under_its_own_addresses(corpus, tmp_path, client):
    with tarfile.open(corpus / "jekyll_chirpy" / "posts-2025.tar.gz") as archive:
        for file in filter(tarfile.TarInfo.isfile, archive):
            (tmp_path / Path(file.name).name).write_bytes(archive.extractfile(file).read())
    options = {"permalink": "chirpy", "site_url": "https://lim4349.github.io"}
    run("import_jekyll", tmp_path, **options)
    assert Post.objects.published().count() == 45
    assert Entry.objects.count() == 430
    paper = Paper.objects.get(arxiv_id="2510.26788")
    assert paper.abstract.startswith("Reinforcement learning (RL) fine-tuning")
    assert paper.organization == "Sea AI Lab"
    assert paper.listings.get().upvotes == 86
    assert not Paper.objects.filter(abstract__contains="Papers arxiv:").exists()
    old = "/posts/daily-papers-1762174155/"
    response = client.get(old)
    assert response.status_code == 301
    assert client.get(response["Location"]).status_code == 200
    post = Post.objects.get(date="2025-11-03")
    assert post.feed_id == f"https://lim4349.github.io{old}"
    before = rows()
    run("import_jekyll", tmp_path, **options)
    assert rows() == before
    out = tmp_path.parent / "out"
    run("export_jekyll", out)
    run("import_jekyll", out, **options)
    assert rows() == before
    for file in tmp_path.iterdir():
        assert normalise((out / file.name).read_text()) == normalise(file.read_text())
