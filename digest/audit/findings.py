"""Findings that a person let stand, also to publish in spite of an error, and opened again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.contrib.auth.models import User
from django.utils.translation import override

from digest.audit.differences import Row
from digest.audit.recording import record
from digest.models.audit import Act
from papers.models import Finding, Paper


def accepted(findings: Sequence[Finding], user: User) -> None:
    """Record one act for each paper, with what was found there."""
    for paper, own in _by_paper(findings):
        rows = [("finding", "", why) for why in map(_why, own)]
        record(Act.ACCEPTED, paper, person=user, changes=rows, reason=own[0].reason)


def reopened(findings: Sequence[Finding], user: User) -> None:
    """Record one act for each paper, with the reasons that are taken back."""
    for paper, own in _by_paper(findings):
        rows = [row for each in own for row in (("finding", _why(each), ""), _reason(each))]
        record(Act.REOPENED, paper, person=user, changes=rows)


def _by_paper(findings: Sequence[Finding]) -> Iterator[tuple[Paper, list[Finding]]]:
    for pk, paper in Paper.objects.in_bulk({each.paper_id for each in findings}).items():
        yield paper, [each for each in findings if each.paper_id == pk]


def _why(finding: Finding) -> str:
    with override(None):  # What the checks say is kept as it is said in the code.
        return str(finding.why)


def _reason(finding: Finding) -> Row:
    return ("reason", finding.reason, "")
