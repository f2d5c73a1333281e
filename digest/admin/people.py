"""What the page of a post says to the person who looks at it: who said what, what to do next."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from digest.admin.desk.posts import how_far
from digest.admin.next_step import Next
from digest.admin.reviewing import Talk, may_comment
from digest.publishing import approval
from digest.publishing.reach import taken_back_until

STEPS = ("save", "ask", "publish", "review")


def people(request: HttpRequest, post: Any, context: dict[str, Any]) -> dict[str, Any]:
    """Return what the page adds, in 2 to 6 queries, and 9 more where FOUR_EYES is on."""
    talk = Talk.of(post)
    has_errors = bool(context["standing"].blocking)
    changed = bool(context["changed"])
    is_ready = how_far(post).ready
    step = Next(post, request.user, talk, has_errors, is_ready, changed).step
    return {
        "talk": talk,
        "may_comment": may_comment(request.user),
        "may_review": approval.may_review(request.user),
        "taken_back_until": taken_back_until(post),
        # The theme calls a button that does not stand out "default".
        "variants": {each: "primary" if each == step else "default" for each in STEPS},
    }
