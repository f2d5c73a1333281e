"""The posts in work: what is missing in each, what blocks or holds it, and whom it waits for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Case, F, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from digest.admin.desk.asking import Asking
from digest.admin.desk.items import SHOWN, Fact, Item, Step, day, moment
from digest.admin.desk.schedules import Schedules
from digest.admin.entry_states import with_progress
from digest.models import VERDICTS, Comment, CommentKind, Entry, Post, State
from digest.publishing import approval, four_eyes, gate
from digest.publishing.steps import LATE
from papers.clock import now

IN_WORK = (State.SCHEDULED, State.IN_REVIEW, State.DRAFT)
"""In the order in which they count."""
READ = 40
"""The most posts that are read: those of the days shown, and as many of those in work."""
_COLUMNS = (
    "date",
    "slug",
    "title",
    "language",
    "state",
    "scheduled_at",
    "approved_at",
    "published_at",
    "created_at",
)


@dataclass(slots=True)
class Papers:
    """How far the papers of a post are."""

    all: int = 0
    unwritten: int = 0
    unread: int = 0
    """Written, and not reviewed in the language of the post."""

    @property
    def ready(self) -> bool:
        return bool(self.all) and not self.unwritten and not self.unread


class Posts:
    """The posts in work, those of the days shown, and those changed since they were published."""

    def __init__(self, asking: Asking, days: Iterable[date], schedules: Schedules) -> None:
        """Read them in 7 or 8 queries, and 9 more where FOUR_EYES is on."""
        self.asking, self.schedules = asking, schedules
        wanted = Q(state__in=IN_WORK) | Q(date__in=list(days))
        posts = Post.objects.filter(wanted).only(*_COLUMNS)
        order = [When(state=state, then=Value(n)) for n, state in enumerate(IN_WORK)]
        ordered = posts.order_by(Case(*order, default=Value(-1)), "-date", "-pk")
        self.rows = list(ordered[:READ])
        self.changed = list(Post.objects.changed().only(*_COLUMNS)[: SHOWN + 1])
        shown = [post for post in self.rows if post.state in IN_WORK] + self.changed
        self.errors = gate.known_errors(shown)
        scheduled = [post for post in shown if post.state == State.SCHEDULED]
        self.edited = approval.edited_unapproved(scheduled)
        self.papers = _papers(shown)
        self.reviews = _reviews(shown)
        verdicts = {pk: each.made_at for pk, each in self.reviews.items() if each.kind in VERDICTS}
        self.stale = approval.last_edits(verdicts)
        self.alone = four_eyes.alone(shown, asking.user)

    def of(self, day: date) -> Post | None:
        """Return the post of a day that is to be worked on, or else one of its others."""
        found = [post for post in self.rows if post.date == day]
        return next((post for post in found if post.state in IN_WORK), found[0] if found else None)

    def in_work(self, *, without: set[int]) -> list[Post]:
        return [post for post in self.rows if post.state in IN_WORK and post.pk not in without]

    @property
    def are_more(self) -> bool:
        """Return whether there may be more posts than were read."""
        return len(self.rows) == READ or len(self.changed) > SHOWN

    def is_changed(self, post: Post) -> bool:
        return post.state == State.PUBLISHED and post in self.changed

    def waits_for_user(self, post: Post) -> bool:
        """Return whether the user may take the step that the post waits for."""
        if post.state == State.SCHEDULED and self.errors[post.pk]:
            return self.asking.may("digest.change_post")
        if post.state == State.DRAFT:
            return self.asking.may("digest.change_post")
        asked = self._asked(post)
        if asked and (self._is_asked(asked) or not self._is_held(post)):
            return self._is_asked(asked)
        return self.asking.may_publish and post.pk not in self.alone

    def _asked(self, post: Post) -> Comment | None:
        """Return the request that the post waits for, to a person or to whoever may review."""
        review = self.reviews.get(post.pk)
        waits = post.state in {State.IN_REVIEW, State.SCHEDULED} or self.is_changed(post)
        return review if waits and review and review.kind == CommentKind.ASKED else None

    def _is_asked(self, asked: Comment) -> bool:
        if asked.is_open_to_all:
            return self.asking.may_review and asked.author_id != self.asking.user.pk
        return asked.asked_id == self.asking.user.pk

    def asks_user(self, post: Post) -> bool:
        """Return whether the user is asked to look at a post, also if it goes by itself."""
        asked = self._asked(post)
        return asked is not None and self._is_asked(asked)

    def _is_held(self, post: Post) -> bool:
        """Return whether a post has to be scheduled anew, whoever is asked to look at it."""
        return post.state == State.SCHEDULED and not self.goes_by_itself(post)

    def goes_by_itself(self, post: Post) -> bool:
        return post.state == State.SCHEDULED and not any(self._holds(post))

    def item(self, post: Post, *, dated: bool = True) -> Item:
        facts = self._facts(post)
        if dated:
            facts = [Fact(day(post.date)), *facts]
        changed = self.is_changed(post)
        return Item(
            post.title,
            reverse("admin:digest_post_change", args=[post.pk]),
            _("changed since published") if changed else post.get_state_display(),
            "warn" if changed else f"state-{post.state}",
            tuple(facts),
            self._step(post),
        )

    def _facts(self, post: Post) -> list[Fact]:
        if post.state not in IN_WORK and not self.is_changed(post):
            return []
        facts = [
            *_missed(post),
            *_errors(post, self.errors[post.pk]),
            *_verdict(self.reviews.get(post.pk), is_stale=post.pk in self.stale),
            *self._state(post),
        ]
        if not self.waits_for_user(post) and not self.goes_by_itself(post):
            facts.append(self._waits_for(post))
        return facts

    def _waits_for(self, post: Post) -> Fact:
        asked = self._asked(post)
        if asked and not asked.is_open_to_all:
            return Fact(_("waits for %(people)s") % {"people": asked.asked_name})
        if asked or post.pk in self.alone:
            return Fact(_("waits for a review"))
        return self.asking.waits_for_publishers

    def _state(self, post: Post) -> Iterator[Fact]:
        if post.state == State.SCHEDULED:
            yield from self._time(post)
        elif post.state in IN_WORK:
            yield from _progress(self.papers[post.pk])

    def _time(self, post: Post) -> Iterator[Fact]:
        when = {"when": moment(post.scheduled_at or now())}
        yield Fact(_("goes public %(when)s") % when)
        held = [each for each in self._holds(post) if each.text]
        yield from held or [Fact(_("nothing holds it up"))]

    def _holds(self, post: Post) -> Iterator[Fact]:
        """Yield what keeps a scheduled post from being published at its time."""
        if self.errors[post.pk]:
            yield Fact("", "bad")  # It is told already.
        if post.pk in self.edited:
            yield Fact(_edited(), "bad")
        if post.scheduled_at and post.scheduled_at < now() - LATE:
            yield Fact(_("its time has passed, and nothing publishes it: is beat running?"), "bad")
        elif self.schedules.is_off("publish scheduled posts"):
            yield Fact(_("the task that publishes it is switched off"), "bad")

    def _step(self, post: Post) -> Step | None:
        if not self.waits_for_user(post):
            return None
        errors = self.errors.get(post.pk)
        if post.state == State.DRAFT:
            ready = not errors and self.papers[post.pk].ready
            alone = post.pk in self.alone
            able = ready and self.asking.may_publish and not alone
            return _publish(post) if able else _write(post, self.papers[post.pk])
        if (asked := self._asked(post)) and self._is_asked(asked):
            return _review(post)
        if errors:
            return _write(post, self.papers[post.pk])
        if post.state == State.SCHEDULED and not self.goes_by_itself(post):
            return _look_again(post) if post.pk in self.edited else _publish(post)
        if post.state == State.IN_REVIEW:
            return _publish(post)
        return _publish_changes(post) if self.is_changed(post) else None


def _edited() -> str:
    if settings.FOUR_EYES:
        return _("changed after it was scheduled")
    return _("changed since by a machine or by somebody who may not publish")


def _write(post: Post, papers: Papers) -> Step:
    """Return the step to the first paper that waits, or to the post, which says what blocks it."""
    page = "write" if papers.unwritten or papers.unread else "change"
    return Step(_("Go on writing"), reverse(f"admin:digest_post_{page}", args=[post.pk]))


def _review(post: Post) -> Step:
    return Step(_("Review…"), reverse("admin:digest_post_review", args=[post.pk]))


def _publish(post: Post) -> Step:
    return Step(_("Publish…"), reverse("admin:digest_post_publish", args=[post.pk]))


def _publish_changes(post: Post) -> Step:
    return Step(_("Publish changes…"), reverse("admin:digest_post_publish", args=[post.pk]))


def _look_again(post: Post) -> Step:
    return Step(_("Schedule…"), reverse("admin:digest_post_schedule", args=[post.pk]))


def _missed(post: Post) -> Iterator[Fact]:
    if post.scheduled_at and post.state != State.SCHEDULED:
        when = {"when": moment(post.scheduled_at)}
        yield Fact(_("not published at %(when)s") % when, "bad")


def _verdict(review: Comment | None, *, is_stale: bool) -> Iterator[Fact]:
    who = {"who": review.author_name} if review else {}
    if is_stale:
        yield Fact(_("changed since the last verdict"), "warn")
        return
    if review and review.kind == CommentKind.CHANGES:
        yield Fact(_("%(who)s requests changes") % who, "warn")
    if review and review.kind == CommentKind.REVIEWED:
        yield Fact(_("%(who)s has reviewed it") % who)


def _errors(post: Post, errors: list) -> Iterator[Fact]:
    if errors:
        counted = ngettext(
            "%(count)d error blocks publishing", "%(count)d errors block publishing", len(errors)
        )
        page = reverse("admin:digest_post_change", args=[post.pk])
        yield Fact(counted % {"count": len(errors)}, "bad", page)


def _progress(papers: Papers) -> Iterator[Fact]:
    if not papers.all:
        yield Fact(_("no paper yet"), "warn")
        return
    yield Fact(ngettext("%(n)d paper", "%(n)d papers", papers.all) % {"n": papers.all})
    if papers.unwritten:
        yield Fact(_("%(n)d without a summary") % {"n": papers.unwritten}, "warn")
    if papers.unread:
        yield Fact(_("%(n)d not reviewed") % {"n": papers.unread})


def _reviews(posts: list[Post]) -> dict[int, Comment]:
    """Return the newest request or verdict about each post since it was public, in one query."""
    said = Comment.objects.filter(post__in=posts).exclude(kind=CommentKind.COMMENT)
    said = said.filter(Q(post__made_public_at=None) | Q(made_at__gt=F("post__made_public_at")))
    newest = said.order_by("post_id", "-made_at", "-pk").distinct("post_id").defer("text")
    return {each.post_id: each for each in newest}


def how_far(post: Post) -> Papers:
    return _papers([post])[post.pk]


def _papers(posts: list[Post]) -> dict[int, Papers]:
    """Count how far the papers of each post are, in one query."""
    entries = with_progress(Entry.objects.filter(post__in=posts, position__isnull=False))
    found: dict[int, Papers] = defaultdict(Papers)
    for post, is_written, is_unread in entries.order_by().values_list("post", "written", "unread"):
        papers = found[post]
        papers.all += 1
        papers.unwritten += not is_written
        papers.unread += is_unread
    return found
