"""Random acts on everything that readers see, and all addresses that they can ask for.

Each act is one thing that an editor, a source, a worker or somebody with SQL does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.urls import reverse
from django.utils import translation
from taggit.models import Tag

from digest import publishing
from digest.models import Correction, Entry, Post, State, TagChange, published_papers
from digest.publishing import tag_changes
from digest.publishing.gate import Override, errors
from digest.readers.pages.first import FEEDS
from digest.readers.sitemaps import SITEMAPS
from digest.readers.views.citations import FORMS
from digest.search import index, related
from papers import kinds
from papers.clock import now
from papers.models import Listing, Paper, Section, Source, SourceAnswer
from tests.factories import make_paper, make_section

FIRST = date(2025, 9, 1)
KEYWORDS = ("agents", "Agents", "world models")
TAGS = ("Agents", "강화학습", "Robotics", "Vision", "수학")


def addresses() -> list[str]:
    """Return every address that may have a stored page, in all languages."""
    rows = [*Post.objects.all(), *Paper.objects.all()]
    found = [
        *("/corrections.xml", "/robots.txt", "/llms.txt"),
        *("/trends.csv", "/trends/4-weeks.csv", "/trends/topics/agents.csv"),
        *(f"/sitemap-{name}.xml" for name in SITEMAPS),
        *(f"{row.get_absolute_url()[:-1]}.{form}" for row in rows for form in FORMS),
        *(reverse("tag_feed", args=[tag.slug]) for tag in Tag.objects.all()),
    ]
    for language in ("ko", "en"):
        with translation.override(language):
            found += _translated()
    return found


def _translated() -> Iterator[str]:
    names = ("home", "archive", "tag_list", "all_tags", "trends", "about", "feeds", "marks", *FEEDS)
    yield from map(reverse, names)
    yield from (reverse("trends", args=[52]), reverse("trend", args=["agents"]))
    for post in Post.objects.all():
        address = post.get_absolute_url()
        yield from (address, f"{address[:-1]}.md", f"{address[:-1]}.json")
    days = set(Post.objects.values_list("date", flat=True))
    for day in days:
        yield reverse("day", args=day.isoformat().split("-"))
    for year, month in {(f"{day:%Y}", f"{day:%m}") for day in days}:
        yield reverse("month", args=[year, month])
    for year in {f"{day:%Y}" for day in days}:
        yield reverse("year", args=[year])
    for tag in Tag.objects.all():
        yield reverse("tag", args=[tag.slug])
    for paper in Paper.objects.all():
        yield from (
            reverse(name, args=[paper.arxiv_id]) for name in ("paper", "paper_md", "paper_json")
        )


def make_site(random: Random, digests: int = 6) -> None:
    """Make published digests, a draft, a withdrawn one, and editors who reviewed."""
    for number in range(3):
        User.objects.create_user(f"editor{number}", first_name="Ada", last_name=f"L{number}")
    for number in range(digests):
        _new_post(random, FIRST + timedelta(days=3 * number))
    for post in Post.objects.all()[1:]:
        publishing.publish(post, at=_moment(post.date), gated=False)
    for tag in TAGS:
        random.choice(list(Paper.objects.all())).tags.add(tag)
        random.choice(list(Post.objects.all())).tags.add(tag)


def _moment(day: date) -> Any:
    """Return a time of publication long ago, so that no delay is under way."""
    return now() - timedelta(days=90) + (day - FIRST)


def _new_post(random: Random, day: date) -> Post:
    title, slug = f"Daily Papers — {day}", f"d{random.randint(0, 10**9)}"
    post = Post.objects.create(date=day, title=title, slug=slug)
    for position in range(1, random.randint(2, 4)):
        paper = make_paper(keywords=[random.choice(KEYWORDS)])
        for kind in (kinds.GIST, kinds.INTRODUCTION, kinds.RESULTS):
            for language in random.choice([("ko",), ("ko", "en")]):
                make_section(paper, kind, language=language)
        Listing.objects.create(
            paper=paper, source=Source.HUGGINGFACE, day=day, rank=position, upvotes=position
        )
        Entry.objects.create(post=post, paper=paper, position=position)
    return post


class Acts:
    """The acts, each a method. `do` does one of them at random and returns its name."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.names = sorted(name for name in vars(type(self)) if name.startswith("act_"))
        self.number = 0

    def do(self) -> str:
        self.number += 1
        name = self.random.choice(self.names)
        act: Callable[[], None] = getattr(self, name)
        act()
        return name.removeprefix("act_")

    def _one(self, rows: Any) -> Any:
        keys = list(rows.order_by("pk").values_list("pk", flat=True))
        return rows.get(pk=self.random.choice(keys)) if keys else None

    def _some(self, rows: Any) -> list[Any]:
        keys = list(rows.order_by("pk").values_list("pk", flat=True))
        return list(rows.filter(pk__in=self.random.sample(keys, min(3, len(keys)))))

    def _word(self) -> str:
        return f"Wort{self.number}"

    def _published(self) -> Post | None:
        return self._one(Post.objects.published())

    def act_edit_a_section(self) -> None:
        section = self._one(Section.objects)
        section.markdown += f"\n\n{self._word()}."
        section.save()

    def act_edit_and_publish_changes(self) -> None:
        if post := self._published():
            entry = self._one(post.entries.filter(position__isnull=False))
            section = self._one(Section.objects.filter(paper=entry.paper))
            if section:
                section.markdown = f"{self._word()}. Text."
                section.save()
            publishing.publish_changes(post, override=_over(post))

    def act_publish(self) -> None:
        drafts = Post.objects.filter(state__in=[State.DRAFT, State.IN_REVIEW])
        if post := self._one(drafts):
            publishing.publish(post, at=_moment(post.date), gated=False)

    def act_begin_a_post(self) -> None:
        days = set(Post.objects.values_list("date", flat=True))
        day = FIRST + timedelta(days=self.random.randint(0, 60))
        if day not in days and Post.objects.count() < 14:
            _new_post(self.random, day)

    def act_withdraw(self) -> None:
        if Post.objects.published().count() > 4 and (post := self._published()):
            publishing.withdraw(post)

    def act_publish_again(self) -> None:
        if post := self._one(Post.objects.filter(state=State.WITHDRAWN)):
            publishing.publish(post, gated=False)

    def act_correct(self) -> None:
        if post := self._published():
            post.intro = f"{self._word()}."
            post.save()
            paper = self._one(Paper.objects.filter(entries__post=post))
            publishing.publish_changes(
                post,
                override=_over(post),
                correction=Correction(text=self._word(), paper=self.random.choice([None, paper])),
            )

    def act_retag_a_post(self) -> None:
        self._retag(self._one(Post.objects))

    def act_retag_a_paper(self) -> None:
        self._retag(self._one(published_papers()))

    def _retag(self, row: Any) -> None:
        if row is not None:
            row.tags.set(self.random.sample(TAGS, self.random.randint(0, 2)))

    def act_rename_a_tag(self) -> None:
        if tag := self._one(Tag.objects.filter(name__in=TAGS)):
            tag.name = tag.name.swapcase()
            tag.save()

    def act_move_a_tag(self) -> None:
        if tag := self._one(Tag.objects.filter(name__in=TAGS)):
            tag.slug = f"moved-{self.number}"
            tag.save()

    def act_merge_tags(self) -> None:
        if len(tags := self._some(Tag.objects)) > 1:
            tag_changes.merge(tags[1:], tags[0])

    def act_take_a_merge_back(self) -> None:
        change = self._one(TagChange.objects.merges())
        if change and not tag_changes.why_not_undone(change):
            tag_changes.undo(change)

    def act_delete_an_unused_tag(self) -> None:
        Tag.objects.filter(taggit_taggeditem_items=None).delete()

    def act_retitle_a_post(self) -> None:
        if post := self._published():
            post.title = f"Daily Papers {self._word()}"
            post.save()
            publishing.publish_changes(post, override=_over(post))

    def act_reorder(self) -> None:
        if post := self._published():
            entries = list(post.entries.filter(position__isnull=False))
            self.random.shuffle(entries)
            for position, entry in enumerate(entries, start=1):
                entry.position = position
                entry.save()
            publishing.publish_changes(post, override=_over(post))

    def act_take_a_paper_out(self) -> None:
        if (post := self._published()) and post.entries.count() > 1:
            entry = self._one(post.entries)
            entry.position = None
            entry.save()
            publishing.publish_changes(post, override=_over(post))

    def act_add_a_paper(self) -> None:
        post, paper = self._published(), self._one(Paper.objects)
        if post and not post.entries.filter(paper=paper).exists():
            Entry.objects.create(post=post, paper=paper, position=9, note=self._word())
            publishing.publish_changes(post, override=_over(post))

    def act_ingest(self) -> None:
        for listing in self._some(Listing.objects):
            listing.upvotes = (listing.upvotes or 0) + 1
            listing.save()
        paper = make_paper()
        Listing.objects.create(paper=paper, source=Source.HUGGINGFACE, day=FIRST, rank=7)

    def act_rename_a_keyword(self) -> None:
        paper = self._one(Paper.objects)
        paper.keywords = [self.random.choice(KEYWORDS)]
        if self.random.random() < 0.3:
            paper.mark_edited({"keywords"})
        paper.save()

    def act_answer(self) -> None:
        listing = self._one(Listing.objects)
        SourceAnswer.objects.create(
            source=Source.HUGGINGFACE,
            day=listing.day,
            fetched_at=now(),
            pages=[],
            listed_ids=[listing.paper.arxiv_id],
        )

    def act_list_on_another_day(self) -> None:
        if listing := self._one(Listing.objects):
            listing.day += timedelta(days=self.random.choice([-7, 7]))
            listing.save()

    def act_recheck(self) -> None:
        for paper in self._some(Paper.objects):
            paper.version = (paper.version or 1) + 1
            paper.arxiv_checked_at = now()
            paper.save()

    def act_confirm_a_withdrawal(self) -> None:
        paper = self._one(published_papers())
        if paper:
            paper.withdrawn = not paper.withdrawn
            paper.save()

    def act_correct_a_title(self) -> None:
        if paper := self._one(published_papers()):
            paper.title = f"{self._word()} with $x^2$"
            paper.save()

    def act_relate(self) -> None:
        for paper in self._some(published_papers()):
            paper.keywords = [f"zebra{self.number % 2} stripes", "okapi"]
            paper.save()
        self._index()

    def _index(self) -> None:
        for _ in index.refresh_all():
            pass
        for _ in related.refresh_all(most=100):
            pass

    def act_review(self) -> None:
        section = self._one(Section.objects)
        section.reviewer, section.reviewed_at = self._one(User.objects), now()
        section.save()

    def act_rename_an_editor(self) -> None:
        user = self._one(User.objects)
        user.last_name = self._word()
        user.save()

    def act_sign_in(self) -> None:
        User.objects.update(last_login=now())

    def act_update_in_bulk(self) -> None:
        Paper.objects.filter(pk__in=list(Paper.objects.values_list("pk", flat=True)[:4])).update(
            organization=self._word()
        )

    def act_write_sql(self) -> None:
        post = self._published()
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE papers_section SET public_html = %s WHERE id IN (SELECT min(id) FROM"
                " papers_section WHERE public_html <> '')",
                [f"<p>{self._word()}.</p>"],
            )
            if post:
                cursor.execute("UPDATE digest_post SET date = date + 1 WHERE id = %s", [post.pk])

    def act_delete_a_draft(self) -> None:
        if post := self._one(Post.objects.filter(state=State.DRAFT)):
            post.delete()


def _over(post: Post) -> Any:
    """Return an override of whatever the gate finds: these texts are not about any paper."""
    found = frozenset(finding.key for finding in errors(post))
    return Override(findings=found, user=User.objects.first(), reason="random")
