"""A model's answer becomes sections, or the reason why it cannot be used."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.checks.evidence import claims
from papers.drafting.llm import answer, completion
from papers.drafting.llm.completion import CURABLE, Completion, Failure, Unusable
from papers.drafting.llm.prompt import Question
from papers.models import CallOutcome
from tests.papers.pipeline import fake_model
from tests.papers.pipeline.fake_model import statements, summary

ABSTRACT = "1| We make widgets in parallel.\n2| Accuracy rises by 3.2%.\n3| It is fast."


def read(content, *args, kind="", language="ko", text=ABSTRACT, **message):
    body = fake_model.completion(content, *args, **message)
    said = completion.parse(json.dumps(body).encode())
    return answer.read(said, Question(language, kind, text, range(1, 4)))


def failure(content, *args, **message):
    with pytest.raises(Unusable) as unusable:
        read(content, *args, **message)
    return unusable.value.failure, str(unusable.value)


def test_the_parts_become_sections_in_their_order():
    draft = read(summary())
    assert list(draft.sections) == ["gist", "introduction", "method", "results", "conclusion"]
    assert draft.sections["introduction"] == (
        "- **목표:** 위젯을 더 빠르게 만드는 방법을 제안한다.\n"
        "- **동기:** 기존 방법은 느리다.\n"
        "- **기여:** 처음으로 위젯을 병렬로 만든다."
    )
    assert draft.sections["method"] == "위젯을 조각으로 나누어 학습한다."
    assert draft.empty == ("limitations",)


def test_labels_are_words_of_the_language():
    fields = {name: {"text": f"We say {name}.", "sources": []} for name in fake_model.TEXTS}
    draft = read(fields, language="en")
    assert draft.sections["introduction"].startswith("- **Goal:** We say goal.\n- **Motivation:** ")


@pytest.mark.parametrize(
    "text", ["", "  ", "정보 부족", "N/A", "알 수 없음", "논문에 한계가 명시되지 않았다."]
)
def test_a_placeholder_is_left_empty_and_said_so(text):
    draft = read(summary(limitations=text, motivation=text))
    assert "limitations" not in draft.sections
    assert "동기" not in draft.sections["introduction"]
    assert draft.empty == ("motivation", "limitations")


def test_one_section_is_read_alone():
    statement = {"text": "느리다.", "sources": []}
    draft = read({"limitations": statement, "more": 1}, kind="limitations")
    assert draft.sections == {"limitations": "느리다."}


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("**위젯**을 `빠르게`\n만든다.", "위젯을 빠르게 만든다."),
        ("- $O(n^2)$을 없앤다.", "O(n²)을 없앤다."),
        ("위젯을 빠르게 만든다. " + "그리고 " * 40 + "끝난다.", "위젯을 빠르게 만든다."),
    ],
)
def test_a_gist_becomes_one_plain_line_of_whole_sentences(said, kept):
    draft = read(summary(gist=said))
    assert draft.sections["gist"] == kept
    assert draft.unfit == ()


def test_a_gist_that_does_not_fit_is_left_out_and_the_sections_stay():
    draft = read(summary(gist="아주 " * 60 + "길다."))
    assert list(draft.sections) == ["introduction", "method", "results", "conclusion"]
    assert (draft.unfit, draft.empty) == (("gist",), ("limitations",))


def test_a_gist_asked_for_alone_that_does_not_fit_is_told():
    kind, message = failure({"gist": {"text": "아주 " * 60, "sources": []}}, kind="gist")
    assert (kind, message) == (Failure.PROSE, "does not fit into one plain line: gist")


def sources_of(draft, sentence):
    return draft.sources.get(claims.checksum(sentence))


def test_each_sentence_keeps_the_numbers_of_its_sources():
    results = [
        {"text": "정확도가 3.2% 오른다.", "sources": [2]},
        {"text": "**빠르다**. 그리고 $x$는 작다.", "sources": [3, 1, 3]},
        {"text": "근거가 없다.", "sources": []},
    ]
    draft = read(summary(results=results, goal=statements("위젯을 만든다.", 1)))
    assert (
        draft.sections["results"]
        == "정확도가 3.2% 오른다. **빠르다**. 그리고 $x$는 작다. 근거가 없다."
    )
    assert sources_of(draft, "정확도가 3.2% 오른다.") == (2,)
    assert sources_of(draft, "**빠르다**.") == sources_of(draft, "그리고 $x$는 작다.") == (3, 1)
    assert sources_of(draft, "위젯을 만든다.") == (1,)
    assert sources_of(draft, "근거가 없다.") is None
    assert draft.invented == {}


def test_a_number_that_no_sentence_has_is_left_out_and_told():
    draft = read(summary(results=statements("빠르다.", 4, 2, 400), method=statements("나눈다.", 0)))
    assert sources_of(draft, "빠르다.") == (2,)
    assert sources_of(draft, "나눈다.") is None
    assert draft.invented == {"method": (0,), "results": (4, 400)}


def test_a_statement_that_is_the_claim_comes_before_one_that_holds_it():
    results = [
        {"text": "이 방법은 빠르다고 한다.", "sources": [1]},
        {"text": "이 방법은 빠르다", "sources": [3]},
    ]
    draft = read(summary(results=results))
    assert sources_of(draft, "이 방법은 빠르다") == (3,)


def test_an_answer_that_multiplies_its_sources_costs_no_more_than_its_length():
    results = {"text": ["가"] * 4_000, "sources": [1] * 4_000}
    draft = read(summary(results=results))
    assert set(draft.sources.values()) == {(1,)}


def test_a_claim_rests_on_three_sentences_at_most():
    body = fake_model.completion(summary(results=statements("빠르다.", *range(1, 9))))
    question = Question("ko", "", ABSTRACT, range(1, 9))
    draft = answer.read(completion.parse(json.dumps(body).encode()), question)
    assert sources_of(draft, "빠르다.") == (1, 2, 3)


def test_thoughts_fences_and_words_around_the_json_are_left_out():
    said = f"<think>Is {{this}} right?</think>\nHere:\n```json\n{json.dumps(summary())}\n```\nDone."
    assert read(said).sections == read(summary()).sections


def test_a_title_that_looks_like_a_thought_is_text():
    draft = read(summary(method="`<think>` 토큰 뒤의 `</think>`를 학습한다."))
    assert draft.sections["method"] == "`<think>` 토큰 뒤의 `</think>`를 학습한다."


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        (r"손실 $\mathcal{L}$이다", r"손실 $\mathcal{L}$이다"),
        (r"$\\alpha + \theta \times \beta$", r"$\alpha + \theta \times \beta$"),
        (r"$\frac{1}{2} \neq \nu \rightarrow \underline{x}$", None),
        (r"한 줄\n둘째 줄", "한 줄\n둘째 줄"),
        (r"한 줄\none two \"셋\" \u00e9 \/", '한 줄\none two "셋" é /'),
        (r"$\text{a}$과 \(x\)", r"$\text{a}$과 \(x\)"),
    ],
)
def test_backslashes_of_tex_are_mended_and_those_of_json_kept(written, read_as):
    content = json.dumps(summary(method="METHOD")).replace("METHOD", written)
    assert read(content).sections["method"] == (read_as or written)


@pytest.mark.parametrize(
    "nothing",
    [None, "", [], {}, {"text": None, "sources": None}, {"sources": []}, {"text": "null"}],
)
def test_a_field_that_says_nothing_is_not_stated(nothing):
    draft = read(summary(limitations=nothing, conclusion=nothing))
    assert draft.empty == ("limitations", "conclusion")
    assert list(draft.sections) == ["gist", "introduction", "method", "results"]


def test_a_field_that_is_missing_is_not_stated():
    fields = summary()
    del fields["limitations"], fields["results"]
    draft = read(fields)
    assert draft.empty == ("results", "limitations")
    assert draft.sections["method"] == fake_model.TEXTS["method"]


def test_a_statement_may_be_its_text_alone():
    draft = read(dict(fake_model.TEXTS))
    assert draft.sections == read(summary()).sections
    sentences = ["조각으로 나눈다.", "그리고 학습한다."]
    draft = read(summary() | {"method": sentences})
    assert draft.sections["method"] == "조각으로 나눈다. 그리고 학습한다."


@pytest.mark.parametrize(
    ("sources", "numbers"),
    [
        (None, None),
        ("", None),
        (2, (2,)),
        ("2", (2,)),
        ("2| Accuracy rises by 3.2%.", (2,)),
        (["[2]", 3.5, None, True, "sentence 3"], (2, 3)),
        ([{"number": 2}, [3]], (2, 3)),
        ("Accuracy rises by 3.2%.", None),
        (["3D widgets are made.", "In 2 years", "2, 3", 10**9, -1, 2**70], None),
    ],
)
def test_sources_may_be_none_one_or_many(sources, numbers):
    draft = read(summary(results={"text": "빠르다.", "sources": sources}))
    assert draft.sections["results"] == "빠르다."
    assert (sources_of(draft, "빠르다."), draft.invented) == (numbers, {})


def test_a_field_may_be_one_statement_with_many_texts():
    draft = read(summary(results={"text": ["빠르다.", "작다."], "sources": [3]}))
    assert draft.sections["results"] == "빠르다. 작다."
    assert sources_of(draft, "작다.") == (3,)


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(summary())[:200],
        json.dumps(summary())[: json.dumps(summary()).index("motivation") - 3],
        '{"goal": {"text": "a}b',
        "```json\n" + json.dumps(summary())[:-1],
    ],
)
def test_json_without_its_end_is_cut_though_the_server_says_stop(content):
    assert failure(content)[0] == Failure.CUT


def test_why_it_ended_comes_first():
    for content in (None, "", json.dumps(summary())[:100], summary()):
        assert failure(content, "length")[0] == Failure.CUT
    assert failure("I cannot", "content_filter")[0] == Failure.REFUSED


def test_a_refusal_is_one_in_its_field_in_prose_and_in_the_form():
    assert failure(None, refusal="I can't help with that.")[0] == Failure.REFUSED
    assert failure("I'm sorry, but I can't assist with that.")[0] == Failure.REFUSED
    assert failure("죄송하지만 요약할 수 없습니다.")[0] == Failure.REFUSED
    assert failure(summary(goal="I cannot summarise this paper."))[0] == Failure.REFUSED


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "empty"),
        ("", "empty"),
        ("The paper is about widgets.", "not JSON"),
        ('{"goal": NaN}', "not JSON"),
        ("{" * 200 + "}" * 200, "not JSON"),
        ('{"goal": {"text": "a" "b"}}', "not JSON"),
        ({"summary": "x"}, "gist: Field required"),
        (summary(goal={"text": 1, "sources": []}), "goal.0.text: "),
        (summary(method={"words": "x"}), "method.0.text: "),
        (summary(method=3.2), "method.0: "),
        ([1, 2], "not JSON"),
        ({name: {"text": "", "sources": []} for name in fake_model.TEXTS}, "every part"),
        (summary(method="글" * 30_000), "bytes, limit 65,536"),
    ],
)
def test_what_is_not_in_the_form_is_told(content, told):
    kind, message = failure(content)
    assert kind == Failure.PROSE
    assert told in message


def parts(*given):
    said = completion.parse(json.dumps(fake_model.completion("")).encode())
    assert said.content == ""
    body = fake_model.completion("")
    body["choices"][0]["message"]["content"] = list(given)
    return completion.parse(json.dumps(body).encode())


JSON = json.dumps(summary(), ensure_ascii=False)
DRAFT = json.dumps(summary(method="생각 속의 초안이다."), ensure_ascii=False)
TEXT = {"type": "text", "text": JSON}


@pytest.mark.parametrize(
    "given",
    [
        [TEXT],
        [JSON],
        [{"text": JSON}],
        [{"type": "text", "text": JSON[:90]}, {"type": "text", "text": JSON[90:]}],
        [{"type": "thinking", "thinking": [{"type": "text", "text": DRAFT}]}, TEXT],
        [{"type": "thinking", "thinking": DRAFT, "signature": "x"}, TEXT],
        [{"type": "redacted_thinking", "data": "x"}, TEXT],
        [{"type": "reasoning", "text": DRAFT}, TEXT],
        [{"type": "reasoning", "summary": [{"type": "summary_text", "text": DRAFT}]}, TEXT],
        [{"type": "reasoning_text", "text": DRAFT}, {"type": "output_text", "text": JSON}],
        [{"text": DRAFT, "thought": True}, {"text": JSON}],
        [{"text": DRAFT, "thought": "true"}, {"text": JSON, "thought": "false"}],
        [{"type": "text", "text": DRAFT, "is_thinking": True}, TEXT],
        [{"type": "text", "text": DRAFT, "isThought": 1}, TEXT | {"isThought": 0}],
        [{"type": "text", "text": DRAFT, "reasoning": "yes"}, TEXT | {"reasoning": None}],
        [{"text": DRAFT, "channel": "analysis"}, {"text": JSON, "channel": "final"}],
        [{"text": DRAFT, "channel": "commentary"}, {"text": JSON, "channel": "final"}],
        [{"content": DRAFT, "kind": "Thinking"}, {"content": JSON, "kind": "answer"}],
        [{"text": DRAFT, "role": "reasoning"}, {"text": JSON, "role": "assistant"}],
        [{"text": DRAFT, "phase": "chain-of-thought"}, TEXT],
        [{"type": "message", "channel": "analysis", "content": [TEXT | {"text": DRAFT}]}, TEXT],
        [{"type": "text", "text": {"value": DRAFT, "thought": True}}, TEXT],
        [TEXT, TEXT | {"text": DRAFT, "visibility": "hidden"}],
        [TEXT, TEXT | {"text": DRAFT, "is_final": False}],
        [TEXT, TEXT | {"text": DRAFT, "draft": True}],
        [TEXT, TEXT | {"text": DRAFT, "user_visible": "false"}],
        [TEXT, TEXT | {"text": DRAFT, "kind": "생각"}],
        [TEXT, TEXT | {"text": DRAFT, "title": "My thoughts"}],
        [TEXT, TEXT | {"text": DRAFT, "messageType": "reasoningMessage"}],
        [TEXT, TEXT | {"text": DRAFT, "mime": "text/thinking"}],
        [TEXT, TEXT | {"text": DRAFT, "metadata": {"thought": True}}],
        [TEXT, TEXT | {"text": DRAFT, "extra": {"google": {"type": "thinking"}}}],
        [TEXT, TEXT | {"text": DRAFT, "annotations": [{"type": "reasoning"}]}],
        [TEXT | {"mode": "analysis", "metadata": {"reasoning": True}, "state": "final"}],
        [{"type": "json", "json": json.loads(JSON)}],
        [{"parts": [{"text": DRAFT, "thought": True}, {"text": JSON}]}],
        [TEXT, {"type": "text", "text": "\n\n### Reasoning\n" + DRAFT}],
        [{"thinking": DRAFT}, TEXT],
        [{"reasoning_content": [DRAFT]}, {"text": JSON, "thinking": DRAFT}],
        [json.loads(JSON) | {"thoughts": DRAFT}],
        [{"type": "text", "text": {"value": JSON, "annotations": []}}],
        [{"type": "text", "text": [{"type": "text", "text": JSON}]}],
        [[{"type": "thinking", "thinking": DRAFT}], [TEXT]],
        [{"type": "message", "content": [{"type": "output_text", "text": JSON}]}],
        [{"type": "image_url", "image_url": {"url": "x"}}, TEXT, None, 3],
        [json.loads(JSON)],
    ],
)
def test_a_content_in_parts_is_its_text_without_thoughts(given):
    said = parts(*given)
    draft = answer.read(said, Question("ko", "", ABSTRACT))
    assert draft.sections == read(summary()).sections


def test_thoughts_alone_and_a_part_that_refuses_are_no_answer():
    assert parts({"type": "thinking", "thinking": DRAFT}).content == ""
    assert parts({"type": "refusal", "refusal": "I can't."}).refusal == "I can't."
    kind, message = failure(None, reasoning_content=DRAFT, reasoning=DRAFT)
    assert (kind, message) == (Failure.PROSE, "the answer is empty")
    assert read(JSON, reasoning_content=DRAFT).sections == read(summary()).sections


def test_a_message_of_the_channel_of_thoughts_is_no_answer():
    assert failure(JSON, channel="analysis") == (Failure.PROSE, "the answer is empty")
    assert read(JSON, channel="final").sections == read(summary()).sections


def test_the_form_of_the_prompt_is_no_answer_where_one_stands_beside_it():
    question = Question("ko", "", ABSTRACT)
    prompt = question.payload("m", 9)["messages"][0]["content"]
    form = prompt[prompt.index("{") :]
    told = json.dumps(question.asked)
    schema = json.dumps(question.form.model_json_schema())
    for echo in (form, told, schema):
        for said in (f"{JSON}\n\nForm: {echo}", f"{echo}\n{JSON}", f"{JSON}\n{echo}</think>"):
            assert read(said).sections == read(summary()).sections
        assert failure(echo)[0] in CURABLE


def test_a_tool_that_nobody_offered_is_not_called():
    call = [{"type": "function", "function": {"name": "publish", "arguments": "{}"}}]
    assert failure(None, "tool_calls", tool_calls=call) == (
        Failure.PROSE,
        "the answer calls a tool, and none was offered",
    )


def test_another_language_is_told():
    english = {name: {"text": f"We say {name}.", "sources": []} for name in fake_model.TEXTS}
    assert failure(english) == (Failure.LANGUAGE, "the answer is not in the language ko")


def test_a_server_that_cut_the_paper_is_noticed():
    usage = {"prompt_tokens": 2048, "completion_tokens": 100}
    long = "We make widgets. " * 1200  # 5,100 tokens by our count.
    kind, message = failure(summary(), usage=usage, text=long)
    assert kind == Failure.OVERFLOW
    assert "2,048 tokens of about 5,100" in message
    usage["prompt_tokens"] = 4100  # A good tokenizer.
    assert read(summary(), usage=usage, text=long).sections


@pytest.mark.parametrize(
    ("usage", "counted"),
    [
        ({"prompt_tokens": 7, "completion_tokens": 3}, (7, 3)),
        ({"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 50}, (7, 43)),
        ({"total_tokens": 50}, (None, 50)),
        ({"prompt_tokens": -1, "completion_tokens": True}, (None, None)),
        ({"prompt_tokens": 10**30}, (2**31 - 1, None)),
        ([], (None, None)),
    ],
)
def test_tokens_are_counted_as_far_as_they_are_numbers(usage, counted):
    said = completion.parse(json.dumps(fake_model.completion("x", usage=usage)).encode())
    assert (said.prompt_tokens, said.completion_tokens) == counted


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Bad gateway</html>",
        b"\xff\xfe",
        b"[]",
        b"[" * 100_000,
        b'{"choices": []}',
        b'{"choices": ["x"]}',
        b'{"choices": [{"message": "x"}]}',
        b'{"error": {"message": "no"}}',
    ],
)
def test_an_answer_of_no_known_form_is_text_and_no_draft(body):
    said = completion.parse(body)
    text = body.decode(errors="replace")
    assert said == Completion(text, raw=text)
    with pytest.raises(Unusable):
        answer.read(said, Question("ko", "", ABSTRACT))


@given(st.recursive(st.none() | st.text() | st.integers(), lambda x: st.dictionaries(st.text(), x)))
def test_no_answer_is_more_than_unusable(data):
    for body in (
        data,
        {"choices": [{"message": data}]},
        {"choices": [{"message": {"content": data}}]},
    ):
        with pytest.raises(Unusable):
            answer.read(completion.parse(json.dumps(body).encode()), Question("ko", "", ABSTRACT))


def test_every_failure_is_an_outcome_of_a_call():
    assert set(Failure) <= set(CallOutcome.values)
