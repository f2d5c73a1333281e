"""Papers of which much is stored, for tests of their way."""

from datetime import UTC, datetime, timedelta

from django.contrib.auth.models import User

from papers.models import (
    Job,
    JobKind,
    JobState,
    Listing,
    Paper,
    Run,
    RunOutcome,
    SourceAnswer,
)
from tests.factories import DAY, make_paper

MORNING = datetime(2025, 10, 8, 9, tzinfo=UTC)
HF = "huggingface"


def answer(*ids: str, hour: int = 0, refusals: list | None = None, **fields) -> SourceAnswer:
    """Store what a source said at an hour of the day, 9 o'clock being the first."""
    return SourceAnswer.objects.create(
        **{
            "source": HF,
            "day": DAY,
            "fetched_at": MORNING + timedelta(hours=hour),
            "pages": ["[]"],
            "checksum": str(hour),
            "listed_ids": list(ids),
            "refusals": refusals or [],
            **fields,
        }
    )


def listed(paper: Paper | None = None, **fields) -> Listing:
    """List a paper, a new one if none is given, as third with 57 upvotes."""
    paper = paper or make_paper()
    return Listing.objects.create(
        **{"paper": paper, "source": HF, "day": DAY, "rank": 3, "upvotes": 57, **fields}
    )


def job(paper: Paper, kind: str = JobKind.DRAFT, **fields) -> Job:
    return Job.objects.create(
        **{"kind": kind, "arxiv_id": paper.arxiv_id, "state": JobState.DONE, **fields}
    )


def run(job: Job, outcome: str = RunOutcome.DONE, minute: int = 0, **fields) -> Run:
    at = MORNING + timedelta(hours=3, minutes=minute)
    ended = {"ended_at": at + timedelta(seconds=5), "outcome": outcome} if outcome else {}
    return Run.objects.create(job=job, started_at=at, **ended, **fields)


def decide(listing: Listing, choice: str, user: User | None = None, reason: str = "") -> None:
    """Store a decision about a listing, as the admin does."""
    listing.choice, listing.reason = choice, reason
    listing._history_user = user
    listing.save()
