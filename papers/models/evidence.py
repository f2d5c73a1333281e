"""What the sentences of a summary rest on: the sentences of the paper, and how they were found."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from papers.models.fields import ShapedJSONField


class Found(models.TextChoices):
    """How the evidence of a sentence was found."""

    QUOTED = "quoted", _("the paper's own sentence")
    NAMED = "named", _("named by the model that wrote it")
    MATCHED = "matched", _("found by comparing")
    CHOSEN = "chosen", _("chosen by an editor")
    OWN = "own", _("written by the editor")
    NONE = "none", _("nothing in the paper comes near")


CHOICES = (Found.CHOSEN, Found.OWN)
"""What an editor said."""


class Quote(NamedTuple):
    """A sentence of a paper, and its place."""

    part: int | None
    """The number of the part in the full text, from 0; None for the abstract."""
    heading: str
    start: int
    """In characters of the abstract, or of the part's text."""
    end: int
    checksum: str
    """SHA-256 of the abstract or of the part's text, in hexadecimal."""
    text: str
    """The sentence, byte for byte as the text has it."""

    @classmethod
    def read(cls, stored: Any) -> Quote | None:
        """Return the quote of a stored list of its values, or None for anything else."""
        try:
            part, heading, start, end, checksum, text = stored
        except (TypeError, ValueError):
            return None
        texts = (heading, checksum, text)
        numbers = (start, end) if part is None else (part, start, end)
        is_quote = all(isinstance(each, str) for each in texts) and all(
            type(each) is int and each >= 0 for each in numbers
        )
        return cls(*stored) if is_quote else None


def quotes_of(stored: Any) -> list[Quote]:
    """Return the quotes of a stored list. What is none is left out."""
    return [quote for each in stored if (quote := Quote.read(each))] if stored else []


_CHANGED = ~Q(found=F("public_found")) | ~Q(quotes=F("public_quotes"))
_EDITED = _CHANGED & (~Q(public_found="") | Q(found__in=CHOICES))


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def changed(self) -> EvidenceQuerySet:
        """Return the rows that readers see otherwise, or not yet."""
        return self.filter(_CHANGED)

    def edited(self) -> EvidenceQuerySet:
        """Return the rows with a choice of an editor that readers do not see yet."""
        return self.filter(_EDITED)


class Evidence(models.Model):
    """What one sentence of a section rests on, in the working text and in the public text.

    A row lives while either text has the sentence. Publishing copies `found` and `quotes` to the
    public side, which is empty as long as readers do not see the sentence.
    """

    section = models.ForeignKey("papers.Section", models.CASCADE, related_name="evidence")
    sentence = models.CharField(
        max_length=64, help_text=_("SHA-256 of the sentence on one line, in hexadecimal.")
    )
    found = models.CharField(_("how it was found"), max_length=10, choices=Found)
    quotes = ShapedJSONField(default=list)
    # Who last said something of it, and when: taking back a choice is one, too.
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    chosen_at = models.DateTimeField(null=True, editable=False)
    # What an editor chose and a newer text of the paper lacks, until an editor says something anew.
    lost = models.TextField(blank=True, db_default="", editable=False)
    public_found = models.CharField(max_length=10, choices=Found, blank=True, editable=False)
    public_quotes = ShapedJSONField(default=list, editable=False)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        indexes = [models.Index(fields=["section"], condition=_EDITED, name="evidence_edited")]
        constraints = [
            models.UniqueConstraint("section", "sentence", name="evidence_once"),
            models.CheckConstraint(
                condition=Q(found__in=Found.values) & Q(public_found__in=["", *Found.values]),
                name="evidence_found",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.section_id}: {self.get_found_display()}"

    @property
    def is_choice(self) -> bool:
        return self.found in CHOICES

    @property
    def is_missing(self) -> bool:
        """Return whether nothing in the paper comes near."""
        return self.found == Found.NONE
