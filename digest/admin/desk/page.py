"""Puts the desk together for one person: the days, what waits for whom, what goes by itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from digest.admin.desk import days, lately, readers, troubles, work
from digest.admin.desk.asking import Asking
from digest.admin.desk.days import Days
from digest.admin.desk.items import SHOWN, Item
from digest.admin.desk.posts import Posts
from digest.admin.desk.schedules import Schedules
from digest.admin.desk.work import Work
from digest.models import Post
from papers.models import Listing


@dataclass
class Desk:
    """What the page shows. Lists that the user may not see are empty."""

    days: list[days.Row] = field(default_factory=list)
    more_days: bool = False
    yours: list[Item] = field(default_factory=list)
    others: list[Item] = field(default_factory=list)
    alone: list[Item] = field(default_factory=list)
    work: Work | None = None
    lately: lately.Lately | None = None
    is_new: bool = False
    """Whether the site has nothing yet."""

    def add(self, item: Item, *, waits_for_user: bool) -> None:
        (self.yours if waits_for_user else self.others).append(item)

    @property
    def waits(self) -> bool:
        """Return whether anything waits for the user."""
        to_do = any(row.step and row.numbers.listed for row in self.days)
        return bool(self.yours) or to_do or bool(self.work and self.work.failed)


def desk(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add the desk to the context of the first page. Nothing is written."""
    context["desk"] = read(Asking(request.user))
    return context


def read(asking: Asking) -> Desk:
    """Read the desk in at most 30 queries, however much there is."""
    page, schedules = Desk(), Schedules()
    if asking.may("digest.view_post", "papers.view_listing"):
        _add_posts(page, asking, schedules)
    for item, waits_for_user in readers.waiting(asking):
        page.add(item, waits_for_user=waits_for_user)
    page.yours += troubles.items(asking)
    if asking.may("papers.view_job"):
        _add_work(page, asking)
    if asking.may("papers.view_sourcestate"):
        page.yours += work.stopped_sources()
        page.yours += work.fallen_texts()
    page.yours += schedules.items(asking)
    page.lately = lately.read(asking)
    page.is_new = not any(row.numbers.listed for row in page.days) and not _any(Listing, Post)
    return page


def _add_posts(page: Desk, asking: Asking, schedules: Schedules) -> None:
    numbers = days.read()
    posts = Posts(asking, [day.date for day in numbers], schedules)
    shown = Days(asking, numbers, posts, schedules)
    page.days, page.more_days = shown.rows, shown.more
    for post in posts.in_work(without=shown.shown_posts):
        if posts.goes_by_itself(post) and not posts.asks_user(post):
            page.alone.append(posts.item(post))
        else:
            page.add(posts.item(post), waits_for_user=posts.waits_for_user(post))
    for post in posts.changed[:SHOWN]:
        if post.pk not in shown.shown_posts:
            page.add(posts.item(post), waits_for_user=posts.waits_for_user(post))
    if posts.are_more:
        page.alone.append(Item(_("There are more posts"), reverse("admin:digest_post_changelist")))


def _add_work(page: Desk, asking: Asking) -> None:
    page.work = Work()
    may = asking.may("papers.change_job")
    for item in page.work.still(asking):
        page.add(item, waits_for_user=may)
    if waiting := page.work.waiting:
        page.alone.append(Item(waiting.text, waiting.address, _("waiting")))


def _any(*models: type[Model]) -> bool:
    return any(model._default_manager.exists() for model in models)
