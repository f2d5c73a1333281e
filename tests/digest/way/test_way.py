"""A paper's way: each thing that is stored about it is a line, in the order of time."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from digest import publishing
from digest.models import Correction
from digest.way import Way
from papers.clock import now
from papers.models import (
    Choice,
    FullText,
    JobKind,
    Proposal,
    Report,
    RunOutcome,
    Section,
    SourceAnswer,
)
from tests.factories import make_paper, make_post, make_section
from tests.papers.way.stories import answer, decide, job, listed, run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def kim(db):
    return User.objects.create_user("kim")


def whats(paper):
    return [line.what for line in Way.of(paper.arxiv_id).lines]


def test_a_posts_steps_to_readers_and_back(kim):
    paper = make_paper()
    make_section(paper)
    post = make_post("draft", papers=[paper], title="50 % of it")
    name = "“50 % of it” (2025-10-08)"
    publishing.send_to_review(post)
    publishing.back_to_draft(post)
    publishing.schedule(post, now() + timedelta(days=1))
    publishing.publish(post, gated=False)
    Section.objects.update(markdown="anew")
    correction = Correction(text="A number", paper=paper, corrected_by=kim)
    publishing.publish_changes(post, correction=correction)
    publishing.withdraw(post)
    publishing.publish(post, gated=False)
    lines = [what for what in whats(paper) if "50 %" in what]
    assert [line.split(" (")[0] for line in lines if line.startswith("Corrected")]
    assert [line for line in lines if "Scheduled" not in line] == [
        f"Added to {name}",
        f"In review: {name}: sent to review",
        f"A draft again: {name}: back to draft",
        f"Published: {name}",
        f"Corrected in {name}: A number",
        f"Changes published: {name}",
        f"Withdrawn: {name}",
        f"Published again: {name}",
    ]


def test_a_paper_that_left_a_post_has_the_steps_while_it_stood_there():
    paper = make_paper()
    post = make_post("draft", papers=[paper, make_paper()], title="P")
    post.entries.get(paper=paper).delete()
    publishing.publish(post, gated=False)
    assert [what for what in whats(paper) if "“P”" in what] == [
        "Added to “P” (2025-10-08)",
        "Removed from “P” (2025-10-08)",
    ]


def busy(times):
    """Return a paper about which much is stored: so many rows of each kind."""
    SourceAnswer.objects.all().delete()
    paper = make_paper(version=2)
    listing = listed(paper)
    user = User.objects.get_or_create(username="kim")[0]
    drafting = job(paper)
    for number in range(times):
        answer(paper.arxiv_id, hour=number)
        decide(listing, [Choice.PICKED, Choice.EXCLUDED][number % 2], user, "")
        run(drafting, minute=number)
        job(paper, JobKind.DRAFT, language="ko", section=f"s{number}")
        Proposal.of("title", f"{number}", paper=paper, origin="arxiv").save()
        Report.objects.create(paper=paper, text="x")
        make_section(paper, "other", heading=f"H{number}", reviewer=user, reviewed_at=now())
        FullText.objects.create(
            paper=paper, version=number + 1, format="pdf", checksum="0", error="x", parsed_at=now()
        )
        post = make_post(papers=[paper, make_paper()])
        Correction.objects.create(post=post, text="x", corrected_at=now(), corrected_by=user)
    return paper


def test_much_is_read_in_as_many_queries_as_little():
    counts = []
    for times in (1, 4):
        paper = busy(times)
        with CaptureQueriesContext(connection) as queries:
            Way.of(paper.arxiv_id)
        counts.append(len(queries))
    assert counts == [17, 17]


def test_of_500_attempts_the_newest_are_told():
    paper = make_paper()
    drafting = job(paper)
    for minute in range(500):
        run(drafting, RunOutcome.FAILED, minute=minute, message=f"try {minute}")
    way = Way.of(paper.arxiv_id)
    tries = [line.what for line in way.lines if "try" in line.what]
    assert (len(tries), tries[-1]) == (30, "a draft: failed: try 499")
    assert "Job made: a draft (470 earlier attempts)" in [line.what for line in way.lines]
    assert way.cut == ["runs"]
