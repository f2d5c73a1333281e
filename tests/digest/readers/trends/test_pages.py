"""The pages of trends and their CSV: what they count, and what they never show."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from digest import ledger, publishing
from digest.models import State
from digest.readers.views.trends import RANGES
from papers.models import Listing, Paper, SourceAnswer
from papers.sources.items import Remark
from tests.digest.readers.trends.site import BEFORE, NOW, listed, make_field
from tests.factories import make_paper, make_post

pytestmark = pytest.mark.django_db


def shown(client, address="/en/trends/4-weeks/"):
    response = client.get(address)
    assert response.status_code == 200
    return response.context


def topics(client, kind="frequent"):
    """Return the topics of a list: {name: (papers before, papers now)}."""
    found = getattr(shown(client)["trends"], kind)
    return {each.name.name: (each.topic.count_before, each.topic.count) for each in found}


def weeks_of(client, topic):
    return {
        str(monday): papers for monday, papers in shown(client, path(topic))["weekly"] if papers
    }


def path(topic):
    return reverse("trend", args=[topic])


def lines(client, address):
    response = client.get(address)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


# --- What is counted ------------------------------------------------------------------------------


def test_topics_are_counted_by_week(client):
    make_field()
    assert weeks_of(client, "agents") == {"2025-09-29": 2, "2025-10-06": 5}


def test_risers_come_first_and_what_fell_is_none(client):
    make_field()
    listed(NOW - timedelta(weeks=4), "diffusion", papers=30)
    listed(NOW, "agents", papers=10)
    assert topics(client, "risers") == {"agents": (0, 17)}
    assert topics(client) == {"agents": (0, 17), "diffusion": (30, 9), "強化": (0, 5)}


def test_spellings_of_a_keyword_are_one_topic_named_as_most_name_it(client):
    listed(NOW, "Large Language Models", papers=2)
    listed(NOW, "large-language_models ", "Large  Language Models", papers=3)
    listed(NOW, "LARGE/LANGUAGE models")
    assert topics(client) == {"Large  Language Models": (0, 6)}


def test_a_tag_counts_on_published_papers_once_with_the_keyword(client):
    papers = listed(NOW, "agents", papers=3)
    other = make_paper()
    draft = make_paper()
    for paper in (papers[0], other, draft):
        paper.tags.add("Agents")
    make_post(papers=[papers[0], other], date=NOW)
    make_post(State.DRAFT, papers=[draft], date=NOW, slug="draft")
    assert topics(client) == {"Agents": (0, 4)}
    page = client.get("/en/trends/4-weeks/").content.decode()
    assert 'href="/en/tags/agents/" rel="tag"' in page


def test_what_too_few_papers_have_is_no_topic(client):
    listed(NOW, "rare", papers=2)
    assert topics(client) == {}
    assert client.get(path("rare")).status_code == 404
    listed(NOW, "rare")
    assert topics(client) == {"rare": (0, 3)}


def test_a_paper_listed_on_two_days_of_a_week_counts_once(client):
    for paper in listed(NOW, "agents", papers=3):
        Listing.objects.create(paper=paper, source="huggingface", day=NOW + timedelta(1), rank=1)
    assert topics(client) == {"agents": (0, 3)}


def test_a_paper_counts_once_in_its_first_week(client):
    """It is listed on a Friday, again two weeks later, and tagged in the digest of the Monday."""
    friday = date(2025, 10, 10)
    papers = listed(friday, "agents", papers=3)
    for paper in papers:
        Listing.objects.create(paper=paper, source="arxiv", day=friday + timedelta(14), rank=1)
        paper.tags.add("agents")
    make_post(papers=papers, date=friday + timedelta(3))
    assert topics(client) == {"agents": (0, 3)}
    assert shown(client)["trends"].all_papers.count == 3
    assert weeks_of(client, "agents") == {"2025-10-06": 3}


def test_one_paper_listed_in_three_weeks_is_no_topic(client):
    (paper,) = listed(NOW, "agents")
    for week in (1, 2):
        day = NOW + timedelta(weeks=week)
        Listing.objects.create(paper=paper, source="arxiv", day=day, rank=1)
    assert topics(client) == {}


def test_papers_a_day_are_those_of_the_ledger(client):
    papers = listed(NOW, papers=3)
    make_post(papers=[papers[0], make_paper()], date=NOW)
    make_post(papers=[papers[1]], date=NOW + timedelta(1))
    refused = Remark(4, "2510.99999", "title", "too long").as_json()
    SourceAnswer.objects.update(refusals=[refused])
    days = {each.date: (each.listed, each.published) for each in shown(client)["trends"].days}
    (account,) = ledger.days(NOW, NOW)
    assert days[NOW] == (account.listed, account.published) == (4, 1)
    assert sum(map(sum, days.values())) == 5
    assert len(days) == 4 * 7


def test_votes_are_the_median_of_a_week_and_the_best_published_papers(client):
    few, some, many = (listed(NOW, upvotes=votes)[0] for votes in (1, 4, 99))
    make_post(papers=[few, some], date=NOW)
    trends = shown(client)["trends"]
    assert [median for _, median in trends.votes] == [None, None, None, 4]
    assert [each.paper for each in trends.listings] == [some, few]
    page = client.get("/en/trends/4-weeks/").content.decode()
    assert some.get_absolute_url() in page
    assert many.title not in page


def test_the_page_of_a_topic_names_its_newest_published_papers(client):
    agents = make_field()
    tagged = make_paper()
    tagged.tags.add("agents")
    make_post(papers=[agents[0]], date=NOW)
    make_post(papers=[tagged], date=NOW + timedelta(1))
    make_post(State.DRAFT, papers=[agents[1]], date=NOW, slug="draft")
    entries = shown(client, path("agents"))["entries"]
    assert [entry.paper for entry in entries] == [tagged, agents[0]]


def test_nothing_rises_because_more_papers_have_keywords(client):
    """A source that knew no keywords of the weeks before knows those of as many papers now."""
    earlier = NOW - timedelta(weeks=4)
    listed(earlier, papers=30)
    listed(earlier, "agents", papers=5)
    listed(earlier, "diffusion", papers=5)
    listed(NOW, "agents", papers=20)
    listed(NOW, "diffusion", papers=20)
    trends = shown(client)["trends"]
    assert (trends.all_papers.count_before, trends.all_papers.count) == (10, 40)
    assert trends.risers == []
    page = client.get("/en/trends/4-weeks/").content.decode()
    assert "Nothing has clearly a larger share" in page


def test_papers_that_cannot_have_a_topic_are_not_compared_with(client):
    listed(NOW, "agents", papers=3)
    for paper in listed(NOW, "an editor's word", papers=2):
        paper.mark_edited({"keywords"})
        paper.save()
    tagged, bare = make_paper(), make_paper()
    tagged.tags.add("Agents", "Robots")
    make_post(papers=[tagged, bare], date=NOW)
    assert shown(client)["trends"].all_papers.count == 4
    file = lines(client, "/trends/4-weeks.csv")
    counts = [line["value"] for line in file if line["measure"] == "papers with any topic"]
    assert counts == ["0"] * 7 + ["4"]


# --- Which weeks ----------------------------------------------------------------------------------


def test_a_week_counts_when_it_is_over(client, monkeypatch):
    listed(BEFORE, "agents", papers=3)
    listed(NOW, "agents", papers=4)
    at = "digest.readers.trends.rows.now"
    monkeypatch.setattr(at, lambda: datetime(2025, 10, 12, 23, 59, tzinfo=UTC))
    assert topics(client) == {"agents": (0, 3)}
    monkeypatch.setattr(at, lambda: datetime(2025, 10, 13, tzinfo=UTC))
    assert topics(client) == {"agents": (0, 7)}


def test_weeks_end_with_the_newest_papers_where_nothing_came_since(client):
    make_field()
    assert shown(client)["trends"].span.last.isoformat() == "2025-10-12"


def test_a_site_without_papers_says_so(client):
    for address, words in (("/en/trends/", "No week with papers"), ("/trends/", "논문이 있는 주")):
        response = client.get(address)
        assert response.status_code == 200
        assert words in response.content.decode()
        assert "<svg" not in response.content.decode()
    assert lines(client, "/trends.csv") == []
    assert client.get(path("agents")).status_code == 404


def test_a_first_week_rises_from_nothing(client):
    listed(NOW, "agents", papers=5)
    page = client.get("/en/trends/").content.decode()
    assert "No paper of the weeks before has a keyword or a tag" in page
    assert "agents" in page


def test_weeks_without_topics_and_votes_say_so(client):
    listed(NOW, papers=2)
    Listing.objects.update(upvotes=None)
    page = client.get("/en/trends/").content.decode()
    assert "No tag and no keyword is on as many as three papers." in page
    assert "No votes are known of these weeks." in page


# --- What readers never see -----------------------------------------------------------------------


@pytest.mark.parametrize("source", ["editor", "jekyll"])
def test_what_an_editor_brought_counts_only_when_it_is_published(client, source):
    papers = listed(NOW, "secret", papers=5, source=source)
    assert "trends" not in shown(client)
    for paper in papers:
        paper.tags.add("told")
    post = make_post(State.DRAFT, papers=papers, date=NOW)
    assert "trends" not in shown(client)
    publishing.publish(post, gated=False)
    assert topics(client) == {"told": (0, 5)}
    publishing.withdraw(post)
    assert "trends" not in shown(client)


def test_keywords_that_an_editor_changed_do_not_count(client):
    listed(NOW, "plain", papers=3)
    for paper in listed(NOW, "an editor's word", papers=4):
        paper.mark_edited({"keywords"})
        paper.save()
    assert topics(client) == {"plain": (0, 3)}
    assert client.get(path("an-editor's-word")).status_code == 404


def test_a_topic_that_is_markup_is_text(client):
    listed(NOW, "<script>alert(1)</script>", papers=3)
    for address in ("/en/trends/", path("<script>alert(1)<-script>")):
        page = client.get(address).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;" in page


# --- Addresses ------------------------------------------------------------------------------------


def test_each_range_has_a_page_and_a_file_in_both_languages(client):
    make_field()
    for weeks in RANGES:
        for name, args in (("trends", []), ("trend", ["agents"])):
            kept = [] if weeks == 12 else [weeks]
            for prefix in ("", "/en"):
                response = client.get(prefix + reverse(name, args=[*args, *kept]))
                assert response.status_code == 200
                assert response.context["weeks"] == weeks
                assert not response.cookies
            file = lines(client, reverse(f"{name}_csv", args=[*args, *kept]))
            papers = [line for line in file if line["topic"] == "agents"]
            assert len(papers) == 2 * weeks


def test_a_topic_of_the_longest_range_has_a_page_of_each(client):
    for week in (60, 40, 30):
        listed(NOW - timedelta(weeks=week), "Old Topic")
    listed(NOW)
    for address, papers in (("52-weeks/", 2), ("26-weeks/", 0), ("4-weeks/", 0), ("", 0)):
        page = shown(client, path("old-topic") + address)["shown"]
        assert (page.name.name, page.topic.count) == ("Old Topic", papers)
    assert len(lines(client, "/trends/topics/old-topic.csv")) == 24
    html = client.get(path("old-topic") + "52-weeks/").content.decode()
    assert 'href="/trends/topics/old-topic/4-weeks/"' in html


@pytest.mark.parametrize("address", [
    ("/trends/12-weeks/", "/trends/"), ("/en/trends/12-weeks/", "/en/trends/"),
    ("/trends/12-weeks.csv", "/trends.csv"),
    ("/trends/topics/Agents/", "/trends/topics/agents/"),
    ("/en/trends/topics/Large_language models/26-weeks/",
     "/en/trends/topics/large-language-models/26-weeks/"),
    ("/trends/topics/AGENTS/12-weeks.csv", "/trends/topics/agents.csv"),
])  # fmt: skip
def test_another_spelling_leads_to_the_one_address(client, address):
    asked, right = address
    response = client.get(asked)
    assert (response.status_code, response.headers["Location"]) == (301, right)


@pytest.mark.parametrize("address", [
    "/trends/0-weeks/", "/trends/5-weeks/", "/trends/-4-weeks/", "/trends/9999999999-weeks/",
    "/trends/٤-weeks/", "/trends/4-weeks.json", "/trends/%00/", "/trends/topics/",
    "/trends/topics/%00/", "/trends/topics/a%00b/4-weeks/", "/trends/topics/%00.csv",
    "/trends/topics/%ff/", "/trends/topics/%ed%a0%80/", "/trends/topics/" + "a" * 2000 + "/",
    "/trends/topics/" + "a" * 300 + "/", "/trends/topics/" + "%ea%b0%80" * 2000 + ".csv",
    "/trends/topics/unknown/", "/trends/topics/unknown.csv", "/trends/topics/agents/5-weeks/",
    "/trends/topics/---/", "/trends/topics/%20/", "/trends/topics/%F0%9F%98%80/",
    "/trends/topics/';drop table papers_paper;--/", "/trends/topics/%25s/", "/trends/topics/{}/",
])  # fmt: skip
def test_an_address_that_means_nothing_is_a_page_of_ours(client, address):
    make_field()
    for prefix in ("", "/en"):
        response = client.get(prefix + address, follow=True)
        assert response.status_code in {400, 404}
        assert '<p class="status">' in response.content.decode()
    assert Paper.objects.exists()


@pytest.mark.parametrize(
    "query", ["topic=%00", "weeks=999", "weeks=x", "a=" + "9" * 2000, "%ff=%ff"]
)
def test_a_query_changes_nothing(client, query):
    make_field()
    for address in ("/trends/", "/trends.csv", "/trends/topics/agents/"):
        assert client.get(f"{address}?{query}").content == client.get(address).content


# --- The files ------------------------------------------------------------------------------------


def test_the_file_has_the_numbers_of_the_page(client):
    papers = make_field()
    make_post(papers=papers[:2], date=NOW)
    file = lines(client, "/trends/4-weeks.csv")
    assert {
        "measure": "papers with topic", "topic": "agents",
        "from": "2025-10-06", "to": "2025-10-12", "value": "5",
    } in file  # fmt: skip
    day = str(NOW)
    by_day = {line["measure"]: line["value"] for line in file if line["from"] == line["to"] == day}
    assert by_day == {"listed papers": "8", "published papers": "2"}
    votes = [line["value"] for line in file if line["measure"] == "median upvotes"]
    assert votes == ["5", "9"]


def test_no_cell_of_a_file_is_a_formula(client):
    for name in ("=cmd|'calc'!A0", "+1", "@SUM(1)", "-2+3"):
        listed(NOW, name, papers=3)
    named = {line["topic"] for line in lines(client, "/trends.csv")} - {""}
    assert {name[:2] for name in named} == {"'=", "'+", "'@", "'-"}


# --- The cost -------------------------------------------------------------------------------------

OF_ALL, OF_ONE, OF_ITS_FILE = 9, 7, 6


@pytest.mark.parametrize(("address", "queries"), [
    ("/trends/", OF_ALL), ("/trends.csv", OF_ALL),
    ("/trends/topics/agents/", OF_ONE), ("/trends/topics/agents.csv", OF_ITS_FILE),
])  # fmt: skip
def test_a_page_takes_no_more_queries_when_there_is_more_to_show(client, address, queries):
    def cost():
        client.get(address)  # Content types are looked up once a process.
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    papers = make_field()
    papers[0].tags.add("agents")
    make_post(papers=papers[:1], date=NOW)
    before = cost()
    for number in range(4):
        more = listed(BEFORE, f"topic {number}", "agents", papers=4)
        more += listed(NOW, f"topic {number}", "agents", papers=6)
        for paper in more:
            paper.tags.add(f"tag {number}", "agents")
        make_post(papers=more, date=NOW, slug=f"more-{number}")
    assert cost() == before == queries
