"""Why a paper is on the site or not, in one line."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.utils import translation

from digest import publishing
from digest.models import State
from digest.way import Way
from papers.clock import now
from papers.models import Choice, Finding, JobKind, JobState
from tests.factories import DAY, make_paper, make_post, make_section
from tests.papers.way.stories import answer, job, listed

pytestmark = pytest.mark.django_db

WHEN = r"\d{4}-\d\d-\d\d \d\d:\d\d [A-Z]+"


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def verdict(paper):
    return str(Way.of(paper if isinstance(paper, str) else paper.arxiv_id).verdict)


def without_times(paper):
    return re.sub(WHEN, "WHEN", verdict(paper))


def chosen(choice, reason="", **fields):
    """Return a listed paper that kim decided about."""
    listing = listed(**fields)
    listing.choice, listing.reason = choice, reason
    listing._history_user = User.objects.create_user("kim")
    listing.save()
    return listing.paper


def in_post(state, **fields):
    paper = make_paper()
    make_section(paper)
    post = make_post(state, papers=[paper], title="P", **fields)
    return paper, post


def test_nobody_decided():
    paper = listed().paper
    assert verdict(paper) == (
        "Not picked: nobody decided yet. Pick or exclude it on its day's page."
    )


def test_nobody_decided_and_the_day_is_published():
    paper = listed().paper
    make_post(papers=1, title="P", date=DAY)
    assert verdict(paper).startswith(
        "Not picked: nobody decided, and “P” (2025-10-08) went public without it."
    )


def test_excluded_by_whom_and_why():
    paper = chosen(Choice.EXCLUDED, "off topic")
    assert without_times(paper) == (
        "Excluded by kim on WHEN because “off topic”. Put it back, or pick it."
    )


def test_one_list_that_excludes_counts_whatever_another_says():
    paper = chosen(Choice.EXCLUDED)
    listed(paper, source="editor", choice=Choice.PICKED)
    assert without_times(paper).startswith("Excluded by kim on WHEN, without a reason.")


def test_picked_and_in_no_post():
    paper = chosen(Choice.PICKED)
    assert without_times(paper) == (
        "Picked by kim on WHEN, and in no post yet. Make the post of 2025-10-08."
    )
    make_post("draft", papers=1, title="P", date=DAY)
    assert verdict(paper).endswith("Add it to “P” (2025-10-08).")


def test_a_draft_that_failed_or_waits_is_why_a_picked_paper_has_no_text():
    paper = chosen(Choice.PICKED)
    drafting = job(paper, state=JobState.FAILED, reason="the server is down (attempt 3 of 3)")
    job(paper, JobKind.FULL_TEXT, state=JobState.WAITING, next_at=now())
    assert verdict(paper) == (
        "Failed: a draft: the server is down (attempt 3 of 3). Try the job again, or write the"
        " sections by hand."
    )
    drafting.state, drafting.next_at = JobState.WAITING, now() + timedelta(minutes=5)
    drafting.reason = "waiting for the paper's full text"
    drafting.save()
    assert without_times(paper) == (
        "Waiting: the job is due at WHEN: a draft. waiting for the paper's full text"
    )
    drafting.state, drafting.reason = JobState.RUNNING, ""
    drafting.save()
    assert verdict(paper) == "Waiting: a draft is being made now."
    make_section(paper)
    assert verdict(paper).startswith("Picked by kim")


def test_no_source_has_listed_it():
    paper = make_paper()
    assert verdict(paper) == (
        f"No source has listed it. manage.py add_paper {paper.arxiv_id} takes it in and lists it"
        " today."
    )


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (State.DRAFT, "In “P” (2025-10-08), which is a draft. Publish it, or send it to review."),
        (State.IN_REVIEW, "In “P” (2025-10-08), which is in review. Who may publish publishes it."),
        (State.SCHEDULED, "Scheduled: “P” (2025-10-08) goes public on WHEN."),
        (State.PUBLISHED, "Published in “P” (2025-10-08), as number 1, on WHEN."),
        (
            State.WITHDRAWN,
            (
                "Withdrawn: “P” (2025-10-08) was taken back on WHEN. Publishing it again brings it"
                " back."
            ),
        ),
    ],
)
def test_what_its_post_waits_for(state, said):
    assert without_times(in_post(state)[0]) == said


def test_errors_block():
    paper, _ = in_post(State.DRAFT)
    fields = {"check_name": "x", "code": "x", "level": "error", "message": "x", "checksum": "x"}
    Finding.objects.create(paper=paper, start=0, end=0, **fields)
    assert verdict(paper) == (
        "Blocked: 1 error stands against it, in “P” (2025-10-08). Mend the texts, or accept the"
        " findings."
    )


def test_a_paper_that_was_added_later_went_public_with_the_changes():
    paper, post = make_paper(), make_post(papers=1, title="P")
    post.published_at -= timedelta(days=3)
    post.save()
    make_section(paper)
    publishing.add_entries(post, [paper])
    assert verdict(paper) == (
        "Added to “P” (2025-10-08), which readers see without it. Publishing the changes shows it."
    )
    publishing.publish_changes(post)
    way = Way.of(paper.arxiv_id)
    line = next(line for line in way.lines if line.what.startswith("Changes published"))
    assert line.at > post.published_at + timedelta(days=2)
    assert f"as number 2, on {line.when}." in str(way.verdict)
    assert way.verdict.place.address == f"{post.get_absolute_url()}#{paper.arxiv_id}"


def test_a_public_paper_that_an_editor_took_out_goes_with_the_changes():
    paper, post = in_post(State.PUBLISHED)
    post.entries.update(position=None)
    assert verdict(paper).endswith(
        "An editor took it out of a post: publishing the changes removes it there."
    )


def test_a_paper_in_two_public_posts():
    paper, _ = in_post(State.PUBLISHED)
    make_post(papers=[paper])
    assert verdict(paper).endswith("It stands in 1 other post.")


def test_times_are_in_the_sites_zone_with_its_name(settings):
    settings.TIME_ZONE = "Asia/Seoul"
    paper, post = in_post(State.PUBLISHED)
    seoul = post.published_at.astimezone(ZoneInfo("Asia/Seoul"))
    assert f"on {seoul:%Y-%m-%d %H:%M} KST." in verdict(paper)


# --- Ids that no paper has ---------------------------------------------------------------------


def test_an_unknown_id():
    assert verdict("2510.06208") == (
        "No source has listed it, and it is not known here. manage.py add_paper 2510.06208 takes"
        " it in and lists it today."
    )


def test_an_item_that_was_refused():
    remark = {"position": 4, "arxiv_id": "2510.06208", "field": "title", "reason": "missing"}
    answer("2510.99999", refusals=[remark])
    assert verdict("2510.06208").startswith(
        "Refused: Hugging Face Daily Papers named it for 2025-10-08, and its item was refused:"
        " title: missing. manage.py add_paper 2510.06208"
    )


def test_a_paper_that_was_named_and_lost():
    answer("2510.06208")
    assert verdict("2510.06208") == (
        "Lost: Hugging Face Daily Papers named it for 2025-10-08, and it is not stored. manage.py"
        " ingest --date 2025-10-08 stores the day again."
    )


def test_damaged_remarks_harm_nothing():
    answer("2510.99999", refusals=[{"arxiv_id": "2510.06208"}, 7, {"arxiv_id": 7}])
    assert verdict("2510.06208").startswith("No source has listed it")
