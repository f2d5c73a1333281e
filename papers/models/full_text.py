"""What papers say beyond their abstracts."""

from __future__ import annotations

from django.db import models
from django.db.models import Case, F, IntegerField, Q, Value, When
from django.db.models.functions import Cast, Length
from django.utils.translation import gettext_lazy as _

from papers.fulltext.base import GAP_LENGTH, GENERATOR_LENGTH
from papers.models.fields import ShapedJSONField


class TextFormat(models.TextChoices):
    """The format of the file that a paper's full text was read from, the best one first."""

    HTML = "html", "HTML"
    PDF = "pdf", "PDF"
    MARKDOWN = "md", "Markdown"


class FullTextQuerySet(models.QuerySet["FullText"]):
    def best_first(self) -> FullTextQuerySet:
        """Order each version's texts: whole ones by their format, then parts, the longest first."""
        ranks = [When(format=each, then=Value(rank)) for rank, each in enumerate(TextFormat.values)]
        rank = Case(*ranks, default=Value(len(ranks)), output_field=IntegerField())
        # A whole text counts as longer than any part, and its length is not measured.
        length = Case(
            When(gap="", then=Value(None)),
            default=Length(Cast("parts", models.TextField())),
            output_field=IntegerField(),
        )
        return self.order_by(F("version").desc(), length.desc(nulls_first=True), rank)


class FullText(models.Model):
    """The text of one version of a paper, or why it cannot be read. Drafts and checks use it.

    It is private. arXiv's terms allow nobody else to serve a paper, so no page for readers, feed or
    export reads it. Editors hold summaries against it. Readers see at most a few short quotations
    (`digest.readers.evidence`).
    """

    paper = models.ForeignKey("papers.Paper", models.CASCADE, related_name="full_texts")
    version = models.PositiveSmallIntegerField(_("version"), help_text=_("arXiv's: 1 for v1."))
    format = models.CharField(_("read from"), max_length=4, choices=TextFormat)
    checksum = models.CharField(
        _("checksum"), max_length=64, help_text=_("SHA-256 of the file, in hexadecimal.")
    )
    parts = ShapedJSONField(
        _("parts"), default=list, help_text=_("As papers.fulltext.base.Text has them.")
    )
    parsed_at = models.DateTimeField(_("read"))
    error = models.TextField(_("error"), blank=True)
    generator = models.CharField(
        _("generator"),
        max_length=GENERATOR_LENGTH,
        blank=True,
        db_default="",
        help_text=_("The program that made the file, as the file says."),
    )
    gap = models.CharField(
        _("not the whole"),
        max_length=GAP_LENGTH,
        blank=True,
        db_default="",
        help_text=_("The sign that parts of the paper are missing. Empty: there is none."),
    )
    kinds = models.CharField(
        _("kinds of parts"),
        max_length=120,
        blank=True,
        db_default="",
        help_text=_("The kinds that its parts have, between blanks."),
    )
    reader = models.PositiveSmallIntegerField(
        _("version of our reader"),
        db_default=1,
        help_text=_("The version of our own program that read the file."),
    )
    absent_since = models.DateTimeField(
        _("absent since"),
        null=True,
        blank=True,
        help_text=_("When the file was first not there. Empty: it is not asked for again."),
    )

    objects = FullTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("full text")
        verbose_name_plural = _("full texts")
        ordering = ["paper", "-version", "format"]
        constraints = [
            models.UniqueConstraint("paper", "version", "format", name="full_text_once"),
            models.CheckConstraint(condition=Q(version__gte=1), name="full_text_version"),
            models.CheckConstraint(
                condition=Q(format__in=TextFormat.values), name="full_text_format"
            ),
            models.CheckConstraint(
                condition=Q(error="") & ~Q(parts=[]) | ~Q(error="") & Q(parts=[]),
                name="full_text_parts_or_error",
            ),
        ]
        indexes = [
            models.Index(
                fields=["absent_since"],
                condition=Q(absent_since__isnull=False),
                name="full_text_absent",
            ),
            models.Index(fields=["parsed_at"], name="full_text_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.paper.arxiv_id}v{self.version} ({self.get_format_display()})"
