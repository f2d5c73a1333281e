"""Turns picked papers into public text: the draft of a day, the gate, the steps to publication."""

from digest.publishing.building import add_entries, build, papers_of
from digest.publishing.steps import (
    Alone,
    Blocked,
    PublishRefused,
    Unapproved,
    back_to_draft,
    has_changes,
    look_at,
    publish,
    publish_changes,
    publish_due,
    schedule,
    send_to_review,
    take_back,
    withdraw,
)

__all__ = [
    "Alone",
    "Blocked",
    "PublishRefused",
    "Unapproved",
    "add_entries",
    "back_to_draft",
    "build",
    "has_changes",
    "look_at",
    "papers_of",
    "publish",
    "publish_changes",
    "publish_due",
    "schedule",
    "send_to_review",
    "take_back",
    "withdraw",
]
