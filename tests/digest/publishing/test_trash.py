"""The trash: a deleted post is nowhere, and comes back with its rows and ids."""

from datetime import timedelta

import pytest
from django.core import serializers
from django.db import connection
from django.test.utils import CaptureQueriesContext
from taggit.models import Tag, TaggedItem

from digest.models import Entry, Post, Snapshot, SnapshotPart, State, TrashedPost
from digest.models.audit import Act, AuditRecord
from digest.publishing import gate, publish, snapshots, states, tag_changes, trash
from papers.clock import now
from papers.models import Finding, Paper
from tests.factories import make_paper, make_post, make_section

pytestmark = pytest.mark.django_db


def full_draft(**fields):
    """Return a draft with tags, notes and a finding that somebody accepted."""
    papers = [make_paper(), make_paper()]
    for paper in papers:
        make_section(paper, markdown="정보 부족")
    post = make_post(state=State.DRAFT, papers=papers, **fields)
    post.tags.add("vision", "agents")
    Entry.objects.filter(post=post, position=1).update(note="노트", note_html="<p>노트</p>")
    gate.findings(post)
    finding = Finding.objects.filter(paper=papers[0]).first()
    finding.collection = post
    finding.accepted_at, finding.reason = now(), "가제"
    finding.pk, finding.checksum = None, "0" * 64
    finding.save()
    return post


def rows_of(post):
    entries = post.entries.order_by("pk")
    tagged = TaggedItem.objects.filter(object_id=post.pk).order_by("pk")
    return serializers.serialize("python", [Post.objects.get(pk=post.pk), *entries, *tagged])


def test_a_deleted_post_comes_back_with_its_rows_and_ids(editor):
    post = full_draft(title="Draft", intro="머리말")
    before, said = rows_of(post), states.of_post(post.pk).checksum
    pk = post.pk
    trashed = trash.put(post, editor)
    assert not Post.objects.exists()
    assert not Entry.objects.exists()
    assert not TaggedItem.objects.filter(object_id=pk).exists()
    assert (trashed.title, trashed.paper_count, trashed.deleted_by) == ("Draft", 2, editor)
    post = trash.restore(trashed, editor)
    assert post.pk == pk
    assert rows_of(post) == before
    assert states.of_post(pk).checksum == said
    assert Finding.objects.filter(collection_id=pk, reason="가제").exists()
    assert not TrashedPost.objects.exists()
    assert [each.history_type for each in post.history.all()] == ["~", "-", "+"]
    assert post.history.first().history_user == editor
    assert {len(each.positions) for each in snapshots.of_post(pk)} == {2}


def test_the_audit_tells_who_deleted_it_and_who_brought_it_back(editor, admin_user):
    post = trash.restore(trash.put(make_post(state=State.DRAFT), editor), admin_user)
    told = AuditRecord.objects.filter(model="digest.post", key=str(post.pk)).order_by("pk")
    assert list(told.values_list("act", "person"))[1:] == [
        (Act.DELETED, editor.username),
        (Act.RESTORED, admin_user.username),
    ]


def test_its_day_is_free_meanwhile(editor):
    post = make_post(state=State.DRAFT, slug="daily-papers")
    trashed = trash.put(post, editor)
    for slug in ("daily-papers", "daily-papers-2"):
        Post.objects.create(date=trashed.date, title="New", slug=slug)
    assert trash.restore(trashed, editor).slug == "daily-papers-3"


def test_a_scheduled_post_comes_back_as_a_draft(editor):
    post = make_post(state=State.SCHEDULED)
    post = trash.restore(trash.put(post, editor), editor)
    assert (post.state, post.scheduled_at) == (State.DRAFT, None)


def test_what_was_public_is_never_deleted(editor):
    for state in (State.PUBLISHED, State.WITHDRAWN):
        with pytest.raises(trash.TrashRefused, match=r"public|공개"):
            trash.put(make_post(state=state), editor)
    quicker = make_post(state=State.DRAFT)
    publish(Post.objects.get(pk=quicker.pk), gated=False)
    with pytest.raises(trash.TrashRefused):
        trash.put(quicker, editor)


def test_a_paper_that_is_gone_does_not_hold_up_the_rest(editor):
    post = full_draft()
    gone, stays = (entry.paper for entry in post.entries.order_by("position"))
    trashed = trash.put(post, editor)
    Paper.objects.filter(pk=gone.pk).delete()
    Tag.objects.filter(name="vision").delete()
    post = trash.restore(trashed, editor)
    assert [entry.paper for entry in post.entries.all()] == [stays]
    assert [tag.name for tag in post.tags.all()] == ["agents"]


def test_a_tag_that_was_merged_meanwhile_comes_back_as_the_one_it_went_to(editor):
    post = full_draft()
    kept, merged = make_post(state=State.DRAFT), Tag.objects.get(name="vision")
    kept.tags.add("cv")
    trashed = trash.put(post, editor)
    tag_changes.merge([merged], Tag.objects.get(name="cv"))
    tag_changes.merge([Tag.objects.get(name="agents")], Tag.objects.get(name="cv"))
    post = trash.restore(trashed, editor)
    assert [tag.name for tag in post.tags.all()] == ["cv"]


def test_who_deletes_what_somebody_deleted_first_is_told_so(editor):
    post = make_post(state=State.DRAFT)
    trash.put(Post.objects.get(pk=post.pk), editor)
    with pytest.raises(trash.TrashRefused):
        trash.put(post, editor)
    assert TrashedPost.objects.count() == 1


def test_a_finding_that_another_post_has_by_now_does_not_hold_up_the_rest(editor):
    post = full_draft()
    finding = Finding.objects.get(reason="가제")
    papers = [entry.paper for entry in post.entries.all()]
    trashed = trash.put(post, editor)
    finding.collection = make_post(state=State.DRAFT, papers=papers)
    finding.save(force_insert=True)
    assert trash.restore(trashed, editor).entries.count() == 2
    assert Finding.objects.get(pk=finding.pk).collection == finding.collection


def test_a_post_comes_back_once(editor):
    trashed = trash.put(make_post(state=State.DRAFT), editor)
    trash.restore(trashed, editor)
    with pytest.raises(trash.TrashRefused):
        trash.restore(trashed, editor)


@pytest.mark.parametrize("rows", [[], [3], [{"model": "digest.post"}], [{"model": "no.model"}]])
def test_rows_that_cannot_be_read_are_refused(editor, rows):
    trashed = trash.put(make_post(state=State.DRAFT), editor)
    TrashedPost.objects.update(rows=rows)
    with pytest.raises(trash.TrashRefused):
        trash.restore(trashed, editor)
    assert TrashedPost.objects.exists()


def test_it_is_emptied_after_thirty_days_with_the_history_of_what_it_had(editor):
    old, new, kept = (make_post(state=State.DRAFT) for _ in range(3))
    snapshots.take(kept.pk, editor)
    gone, newer = trash.put(old, editor), trash.put(new, editor)
    TrashedPost.objects.filter(pk=gone.pk).update(deleted_at=now() - timedelta(days=31))
    Snapshot.objects.update(taken_at=now() - timedelta(days=31))
    with CaptureQueriesContext(connection) as queries:
        assert trash.empty() == 1
    assert not [each for each in queries if each["sql"].startswith("SELECT")]
    assert list(TrashedPost.objects.all()) == [newer]
    there = {newer.post_id, kept.pk}
    assert set(Snapshot.objects.values_list("post_id", flat=True)) == there
    assert set(SnapshotPart.objects.values_list("post_id", flat=True)) == there


def test_an_editor_deletes_the_drafts_that_they_made(editor, admin_user):
    own = Post(date="2025-10-08", title="Own")
    own._history_user = editor
    own.save()
    others = make_post(state=State.DRAFT)
    assert trash.may_delete(editor, own)
    assert not trash.may_delete(editor, others)
    assert trash.may_delete(admin_user, others)
    own.state = State.IN_REVIEW
    assert not trash.may_delete(editor, own)
