"""What papers say beyond their abstracts."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from papers.models.fields import ShapedJSONField


class TextFormat(models.TextChoices):
    """The format of the file that a paper's full text was read from."""

    HTML = "html", "HTML"
    PDF = "pdf", "PDF"


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

    def __str__(self) -> str:
        return f"{self.paper.arxiv_id}v{self.version} ({self.get_format_display()})"
