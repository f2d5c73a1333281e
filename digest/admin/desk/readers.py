"""What readers and arXiv say of papers and posts, what machines propose, until a person decides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, F, Max, Min, Model, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from digest.admin.desk.asking import Asking
from digest.admin.desk.items import Fact, Item, Step, moment
from digest.models import PreviewNote
from papers.models import Paper, Proposal, ProposalState, Report

SHOWN_WITHDRAWALS = 5
SHOWN_NOTED = 5
OPEN = "?state__exact=open"

Waiting = tuple[Item, bool]
"""What waits, and whether it waits for the user."""


def waiting(asking: Asking) -> Iterator[Waiting]:
    """Yield what waits among the things that the user may see, in 5 queries."""
    counted = _counts()
    if asking.may("papers.view_proposal"):
        yield from _withdrawals(asking)
    if asking.may("papers.view_report"):
        yield from _reports(asking, counted.get("report"))
    if asking.may("digest.view_post"):
        yield from _notes(asking)
    if asking.may("papers.view_proposal"):
        yield from _proposals(asking, counted.get("proposal"))
    if asking.may("papers.view_paper"):
        yield from _newer(asking)


def _withdrawals(asking: Asking) -> Iterator[Waiting]:
    """Yield the papers of which arXiv says that they were taken back."""
    found = _open_proposals().filter(field="withdrawn").select_related("paper")
    for proposal in found[:SHOWN_WITHDRAWALS]:
        page = reverse("admin:papers_paper_change", args=[proposal.paper_id])
        fact = Fact(_("arXiv says so; readers are told once you confirm it."))
        may = _may_decide(asking)
        step = Step(_("Look at it"), page) if may else None
        word = _("withdrawn")
        yield Item(proposal.paper.title_plain, page, word, "bad", (fact,), step), may


def _proposals(asking: Asking, found: dict[str, Any] | None) -> Iterator[Waiting]:
    if found:
        title = ngettext("A proposal waits", "%(n)d proposals wait", found["n"])
        may = _may_decide(asking)
        yield _counted(Proposal, found, title, _("proposed"), _("Decide") if may else ""), may


def _reports(asking: Asking, found: dict[str, Any] | None) -> Iterator[Waiting]:
    if found:
        title = ngettext("A reader reports a mistake", "Readers report %(n)d mistakes", found["n"])
        may = asking.may("papers.change_report")
        item = _counted(Report, found, title, _("reported"), _("Look at it") if may else "", "warn")
        yield item, may


def _notes(asking: Asking) -> Iterator[Waiting]:
    """Yield the posts with open notes on a preview, the longest waiting first."""
    of_posts = PreviewNote.objects.open().order_by().values("link__post", "link__post__title")
    found = of_posts.annotate(n=Count("pk"), first=Min("written_at")).order_by(
        "first", "link__post"
    )
    may = asking.may("digest.change_post")
    for row in found.order_by("first", "link__post")[:SHOWN_NOTED]:
        page = reverse("admin:digest_post_change", args=[row["link__post"]]) + "#preview-links"
        title = ngettext(
            "A note on the preview of “%(post)s”",
            "%(n)d notes on the preview of “%(post)s”",
            row["n"],
        )
        fact = Fact(_("the first %(when)s") % {"when": moment(row["first"])})
        step = Step(_("Look at it"), page) if may else None
        said = title % {"n": row["n"], "post": row["link__post__title"]}
        yield Item(said, page, _("noted"), "warn", (fact,), step), may


def _newer(asking: Asking) -> Iterator[Waiting]:
    count = Paper.objects.filter(version__gt=F("public_version")).count()
    if count:
        title = ngettext(
            "%(n)d published paper has a newer version",
            "%(n)d published papers have a newer version",
            count,
        )
        page = f"{reverse('admin:papers_paper_changelist')}?since=newer"
        may = asking.may("papers.change_paper")
        step = Step(_("Look at it"), page) if may else None
        yield Item(title % {"n": count}, page, _("newer"), "", (), step), may


def _open_proposals() -> QuerySet[Proposal]:
    return Proposal.objects.filter(state=ProposalState.OPEN)


def _may_decide(asking: Asking) -> bool:
    return asking.may("papers.change_proposal", "papers.change_paper")


def _counts() -> dict[str, dict[str, Any]]:
    """Return how many reports and proposals are open, since when, and the last of each."""
    one, other = (
        rows.order_by()
        .values("state")
        .annotate(model=Value(name), n=Count("pk"), first=Min("created_at"), last=Max("pk"))
        .values("model", "n", "first", "last")
        for name, rows in (
            ("report", Report.objects.open()),
            ("proposal", _open_proposals().exclude(field="withdrawn")),
        )
    )
    return {row["model"]: dict(row) for row in one.union(other)}


def _counted(
    model: type[Model], found: dict[str, Any], title: str, word: str, label: str, tone: str = ""
) -> Item:
    """Return the item of so many rows: a single one is led to, of more their list."""
    name = f"admin:{model._meta.label_lower.replace('.', '_')}"
    several = found["n"] > 1
    page = f"{reverse(f'{name}_changelist')}{OPEN}"
    place = page if several else reverse(f"{name}_change", args=[found["last"]])
    since = _("the first %(when)s") if several else "%(when)s"
    facts = (Fact(since % {"when": moment(found["first"])}),)
    return Item(
        title % {"n": found["n"]}, page, word, tone, facts, Step(label, place) if label else None
    )
