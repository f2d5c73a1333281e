"""Why a paper is on the site or not, in one line, and what would come next."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from digest.models import Entry, Post, State
from digest.way import posts
from digest.way.rows import PostRows
from papers.clock import now
from papers.models import Choice, Job, JobKind, JobState, Listing, Paper
from papers.way import Place, Rows, Tone, Verdict, listed, worked
from papers.way.line import moment

WRITES = (JobKind.FULL_TEXT, JobKind.DRAFT)
"""The kinds of jobs that a picked paper waits for."""


def of(rows: Rows, of_posts: PostRows) -> Verdict:
    if rows.paper is None:
        return _unknown(rows)
    return (
        _public(of_posts, rows.paper)
        or _in_a_post(rows, of_posts)
        or _excluded(rows)
        or _picked(rows, of_posts)
        or _undecided(rows, of_posts)
        or Verdict(_("No source has listed it."), _add(rows.arxiv_id))
    )


def _unknown(rows: Rows) -> Verdict:
    """Return the verdict on an id that no paper has."""
    for answer in listed.not_stored(rows)[-1:]:
        said = _("Lost: %(source)s named it for %(day)s, and it is not stored.")
        told = {"source": listed.name_of(answer.source), "day": answer.day}
        then = _("manage.py ingest --date %s stores the day again.") % answer.day
        return Verdict(said % told, then, Tone.BAD)
    for answer, remark in listed.refusals(rows)[-1:]:
        said = _("Refused: %(source)s named it for %(day)s, and its item was refused: %(why)s.")
        why = listed.why_refused(remark)
        told = {"source": listed.name_of(answer.source), "day": answer.day, "why": why}
        return Verdict(said % told, _add(rows.arxiv_id), Tone.BAD)
    return Verdict(_("No source has listed it, and it is not known here."), _add(rows.arxiv_id))


def _add(arxiv_id: str) -> str:
    return _("manage.py add_paper %s takes it in and lists it today.") % arxiv_id


def _public(of_posts: PostRows, paper: Paper) -> Verdict | None:
    public = [e for e in of_posts.entries if e.post.is_public and e.public_position is not None]
    if not public:
        return None
    entry = min(public, key=lambda entry: posts.went_public(of_posts, entry))
    said = _("Published in %(post)s, as number %(number)d, on %(when)s.") % {
        "post": _name(entry.post),
        "number": entry.public_position,
        "when": moment(posts.went_public(of_posts, entry)),
    }
    address = f"{entry.post.get_absolute_url()}#{paper.arxiv_id}"
    return Verdict(said, _after(public), Tone.GOOD, Place(address))


def _after(public: list[Entry]) -> str:
    if any(entry.position is None for entry in public):
        return _("An editor took it out of a post: publishing the changes removes it there.")
    if others := len(public) - 1:
        return ngettext("It stands in %d other post.", "It stands in %d other posts.", others) % (
            others
        )
    return ""


def _in_a_post(rows: Rows, of_posts: PostRows) -> Verdict | None:
    """Return the verdict on a paper that readers do not see, in the newest post it stands in."""
    if not of_posts.entries:
        return None
    order = [State.WITHDRAWN, State.DRAFT, State.IN_REVIEW, State.PUBLISHED, State.SCHEDULED]
    ranks = {state.value: place for place, state in enumerate(order)}
    entry = max(of_posts.entries, key=lambda entry: (ranks[entry.post.state], entry.pk))
    return _of_state(rows, entry.post)


def _of_state(rows: Rows, post: Post) -> Verdict:
    name, place = _name(post), posts.place_of(post.pk)
    if post.state == State.WITHDRAWN:
        when = moment(post.withdrawn_at) if post.withdrawn_at else "–"
        said = _("Withdrawn: %(post)s was taken back on %(when)s.") % {"post": name, "when": when}
        return Verdict(said, _("Publishing it again brings it back."), Tone.BAD, place)
    if waiting := _held_up(rows):
        return waiting
    if errors := sum(finding.blocks for finding in rows.findings):
        said = ngettext(
            "Blocked: %(count)d error stands against it, in %(post)s.",
            "Blocked: %(count)d errors stand against it, in %(post)s.",
            errors,
        ) % {"count": errors, "post": name}
        return Verdict(said, _("Mend the texts, or accept the findings."), Tone.BAD, place)
    return Verdict(*_before_readers(post, name), Tone.NOW, place)


def _before_readers(post: Post, name: str) -> tuple[str, str]:
    """Return what a post waits for, and what comes then."""
    if post.state == State.SCHEDULED and post.scheduled_at:
        told = {"post": name, "when": moment(post.scheduled_at)}
        return _("Scheduled: %(post)s goes public on %(when)s.") % told, ""
    if post.state == State.PUBLISHED:
        said = _("Added to %s, which readers see without it.") % name
        return said, _("Publishing the changes shows it.")
    if post.state == State.IN_REVIEW:
        return _("In %s, which is in review.") % name, _("Who may publish publishes it.")
    return _("In %s, which is a draft.") % name, _("Publish it, or send it to review.")


def _held_up(rows: Rows) -> Verdict | None:
    """Return what its texts wait for, if it has none yet: a job that failed, or is not done."""
    if any(not version["empty"] for version in rows.sections):
        return None
    jobs = [job for job in rows.jobs if job.kind in WRITES and job.state != JobState.DONE]
    failed = [job for job in jobs if job.state == JobState.FAILED]
    drafts = [job for job in jobs if job.kind == JobKind.DRAFT]
    # A draft is made without the full text too, so what became of the draft is what counts.
    for job in [job for job in failed if job in drafts] or drafts or failed or jobs:
        return _failed(job) if job.state == JobState.FAILED else _waits(job)
    return None


def _failed(job: Job) -> Verdict:
    told = {"job": worked.name_of(job), "why": worked.reason_of(job.reason).rstrip(".") or "–"}
    said = _("Failed: %(job)s: %(why)s.") % told
    then = _("Try the job again, or write the sections by hand.")
    return Verdict(said, then, Tone.BAD, worked.place_of(job))


def _waits(job: Job) -> Verdict:
    told = {"job": worked.name_of(job), "when": moment(job.next_at or now())}
    if job.state == JobState.RUNNING:
        said = _("Waiting: %(job)s is being made now.") % told
    else:
        said = _("Waiting: the job is due at %(when)s: %(job)s.") % told
    return Verdict(said, worked.reason_of(job.reason), Tone.NOW, worked.place_of(job))


def _excluded(rows: Rows) -> Verdict | None:
    """Return the verdict on a paper that one list excludes: then no other list counts."""
    for decision in reversed(listed.decisions(rows)):
        listing = decision.listing
        if listing.choice == decision.choice == Choice.EXCLUDED:
            told = {"by": decision.by, "when": decision.when, "reason": decision.reason}
            said = _("Excluded by %(by)s on %(when)s because “%(reason)s”.")
            if not decision.reason:
                said = _("Excluded by %(by)s on %(when)s, without a reason.")
            place = listed.place_of_day(listing.day)
            return Verdict(said % told, _("Put it back, or pick it."), Tone.WARN, place)
    return None


def _picked(rows: Rows, of_posts: PostRows) -> Verdict | None:
    for decision in reversed(listed.decisions(rows)):
        listing = decision.listing
        if listing.choice == decision.choice == Choice.PICKED:
            told = {"by": decision.by, "when": decision.when}
            said = _("Picked by %(by)s on %(when)s, and in no post yet.") % told
            place = listed.place_of_day(listing.day)
            return _held_up(rows) or Verdict(said, _to_a_post(listing, of_posts), Tone.NOW, place)
    return None


def _to_a_post(listing: Listing, of_posts: PostRows) -> str:
    if post := _post_of(listing.day, of_posts):
        return _("Add it to %s.") % _name(post)
    return _("Make the post of %s.") % listing.day


def _undecided(rows: Rows, of_posts: PostRows) -> Verdict | None:
    for listing in rows.listings[-1:]:
        place = listed.place_of_day(listing.day)
        then = _("Pick or exclude it on its day's page.")
        post = _post_of(listing.day, of_posts)
        if post and post.is_public:
            said = _("Not picked: nobody decided, and %s went public without it.") % _name(post)
            return Verdict(said, then, Tone.WARN, place)
        return Verdict(_("Not picked: nobody decided yet."), then, Tone.WARN, place)
    return None


def _post_of(day: date, of_posts: PostRows) -> Post | None:
    return next((post for post in of_posts.of_its_days if post.date == day), None)


def _name(post: Post) -> str:
    return posts.name_of(post.title, post.date)
