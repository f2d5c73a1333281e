"""A paper's pages on other sites, as editors are offered them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from papers import arxiv_id
from papers.models import Paper
from papers.text import addresses


def links_of(paper: Paper) -> list[tuple[str, str]]:
    """Return the paper's pages on other sites."""
    return [
        ("arXiv", paper.arxiv_url),
        ("PDF", arxiv_id.pdf_url(paper.arxiv_id)),
        ("Hugging Face", paper.huggingface_url),
        *authors_links_of(paper),
    ]


def authors_links_of(paper: Paper) -> list[tuple[str, str]]:
    """Return the pages that its authors name. A stored address that is none is left out."""
    links = [(_("Code"), paper.code_url), (_("Project page"), paper.project_url)]
    return [(name, url) for name, url in links if addresses.is_web(url)]
