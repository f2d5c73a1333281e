"""The object that was asked for is found among thoughts, words and other objects."""

import contextlib
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.drafting.llm import objects
from papers.drafting.llm.completion import CONTENT_LIMIT, Failure, Unusable

FIELDS = ("goal", "method")
OBJECT = {"goal": "목표", "method": {"text": "방법 </think> 이다", "sources": ["a"]}}
JSON = json.dumps(OBJECT, ensure_ascii=False)
DRAFT = json.dumps({"goal": "초안", "method": "초안"}, ensure_ascii=False)


def found(said):
    return objects.find(said, FIELDS)


def failure(said):
    with pytest.raises(Unusable) as unusable:
        found(said)
    return unusable.value.failure


HARMONY = "<|channel|>analysis<|message|>{}<|end|><|start|>assistant<|channel|>final<|message|>{}"


@pytest.mark.parametrize(
    "said",
    [
        f"<think>{DRAFT}</think>{JSON}",
        f"<think>\n{DRAFT}\n</think>\n\n```json\n{JSON}\n```",
        f"<thinking>{DRAFT}</thinking>{JSON}",
        f"<reasoning>{DRAFT}</reasoning>{JSON}",
        f"<thought>{DRAFT}</thought>{JSON}",
        f"<THINK>{DRAFT}</THINK>{JSON}",
        f'<think budget="9">{DRAFT}</think>{JSON}',
        f"<seed:think>{DRAFT}</seed:think>{JSON}",
        f"[THINK]{DRAFT}[/THINK]{JSON}",
        f"◁think▷{DRAFT}◁/think▷{JSON}",
        f"<|begin_of_thought|>{DRAFT}<|end_of_thought|>{JSON}",
        f"<|START_THINKING|>{DRAFT}<|END_THINKING|>{JSON}",
        HARMONY.format(DRAFT, JSON),
        HARMONY.format("We need {x}.", JSON) + "<|return|>",
        "<|channel|>analysis<|message|>a<|end|>" + HARMONY.format(DRAFT, JSON),
        f"Sure. <think>{DRAFT}</think> Here: {JSON} Done.",
        f"<think>a</think><think>{DRAFT}</think>{JSON}",
        f"{DRAFT}</think>{JSON}",
        f"Let me see: {{x}}, {{'a'}}.\n</think>\n{JSON}",
        f"{DRAFT}◁/think▷{JSON}",
        f"<think>Let me see {{x}} {JSON}",
        f"[THINK] f(x) = {{y}}\n{JSON}",
        f"<|channel|>analysis<|message|>Let me see {JSON}",
        f"{JSON}</think>",
        f"{JSON}\n```\n<|im_end|>",
        f"<answer>{JSON}</answer>",
    ],
)
def test_thoughts_of_each_vendor_are_left_out(said):
    assert found(said) == OBJECT


@pytest.mark.parametrize(
    "said",
    [
        JSON,
        f"```\n{JSON}\n```",
        f"```json\n{JSON}\n```",
        f"```JSON5 \n{JSON}```",
        f"The set {{a, b}} of x.\n{JSON}\nI hope {{this}} helps.",
        f"[{JSON}]",
        f'{{"summary": {JSON}}}',
        f'{{"status": "ok", "data": {{"summary": [{JSON}]}}}}',
        json.dumps({"answer": JSON}),
        json.dumps({"answer": f"```json\n{JSON}\n```"}),
        json.dumps(JSON),
        json.dumps(JSON)[1:-1],
        json.dumps(json.dumps(OBJECT, indent=2)),
        '{"title": "x"} ' + JSON,
        '{"goal": "x"} ' + JSON,
        JSON + ' {"goal": "x"}',
        DRAFT + " Better: " + JSON,
        JSON.replace('"goal"', '" Goal "'),
    ],
)
def test_the_object_is_found_in_what_stands_around_it(said):
    assert found(said) == OBJECT


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("<think>I'm sorry</think>I cannot help with that.", Failure.REFUSED),
        (f"<think>{DRAFT}</think>The paper is about widgets.", Failure.PROSE),
        (f"{DRAFT}</think>The paper is about widgets.", Failure.PROSE),
        (f"<think>{DRAFT}</think>{JSON[:40]}", Failure.CUT),
        (f"{DRAFT} Better: {JSON[:40]}", Failure.CUT),
        (f"```json\n{JSON[:-1]}\n```", Failure.CUT),
        (JSON[:-3], Failure.CUT),
        ('{"title": "x"}', Failure.PROSE),
        ('{"goal": }', Failure.PROSE),
        ("{}", Failure.PROSE),
        ('{"goal": "a"]', Failure.PROSE),
    ],
)
def test_a_thought_is_never_the_answer_and_what_is_cut_is_told(said, kind):
    assert failure(said) == kind


@pytest.mark.parametrize(
    "part",
    [
        '{"goal": ',
        '{"goal":"',
        '{"goal": [',
        '{"goal":"x"}',
        "{“a” ",
        "{'a' ",
        '{\\"a',
        "<think>",
        "</think>",
        "<|channel|>analysis\n",
        "$\\\\a",
        "\\(",
        '{"goal": "\\\\(',
        '{"a":"{\\"',
    ],
)
def test_no_repetition_takes_long(part):
    said = part * (CONTENT_LIMIT // len(part))
    start = time.process_time()
    with contextlib.suppress(Unusable):
        found(said)
    assert time.process_time() - start < 3


@given(st.text("{}[]\"“”'\\:,<>/|thinkgoalmethod$\n ", max_size=80))
def test_no_text_is_too_odd(said):
    with contextlib.suppress(Unusable):
        assert found(said)


def test_lines_of_json_with_a_field_each_are_one_object():
    lines = "\n".join(json.dumps({name: {"text": name}}) for name in ("goal", "method"))
    assert objects.find(lines, {"goal", "method", "results"}) == {
        "goal": {"text": "goal"},
        "method": {"text": "method"},
    }
    again = f'{lines}\n{{"goal": {{"text": "newer"}}}}'
    assert objects.find(again, {"goal", "method"}) == {"goal": {"text": "newer"}}
