"""Deleting posts in the admin: who may, the message with its undo, the list of the trash."""

import re

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from digest.models import Entry, Post, State, TrashedPost
from digest.models.audit import Act, AuditRecord
from digest.publishing import trash
from papers.clock import now
from papers.models import Finding
from tests.factories import make_paper, make_post

pytestmark = pytest.mark.django_db

LIST = reverse("admin:digest_post_changelist")
TRASH = reverse("admin:digest_post_trash")
RESTORE = reverse("admin:digest_post_untrash")


def make_own(user, **fields):
    post = Post(**{"date": "2025-10-01", "title": "Own draft", **fields})
    post._history_user = user
    post.save()
    return post


def delete(client, post):
    address = reverse("admin:digest_post_delete", args=[post.pk])
    return client.post(address, {"post": "yes"}, follow=True)


def test_an_editor_deletes_an_own_draft_and_undoes_it(client, editor):
    post = make_own(editor)
    page = delete(client, post).content.decode()
    assert not Post.objects.exists()
    assert "휴지통에 30일 동안" in page
    named = re.search(r'name="trashed" value="(\d+)"', page)[1]
    client.post(RESTORE, {"trashed": [named]})
    assert Post.objects.get().pk == post.pk


def test_an_editor_deletes_no_draft_of_others_and_nothing_that_was_public(client, editor):
    for post in (make_post(state=State.DRAFT), make_post(), make_own(editor, state="in_review")):
        assert delete(client, post).status_code == 403
    page = client.get(reverse("admin:digest_post_change", args=[Post.objects.first().pk]))
    assert not page.context["has_delete_permission"]
    assert Post.objects.count() == 3


@pytest.mark.parametrize("rights", ["editor", "admin"])
def test_several_are_deleted_at_once_if_each_may_be(client, editor, admin_user, rights):
    if rights == "admin":
        client.force_login(admin_user)
    own = [make_own(editor, date=f"2025-10-0{day}") for day in (1, 2)]
    public = make_post()
    sent = {"action": "delete_selected", "post": "yes"}
    client.post(LIST, {**sent, "_selected_action": [own[0].pk, public.pk]})
    assert Post.objects.count() == 3
    page = client.post(LIST, {**sent, "_selected_action": [post.pk for post in own]}, follow=True)
    assert list(Post.objects.all()) == [public]
    assert TrashedPost.objects.count() == 2
    named = re.findall(r'name="trashed" value="(\d+)"', page.content.decode())
    client.post(RESTORE, {"trashed": named})
    assert Post.objects.count() == 3


def test_the_trash_lists_what_was_deleted_by_whom(client, editor):
    assert "휴지통이 비어" in client.get(TRASH).content.decode()
    assert TRASH not in client.get(LIST).content.decode()
    trash.put(make_own(editor, title="<b>Gone</b>"), editor)
    assert TRASH in client.get(LIST).content.decode()
    page = client.get(TRASH).content.decode()
    assert "&lt;b&gt;Gone&lt;/b&gt;" in page
    assert "kim" in page


def test_a_post_in_the_trash_is_nowhere_else(client, editor):
    post = make_own(editor)
    pk = post.pk
    trash.put(post, editor)
    for name in ("change", "preview", "history", "publish"):
        address = reverse(f"admin:digest_post_{name}", args=[pk])
        assert client.get(address).status_code in {302, 404}
    assert "Own draft" not in client.get(LIST).content.decode()


def test_only_who_makes_posts_restores_one_and_only_by_a_post(client, editor):
    trashed = trash.put(make_own(editor), editor)
    assert client.get(RESTORE).status_code == 405
    client.force_login(User.objects.create_user("ada", is_staff=True))
    assert client.get(TRASH).status_code == 403
    assert client.post(RESTORE, {"trashed": [trashed.pk]}).status_code == 403
    assert not Post.objects.exists()


def test_what_is_not_in_the_trash_any_more_is_told(client, editor):
    for sent in ([], ["x"], ["99"]):
        page = client.post(RESTORE, {"trashed": sent}, follow=True).content.decode()
        assert "이제 휴지통에 없습니다" in page


def test_all_that_is_in_the_trash_can_be_reached(client, editor, monkeypatch):
    monkeypatch.setattr("digest.admin.trash.PER_PAGE", 2)
    for day in (1, 2, 3):
        trash.put(make_own(editor, date=f"2025-10-0{day}", title=f"Draft {day}"), editor)
    first, second = (client.get(TRASH, {"p": page}).content.decode() for page in (1, 2))
    assert "Draft 1" not in first
    assert "?p=2" in first
    assert "Draft 1" in second


@pytest.mark.parametrize("rights", ["editor", "admin"])
def test_deleting_takes_as_many_queries_for_42_papers_as_for_2(client, editor, admin_user, rights):
    user = admin_user if rights == "admin" else editor
    client.force_login(user)
    counts = []
    for papers in (2, 2, 42):  # What a process remembers, such as types, is asked for once.
        post = make_own(user, date=f"2025-11-0{len(counts) + 1}")
        post.tags.add("vision", "agents")
        for position in range(1, papers + 1):
            paper = make_paper(title="<b>Long</b> title")
            entry = Entry.objects.create(post=post, paper=paper, position=position)
            fields = {"level": "warning", "accepted_at": now(), "reason": "x", "start": 0, "end": 0}
            Finding.objects.create(paper=paper, collection=post, checksum=entry.pk, **fields)
        address = reverse("admin:digest_post_delete", args=[post.pk])
        with CaptureQueriesContext(connection) as shown:
            page = client.get(address).content
        with CaptureQueriesContext(connection) as deleted:
            assert client.post(address, {"post": "yes"}).status_code == 302
        counts.append((len(shown), len(deleted)))
    assert page.count(b"&lt;b&gt;Long&lt;/b&gt; title") == 42
    assert len(page) < 150_000
    assert counts[1] == counts[2]
    assert counts[2][0] < 30, counts


def test_each_entry_that_is_deleted_is_told(client, editor):
    post = make_own(editor)
    paper = make_paper(arxiv_id="2510.00042")
    entry = Entry.objects.create(post=post, paper=paper, position=1, note="Notiz")
    delete(client, post)
    version = Entry.history.get(history_type="-")
    assert (version.id, version.paper, version.note) == (entry.pk, paper, "Notiz")
    assert version.history_user == editor
    told = AuditRecord.objects.get(model="digest.entry", key=str(entry.pk), act=Act.DELETED)
    assert (told.person, told.about) == ("kim", f"Own draft: {paper}")


def test_who_may_not_delete_entries_is_told_so(client, editor):
    post = make_own(editor)
    Entry.objects.create(post=post, paper=make_paper(), position=1)
    Group.objects.get(name="Editors").permissions.remove(
        Permission.objects.get(codename="delete_entry")
    )
    page = client.get(reverse("admin:digest_post_delete", args=[post.pk]))
    assert page.context["perms_lacking"] == {"수록 논문"}
    assert delete(client, post).status_code == 403
    assert Post.objects.exists()
