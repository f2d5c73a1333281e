"""The search index: what readers can find each public paper and post by."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Cast, Length
from django.db.models.lookups import IsNull

from papers.models import Paper
from papers.models.fields import TextsField

_PLACE_OF_NULL = Func(
    F("terms"),
    Value(None, output_field=models.IntegerField()),
    function="array_position",
    output_field=models.IntegerField(),
)


class SearchEntry(models.Model):
    """One public paper or post. It is made from what readers see, and from nothing else."""

    # No foreign keys: an entry outlives its row until the counts of its terms are put right.
    paper_id = models.BigIntegerField(null=True, unique=True)
    post_id = models.BigIntegerField(null=True, unique=True)
    day = models.DateField(help_text="The date of the post, or of the newest one with the paper.")
    terms = ArrayField(models.IntegerField(), help_text="Numbers of terms, in order.")
    impacts = ArrayField(models.SmallIntegerField(), help_text="In thousandths, as `terms`.")
    keys = SearchVectorField(help_text="Terms, terms with levels, tags and authors.")
    places = SearchVectorField(help_text="Terms with their places, for phrases.")
    words = ArrayField(models.TextField(), help_text="What is offered for a mistyped word.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(paper_id__isnull=True) ^ Q(post_id__isnull=True),
                name="search_entry_of_paper_or_post",
            ),
            # `width_bucket`, which looks terms up, refuses NULL.
            models.CheckConstraint(
                condition=IsNull(_PLACE_OF_NULL, True), name="search_entry_terms_without_null"
            ),
        ]
        indexes = [GinIndex(fields=["keys"], name="search_entry_keys", fastupdate=False)]

    def __str__(self) -> str:
        return _named(self)


class SearchTerm(models.Model):
    """How many entries have a term, and how many with an impact of at least each level."""

    number = models.IntegerField(primary_key=True)
    documents = models.IntegerField()
    at_2 = models.IntegerField()
    at_3 = models.IntegerField()
    at_4 = models.IntegerField()
    at_5 = models.IntegerField()

    def __str__(self) -> str:
        return str(self.number)


class SearchWord(models.Model):
    """A word of titles, gists, tags or keywords, and how many entries have it there."""

    word = models.TextField(primary_key=True)
    documents = models.IntegerField()
    length = models.GeneratedField(
        expression=Length("word"), output_field=models.IntegerField(), db_persist=True
    )

    class Meta:
        indexes = [models.Index(fields=["length", "-documents", "word"], name="search_word_length")]

    def __str__(self) -> str:
        return self.word


# The number of the transaction that writes the row.
TRANSACTION = Cast(
    Cast(Func(function="pg_current_xact_id"), models.TextField()), models.BigIntegerField()
)


class SearchChange(models.Model):
    """A paper or post of which readers see something else than the index knows.

    Triggers write it, in the transaction of the change (migration 0013).
    """

    paper_id = models.BigIntegerField(null=True)
    post_id = models.BigIntegerField(null=True)
    transaction = models.BigIntegerField(db_default=TRANSACTION)

    def __str__(self) -> str:
        return _named(self)


def _named(row: SearchEntry | SearchChange) -> str:
    return f"paper {row.paper_id}" if row.paper_id else f"post {row.post_id}"


class RelatedPaper(models.Model):
    """A paper that is about the same thing as another. The worker finds it (`search.related`)."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="+")
    other = models.ForeignKey(Paper, models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField(help_text="The nearest has 1.")
    words = TextsField(models.TextField(), help_text="The rare words of both, the best first.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["paper", "position"], name="related_paper_position")
        ]

    def __str__(self) -> str:
        return f"{self.paper} – {self.other}"


class RelationChange(models.Model):
    """A paper of which other papers may be related now. The index queues what it makes anew."""

    paper_id = models.BigIntegerField()
    reaches_others = models.BooleanField(
        help_text="Whether the papers on both ends of its relations are related anew too."
    )

    def __str__(self) -> str:
        return f"paper {self.paper_id}"
