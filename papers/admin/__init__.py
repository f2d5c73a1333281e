"""The editors' pages for papers, their sections, proposals and what sources answered."""

from papers.admin import answers, papers, proposals, sources

__all__ = ["answers", "papers", "proposals", "sources"]
