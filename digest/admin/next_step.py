"""The step that a person most likely takes next with a post: its button stands out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest

from digest.admin.desk.posts import how_far
from digest.admin.reviewing import CHANGE, Talk, may_comment
from digest.models import Post, State
from digest.publishing import approval, four_eyes
from digest.publishing.reach import taken_back_until

STEPS = ("save", "ask", "publish", "review")


@dataclass(frozen=True, slots=True)
class Next:
    """What the page knows of the post, and who looks at it."""

    post: Post
    user: User | AnonymousUser
    talk: Talk
    has_errors: bool
    is_ready: bool
    """Whether each paper is written and reviewed."""
    changed: bool
    """Whether readers see another text than the working text."""

    @property
    def step(self) -> str:
        """Return "save", "ask", "publish" or "review"; "" where a person only reads."""
        if not self.user.has_perm(CHANGE):
            return "review" if self._waits_for_review else ""
        if self.has_errors or self.talk.wants_changes:
            return "save"
        match self.post.state:
            case State.DRAFT:
                return self._publish_or_ask if self.is_ready else "save"
            case State.IN_REVIEW:
                return self._of_review
            case State.SCHEDULED if self._is_asked:
                return "review"
            case State.PUBLISHED if self.changed:
                return self._of_review if self.talk.asked else self._publish_or_ask
        return "save"

    @property
    def _waits_for_review(self) -> bool:
        in_review = self.post.state == State.IN_REVIEW and not self.talk.is_reviewed
        return in_review or self.talk.waits_for(self.user)

    @property
    def _of_review(self) -> str:
        """Return the step of a post that waits for somebody to look at it, or was looked at."""
        asked = self.talk.asked
        if self._is_asked:
            return "review"
        if asked and not asked.is_open_to_all:
            return "save"  # It waits for somebody else.
        if self.talk.is_stale:
            return "ask"
        return "publish" if self._may_publish else "save"

    @property
    def _is_asked(self) -> bool:
        asked = self.talk.asked
        by_name = asked is not None and asked.asked_id == self.user.pk
        return by_name and approval.may_review(self.user)

    @property
    def _publish_or_ask(self) -> str:
        able = self._may_publish and not self.talk.is_stale
        return "publish" if able else "ask"

    @property
    def _may_publish(self) -> bool:
        return approval.may_publish(self.user) and not four_eyes.alone([self.post], self.user)


def for_person(request: HttpRequest, post: Any, context: dict[str, Any]) -> dict[str, Any]:
    """Return what the page of a post says to who looks at it.

    It takes 2 to 6 queries, and 9 more where FOUR_EYES is on.
    """
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
