"""The steps of a post to publication. Only here does working text become public text."""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial

from celery import current_app
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Q
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from kombu.exceptions import OperationalError

from digest.models import Correction, Entry, EntryQuerySet, Post, State, new_feed_id
from digest.publishing import (
    approval,
    four_eyes,
    gate,
    old_addresses,
    preview_links,
    reasons,
    reported,
)
from digest.publishing.gate import Override
from digest.publishing.seen import differing
from digest.search import index
from papers.clock import now
from papers.editing.reasons import stored
from papers.jobs.locks import one_at_a_time
from papers.models import (
    PUBLISHED,
    Finding,
    Paper,
    Section,
    SectionQuerySet,
)
from papers.pipeline import checking, evidence

logger = logging.getLogger(__name__)


class PublishRefused(Exception):
    """The step cannot be done to this post. The message says why and what to do.

    `kept` is what the history says of it.
    """

    kept = reasons.REFUSED

    @property
    def reason(self) -> str:
        return stored(self.kept)


class Empty(PublishRefused):
    """A post has no paper."""

    kept = reasons.EMPTY


class Unapproved(PublishRefused):
    """A post says what nobody who may publish has seen."""

    kept = reasons.UNSEEN


class Alone(PublishRefused):
    """FOUR_EYES is on, and nobody but its authors has seen what would go public."""

    kept = reasons.ALONE


class Blocked(PublishRefused):
    """Errors in the texts of a post block it. `findings` has them."""

    def __init__(self, post: Post, findings: list[Finding]) -> None:
        self.findings = findings
        first = findings[0]
        text = ngettext(
            "“%(post)s” has %(count)d error. The first: %(paper)s, %(why)s",
            "“%(post)s” has %(count)d errors. The first: %(paper)s, %(why)s",
            len(findings),
        )
        super().__init__(
            text
            % {
                "post": post,
                "count": len(findings),
                "paper": first.paper.arxiv_id,
                "why": first.why,
            }
        )

    @property
    def reason(self) -> str:
        first, text = self.findings[0], Truncator(self.findings[0].text).chars(QUOTED)
        told = {"count": len(self.findings), "paper": first.paper.arxiv_id, "text": text}
        return stored(reasons.ERRORS, **told)


@transaction.atomic
def publish(
    post: Post,
    *,
    at: datetime | None = None,
    sections: SectionQuerySet | None = None,
    override: Override | None = None,
    gated: bool = True,
    seen: Collection[str] | None = None,
    by: User | None = None,
) -> None:
    """Make the post public as of `at` (default: now). Its page is public at once.

    The feeds follow after FEED_DELAY. All sections of its papers go public with it, or only those
    in `sections`. A post that was public before keeps its first time of publication. If it was in
    the feeds then, it gets a new id there, because readers' programs show no id twice.

    `gated` is off for imports, because what was public elsewhere need not pass the gate.
    `seen` is what the person who publishes was shown (`seen.lines`). Raises Unapproved if the post
    says something else, Blocked if its texts have errors that `override` does not cover, and Alone
    if `by` needs a second person (`four_eyes`).
    """
    _lock_texts(post)
    _refuse_empty(post)
    _require_seen(post, seen)
    if gated:
        _require_second_person(post, by)
        _pass(post, override)
    if _was_in_feeds(post):
        post.feed_id = new_feed_id()
    reason = _reason(post)
    post.published_at = post.published_at or at or now()
    post.state, post.withdrawn_at, post.scheduled_at = State.PUBLISHED, None, None
    post.withdrawal_reason = ""
    _make_public(post, max(at or now(), post.published_at), sections, reason=reason)


def _reason(post: Post) -> str:
    """Return what the history says of publishing a post: also that its set time was missed."""
    at = post.scheduled_at
    if post.state != State.SCHEDULED or at is None or at >= now() - LATE:
        return stored(reasons.PUBLISHED)
    return stored(reasons.PUBLISHED_LATE, when=at)


def _was_in_feeds(post: Post) -> bool:
    """Return whether a withdrawn post had been in the feeds by then."""
    if post.withdrawn_at is None or post.published_at is None:
        return False
    return post.withdrawn_at >= post.published_at + settings.FEED_DELAY


@transaction.atomic
def publish_changes(
    post: Post,
    *,
    override: Override | None = None,
    correction: Correction | None = None,
    seen: Collection[str] | None = None,
    by: User | None = None,
) -> bool:
    """Show readers the working text of a published post. Return whether anything was different.

    `correction`, not saved yet, tells readers what was corrected. It is saved with the date of now.
    Raises as `publish` does.
    """
    _lock_texts(post)
    if post.state != State.PUBLISHED:
        raise PublishRefused(_("“%(post)s” is not published.") % {"post": post})
    if not has_changes(post):
        return False
    _refuse_empty(post)
    _require_seen(post, seen)
    _require_second_person(post, by)
    _pass(post, override)
    at = now()
    _make_public(post, at, reason=stored(reasons.PUBLISHED))
    if correction:
        correction.post, correction.corrected_at = post, at
        correction.save()
    return True


@transaction.atomic
def withdraw(post: Post, reason: str = "") -> None:
    """Take a published post back. Its URL responds with 410 from now on, and says the `reason`."""
    _lock(post)
    _withdraw(post, stored(reasons.WITHDRAWN), reason)


@transaction.atomic
def take_back(post: Post) -> None:
    """Take back a post that the feeds do not have yet. It returns to them under its own id."""
    _lock(post)
    if post.state == State.PUBLISHED and now() >= post.public_since + settings.FEED_DELAY:
        raise PublishRefused(_("The feeds have “%(post)s” already. Withdraw it.") % {"post": post})
    _withdraw(post, stored(reasons.TAKEN_BACK_EARLY))


def _withdraw(post: Post, said: str, reason: str = "") -> None:
    if post.state != State.PUBLISHED:
        raise PublishRefused(_("“%(post)s” is not published.") % {"post": post})
    post.state, post.withdrawn_at, post.withdrawal_reason = State.WITHDRAWN, now(), reason
    _save(post, said)
    index.refresh_own()


@transaction.atomic
def look_at(post: Post, seen: Collection[str]) -> None:
    """Lock the texts, and raise Unapproved if a person who judges them was shown others."""
    _lock_texts(post)
    _require_seen(post, seen)


def send_to_review(post: Post) -> None:
    """Ask another person to look at the post."""
    _before_publishing(post, State.IN_REVIEW, stored(reasons.SENT_TO_REVIEW))


def back_to_draft(post: Post) -> None:
    """Return a post to its editors. A scheduled post is then no longer published."""
    _before_publishing(post, State.DRAFT, stored(reasons.BACK_TO_DRAFT))


@transaction.atomic
def schedule(
    post: Post,
    at: datetime,
    *,
    override: Override | None = None,
    seen: Collection[str] | None = None,
    by: User | None = None,
) -> None:
    """Publish the post at `at`, which must be in the future.

    The post passes the gate now, and again at that time. Raises as `publish` does.
    """
    if at <= now():
        raise PublishRefused(_("The time to publish at lies in the past."))
    _lock_texts(post)
    _refuse_empty(post)
    _require_seen(post, seen)
    _require_second_person(post, by)
    _pass(post, override)
    reason = stored(reasons.SCHEDULED)
    _before_publishing(post, State.SCHEDULED, reason, at, approved_at=now())


def back_to_review(post: Post, reason: str) -> None:
    """Take a scheduled post back for `reason`. Somebody who may publish has to look at it again."""
    _before_publishing(post, State.IN_REVIEW, reason, post.scheduled_at)


@transaction.atomic
def _before_publishing(
    post: Post,
    state: State,
    reason: str,
    at: datetime | None = None,
    *,
    approved_at: datetime | None = None,
) -> None:
    _lock(post)
    if post.state in {State.PUBLISHED, State.WITHDRAWN}:
        raise PublishRefused(_("“%(post)s” was published already.") % {"post": post})
    post.state, post.scheduled_at, post.approved_at = state, at, approved_at
    _save(post, reason)


def publish_due() -> int:
    """Publish the due posts, dated as scheduled. Return how many were published."""
    return sum(map(_publish_if_due, Post.objects.due().values_list("pk", flat=True)))


@transaction.atomic
def _publish_if_due(pk: int) -> bool:
    """Publish one post if it is due. Return whether it was published.

    A post that cannot be published goes back to its editors, and does not hold up other posts.
    """
    one_at_a_time("papers")
    post = Post.objects.due().select_for_update(skip_locked=True).filter(pk=pk).first()
    if post is None:
        return False
    at = post.scheduled_at
    try:
        _publish_approved(post)
    except (Unapproved, Alone) as refused:
        back_to_review(post, refused.reason)
        return False
    except PublishRefused as refused:  # The missed time is kept, for an editor to see.
        _before_publishing(post, State.DRAFT, refused.reason, at)
        return False
    except Exception:
        logger.exception("%s cannot be published", post)
        return False
    return True


@transaction.atomic
def _publish_approved(post: Post) -> None:
    """Publish a scheduled post, dated as scheduled. Raises as `publish` does."""
    _lock_texts(post)
    _refuse_empty(post)
    _pass(post, None)
    _require_approval(post)
    _require_second_person(post, _scheduler(post))
    publish(post, at=post.scheduled_at, gated=False)


def has_changes(post: Post) -> bool:
    """Return whether the working text differs from what readers see ("changed since published")."""
    return Post.objects.changed().filter(pk=post.pk).exists()


def _lock(post: Post) -> None:
    """Lock the row until the transaction ends, and reload the post from it."""
    post.refresh_from_db(from_queryset=Post.objects.select_for_update())


def _lock_texts(post: Post) -> None:
    """Lock all that goes public with the post, so that what is looked at is what goes public.

    Machines add no section meanwhile, because they write one at a time. People add one under the
    lock of its paper. The locks are taken in the order in which the admin's forms take them.
    """
    one_at_a_time("papers")
    _lock(post)
    papers = Paper.objects.filter(entries__post=post)
    sections = Section.objects.filter(paper__entries__post=post)
    for rows in (post.entries.all(), papers, sections):
        locked = rows.select_for_update(no_key=True, of=("self",))
        list(locked.order_by("pk").values("pk"))


def _pass(post: Post, override: Override | None) -> None:
    """Pass the gate: without errors, or with an override that covers each of them."""
    errors = gate.errors(post)
    answered = override.findings if override else frozenset()
    if unanswered := [finding for finding in errors if finding.key not in answered]:
        raise Blocked(post, unanswered)
    if override is None:
        return
    checking.accept_all(errors, override.user, override.reason)


def _require_seen(post: Post, seen: Collection[str] | None) -> None:
    """Raise Unapproved if the person was shown something else than what goes public now."""
    if seen is not None and (places := differing(post, seen)):
        named = ", ".join(places[:NAMED_PLACES]) + (", …" if places[NAMED_PLACES:] else "")
        raise Unapproved(
            _(
                "“%(post)s” was changed after this page was made: %(places)s. Please look at it"
                " again."
            )
            % {"post": post, "places": named}
        )


def _require_approval(post: Post) -> None:
    """Raise Unapproved if nobody who may publish has seen what a scheduled post says."""
    if not approval.edited_unapproved([post]):
        return
    if settings.FOUR_EYES:
        said = _("“%(post)s” was changed after it was scheduled. Please look at it again.")
    else:
        said = _(
            "“%(post)s” was changed meanwhile by a machine or by somebody who may not publish."
            " Please look at it again."
        )
    refused = Unapproved(said % {"post": post})
    refused.kept = reasons.UNSEEN if settings.FOUR_EYES else reasons.UNSEEN_OF_ANOTHER
    raise refused


def _require_second_person(post: Post, by: User | None) -> None:
    if four_eyes.alone([post], by):
        raise Alone(
            _(
                "“%(post)s” says what you wrote and nobody else has reviewed. A second person has"
                " to publish it, or to review it first."
            )
            % {"post": post}
        )


def _scheduler(post: Post) -> User | None:
    """Return who scheduled the post, or None if that was no person."""
    records = post.history.filter(approved_at=post.approved_at, state=State.SCHEDULED)
    record = records.order_by("history_date", "history_id").first()
    return record.history_user if record else None


def _refuse_empty(post: Post) -> None:
    if not post.entries.filter(position__isnull=False).exists():
        raise Empty(_("“%(post)s” has no paper yet. Add one first.") % {"post": post})


def _make_public(
    post: Post, at: datetime, sections: SectionQuerySet | None = None, *, reason: str
) -> None:
    """Copy working text to public text. No other function does that."""
    _refuse_empty(post)
    post.entries.filter(position__isnull=True).delete()
    # Another order alone is no other text of a paper.
    anew = post.entries.filter(Q(public_position=None) | ~Q(note=F("public_note")))
    seen_anew = _papers_of(anew if _is_shown(post) else post.entries.all())
    post.entries.update(
        public_position=F("position"), public_note=F("note"), public_note_html=F("note_html")
    )
    shown = Section.objects.all() if sections is None else sections
    shown = shown.filter(paper__entries__post=post)
    changed = shown.changed()
    _touch_others(post, changed)
    seen_anew |= set(changed.values_list("paper_id", flat=True))
    seen_anew |= evidence.publish(shown.only("markdown"))
    Paper.objects.filter(pk__in=seen_anew).update(public_changed_at=max(at, now()))
    Paper.objects.filter(pk__in=changed.values("paper")).update(public_version=F("version"))
    reported.note_public(changed, at)
    preview_links.note_public(post, at)
    changed.update(**{f"public_{name}": F(name) for name in PUBLISHED})
    post.render()
    post.public_title, post.public_intro = post.title, post.intro
    post.public_intro_html = post.intro_html
    post.updated_at, post.made_public_at = at, now()
    _save(post, reason)
    old_addresses.lead(post)
    index.refresh_own()
    if post.date >= now().date() - timedelta(days=settings.CATCH_UP_DAYS):
        transaction.on_commit(partial(_have_pages_made, post.pk))


def _is_shown(post: Post) -> bool:
    """Return whether readers see the post now, before the step is stored."""
    return Post.objects.filter(pk=post.pk, state=State.PUBLISHED).exists()


def _papers_of(entries: EntryQuerySet) -> set[int]:
    return set(entries.values_list("paper_id", flat=True))


def _have_pages_made(pk: int) -> None:
    """Let a worker make the pages of a recent digest. Without one, they are made when asked for."""
    try:
        current_app.send_task("digest.tasks.make_pages", [pk])
    except OperationalError as error:
        logger.warning("The queue cannot be reached, no pages are made ahead: %s", error)


def _touch_others(post: Post, changed: SectionQuerySet) -> None:
    """Set `updated_at` of other posts that show the same papers: they change for readers too."""
    papers = list(changed.public().values_list("paper_id", flat=True))
    others = Post.objects.published().exclude(pk=post.pk)
    shown = Entry.objects.filter(public_position__isnull=False, paper__in=papers)
    others.filter(pk__in=shown.values("post")).update(updated_at=now())


LATE = timedelta(minutes=5)
"""Beat looks each minute for posts whose time has come. One published so much later was late."""
NAMED_PLACES = 5  # The number of changed places that a message names.
QUOTED = 20  # Characters of a finding's place that the history quotes.
REASON_LENGTH = 100  # The maximum length of a reason in the history.
STEP_FIELDS = (
    "state",
    "scheduled_at",
    "approved_at",
    "published_at",
    "updated_at",
    "made_public_at",
    "withdrawn_at",
    "withdrawal_reason",
    "feed_id",
    "intro_html",
    "public_title",
    "public_intro",
    "public_intro_html",
)


def _save(post: Post, reason: str) -> None:
    # The history and the audit read it while the post is saved.
    post._change_reason = Truncator(reason).chars(REASON_LENGTH)  # type: ignore[attr-defined]
    post.save(update_fields=STEP_FIELDS)
    del post._change_reason  # type: ignore[attr-defined]
