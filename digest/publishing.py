"""From picked papers to a public post: the only place where working text becomes public text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from simple_history.utils import update_change_reason

from digest.models import Entry, Post, State
from papers.clock import now
from papers.models import Choice, Listing, Paper, Section, SectionQuerySet


class Refused(Exception):
    """What was asked cannot be done to this post; the message says why and what to do."""


def papers_of(day: date, *, top: int | None = None, everything: bool = False) -> list[Paper]:
    """Papers listed on `day`: the picked ones, the `top` most upvoted, or all, in source order."""
    listings = Listing.objects.filter(day=day).select_related("paper")
    if everything:
        listings = listings.exclude(choice=Choice.EXCLUDED).order_by("rank")
    elif top is not None:
        ordered = listings.exclude(choice=Choice.EXCLUDED)
        listings = ordered.order_by(F("upvotes").desc(nulls_last=True), "rank")[:top]
    else:
        listings = listings.filter(choice=Choice.PICKED).order_by("rank")
    return list(dict.fromkeys(listing.paper for listing in listings))


@transaction.atomic
def build(day: date, papers: Iterable[Paper]) -> Post:
    """Make the draft post of `day`; refuse where it has one already, or where no paper is given."""
    papers = list(papers)
    if not papers:
        raise Refused(_("%(day)s: no paper to build a post from.") % {"day": day})
    existing = Post.objects.filter(date=day).first()
    if existing:
        raise Refused(
            _("%(day)s has a post already: “%(post)s”. Nothing was changed.")
            % {"day": day, "post": existing}
        )
    post = Post(date=day, title=f"{settings.SITE_TITLE} — {day}")
    post.save()
    add_entries(post, papers)
    return post


def add_entries(post: Post, papers: Iterable[Paper]) -> int:
    """Put `papers` at the end of the post, in order, those it has already left where they are."""
    present = set(post.entries.filter(position__isnull=False).values_list("paper_id", flat=True))
    removed = {entry.paper_id: entry for entry in post.entries.filter(position__isnull=True)}
    new = [paper for paper in papers if paper.pk not in present]
    last = max(post.entries.values_list("position", flat=True), key=lambda p: p or 0, default=0)
    for position, paper in enumerate(new, start=(last or 0) + 1):
        entry = removed.get(paper.pk) or Entry(post=post, paper=paper)
        entry.position = position
        entry.save()
    return len(new)


@transaction.atomic
def publish(post: Post, *, at: datetime | None = None) -> None:
    """Make the post public as of `at` (now): its page at once, the feeds after FEED_DELAY.

    A post that was public before keeps its first time of publication.
    """
    if not post.entries.filter(position__isnull=False).exists():
        raise Refused(_("“%(post)s” has no paper yet. Add one first.") % {"post": post})
    post.published_at = post.published_at or at or now()
    post.state, post.withdrawn_at, post.scheduled_at = State.PUBLISHED, None, None
    _make_public(post, at or now())


@transaction.atomic
def publish_changes(post: Post) -> bool:
    """Show readers the working text of a published post; answer whether anything was different."""
    if post.state != State.PUBLISHED:
        raise Refused(_("“%(post)s” is not published.") % {"post": post})
    if not has_changes(post):
        return False
    _make_public(post, now())
    return True


def withdraw(post: Post) -> None:
    """Take a published post back: its address answers 410 from now on."""
    if post.state != State.PUBLISHED:
        raise Refused(_("“%(post)s” is not published.") % {"post": post})
    post.state, post.withdrawn_at = State.WITHDRAWN, now()
    _save(post, _("withdrawn"))


def send_to_review(post: Post) -> None:
    """Ask for a second pair of eyes."""
    _before_publishing(post, State.IN_REVIEW, _("sent to review"))


def back_to_draft(post: Post) -> None:
    """Take a post back to its desk; a scheduled one is not published any more."""
    _before_publishing(post, State.DRAFT, _("back to draft"))


def schedule(post: Post, at: datetime) -> None:
    """Publish at `at`, which must lie ahead."""
    if at <= now():
        raise Refused(_("The time to publish at lies in the past."))
    _before_publishing(post, State.SCHEDULED, _("scheduled"), at)


def _before_publishing(post: Post, state: State, reason: str, at: datetime | None = None) -> None:
    if post.state in {State.PUBLISHED, State.WITHDRAWN}:
        raise Refused(_("“%(post)s” was published already.") % {"post": post})
    post.state, post.scheduled_at = state, at
    _save(post, reason)


def publish_due() -> int:
    """Publish every scheduled post whose time has come, dated as scheduled; answer how many."""
    due = 0
    with transaction.atomic():
        for post in Post.objects.due().select_for_update(skip_locked=True):
            publish(post, at=post.scheduled_at)
            due += 1
    return due


def has_changes(post: Post) -> bool:
    """Whether the working text differs from what readers see ("changed since published")."""
    return Post.objects.changed().filter(pk=post.pk).exists()


def _sections(post: Post) -> SectionQuerySet:
    return Section.objects.filter(paper__entries__post=post, paper__entries__position__isnull=False)


def _make_public(post: Post, at: datetime) -> None:
    """Copy working text to public text: the one function that does."""
    post.entries.filter(position__isnull=True).delete()
    post.entries.update(
        public_position=F("position"), public_note=F("note"), public_note_html=F("note_html")
    )
    _sections(post).changed().update(
        public_markdown=F("markdown"),
        public_html=F("html"),
        public_origin=F("origin"),
        public_drafter=F("drafter"),
        public_scope=F("scope"),
    )
    post.render()
    post.public_title, post.public_intro = post.title, post.intro
    post.public_intro_html = post.intro_html
    post.updated_at = at
    _save(post, _("published"))


def _save(post: Post, reason: str) -> None:
    post.save()
    update_change_reason(post, reason)
