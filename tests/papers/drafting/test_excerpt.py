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
    assert (
        excerpt.excerpt(parts, 1000) == "## Abstract\nWe do it.\n\n## How\nSo.\n\n## Proofs\nThus."
    )


def test_what_is_short_is_whole_and_what_is_long_is_cut_at_a_sentence():
    parts = [part(Kind.METHOD, 500), part(Kind.LIMITATIONS, 10), part(Kind.RESULTS, 500)]
    sent = excerpt.excerpt(parts, 2000)
    method, limitations, results = sent.split("\n\n")
    assert limitations == f"## A Heading\n{parts[1].text}"
    for block in (method, results):
        assert block.endswith("of it." + excerpt.CUT_MARK)
    assert abs(excerpt.tokens(method) - excerpt.tokens(results)) < 50


def test_related_work_and_appendices_have_what_the_others_leave():
    parts = [part(Kind.RELATED, 300), part(Kind.METHOD, 100), part(Kind.OTHER, 50)]
    assert excerpt.excerpt(parts, 1010).count("## A Heading") == 2
    assert excerpt.excerpt(parts, 10_000).count("## A Heading") == 3


@given(
    st.lists(st.tuples(st.sampled_from(Kind), st.integers(0, 400)), max_size=12),
    st.integers(0, 5000),
)
def test_no_more_is_sent_than_there_is_room_for(sizes, budget):
    parts = [part(kind, sentences) for kind, sentences in sizes]
    sent = excerpt.excerpt(parts, budget)
    assert excerpt.tokens(sent) <= budget + len(parts)
    if budget >= sum(excerpt.tokens(f"## A Heading\n{p.text}") for p in parts):
        assert excerpt.CUT_MARK not in sent


@pytest.mark.parametrize(
    ("text", "count"), [("", 0), ("abcdefgh", 2), ("한국어", 3), ("한국 ab", 3)]
)
def test_tokens_are_estimated_by_script(text, count):
    assert excerpt.tokens(text) == count
