"""A check as somebody might add one: it reports shouting, and a second question."""

from __future__ import annotations

from collections.abc import Sequence

from papers.checks.base import (
    Check,
    Claim,
    Finding,
    Level,
    PaperText,
    Place,
    Summary,
    Term,
    by_language,
)

NAME = "loud"
VERSION = 1


def _finding(code: str, message: str, start: int = 0, end: int = 0, text: str = "") -> Finding:
    return Finding(NAME, Level.ERROR, code, message, start, end, text)


def _of_section(claim: Claim, paper: PaperText, glossary: Sequence[Term]) -> list[Finding]:
    at = claim.markdown.find("!")
    return [_finding("section", "The section shouts.", at, at + 1, "!")] if at >= 0 else []


def _of_paper(claims: Sequence[Claim], paper: PaperText) -> list[Finding]:
    return [_finding("paper", "The paper shouts.")] if "!" in paper.title else []


def _of_post(post: Sequence[Summary], glossary: Sequence[Term]) -> dict[Place, list[Finding]]:
    claims = by_language(post)["ko"].items()
    asking = [place for place, claim in claims if "?" in claim.markdown]
    return {place: [_finding("post", "An earlier one asks too.")] for place in asking[1:]}


CHECK = Check(NAME, VERSION, section=_of_section, paper=_of_paper, post=_of_post)
