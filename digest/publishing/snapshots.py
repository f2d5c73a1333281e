"""Takes snapshots of posts: one after each save of a person, and before it what stood there.

What machines wrote between two saves is in the snapshot before the next one. A post that nobody
touched since this history began has none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.utils.text import Truncator
from simple_history.models import HistoricalRecords

from digest.models import Entry, Post, Snapshot, SnapshotPart
from digest.models.snapshot import REASON_LENGTH
from digest.publishing import states
from papers.clock import now
from papers.jobs.locks import one_at_a_time
from papers.models import Paper, Section

ROWS = (Post, Entry, Section, Paper)
"""What a post is made of."""
MOST_POSTS = 10
"""Of the posts that have a paper, so many have a snapshot when it is saved: the newest."""


def of_post(pk: int) -> QuerySet[Snapshot]:
    """Return the snapshots of a post, the newest first, with those who saved."""
    return Snapshot.objects.filter(post_id=pk).select_related("user")


@transaction.atomic
def take(
    pk: int, user: User | None = None, reason: str = "", touched: Collection[int] | None = None
) -> Snapshot | None:
    """Store what a post says now. Return the snapshot, or None if the post is gone.

    If the newest snapshot says the same, that one is returned. Of its papers only those in
    `touched` are read, and those that it lacks: reading all of a long post takes most of the time.
    """
    newest = Snapshot.objects.filter(post_id=pk).first()
    kept = _kept(newest, touched) if newest and touched is not None else {}
    state = states.of_post(pk, unread=kept)
    if state is None:
        return None
    parts = _stored(pk, state, kept)
    if newest and newest.parts == parts:
        return newest
    return Snapshot.objects.create(
        post_id=pk,
        taken_at=now(),
        user=user,
        reason=Truncator(reason).chars(REASON_LENGTH),
        parts=parts,
        positions=list(state.positions),
    )


def _kept(newest: Snapshot, touched: Collection[int]) -> dict[int, int]:
    """Return the parts of the newest snapshot that still hold, by their papers' ids."""
    parts = SnapshotPart.objects.filter(pk__in=states.parts_of(newest))
    of_papers = parts.values_list("paper_id", "pk")
    return {paper: part for paper, part in of_papers if paper is not None and paper not in touched}


def _stored(pk: int, state: states.State, kept: Mapping[int, int]) -> list[int]:
    """Store the parts that no snapshot of the post has yet, and return the ids of all."""
    read = [part for part in state.parts if part.paper_id not in kept]
    sums = [part.checksum for part in read]
    of_post = SnapshotPart.objects.filter(post_id=pk, checksum__in=sums).order_by("-pk")
    known = dict(of_post.values_list("checksum", "pk"))
    new = [
        SnapshotPart(post_id=pk, paper_id=part.paper_id, checksum=part.checksum, said=part.said)
        for part in read
        if part.checksum not in known
    ]
    known |= {part.checksum: part.pk for part in SnapshotPart.objects.bulk_create(new)}
    found = {part.paper_id: known[part.checksum] for part in read} | {**kept}
    return [found[part.paper_id] for part in state.parts]


def note_public(pk: int, snapshot: Snapshot) -> None:
    """Note on a post's newest snapshot that readers see just what it says, if they do."""
    post = Post.objects.published().filter(pk=pk).first()
    if post and snapshot.public_at is None and not Post.objects.changed().filter(pk=pk).exists():
        Snapshot.objects.filter(pk=snapshot.pk).update(public_at=post.updated_at)


class _Touched:
    """The posts that people touched in the current transaction. When it commits, each is stored.

    It is found again among what the transaction does then, so it goes if that is rolled back.
    """

    def __init__(self) -> None:
        self.seen: set[int] = set()
        """Those whose state before is stored."""
        self.saved: dict[int, User] = {}
        self.papers: set[int] = set()
        """Those whose part of a post may say something else since."""
        self.records: list[tuple[Any, int]] = []
        self.done = False

    def __call__(self) -> None:
        self.done = True
        reason = self._reason() if self.saved else ""
        for pk, user in self.saved.items():
            with transaction.atomic():
                one_at_a_time(f"snapshot of {pk}")
                if snapshot := take(pk, user, reason, self.papers):
                    note_public(pk, snapshot)

    def _reason(self) -> str:
        """Return the first reason in the history, where it is written after the row."""
        for model in dict.fromkeys(model for model, _ in self.records):
            pks = [pk for each, pk in self.records if each is model]
            rows = model.objects.filter(pk__in=pks).exclude(history_change_reason=None)
            if reason := rows.values_list("history_change_reason", flat=True).first():
                return str(reason)
        return ""


def _under_way() -> _Touched | None:
    planned = (each[1] for each in connection.run_on_commit)
    return next((each for each in planned if isinstance(each, _Touched) and not each.done), None)


def _touched() -> _Touched:
    if found := _under_way():
        return found
    found = _Touched()
    if connection.in_atomic_block:
        transaction.on_commit(found, robust=True)
    return found


def before(sender: Any, instance: Any, raw: bool = False, **_said: Any) -> None:
    """Store what a post says before a person saves or deletes a row of it.

    It receives `pre_save` and `pre_delete`.
    """
    if not raw and _person(instance):
        _keep(_posts_of(instance))


def after(instance: Any, history_instance: Any, history_user: User | None, **_said: Any) -> None:
    """Plan a snapshot. It receives simple_history's `post_create_historical_record`."""
    if not isinstance(instance, ROWS):
        return
    if history_user is None:  # What a machine does to it then is read with what the person did.
        _note_paper(instance, _under_way())
        return
    if isinstance(instance, Post) and history_instance.history_type == "+":
        _touched().seen.add(instance.pk)  # There was nothing before.
    _plan(instance, history_user, (type(history_instance), history_instance.pk))


def tagged(instance: Any, action: str, **_said: Any) -> None:
    """Do the same for tags, which have no history. It receives taggit's `m2m_changed`."""
    if not isinstance(instance, Post | Paper) or (user := _person(instance)) is None:
        return
    if action.startswith("pre_"):
        _keep(_posts_of(instance))
    else:
        _plan(instance, user)


def _keep(posts: Iterable[int]) -> None:
    touched = _touched()
    for pk in posts:
        if pk not in touched.seen:
            touched.seen.add(pk)
            take(pk)


def _plan(row: Model, user: User, *records: tuple[Any, int]) -> None:
    touched = _touched()
    touched.saved |= dict.fromkeys(_posts_of(row), user)
    _note_paper(row, touched)
    touched.records += records
    if not connection.in_atomic_block:
        touched()


def _note_paper(row: Any, touched: _Touched | None) -> None:
    paper = _paper_of(row)
    if touched and paper is not None:
        touched.papers.add(paper)


def _person(instance: Model) -> User | None:
    """Return the person who changes a row, as its history would say. A machine is None."""
    if said := getattr(instance, "_history_user", None):
        return said
    user = getattr(getattr(HistoricalRecords.context, "request", None), "user", None)
    return user if user is not None and user.is_authenticated else None


def _posts_of(row: Any) -> list[int]:
    if isinstance(row, Post):
        return [row.pk] if row.pk else []
    if isinstance(row, Entry):
        return [row.post_id]
    if (paper := _paper_of(row)) is None:
        return []
    entries = Entry.objects.filter(paper=paper, position__isnull=False).order_by("-post_id")
    return list(entries.values_list("post_id", flat=True)[:MOST_POSTS])


def _paper_of(row: Any) -> int | None:
    if isinstance(row, Post):
        return None
    return row.pk if isinstance(row, Paper) else row.paper_id
