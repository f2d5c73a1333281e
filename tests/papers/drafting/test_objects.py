"""The object that was asked for is found among thoughts, words and other objects."""

import contextlib
import json

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
        JSON.replace('"goal"', "goal").replace('"method"', "method").replace('"text"', "text"),
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


def said_again(part):
    return part * (CONTENT_LIMIT // len(part.encode()))


HOSTILE = [
    "{",
    "[",
    "“",
    "\\",
    "/*",
    "{/*",
    "{//",
    "{ # a\n",
    '{"a":',
    '{"a":[',
    '{"a":1,',
    "{“a”:“",
    "{'a':'",
    "{“goal”:“b”,“c”",
    '{"goal": ',
    '{"goal":"',
    '{"goal": [',
    '{"goal":"x"}',
    "{“a” ",
    "{'a' ",
    '{\\"a',
    "<think>",
    "</think>",
    "<think></think>",
    "<|channel|>analysis\n",
    "$\\\\a",
    "\\(",
    '{"goal": "\\\\(',
    '{"a":"{\\"',
    "```json\n{",
    "draft {'a': ",
]


@pytest.mark.parametrize("part", HOSTILE)
@pytest.mark.parametrize("before", ["", "<think>", '{"goal":"', "{“goal”:“"])
def test_what_is_read_of_a_repetition_is_bounded(before, part):
    said = before + said_again(part)
    scan = objects._Scan(said)
    scan.run()
    assert scan.in_vain <= (objects.MAX_REREADS + 1) * len(said)
    assert scan.peeks <= objects.MAX_PEEKS
    assert len(scan.objects) + len(scan.broken) <= objects.MAX_MARKS
    with contextlib.suppress(Unusable):
        assert found(said)


def test_what_nests_as_deep_as_it_may_is_not_read_from_each_depth():
    said = '{"a":' * 60 + "[" + "1," * 30_000
    scan = objects._Scan(said)
    scan.run()
    assert scan.in_vain <= (objects.MAX_REREADS + 1) * len(said)
    assert failure(said) == Failure.CUT


def test_thoughts_in_thoughts_are_looked_at_once():
    said = "<think>" * 8_000 + '{"goal": "a </think>"}'
    scan = objects._Scan(said)
    scan.run()
    assert scan.peeks <= objects.MAX_PEEKS


ECHO = '{"goal": "...", "method": {"text": "…", "sources": ["…"]}}'


@pytest.mark.parametrize(
    "echo",
    [
        ECHO,
        ECHO.replace("...", "<text>"),
        ECHO.replace("...", "[your text here]").replace("…", "string"),
        ECHO.replace("...", "goal").replace("…", "{text}"),
        ECHO.replace("...", "").replace("…", ""),
        ECHO.replace('"..."', "...").replace('"…"', "…"),
        '{"goal": ..., "method": ...}',
        '{"properties": {"goal": {"$ref": "#/a"}, "method": {"$ref": "#/a"}}}',
        '{"goal": {"type": "string"}, "method": {"type": "object"}}',
        '{"goal": "내용", "method": "여기에 텍스트 입력"}',
        '{"goal": null, "method": []}',
        '{"goal": "One or two sentences.", "method": "1-2 sentences on the method"}',
        '{"goal": "text of goal", "method": "(a description of the method)"}',
        '{"goal": "What they want, in a sentence", "method": "how"}',
        '{"goal": "목표에 대한 설명", "method": {"text": "설명", "sources": ["원문 문장"]}}',
        '{"goal": "The goal of the paper in Korean", "method": {"text": "method here"}}',
        '{"goal": "example text", "method": ["exact sentence from the paper"]}',
    ],
)
def test_an_echo_of_the_form_is_not_the_answer(echo):
    told = ("what they want, in a sentence or two", "how they do it")
    for said in (
        f"{JSON}\n{echo}",
        f"{echo}\n{JSON}",
        f"{JSON}\nThe final form:\n```json\n{echo}\n```",
        f"{JSON}\n</think>\n{echo}",
        f'{{"goal": "목표"}}\n{json.dumps({"method": OBJECT["method"]})}\n{echo}',
    ):
        assert objects.find(said, FIELDS, told) == OBJECT


@pytest.mark.parametrize(
    "said",
    [
        f"{JSON}</think> done",
        f"{JSON}\n</think>\nDone.",
        f"{JSON}</think>\nI hope this helps!",
        f"{JSON}</think>The answer is above.</think>",
        f"{JSON}</think> 완료했습니다.",
        f"{JSON}</think>\nI have completed the task. This is my final answer.",
        f"{JSON}</think>\nThe JSON above is the summary.",
        f"{DRAFT}</think>{JSON}</think> done",
        f"```json\n{JSON}\n```\n</think>\n\nThat is all. <|im_end|>",
        f"analysisWe need {DRAFT}assistantfinal{JSON}",
        "{ // the answer\n" + JSON[1:],
        "{ /* the answer */ " + JSON[1:],
        "{\n  # the answer\n" + JSON[1:-1] + " // and no more\n}",
    ],
)
def test_stray_marks_and_comments_do_not_hide_the_answer(said):
    assert found(said) == OBJECT


@pytest.mark.parametrize(
    "said",
    [
        f"{JSON}\n\nAn earlier draft was {DRAFT}; it was wrong about the numbers.",
        f"{JSON}\n\nMy first attempt was:\n\n```json\n{DRAFT}\n```\n\nI rejected it.",
        f"{JSON}\nPreviously I wrote: {DRAFT}",
        f"{JSON}\nI initially considered {DRAFT} but it is too long.",
        f"{JSON}\nFor example, {DRAFT} would be too short.",
        f"{JSON}\nAlternatively: {DRAFT}",
        f"{JSON}\nI could have said {DRAFT}",
        f"{JSON}\n{DRAFT} was wrong, so I changed it.",
        f"{JSON}\nNote: {DRAFT} — this was my earlier draft.",
        f"{JSON}\nBefore correction: {DRAFT}",
        f"{JSON}\nNot: {DRAFT}",
        f"{JSON}\nCompare: {DRAFT} (earlier, wrong)",
        f"{JSON} (an earlier draft was {DRAFT}, it was wrong)",
        f"{JSON}\n---\nEarlier draft (superseded):\n{DRAFT}",
        f"{JSON}\n\n## Thinking process\n\n```json\n{DRAFT}\n```",
        f"{JSON}\n\n**생각 과정:**\n{DRAFT}",
        f"{JSON}\nThe version with the mistake was {DRAFT}",
        f"{JSON}\nA worse answer would be {DRAFT}",
        f"{JSON}\nThe following was wrong: {DRAFT}",
        f"{JSON}\nDo not use this: {DRAFT}",
        f"{JSON}\nThe reviewer quoted {DRAFT} from the first draft.",
        f"Final: {JSON}\nThe above final answer improves on: {DRAFT}",
        f"{JSON}\n(Self-critique: my earlier draft {DRAFT} overstated the result.)",
        f"Draft 1:\n{DRAFT}\nCritique: too vague.\nDraft 2:\n{JSON}",
        f"{JSON}\n참고로 처음 쓴 답은 {DRAFT} 였는데 수치가 틀렸다.",
        f"{DRAFT}\n위 답은 틀렸으므로 다시 쓴다.\n{JSON}",
        f"{JSON}\nI revised my earlier draft, which was: {DRAFT}",
        f"{JSON}\n이전 초안은 다음과 같다: {DRAFT}",
        f"{JSON}\n수정 전: {DRAFT}",
        f"{JSON}\n처음에는 이렇게 썼다: {DRAFT} 이는 틀렸다.",
        f"Final answer: {JSON}\nNote: {DRAFT}",
        f"```json\n{JSON}\n```\nIn short {DRAFT}",
        f"## Final\n\n{JSON}\n\n## Draft\n\n{DRAFT}",
        f"Instead of {DRAFT}, the final answer is {JSON}",
        f"Draft: {DRAFT}\n\nFinal: {JSON}",
        f"## Draft\n```json\n{DRAFT}\n```\n## Final\n{JSON}",
        f"```json\n{DRAFT}\n```\nThat draft has errors, so here is a new one:\n{JSON}",
        f"{DRAFT}\nThe goal is wrong, let me redo it: {JSON}",
        f"{DRAFT}\nInstead of this draft, use: {JSON}",
        f"{DRAFT}\nThe corrected version of the earlier draft: {JSON}",
        f"{DRAFT}\nWait, that is too long.\n{JSON}",
        f"초안: {DRAFT}\n최종: {JSON}",
        f"{DRAFT}\n{JSON}",
        f"Here is the draft of the summary: {JSON}",
        f"For example: {JSON}",
        f'{{"draft": {DRAFT}, "final": {JSON}}}',
        f'{{"final_answer": {JSON}, "draft": {DRAFT}}}',
        f'{{"answer": {JSON}, "reasoning": {json.dumps(DRAFT)}}}',
        f'{{"answer": {JSON}, "first_attempt": {DRAFT}}}',
        f'Final: {JSON} Note: {{"goal": "조각"}}',
        f'{JSON} The final goal: {{"goal": "조각"}}',
    ],
)
def test_the_answer_is_told_from_a_draft(said):
    assert found(said) == OBJECT


def test_a_draft_is_not_taken_where_the_answer_cannot_be_read():
    unreadable = '{"goal": "a" "b", "method": "c"}'
    assert failure(f"Draft: {DRAFT}\nFinal: {unreadable}") == Failure.PROSE
    assert failure(f"{unreadable}\nAn earlier draft was {DRAFT}.") == Failure.PROSE


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
