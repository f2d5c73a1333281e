"""Work that is due, and its attempts."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from papers.clock import now
from papers.log_context import REQUEST_ID_LENGTH
from papers.models.fields import ShapedJSONField


class JobKind(models.TextChoices):
    """What a job does. `papers.pipeline.steps` says how."""

    INGEST_DAY = "ingest_day", _("a day's list")
    ARXIV_METADATA = "arxiv_metadata", _("what arXiv says")
    FULL_TEXT = "full_text", _("a full text")
    DRAFT = "draft", _("a draft")
    CROSS_CHECK = "cross_check", _("a month's list, compared with its days")
    RECHECK = "recheck", _("published papers, asked about again")
    ALERT = "alert", _("a mail to the editors")
    REVIEW_MAIL = "review_mail", _("a mail about a review")
    RENDER = "render", _("all texts, rendered again")
    BACKUP = "backup", _("a backup")


class JobState(models.TextChoices):
    DUE = "due", _("due")
    RUNNING = "running", _("running")
    WAITING = "waiting", _("waiting")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a job is about. Kind and subject identify a job. The fields are columns of `Job`."""

    day: date | None = None
    """A source's day, or the night of a re-check."""
    source: str = ""
    """The only source to ask, or "" for all."""
    arxiv_id: str = ""
    language: str = ""
    """The language of the sections to draft; "" for the drafter's own."""
    section: str = ""
    """The kind of the one section to draft again; "" for all that are missing."""
    topic: str = ""
    """What a mail is about, or the renderer's version."""

    def __str__(self) -> str:
        told = (getattr(self, field.name) for field in fields(self))
        return " · ".join(str(each) for each in told if each)


class JobQuerySet(models.QuerySet["Job"]):
    def about(self, subject: Subject) -> JobQuerySet:
        """Return the jobs about exactly this subject, of any kind."""
        return self.filter(
            **{field.name: getattr(subject, field.name) for field in fields(subject)}
        )

    def unfinished(self) -> JobQuerySet:
        """Return jobs that are neither done nor failed."""
        return self.filter(state__in=[JobState.DUE, JobState.RUNNING, JobState.WAITING])

    def runnable(self) -> JobQuerySet:
        """Return the due jobs."""
        return self.filter(state__in=[JobState.DUE, JobState.WAITING], next_at__lte=now())


class Job(models.Model):
    """A piece of work: when it is due, how often it was tried, and its result."""

    kind = models.CharField(_("kind"), max_length=20, choices=JobKind)
    day = models.DateField(_("day"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=20, blank=True, db_default="")
    arxiv_id = models.CharField(_("arXiv id"), max_length=32, blank=True, db_default="")
    language = models.CharField(_("language"), max_length=8, blank=True, db_default="")
    section = models.CharField(_("section"), max_length=20, blank=True, db_default="")
    topic = models.CharField(_("topic"), max_length=20, blank=True, db_default="")
    state = models.CharField(
        _("state"), max_length=10, choices=JobState, db_default=JobState.DUE.value
    )
    attempts = models.PositiveSmallIntegerField(
        _("attempts"), db_default=0, help_text=_("Counted before the work begins.")
    )
    next_at = models.DateTimeField(_("not before"), null=True)
    reason = models.TextField(_("reason"), blank=True, db_default="")
    enqueued_at = models.DateTimeField(
        _("enqueued"), null=True, help_text=_("When the queue was last told of it.")
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    request_id = models.CharField(
        _("request"),
        max_length=REQUEST_ID_LENGTH,
        blank=True,
        db_default="",
        editable=False,
        help_text=_("The request that asked for it last; log lines have it."),
    )

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", *(field.name for field in fields(Subject))],
                name="job_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(kind__in=JobKind.values), name="job_kind"),
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="job_state"),
            models.CheckConstraint(
                condition=~Q(state__in=["due", "waiting"]) | Q(next_at__isnull=False),
                name="job_due_has_its_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at", "id"],
                condition=Q(state__in=["due", "waiting"]),
                name="job_by_time",
            ),
            models.Index(fields=["id"], condition=Q(state="running"), name="job_running"),
            models.Index(fields=["id"], condition=Q(state="failed"), name="job_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.subject}"

    @property
    def subject(self) -> Subject:
        return Subject(*(getattr(self, field.name) for field in fields(Subject)))


class RunOutcome(models.TextChoices):
    DONE = "done", _("done")
    WAITING = "waiting", _("told to wait")
    FAILED = "failed", _("failed")
    DIED = "died", _("died")


class WaitsFor(models.TextChoices):
    """What a postponed job waits for."""

    NOTHING = "", _("nothing")
    SOURCE = "source", _("a source's pause")
    FULL_TEXT = "full_text", _("the paper's full text")
    BUDGET = "budget", _("the model's daily tokens")
    OTHER = "else", _("something else")


class Run(models.Model):
    """One attempt at a job. It has no end while it runs."""

    job = models.ForeignKey(
        "papers.Job", models.CASCADE, verbose_name=_("job"), related_name="runs"
    )
    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=RunOutcome, db_default="")
    message = models.TextField(_("message"), blank=True, db_default="")
    counts = ShapedJSONField(_("counts"), default=dict)
    # Each is `papers.sources.items.Remark.as_json`.
    remarks = ShapedJSONField(_("remarks"), default=list)
    waits_for = models.CharField(
        _("waits for"), max_length=10, choices=WaitsFor, blank=True, db_default=""
    )

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, outcome="")
                | Q(ended_at__isnull=False, outcome__in=RunOutcome.values),
                name="run_outcome_at_its_end",
            ),
            models.UniqueConstraint(
                "job", condition=Q(ended_at__isnull=True), name="run_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job} {self.started_at:%Y-%m-%d %H:%M:%S}"
