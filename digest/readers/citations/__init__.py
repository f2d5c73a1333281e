"""Citations of papers: BibTeX and RIS files, COinS for Zotero, and one line of text."""

from digest.readers.citations.bibtex import bibtex
from digest.readers.citations.coins import coins
from digest.readers.citations.reference import Reference
from digest.readers.citations.ris import ris

__all__ = ["Reference", "bibtex", "coins", "ris"]
