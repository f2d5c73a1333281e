"""Stores what a file says of its papers: titles, abstracts, institutions and upvotes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from digest.jekyll.elsewhere import Elsewhere
from digest.jekyll.files.document import Document, PaperItem
from digest.jekyll.remarks import Remark
from papers.models import Listing, Origin, Paper, Proposal, Source
from papers.pipeline.ingest import save_listings, save_papers
from papers.pipeline.sections import Outcome, propose
from papers.text.cleaning import fold

NAMES = {"title": "title", "abstract": "abstract", "organization": "institution"}
_SOURCES = {Origin.HUGGINGFACE, Origin.ARXIV}


def save(
    document: Document, elsewhere: Elsewhere, *, goes_public: bool
) -> tuple[dict[str, Paper], Counter[str], list[Remark]]:
    """Make or complete the papers of a file. Return them by arXiv id, counts, and what differs.

    A paper that readers see in another post stays as it is. A fact that an earlier file or an
    editor gave otherwise becomes a proposal, and one that a source gave is only remarked. If the
    post goes public with the file, no fact of an earlier file does: that one becomes the proposal.
    """
    facts = {item.arxiv_id: _facts(item) for item in document.papers}
    stays = elsewhere.shown | elsewhere.withheld
    taken = {each: {} if each in stays else said for each, said in facts.items()}
    free = {each: said for each, said in facts.items() if each not in stays}
    proposals = _displaced(free) if goes_public else []
    papers, counts = save_papers(taken, Origin.IMPORT)
    remarks = list[Remark]()
    for item in document.papers:
        paper = papers[item.arxiv_id]
        differing = _differing(paper, facts[item.arxiv_id])
        ours = {field for field in differing if paper.origins.get(field) not in _SOURCES}
        remarks += _remarks(item, differing, ours)
        proposals += [
            Proposal.of(field, facts[item.arxiv_id][field], paper=paper, origin=Origin.IMPORT)
            for field in differing
            if field in ours
        ]
    counts[f"facts {Outcome.PROPOSED}"] += propose(proposals)
    return papers, counts, remarks


def _displaced(facts: Mapping[str, Mapping[str, Any]]) -> list[Proposal]:
    """Let what a file says of papers displace what earlier files said. Return that as proposals."""
    proposals = []
    for paper in Paper.objects.select_for_update().filter(arxiv_id__in=facts).order_by("pk"):
        said = facts[paper.arxiv_id]
        if former := [name for name in NAMES if _is_displaced(paper, name, said)]:
            proposals += [
                Proposal.of(name, getattr(paper, name), paper=paper, origin=Origin.IMPORT)
                for name in former
            ]
            _displace(paper, former, said)
    return proposals


def _is_displaced(paper: Paper, name: str, said: Mapping[str, Any]) -> bool:
    """Return whether only another file says a fact. A paper is never without a title."""
    stands = getattr(paper, name)
    may_go = said[name] or name != "title"
    is_a_files = paper.origins.get(name) == Origin.IMPORT
    return bool(stands and may_go and is_a_files and fold(said[name]) != fold(stands))


def _displace(paper: Paper, names: list[str], said: Mapping[str, Any]) -> None:
    for name in names:
        setattr(paper, name, "")
        del paper.origins[name]
    if "abstract" in names:
        paper.raw_abstract = ""
    paper.offer(said, Origin.IMPORT)
    paper.save()


def _facts(item: PaperItem) -> dict[str, Any]:
    return {
        "title": item.title,
        "raw_title": item.raw_title,
        "abstract": item.abstract,
        "organization": item.organization,
    }


def _differing(paper: Paper, said: Mapping[str, Any]) -> list[str]:
    return [name for name in NAMES if said[name] and fold(said[name]) != fold(getattr(paper, name))]


def _remarks(item: PaperItem, differing: list[str], ours: set[str]) -> list[Remark]:
    """Return a remark on the facts that are proposed, and one on those that a source gave."""
    proposed = ", ".join(NAMES[field] for field in differing if field in ours)
    known = ", ".join(NAMES[field] for field in differing if field not in ours)
    said = []
    if proposed:
        text = f"{proposed}: another stands here and stays, this one is a proposal"
        said.append(Remark(item.line, f"{item.arxiv_id}: {text}"))
    if known:
        said.append(Remark(item.line, f"{item.arxiv_id}: {known}: a source says otherwise"))
    return said


def save_upvotes(
    document: Document, papers: Mapping[str, Paper], elsewhere: Elsewhere
) -> Counter[str]:
    """Store the upvotes of a file as listings of its day.

    Where another post of the day has the paper, the first one's upvotes stay. So do those of a
    public post of which the file is a draft by now.
    """
    known = Listing.objects.filter(
        source=Source.JEKYLL, day=document.day, paper__arxiv_id__in=elsewhere.same_day
    )
    taken = {*known.values_list("paper__arxiv_id", flat=True), *elsewhere.withheld}
    return save_listings(
        [
            Listing(
                paper=papers[item.arxiv_id],
                source=Source.JEKYLL,
                day=document.day,
                rank=rank,
                upvotes=item.upvotes,
            )
            for rank, item in enumerate(document.papers, start=1)
            if item.upvotes is not None and item.arxiv_id not in taken
        ]
    )
