"""The sections of a summary: the working text, and the public text that readers see."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from papers import kinds
from papers.models.fields import LineField, MarkdownField
from papers.models.scope import LENGTH, Scope
from papers.text import rendering

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class Writer(models.TextChoices):
    """Who wrote a section."""

    EDITOR = "editor", _("an editor")
    IMPORT = "import", _("an imported post")
    MODEL = "model", _("a language model")
    EXTRACTIVE = "extractive", _("the paper's own words")


MACHINES = {Writer.MODEL, Writer.EXTRACTIVE}


# The fields readers see. Once published, each has a copy named `public_` and its name.
PUBLISHED = (
    "markdown",
    "html",
    "origin",
    "drafter",
    "prompt_version",
    "scope",
    "written_at",
    "reviewer",
    "reviewed_at",
)


class Review(NamedTuple):
    """Who read and checked a text, and when. The person is None if the account is gone."""

    by: User | None
    at: datetime


_SHOWN = (
    "paper",
    "language",
    "kind",
    "heading",
    "public_html",
    "public_origin",
    "public_drafter",
    "public_scope",
    "public_prompt_version",
    "public_written_at",
)
_SHOWN_WITH_REVIEWS = (
    *_SHOWN,
    "markdown",
    "public_markdown",
    "written_at",
    *(
        f"{side}{name}"
        for side in ("", "public_")
        for name in (
            "reviewed_at",
            "reviewer__first_name",
            "reviewer__last_name",
        )
    ),
)


class SectionQuerySet(models.QuerySet["Section"]):
    def public(self) -> SectionQuerySet:
        """Return sections with something for readers to see."""
        return self.exclude(public_html="")

    def headed(self) -> SectionQuerySet:
        """Return what counts as sections: all but the lines beside them."""
        return self.exclude(kind__in=kinds.lines())

    def as_shown(self, *, reviews: bool = True) -> SectionQuerySet:
        """Return public sections with the columns that readers see, which are half of them.

        Without `reviews` neither `public_review` nor Markdown is at hand.
        """
        if not reviews:
            return self.public().only(*_SHOWN)
        return self.public().with_reviewers().only(*_SHOWN_WITH_REVIEWS)

    def with_reviewers(self) -> SectionQuerySet:
        """Return the sections with the rows that `public_review` names."""
        return self.select_related("reviewer", "public_reviewer")

    def unreviewed(self) -> SectionQuerySet:
        """Return sections that nobody has reviewed as they are now."""
        return self.filter(Q(reviewed_at=None) | Q(reviewed_at__lt=models.F("written_at")))

    def changed(self) -> SectionQuerySet:
        """Return sections whose working text differs from what readers see."""
        return self.exclude(markdown=models.F("public_markdown"))


class Section(models.Model):
    """One part of a paper's summary in one language: the working text and the public text.

    Only `digest.publishing` copies the first to the second.
    """

    paper = models.ForeignKey(
        "papers.Paper", models.CASCADE, verbose_name=_("paper"), related_name="sections"
    )
    language = models.CharField(_("language"), max_length=8)
    kind = models.CharField(_("kind"), max_length=20, choices=kinds.choices)
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
    scope = models.CharField(
        _("made from"), max_length=LENGTH, choices=Scope, blank=True, default=""
    )
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
    public_scope = models.CharField(max_length=LENGTH, choices=Scope, blank=True, editable=False)
    public_prompt_version = models.CharField(max_length=40, blank=True, editable=False)
    public_written_at = models.DateTimeField(null=True, editable=False)
    public_reviewed_at = models.DateTimeField(null=True, editable=False)
    public_reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    checked = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text="Checksum of all that its findings follow from; empty: not checked yet.",
    )

    objects = SectionQuerySet.as_manager()
    history = HistoricalRecords(
        excluded_fields=["html", "renderer", "checked", *(f"public_{name}" for name in PUBLISHED)],
        bases=[models.Model],
    )

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["position", "id"]
        indexes = [
            models.Index(
                fields=["paper"],
                condition=~Q(markdown=models.F("public_markdown")),
                name="section_changed",
            )
        ]
        constraints = [
            models.UniqueConstraint("paper", "language", "kind", "heading", name="section_once"),
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
                condition=Q(kind=kinds.OTHER) & ~Q(heading="")
                | ~Q(kind=kinds.OTHER) & Q(heading=""),
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
        return self.heading or kinds.of(self.kind).label

    @property
    def changed(self) -> bool:
        """Return whether readers see a different text than the working text."""
        return bool(self.markdown != self.public_markdown)

    @property
    def is_reviewed(self) -> bool:
        """Return whether a person reviewed the working text as it is now."""
        return self.reviewed_at is not None and self.reviewed_at >= self.written_at

    @property
    def public_review(self) -> Review | None:
        """Return who reviewed the text that readers see. A review counts without publishing again.

        A review older than the text was a review of another text.
        """
        by, at, written = (
            (self.public_reviewer, self.public_reviewed_at, self.public_written_at)
            if self.changed
            else (self.reviewer, self.reviewed_at, self.written_at)
        )
        return Review(by, at) if at and (written is None or written <= at) else None

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.render()
        super().save(*args, **kwargs)

    def render(self) -> None:
        """Render and store the working text's HTML, with the renderer's version beside it."""
        self.html = self.to_html(self.markdown)
        self.renderer = rendering.VERSION

    def to_html(self, markdown: str) -> str:
        return rendering.render(markdown, footnote_prefix=f"{self.paper_id}-{self.kind}-")
