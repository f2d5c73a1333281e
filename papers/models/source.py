"""What sources say: their answers as they came, and which papers they name on which day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Q, When
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from papers.clock import now
from papers.models.fields import LineField, ShapedJSONField, TextsField
from papers.sources.fields import CATEGORIES, is_in_use, spelt

SOURCE_NAME = "^[a-z]+$"  # There is no list of names, so a new source needs no migration.


class Source(models.TextChoices):
    """Names of sources as people read them. `papers.sources.daily` says how each is asked.

    A source without a line here goes by its plain name.
    """

    HUGGINGFACE = "huggingface", "Hugging Face Daily Papers"
    ARXIV_NEW = "arxivnew", _("arXiv's announcements")
    EDITOR = "editor", _("an editor's link")
    JEKYLL = "jekyll", _("an imported post")


class ArxivCategory(models.Model):
    """A category of arXiv. Its new submissions are listed by day once an editor switched it on."""

    category = models.CharField(
        _("category"), max_length=40, unique=True, help_text=_("As arXiv writes it: cs.CL.")
    )
    is_on = models.BooleanField(_("switched on"), db_default=False, default=False)
    since = models.DateField(
        _("first day"),
        null=True,
        editable=False,
        help_text=_("When it was switched on (UTC). Earlier days are not asked for."),
    )

    class Meta:
        verbose_name = _("category of arXiv")
        verbose_name_plural = _("categories of arXiv")
        ordering = ["category"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_on=False) | Q(since__isnull=False), name="category_on_has_its_day"
            ),
            models.CheckConstraint(
                condition=Q(category__regex=r"^[a-z]+(-[a-z]+)?(\.[A-Za-z-]+)?$"),
                name="category_form",
            ),
            models.UniqueConstraint(Lower("category"), name="category_in_one_spelling"),
        ]

    def __str__(self) -> str:
        return self.category

    def clean(self) -> None:
        others = ArxivCategory.objects.exclude(pk=self.pk)
        if self._state.adding:
            self.category = spelt(self.category)
            if others.filter(category__iexact=self.category).exists():
                raise ValidationError({"category": _("This category is listed already.")})
        if (self.is_on or self._state.adding) and not is_in_use(self.category):
            unknown = _("This is no category of arXiv.")
            raise ValidationError({"category": unknown} if self._state.adding else unknown)
        if self.is_on and others.filter(is_on=True).count() >= CATEGORIES:
            most = _("At most %(count)d categories are asked for.") % {"count": CATEGORIES}
            raise ValidationError({"is_on": most})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Note the day of switching on."""
        self.since = (self.since or now().date()) if self.is_on else None
        super().save(*args, **kwargs)


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
    silent_since = models.DateTimeField(
        _("silent since"),
        null=True,
        editable=False,
        help_text=_("When it first gave no answer. Empty while it answers."),
    )
    silent_at = models.DateTimeField(_("silent at"), null=True, editable=False)
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
        self.silent_since = self.silent_at = None
        self.save(update_fields=["stopped", "paused_until", "reason", "silent_since", "silent_at"])


class Choice(models.TextChoices):
    """What the editor decided about a listed paper."""

    PENDING = "pending", _("pending")
    PICKED = "picked", _("picked")
    EXCLUDED = "excluded", _("excluded")


# What a category announced are hundreds that nobody voted for: they follow what others listed.
SOURCE_PLACE = Case(When(source=Source.ARXIV_NEW, then=1), default=0)
"""The order of sources in a day's list."""


class ListingQuerySet(models.QuerySet["Listing"]):
    def beside(self, rows: Iterable[Listing]) -> ListingQuerySet:
        """Return all listings of the papers and days of `rows`, whichever source named them."""
        about = {(row.day, row.paper_id) for row in rows}
        papers: dict[date, set[int]] = defaultdict(set)
        for day, paper in about:
            papers[day].add(paper)
        asked = [Q(day=day, paper__in=some) for day, some in papers.items()]
        return self.filter(reduce(or_, asked)) if asked else self.none()

    def locked_beside(self, rows: Iterable[Listing]) -> list[Listing]:
        """Lock and return all listings of the papers and days of `rows`, in one order for all.

        A source may have named the paper while this call waited, so they are read again then.
        """
        beside = self.beside(rows).order_by("pk").select_for_update(of=("self",))
        list(beside.values_list("pk", flat=True))
        return list(beside)

    def leading(self) -> ListingQuerySet:
        """Return one listing for each paper and day of these: that of the source that stands first.

        One with votes stands before an editor's link, which has neither votes nor a suggestion.
        What narrows these must be about papers and days, else it decides which one is left.
        """
        place = (SOURCE_PLACE, Case(When(upvotes=None, then=1), default=0), "pk")
        first = self.order_by("day", "paper_id", *place).distinct("day", "paper_id")
        return self.filter(pk__in=first.values("pk"))


class Listing(models.Model):
    """One source naming one paper on one day, with the editor's choice.

    The choice is about the paper of that day, so all its listings of the day have the same. The
    history of it stands with the listing at which it was made.
    """

    paper = models.ForeignKey(
        "papers.Paper", models.CASCADE, verbose_name=_("paper"), related_name="listings"
    )
    source = models.CharField(_("source"), max_length=20, choices=Source)
    day = models.DateField(_("day"))
    rank = models.PositiveSmallIntegerField(_("rank"), help_text=_("1 is the first named."))
    upvotes = models.PositiveIntegerField(_("upvotes"), null=True, blank=True)
    choice = models.CharField(_("choice"), max_length=10, choices=Choice, default=Choice.PENDING)
    reason = LineField(_("reason"), max_length=200, blank=True)

    objects = ListingQuerySet.as_manager()
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

    @staticmethod
    def share_choices(rows: Collection[Listing]) -> None:
        """Give each listing's choice to the others of its paper and day."""
        chosen = {(row.day, row.paper_id): (row.choice, row.reason) for row in rows}
        others = []
        for other in Listing.objects.locked_beside(rows):
            choice, reason = chosen[other.day, other.paper_id]
            if (other.choice, other.reason) != (choice, reason):
                other.choice, other.reason = choice, reason
                others.append(other)
        Listing.objects.bulk_update(others, ["choice", "reason"], batch_size=500)
