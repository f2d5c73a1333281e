"""What a real model writes is told for what it is. It writes nonsense: that is held, and why."""

import json
import re

import pytest

from digest import publishing
from digest.models import State
from papers import kinds
from papers.checks.evidence import claims
from papers.drafting.llm import prompt
from papers.models import (
    CallOutcome,
    Finding,
    Found,
    JobState,
    ModelCall,
    Proposal,
    Scope,
    Section,
    Writer,
    quotes_of,
)
from papers.pipeline import model_calls
from tests.factories import make_post, make_section
from tests.real_model.conftest import serving
from tests.real_model.paper import SENTENCES, make_whole_paper

pytestmark = [pytest.mark.model_server, pytest.mark.django_db]

RIGHT = "제안한 방법은 위젯을 나누어 만든다."  # It names the fifth sentence.
WRONG = "정확도를 91.7% 올린다."
PARROT = json.dumps(
    {"method": [{"text": RIGHT, "sources": [5]}, {"text": WRONG, "sources": [7001]}]},
    ensure_ascii=False,
)

AFTER = {
    CallOutcome.DONE: JobState.DONE,
    CallOutcome.CUT: JobState.FAILED,  # Asked again, it would be cut again.
    CallOutcome.LANGUAGE: JobState.WAITING,
}


@pytest.fixture(scope="module")
def parrot(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("parrot"), "--parrot", PARROT) as served:
        yield served


def expected(call):
    """Return the outcome of a reply in the form asked for, by its end and its letters alone."""
    if call.finish_reason == "length":
        return CallOutcome.CUT
    said = " ".join(each["text"] for field in json.loads(call.reply).values() for each in field)
    hangul, latin = (len(re.findall(letters, said)) for letters in ("[가-힣]", "[A-Za-z]"))
    speaks = latin > 3 * hangul if call.language == "en" else 3 * hangul > latin
    return CallOutcome.DONE if speaks else CallOutcome.LANGUAGE


@pytest.mark.parametrize(
    ("language", "kind"), [("en", kinds.METHOD), ("ko", kinds.METHOD), ("en", "")]
)
def test_an_answer_has_the_form_asked_for_and_is_told_for_what_it_is(site, model, language, kind):
    site.use(model)
    job = site.draft(make_whole_paper(), language, kind)
    [payload], [told], call = site.asked, site.told, ModelCall.objects.get()
    # The schema was taken as it is: else the site would have asked again, in words.
    assert (told.status, payload["response_format"]["type"]) == (200, "json_schema")
    assert [f"{number}| {each}" for number, each in enumerate(SENTENCES, 1)] == [
        line for line in payload["messages"][1]["content"].splitlines() if re.match(r"\d+\|", line)
    ]
    given = [name for name in re.findall(r'"(\w+)":\s*\[', call.reply) if name != "sources"]
    assert given
    assert given == list(prompt.Question(language, kind, "").asked)[: len(given)]
    assert call.outcome == expected(call)
    done = call.outcome == CallOutcome.DONE
    assert Section.objects.exists() == done
    assert job.state == AFTER[call.outcome]
    assert done or call.message in job.reason


def test_tokens_are_those_that_the_server_counts_and_the_days_budget_ends_with_them(site, model):
    site.use(model)
    site.settings.MODEL_ANSWER_TOKENS = 40
    site.draft(make_whole_paper(), "ko")
    call = ModelCall.objects.get()
    assert (call.prompt_tokens, call.completion_tokens) == site.usage
    assert min(site.usage) > 0
    estimate = prompt.tokens(site.asked[0])
    assert estimate / 2 < call.prompt_tokens < estimate * 2
    assert model_calls.tokens_used() == sum(site.usage)
    site.settings.MODEL_DAILY_TOKENS = sum(site.usage)
    job = site.draft(make_whole_paper(), "ko")
    assert (job.state, len(site.asked)) == (JobState.WAITING, 1)
    assert f"{sum(site.usage):,} of today's {sum(site.usage):,} tokens" in job.reason


def test_a_wrong_number_and_an_unknown_sentence_are_pointed_out_and_held(site, parrot, client):
    site.use(parrot)
    paper = make_whole_paper()
    job = site.draft(paper, "ko", kinds.METHOD)
    call, section = ModelCall.objects.get(), Section.objects.get()
    assert json.loads(call.reply) == json.loads(PARROT)
    assert (job.state, call.outcome, call.finish_reason) == (
        JobState.DONE,
        CallOutcome.DONE,
        "stop",
    )
    assert (section.origin, section.drafter, section.scope) == (
        Writer.MODEL,
        "SmolLM2-135M",
        Scope.FULL_TEXT,
    )
    assert call.message == "method: rests on sentences that were not sent: 7001"
    of_right, of_wrong = (section.evidence.get(sentence=claims.checksum(e)) for e in (RIGHT, WRONG))
    assert of_right.found == Found.NAMED
    assert [quote.text for quote in quotes_of(of_right.quotes)] == [SENTENCES[4]]
    assert of_wrong.found != Found.NAMED
    assert "91.7%" in Finding.objects.errors().get(section=section).text
    with pytest.raises(publishing.Blocked, match=r"91\.7%"):
        publishing.publish(make_post(State.DRAFT, papers=[paper]))
    assert client.get(paper.get_absolute_url()).status_code == 404


def test_another_language_is_held_and_asked_for_again_later(site, parrot):
    site.use(parrot)
    job = site.draft(make_whole_paper(), "en", kinds.METHOD)
    call = ModelCall.objects.get()
    assert (call.outcome, job.state) == (CallOutcome.LANGUAGE, JobState.WAITING)
    assert "the answer is not in the language en" in job.reason
    assert min(call.prompt_tokens, call.completion_tokens) > 0
    assert not Section.objects.exists()


def test_an_editors_words_stay_and_the_models_are_proposed(site, parrot):
    site.use(parrot)
    paper = make_whole_paper()
    section = make_section(paper, kinds.METHOD, origin=Writer.EDITOR, markdown="내  글")
    site.draft(paper, "ko", kinds.METHOD)
    section.refresh_from_db()
    assert (section.markdown, section.origin) == ("내  글", Writer.EDITOR)
    assert Proposal.objects.get().value == f"{RIGHT} {WRONG}"
