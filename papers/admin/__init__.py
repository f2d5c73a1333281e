"""The editors' pages for papers, their sections, proposals and what sources answered."""

from papers.admin import answers, findings, jobs, papers, proposals, sources, terms

__all__ = ["answers", "findings", "jobs", "papers", "proposals", "sources", "terms"]
