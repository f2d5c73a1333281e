"""Published papers are asked about again. Newer versions are stored, withdrawals are proposed."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User

from papers.clock import now
from papers.editing import proposals
from papers.models import Paper, Proposal, Section
from papers.pipeline import arxiv_facts, recheck
from papers.sources import arxiv
from papers.sources.errors import SourceDown, SourceError
from tests.factories import make_paper, make_post
from tests.papers.sources.atom import make_entry, make_feed

pytestmark = pytest.mark.django_db

GONE = "<arxiv:comment>This paper has been withdrawn by the authors.</arxiv:comment>"


@pytest.fixture
def answer(httpserver, settings):
    settings.ARXIV_API_URL = httpserver.url_for("/api/query")
    settings.ARXIV_INTERVAL_S = 0

    def say(*entries):
        httpserver.clear()
        httpserver.expect_request("/api/query").respond_with_data(make_feed(*entries))

    return say


def published(**fields):
    paper = make_paper(**{"version": 1, **fields})
    Section.objects.create(paper=paper, language="ko", kind="results", markdown="결과는 3%이다.")
    make_post(papers=[paper])
    paper.refresh_from_db()
    return paper


def test_a_newer_version_is_noted_and_the_published_one_remembered(answer):
    paper = published()
    assert (paper.public_version, paper.newer_version) == (1, None)
    answer(make_entry(paper.arxiv_id, "v3"))
    assert recheck.recheck().counts["papers updated"] == 1
    paper.refresh_from_db()
    assert (paper.public_version, paper.newer_version) == (1, 3)


def test_a_withdrawal_is_proposed_and_shown_once_a_person_confirmed_it(client, answer):
    paper = published()
    answer(make_entry(paper.arxiv_id, "v2", GONE))
    recheck.recheck()
    paper.refresh_from_db()
    assert not paper.withdrawn
    words = "철회"
    assert words not in client.get(paper.get_absolute_url()).content.decode()
    proposals.accept(Proposal.objects.get(field="withdrawn"), User.objects.create_superuser("e"))
    paper.refresh_from_db()
    assert paper.withdrawn
    assert words in client.get(paper.get_absolute_url()).content.decode()
    assert Section.objects.public().filter(paper=paper).exists()


def test_a_withdrawal_refused_by_a_person_is_not_proposed_again(answer):
    paper = published()
    answer(make_entry(paper.arxiv_id, "v2", GONE))
    recheck.recheck()
    proposals.reject(Proposal.objects.get(field="withdrawn"), User.objects.create(username="e"))
    with time_machine.travel(now() + timedelta(days=1)):
        recheck.recheck()
    assert Proposal.objects.filter(field="withdrawn").count() == 1
    assert not Paper.objects.get().withdrawn


def test_a_paper_that_is_not_public_follows_arxiv_at_once():
    paper = make_paper(version=1)
    changed, proposed = paper.offer({"withdrawn": True}, "arxiv")
    assert (changed, proposed, paper.withdrawn) == ({"withdrawn"}, [], True)


PERHAPS = "<arxiv:comment>We found an error and are withdrawing this paper</arxiv:comment>"


def test_what_may_be_a_withdrawal_is_proposed_of_any_paper(answer, admin_user):
    public, private = published(), make_paper()
    unknown = "2510.09999"
    answer(*(make_entry(each, "v2", PERHAPS) for each in (public.arxiv_id, private.arxiv_id)))
    assert recheck.recheck().counts["facts proposed"] == 2
    answer(make_entry(unknown, "v1", PERHAPS))
    arxiv_facts.ask_all([unknown])
    assert not Paper.objects.filter(withdrawn=True).exists()
    offered = Proposal.objects.filter(field="withdrawn")
    assert {each.paper.arxiv_id for each in offered} == {
        public.arxiv_id,
        private.arxiv_id,
        unknown,
    }
    proposals.accept(offered.get(paper=private), admin_user)
    proposals.reject(offered.get(paper=public), admin_user)
    answer(*(make_entry(each, "v2", PERHAPS) for each in (public.arxiv_id, private.arxiv_id)))
    arxiv_facts.ask_all([public.arxiv_id, private.arxiv_id])
    assert offered.count() == 3
    assert Paper.objects.get(withdrawn=True) == private


def test_papers_are_asked_about_once_a_day_and_those_not_public_never(answer, httpserver):
    paper = published()
    make_paper(version=1)
    answer(make_entry(paper.arxiv_id, "v1"))
    assert recheck.recheck().counts["asked"] == 1
    assert recheck.recheck().counts["asked"] == 0
    assert [r.args["id_list"] for r, _ in httpserver.log] == [paper.arxiv_id]
    with time_machine.travel(now() + timedelta(days=1)):
        assert recheck.longest_unasked() == [paper.arxiv_id]


def test_the_longest_unasked_come_first():
    yesterday = now() - timedelta(days=1)
    later = published(arxiv_checked_at=yesterday)
    earlier = published(arxiv_checked_at=yesterday - timedelta(days=1))
    never = published()
    ids = [never.arxiv_id, earlier.arxiv_id, later.arxiv_id]
    assert recheck.longest_unasked() == ids


def test_a_batch_that_arxiv_does_not_know_holds_up_no_other(answer, httpserver, monkeypatch):
    monkeypatch.setattr(arxiv, "BATCH", 1)
    unknown, known = published(), published()
    httpserver.expect_request(
        "/api/query", query_string={"id_list": unknown.arxiv_id, "max_results": "1"}
    ).respond_with_data(make_feed())
    httpserver.expect_request("/api/query").respond_with_data(
        make_feed(make_entry(known.arxiv_id, "v2"))
    )
    with pytest.raises(SourceError, match=f"no entry for {unknown.arxiv_id}"):
        recheck.recheck()
    known.refresh_from_db()
    assert known.version == 2
    assert recheck.longest_unasked() == []


def test_what_was_asked_stands_when_arxiv_goes_away(answer, httpserver, settings, monkeypatch):
    monkeypatch.setattr(arxiv, "BATCH", 1)
    settings.HTTP_RETRY_WAIT_S = 0
    first, second = published(), published()
    httpserver.expect_request(
        "/api/query", query_string={"id_list": first.arxiv_id, "max_results": "1"}
    ).respond_with_data(make_feed(make_entry(first.arxiv_id, "v2")))
    httpserver.expect_request("/api/query").respond_with_data("away", status=503)
    with pytest.raises(SourceDown):
        recheck.recheck()
    first.refresh_from_db()
    assert first.version == 2
    assert recheck.longest_unasked() == [second.arxiv_id]
