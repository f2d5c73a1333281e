"""The editors' pages for papers, their sections, proposals and the answers of sources."""

from papers.admin import (
    addresses,
    answers,
    categories,
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
    "addresses",
    "answers",
    "categories",
    "findings",
    "jobs",
    "model_calls",
    "papers",
    "proposals",
    "reports",
    "sources",
    "terms",
]
