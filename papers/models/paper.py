"""A paper's facts, and who may change them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Case, F, Func, Q, TextField, Value, When
from django.db.models.functions import Cast, Concat, Left, Lower, Now
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords
from taggit.managers import TaggableManager

from papers import arxiv_id
from papers.clock import now
from papers.models.fields import AddressField, LineField, ShapedJSONField, TextsField
from papers.models.proposal import Proposal
from papers.models.tag import Tags
from papers.text import conversion, rendering
from papers.text.cleaning import fold
from papers.text.words import words

if TYPE_CHECKING:
    from taggit.models import Tag

    from papers.models.section import Section


class Origin(models.TextChoices):
    """Where a fact came from."""

    SAMPLE = "sample", _("sample")
    IMPORT = "import", _("import")
    HUGGINGFACE = "huggingface", "Hugging Face"
    ARXIV = "arxiv", "arXiv"
    ARXIV_OAI = "arxivoai", _("arXiv (OAI-PMH)")
    ARXIV_NEW = "arxivnew", _("arXiv's announcements")
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
# A person decides these once readers know the paper. Until then they follow arXiv.
CONFIRMED_FACTS = ("withdrawn",)
UNCERTAIN = "uncertain"
"""The name, among a source's facts, of those that only a person decides: a set of fields."""
EVIDENCE = "evidence"
"""The name, among a source's facts, of the words that a fact rests on, by field."""
# arXiv lists a paper hours after a daily list names it, so it is asked again after this time.
ASK_AGAIN = timedelta(hours=20)
# A blog's author wrote its titles, and Hugging Face strips LaTeX, so neither replaces the other. A
# source of lists without a line here counts as Hugging Face does.
TRUST: dict[str | None, int] = {
    None: -1,
    Origin.SAMPLE: 0,
    Origin.IMPORT: 1,
    Origin.HUGGINGFACE: 1,
    Origin.ARXIV_NEW: 1,
    Origin.ARXIV: 2,
    Origin.ARXIV_OAI: 2,
    Origin.EDITOR: 3,
}


ARXIVS = (Origin.ARXIV, Origin.ARXIV_OAI)
"""The ways to what arXiv says of a paper. They are trusted alike."""


class OriginsField(ShapedJSONField):
    """The origin of each fact. An origin that cannot be read counts as the editor's.

    It might have been the editor's, and then no source may replace the fact.
    """

    def shaped(self, value: Any) -> dict[str, str]:
        editor = Origin.EDITOR.value
        if not isinstance(value, dict):
            return dict.fromkeys(FACTS, editor)
        return {
            fact: origin if isinstance(origin, str) else editor for fact, origin in value.items()
        }


TAKEN_DOWN = "taken_down"
"""The name, among a paper's origins, of when its text was removed for good."""

PLAIN_LENGTH = 2_000
"""Characters of a title as plain text, in which a formula may be longer than its TeX."""

SOUGHT_LENGTH = 640
"""Characters of `search_text`. An entry of its index holds no more, if each takes four bytes."""


def _sought() -> list[Cast]:
    """Return what editors search a paper by. A title that is plain text stands in it once."""
    known = When(title=F("title_plain"), then=Value(""))
    other_title = Case(known, default=F("title"), output_field=TextField())
    blank = Value(" ")
    parts: list[Any] = ["arxiv_id", blank, "organization", blank, "title_plain", blank, other_title]
    return [Cast(part, TextField()) for part in parts]


class PaperQuerySet(models.QuerySet["Paper"]):
    def lacking_facts(self) -> PaperQuerySet:
        """Return papers that arXiv has not described and was not asked about recently."""
        lately = Q(arxiv_checked_at__gt=now() - ASK_AGAIN)
        return self.filter(version=None).exclude(lately)

    def matching(self, text: str) -> PaperQuerySet:
        """Return the paper whose id or link this is, else those that have all of its words."""
        try:
            return self.filter(arxiv_id=arxiv_id.parse(text))
        except arxiv_id.InvalidArxivId:
            found = self
        for word in words(text):
            found = found.filter(search_text__contains=Lower(Value(word)))
        return found


class Paper(models.Model):
    """One work, identified for ever by its arXiv id without version."""

    RENDERED = ("title_html", "title_plain", "abstract_html")
    """The fields that `render` writes."""

    arxiv_id = models.CharField(_("arXiv id"), max_length=32, unique=True)
    title = LineField(_("title"), max_length=500)
    raw_title = models.TextField(_("title as given"), blank=True, editable=False)
    title_html = models.TextField(editable=False)
    title_plain = models.CharField(_("title"), max_length=PLAIN_LENGTH, editable=False)
    abstract = models.TextField(_("abstract"), blank=True, max_length=20_000)
    raw_abstract = models.TextField(_("abstract as given"), blank=True, editable=False)
    abstract_html = models.TextField(blank=True, editable=False)
    authors = TextsField(models.TextField(), verbose_name=_("authors"), default=list, blank=True)
    keywords = TextsField(
        models.TextField(),
        verbose_name=_("keywords"),
        default=list,
        blank=True,
        help_text=_("What sources say. Tags are yours."),
    )
    organization = LineField(_("organization"), max_length=200, blank=True)
    project_url = AddressField(_("project page"), max_length=500, blank=True)
    code_url = AddressField(_("code"), max_length=500, blank=True)
    arxiv_published_at = models.DateTimeField(_("published on arXiv"), null=True, blank=True)
    categories = TextsField(
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
    public_changed_at = models.DateTimeField(
        _("public text changed"),
        null=True,
        editable=False,
        help_text=_("When readers last saw another text of it, or saw it for the first time."),
    )
    arxiv_checked_at = models.DateTimeField(_("asked about at arXiv"), null=True, editable=False)
    origins = OriginsField(_("origins"), default=dict, editable=False)
    created_at = models.DateTimeField(_("first seen"), db_default=Now(), editable=False)

    # PostgreSQL makes it, so that whatever way a row comes in, it has one.
    feed_id = models.CharField(
        max_length=100,
        unique=True,
        db_default=Concat(Value("urn:uuid:"), Cast(RandomUUID(), TextField())),
        editable=False,
        help_text="Its id in feeds, for ever.",
    )
    search_text = models.GeneratedField(
        expression=Left(Lower(Concat(*_sought())), SOUGHT_LENGTH),
        output_field=TextField(),
        db_persist=True,
        help_text="What editors search: id, organization and both forms of the title.",
    )
    topics = models.GeneratedField(
        expression=Func("keywords", function="papers_topics"),
        output_field=TextsField(models.TextField()),
        db_persist=True,
        help_text="Each of the keywords as spellings are compared: the same places, maybe empty.",
    )
    is_news = models.BooleanField(
        db_default=True,
        editable=False,
        help_text="Whether feeds of papers may bring it. What readers knew before is not news.",
    )

    public_sections: list[Section]
    """The sections with a public text. It is set only by a query that prefetches to this name."""
    public_tags: list[Tag]
    """It is set only by a query with `tags_of`."""

    tags = TaggableManager(_("tags"), blank=True, manager=Tags)
    objects = PaperQuerySet.as_manager()
    history = HistoricalRecords(
        excluded_fields=[
            *RENDERED,
            "raw_abstract",
            "created_at",
            "arxiv_checked_at",
            "feed_id",
            "is_news",
            "public_changed_at",
            "search_text",
            "topics",
        ],
        bases=[models.Model],
    )

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["public_changed_at", "id"],
                condition=Q(public_changed_at__isnull=False),
                name="paper_changed",
            ),
            models.Index(fields=["-id"], include=["search_text"], name="paper_search_text"),
            GinIndex(fields=["topics"], name="paper_topics"),
            models.Index(
                fields=["id"],
                condition=Q(version__gt=models.F("public_version")),
                name="paper_newer",
            ),
        ]
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
        return f"{self.arxiv_id} {self.title_plain}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.render()
        super().save(*args, **kwargs)

    def render(self) -> None:
        """Render and store the forms of title and abstract. Reading a page then renders nothing."""
        self.title_html = rendering.render_inline(self.title)
        self.title_plain = conversion.plain(self.title_html)[:PLAIN_LENGTH]
        self.abstract_html = rendering.render_text(self.abstract)

    def get_absolute_url(self) -> str:
        """Return the URL of the paper's page, or of the first page if its id makes no URL."""
        try:
            return reverse("paper", args=[self.arxiv_id])
        except NoReverseMatch:
            return reverse("home")

    @property
    def arxiv_url(self) -> str:
        return arxiv_id.abs_url(self.arxiv_id)

    @property
    def huggingface_url(self) -> str:
        return arxiv_id.huggingface_url(self.arxiv_id)

    @property
    def newer_version(self) -> int | None:
        """Return arXiv's version if readers see a summary of an older one, else None."""
        if self.version and self.public_version and self.version > self.public_version:
            return self.version
        return None

    @property
    def abstract_is_sample(self) -> bool:
        return bool(self.origins.get("abstract") == Origin.SAMPLE)

    @property
    def is_taken_down(self) -> bool:
        """Return whether its text was removed for good. Only a person writes of it again."""
        return TAKEN_DOWN in self.origins

    def mark_edited(self, fields: set[str]) -> None:
        """Mark the facts among `fields` as the editor's. No source changes them from now on."""
        theirs = fields & {*FACTS, *CONFIRMED_FACTS}
        self.origins |= dict.fromkeys(theirs, Origin.EDITOR.value)

    def offer(
        self, facts: Mapping[str, Any], origin: str, *, public: bool = False
    ) -> tuple[set[str], list[Proposal]]:
        """Take what `origin` says where it may. Return the changed fields and the proposals.

        A more trusted origin replaces a less trusted one. An equal one only fills what is empty,
        because a paper is named on several days and the first value stays. arXiv is the exception:
        its newer version wins (`_replaces`). What an editor touched stays, and a different fact
        becomes a proposal. Machine facts, which nobody edits, follow arXiv. The exception is a
        paper that is `public`: that it was withdrawn is proposed, because its readers should learn
        that from a person. So is what differs from a person's decision. An UNCERTAIN fact is
        proposed for every paper. Such a proposal differs from another of the same value if its
        EVIDENCE does. Nothing is written to the database.

        What arXiv says of an older version than it told before is dropped: one of its two ways lags
        behind the other by hours. Of a paper that was taken down nothing is taken.
        """
        if self.is_taken_down:
            return set(), []
        if origin in ARXIVS and (facts.get("version") or self.version or 0) < (self.version or 0):
            return set(), []
        changed, proposals = set(), []
        for field in FACTS:
            value, current = facts.get(field), getattr(self, field)
            if not value or (value == current and not self._affirms(field, origin)):
                continue
            holder = self.origins.get(field)
            if holder == Origin.EDITOR:
                proposals.append(Proposal.of(field, value, paper=self, origin=origin))
            elif self._replaces(field, value, origin, facts):
                setattr(self, field, value)
                self.origins[field] = str(origin)
                changed.add(field)
        followed, unconfirmed = self._follow(facts, origin, public)
        changed |= followed
        proposals += unconfirmed
        for field in changed & {"title", "abstract"}:
            setattr(self, f"raw_{field}", facts.get(f"raw_{field}", getattr(self, field)))
        return changed, proposals

    def _affirms(self, field: str, origin: str) -> bool:
        """Return whether the query API says whom a line names. Nobody is asked for them again."""
        names = field == "authors" and self.origins.get(field) == Origin.ARXIV_OAI
        return names and origin == Origin.ARXIV

    def _replaces(self, field: str, value: Any, origin: str, facts: Mapping[str, Any]) -> bool:
        """Return whether a source's value replaces a different one that no editor touched.

        arXiv's two ways write the same words in different ways, with other line ends. One replaces
        what the other said only for other words. OAI-PMH splits names out of one line, so it
        replaces what the query API said only where it tells of a newer version.
        """
        current, holder = getattr(self, field), self.origins.get(field)
        if not current or TRUST.get(origin, 1) > TRUST.get(holder, 1):
            return True
        if origin not in ARXIVS or holder not in ARXIVS:
            return origin in ARXIVS
        if origin == holder or self._affirms(field, origin):
            return True
        newer = origin == Origin.ARXIV or (facts.get("version") or 0) > (self.version or 0)
        return newer and fold(str(value)) != fold(str(current))

    def _follow(
        self, facts: Mapping[str, Any], origin: str, public: bool
    ) -> tuple[set[str], list[Proposal]]:
        changed, proposals = set(), []
        for field in MACHINE_FACTS:
            value = facts.get(field)
            if value is None or value == getattr(self, field):
                continue
            decided = self.origins.get(field) == Origin.EDITOR
            taken_back = field == "withdrawn" and not value and origin == Origin.ARXIV_OAI
            unconfirmed = decided or taken_back or (public and field in CONFIRMED_FACTS)
            if unconfirmed or field in facts.get(UNCERTAIN, ()):
                words = facts.get(EVIDENCE, {}).get(field, "")
                proposals.append(Proposal.of(field, value, words, paper=self, origin=origin))
            else:
                setattr(self, field, value)
                self.origins[field] = str(origin)
                changed.add(field)
        return changed, proposals
