"""What sources say: their answers as they came, and which papers they name on which day."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from papers.models.fields import LineField, ShapedJSONField, TextsField

SOURCE_NAME = "^[a-z]+$"  # There is no list of names, so a new source needs no migration.


class Source(models.TextChoices):
    """Names of sources as people read them. `papers.sources.daily` says how each is asked.

    A source without a line here goes by its plain name.
    """

    HUGGINGFACE = "huggingface", "Hugging Face Daily Papers"
    EDITOR = "editor", _("an editor's link")
    JEKYLL = "jekyll", _("an imported post")


class SourceAnswer(models.Model):
    """What a source said for one day, stored as it came. Each different answer has its own row.

    `fetched_at` is when it was said first, or once the day was over, which settles the day.
    """

    source = models.CharField(_("source"), max_length=20, choices=Source)
    day = models.DateField(_("day"), help_text=_("The source's day (Hugging Face: UTC)."))
    fetched_at = models.DateTimeField(_("fetched"))
    pages = TextsField(models.TextField(), verbose_name=_("pages"))
    checksum = models.CharField(max_length=64, editable=False)
    listed_ids = TextsField(models.TextField(), verbose_name=_("listed papers"))
    # Each is `papers.sources.items.Remark.as_json`.
    refusals = ShapedJSONField(_("refused items"), default=list)
    notices = ShapedJSONField(_("notices"), default=list)

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
    """When a source may be asked again. Each source has one row, which `rate_limit` keeps."""

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
        """Let the source be asked again, after a person has seen why it was stopped or paused."""
        self.stopped, self.paused_until, self.reason = False, None, ""
        self.save(update_fields=["stopped", "paused_until", "reason"])


class Choice(models.TextChoices):
    """What the editor decided about a listed paper."""

    PENDING = "pending", _("pending")
    PICKED = "picked", _("picked")
    EXCLUDED = "excluded", _("excluded")


class Listing(models.Model):
    """One source naming one paper on one day, with the editor's choice."""

    paper = models.ForeignKey(
        "papers.Paper", models.CASCADE, verbose_name=_("paper"), related_name="listings"
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
