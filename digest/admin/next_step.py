"""The step that a person most likely takes next with a post: its button stands out."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, User

from digest.admin.reviewing import CHANGE, Talk
from digest.models import Post, State
from digest.publishing import approval, four_eyes


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
