"""What people say to each other about a post, on its page, and the buttons to say it with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from digest import publishing
from digest.admin import post_pages
from digest.models import VERDICTS, Comment, CommentKind, Post, State
from digest.models.comment import LONGEST
from digest.publishing import approval, reviews
from digest.publishing.people import name_of
from digest.publishing.seen import lines
from papers.admin.requests import StaffRequest
from papers.editing.form_fields import TextFormField

SHOWN = 30
"""The newest comments that a post's page shows."""
CHANGE = "digest.change_post"


def may_comment(user: User | AnonymousUser) -> bool:
    return approval.may_review(user) or user.has_perm(CHANGE)


@dataclass(frozen=True, slots=True)
class Talk:
    """The comments on a post, the newest last, and where its review stands."""

    comments: list[Comment]
    earlier: int
    """How many more there are before them."""
    asked: Comment | None
    """The newest request that nobody has answered with a verdict."""
    verdict: Comment | None
    """The newest verdict that no request came after."""

    is_stale: bool = False
    """Whether the text was changed since that verdict."""

    @classmethod
    def of(cls, post: Post) -> Talk:
        """Read it in 1 to 4 queries. What readers see by now is no longer asked about."""
        newest = list(post.comments.order_by("-made_at", "-pk")[: SHOWN + 1])
        are_more = len(newest) > SHOWN
        earlier = post.comments.count() - SHOWN if are_more else 0
        last = next((each for each in newest if each.kind != CommentKind.COMMENT), None)
        if last is None and are_more:
            steps = post.comments.exclude(kind=CommentKind.COMMENT)
            last = steps.order_by("-made_at", "-pk").first()
        since = post.made_public_at
        if last and since is not None and last.made_at <= since:
            last = None
        verdict = last if last and last.kind in VERDICTS else None
        is_stale = bool(verdict and approval.last_edits({post.pk: verdict.made_at}))
        asked = None if verdict else last
        return cls(newest[:SHOWN][::-1], earlier, asked, verdict, is_stale)

    @property
    def wants_changes(self) -> bool:
        return self._says(CommentKind.CHANGES)

    @property
    def is_reviewed(self) -> bool:
        return self._says(CommentKind.REVIEWED)

    def _says(self, kind: CommentKind) -> bool:
        return self.verdict is not None and self.verdict.kind == kind and not self.is_stale

    def waits_for(self, user: User | AnonymousUser) -> bool:
        asked = self.asked
        return asked is not None and (asked.is_open_to_all or asked.asked_id == user.pk)


class CommentForm(forms.Form):
    text = TextFormField(
        label=gettext_lazy("Comment"),
        max_length=LONGEST,
        required=False,
        strip=True,
        widget=UnfoldAdminTextareaWidget({"rows": 3}),
    )


class AskForm(CommentForm):
    asked = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("Who shall look at it"),
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    field_order = ("asked", "text")

    def __init__(self, by: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked: Any = self.fields["asked"]
        able = approval.reviewers().filter(is_staff=True).exclude(pk=by.pk)
        asked.queryset = able.order_by("first_name", "last_name", "username")
        asked.label_from_instance = name_of
        asked.empty_label = _("Whoever may review")


@require_http_methods(["GET", "POST"])
def ask_view(request: StaffRequest, object_id: int, model_admin: Any) -> HttpResponse:
    """Ask somebody, by name or not, to review the post. A draft goes to review."""
    post = _post(request, object_id, model_admin)
    if not request.user.has_perm(CHANGE):  # It moves a draft.
        raise PermissionDenied
    form = AskForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data
        said = reviews.ask(post, request.user, words["asked"], words["text"])
        return _back(request, post, said)
    context = {
        "title": _("Who shall review this post?"),
        "button": _("Send to review"),
        "form": form,
        "is_draft": post.state == State.DRAFT,
    }
    return post_pages.page(request, model_admin, post, "review", context)


@require_http_methods(["GET", "POST"])
def review_view(request: StaffRequest, object_id: int, model_admin: Any) -> HttpResponse:
    """Show what would go public, and what was said of it. Take a comment or a verdict."""
    post = _post(request, object_id, model_admin)
    shown = lines(post)  # Before all else that the page shows.
    form = CommentForm(request.POST or None)
    verdict = request.POST.get("verdict", CommentKind.COMMENT)
    if request.method == "POST":
        if verdict in VERDICTS and not approval.may_review(request.user):
            raise PermissionDenied
        if form.is_valid() and (response := _say(request, post, form, verdict)):
            return response
    context = {
        "title": _("Review"),
        "form": form,
        "seen": "\n".join(shown),
        "talk": Talk.of(post),
        "may_review": approval.may_review(request.user),
        "is_review": True,
    }
    return post_pages.page(request, model_admin, post, "review", context)


def _say(request: StaffRequest, post: Post, form: CommentForm, verdict: str) -> HttpResponse | None:
    """Store what was said. Return None if the page must be shown again."""
    text = form.cleaned_data["text"]
    if not text and verdict != CommentKind.REVIEWED:
        form.add_error("text", _("Write what should change, or what you think."))
        return None
    if verdict == CommentKind.REVIEWED:
        seen = filter(None, request.POST.get("seen", "").replace("\r", "").split("\n"))
        return _said(request, post, partial(reviews.mark_reviewed, text=text, seen=frozenset(seen)))
    if verdict == CommentKind.CHANGES:
        return _said(request, post, partial(reviews.request_changes, text=text))
    return _said(request, post, partial(reviews.comment, text=text))


def _said(request: StaffRequest, post: Post, say: Any) -> HttpResponse | None:
    try:
        comment = say(post, request.user)
    except publishing.Unapproved as refusal:
        messages.error(request, str(refusal))
        return None
    return _back(request, post, comment)


def _back(request: HttpRequest, post: Post, comment: Comment) -> HttpResponse:
    messages.success(request, _done(comment))
    return post_pages.to_post(post)


def _done(comment: Comment) -> str:
    match comment.kind:
        case CommentKind.ASKED if comment.asked_name:
            return _("%(who)s is asked to review it.") % {"who": comment.asked_name}
        case CommentKind.ASKED:
            return _("It waits for whoever may review.")
        case CommentKind.CHANGES:
            return _("Changes are requested.")
        case CommentKind.REVIEWED:
            return _("It is marked as reviewed.")
    return _("The comment is stored.")


def _post(request: HttpRequest, object_id: int, model_admin: Any) -> Post:
    post = get_object_or_404(Post, pk=object_id)
    if not model_admin.has_view_or_change_permission(request, post):
        raise PermissionDenied
    if not may_comment(request.user):
        raise PermissionDenied
    return post


VIEWS = {"ask": ask_view, "review": review_view}
