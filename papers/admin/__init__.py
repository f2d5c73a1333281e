"""The editors' pages for papers, their sections, proposals and the answers of sources."""

from papers.admin import (
    answers,
    findings,
    jobs,
    model_calls,
    papers,
    proposals,
    reports,
    sources,
    terms,
)

__all__ = [
    "answers",
    "findings",
    "jobs",
    "model_calls",
    "papers",
    "proposals",
    "reports",
    "sources",
    "terms",
]
