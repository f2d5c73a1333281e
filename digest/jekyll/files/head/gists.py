"""The gists of a post's papers, which its front matter maps to their arXiv ids."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import yaml

from digest.jekyll.files.document import GISTS, Notice, PaperItem
from digest.jekyll.files.head import safe_yaml
from papers import arxiv_id, kinds
from papers.text import line
from papers.text.cleaning import fold

_LONGEST_SHOWN = 40  # characters of a key that names no paper


@dataclass(frozen=True, slots=True)
class GistItem:
    """One pair of the mapping. ``text`` is None if it is no text."""

    key: str
    text: str | None
    line: int


def items(mapping: yaml.MappingNode, first_line: int) -> tuple[GistItem, ...]:
    """Return the pairs in order. Raises yaml.MarkedYAMLError."""
    return tuple(
        GistItem(
            key,
            fold(safe_yaml.scalar(node, GISTS)) if isinstance(node, yaml.ScalarNode) else None,
            node.start_mark.line + first_line,
        )
        for key, node in safe_yaml.pairs(mapping).items()
    )


def given(
    papers: Iterable[PaperItem], found: Iterable[GistItem]
) -> tuple[tuple[PaperItem, ...], list[Notice]]:
    """Return the papers with their gists, and a notice for each gist that is left out."""
    by_id = {paper.arxiv_id: paper for paper in papers}
    notices = []
    for item in found:
        paper = by_id.get(_identified(item.key))
        if fault := _fault(item, paper):
            notices.append(Notice(item.line, f"{GISTS}: {fault}: left out"))
        elif paper and item.text:
            by_id[paper.arxiv_id] = replace(paper, gist=item.text)
    return tuple(by_id.values()), notices


def _identified(key: str) -> str:
    try:
        return arxiv_id.parse(key)
    except arxiv_id.InvalidArxivId:
        return ""


def _fault(item: GistItem, paper: PaperItem | None) -> str:
    """Return why a gist is left out, or ""."""
    if paper is None:
        return f"{item.key[:_LONGEST_SHOWN]!r} is no paper of this file"
    if item.text is None:
        return f"{paper.arxiv_id}: expected text"
    if paper.gist:
        return f"{paper.arxiv_id}: given before"
    faults = line.faults(item.text, kinds.of(kinds.GIST).longest or 0)
    return next((f"{paper.arxiv_id}: {fault}".rstrip(".") for fault in faults), "")
