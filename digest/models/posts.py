"""Posts and their entries: what an editor makes from papers, and what readers may see of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import (
    BooleanField,
    Count,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Prefetch,
    Q,
)
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords
from taggit.managers import TaggableManager
from taggit.models import Tag

from papers.clock import now
from papers.models import Evidence, Finding, Paper, Section, Tags, tags_of
from papers.models.fields import LineField, MarkdownField, ShapedJSONField
from papers.text import rendering
from papers.text.cleaning import fold
from papers.text.tags import is_address
from papers.text.typed_dates import take_date
from papers.text.words import words


class State(models.TextChoices):
    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    SCHEDULED = "scheduled", _("scheduled")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", pgettext_lazy("post", "withdrawn")


def site_language() -> str:
    return settings.LANGUAGE_CODE


def new_feed_id() -> str:
    return uuid.uuid4().urn


def _is_changed() -> Q:
    entries = Entry.objects.filter(post=OuterRef("pk"))
    sections = Section.objects.filter(
        paper__entries__post=OuterRef("pk"), paper__entries__position__isnull=False
    )
    evidence = Evidence.objects.filter(
        section__paper__entries__post=OuterRef("pk"),
        section__paper__entries__position__isnull=False,
    )
    return Q(state=State.PUBLISHED) & (
        ~Q(title=F("public_title"))
        | ~Q(intro=F("public_intro"))
        | Exists(entries.changed())
        | Exists(sections.changed())
        | Q(Exists(evidence.edited()))
    )


def _anywhere(word: str, fields: Iterable[str]) -> Q:
    return Q(*((f"{field}__icontains", word) for field in fields), _connector=Q.OR)


class PostQuerySet(models.QuerySet["Post"]):
    def published(self) -> PostQuerySet:
        """Return the posts that the public may see. No other place decides that."""
        return self.filter(state=State.PUBLISHED, published_at__lte=now())

    def in_feeds(self) -> PostQuerySet:
        """Return published posts whose feed delay is over. Until then a slip can be taken back.

        A digest is left out if one dated more than CATCH_UP_DAYS later was public before it. It
        fills an old gap: it has its page, but subscribers do not get it as news.
        """
        reach = timedelta(days=settings.CATCH_UP_DAYS)
        later = Post.objects.published().filter(
            date__gt=ExpressionWrapper(OuterRef("date") + reach, output_field=DateTimeField()),
            published_at__lte=OuterRef("published_at"),
        )
        return self.published().filter(
            ~Exists(later), published_at__lte=now() - settings.FEED_DELAY
        )

    def due(self) -> PostQuerySet:
        """Return the scheduled posts whose time has come."""
        return self.filter(state=State.SCHEDULED, scheduled_at__lte=now())

    def changed(self) -> PostQuerySet:
        """Return published posts whose working text differs from what readers see."""
        return self.filter(_is_changed())

    def matching(self, text: str, *, fields: Iterable[str] = ("title",)) -> PostQuerySet:
        """Return the posts with all words of the text in `fields`. A date is also the post's."""
        typed, rest = take_date(fold(text))
        found = self
        if typed:
            of_date = Q(date__range=(typed.first, typed.last))
            found = found.filter(of_date | _anywhere(typed.typed, fields))
        for word in words(rest):
            found = found.filter(_anywhere(word, fields))
        return found

    def with_changes(self) -> PostQuerySet:
        """Annotate each post with `changed`, for lists: whether it is one of `changed()`."""
        return self.annotate(changed=ExpressionWrapper(_is_changed(), output_field=BooleanField()))

    def with_paper_counts(self) -> PostQuerySet:
        """Annotate each post with `paper_count`, the number of papers that readers see in it.

        The posts are in their usual order, which a query that counts does not have by itself.
        """
        public = Q(entries__public_position__isnull=False)
        counted = self.annotate(paper_count=Count("entries", filter=public))
        return counted.order_by(*(Post._meta.ordering or ()))

    def with_public_entries(self, *, whole: bool = True) -> PostQuerySet:
        """Prefetch all that a page shows, in as many queries for fifty papers as for five.

        If not `whole`, the papers have no reviews and no tags, which feeds and lists do not show.
        """
        entries = Entry.objects.filter(public_position__isnull=False).order_by(
            "public_position", "id"
        )
        shown = Section.objects.as_shown(reviews=whole)
        # Any, because taggit has no types.
        of_papers: list[Any] = [Prefetch("paper__sections", shown, "public_sections")]
        if whole:
            of_papers.append(tags_of("paper__"))
        papers = entries.select_related("paper").prefetch_related(*of_papers)
        of_posts: list[Any] = [tags_of(), Prefetch("entries", papers, "public_entries")]
        return self.prefetch_related(*of_posts, corrections_of_posts())


class Post(models.Model):
    """A dated, titled page of chosen papers in an order. Its date is the listing day it digests."""

    date = models.DateField(_("date"), help_text=_("The day whose papers it digests."))
    slug = models.SlugField(_("slug"), max_length=100, default="daily-papers", allow_unicode=True)
    language = models.CharField(_("language"), max_length=8, default=site_language)
    title = LineField(_("title"), max_length=200)
    intro = MarkdownField(_("introduction"), blank=True)
    intro_html = models.TextField(blank=True, editable=False)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT)
    scheduled_at = models.DateTimeField(_("scheduled for"), null=True, blank=True)
    approved_at = models.DateTimeField(
        _("approved"),
        null=True,
        editable=False,
        help_text=_("When somebody who may publish last scheduled it."),
    )

    feed_id = models.CharField(
        _("feed id"), max_length=500, unique=True, default=new_feed_id, editable=False
    )
    published_at = models.DateTimeField(
        pgettext_lazy("date", "published"), null=True, blank=True, editable=False
    )
    updated_at = models.DateTimeField(_("public text changed"), null=True, editable=False)
    made_public_at = models.DateTimeField(null=True, editable=False)
    """When a step of its own last made its text public. `updated_at` moves with other posts too."""
    withdrawn_at = models.DateTimeField(
        pgettext_lazy("date", "withdrawn"), null=True, editable=False
    )
    withdrawal_reason = LineField(
        _("why it was withdrawn"),
        max_length=300,
        blank=True,
        db_default="",
        editable=False,
        help_text=_("Readers who come to its address see it."),
    )
    created_at = models.DateTimeField(_("made"), db_default=Now(), editable=False)
    front_matter = ShapedJSONField(
        default=list, editable=False, help_text="[key, value] in the order of the imported file."
    )

    public_title = models.CharField(max_length=200, blank=True, editable=False)
    public_intro = models.TextField(blank=True, editable=False)
    public_intro_html = models.TextField(blank=True, editable=False)

    public_entries: list[Entry]
    """The entries readers see, in order. Only `PostQuerySet.with_public_entries` sets it."""
    public_corrections: list[Correction]
    """The newest first. `corrections_of_posts` sets it, also in `with_public_entries`."""
    public_tags: list[Tag]
    """It is set only by a query with `tags_of`, as `with_public_entries` is."""

    papers = models.ManyToManyField(Paper, through="Entry", related_name="posts")
    tags = TaggableManager(_("tags"), blank=True, manager=Tags)
    findings = GenericRelation(Finding, "collection_id", "collection_type")
    """The findings from comparing its papers. They are deleted with the post."""
    objects = PostQuerySet.as_manager()
    history = HistoricalRecords(
        excluded_fields=[
            "intro_html",
            "made_public_at",
            "public_title",
            "public_intro",
            "public_intro_html",
        ],
        bases=[models.Model],
    )

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["-date", "-published_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["date", "slug"],
                name="post_address",
                violation_error_message=_("Another post has this date and slug."),
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="post_state"),
            models.CheckConstraint(
                condition=~Q(slug="") & ~Q(title="") & ~Q(feed_id=""), name="post_has_its_names"
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True)
                | Q(
                    state__in=[State.PUBLISHED, State.WITHDRAWN], updated_at__gte=F("published_at")
                ),
                name="post_times_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.PUBLISHED)
                | Q(published_at__isnull=False, updated_at__isnull=False) & ~Q(public_title=""),
                name="post_published_has_its_times_and_title",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.SCHEDULED) | Q(scheduled_at__isnull=False),
                name="post_scheduled_has_its_time",
                violation_error_message=_("A scheduled post needs a time."),
            ),
            models.CheckConstraint(
                condition=~Q(state=State.WITHDRAWN) | Q(withdrawn_at__isnull=False),
                name="post_withdrawn_has_its_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-date", "-published_at"],
                condition=Q(state=State.PUBLISHED),
                name="post_published",
            )
        ]
        permissions = [
            ("publish_post", _("Can publish, schedule and withdraw posts")),
            ("review_post", _("Can review posts and request changes")),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.render()
        super().save(*args, **kwargs)

    def render(self) -> None:
        self.intro_html = self.to_html(self.intro)

    def to_html(self, markdown: str) -> str:
        return rendering.render(markdown, footnote_prefix="intro-")

    def get_absolute_url(self) -> str:
        """Return the URL of the post's page, or of its day's page if its slug makes no URL."""
        if not self.has_address:
            return reverse("day", args=self.date_parts)
        return reverse("post", args=[*self.date_parts, self.slug])

    @property
    def has_address(self) -> bool:
        return is_address(self.slug)

    @property
    def date_parts(self) -> list[str]:
        return self.date.isoformat().split("-")

    @property
    def public_since(self) -> datetime:
        """When a published post went public. Raises ValueError if it was never published."""
        if self.published_at is None:
            raise ValueError(f"{self} was never published")
        return self.published_at

    @property
    def is_public(self) -> bool:
        return (
            self.state == State.PUBLISHED
            and self.published_at is not None
            and self.published_at <= now()
        )


_ENTRY_CHANGED = (
    Q(position__isnull=True)
    | Q(public_position__isnull=True)
    | ~Q(position=F("public_position"))
    | ~Q(note=F("public_note"))
)


class EntryQuerySet(models.QuerySet["Entry"]):
    def changed(self) -> EntryQuerySet:
        """Return entries that readers see at another position, with another note, or not yet.

        Entries that the editor removed and readers still see are among them.
        """
        return self.filter(_ENTRY_CHANGED)

    def public(self) -> EntryQuerySet:
        return self.filter(public_position__isnull=False, post__in=Post.objects.published())

    def by_post(self, *before: str) -> EntryQuerySet:
        """Order entries as their posts are ordered, the newest first, and then as in the post."""
        return self.order_by(*before, "post", "public_position", "id")


class Entry(models.Model):
    """One paper's place in a post: as the editor orders it, and as readers see it."""

    post = models.ForeignKey(Post, models.CASCADE, verbose_name=_("post"), related_name="entries")
    paper = models.ForeignKey(
        Paper, models.PROTECT, verbose_name=_("paper"), related_name="entries"
    )
    # Null if the editor removed the entry. Readers see it until the post is published again.
    position = models.PositiveSmallIntegerField(_("position"), null=True, blank=True, default=0)
    note = MarkdownField(_("note"), blank=True, help_text=_("Stands before the sections."))
    note_html = models.TextField(blank=True, editable=False)
    public_position = models.PositiveSmallIntegerField(null=True, editable=False)
    public_note = models.TextField(blank=True, editable=False)
    public_note_html = models.TextField(blank=True, editable=False)

    objects = EntryQuerySet.as_manager()
    history = HistoricalRecords(
        excluded_fields=["note_html", "public_position", "public_note", "public_note_html"],
        bases=[models.Model],
    )

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ["position", "id"]
        indexes = [models.Index(fields=["post"], condition=_ENTRY_CHANGED, name="entry_changed")]
        constraints = [
            models.UniqueConstraint(
                fields=["post", "paper"],
                name="entry_once",
                violation_error_message=_("This paper is in the post already."),
            ),
            models.CheckConstraint(
                condition=Q(position__isnull=False) | Q(public_position__isnull=False),
                name="entry_stands_somewhere",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post}: {self.paper}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.render()
        super().save(*args, **kwargs)

    def render(self) -> None:
        self.note_html = self.to_html(self.note)

    def to_html(self, markdown: str) -> str:
        return rendering.render(markdown, footnote_prefix=f"note-{self.paper_id}-")


def published_papers() -> models.QuerySet[Paper]:
    """Return the papers in published posts. These have a public page."""
    return Paper.objects.filter(Exists(Entry.objects.public().filter(paper=OuterRef("pk"))))


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def public(self) -> CorrectionQuerySet:
        """Return corrections of published posts, with the posts and papers they are about."""
        public = self.standing().filter(post__in=Post.objects.published())
        return public.select_related("post", "paper")

    def standing(self) -> CorrectionQuerySet:
        """Return corrections that nobody took back."""
        return self.filter(taken_back_at=None)


def corrections_of_posts() -> Any:
    """Return the prefetch that sets `public_corrections` of posts."""
    told = Correction.objects.standing().select_related("paper")
    return Prefetch("corrections", told, "public_corrections")


class Correction(models.Model):
    """A dated note that a published digest was corrected.

    It stands on the digest's page, in the digest feeds, and in a feed of corrections. Readers were
    told it, so it is mended or taken back (`digest.publishing.corrections`) and never deleted.
    """

    post = models.ForeignKey(
        Post, models.CASCADE, verbose_name=_("post"), related_name="corrections"
    )
    paper = models.ForeignKey(
        Paper, models.SET_NULL, verbose_name=_("paper"), null=True, blank=True, related_name="+"
    )
    text = LineField(_("what was put right"), max_length=500)
    feed_id = models.CharField(max_length=500, unique=True, default=new_feed_id, editable=False)
    corrected_at = models.DateTimeField(_("corrected"))
    corrected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("corrected by"),
        null=True,
        related_name="+",
    )
    mended_at = models.DateTimeField(_("mended"), null=True, editable=False)
    taken_back_at = models.DateTimeField(
        pgettext_lazy("date", "taken back"), null=True, editable=False
    )
    is_news = models.BooleanField(
        db_default=True,
        editable=False,
        help_text="Whether the feeds of digests have an entry of it, not only a note.",
    )

    objects = CorrectionQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["feed_id", "is_news"], bases=[models.Model])

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["-corrected_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="correction_has_a_text"),
        ]

    def __str__(self) -> str:
        return f"{self.post}: {self.text}"

    @property
    def updated_at(self) -> datetime:
        """When readers last saw another text of it."""
        return max(self.corrected_at, self.mended_at or self.corrected_at)

    @property
    def heading(self) -> str:
        """The words before the text, with the day of the correction."""
        date = date_format(localtime(self.corrected_at), "DATE_FORMAT")
        return gettext("Corrected %(date)s") % {"date": date}

    def get_absolute_url(self) -> str:
        """Return the path of the corrected text."""
        place = f"#{self.paper.arxiv_id}" if self.paper else ""
        return self.post.get_absolute_url() + place
