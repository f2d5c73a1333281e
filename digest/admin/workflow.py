"""The steps that readers notice, each with a page to confirm it, and the preview for editors."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from digest import publishing
from digest.admin import post_pages, reviewing
from digest.admin.forms import CorrectionForm, ScheduleForm, WithdrawForm, tomorrow
from digest.admin.going_public import going_public
from digest.admin.remarks import Standing, answer_view, remarks_view
from digest.models import Post, State
from digest.publishing import four_eyes, gate, reported
from digest.publishing.preview import preview
from digest.publishing.reach import Reach
from digest.publishing.seen import lines
from digest.readers.views.digests import digest_context


@require_http_methods(["GET", "POST"])
def publish_view(request: HttpRequest, object_id: int, model_admin: Any) -> HttpResponse:
    """Show what will be new for readers. When confirmed, publish the post or its changes."""
    post = _post_to_publish(request, object_id)
    published = post.state == State.PUBLISHED
    if published and not publishing.has_changes(post):
        messages.info(request, _("Saved. Readers see this text already."))
        return post_pages.to_post(post)
    sent = request.POST if request.method == "POST" else None
    form = CorrectionForm(post, sent, initial=reported.offered(post)) if published else None
    if sent is not None and (form is None or form.is_valid()):
        step: Any = publishing.publish
        if form:
            correction = form.correction(cast(User, request.user))
            step = partial(publishing.publish_changes, correction=correction)
        done = _("Readers see the changes now.") if published else _("The post is published.")
        step = partial(step, override=_override(request), seen=_seen(request), by=request.user)
        if response := _carry_out(request, post, step, done):
            return response
    context = {
        **_seen_and_blocking(post),  # Before all else that the page shows.
        "correction_form": form,
        "title": _("Publish the changes?") if published else _("Publish this post?"),
        "button": _("Publish changes") if published else _("Publish"),
        "reports": reported.open_reports(post)[: reported.SHOWN],
        **_public_with(request, post),
    }
    return _confirm(request, post, model_admin, "publish", context)


def _public_with(request: HttpRequest, post: Post) -> dict[str, Any]:
    """Return what goes public, when who gets it, and whether that needs a second person."""
    alone = bool(four_eyes.alone([post], cast(User, request.user)))
    return {**going_public(post), "reach": Reach.of(post), "alone": alone}


@require_http_methods(["GET", "POST"])
def withdraw_view(request: HttpRequest, object_id: int, model_admin: Any) -> HttpResponse:
    post = _post_to_publish(request, object_id)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        done = _("The post is withdrawn. Its address says so to whoever comes there.")
        step = partial(publishing.withdraw, reason=form.cleaned_data["reason"])
        if response := _carry_out(request, post, step, done):
            return response
    context = {
        "title": _("Withdraw this post?"),
        "button": _("Withdraw"),
        "danger": True,
        "form": form,
    }
    return _confirm(request, post, model_admin, "withdraw", context)


@require_POST
def take_back_view(request: HttpRequest, object_id: int, model_admin: Any) -> HttpResponse:
    """Take back a post that the feeds do not have yet."""
    post = _post_to_publish(request, object_id)
    done = _("The post is taken back. No feed had it, so publishing it again brings it as new.")
    return _carry_out(request, post, publishing.take_back, done) or post_pages.to_post(post)


@require_http_methods(["GET", "POST"])
def schedule_view(request: HttpRequest, object_id: int, model_admin: Any) -> HttpResponse:
    post = _post_to_publish(request, object_id)
    form = ScheduleForm(request.POST or None, initial={"at": post.scheduled_at})
    if request.method == "POST" and form.is_valid():
        at = form.cleaned_data["at"]
        when = date_format(localtime(at), "DATETIME_FORMAT")
        done = _("The post will be published on its own: %(when)s.") % {"when": when}
        step = partial(
            publishing.schedule,
            at=at,
            override=_override(request),
            seen=_seen(request),
            by=cast(User, request.user),
        )
        if response := _carry_out(request, post, step, done):
            return response
    context = {
        **_seen_and_blocking(post),
        "title": _("When shall it be published?"),
        "button": _("Schedule"),
        "form": form,
        "tomorrow": tomorrow(),
        "delay": int(settings.FEED_DELAY.total_seconds() // 60),
        **_public_with(request, post),
    }
    return _confirm(request, post, model_admin, "schedule", context)


@require_safe
def preview_view(request: HttpRequest, object_id: int, model_admin: Any) -> HttpResponse:
    """Show the readers' page with the working text. It is never cached and never indexed."""
    post = get_object_or_404(Post, pk=object_id)
    if not model_admin.has_view_or_change_permission(request, post):
        raise PermissionDenied
    shown = preview(post)
    with translation.override(post.language):  # As readers see it, whatever the editor's language.
        context = digest_context(shown)
        response = render(request, "admin/digest/post/preview.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


VIEWS = {
    "publish": publish_view,
    "withdraw": withdraw_view,
    "take_back": take_back_view,
    "schedule": schedule_view,
    "preview": preview_view,
    "answer": answer_view,
    "remarks": remarks_view,
    **reviewing.VIEWS,
}


def _post_to_publish(request: HttpRequest, object_id: int) -> Post:
    if not request.user.has_perms(["digest.change_post", "digest.publish_post"]):
        raise PermissionDenied
    return get_object_or_404(Post, pk=object_id)


def _override(request: HttpRequest) -> gate.Override | None:
    """Return the override of errors, or None if no reason was given."""
    reason = request.POST.get("override", "").strip()
    if not reason:
        return None
    shown = frozenset(request.POST.getlist("shown"))
    return gate.Override(cast(User, request.user), reason, shown)


def _seen_and_blocking(post: Post) -> dict[str, Any]:
    """Return the findings that the page shows, read once, and the lines that it carries."""
    standing = Standing.of(post, gate.current(post))
    seen = "\n".join(lines(post, standing.blocking))
    return {"blocking": standing.blocking, "remarks": standing.remarks, "seen": seen}


def _seen(request: HttpRequest) -> frozenset[str]:
    """Return the lines that the page with the button carried. Without them nothing was seen."""
    return frozenset(filter(None, request.POST.get("seen", "").replace("\r", "").split("\n")))


def _carry_out(
    request: HttpRequest, post: Post, step: Callable[[Post], Any], done: str
) -> HttpResponse | None:
    """Take the step and redirect to the post. Return None if its page must be shown again."""
    try:
        step(post)
    # Open errors, a text that changed since it was shown, or a reason that is too long.
    except (publishing.Blocked, publishing.Unapproved, ValidationError) as error:
        messages.error(request, " ".join(getattr(error, "messages", [str(error)])))
        return None
    except publishing.PublishRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return post_pages.to_post(post)


def _confirm(
    request: HttpRequest, post: Post, model_admin: Any, step: str, context: dict[str, Any]
) -> HttpResponse:
    return post_pages.page(request, model_admin, post, "confirm", {"step": step, **context})
