"""The findings of a post, each remark once with its places, and one answer for all of a kind."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from digest.models import Post
from digest.publishing import gate
from papers.admin.requests import StaffRequest
from papers.models import Finding, FindingLevel
from papers.pipeline import checking

LISTS = ("blocking", "remarks", "accepted")
MOST_PLACES = 5
"""Of a remark whose places the page of the post shows before it is asked for them."""
_VALUE = re.compile(r"%\(\w+\)[sd]")


@dataclass(slots=True)
class Remark:
    """What a check says in the same words of one or several places."""

    findings: list[Finding] = field(default_factory=list)

    @property
    def first(self) -> Finding:
        return self.findings[0]

    @property
    def names(self) -> str:
        return names(self.findings)


@dataclass(slots=True)
class Answer(Remark):
    """Findings that one person accepted at once, for one reason."""


@dataclass(slots=True)
class Kind:
    """All remarks of one kind: open ones, and what was answered."""

    remarks: list[Remark]
    answers: list[Answer]

    @property
    def findings(self) -> list[Finding]:
        return [each for part in (*self.remarks, *self.answers) for each in part.findings]

    @property
    def open(self) -> list[Finding]:
        return [each for remark in self.remarks for each in remark.findings]

    @property
    def first(self) -> Finding:
        return self.findings[0]

    @property
    def name(self) -> str:
        """Return what identifies its place on the page, before and after an answer."""
        told = f"{self.first.check_name}\n{self.first.code}"
        return hashlib.sha256(told.encode()).hexdigest()[:12]

    @property
    def label(self) -> str:
        """Return its message without the values that differ from remark to remark."""
        return _VALUE.sub("…", gettext(self.first.message)).replace("%%", "%")

    @property
    def level(self) -> str:
        return self.open[0].level if self.remarks else "answered"

    @property
    def is_folded(self) -> bool:
        """Return whether its places come only when they are asked for."""
        return len(self.remarks) > 1 or len(self.open) > MOST_PLACES

    @property
    def may_stand(self) -> bool:
        return self.first.level != FindingLevel.UNCHECKED

    @property
    def names(self) -> str:
        return names(self.open)

    @property
    def shown(self) -> str:
        return names(self.findings)


def names(findings: Iterable[Finding]) -> str:
    """Return the names by which a form sends findings back. One that is not stored has no id."""
    return ",".join(sorted(str(each.pk or each.key) for each in findings))


def kinds(findings: Iterable[Finding]) -> list[Kind]:
    """Return findings as kinds of remarks, in the order of each kind's first."""
    grouped = _grouped(findings, lambda each: (each.check_name, each.code))
    return [_kind(of_kind) for of_kind in grouped]


def _kind(findings: list[Finding]) -> Kind:
    waiting = [each for each in findings if each.is_open]
    done = [each for each in findings if not each.is_open]
    return Kind(
        [Remark(said) for said in _grouped(waiting, lambda each: (each.level, each.why))],
        [Answer(said) for said in _grouped(done, _act)],
    )


def _act(finding: Finding) -> tuple[Any, ...]:
    return finding.accepted_by_id, finding.accepted_at, finding.reason


def _grouped(findings: Iterable[Finding], by: Any) -> list[list[Finding]]:
    found: dict[Any, list[Finding]] = {}
    for each in findings:
        found.setdefault(by(each), []).append(each)
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Standing:
    """The findings of a post as its page shows them."""

    blocking: list[Finding]
    remarks: list[Finding]
    accepted: list[Finding]

    @classmethod
    def of(cls, post: Post, found: list[Finding]) -> Standing:
        blocking = gate.blocking(post, found)
        stopped = {each.key for each in blocking}
        others = [each for each in found if each.key not in stopped]
        waiting = [each for each in others if each.is_open]
        return cls(blocking, waiting, [each for each in others if not each.is_open])

    @property
    def lists(self) -> list[tuple[str, list[Finding], list[Kind]]]:
        """Return the lists of the page, those that block publishing first."""
        found = (self.blocking, self.remarks, self.accepted)
        return [(name, each, kinds(each)) for name, each in zip(LISTS, found, strict=True)]


@require_POST
def answer_view(request: StaffRequest, object_id: int, model_admin: Any) -> HttpResponse:
    """Accept findings of a post for one reason, or take that back. Each keeps its own record."""
    post = get_object_or_404(Post, pk=object_id)
    if not request.user.has_perm("papers.change_finding"):
        raise PermissionDenied
    if not model_admin.has_view_or_change_permission(request, post):
        raise PermissionDenied
    chosen, error = _named(gate.findings(post), request.POST.get("findings", "")), ""
    try:
        _answer(chosen, request)
    except ValidationError as refused:
        error = " ".join(refused.messages)
    if "HX-Request" not in request.headers:
        return HttpResponseRedirect(reverse("admin:digest_post_change", args=[post.pk]))
    return _as_it_stands(request, post, chosen, error)


def _answer(chosen: list[Finding], request: StaffRequest) -> None:
    if "undo" in request.POST:
        checking.reopen(chosen, request.user)
    else:
        waiting = [each for each in chosen if each.level != FindingLevel.UNCHECKED]
        checking.accept_all(waiting, request.user, request.POST.get("reason", ""))


def _as_it_stands(
    request: HttpRequest, post: Post, chosen: list[Finding], error: str
) -> HttpResponse:
    """Return the kind that was answered as it is now, and the counts above it."""
    found = gate.current(post)
    shown = kinds(_named(found, request.POST.get("shown", "")))
    context = {
        "original": post,
        "standing": Standing.of(post, found),
        "kind": shown[0] if shown else None,
        "answered": names(chosen),
        "list": _list(request.POST),
        "one_by_one": bool(shown) and names(chosen) not in {shown[0].names, ""},
        "error": error,
    }
    return render(request, "admin/digest/post/answered.html", context)


def _list(sent: QueryDict) -> str:
    name = sent.get("list", "")
    return name if name in LISTS else LISTS[0]


@require_safe
def remarks_view(request: StaffRequest, object_id: int, model_admin: Any) -> HttpResponse:
    """Show the remarks of one kind, for who wants to answer them one by one."""
    post = get_object_or_404(Post, pk=object_id)
    if not model_admin.has_view_or_change_permission(request, post):
        raise PermissionDenied
    name = _list(request.GET)
    listed = next(each for each in Standing.of(post, gate.current(post)).lists if each[0] == name)
    kind = next((each for each in listed[2] if each.name == request.GET.get("kind")), None)
    if kind is None:
        return render(request, "admin/papers/finding_gone.html")
    context = {"original": post, "kind": kind, "list": name}
    return render(request, "admin/digest/post/one_by_one.html", context)


def _named(found: Iterable[Finding], sent: str) -> list[Finding]:
    """Return those of the findings that a form names, by id or by key."""
    wanted = set(sent.split(","))
    return [each for each in found if str(each.pk) in wanted or each.key in wanted]
