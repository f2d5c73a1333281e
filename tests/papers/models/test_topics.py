"""The keywords of a paper as spellings are compared."""

import pytest
from django.db import connection

from papers.models import Paper
from tests.factories import make_paper

pytestmark = pytest.mark.django_db


def topics(*keywords):
    paper = make_paper(keywords=list(keywords))
    paper.refresh_from_db()
    return paper.topics


@pytest.mark.parametrize("keyword", [
    "Large Language Models", "large-language-models", "LARGE_LANGUAGE/MODELS",
    " large  language - models ",
])  # fmt: skip
def test_spellings_of_a_keyword_are_one_topic(keyword):
    assert topics(keyword) == ["large-language-models"]


@pytest.mark.parametrize(("keyword", "topic"), [
    ("C++", "c++"), ("GPT-4.5", "gpt-4.5"), ("강화 학습", "강화-학습"), ("r²", "r²"), ("É", "É"),
    ("--", ""), ("", ""), ("%s {}", "%s-{}"),
])  # fmt: skip
def test_other_signs_stay_and_only_ascii_is_folded(keyword, topic):
    """By the rules of "C", so that servers with other locales compare alike."""
    assert topics(keyword) == [topic]


def test_each_keyword_has_its_topic_at_its_place():
    assert topics("b", "A", "--", "a") == ["b", "a", "", "a"]
    assert topics() == []


def test_a_topic_fits_into_an_index():
    assert topics("가" * 5000) == ["가" * 100]
    assert topics("a" * 99 + " b") == ["a" * 99]


def test_a_changed_keyword_changes_its_topic_whoever_writes_it():
    paper = make_paper(keywords=["old"])
    Paper.objects.update(keywords=["New One"])
    paper.refresh_from_db()
    assert paper.topics == ["new-one"]


def test_a_damaged_list_has_topics_at_the_same_places():
    paper = make_paper()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE papers_paper SET keywords = ARRAY['A', NULL, 'b']")
        cursor.execute("SELECT topics FROM papers_paper")
        assert cursor.fetchone() == (["a", "", "b"],)
    paper.refresh_from_db()


def test_papers_of_a_topic_are_found_by_an_index():
    with connection.cursor() as cursor:
        # With few rows any other way is as good.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        found = Paper.objects.filter(topics__contains=["agents"]).explain()
    assert "paper_topics" in found
