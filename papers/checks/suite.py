"""Runs all checks of the registry over a section, a paper or a post, and returns findings."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence

from django.utils.translation import gettext_noop

from papers.checks import registry
from papers.checks.base import Claim, Finding, Level, PaperText, Place, Summary, Term

MOST = 100  # findings of a section that are shown one by one
_MORE = gettext_noop("%(count)d more findings: this text needs to be written anew.")


def of_section(claim: Claim, paper: PaperText, glossary: Sequence[Term]) -> list[Finding]:
    """Return the findings of a section, in the order of its text."""
    found: list[Finding] = []
    for check in registry.CHECKS:
        found += check.section(claim, paper, glossary) if check.section else []
    found.sort(key=lambda finding: (finding.start, finding.end))
    return [*found[:MOST], *_more(found[MOST:])]


def _more(left_out: Sequence[Finding]) -> list[Finding]:
    """Return one error that stands for exactly the findings left out."""
    if not left_out:
        return []
    told = repr([(each.check, each.code, each.text) for each in left_out])
    checksum = hashlib.sha256(told.encode()).hexdigest()
    data: dict[str, str | int] = {"count": len(left_out), "checksum": checksum}
    return [Finding("more", Level.ERROR, "more", _MORE, 0, 0, data=data)]


def of_paper(claims: Sequence[Claim], paper: PaperText) -> list[Finding]:
    """Return the findings about a paper's own text and about its sections as a whole."""
    found: list[Finding] = []
    for check in registry.CHECKS:
        found += check.paper(claims, paper) if check.paper else []
    return found


def of_post(post: Sequence[Summary], glossary: Sequence[Term]) -> dict[Place, list[Finding]]:
    """Return the findings from reading the papers of a post side by side."""
    found: defaultdict[Place, list[Finding]] = defaultdict(list)
    for check in registry.CHECKS:
        for place, said in (check.post(post, glossary) if check.post else {}).items():
            found[place] += said
    return found


def section_versions() -> list[tuple[str, int]]:
    """Return the versions of the checks that read a section.

    Their findings stay valid as long as the versions do.
    """
    return [(check.name, check.version) for check in registry.CHECKS if check.section]


def compares(name: str) -> bool:
    """Return whether the check of this name compares a section with the paper."""
    return any(check.compares for check in registry.CHECKS if check.name == name)
