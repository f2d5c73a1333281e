"""The feeds beside the whole one: at a glance, of papers, as JSON, in English."""

import json
from datetime import date, datetime, timedelta
from importlib import import_module

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.dateparse import parse_datetime

from digest import publishing
from digest.models import Correction, Entry, Post, State
from digest.publishing import corrections
from digest.readers.feeds.entries import MAX_BYTES
from digest.readers.feeds.newest import MOST, MOST_AT_A_GLANCE, MOST_PAPERS
from papers.clock import now
from papers.kinds import GIST_LENGTH
from papers.models import Paper, Section
from tests.digest.publishing.test_corrections import correct, written
from tests.digest.readers.test_feeds import (
    ATOM,
    HOSTILE,
    XML_LANG,
    check_html,
    check_http_address,
    entries_of,
    fetch,
    make_hostile_post,
)
from tests.factories import make_paper, make_post, make_section

pytestmark = pytest.mark.django_db

SITE = "http://127.0.0.1:8000"
XML = ["/feed.xml", "/rss.xml", "/feed-short.xml", "/papers/feed.xml"]
EVERY = [*XML, "/feed.json"]
PAPERS = "/papers/feed.xml"


@pytest.fixture(autouse=True)
def _no_delay(settings):
    settings.FEED_DELAY = timedelta(0)


def ids(client, address):
    return [entry["id"] for entry in entries_of(client, address)]


def read_json(client, address="/feed.json"):
    """Check the rules of JSON Feed 1.1, and return the feed."""
    response = client.get(address)
    assert response["Content-Type"] == "application/feed+json"
    feed = json.loads(response.content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == SITE + address
    for name in ("title", "language", "description"):
        assert isinstance(feed[name], str), name
    assert [author["name"] for author in feed["authors"]] == ["Daily Papers"]
    check_http_address(feed["home_page_url"])
    for item in feed["items"]:
        assert isinstance(item["id"], str)
        check_http_address(item["url"])
        check_html(item["content_html"])
        assert parse_datetime(item["date_published"]) <= parse_datetime(item["date_modified"])
        assert all(isinstance(tag, str) for tag in item["tags"])
    assert len({item["id"] for item in feed["items"]}) == len(feed["items"])
    return feed


# --- All of them --------------------------------------------------------------------------------
@pytest.mark.parametrize("language", ["", "/en"])
def test_hostile_text_and_an_empty_site_leave_every_feed_whole(client, language):
    for address in XML:
        fetch(client, language + address)
    assert read_json(client, language + "/feed.json")["items"] == []
    for text in HOSTILE:
        make_hostile_post(text)
    for address in XML:
        assert len(fetch(client, language + address).findall(f".//{ATOM}entry")) in {
            0 if address == "/rss.xml" else len(HOSTILE)
        }
    assert len(read_json(client, language + "/feed.json")["items"]) == len(HOSTILE)


@pytest.mark.parametrize("address", EVERY)
def test_each_feed_is_stored_and_made_in_a_steady_number_of_queries(client, visitor, address):
    def queries():
        with CaptureQueriesContext(connection) as found:
            client.get(address)
        return len(found)

    post = make_post(papers=[written(), written()])
    correct(post, at=now())
    queries()
    few = queries()
    for _ in range(3):
        more = make_post(papers=[written() for _ in range(5)])
        correct(more, at=now())
        more.tags.add("vision"), more.papers.first().tags.add("vision")
    assert queries() == few <= 12
    first = visitor.get(address)
    assert int(first["Cache-Control"].partition("max-age=")[2].split(",")[0]) >= 15 * 60
    assert visitor.get(address, headers={"if-none-match": first["ETag"]}).status_code == 304


@pytest.mark.parametrize("address", XML)
def test_an_english_feed_names_itself_and_its_language_and_keeps_the_ids(client, address):
    paper = make_paper()
    make_section(paper, markdown="한국어 요약.")
    make_section(paper, language="en", markdown="An English summary.")
    post = make_post(papers=[paper], intro="머리말")
    fetch(client, "/en" + address)  # Its self link is its address.
    korean, english = (client.get(each + address).content.decode() for each in ("", "/en"))
    assert "An English summary." in english
    assert "한국어 요약." in korean
    assert "An English summary." not in korean
    assert f"{SITE}/en/" in english
    assert f"{SITE}/en/" not in korean
    for each in (korean, english):
        assert (paper if address == PAPERS else post).feed_id in each


def test_english_entries_say_which_of_their_words_are_korean(client):
    make_post(papers=1, intro="머리말")
    feed = fetch(client, "/en/feed.xml")
    assert feed.get(XML_LANG) == "en"
    assert feed.findtext(ATOM + "title") == "Daily Papers (English)"
    entry = feed.find(ATOM + "entry")
    assert entry.get(XML_LANG) == "en"
    assert '<div lang="ko"><p>머리말</p>' in entry.findtext(ATOM + "content").replace("\n", "")


def test_a_page_names_the_feeds_of_its_language(client):
    for language in ("", "/en"):
        html = client.get(f"{language}/").content.decode()
        for address in EVERY:
            assert f' href="{language}{address}">' in html
        assert f'<a href="{language}/feeds/">' in html


def test_the_page_of_feeds_shows_each_address_to_copy(client, settings):
    settings.FEED_DELAY = timedelta(minutes=10)
    for language, said in (("", "10분 뒤"), ("/en", "10 minutes later")):
        html = client.get(f"{language}/feeds/").content.decode()
        for address in EVERY:
            assert f'<code class="address">{SITE}{language}{address}</code>' in html
        assert said in html
    assert "/feeds/" in client.get("/sitemap-pages.xml").content.decode()


@pytest.mark.parametrize(
    ("usual", "ours"),
    [
        *((each, "/feed.xml") for each in ("/atom.xml", "/index.xml", "/feed", "/feed/")),
        *((each, "/rss.xml") for each in ("/rss", "/rss/")),
    ],
)
def test_a_usual_address_leads_to_the_feed_in_one_step_for_good(client, usual, ours):
    response = client.get(usual)
    assert (response.status_code, response["Location"]) == (301, ours)
    assert client.get(f"{usual}?a=b")["Location"] == f"{ours}?a=b"
    assert client.get(ours).status_code == 200


# --- At a glance --------------------------------------------------------------------------------
def test_each_digest_begins_with_its_papers_at_a_glance(client):
    paper = make_paper(title="On $x^2$", arxiv_id="2510.06208")
    make_section(paper, markdown="목표: 첫 문장이다. 둘째 문장이다.")
    bare = make_paper(title="Bare")
    post = make_post(papers=[paper, bare], intro="머리말")
    for content in (
        entries_of(client)[0]["content"],
        entries_of(client, "/feed-short.xml")[0]["content"],
        read_json(client)["items"][0]["content_html"],
    ):
        assert content.strip().startswith("<ol>")
        glance = content[: content.index("</ol>")]
        here = SITE + post.get_absolute_url()
        assert f'<a href="{here}#2510.06208" lang="en">On x²</a>' in glance
        assert "<div>첫 문장이다.</div>" in glance
        assert "둘째" not in glance
        assert glance.count("<li>") == 2
        assert glance.count("<div>") == 1


def test_a_line_of_the_glance_is_short(client):
    paper = make_paper()
    make_section(paper, markdown="가" * 500 + ".")
    make_post(papers=[paper])
    (entry,) = entries_of(client, "/feed-short.xml")
    assert "가" * (GIST_LENGTH - 1) + "…" in entry["content"]
    assert "가" * GIST_LENGTH not in entry["content"]


def test_the_short_feed_goes_back_further_and_has_nothing_else(client):
    posts = [make_post(papers=1, intro="머리말") for _ in range(MOST_AT_A_GLANCE + 1)]
    entries = entries_of(client, "/feed-short.xml")
    newest = [post.feed_id for post in posts[::-1][:MOST_AT_A_GLANCE]]
    assert [entry["id"] for entry in entries] == newest
    assert all("머리말" not in entry["content"] for entry in entries)
    assert len(entries_of(client)) == MOST


# --- Papers -------------------------------------------------------------------------------------
def test_a_paper_is_an_entry_with_its_whole_summary_and_an_id_of_its_own(client):
    paper = make_paper(title="On $x^2$", arxiv_id="2510.06208")
    make_section(paper, markdown="첫 문장이다. 둘째 문장이다.")
    make_section(paper, "results", markdown="결과다.", position=2)
    paper.tags.add("vision")
    post = make_post(State.DRAFT, [paper])
    post.entries.update(note="노트다", note_html="<p>노트다</p>")
    publishing.publish(post)
    (entry,) = entries_of(client, PAPERS)
    paper.refresh_from_db()
    assert entry["id"] == paper.feed_id
    assert entry["id"].startswith("urn:uuid:")
    assert entry["title"] == "On x² — 첫 문장이다."
    assert datetime.fromisoformat(entry["published"]) == post.published_at
    for said in (
        "둘째 문장이다.",
        "결과다.",
        "노트다",
        f"{SITE}{post.get_absolute_url()}#2510.06208",
    ):
        assert said in entry["content"]
    found = fetch(client, PAPERS).find(ATOM + "entry")
    assert found.find(ATOM + "link").get("href") == SITE + paper.get_absolute_url()
    assert found.find(ATOM + "category").get("term") == "vision"


def test_a_paper_without_a_summary_is_called_by_its_title(client):
    make_post(papers=[make_paper(title="Bare")])
    assert [entry["title"] for entry in entries_of(client, PAPERS)] == ["Bare"]


def test_papers_come_by_digest_in_its_order(client):
    posts = [make_post(papers=3) for _ in range(2)]
    shown = [paper.feed_id for post in posts[::-1] for paper in post.papers.order_by("entries")]
    assert ids(client, PAPERS) == shown


def test_digests_of_one_moment_come_in_the_same_order_everywhere(client):
    at, paper = now() - timedelta(hours=1), written()
    for slug in ("first", "second"):
        post = make_post(State.DRAFT, [paper, written()], slug=slug, date=date(2025, 10, 8))
        publishing.publish(post, at=at)
    newest, oldest = Post.objects.all()
    assert ids(client, "/feed.xml") == [newest.feed_id, oldest.feed_id]
    of_newest = newest.entries.exclude(paper=paper).get().paper
    assert ids(client, PAPERS)[0] == of_newest.feed_id
    page = client.get(paper.get_absolute_url())
    assert [entry.post.slug for entry in page.context["entries"]] == ["second", "first"]


def test_a_paper_comes_once_with_its_first_digest(client):
    paper = written()
    first = make_post(papers=[paper])
    make_post(papers=[paper, written()])
    (entry,) = (each for each in entries_of(client, PAPERS) if each["id"] == paper.feed_id)
    assert first.get_absolute_url() in entry["content"]


def test_if_its_digest_is_withdrawn_another_brings_it_under_the_same_id(client):
    paper = written()
    first, second = make_post(papers=[paper]), make_post(papers=[paper])
    publishing.withdraw(first)
    (entry,) = entries_of(client, PAPERS)
    assert entry["id"] == paper.feed_id
    assert second.get_absolute_url() in entry["content"]
    publishing.withdraw(second)
    assert ids(client, PAPERS) == []


def test_a_paper_waits_for_its_digest(client, settings):
    settings.FEED_DELAY = timedelta(minutes=10)
    make_post(papers=1)
    assert ids(client, PAPERS) == []
    with time_machine.travel(now() + timedelta(minutes=11), tick=False):
        assert len(ids(client, PAPERS)) == 1


def test_a_digest_that_fills_an_old_gap_brings_no_papers_and_a_later_one_does(client):
    make_post(date=date(2025, 10, 30), papers=1)
    paper = written()
    make_post(date=date(2025, 9, 1), papers=[paper])
    assert paper.feed_id not in ids(client, PAPERS)
    make_post(date=date(2025, 10, 31), papers=[paper])
    assert ids(client, PAPERS)[0] == paper.feed_id


def test_a_paper_changes_with_its_own_summary_alone(client):
    start = now() - timedelta(days=1)
    with time_machine.travel(start, tick=False):
        post = make_post(State.DRAFT, [written(), written()])
        Section.objects.update(written_at=start)  # PostgreSQL's clock does not travel.
        publishing.publish(post)
    before = {entry["id"]: entry["updated"] for entry in entries_of(client, PAPERS)}
    section = Section.objects.order_by("pk").first()
    with time_machine.travel(start + timedelta(hours=1), tick=False):
        section.markdown, section.written_at = "고친 글이다.", now()
        section.save()
        publishing.publish_changes(post)
    after = {entry["id"]: entry["updated"] for entry in entries_of(client, PAPERS)}
    assert {each for each in before if after[each] > before[each]} == {section.paper.feed_id}
    with time_machine.travel(start + timedelta(hours=2), tick=False):
        publishing.publish_changes(post)
    paper = post.papers.exclude(pk=section.paper_id).get()
    correct(post, paper=paper, at=now())
    (entry,) = (each for each in entries_of(client, PAPERS) if each["id"] == paper.feed_id)
    assert entry["updated"] > after[paper.feed_id]
    assert "정정:" in entry["content"]


def test_the_date_of_a_paper_never_goes_back_with_a_correction(client, admin_user):
    post = make_post(papers=[written()])
    paper = post.papers.get()
    correction = correct(post, paper=paper, at=now())
    told = [date_of(client, paper)]
    for step in (corrections.take_back, corrections.put_back, corrections.take_back):
        step(correction, admin_user)
        told.append(date_of(client, paper))
    assert told == sorted(set(told))


def test_nor_does_it_when_the_corrected_digest_is_withdrawn(client, admin_user):
    first = make_post(papers=[written()])
    paper = first.papers.get()
    make_post(papers=[paper], date=first.date + timedelta(days=1))
    correct(first, paper=paper, at=now())
    before = date_of(client, paper)
    publishing.withdraw(first)
    assert date_of(client, paper) >= before
    assert not any("정정:" in entry["content"] for entry in entries_of(client, PAPERS))


def date_of(client, paper):
    (entry,) = (each for each in entries_of(client, PAPERS) if each["id"] == paper.feed_id)
    return entry["updated"]


@pytest.mark.parametrize(("size", "least"), [(100, MOST_PAPERS), (100_000, 8)])
def test_the_newest_papers_that_fit_are_there(client, size, least):
    for _ in range(4):
        make_post(papers=(MOST_PAPERS + 20) // 4)
    Section.objects.update(public_html="<p>" + "가" * (size // 6) + "</p>")
    body = client.get(PAPERS).content
    assert len(body) < MAX_BYTES
    assert least <= body.count(b"<entry") <= min(MOST_PAPERS, least + 3)


# --- JSON ---------------------------------------------------------------------------------------
def test_json_says_what_atom_says(client):
    post = make_post(papers=[written()], title="하루 논문 👩‍🔬 & <think>")
    post.tags.add("추론")
    correct(post, at=now())
    atom = entries_of(client)
    items = read_json(client)["items"]
    for names in (("id", "id"), ("title", "title"), ("content", "content_html")):
        assert [each[names[0]] for each in atom] == [each[names[1]] for each in items]
    for item, entry in zip(items, atom, strict=True):
        for name, other in (("date_published", "published"), ("date_modified", "updated")):
            assert datetime.fromisoformat(item[name]) == datetime.fromisoformat(entry[other])
    assert items[1]["tags"] == ["추론"]
    assert [item["language"] for item in items] == ["ko", "ko"]


# --- Corrections between digests ------------------------------------------------------------------
def test_a_correction_stands_among_the_digests_by_its_date(client):
    posts = []
    for day in (8, 9, 10):
        with time_machine.travel(datetime(2025, 10, day, 9).astimezone(), tick=False):
            posts.append(make_post(papers=[written()], date=date(2025, 10, day)))
    told = correct(posts[0], at=datetime(2025, 10, 9, 12).astimezone())
    order = [posts[2].feed_id, told.feed_id, posts[1].feed_id, posts[0].feed_id]
    assert ids(client, "/feed.xml") == order
    assert [item["id"] for item in read_json(client)["items"]] == order
    assert told.feed_id in client.get("/rss.xml").content.decode()
    assert told.feed_id not in client.get("/feed-short.xml").content.decode()


def test_it_is_called_by_the_paper_or_by_its_digest(client):
    paper = written(title="BrowserAgent: Building Web Agents")
    post = make_post(papers=[paper, written()], title="Daily Papers — 2025-10-08")
    correct(post, paper=paper, at=now())
    correct(post, at=now())
    whole, of_paper, _ = entries_of(client)
    assert of_paper["title"].endswith(f"정정: {paper.title}")
    assert whole["title"].endswith("정정: BrowserAgent 외 1편")


def test_a_correction_of_what_subscribers_never_had_is_not_among_the_digests(client):
    make_post(date=date(2025, 10, 30), papers=1)
    gap = make_post(date=date(2025, 9, 1), papers=[written()])
    told = correct(gap, at=now())
    assert told.feed_id not in ids(client, "/feed.xml")
    assert told.feed_id in ids(client, "/corrections.xml")


def test_corrections_count_among_what_must_fit(client):
    post = make_post(papers=[written()])
    for number in range(MOST + 5):
        correct(post, "가" * 490 + str(number), at=now() + timedelta(seconds=number))
    for _ in range(15):
        make_post(papers=1)
    Section.objects.update(public_html="<p>" + "가" * (80_000 // 6) + "</p>")
    body = client.get("/feed.xml").content
    assert len(body) < MAX_BYTES


# --- Ids and the upgrade --------------------------------------------------------------------------
def test_a_digest_that_was_in_the_feeds_returns_under_a_new_id(client, settings):
    settings.FEED_DELAY = timedelta(minutes=10)
    start = now() - timedelta(days=1)
    with time_machine.travel(start, tick=False):
        post = make_post(papers=1)
    first = post.feed_id
    for minutes, same in [(9, True), (11, False)]:
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            publishing.withdraw(post)
            publishing.publish(post)
        assert (post.feed_id == first) is same
    post.refresh_from_db()
    assert ids(client, "/feed.xml") == [post.feed_id]
    assert ids(client, PAPERS) == [post.papers.get().feed_id]


def test_what_was_public_before_the_upgrade_is_no_news(client):
    migration = import_module("digest.migrations.0007_old_papers_are_no_news")
    old, withdrawn, draft = (make_post(papers=[written()]) for _ in range(3))
    publishing.withdraw(withdrawn)
    Entry.objects.filter(post=draft).update(public_position=None)
    Post.objects.filter(pk=draft.pk).update(state=State.DRAFT, published_at=None, updated_at=None)
    before = Correction.objects.create(post=old, text="vorher", corrected_at=now(), is_news=False)
    with connection.cursor() as cursor:
        cursor.execute(migration.KNOWN)
    known = set(Paper.objects.filter(is_news=False))
    assert known == {*old.papers.all(), *withdrawn.papers.all()}
    make_post(papers=[*old.papers.all(), *withdrawn.papers.all(), *draft.papers.all()])
    assert ids(client, PAPERS) == [draft.papers.get().feed_id]
    assert before.feed_id not in ids(client, "/feed.xml")
    assert before.feed_id in ids(client, "/corrections.xml")
    assert "vorher" in client.get("/feed.xml").content.decode()  # In the digest's entry.
