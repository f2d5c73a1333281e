"""Posts and their entries: what an editor makes of papers, and what readers may see of it."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import (
    BooleanField,
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
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords
from taggit.managers import TaggableManager

from papers.clock import now
from papers.models import Finding, Paper, Section, Tags
from papers.models.fields import LineField, MarkdownField, ShapedJSONField
from papers.text import rendering
from papers.text.tags import is_address


class State(models.TextChoices):
    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    SCHEDULED = "scheduled", _("scheduled")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")


def site_language() -> str:
    return settings.LANGUAGE_CODE


def new_feed_id() -> str:
    return uuid.uuid4().urn


def _is_changed() -> Q:
    entries = Entry.objects.filter(post=OuterRef("pk"))
    sections = Section.objects.filter(
        paper__entries__post=OuterRef("pk"), paper__entries__position__isnull=False
    )
    return Q(state=State.PUBLISHED) & (
        ~Q(title=F("public_title"))
        | ~Q(intro=F("public_intro"))
        | Exists(entries.changed())
        | Exists(sections.changed())
    )


class PostQuerySet(models.QuerySet["Post"]):
    def published(self) -> PostQuerySet:
        """The one answer to "may the public see this?"."""
        return self.filter(state=State.PUBLISHED, published_at__lte=now())

    def in_feeds(self) -> PostQuerySet:
        """Published posts whose feed delay is over: until then a slip can be taken back.

        A digest that went public when one of more than CATCH_UP_DAYS later was there already fills
        a gap of long ago: it has its page, and no subscriber is told of it as news.
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
        """Scheduled posts whose time has come."""
        return self.filter(state=State.SCHEDULED, scheduled_at__lte=now())

    def changed(self) -> PostQuerySet:
        """Published posts whose working text differs from what readers see."""
        return self.filter(_is_changed())

    def with_changes(self) -> PostQuerySet:
        """With `changed`, for lists: whether the post is one of `changed()`."""
        return self.annotate(changed=ExpressionWrapper(_is_changed(), output_field=BooleanField()))

    def with_public_entries(self) -> PostQuerySet:
        """With all that a page shows, in as many queries for fifty papers as for five."""
        entries = Entry.objects.filter(public_position__isnull=False).order_by(
            "public_position", "id"
        )
        shown = Section.objects.public().with_reviewers()
        # Any, for taggit has no types.
        of_papers: list[Any] = [
            Prefetch("paper__sections", shown, "public_sections"),
            "paper__tags",
        ]
        papers = entries.select_related("paper").prefetch_related(*of_papers)
        of_posts: list[Any] = ["tags", Prefetch("entries", papers, "public_entries")]
        return self.prefetch_related(*of_posts, corrections_of_posts())


class Post(models.Model):
    """A dated, titled page of chosen papers in an order; its date is the listing day it digests."""

    date = models.DateField(_("date"), help_text=_("The day whose papers it digests."))
    slug = models.SlugField(_("slug"), max_length=100, default="daily-papers", allow_unicode=True)
    language = models.CharField(_("language"), max_length=8, default=site_language)
    title = LineField(_("title"), max_length=200)
    intro = MarkdownField(_("introduction"), blank=True)
    intro_html = models.TextField(blank=True, editable=False)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT)
    scheduled_at = models.DateTimeField(_("scheduled for"), null=True, blank=True)

    feed_id = models.CharField(
        _("feed id"), max_length=500, unique=True, default=new_feed_id, editable=False
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    updated_at = models.DateTimeField(_("public text changed"), null=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, editable=False)
    created_at = models.DateTimeField(_("made"), db_default=Now(), editable=False)
    front_matter = ShapedJSONField(
        default=list, editable=False, help_text="[key, value] in the order of the imported file."
    )

    public_title = models.CharField(max_length=200, blank=True, editable=False)
    public_intro = models.TextField(blank=True, editable=False)
    public_intro_html = models.TextField(blank=True, editable=False)

    public_entries: list[Entry]
    """What readers see, in order; there after `PostQuerySet.with_public_entries`."""
    public_corrections: list[Correction]
    """The newest first; there with them."""

    papers = models.ManyToManyField(Paper, through="Entry", related_name="posts")
    tags = TaggableManager(_("tags"), blank=True, manager=Tags)
    findings = GenericRelation(Finding, "collection_id", "collection_type")
    """What comparing its papers found; they go with it."""
    objects = PostQuerySet.as_manager()
    history = HistoricalRecords(
        excluded_fields=["intro_html", "public_title", "public_intro", "public_intro_html"],
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
        permissions = [("publish_post", _("Can publish, schedule and withdraw posts"))]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.render()
        super().save(*args, **kwargs)

    def render(self) -> None:
        self.intro_html = rendering.render(self.intro, footnote_prefix="intro-")

    def get_absolute_url(self) -> str:
        """Its page; its day's, where another hand has left it no address of its own."""
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
        """When a published post went public."""
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


class EntryQuerySet(models.QuerySet["Entry"]):
    def changed(self) -> EntryQuerySet:
        """Entries that readers see elsewhere, with another note, still, or not yet."""
        return self.filter(
            Q(position__isnull=True)
            | Q(public_position__isnull=True)
            | ~Q(position=F("public_position"))
            | ~Q(note=F("public_note"))
        )

    def public(self) -> EntryQuerySet:
        return self.filter(public_position__isnull=False, post__in=Post.objects.published())


class Entry(models.Model):
    """One paper's place in a post: as the editor orders it, and as readers see it."""

    post = models.ForeignKey(Post, models.CASCADE, verbose_name=_("post"), related_name="entries")
    paper = models.ForeignKey(
        Paper, models.PROTECT, verbose_name=_("paper"), related_name="entries"
    )
    # Empty: taken out by the editor, and gone for readers with the next publishing.
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
        self.note_html = rendering.render(self.note, footnote_prefix=f"note-{self.paper_id}-")


def published_papers() -> models.QuerySet[Paper]:
    """Papers that stand in a published post: those that have a public page."""
    return Paper.objects.filter(Exists(Entry.objects.public().filter(paper=OuterRef("pk"))))


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def public(self) -> CorrectionQuerySet:
        """Corrections of published posts, with all that is told of them."""
        public = self.filter(post__in=Post.objects.published())
        return public.select_related("post", "paper")


def corrections_of_posts() -> Any:
    """What brings posts their `public_corrections`."""
    told = Correction.objects.select_related("paper")
    return Prefetch("corrections", told, "public_corrections")


class Correction(models.Model):
    """A dated note that a published digest was put right: on its page, in its feeds, and by itself.

    What was said to readers stays said: a correction is made once and not edited.
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

    objects = CorrectionQuerySet.as_manager()

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
    def heading(self) -> str:
        """What stands before the text: that it was corrected, and on which day."""
        date = date_format(localtime(self.corrected_at), "DATE_FORMAT")
        return gettext("Corrected %(date)s") % {"date": date}

    def get_absolute_url(self) -> str:
        """Where the corrected text stands."""
        place = f"#{self.paper.arxiv_id}" if self.paper else ""
        return self.post.get_absolute_url() + place
