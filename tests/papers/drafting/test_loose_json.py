"""JSON as models write it is read, and what could be read in two ways is not."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.drafting.llm import loose_json
from papers.drafting.llm.loose_json import CutOff


def read(text):
    found, end = loose_json.read(text, 0)
    assert text[end - 1] == "}"
    return found


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{“goal”: {“text”: “글”, “sources”: [“a”, “b”]}}", None),
        ('{„goal‟: {“text„: ”글”, "sources": [“a”, “b”,],},}', None),
        ("{'goal': {'text': '글', 'sources': ['a', 'b']}}", None),
        ("{‘goal’: {‘text’: ‘글’, ‘sources’: [‘a’, ‘b’]}}", None),
        ('{"goal": {"text": "글", "sources": ["a", "b",],}, }', None),
        ('{"goal" : {"text":\n"글" , "sources":["a","b"]\n,\n}}', None),
        ("{“a”: “그는 “응”이라고 했다.”}", {"a": "그는 “응”이라고 했다."}),
        ("{'a': 'It's fast.'}", {"a": "It's fast."}),
        ('{"a": "그는 “응”, “아니”라고 했다."}', {"a": "그는 “응”, “아니”라고 했다."}),
        ('{"a": "한 줄\n둘째 줄\t끝"}', {"a": "한 줄\n둘째 줄\t끝"}),
        ("{a: 1, b_2: {c: [true]}}", {"a": 1, "b_2": {"c": [True]}}),
        ('{"a": null, "b": [1, 2.5e3, true]}', {"a": None, "b": [1, 2500.0, True]}),
        ("{'a': None, 'b': True}", {"a": None, "b": True}),
        ('{"a": "\\ud83d\\ude00 \\u00e9"}', {"a": "😀 é"}),
        ('{ // one\n"a": 1, // two, "b": 2\n "c": [1, # three\n 2]}', {"a": 1, "c": [1, 2]}),
        ('{/* {"a": 2} */ "a" /* b */ : /**/ 1 /* , */ , /* * / */ }', {"a": 1}),
        ("{“a”: “글”, // 글\n“b”: ‘글’ /* 글 */}", {"a": "글", "b": "글"}),
        ('{"a": "http://a.example/*b*/ # c"}', {"a": "http://a.example/*b*/ # c"}),
        ('{"a": "\\"}\\" \\/ it\\\'s"}', {"a": '"}" / it\'s'}),
    ],
)
def test_what_has_one_meaning_is_read(text, value):
    assert read(text) == (value or {"goal": {"text": "글", "sources": ["a", "b"]}})


@pytest.mark.parametrize(
    "text",
    [
        '{"a": "b" "c"}',
        '{"a": "그는 "응"이라고 했다."}',
        "{“a”: “그는 “응”, “아니”라고 했다.”}",
        '{"a": NaN}',
        '{"a": 1 "b": 2}',
        '{"a": [1}',
        '{"a": 1]',
        '{"a":, "b": 1}',
        '{"a": 01}',
        '{"a"',
        '{"a": "b',
        '{"a": "b\\',
        '{"a": "b"',
        '{"a" "b"}',
        '{"a", "b": 1}',
        "{1: 2}",
        "{a b: 2}",
        "{a: b}",
        "{가: 2}",
        '{"a": [1 2]}',
        '{"a": 1,, "b": 2}',
        '{, "a": 1}',
        '{"a": /* 1}',
        '{"a": / 1}',
        '{"a": ' * 100 + "1" + "}" * 100,
    ],
)
def test_what_has_none_or_two_is_not(text):
    with pytest.raises(ValueError, match=r"."):
        read(text)


def test_what_is_cut_off_is_told_from_what_is_wrong():
    for cut in (
        '{"a": {"b": "c"',
        '{"a": 1, // b',
        '{"a": 1 /* b',
        '{"a": "b',
        '{"a": [1, 2\n```\n',
    ):
        with pytest.raises(CutOff):
            read(cut)


@given(st.dictionaries(st.text(st.characters(blacklist_characters="\\$")), st.integers()))
def test_json_is_read_as_it_is(value):
    for ascii_only in (True, False):
        text = json.dumps(value, ensure_ascii=ascii_only)
        plain = {key for key in value if not set(key) & set("\b\f\n\r\t")}
        got = read(text)
        assert {key: got[key] for key in plain if key[:1] not in "[{` \x0b"} == {
            key: value[key] for key in plain if key[:1] not in "[{` \x0b"
        }


@pytest.mark.parametrize("part", ["{“a”:“", "{'a':'", '{"a":"', '{"a",', "{‘a’,"])
def test_a_read_stops_where_the_text_is_no_json(part):
    with pytest.raises(loose_json.Broken) as broken:
        read(part * 1_000)
    assert broken.value.at < 4 * len(part)


def test_a_quote_without_an_end_is_looked_for_once():
    reader = loose_json.Reader("{'a {'b {'c")
    for start in (0, 4, 8):
        with pytest.raises(CutOff):
            reader.read(start)
    assert reader.no_end == {"'": 2}
