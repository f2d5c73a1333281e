"""The history of a whole post in the admin: versions, comparing, restoring."""

import re

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from digest.models import Post, State
from digest.publishing import snapshots, states
from papers.models import Section
from tests.digest.admin.test_posts import form_of
from tests.factories import make_post

pytestmark = pytest.mark.django_db


def history(post):
    return reverse("admin:digest_post_history", args=[post.pk])


def version_page(post, snapshot):
    return reverse("admin:digest_post_version", args=[post.pk, snapshot.pk])


@pytest.fixture
def save(client, django_capture_on_commit_callbacks):
    """Save a post by its form, as a browser does."""

    def done(post, **fields):
        address = reverse("admin:digest_post_change", args=[post.pk])
        with django_capture_on_commit_callbacks(execute=True):
            assert client.post(address, form_of(post, **fields)).status_code == 302
        post.refresh_from_db()

    return done


def taken(post):
    return list(snapshots.of_post(post.pk))


def test_a_save_of_the_form_is_a_version_that_says_who_and_what(client, editor, save):
    post = make_post(state=State.DRAFT, papers=2, title="Before")
    entry = post.entries.first()
    save(post, title="After", tags=["vision"], **{"entries-0-note": "노트"})
    assert len(taken(post)) == 2
    page = client.get(history(post)).content.decode()
    assert "kim" in page
    assert "제목, 태그" in page
    assert f"{entry.paper.title}: 편집자 노트" in page
    save(post, tags=[])
    assert len(taken(post)) == 3


def test_two_versions_are_compared(client, editor, save):
    post = make_post(state=State.DRAFT, title="Before")
    save(post, title="After")
    after, before = taken(post)
    address = reverse("admin:digest_post_compare", args=[post.pk])
    page = client.get(address, {"before": before.pk, "after": after.pk}).content.decode()
    assert "<del>Before</del><ins>After</ins>" in page
    assert client.get(address).status_code == 302
    for wrong in ({"before": "x", "after": after.pk}, {"before": 0, "after": after.pk}):
        assert client.get(address, wrong).status_code == 404


def test_a_version_is_restored_by_a_post_that_saw_what_stands_there(client, editor, save):
    post = make_post(state=State.DRAFT, title="Before")
    save(post, title="After")
    address = version_page(post, taken(post)[1])
    assert client.get(address).status_code == 200
    seen = client.get(address).context["seen"]
    save(post, title="Meanwhile")
    answer = client.post(address, {"seen": seen}, follow=True)
    assert "다시 확인해 주세요" in answer.content.decode()
    post.refresh_from_db()
    assert post.title == "Meanwhile"
    answer = client.post(address, {"seen": client.get(address).context["seen"]}, follow=True)
    assert "복원했습니다" in answer.content.decode()
    post.refresh_from_db()
    assert post.title == "Before"
    assert taken(post)[0].reason.startswith("restored from ")


def test_one_paper_is_restored(client, editor, save):
    post = make_post(state=State.DRAFT, papers=2, title="Title")
    first, second = post.entries.order_by("position")
    snapshots.take(post.pk)
    then = taken(post)[0]
    Section.objects.filter(paper=first.paper).update(markdown="다른 글")
    second.delete()
    page = client.get(version_page(post, then))
    text = " ".join(page.content.decode().split())
    assert text.count('name="paper"') == 2
    assert "지금 글에는 없음" in text
    sent = {"seen": page.context["seen"], "paper": second.paper_id}
    client.post(version_page(post, then), sent)
    assert set(post.entries.values_list("paper", flat=True)) == {first.paper_id, second.paper_id}
    assert Section.objects.filter(markdown="다른 글").exists()


def test_a_version_of_another_post_is_not_found(client, editor):
    post, other = make_post(state=State.DRAFT), make_post(state=State.DRAFT)
    assert client.get(version_page(other, snapshots.take(post.pk))).status_code == 404


def test_who_may_not_write_sections_reads_and_restores_nothing(client, editor):
    post = make_post(state=State.DRAFT)
    address = version_page(post, snapshots.take(post.pk))
    Post.objects.update(title="Other")
    editor.groups.clear()
    client.force_login(User.objects.get(pk=editor.pk))
    assert client.get(address).status_code == 403
    assert client.get(history(post)).status_code == 403
    assert client.post(address, {"seen": ""}).status_code == 403


def test_the_history_is_paged_and_takes_as_many_queries_for_many(client, editor):
    post = make_post(state=State.DRAFT, papers=3)
    counts = []
    for number in range(22):
        post.intro = f"머리말 {number}"
        post.save()
        snapshots.take(post.pk, editor)
        if number in {2, 21}:
            with CaptureQueriesContext(connection) as queries:
                page = client.get(history(post)).content.decode()
            counts.append(len(queries))
    assert counts[0] == counts[1]
    assert len(re.findall('<input type="radio" name="after"', page)) == 20
    older = client.get(history(post), {"p": 2}).content.decode()
    assert len(re.findall('<input type="radio" name="after"', older)) == 2


def test_what_was_typed_is_escaped(client, editor, save):
    post = make_post(state=State.DRAFT)
    save(post, title="<script>x</script>", intro="<img src=x>")
    for address in (history(post), version_page(post, taken(post)[1])):
        assert "<script>x" not in client.get(address).content.decode()


@pytest.mark.parametrize("paper", ["", "x", "9" * 5000])
def test_what_names_no_paper_restores_nothing(client, editor, save, paper):
    post = make_post(state=State.DRAFT, title="Before")
    save(post, title="After")
    seen = states.of_post(post.pk).checksum
    page = version_page(post, taken(post)[1])
    assert client.post(page, {"seen": seen, "paper": paper}).status_code == 404
    post.refresh_from_db()
    assert post.title == "After"
