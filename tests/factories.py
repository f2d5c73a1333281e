"""Small rows for tests. Each function makes one thing, with words that a failing test can show."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import count
from typing import Any

from digest import publishing
from digest.models import Entry, Post, State
from papers import kinds
from papers.clock import now
from papers.models import Paper, Section, Subject

DAY = date(2025, 10, 8)

_numbers = count(10_001)  # Of five digits, so that they sort as text as they do as numbers.


def make_paper(**fields: Any) -> Paper:
    """Return a new paper with a fresh id and without sections.

    Its id is of a month that no test and no recorded list names: a process makes thousands, and
    would come to one of theirs.
    """
    number = next(_numbers)
    return Paper.objects.create(
        **{
            "arxiv_id": f"1510.{number:05d}",
            "title": f"Paper number {number}",
            "authors": ["Ada Lovelace", "홍길동"],
            "abstract": "We propose a method. It works.",
            **fields,
        }
    )


def make_section(paper: Paper, kind: str = kinds.INTRODUCTION, **fields: Any) -> Section:
    """Return a Korean section by an editor. Its text is public only once a post with it is."""
    text = f"본 연구는 **{paper.title}**을 다룬다."
    return Section.objects.create(
        **{"paper": paper, "kind": kind, "language": "ko", "markdown": text, **fields}
    )


def make_post(
    state: str = State.PUBLISHED, papers: int | Iterable[Paper] = 5, **fields: Any
) -> Post:
    """Return a post in `state`, of new papers with two sections each, or of the given papers.

    Its date is 2025-10-08, or the first day after it that no post made here has.
    """
    if isinstance(papers, int):
        papers = [_paper_with_sections() for _ in range(papers)]
    day = DAY + timedelta(days=Post.objects.count())
    post = Post.objects.create(**{"date": day, "title": f"The papers of {day}", **fields})
    for position, paper in enumerate(papers, start=1):
        Entry.objects.create(post=post, paper=paper, position=position)
    _bring_to(state, post)
    return post


def _paper_with_sections() -> Paper:
    paper = make_paper()
    make_section(paper, kinds.INTRODUCTION, position=1)
    make_section(paper, kinds.RESULTS, position=2)
    return paper


def _bring_to(state: str, post: Post) -> None:
    if state in {State.PUBLISHED, State.WITHDRAWN}:
        publishing.publish(post, gated=False)
    if state == State.WITHDRAWN:
        publishing.withdraw(post)
    elif state in {State.SCHEDULED, State.IN_REVIEW}:
        post.state = state
        if state == State.SCHEDULED:
            post.scheduled_at, post.approved_at = now() + timedelta(hours=1), now()
        post.save()


def of_papers(*ids: str) -> list[Subject]:
    """Return the subjects of jobs that each concern one paper."""
    return [Subject(arxiv_id=each) for each in ids]


def of_days(*days: date | str) -> list[Subject]:
    """Return the subjects of jobs that each concern one day."""
    return [Subject(day=date.fromisoformat(str(each))) for each in days]
