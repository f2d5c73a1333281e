"""What of a paper is sent to a model: all of a short one, the telling parts of a long one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.drafting.llm import excerpt
from papers.fulltext.base import Kind, Part


def part(kind, sentences, heading="A Heading"):
    return Part(kind, heading, " ".join(f"This is sentence {n} of it." for n in range(sentences)))


def test_a_short_paper_is_sent_whole_in_its_own_order():
    parts = [
        Part(Kind.ABSTRACT, "", "We do it."),
        Part(Kind.METHOD, "How", "So."),
        Part(Kind.APPENDIX, "Proofs", "Thus."),
    ]
    sent = excerpt.excerpt(parts, 1000).text
    assert sent == "## Abstract\n1| We do it.\n\n## How\n2| So.\n\n## Proofs\n3| Thus."


def test_what_is_short_is_whole_and_what_is_long_is_cut_at_a_sentence():
    parts = [part(Kind.METHOD, 500), part(Kind.LIMITATIONS, 10), part(Kind.RESULTS, 500)]
    method, limitations, results = excerpt.excerpt(parts, 2000).text.split("\n\n")
    assert len(limitations.split("\n")) == 11
    for block in (method, results):
        assert block.endswith("of it.\n" + excerpt.CUT_MARK)
    assert abs(excerpt.tokens(method) - excerpt.tokens(results)) < 50


def test_related_work_and_appendices_have_what_the_others_leave():
    parts = [part(Kind.RELATED, 300), part(Kind.METHOD, 100), part(Kind.OTHER, 50)]
    assert excerpt.excerpt(parts, 1_240).text.count("## A Heading") == 2
    assert excerpt.excerpt(parts, 10_000).text.count("## A Heading") == 3


@given(
    st.lists(st.tuples(st.sampled_from(Kind), st.integers(0, 400)), max_size=12),
    st.integers(0, 5000),
)
def test_no_more_is_sent_than_there_is_room_for(sizes, budget):
    parts = [part(kind, sentences) for kind, sentences in sizes]
    sent = excerpt.excerpt(parts, budget)
    assert excerpt.tokens(sent.text) <= budget
    for number, place in sent.places.items():
        assert (
            f"\n{number}| {parts[place.part].text[place.start : place.end]}\n" in f"{sent.text}\n"
        )
    whole = sum(map(len, (p.text.split(". ") for p in parts if p.text)))
    if budget >= sum(excerpt.tokens(f"## A Heading\n{p.text}") + 3 * len(p.text) for p in parts):
        assert len(sent.places) == whole


def test_no_line_of_a_paper_passes_for_a_number():
    parts = [Part(Kind.METHOD, "How", "We do it. 7| We do more.\nTable 1\na | b | c")]
    sent = excerpt.excerpt(parts, 1000)
    assert sent.text.split("\n") == [
        "## How",
        "1| We do it.",
        "2| 7| We do more.",
        "3| Table 1",
        "4| a | b | c",
    ]
    assert parts[0].text[slice(*sent.places[4][1:])] == "a | b | c"


@pytest.mark.parametrize(
    ("text", "count"), [("", 0), ("abcdefgh", 2), ("한국어", 3), ("한국 ab", 3)]
)
def test_tokens_are_estimated_by_script(text, count):
    assert excerpt.tokens(text) == count
