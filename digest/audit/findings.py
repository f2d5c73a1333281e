"""Findings that a person let stand, also to publish in spite of an error."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.utils.translation import override

from digest.audit.recording import record
from digest.models.audit import Act
from papers.models import Finding, Paper


def accepted(findings: Sequence[Finding], user: User) -> None:
    """Record one act for each paper, with what was found there."""
    for pk, paper in Paper.objects.in_bulk({each.paper_id for each in findings}).items():
        own = [each for each in findings if each.paper_id == pk]
        with override("en"):  # What the checks say is kept as it is said in the code.
            rows = [("finding", "", str(each.why)) for each in own]
        record(Act.ACCEPTED, paper, person=user, changes=rows, reason=own[0].reason)
