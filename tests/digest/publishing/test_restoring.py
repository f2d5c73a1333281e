"""Restoring a snapshot: the whole post or one paper, and nothing is lost."""

import random

import pytest
from django.contrib.auth.models import Permission, User

from digest.models import Entry, Post, SnapshotPart, State
from digest.models.audit import Act, AuditRecord
from digest.publishing import has_changes, publish, restoring, snapshots, states
from papers import kinds
from papers.clock import now
from papers.models import Paper, Section, Writer
from tests.factories import make_paper, make_post, make_section

pytestmark = pytest.mark.django_db


@pytest.fixture
def helper(editor):
    """Return an editor who may not publish."""
    user = User.objects.create_user("lee", is_staff=True)
    rights = Permission.objects.filter(group__name="Editors").exclude(codename="publish_post")
    user.user_permissions.add(*rights)
    return user


def take(post, user=None):
    return snapshots.take(post.pk, user)


def text_of(paper):
    return [each.markdown for each in paper.sections.order_by("position", "id")]


def test_the_whole_comes_back_as_working_text_alone(editor):
    post = make_post(state=State.DRAFT, papers=3, title="One", intro="처음")
    publish(post, gated=False)
    first, second, third = post.entries.order_by("position")
    then = take(post)
    address, published = post.get_absolute_url(), post.updated_at
    post.title, post.intro, post.slug = "Two", "나중", post.slug
    post.save()
    post.tags.add("vision")
    Section.objects.filter(paper=first.paper).update(markdown="다른 글")
    second.position = None
    second.save()
    third.position, third.note = 0, "노트"
    third.save()
    new = make_section(make_paper(), markdown="새 글")
    Entry.objects.create(post=post, paper=new.paper, position=9)
    before = states.of_post(post.pk).checksum
    assert restoring.restore(post, then, editor) == []
    post = Post.objects.get(pk=post.pk)
    assert states.of_post(post.pk).checksum == states.of_snapshot(then).checksum
    assert post.get_absolute_url() == address
    assert (post.public_title, post.updated_at) == ("One", published)
    assert not has_changes(post)
    newest, middle, _then = snapshots.of_post(post.pk)
    assert states.of_snapshot(middle).checksum == before
    assert (newest.user, newest.parts) == (editor, then.parts)
    assert post.history.first().history_change_reason == newest.reason
    restoring.restore(post, middle, editor)
    assert states.of_post(post.pk).checksum == before


def test_who_may_take_no_paper_out_may_not_restore(helper):
    assert restoring.may_restore(helper)
    helper.user_permissions.remove(Permission.objects.get(codename="delete_entry"))
    assert not restoring.may_restore(User.objects.get(pk=helper.pk))


def test_the_audit_tells_it_as_restoring_also_of_one_paper(editor):
    post = make_post(state=State.DRAFT, papers=1)
    then, entry = take(post), post.entries.get()
    Entry.objects.filter(pk=entry.pk).update(note="노트")
    restoring.restore(post, then, editor, paper=entry.paper_id)
    told = AuditRecord.objects.get(act=Act.RESTORED)
    assert (told.model, told.key, told.person) == ("digest.post", str(post.pk), editor.username)
    assert told.reason.endswith(f": {entry.paper.title}")
    restoring.restore(post, then, editor)
    assert AuditRecord.objects.filter(act=Act.RESTORED).count() == 2


def test_a_paper_that_was_deleted_from_the_post_comes_back_as_entry(editor):
    post = make_post(state=State.DRAFT, papers=3)
    entry = post.entries.get(position=2)
    entry.note = "노트"
    entry.save()
    then, pk = take(post), entry.pk
    post.title = "Other"
    post.save()
    entry.delete()
    Section.objects.filter(paper=entry.paper).update(markdown="다른 글")
    restoring.restore(post, then, editor, paper=entry.paper_id)
    again = post.entries.get(paper=entry.paper)
    assert (again.pk, again.position, again.note) == (pk, 2, "노트")
    assert text_of(entry.paper)[0].startswith("본 연구는")
    post.refresh_from_db()
    assert post.title == "Other"


def test_one_paper_keeps_its_place_and_moves_no_other(editor):
    post = make_post(state=State.DRAFT, papers=2)
    first, second = post.entries.order_by("position")
    then = take(post)
    Entry.objects.filter(pk=first.pk).update(position=5, note="노트")
    Entry.objects.filter(pk=second.pk).update(note="둘째")
    restoring.restore(post, then, editor, paper=first.paper_id)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.position, first.note, second.note) == (5, "", "둘째")
    with pytest.raises(restoring.RestoreRefused):
        restoring.restore(post, then, editor, paper=make_paper().pk)


def test_a_text_comes_back_with_who_wrote_and_reviewed_it(editor):
    section = make_section(make_paper(), origin=Writer.MODEL, drafter="m", written_at=now())
    section.reviewer, section.reviewed_at = editor, now()
    section.save()
    post = make_post(state=State.DRAFT, papers=[section.paper])
    then = take(post)
    written, reviewed = section.written_at, section.reviewed_at
    section.markdown, section.origin, section.drafter = "다른 글", Writer.EDITOR, ""
    section.written_at, section.reviewer, section.reviewed_at = now(), None, None
    section.save()
    restoring.restore(post, then, editor)
    section.refresh_from_db()
    assert (section.origin, section.drafter, section.written_at) == ("model", "m", written)
    assert (section.reviewer, section.reviewed_at) == (editor, reviewed)
    assert section.html


def test_a_section_that_came_since_is_emptied_and_one_that_went_is_there_again(editor):
    paper = make_paper()
    old = make_section(paper, kinds.METHOD, markdown="방법")
    post = make_post(state=State.DRAFT, papers=[paper])
    then, pk = take(post), old.pk
    old.delete()
    new = make_section(paper, kinds.GIST, markdown="한 줄")
    restoring.restore(post, then, editor)
    new.refresh_from_db()
    assert (new.markdown, Section.objects.get(pk=pk).markdown) == ("", "방법")


def test_a_fact_of_an_editor_comes_back_and_what_sources_said_since_stays(editor):
    paper = make_paper(title="Theirs", organization="Lab", origins={"title": "arxiv"})
    post = make_post(state=State.DRAFT, papers=[paper])
    then = take(post)
    paper.title, paper.organization = "Mine", "Other lab"
    paper.mark_edited({"title"})
    paper.save()
    restoring.restore(post, then, editor)
    paper.refresh_from_db()
    assert (paper.title, paper.title_plain, paper.organization) == ("Theirs", "Theirs", "Other lab")
    assert paper.origins == {"title": "arxiv"}


def test_who_may_not_publish_restores_no_tag_and_no_fact_that_readers_see(helper):
    paper = make_paper(title="Theirs")
    post = make_post(papers=[paper])
    then = take(post)
    post.tags.add("vision")
    paper.tags.add("agents")
    paper.title = "Mine"
    paper.mark_edited({"title"})
    paper.save()
    Post.objects.filter(pk=post.pk).update(title="Other")
    left = restoring.restore(post, then, helper)
    assert len(left) == 2
    post.refresh_from_db()
    paper.refresh_from_db()
    assert post.title == post.public_title
    assert [tag.name for tag in [*post.tags.all(), *paper.tags.all()]] == ["vision", "agents"]
    assert paper.title == "Mine"


def test_a_scheduled_post_goes_back_to_review_if_who_may_not_publish_restores_it(helper):
    post = make_post(state=State.SCHEDULED, papers=1, title="Approved")
    then = take(post)
    post.title = "Other"
    post.save()
    restoring.restore(post, then, helper)
    post.refresh_from_db()
    assert (post.title, post.state) == ("Approved", State.IN_REVIEW)


def test_it_is_refused_if_another_state_stands_there_than_was_shown(editor):
    post = make_post(state=State.DRAFT)
    then = take(post)
    seen = states.of_post(post.pk).checksum
    Post.objects.filter(pk=post.pk).update(title="Meanwhile")
    with pytest.raises(restoring.RestoreRefused):
        restoring.restore(post, then, editor, seen=seen)
    post.refresh_from_db()
    assert post.title == "Meanwhile"


@pytest.mark.parametrize("said", [{"sections": [{"language": "ko", "kind": "results"}]}, {}, []])
def test_a_damaged_snapshot_breaks_nothing(editor, said):
    post = make_post(state=State.DRAFT, papers=1, title="Title")
    then = take(post)
    SnapshotPart.objects.filter(paper_id=None).update(said=said)
    with pytest.raises(restoring.RestoreRefused):  # A post needs its title.
        restoring.restore(post, then, editor)
    post.refresh_from_db()
    assert post.title == "Title"
    SnapshotPart.objects.filter(paper_id=None).delete()
    with pytest.raises(restoring.RestoreRefused):
        restoring.restore(post, then, editor)


class Morning:
    """Random acts of an editor with one post."""

    def __init__(self, seed, editor):
        self.random, self.editor = random.Random(seed), editor
        self.post = make_post(state=State.DRAFT, papers=3)

    def entry(self):
        placed = list(self.post.entries.filter(position__isnull=False).order_by("pk"))
        return self.random.choice(placed) if placed else None

    def words(self):
        return " ".join(self.random.choices(["논문", "모델", "agents", "결과", "**굵게**"], k=4))

    def save(self, row, **fields):
        for name, value in fields.items():
            setattr(row, name, value)
        row._history_user = self.editor
        row.save()

    def act(self):
        self.post.refresh_from_db()
        entry = self.entry()
        acts = [self.head, self.add, self.tag]
        acts += (
            [self.write, self.write, self.note, self.move, self.remove, self.fact] if entry else []
        )
        self.random.choice([*acts, self.publish] if entry else acts)(entry)

    def head(self, _entry):
        self.save(self.post, title=self.words(), intro=self.words())

    def tag(self, entry):
        row = self.random.choice([self.post, entry.paper if entry else self.post])
        row.tags.set(self.random.sample(["vision", "agents", "비전"], self.random.randint(0, 2)))

    def add(self, _entry):
        gone = self.post.entries.filter(position__isnull=True).first()
        if gone and self.random.random() < 0.5:
            self.save(gone, position=self.random.randint(0, 9))
            return
        section = make_section(make_paper(), markdown=self.words())
        place = self.random.randint(0, 9)
        Entry.objects.create(post=self.post, paper=section.paper, position=place)

    def write(self, entry):
        kind = self.random.choice([kinds.INTRODUCTION, kinds.METHOD, kinds.GIST])
        section = entry.paper.sections.filter(kind=kind).first()
        section = section or Section(paper=entry.paper, language="ko", kind=kind)
        self.save(section, markdown=self.random.choice([self.words(), ""]))

    def note(self, entry):
        self.save(entry, note=self.words())

    def move(self, entry):
        self.save(entry, position=self.random.randint(0, 9))

    def remove(self, entry):
        if entry.public_position is None:
            entry.delete()
        else:
            self.save(entry, position=None)

    def fact(self, entry):
        entry.paper.title = self.words()
        entry.paper.mark_edited({"title"})
        self.save(entry.paper)

    def publish(self, _entry):
        publish(self.post, gated=False)

    def seen(self):
        """Return what readers see beside tags and facts."""
        entries = self.post.entries.filter(public_position__isnull=False).order_by("paper")
        papers = [entry.paper_id for entry in entries]
        texts = Section.objects.exclude(public_markdown="").filter(paper__in=papers)
        self.post.refresh_from_db()
        return (
            [(entry.paper_id, entry.public_position, entry.public_note) for entry in entries],
            list(texts.order_by("pk").values_list("pk", "public_markdown")),
            [self.post.public_title, self.post.public_intro, self.post.get_absolute_url()],
        )


@pytest.mark.parametrize("seed", range(4))
def test_after_random_acts_any_snapshot_comes_back_exactly_and_nothing_is_lost(seed, editor):
    morning = Morning(seed, editor)
    post, kept = morning.post, {}
    for _ in range(25):
        morning.act()
        kept[take(post, editor).pk] = states.of_post(post.pk).checksum
    for pk in morning.random.sample(list(kept), min(6, len(kept))):
        snapshot, seen = snapshots.of_post(post.pk).get(pk=pk), morning.seen()
        before = states.of_post(post.pk).checksum
        restoring.restore(post, snapshot, editor)
        assert states.of_post(post.pk).checksum == kept[pk]
        assert morning.seen() == seen
        found = states.of_snapshots(snapshots.of_post(post.pk))
        assert before in {state.checksum for state in found.values()}
        assert {pk: found[pk].checksum for pk in kept} == kept
    assert Paper.objects.exists()
