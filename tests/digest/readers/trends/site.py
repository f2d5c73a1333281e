"""A small field whose papers are about something, for tests of trends."""

from datetime import date

from papers.models import Listing, Paper, SourceAnswer
from tests.factories import make_paper

BEFORE, NOW = date(2025, 9, 30), date(2025, 10, 8)
"""Days in two weeks, one after the other."""


def listed(
    day: date = NOW, *keywords: str, papers: int = 1, source: str = "huggingface", upvotes: int = 5
) -> list[Paper]:
    """Let a source list new papers with these keywords on a day."""
    made = [make_paper(keywords=list(keywords)) for _ in range(papers)]
    for paper in made:
        rank = Listing.objects.filter(day=day).count() + 1
        Listing.objects.create(paper=paper, source=source, day=day, rank=rank, upvotes=upvotes)
    answer, _ = SourceAnswer.objects.get_or_create(
        source=source,
        day=day,
        defaults={"fetched_at": f"{day}T23:00Z", "pages": [], "listed_ids": []},
    )
    answer.listed_ids += [paper.arxiv_id for paper in made]
    answer.save()
    return made


def make_field() -> list[Paper]:
    """Let agents rise and diffusion fall. Return the papers about agents."""
    listed(BEFORE, "diffusion", papers=6)
    listed(BEFORE, "agents", papers=2)
    listed(NOW, "Diffusion", papers=3, upvotes=2)
    return listed(NOW, "agents", "強化", papers=5, upvotes=9)
