"""What we know of papers: facts from sources, and the sections of their summaries.

Facts and words live apart: what a person wrote or changed is theirs, and
what a source, an import or a drafter would put there becomes a `Proposal`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords
from taggit.managers import TaggableManager

from papers import arxiv_id, rendering
from papers.clock import now
from papers.fields import LineField, MarkdownField


class Origin(models.TextChoices):
    """Where a fact came from."""

    SAMPLE = "sample", _("sample")
    IMPORT = "import", _("import")
    HUGGINGFACE = "huggingface", "Hugging Face"
    ARXIV = "arxiv", "arXiv"
    EDITOR = "editor", _("editor")


FACTS = (
    "title",
    "abstract",
    "authors",
    "keywords",
    "organization",
    "project_url",
    "code_url",
    "arxiv_published_at",
    "categories",
    "comment",
    "doi",
    "journal_ref",
)
MACHINE_FACTS = ("version", "arxiv_updated_at", "withdrawn")
# Of these a person decides once readers know the paper; until then they follow arXiv.
CONFIRMED_FACTS = ("withdrawn",)
# A blog's author wrote its titles, and Hugging Face strips LaTeX: neither replaces the other. A
# source of lists that is not named here counts as Hugging Face does.
TRUST: dict[str | None, int] = {
    None: -1,
    Origin.SAMPLE: 0,
    Origin.IMPORT: 1,
    Origin.HUGGINGFACE: 1,
    Origin.ARXIV: 2,
    Origin.EDITOR: 3,
}


class Paper(models.Model):
    """One work, identified by its arXiv id without version, for ever."""

    arxiv_id = models.CharField(_("arXiv id"), max_length=32, unique=True)
    title = LineField(_("title"), max_length=500)
    raw_title = models.TextField(_("title as given"), blank=True, editable=False)
    title_html = models.TextField(editable=False)
    abstract = models.TextField(_("abstract"), blank=True, max_length=20_000)
    abstract_html = models.TextField(blank=True, editable=False)
    authors = ArrayField(models.TextField(), verbose_name=_("authors"), default=list, blank=True)
    keywords = ArrayField(
        models.TextField(),
        verbose_name=_("keywords"),
        default=list,
        blank=True,
        help_text=_("What sources say. Tags are yours."),
    )
    organization = LineField(_("organization"), max_length=200, blank=True)
    project_url = models.URLField(_("project page"), max_length=500, blank=True)
    code_url = models.URLField(_("code"), max_length=500, blank=True)
    arxiv_published_at = models.DateTimeField(_("published on arXiv"), null=True, blank=True)
    categories = ArrayField(
        models.TextField(),
        verbose_name=_("categories"),
        default=list,
        blank=True,
        help_text=_("arXiv's, the primary one first."),
    )
    comment = LineField(_("authors' comment"), max_length=2_000, blank=True)
    doi = LineField("DOI", max_length=200, blank=True)
    journal_ref = LineField(_("journal reference"), max_length=2_000, blank=True)
    version = models.PositiveSmallIntegerField(_("arXiv version"), null=True, editable=False)
    arxiv_updated_at = models.DateTimeField(_("updated on arXiv"), null=True, editable=False)
    withdrawn = models.BooleanField(
        _("withdrawn"), default=False, editable=False, help_text=_("By its authors or by arXiv.")
    )
    public_version = models.PositiveSmallIntegerField(
        _("version when published"),
        null=True,
        editable=False,
        help_text=_("arXiv's newest version when the summary last went public."),
    )
    arxiv_checked_at = models.DateTimeField(_("asked about at arXiv"), null=True, editable=False)
    origins = models.JSONField(_("origins"), default=dict, editable=False)
    created_at = models.DateTimeField(_("first seen"), db_default=Now(), editable=False)

    public_sections: list[Section]
    """Those with a public text; there where a query prefetched them to this name."""

    tags = TaggableManager(_("tags"), blank=True)
    history = HistoricalRecords(
        excluded_fields=["title_html", "abstract_html", "created_at", "arxiv_checked_at"],
        bases=[models.Model],
    )

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    arxiv_id__regex=r"^([0-9]{2}(0[1-9]|1[0-2])\.[0-9]{4,5}|[a-z-]+/[0-9]{7})$"
                ),
                name="paper_arxiv_id_form",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="paper_has_a_title"),
        ]

    def __str__(self) -> str:
        return f"{self.arxiv_id} {self.title}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.render()
        super().save(*args, **kwargs)

    def render(self) -> None:
        """Make the stored HTML of title and abstract; nothing is rendered when a page is read."""
        self.title_html = rendering.render_inline(self.title)
        self.abstract_html = rendering.render_text(self.abstract)

    def get_absolute_url(self) -> str:
        return reverse("paper", args=[self.arxiv_id])

    @property
    def arxiv_url(self) -> str:
        return arxiv_id.abs_url(self.arxiv_id)

    @property
    def huggingface_url(self) -> str:
        return arxiv_id.huggingface_url(self.arxiv_id)

    @property
    def newer_version(self) -> int | None:
        """arXiv's version where readers see a summary made of an older one."""
        if self.version and self.public_version and self.version > self.public_version:
            return self.version
        return None

    @property
    def abstract_is_sample(self) -> bool:
        return self.origins.get("abstract") == Origin.SAMPLE

    def mark_edited(self, fields: set[str]) -> None:
        """Make the facts among `fields` the editor's: no source changes them from now on."""
        self.origins |= {field: Origin.EDITOR.value for field in fields if field in FACTS}

    def offer(
        self, facts: Mapping[str, Any], origin: str, *, public: bool = False
    ) -> tuple[set[str], list[Proposal]]:
        """Take what `origin` says, where it may; answer the fields changed and what is proposed.

        A more trusted origin replaces a less trusted one, an equal one only fills what is empty
        (a paper is named on several days, and the first word stands), except arXiv, whose newer
        version wins. What an editor touched stays; a differing fact becomes a proposal.
        Machine facts, which nobody edits, follow arXiv; but that a paper which is `public` was
        withdrawn is proposed, for its readers are to learn of it from a person. Nothing is written
        to the database.
        """
        changed, proposals = set(), []
        for field in FACTS:
            value, current = facts.get(field), getattr(self, field)
            if not value or value == current:
                continue
            holder = self.origins.get(field)
            if holder == Origin.EDITOR:
                proposals.append(Proposal.of(field, value, paper=self, origin=origin))
            elif (
                not current or TRUST.get(origin, 1) > TRUST.get(holder, 1) or origin == Origin.ARXIV
            ):
                setattr(self, field, value)
                self.origins[field] = str(origin)
                changed.add(field)
        followed, unconfirmed = self._follow(facts, origin, public)
        changed |= followed
        proposals += unconfirmed
        if "title" in changed:
            self.raw_title = facts.get("raw_title", self.title)
        return changed, proposals

    def _follow(
        self, facts: Mapping[str, Any], origin: str, public: bool
    ) -> tuple[set[str], list[Proposal]]:
        changed, proposals = set(), []
        for field in MACHINE_FACTS:
            value = facts.get(field)
            if value is None or value == getattr(self, field):
                continue
            if public and field in CONFIRMED_FACTS:
                proposals.append(Proposal.of(field, value, paper=self, origin=origin))
            else:
                setattr(self, field, value)
                changed.add(field)
        return changed, proposals


SOURCE_NAME = "^[a-z]+$"  # No list of them: a new source needs no migration.


class Source(models.TextChoices):
    """Places that name papers, as people read them; `papers.sources.daily` has how they are asked.

    One that is not here goes by its plain name.
    """

    HUGGINGFACE = "huggingface", "Hugging Face Daily Papers"
    EDITOR = "editor", _("an editor's link")
    JEKYLL = "jekyll", _("an imported post")


class SourceAnswer(models.Model):
    """What a source said for one day, stored as it came; a row for each different answer.

    `fetched_at` is when it was said first, or once the day was over: that settles the day.
    """

    source = models.CharField(_("source"), max_length=20, choices=Source)
    day = models.DateField(_("day"), help_text=_("The source's day (Hugging Face: UTC)."))
    fetched_at = models.DateTimeField(_("fetched"))
    pages = ArrayField(models.TextField(), verbose_name=_("pages"))
    checksum = models.CharField(max_length=64, editable=False)
    listed_ids = ArrayField(models.TextField(), verbose_name=_("listed papers"))
    refusals = models.JSONField(_("refused items"), default=list)
    notices = models.JSONField(_("notices"), default=list)

    class Meta:
        verbose_name = _("source answer")
        verbose_name_plural = _("source answers")
        ordering = ["-day", "-fetched_at"]
        constraints = [
            models.UniqueConstraint("source", "day", "fetched_at", name="source_answer_once"),
            models.CheckConstraint(condition=Q(source__regex=SOURCE_NAME), name="answer_source"),
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()} {self.day}"


class SourceState(models.Model):
    """When a source may be asked again; written by `papers.politeness`, one row a source."""

    source = models.CharField(_("source"), max_length=20, primary_key=True)
    last_request_at = models.DateTimeField(
        _("last request"),
        null=True,
        editable=False,
        help_text=_("When it ended. Empty while one is under way."),
    )
    paused_until = models.DateTimeField(_("paused until"), null=True, editable=False)
    stopped = models.BooleanField(
        _("stopped"),
        db_default=False,
        editable=False,
        help_text=_("Until a person resumes it."),
    )
    reason = models.TextField(_("reason"), blank=True, db_default="", editable=False)

    class Meta:
        verbose_name = _("state of a source")
        verbose_name_plural = _("states of sources")
        ordering = ["source"]

    def __str__(self) -> str:
        return self.source

    def resume(self) -> None:
        """Let the source be asked again: a person has seen why it was stopped or paused."""
        self.stopped, self.paused_until, self.reason = False, None, ""
        self.save(update_fields=["stopped", "paused_until", "reason"])


class Choice(models.TextChoices):
    """What the editor made of a listed paper."""

    PENDING = "pending", _("pending")
    PICKED = "picked", _("picked")
    EXCLUDED = "excluded", _("excluded")


class Listing(models.Model):
    """One source naming one paper on one day, and what the editor made of it."""

    paper = models.ForeignKey(
        Paper, models.CASCADE, verbose_name=_("paper"), related_name="listings"
    )
    source = models.CharField(_("source"), max_length=20, choices=Source)
    day = models.DateField(_("day"))
    rank = models.PositiveSmallIntegerField(_("rank"), help_text=_("1 is the first named."))
    upvotes = models.PositiveIntegerField(_("upvotes"), null=True, blank=True)
    choice = models.CharField(_("choice"), max_length=10, choices=Choice, default=Choice.PENDING)
    reason = LineField(_("reason"), max_length=200, blank=True)

    history = HistoricalRecords(bases=[models.Model])

    class Meta:
        verbose_name = _("listed paper")
        verbose_name_plural = _("listed papers")
        ordering = ["-day", "rank"]
        constraints = [
            models.UniqueConstraint("source", "day", "paper", name="listing_once"),
            models.CheckConstraint(condition=Q(choice__in=Choice.values), name="listing_choice"),
            models.CheckConstraint(condition=Q(source__regex=SOURCE_NAME), name="listing_source"),
            models.CheckConstraint(condition=Q(rank__gte=1), name="listing_rank_from_1"),
        ]
        indexes = [models.Index(fields=["day", "rank"], name="listing_by_day")]

    def __str__(self) -> str:
        return f"{self.day} #{self.rank} {self.paper}"


class TextSource(models.TextChoices):
    """The form of a paper that its full text was read from."""

    HTML = "html", "HTML"
    PDF = "pdf", "PDF"


class FullText(models.Model):
    """What one version of a paper says, or why it cannot be read: for drafting and for checks.

    Private: arXiv's terms let nobody else serve a paper, so no view, feed or export reads this.
    """

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="full_texts")
    version = models.PositiveSmallIntegerField(_("version"), help_text=_("arXiv's: 1 for v1."))
    source = models.CharField(_("read from"), max_length=4, choices=TextSource)
    checksum = models.CharField(
        _("checksum"), max_length=64, help_text=_("SHA-256 of the file, in hexadecimal.")
    )
    parts = models.JSONField(
        _("parts"), default=list, help_text=_("As papers.fulltext.base.Text has them.")
    )
    parsed_at = models.DateTimeField(_("read"))
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("full text")
        verbose_name_plural = _("full texts")
        ordering = ["paper", "-version", "source"]
        constraints = [
            models.UniqueConstraint("paper", "version", "source", name="full_text_once"),
            models.CheckConstraint(condition=Q(version__gte=1), name="full_text_version"),
            models.CheckConstraint(
                condition=Q(source__in=TextSource.values), name="full_text_source"
            ),
            models.CheckConstraint(
                condition=Q(error="") & ~Q(parts=[]) | ~Q(error="") & Q(parts=[]),
                name="full_text_parts_or_error",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paper.arxiv_id}v{self.version} ({self.get_source_display()})"


class Kind(models.TextChoices):
    """The parts of a summary."""

    INTRODUCTION = "introduction", _("Introduction")
    METHOD = "method", _("Method")
    RESULTS = "results", _("Results")
    LIMITATIONS = "limitations", _("Limitations")
    CONCLUSION = "conclusion", _("Conclusion")
    OTHER = "other", _("Other")


class Writer(models.TextChoices):
    """Who wrote a section."""

    EDITOR = "editor", _("an editor")
    IMPORT = "import", _("an imported post")
    MODEL = "model", _("a language model")
    EXTRACTIVE = "extractive", _("the paper's own words")


MACHINES = {Writer.MODEL, Writer.EXTRACTIVE}


class Scope(models.TextChoices):
    """The text that a draft was made from."""

    UNKNOWN = "", _("unknown")
    ABSTRACT = "abstract", _("abstract")
    FULL_TEXT = "full_text", _("full text")


class SectionQuerySet(models.QuerySet["Section"]):
    def public(self) -> SectionQuerySet:
        """Sections that readers may see something of."""
        return self.exclude(public_html="")

    def changed(self) -> SectionQuerySet:
        """Sections whose working text is not what readers see."""
        return self.exclude(markdown=models.F("public_markdown"))


class Section(models.Model):
    """One part of a paper's summary in one language: the text being worked on, and the public one.

    Only `digest.publishing` copies the first to the second.
    """

    paper = models.ForeignKey(
        Paper, models.CASCADE, verbose_name=_("paper"), related_name="sections"
    )
    language = models.CharField(_("language"), max_length=8)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    heading = LineField(
        _("heading"), max_length=200, blank=True, help_text=_("For kind “Other” only.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    markdown = MarkdownField(_("text"), blank=True)
    html = models.TextField(blank=True, editable=False)
    renderer = models.CharField(max_length=40, editable=False)

    origin = models.CharField(_("written by"), max_length=20, choices=Writer, default=Writer.EDITOR)
    drafter = models.CharField(
        _("drafter"), max_length=100, blank=True, help_text=_("Model or drafter, with its version.")
    )
    prompt_version = models.CharField(_("prompt version"), max_length=40, blank=True)
    scope = models.CharField(_("made from"), max_length=20, choices=Scope, blank=True, default="")
    written_at = models.DateTimeField(_("written"), db_default=Now())
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("reviewed by"),
        null=True,
        blank=True,
        related_name="+",
    )
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, blank=True)

    public_markdown = models.TextField(blank=True, editable=False)
    public_html = models.TextField(blank=True, editable=False)
    public_origin = models.CharField(max_length=20, choices=Writer, blank=True, editable=False)
    public_drafter = models.CharField(max_length=100, blank=True, editable=False)
    public_scope = models.CharField(max_length=20, choices=Scope, blank=True, editable=False)

    objects = SectionQuerySet.as_manager()
    history = HistoricalRecords(
        excluded_fields=[
            "html",
            "renderer",
            "public_markdown",
            "public_html",
            "public_origin",
            "public_drafter",
            "public_scope",
        ],
        bases=[models.Model],
    )

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint("paper", "language", "kind", "heading", name="section_once"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="section_kind"),
            models.CheckConstraint(
                condition=Q(language__regex=r"^[a-z]{2,3}(-[a-z0-9]+)*$"), name="section_language"
            ),
            models.CheckConstraint(
                condition=Q(public_html="") | ~Q(public_markdown=""), name="section_public_whole"
            ),
            models.CheckConstraint(
                condition=Q(reviewer__isnull=True) | Q(reviewed_at__isnull=False),
                name="section_review_has_its_time",
            ),
            models.CheckConstraint(condition=Q(origin__in=Writer.values), name="section_origin"),
            models.CheckConstraint(
                condition=Q(kind=Kind.OTHER) & ~Q(heading="") | ~Q(kind=Kind.OTHER) & Q(heading=""),
                name="section_heading_for_other_only",
                violation_error_message=_(
                    "A section of kind “Other”, and no other, has a heading."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paper.arxiv_id} · {self.title} ({self.language})"

    @property
    def title(self) -> str:
        return self.heading or self.get_kind_display()

    @property
    def changed(self) -> bool:
        """Whether readers see another text than the one being worked on."""
        return self.markdown != self.public_markdown

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.render()
        super().save(*args, **kwargs)

    def render(self) -> None:
        """Make the stored HTML of the working text, with the renderer's version beside it."""
        self.html = rendering.render(self.markdown, footnote_prefix=f"{self.paper_id}-{self.kind}-")
        self.renderer = rendering.VERSION


class ProposalState(models.TextChoices):
    OPEN = "open", _("open")
    ACCEPTED = "accepted", _("accepted")
    REJECTED = "rejected", _("rejected")


class Proposal(models.Model):
    """Text or facts that would replace an editor's; applied only by a person."""

    paper = models.ForeignKey(
        Paper, models.CASCADE, verbose_name=_("paper"), related_name="proposals"
    )
    section = models.ForeignKey(
        Section,
        models.CASCADE,
        verbose_name=_("section"),
        null=True,
        blank=True,
        related_name="proposals",
    )
    field = models.CharField(_("field"), max_length=40)
    value = models.JSONField(_("proposed value"), encoder=DjangoJSONEncoder)
    checksum = models.CharField(max_length=64, editable=False)
    origin = models.CharField(_("proposed by"), max_length=20)
    drafter = models.CharField(_("drafter"), max_length=100, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=ProposalState, default=ProposalState.OPEN
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["-created_at", "-id"]
        constraints = [
            # The same proposal is made once, and not again after it was refused.
            models.UniqueConstraint(
                fields=["paper", "section", "field", "checksum"],
                name="proposal_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(state__in=ProposalState.values), name="proposal_state"
            ),
            models.CheckConstraint(
                condition=Q(state=ProposalState.OPEN) | Q(decided_at__isnull=False),
                name="proposal_decided_has_its_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["paper"], condition=Q(state=ProposalState.OPEN), name="proposal_open"
            )
        ]

    @classmethod
    def of(cls, field: str, value: Any, **known: Any) -> Proposal:
        """A proposal that knows its checksum; nothing is written."""
        text = json.dumps(value, sort_keys=True, cls=DjangoJSONEncoder)
        checksum = hashlib.sha256(text.encode()).hexdigest()
        return cls(field=field, value=value, checksum=checksum, **known)

    def __str__(self) -> str:
        return f"{self.section or self.paper.arxiv_id}: {self.field}"


class JobKind(models.TextChoices):
    """What there is to do; `papers.steps` has how."""

    INGEST_DAY = "ingest_day", _("a day's list")
    ARXIV_METADATA = "arxiv_metadata", _("what arXiv says")
    FULL_TEXT = "full_text", _("a full text")
    DRAFT = "draft", _("a draft")
    RECHECK = "recheck", _("published papers, asked about again")
    ALERT = "alert", _("a mail to the editors")


class JobState(models.TextChoices):
    DUE = "due", _("due")
    RUNNING = "running", _("running")
    WAITING = "waiting", _("waiting")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


class JobQuerySet(models.QuerySet["Job"]):
    def runnable(self) -> JobQuerySet:
        """Jobs whose time has come."""
        return self.filter(state__in=[JobState.DUE, JobState.WAITING], next_at__lte=now())


class Job(models.Model):
    """A piece of work: when it is due, how often it was tried, what became of it."""

    kind = models.CharField(_("kind"), max_length=20, choices=JobKind)
    key = models.CharField(_("day or paper"), max_length=40)
    state = models.CharField(
        _("state"), max_length=10, choices=JobState, db_default=JobState.DUE.value
    )
    attempts = models.PositiveSmallIntegerField(
        _("attempts"), db_default=0, help_text=_("Counted before the work begins.")
    )
    next_at = models.DateTimeField(_("not before"), null=True)
    reason = models.TextField(_("reason"), blank=True, db_default="")
    handed_at = models.DateTimeField(
        _("handed out"), null=True, help_text=_("When the queue was last told of it.")
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint("kind", "key", name="job_once"),
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
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.key}"


class RunOutcome(models.TextChoices):
    DONE = "done", _("done")
    WAITING = "waiting", _("told to wait")
    FAILED = "failed", _("failed")
    DIED = "died", _("died")


class Run(models.Model):
    """One attempt at a job; without an end while it is under way."""

    job = models.ForeignKey(Job, models.CASCADE, verbose_name=_("job"), related_name="runs")
    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=RunOutcome, db_default="")
    message = models.TextField(_("message"), blank=True, db_default="")
    counts = models.JSONField(_("counts"), default=dict)

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
