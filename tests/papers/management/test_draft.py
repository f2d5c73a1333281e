"""`manage.py draft` uses a model if one is configured, and the paper's own words otherwise."""

import pytest
from django.core.management import CommandError, call_command

from papers.models import Job, Listing, ModelCall, Section
from tests.factories import make_paper

pytestmark = pytest.mark.django_db

DAY = "2025-10-08"


@pytest.fixture
def papers():
    papers = [make_paper() for _ in range(5)]
    for rank, paper in enumerate(papers, start=1):
        Listing.objects.create(paper=paper, source="huggingface", day=DAY, rank=rank)
    return papers


def written():
    return set(Section.objects.values_list("language", "origin"))


def test_without_a_model_the_papers_own_words_are_taken(papers, capsys):
    call_command("draft", "--date", DAY)
    assert written() == {("en", "extractive")}
    with pytest.raises(CommandError, match="set MODEL_URL and MODEL_NAME"):
        call_command("draft", "--date", DAY, "--with", "model")


def test_with_a_model_it_drafts_in_the_sites_language(papers, fake, capsys):
    call_command("draft", "--date", DAY)
    assert capsys.readouterr().out == "5 papers, 25 added, 5 left empty, 5000 tokens.\n"
    assert written() == {("ko", "model")}
    call_command("draft", "--date", DAY)
    assert capsys.readouterr().out == "5 papers, 5 drafted before.\n"
    assert len(fake.asked) == 5


def test_either_drafter_can_be_asked_for(papers, fake):
    call_command("draft", "--date", DAY, "--with", "extractive")
    assert written() == {("en", "extractive")}
    assert fake.asked == []


def test_over_the_budget_the_rest_is_left_for_tomorrow(papers, fake, settings, capsys):
    settings.MODEL_DAILY_TOKENS = 2000
    with pytest.raises(CommandError, match="3 papers were not drafted"):
        call_command("draft", "--date", DAY)
    told = capsys.readouterr()
    assert "3 over budget" in told.out
    assert told.err.count("2,000 of today's 2,000 tokens") == 1
    assert len(fake.asked) == 2


def test_each_paper_that_failed_is_named_with_what_to_do(papers, fake, capsys):
    fake.refuses("no such model", 404)
    with pytest.raises(CommandError, match="5 papers were not drafted"):
        call_command("draft", "--date", DAY)
    told = capsys.readouterr().err
    for paper in papers:
        assert f"{paper.arxiv_id}: model: the server refused with 404: check MODEL_URL" in told
    assert ModelCall.objects.count() == 5


def test_the_workers_are_told_the_language(papers, fake):
    call_command("draft", "--paper", papers[0].arxiv_id, "--queue")
    call_command("draft", "--paper", papers[0].arxiv_id, "--queue", "--language", "en")
    about = set(Job.objects.values_list("arxiv_id", "language"))
    assert about == {(papers[0].arxiv_id, ""), (papers[0].arxiv_id, "en")}
    with pytest.raises(CommandError, match="leave out --queue"):
        call_command("draft", "--date", DAY, "--queue", "--with", "extractive")


def test_what_is_no_language_is_wrong_usage(papers, fake):
    with pytest.raises(CommandError) as wrong:
        call_command("draft", "--date", DAY, "--language", "Korean")
    assert wrong.value.returncode == 2
