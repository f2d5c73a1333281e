"""What a real server refuses, cuts or never ends is told, and changes no text."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine

from digest import publishing
from digest.models import State
from papers import kinds
from papers.drafting.llm import prompt
from papers.models import CallOutcome, Job, JobState, ModelCall, Proposal, Section
from tests.factories import make_post, make_section
from tests.real_model.conftest import serving
from tests.real_model.paper import make_whole_paper

pytestmark = [pytest.mark.model_server, pytest.mark.django_db]


@pytest.fixture
def section():
    """Return what an editor wrote of a paper, and readers see."""
    section = make_section(make_whole_paper(), kinds.METHOD, markdown="내  글")
    publishing.publish(make_post(State.DRAFT, papers=[section.paper]))
    section.refresh_from_db()
    return section


def stored():
    """Return the only section and how many proposals there are. Checking a text changes neither."""
    section = Section.objects.values().get()
    del section["checked"]
    return section, Proposal.objects.count()


def test_an_answer_that_reaches_its_limit_is_cut_and_nothing_of_it_is_kept(
    site, model, section, client
):
    before, page = stored(), client.get(section.paper.get_absolute_url())
    assert (before[0]["public_markdown"], before[1]) == ("내  글", 0)
    assert page.status_code == 200
    site.use(model)
    site.settings.MODEL_ANSWER_TOKENS = 30
    job, call = site.draft(section.paper, "ko"), ModelCall.objects.get()
    assert (call.outcome, call.finish_reason) == (CallOutcome.CUT, "length")
    assert (call.prompt_tokens, call.completion_tokens) == site.usage
    assert call.completion_tokens == 30
    assert job.state == JobState.FAILED  # Asked again, it would be cut again.
    assert "the answer was cut off: its limit was reached (MODEL_ANSWER_TOKENS)" in job.reason
    assert call.reply.startswith("{")
    assert stored() == before
    assert client.get(section.paper.get_absolute_url()).content == page.content


def test_a_server_that_dies_in_the_middle_is_asked_again_later(site, tmp_path, section):
    before = stored()

    def kill_in_the_middle(served):
        served.wait_until(served.is_in_the_middle)
        served.process.kill()

    with serving(tmp_path) as served, ThreadPoolExecutor(1) as beside:
        site.use(served)
        killed = beside.submit(kill_in_the_middle, served)
        job, call = site.draft(section.paper, "ko"), ModelCall.objects.get()
        killed.result()
    assert (site.asked, site.told) == ([site.asked[0]], [])
    assert call.outcome == CallOutcome.DOWN
    assert call.answered_at is not None
    # It may bill what it read.
    assert (call.prompt_tokens, call.completion_tokens) == (prompt.tokens(site.asked[0]), 0)
    assert (job.state, job.attempts, job.reason) == (JobState.WAITING, 1, f"model: {call.message}")
    assert "127.0.0.1 cannot be read" in job.reason
    with time_machine.travel(job.next_at):
        assert Job.objects.runnable().get() == job
        job = site.draft(section.paper, "ko")
    assert (job.state, job.attempts) == (JobState.WAITING, 2)
    assert ModelCall.objects.first().prompt_tokens == 0  # Nobody was there to read it.
    assert stored() == before


def test_a_wrong_key_is_said_so(site, model):
    site.use(model)
    site.settings.MODEL_API_KEY = "another-key"
    refused(site, "the server refused with 401: check MODEL_API_KEY: ")


def test_a_paper_that_is_longer_than_the_servers_context_is_said_so(site, tmp_path):
    with serving(tmp_path, "--context", "512") as served:
        site.use(served)
        refused(
            site,
            "the server refused with 400: the paper does not fit the model's context:"
            " lower MODEL_CONTEXT_TOKENS: ",
        )


def refused(site, reason):
    """Assert that a draft is refused for a reason, at once and at no cost."""
    job, call = site.draft(make_whole_paper(), "ko"), ModelCall.objects.get()
    assert (job.state, call.outcome) == (JobState.FAILED, CallOutcome.ERROR)
    assert job.reason.startswith(f"model: {reason}")
    assert len(job.reason) > len(f"model: {reason}")  # The server's own words.
    assert (call.prompt_tokens, call.completion_tokens, len(site.asked)) == (0, 0, 1)
    assert not Section.objects.exists()
