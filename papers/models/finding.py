"""What checks find in texts, and what editors decide about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Case, Q, When
from django.db.models.functions import Now
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from papers.checks import base
from papers.languages import KOREAN
from papers.models.fields import LineField, ShapedJSONField, TextsField

if TYPE_CHECKING:
    from papers.models.paper import Paper
    from papers.models.section import Section


class FindingLevel(models.TextChoices):
    """The levels of `papers.checks.base.Level`."""

    ERROR = base.Level.ERROR.value, _("error")
    WARNING = base.Level.WARNING.value, _("warning")
    UNCHECKED = base.Level.UNCHECKED.value, _("unchecked")


def errors_first(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings by what they ask of a person: open before accepted, errors before others.

    Among equals the order stays.
    """
    return sorted(findings, key=lambda each: (not each.is_open, _RANKS[each.level]))


KEY_LENGTH = 16  # Hexadecimal digits of a checksum, which no two findings of a section share.
_RANKS = {level.value: rank for rank, level in enumerate(FindingLevel)}
BY_URGENCY = Case(
    When(accepted_at__isnull=False, then=len(_RANKS)),
    *(When(level=level, then=rank) for level, rank in _RANKS.items()),
    output_field=models.IntegerField(),
)
"""The same order in SQL."""


class FindingQuerySet(models.QuerySet["Finding"]):
    def open(self) -> FindingQuerySet:
        """Return findings that no person has accepted."""
        return self.filter(accepted_at=None)

    def own(self) -> FindingQuerySet:
        """Return findings that need no other paper, so they hold wherever the paper stands."""
        return self.filter(collection_type=None)

    def within(self, collection: models.Model) -> FindingQuerySet:
        """Return the findings from comparing the papers of `collection`."""
        kind = ContentType.objects.get_for_model(collection)
        return self.filter(collection_type=kind, collection_id=collection.pk)

    def errors(self) -> FindingQuerySet:
        """Return open findings that block publishing."""
        return self.open().filter(level=FindingLevel.ERROR)


class Finding(models.Model):
    """One thing that a check says against a section, or against a paper as a whole.

    It is deleted when the text no longer causes it. One that a person accepted stays, as the record
    of who accepted it and why.
    """

    paper = models.ForeignKey(
        "papers.Paper", models.CASCADE, verbose_name=_("paper"), related_name="findings"
    )
    section = models.ForeignKey(
        "papers.Section",
        models.CASCADE,
        verbose_name=_("section"),
        null=True,
        blank=True,
        related_name="findings",
    )
    # The collection, such as a post, in which papers were compared. None if the paper alone counts.
    collection_type = models.ForeignKey(
        "contenttypes.ContentType",
        models.CASCADE,
        null=True,
        editable=False,
        related_name="+",
        db_index=False,  # The index of both columns begins with it.
    )
    collection_id = models.PositiveBigIntegerField(null=True, editable=False)
    collection = GenericForeignKey("collection_type", "collection_id")
    check_name = models.CharField(_("check"), max_length=20)
    code = models.CharField(_("code"), max_length=40)
    level = models.CharField(_("level"), max_length=10, choices=FindingLevel)
    message = models.TextField(help_text="English msgid, with %(name)s for values of `data`.")
    data = ShapedJSONField(default=dict)
    start = models.PositiveIntegerField(help_text="In the Markdown, in characters.")
    end = models.PositiveIntegerField()
    text = models.TextField(_("text"), blank=True)
    evidence = models.TextField(
        _("what the paper says"), blank=True, help_text=_("The sentence that comes nearest.")
    )
    checksum = models.CharField(max_length=64, editable=False)
    found_at = models.DateTimeField(_("found"), db_default=Now(), editable=False)
    accepted_at = models.DateTimeField(pgettext_lazy("date", "accepted"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("accepted by"),
        null=True,
        blank=True,
        related_name="+",
    )
    reason = LineField(_("reason"), max_length=500, blank=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["section__position", "section", "start", "id"]
        indexes = [
            models.Index(fields=["collection_type", "collection_id"], name="finding_collection"),
            models.Index(
                fields=["accepted_at"],
                condition=Q(accepted_at__isnull=False),
                name="finding_accepted",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(collection_type=None, collection_id=None)
                | Q(collection_type__isnull=False, collection_id__isnull=False),
                name="finding_collection_whole",
            ),
            models.UniqueConstraint(
                fields=["paper", "section", "checksum"], name="finding_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(level__in=FindingLevel.values), name="finding_level"
            ),
            models.CheckConstraint(condition=Q(end__gte=models.F("start")), name="finding_span"),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | ~Q(reason=""),
                name="finding_accepted_has_its_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.section or self.paper}: {self.why}"

    @classmethod
    def of(
        cls,
        found: base.Finding,
        paper: Paper,
        section: Section | None,
        collection: models.Model | None,
    ) -> Finding:
        """Return an unsaved row for what a check found."""
        return cls(
            paper=paper,
            section=section,
            collection=collection,
            check_name=found.check,
            code=found.code,
            level=found.level,
            message=found.message,
            data=dict(found.data),
            start=found.start,
            end=found.end,
            text=found.text,
        )

    @property
    def key(self) -> str:
        """Return what identifies it whether it is stored or not: its place and what it says."""
        return f"{self.paper_id}-{self.section_id or 0}-{self.checksum[:KEY_LENGTH]}"

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None

    @property
    def blocks(self) -> bool:
        """Return whether it keeps its text from being published."""
        return self.is_open and self.level == FindingLevel.ERROR

    @property
    def why(self) -> str:
        """Return the message in the reader's language, unfilled if `data` lacks its values."""
        message = gettext(self.message)
        try:
            return str(message % self.data)
        except (KeyError, TypeError, ValueError):
            return str(message)

    def line(self) -> str:
        """Return place, level and message on one line, for a terminal."""
        where = self.paper.arxiv_id
        if self.section:
            where += f" {self.section.language} {self.section.title}"
        return f"{where}: {self.level}: {self.why}"


class Term(models.Model):
    """The house's rendering of an English term, and the renderings it does not want."""

    english = LineField(pgettext_lazy("term", "English"), max_length=100)
    language = models.CharField(_("language"), max_length=8, default=KOREAN)
    rendering = LineField(_("rendering"), max_length=100)
    variants = TextsField(
        models.TextField(),
        verbose_name=_("not wanted"),
        default=list,
        blank=True,
        help_text=_("Other renderings, which are pointed out."),
    )

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ["english"]
        constraints = [
            models.UniqueConstraint(
                models.functions.Lower("english"),
                "language",
                name="term_once",
                violation_error_message=_("This term is in the glossary already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.english}: {self.rendering}"
