"""What `papers.text.line` says against the kinds of section that are one plain line."""

from __future__ import annotations

from papers import kinds
from papers.checks.base import Claim, Finding, Level
from papers.text import line


def of_line(check: str, claim: Claim, *codes: str) -> list[Finding]:
    """Return those faults of a line as warnings of a check; none for a kind that is no line."""
    longest = kinds.of(claim.kind).longest
    if longest is None:
        return []
    return [
        Finding(check, Level.WARNING, each.code, each.message, 0, 0, data=each.data)
        for each in line.faults(claim.markdown, longest)
        if each.code in codes
    ]
