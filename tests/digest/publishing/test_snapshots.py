"""Snapshots of whole posts: when they are taken, and how little they repeat."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from digest import publishing
from digest.models import Entry, Post, Snapshot, SnapshotPart, State
from digest.publishing import comparing, snapshots, states
from papers import kinds
from papers.models import Section
from tests.factories import make_paper, make_post, make_section

pytestmark = pytest.mark.django_db


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    def done():
        return django_capture_on_commit_callbacks(execute=True)

    return done


def save(row, user, **fields):
    for name, value in fields.items():
        setattr(row, name, value)
    row._history_user = user
    row.save()


def taken(post):
    return list(snapshots.of_post(post.pk))


def test_a_persons_save_is_kept_with_what_stood_before(editor, commit):
    post = make_post(state=State.DRAFT, title="Before")
    assert taken(post) == []
    with commit():
        save(post, editor, title="After")
    after, before = taken(post)
    said = [states.of_snapshot(each).head.title for each in (before, after)]
    assert said == ["Before", "After"]
    assert (before.user, after.user) == (None, editor)


def test_what_a_machine_wrote_is_in_the_snapshot_before_the_next_save(editor, commit):
    post = make_post(state=State.DRAFT, papers=1)
    with commit():
        save(post, editor, title="One")
    section = Section.objects.first()
    with commit():
        save(section, None, markdown="기계가 쓴 글")
    assert len(taken(post)) == 2
    with commit():
        save(section, editor, markdown="사람이 쓴 글")
    newest, machines, *_older = taken(post)
    texts = [
        [text.markdown for text in states.of_snapshot(each).papers[section.paper_id].sections]
        for each in (machines, newest)
    ]
    assert texts[0][0] == "기계가 쓴 글"
    assert texts[1][0] == "사람이 쓴 글"
    assert (machines.user, newest.user) == (None, editor)


def test_a_save_that_changes_nothing_repeats_nothing(editor, commit):
    post = make_post(state=State.DRAFT)
    for _ in range(3):
        with commit():
            save(post, editor)
    assert len(taken(post)) == 1


def test_one_transaction_is_one_snapshot_and_what_is_rolled_back_is_none(editor, commit):
    post = make_post(state=State.DRAFT, papers=3)
    with commit():
        for entry in post.entries.all():
            save(entry, editor, note=f"노트 {entry.pk}")
        post.tags.add("vision")
    assert len(taken(post)) == 2
    assert states.of_snapshot(taken(post)[0]).head.tags == ("vision",)


def test_a_save_is_kept_without_reading_the_papers_that_it_did_not_touch(editor, commit):
    post = make_post(state=State.DRAFT, papers=2)
    mine, others = (entry.paper.sections.first() for entry in post.entries.order_by("position"))
    with commit():
        save(mine, editor, markdown="내 글")
        Section.objects.filter(pk=others.pk).update(markdown="기계가 쓴 글")
    after, before = taken(post)
    assert after.parts[1] != before.parts[1]
    assert after.parts[2] == before.parts[2]
    with commit():
        save(post, editor, title="Next")
    text = states.of_snapshot(taken(post)[1]).papers[others.paper_id].sections[0]
    assert text.markdown == "기계가 쓴 글"
    assert states.of_snapshot(taken(post)[0]).checksum == states.of_post(post.pk).checksum


def test_what_another_person_saved_meanwhile_is_in_the_later_snapshot(editor, admin_user, commit):
    post = make_post(state=State.DRAFT, papers=2)
    mine, others = (entry.paper.sections.first() for entry in post.entries.order_by("position"))
    with commit():
        save(mine, editor, markdown="내 글")
        Section.objects.filter(pk=others.pk).update(markdown="다른 사람의 글")
        snapshots.take(post.pk, admin_user)
    assert states.of_snapshot(taken(post)[0]).checksum == states.of_post(post.pk).checksum


def test_what_a_machine_saves_with_a_person_is_kept_with_it(editor, commit):
    post = make_post(state=State.DRAFT, papers=1)
    section = Section.objects.filter(paper__entries__post=post).first()
    with commit():
        save(post, editor, title="One")
        save(section, None, markdown="기계가 쓴 글")
    assert states.of_snapshot(taken(post)[0]).checksum == states.of_post(post.pk).checksum


def test_a_new_post_and_what_is_added_to_one_are_kept(editor, commit):
    post = Post(date="2025-10-08", title="New")
    with commit():
        save(post, editor)
        save(Entry(post=post, paper=make_paper(), position=1), editor)
    assert [len(each.positions) for each in taken(post)] == [1]
    old = make_post(state=State.DRAFT, papers=1)
    with commit():
        save(Entry(post=old, paper=make_paper(), position=2), editor)
    assert [len(each.positions) for each in taken(old)] == [2, 1]


def test_equal_parts_are_stored_once(editor, commit):
    post = make_post(state=State.DRAFT, papers=3)
    entry = post.entries.first()
    for note in ("하나", "둘", "하나"):
        with commit():
            save(entry, editor, note=note)
    assert len(taken(post)) == 4
    assert SnapshotPart.objects.filter(post_id=post.pk).count() == 1 + 3 + 2


def test_it_has_the_gist_the_facts_the_order_and_tags_of_papers(editor):
    first, second = make_paper(title="One"), make_paper(title="Two")
    first.tags.add("agents")
    make_section(first, kinds.GIST, markdown="한 줄")
    make_section(first, kinds.RESULTS, markdown="")
    post = make_post(state=State.DRAFT, papers=[second, first])
    state = states.of_snapshot(snapshots.take(post.pk, editor))
    assert state.order == [second.pk, first.pk]
    assert state.papers[first.pk].tags == ("agents",)
    assert state.papers[first.pk].facts["title"] == "One"
    assert [text.markdown for text in state.papers[first.pk].sections] == ["한 줄"]
    assert state.checksum == states.of_post(post.pk).checksum


def test_it_notes_that_readers_saw_just_this(editor, commit):
    post = make_post(state=State.DRAFT, papers=1)
    with commit():
        save(post, editor, title="Ready")
    [newest, *_older] = taken(post)
    assert newest.public_at is None
    post._history_user = editor
    with commit():
        publishing.publish(post)
    assert len(taken(post)) == 2
    newest.refresh_from_db()
    assert newest.public_at == post.updated_at


def test_its_reason_is_that_of_the_history(editor, commit):
    post = make_post(state=State.DRAFT, papers=1)
    with commit():
        post._change_reason = "proposal accepted"
        save(post, editor, title="Proposed")
    assert taken(post)[0].reason == "proposal accepted"


def test_a_section_is_kept_with_each_post_that_has_its_paper(editor, commit):
    paper = make_paper()
    section = make_section(paper)
    posts = [make_post(state=State.DRAFT, papers=[paper]) for _ in range(2)]
    elsewhere = make_post(state=State.DRAFT)
    with commit():
        save(section, editor, markdown="다른 글")
    assert [len(taken(post)) for post in [*posts, elsewhere]] == [2, 2, 0]


def test_it_takes_as_many_queries_for_forty_papers_as_for_two(editor):
    counts = []
    for papers in (2, 40):
        post = make_post(state=State.DRAFT, papers=papers)
        post.tags.add("vision")
        with CaptureQueriesContext(connection) as queries:
            snapshots.take(post.pk, editor)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_each_says_what_it_changed_in_as_many_queries_for_many(editor):
    post = make_post(state=State.DRAFT, papers=4)
    snapshots.take(post.pk)
    section = Section.objects.filter(paper__entries__post=post).first()
    section.paper.title = "Agents"
    section.paper.save()
    section.markdown = "다른 글"
    section.save()
    snapshots.take(post.pk, editor)
    with CaptureQueriesContext(connection) as few:
        said = comparing.named_changes(taken(post))
    assert said[taken(post)[0].pk] == ["Agents: 서론 (ko), 제목"]
    for number in range(5):
        post.intro = f"머리말 {number}"
        post.save()
        snapshots.take(post.pk, editor)
    with CaptureQueriesContext(connection) as many:
        said = comparing.named_changes(taken(post))
    assert len(said) == Snapshot.objects.count() - 1
    assert said[taken(post)[0].pk] == ["글 머리말"]
    assert len(many) == len(few)


def test_a_part_that_cannot_be_read_says_nothing(editor):
    post = make_post(state=State.DRAFT, papers=2)
    snapshot = snapshots.take(post.pk, editor)
    whole = states.of_snapshot(snapshot)
    for said in ({"facts": 3, "sections": [3, {"position": "x"}], "tags": {}, "entry": "x"}, []):
        SnapshotPart.objects.update(said=said)
        state = states.of_snapshot(snapshot)
        assert state.order == whole.order
        assert comparing.compare(whole, state)
    SnapshotPart.objects.filter(paper_id=whole.order[0]).delete()
    assert not states.of_snapshot(snapshot).whole
