"""After any sequence of acts the rules of the data hold: what was public lasts, and words are kept.

The acts are those of the stored pages' test, without those that damage rows by SQL, and with what
sources, drafters, editors, the trash and old versions do. An example is a list of acts, so a case
that is found is short, and is kept with `@example`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from digest.ledger import accounts
from digest.models import Post, State, TrashedPost, published_papers
from digest.publishing import restoring, snapshots, trash
from papers import kinds
from papers.models import Listing, Paper, Section, Source, SourceAnswer, Writer
from papers.pipeline import ingest
from papers.pipeline.sections import NewText, write
from papers.sources.base import DayAnswer, FoundPaper
from tests.digest.readers.pages.acts import FIRST, Acts, make_site

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

PAST_THE_RULES = {"act_write_sql", "act_answer", "act_list_on_another_day", "act_ingest"}
QUIET = {"act_say", "act_draft", "act_write", "act_recheck", "act_relate", "act_snapshot"}
"""Acts that change no word that readers see of a summary."""


class Desk(Acts):
    """The acts, and what an editor wrote last in each section."""

    def __init__(self, random: Random) -> None:
        super().__init__(random)
        self.person = User.objects.create_superuser("root")
        self.words: dict[int, str] = {}

    def act_write(self) -> None:
        """An editor writes a section."""
        section = self._one(Section.objects)
        section.markdown, section.origin = f"{self._word()}.  \n\n- Mine", Writer.EDITOR
        section.save()
        self.words[section.pk] = section.markdown

    def act_draft(self) -> None:
        """A drafter or an import writes every section of every paper."""
        kept = (kinds.GIST, kinds.INTRODUCTION, kinds.METHOD, kinds.RESULTS)
        write(
            (
                NewText(paper.pk, "ko", kind, f"{self._word()} by a machine.")
                for paper in Paper.objects.all()
                for kind in kept
            ),
            origin=self.random.choice([Writer.MODEL, Writer.IMPORT]),
            drafter="m",
        )

    def act_say(self) -> None:
        """A source lists new papers, and known ones with other facts."""
        day = self._one(Listing.objects).day
        known = list(Listing.objects.filter(day=day).values_list("paper__arxiv_id", flat=True))
        ids = [*known, f"2509.{90000 + self.number:05}"]
        answer(day, *ids, word=self._word())

    def act_snapshot(self) -> None:
        if post := self._one(Post.objects):
            snapshots.take(post.pk)

    def act_restore(self) -> None:
        """An editor brings an older version back, which may have other words."""
        post = self._one(Post.objects)
        if found := self._one(snapshots.of_post(post.pk)):
            restoring.restore(post, found, self.person)
        self._learn()

    def act_delete_a_draft(self) -> None:
        if post := self._one(Post.objects.filter(state=State.DRAFT, published_at=None)):
            trash.put(post, self.person)

    def act_undelete(self) -> None:
        if found := self._one(TrashedPost.objects):
            trash.restore(found, self.person)

    def act_begin_a_post(self) -> None:
        super().act_begin_a_post()
        answer_all()

    def act_edit_a_section(self) -> None:
        super().act_edit_a_section()
        self._learn()

    def act_edit_and_publish_changes(self) -> None:
        super().act_edit_and_publish_changes()
        self._learn()

    def _learn(self) -> None:
        rows = Section.objects.filter(pk__in=self.words)
        self.words = dict(rows.values_list("pk", "markdown"))


OTHERS = sorted({name for name in vars(Acts) if name.startswith("act_")} - PAST_THE_RULES)
OWN = sorted(name for name in vars(Desk) if name.startswith("act_"))
USUAL = ["act_write", "act_draft", "act_say"]
acts_of_all = st.one_of(*(st.sampled_from(names) for names in (OTHERS, OWN, USUAL)))
"""Most acts are those that words or old rows could be lost by."""


def answer(day: Any, *ids: str, word: str = "") -> None:
    found = tuple(
        FoundPaper(each, f"Title {each} {word}", f"Title {each}", f"We do {word}.", rank)
        for rank, each in enumerate(ids, start=1)
    )
    at = datetime(2025, 12, 1, tzinfo=UTC) + timedelta(minutes=SourceAnswer.objects.count())
    said = {"source": Source.HUGGINGFACE, "day": day, "fetched_at": at, "pages": (word or "[]",)}
    ingest.store(DayAnswer(found, (), (), **said))


def answer_all() -> None:
    """Let the source have said what the rows of a new post say that it did."""
    for day in Listing.objects.values_list("day", flat=True).distinct():
        if not SourceAnswer.objects.filter(day=day).exists():
            rows = Listing.objects.filter(day=day).order_by("rank")
            answer(day, *rows.values_list("paper__arxiv_id", flat=True))


class Watch:
    """What was so, to be compared with what is."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.client = desk, Client()
        self.feed_ids: dict[str, int] = {}
        self.posts: dict[int, Post] = {}
        self.public = self._public()
        self.addresses: set[str] = set()
        self.look("")

    def look(self, act: str) -> None:
        posts = Post.objects.in_bulk()
        for pk, post in posts.items():
            self._times_and_ids(post, self.posts.get(pk))
        self.posts = posts
        self._public_words(act)
        words = Section.objects.filter(pk__in=self.desk.words).values_list("pk", "markdown")
        assert dict(words) == self.desk.words, "an editor's words changed"
        for day in accounts.days(FIRST, max(Listing.objects.values_list("day", flat=True))):
            assert day.balances, f"{day.date}: {day.difference} {day.unlisted}"
        for row in (*Post.objects.published(), *published_papers()):
            self.addresses.add(row.get_absolute_url())

    def _times_and_ids(self, post: Post, before: Post | None) -> None:
        assert self.feed_ids.setdefault(post.feed_id, post.pk) == post.pk, "an id came back"
        if before and before.published_at:
            assert post.published_at == before.published_at
            assert post.updated_at >= before.updated_at
        if post.state == State.PUBLISHED:
            assert post.entries.exclude(public_position=None).exists()

    def _public_words(self, act: str) -> None:
        public = self._public()
        if act in QUIET:
            assert public == self.public, "readers see what nobody published"
        self.public = public

    @staticmethod
    def _public() -> dict[int, str]:
        return dict(Section.objects.exclude(public_html="").values_list("pk", "public_html"))

    def last(self) -> None:
        """What was ever public answers, leads on or is gone; it is never unknown."""
        known = {200, 301, 410}
        told = {each: self.client.get(each).status_code for each in self.addresses}
        assert {each: status for each, status in told.items() if status not in known} == {}


# To make a case shorter takes minutes: let only who looks for one add Phase.shrink.
@settings(
    max_examples=8,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(st.integers(0, 99), st.lists(acts_of_all, min_size=10, max_size=24))
def test_the_rules_hold(seed: int, acts: list[str]) -> None:
    with transaction.atomic():
        random = Random(seed)
        make_site(random, digests=4)
        answer_all()
        desk = Desk(random)
        watch = Watch(desk)
        for act in acts:
            desk.number += 1
            getattr(desk, act)()
            watch.look(act)
        watch.last()
        transaction.set_rollback(True)
