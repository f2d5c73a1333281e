"""Every way to make a tag (forms, its own page, imports, code) gives it a URL or refuses it."""

import unicodedata
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse
from taggit.models import Tag

from digest.models import Post
from digest.publishing import tag_changes
from papers.editing.form_fields import TagsField
from papers.text.tags import TagRefused
from tests.factories import make_paper, make_post

pytestmark = pytest.mark.django_db

NAMELESS = "\ue000"  # A private-use character, so it has no name.
FILE = """\
---
title: 이모지 태그
tags: {tags}
---
# 1. [A Tool for Things](https://arxiv.org/abs/2501.00001)
## Introduction
도구를 제안한다.
"""


def decomposed(text):
    return unicodedata.normalize("NFD", text)


def import_file(folder: Path, tags: str) -> Post:
    path = folder / "2025-05-11-emoji-tag.md"
    path.write_text(FILE.format(tags=tags), encoding="utf-8")
    call_command("import_jekyll", str(path), verbosity=0)
    return Post.objects.get(date="2025-05-11")


def save_tag(client, tag=None, **values):
    name = "admin:taggit_tag_change" if tag else "admin:taggit_tag_add"
    return client.post(
        reverse(name, args=[tag.pk] if tag else []), {"name": "", "slug": ""} | values
    )


def pages(client, post):
    addresses = ["/", "/tags/", "/sitemap.xml", "/sitemap-tags.xml", "/feed.xml"]
    addresses += [post.get_absolute_url(), *(f"/tags/{tag.slug}/" for tag in post.tags.all())]
    addresses += [f"/tags/{tag.slug}/feed.xml" for tag in post.tags.all()]
    return {address: client.get(address).status_code for address in addresses}


def test_a_post_with_an_emoji_for_a_tag_is_imported_and_its_pages_stand(client, tmp_path):
    post = import_file(tmp_path, "[papers, 🤗]")
    assert dict(post.tags.values_list("name", "slug")) == {"papers": "papers", "🤗": "hugging-face"}
    assert set(pages(client, post).values()) == {200}


def test_a_tag_of_a_file_that_can_have_no_address_is_left_out_and_named(tmp_path, capsys):
    import_file(tmp_path, f"[papers, {NAMELESS}]")
    assert "line 3: tags" in capsys.readouterr().err
    assert [tag.name for tag in Post.objects.get().tags.all()] == ["papers"]
    assert Tag.objects.count() == 1


@pytest.mark.parametrize("create", [
    lambda name: Tag.objects.create(name=name),
    lambda name: Tag.objects.create(name=name, slug="a b/c"),
    lambda name: Tag.objects.get_or_create(name=name),
    lambda name: make_paper().tags.add(name),
    lambda name: make_post().tags.set([name], clear=True),
])  # fmt: skip
def test_code_makes_no_tag_without_an_address(client, create):
    create("++")
    assert Tag.objects.get().slug == "plus-sign-plus-sign"
    with pytest.raises(TagRefused, match="letter or a digit"):
        create(NAMELESS)
    assert Tag.objects.count() == 1


def test_a_tag_that_is_damaged_is_mended_when_it_is_saved():
    tag = Tag.objects.create(name="vision")
    Tag.objects.filter(pk=tag.pk).update(slug="")
    tag.refresh_from_db()
    tag.save()
    assert tag.slug == "vision"


def test_two_names_of_one_address_have_two_addresses():
    names = ["C", "C++", "🤗", "hugging face", "Hugging-Face", "🤗" * 50, "🤗" * 51]
    paper = make_paper()
    for name in names:
        paper.tags.add(name)
    slugs = set(paper.tags.slugs())
    assert len(slugs) == len(names)
    assert {"c", "hugging-face"} < slugs
    assert max(map(len, slugs)) <= 100


def test_decomposed_hangul_is_the_same_tag_as_composed(client):
    post, paper = make_post(papers=1), make_paper()
    post.tags.add("언어 모델 LLM")
    paper.tags.add(decomposed("언어 모델 llm"))
    Tag.objects.create(name=decomposed("추론"))
    assert set(Tag.objects.values_list("name", flat=True)) == {"언어 모델 LLM", "추론"}
    assert paper.tags.get() == post.tags.get()
    slug = post.tags.get().slug
    assert client.get(f"/tags/{decomposed(slug)}/").status_code == 200
    assert client.get(f"/tags/{decomposed(slug)}/feed.xml").status_code == 200


def test_an_editor_finds_a_tag_in_decomposed_hangul(client, editor):
    tag = Tag.objects.create(name="추론")
    listed = client.get(reverse("admin:taggit_tag_changelist"), {"q": decomposed("추론")})
    assert list(listed.context["cl"].result_list) == [tag]


def test_the_page_of_a_tag_makes_its_address_where_none_is_given(client, editor):
    assert save_tag(client, name=" 🤗 ").status_code == 302
    assert (
        save_tag(client, name=decomposed("언어 모델"), slug=decomposed("언어")).status_code == 302
    )
    assert dict(Tag.objects.values_list("name", "slug")) == {
        "🤗": "hugging-face",
        "언어 모델": "언어",
    }


def test_an_emptied_address_is_made_anew(client, editor):
    tag = Tag.objects.create(name="vision", slug="elsewhere")
    assert save_tag(client, tag, name="vision").status_code == 302
    assert Tag.objects.get().slug == "vision"


@pytest.mark.parametrize(("field", "value"), [
    ("name", NAMELESS),
    ("name", "bell \x07"),
    ("name", "x" * 101),
    ("name", "  "),
    ("name", decomposed("추론")),
    ("slug", "a b/c"),
    ("slug", "x" * 101),
    ("slug", "추론"),
])  # fmt: skip
def test_what_no_tag_can_have_is_an_error_at_its_field(client, editor, field, value):
    Tag.objects.create(name="추론")
    response = save_tag(client, **{"name": "new", field: value})
    assert response.status_code == 200
    assert set(response.context["adminform"].form.errors) == {field}
    assert Tag.objects.count() == 1


def test_the_form_of_a_paper_says_what_is_wrong_with_a_tag(client, editor):
    with pytest.raises(ValidationError, match="글자나 숫자"):
        TagsField(required=False).clean(f'"papers", "{NAMELESS}"')


def test_a_file_with_a_tags_old_name_gets_the_renamed_tag(client, editor, tmp_path):
    tag = Tag.objects.create(name="papers")
    assert save_tag(client, tag, name="논문", slug="논문").status_code == 302
    assert list(import_file(tmp_path, "[Papers, 논문]").tags.all()) == [tag]
    assert Tag.objects.count() == 1


def test_a_merged_tag_is_the_other_one_wherever_it_is_named(client, tmp_path):
    papers = [make_paper() for _ in range(3)]  # As many as a topic needs.
    for paper in papers:
        paper.tags.add("hugginface")
    make_post(papers=papers).tags.add("hugging-face")
    assert client.get("/trends/topics/hugginface/").status_code == 200
    into = Tag.objects.get(name="hugging-face")
    tag_changes.merge([Tag.objects.get(name="hugginface")], into)
    assert list(import_file(tmp_path, "[Hugginface]").tags.all()) == [into]
    for old, new in (
        ("/tags/hugginface/", "/tags/hugging-face/"),
        ("/en/tags/HugginFace", "/en/tags/hugging-face/"),
        ("/trends/topics/hugginface/", "/trends/topics/hugging-face/"),
        ("/trends/topics/hugginface/26-weeks/", "/trends/topics/hugging-face/26-weeks/"),
        ("/trends/topics/hugginface.csv", "/trends/topics/hugging-face.csv"),
    ):
        response = client.get(old)
        assert (response.status_code, response.url) == (301, new)
        assert client.get(new).status_code == 200
    assert len(client.get("/papers.json?tag=hugginface").json()["papers"]) == 3
    found = client.get("/search.json?q=tag:hugginface").json()
    assert found == client.get("/search.json?q=tag:hugging-face").json() | {"query": found["query"]}
    assert client.get("/trends/topics/nothing/").status_code == 404
