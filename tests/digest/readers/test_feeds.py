"""Feeds meet the rules of the specifications, of validators and of feed readers."""

import gzip
import html
import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

import feedparser
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext, override
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from taggit.models import Tag

from digest import publishing
from digest.models import Entry, Post, State
from digest.readers.feeds.entries import MAX_BYTES
from digest.readers.feeds.formats import Atom, Rss
from digest.readers.feeds.newest import LEAST, MOST
from papers.clock import now
from papers.models import Paper, Section
from papers.text.cleaning import clean
from papers.text.conversion import absolute
from tests.factories import make_paper, make_post, make_section

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
FEEDS = ["/feed.xml", "/rss.xml"]

RFC_822 = r"[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} [+-]\d{4}"
RFC_3339 = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})"
ILL_CHARACTERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
HARMLESS_TAGS = set(
    "a blockquote br code del div em h2 h3 h4 h5 h6 hr i b ins kbd li mark ol p pre small strong "  # noqa: SIM905
    "sub sup table tbody td th thead tr ul".split()
)
HARMLESS_ATTRIBUTES = {"href", "class", "id", "lang", "rel", "align", "start"}

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>",
    "<a href='javascript:alert(1)' onclick='alert(1)'>x</a>",
    "[x](javascript:alert(1)) [y](data:text/html,<script>alert(1)</script>)",
    "<iframe src='//evil.example'></iframe><form action=/x><input></form>",
    "<base href='//evil.example/'><meta http-equiv=refresh content=0>",
    '<ol start=" href="><li>a" onclick=alert(1) x="b</li></ol>',
    "]]> <![CDATA[ <!-- --> <?xml version='1.0'?> <!DOCTYPE x [<!ENTITY y 'z'>]> &y; &nbsp; &",
    "</title></entry></item></channel></feed>",
    "**\u0338 onclick=alert(1) x**",
    "a\x01b\x0cc\x1fd\x7fe\x85f\ufffeg\uffffh\u202ei\U000e0041j",
    "&#0; &#1; &#xFFFE; &#xD800; &amp;#1;",
    "$x < y$ and $\\text{<script>alert(1)</script>}$",
    "[up](../..) [root](/tags/추론/) [here](#there) [broken](http://[) [other](//evil.example/x)",
    "**굵게(bold)**은 👩‍🔬🇰🇷 e\u0301 \u05e9\u05dc\u05d5\u05dd <think>생각</think>",
    "x" * 190,
    "\"quotes\" 'and' `code <b>` ~~~\n```\n</code><script>\n```",
]


@pytest.fixture(autouse=True)
def _no_delay(settings):
    settings.FEED_DELAY = timedelta(0)


# --- Read a feed as strictly as the strictest reader -------------------------------------------
class HtmlReader(HTMLParser):
    """Collects the tags, attributes and URLs of an entry's HTML."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.addresses = set(), set(), []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag == "math" or tag.startswith("m") or tag in {"semantics", "annotation"}:
            attrs = [(name, value) for name, value in attrs if name.startswith(("on", "href"))]
        self.attributes.update(name for name, _ in attrs)
        self.addresses += [value for name, value in attrs if name in {"href", "src"}]


def check_html(text):
    found = HtmlReader(text)
    mathml = {tag for tag in found.tags if re.fullmatch(r"m\w+|semantics|annotation", tag)}
    assert found.tags - mathml <= HARMLESS_TAGS
    assert not mathml & {"meta", "marquee", "main", "maction", "menu"}
    assert found.attributes <= HARMLESS_ATTRIBUTES
    for address in found.addresses:
        assert urlsplit(address).scheme in {"http", "https", "mailto"}, address
        assert urlsplit(address).hostname or address.startswith("mailto:")


def check_http_address(address):
    assert re.fullmatch(r"https?://[!-~]+", address), address


def check_atom_date(text):
    assert re.fullmatch(RFC_3339, text), text
    assert datetime.fromisoformat(text) <= now()
    assert text > "1990"


def check_rss_date(text):
    assert re.fullmatch(RFC_822, text), text
    assert parsedate_to_datetime(text) <= now()
    assert parsedate_to_datetime(text).year > 1990


def check_unique(ids):
    assert all(ids)
    assert len(set(ids)) == len(ids)


def check_atom(feed, url):
    assert feed.get(XML_LANG)
    for name in ("id", "title", "updated", f"author/{ATOM}name"):
        assert len(feed.findall(ATOM + name)) == 1, name
        assert feed.findtext(ATOM + name), name
    check_atom_date(feed.findtext(ATOM + "updated"))
    links = {link.get("rel"): link.get("href") for link in feed.findall(ATOM + "link")}
    assert links["self"] == url
    assert len(links) == len(feed.findall(ATOM + "link"))
    entries = feed.findall(ATOM + "entry")
    check_unique([entry.findtext(ATOM + "id") for entry in entries])
    for link in [link for tree in (feed, *entries) for link in tree.findall(ATOM + "link")]:
        check_http_address(link.get("href"))
    for entry in entries:
        for name in ("id", "title", "published", "updated", "summary", "content"):
            assert len(entry.findall(ATOM + name)) == 1, name
        assert entry.find(ATOM + "title").get("type", "text") == "text"
        check_atom_date(entry.findtext(ATOM + "published"))
        check_atom_date(entry.findtext(ATOM + "updated"))
        assert entry.find(ATOM + "content").get("type") == "html"
        check_html(entry.findtext(ATOM + "content"))
        check_html(entry.findtext(ATOM + "summary"))


def check_rss(rss, url):
    channel = rss.find("channel")
    assert rss.get("version") == "2.0"
    for name in ("title", "link", "description", "language", "lastBuildDate"):
        assert len(channel.findall(name)) == 1, name
        assert channel.findtext(name), name
    check_rss_date(channel.findtext("lastBuildDate"))
    (own,) = [link for link in channel.findall(ATOM + "link") if link.get("rel") == "self"]
    assert own.get("href") == url
    items = channel.findall("item")
    check_unique([item.findtext("guid") for item in items])
    for item in items:
        for name in ("title", "link", "description", "guid", "pubDate", CONTENT):
            assert len(item.findall(name)) == 1, name
        assert item.find("guid").get("isPermaLink") == "false"
        check_http_address(item.findtext("link"))
        check_rss_date(item.findtext("pubDate"))
        check_html(item.findtext(CONTENT))
        check_html(item.findtext("description"))


def fetch(client, address, **headers):
    """Check every known rule on the feed at `address`, and return it parsed."""
    response = client.get(address, headers=headers)
    assert response.status_code == 200
    assert not ILL_CHARACTERS.search(response.content.decode())
    tree = ElementTree.fromstring(response.content)
    is_rss = tree.tag == "rss"
    kind = "rss" if is_rss else "atom"
    assert response["Content-Type"] == f"application/{kind}+xml; charset=utf-8"
    (check_rss if is_rss else check_atom)(tree, "http://127.0.0.1:8000" + address)
    return tree


def entries_of(client, address="/feed.xml"):
    """Return the entries of an Atom feed as dictionaries of their texts."""
    return [
        {child.tag.removeprefix(ATOM): child.text for child in entry}
        for entry in fetch(client, address).findall(ATOM + "entry")
    ]


def content_of(client):
    (entry,) = entries_of(client)
    return entry["content"]


# --- The rules hold whatever is published ------------------------------------------------------
@pytest.mark.parametrize("address", FEEDS)
def test_a_feed_of_plain_digests_keeps_every_rule(client, address):
    make_post(), make_post()
    fetch(client, address)


def make_hostile_post(text):
    """Make a post with `text` in every place that can hold text."""
    line = text.replace("\n", " ")
    paper = make_paper(title=line, authors=[line], abstract=text)
    make_section(paper, markdown=text)
    make_section(paper, "other", heading=line, markdown=f"- {text}\n\n> {text}", position=2)
    post = make_post(State.DRAFT, [paper], title=line, intro=text)
    for entry in post.entries.all():
        entry.note = text
        entry.save()
    post.tags.add(re.sub(r"[\x00-\x1f\ufffe\uffff]", "", line)[:100])
    publishing.publish(post, gated=False)
    return post


def test_hostile_text_in_every_place_leaves_both_feeds_whole(client):
    for text in HOSTILE:
        make_hostile_post(text)
    for address in FEEDS:
        fetch(client, address)
    assert len(entries_of(client)) == len(HOSTILE)


def test_ill_characters_that_passed_the_door_are_dropped_when_the_feed_is_written(client):
    make_post(papers=1)
    bad = "\u0338하나\x01\x1f\x7f\ufffe\uffff둘"
    Post.objects.update(public_title=bad, public_intro_html=f"<p>{bad}</p>")
    Paper.objects.update(title=bad, title_html=bad)
    Section.objects.update(public_html=f"<p>{bad}</p>")
    for address in FEEDS:
        fetch(client, address)
    (entry,) = entries_of(client)
    assert entry["title"] == "\u0338하나둘"
    assert entry["content"].count("<p>\u0338하나둘</p>") == 3  # NFC would merge the ">" with it.


@given(st.text(st.characters(), max_size=200))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_characters_a_text_has_both_formats_can_be_parsed(text):
    for generator in (Atom, Rss):
        feed = generator(text, "https://example.org/", text, author_name=text, subtitle=text)
        dates = {"pubdate": now(), "updateddate": now()}
        texts = {"author_name": text, "categories": [text], "content": text, "language": "ko"}
        feed.add_item(text, "https://example.org/1/", text, unique_id="1", **dates, **texts)
        tree = ElementTree.fromstring(feed.writeString("utf-8").encode())
        titles = [each.text or "" for each in tree.iter() if each.tag in {"title", ATOM + "title"}]
        assert len(titles) == 2
        if text == clean(text):
            assert titles == [text, text]


def test_an_attribute_that_looks_like_another_does_not_break_out_of_its_quotes():
    text = '<ol start=" href="><li>a" onclick=alert(1) x="b</li></ol>'
    assert absolute(text, "https://example.org/") == text


@pytest.mark.parametrize(
    ("address", "joined"),
    [
        ("/tags/", "https://example.org/tags/"),
        ("../x?a=1&amp;b=2", "https://example.org/2025/x?a=1&amp;b=2"),
        ("#fn:1", "https://example.org/2025/10/#fn:1"),
        ("//other.example/", "https://other.example/"),
        ("mailto:a@b.example", "mailto:a@b.example"),
        ("http://[", "https://example.org/2025/10/"),
        ("", "https://example.org/2025/10/"),
    ],
)
def test_links_of_the_text_are_joined_to_the_digests_address(address, joined):
    text = f'<p class="tex"><a class="a" href="{address}" rel="x">b</a></p>'
    wanted = f'<p class="tex"><a class="a" href="{joined}" rel="x">b</a></p>'
    assert absolute(text, "https://example.org/2025/10/") == wanted


# --- What an entry says ------------------------------------------------------------------------
TITLE = "하루 논문 👩‍🔬🧠 — <think> & “인용” 'x'"


def test_feedparser_reads_equal_titles_dates_and_ids_from_both(client):
    first = make_post(title=TITLE)
    second = make_post(title="둘째 날: 추론 ✨")
    for post in (first, second):
        post.tags.add("추론", "vision")
    read = [feedparser.parse(client.get(address).content) for address in FEEDS]
    for feed in read:
        assert not feed.bozo
        assert feed.feed.language == "ko"
        for entry, post in zip(feed.entries, [second, first], strict=True):
            assert entry.title == post.public_title
            assert entry.id == post.feed_id
            assert entry.link == "http://127.0.0.1:8000" + post.get_absolute_url()
            published = datetime(*entry.published_parsed[:6], tzinfo=UTC)
            assert published == post.published_at.replace(microsecond=0)
            updated = datetime(*entry.updated_parsed[:6], tzinfo=UTC)
            assert updated == post.updated_at.replace(microsecond=0)
            assert [tag.term for tag in entry.tags] == ["vision", "추론"]
            assert entry.author == "Daily Papers"


@pytest.mark.parametrize("address", FEEDS)
def test_a_title_and_a_text_with_a_tag_survive_a_reader_that_unescapes_twice(client, address):
    make_post(papers=[make_paper(title=TITLE)], title=TITLE)
    tree = fetch(client, address)
    titles = [each.text for each in tree.iter() if each.tag in {"title", ATOM + "title"}]
    assert html.unescape(html.unescape(titles[1])) == TITLE
    texts = [each.text for each in tree.iter() if each.tag in {CONTENT, ATOM + "content"}]
    assert "&lt;think&gt;" in texts[0]


@pytest.mark.parametrize("address", FEEDS)
def test_an_entry_holds_the_whole_digest(client, address):
    paper = make_paper(title="On $x^2$", authors=[f"Author {n}" for n in range(3000)])
    make_section(paper, "introduction", markdown="소개 **굵게(bold)**은")
    make_section(paper, "results", markdown=r"결과 $\frac{E}{m} = c$", position=2)
    post = make_post(State.DRAFT, [paper], intro="오늘의 *논문*")
    post.entries.update(note="편집자 메모")
    for entry in post.entries.all():
        entry.save()
    publishing.publish(post)
    (text,) = [
        each.text
        for each in fetch(client, address).iter()
        if each.tag in {CONTENT, ATOM + "content"}
    ]
    for said in ("<em>논문</em>", "<strong>굵게(bold)</strong>은", "편집자 메모", "Author 2"):
        assert said in text
    assert "Author 2999" not in text
    assert "On x²</a>" in text
    assert r"<code>\frac{E}{m} = c</code>" in text
    assert "<math" not in text
    assert f'href="https://arxiv.org/abs/{paper.arxiv_id}"' in text
    assert f'href="http://127.0.0.1:8000/papers/{paper.arxiv_id}/"' in text


def test_a_paper_without_a_summary_says_so(client):
    make_post(papers=[make_paper()])
    with override("ko"):
        assert gettext("There is no summary of this paper yet.") in content_of(client)


def test_working_text_is_not_in_the_feed(client):
    post = make_post(papers=1)
    Section.objects.update(markdown="SECRET", html="<p>SECRET</p>")
    Entry.objects.update(note="SECRET", note_html="<p>SECRET</p>")
    Post.objects.update(title="SECRET", intro="SECRET", intro_html="<p>SECRET</p>")
    Entry.objects.create(post=post, paper=make_paper(title="SECRET"), position=9)
    for address in FEEDS:
        assert b"SECRET" not in client.get(address).content


def test_a_text_in_another_language_says_so(client):
    paper = make_paper()
    make_section(paper, language="en", markdown="In English.")
    make_post(papers=[paper])
    assert re.search(r'<div lang="en">\s*<p>In English.</p>', content_of(client))


def test_a_feed_and_its_entries_name_their_language(client):
    make_post(language="en")
    feed = fetch(client, "/feed.xml", accept_language="en")
    assert feed.get(XML_LANG) == "ko"
    assert feed.find(ATOM + "entry").get(XML_LANG) == "en"
    assert fetch(client, "/rss.xml").findtext("channel/language") == "ko"


# --- Which digests, in which order -------------------------------------------------------------
def test_the_newest_date_comes_first_and_a_backfilled_digest_stands_under_its_own(client):
    newer = make_post(date=date(2025, 10, 9))
    backfilled = make_post(date=date(2025, 10, 1))
    newest = make_post(date=date(2025, 10, 10))
    ids = [entry["id"] for entry in entries_of(client)]
    assert ids == [newest.feed_id, newer.feed_id, backfilled.feed_id]


def test_a_month_filled_in_later_tells_subscribers_nothing_and_has_its_pages(client):
    for day in range(10, 13):
        make_post(date=date(2025, 10, day))
    before = {address: client.get(address).content for address in FEEDS}
    gap = [make_post(date=date(2025, 9, day)) for day in range(1, 26)]
    assert {address: client.get(address).content for address in FEEDS} == before
    for post in gap:
        assert client.get(post.get_absolute_url()).status_code == 200


def test_digests_published_in_their_order_are_in_the_feed_however_old_they_are(client):
    posts = [make_post(date=date(2025, month, 1)) for month in range(1, 10)]
    ids = [entry["id"] for entry in entries_of(client)]
    assert ids == [post.feed_id for post in reversed(posts)]


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW, State.SCHEDULED, State.WITHDRAWN])
def test_only_published_digests_are_in_a_feed(client, state):
    post = make_post(state)
    for address in FEEDS:
        assert post.feed_id not in ElementTree.tostring(fetch(client, address), "unicode")


def test_a_scheduled_digest_comes_after_its_time_and_the_delay(client, settings):
    settings.FEED_DELAY = timedelta(minutes=10)
    make_post(State.SCHEDULED)  # It is due in an hour.
    for minutes, seen in [(59, False), (61, False), (69, False), (71, True)]:
        with time_machine.travel(now() + timedelta(minutes=minutes), tick=False):
            publishing.publish_due()
            assert bool(entries_of(client)) is seen, minutes


def test_a_withdrawn_digest_leaves_the_feed(client):
    post, kept = make_post(), make_post()
    publishing.withdraw(post)
    for address in FEEDS:
        text = client.get(address).content.decode()
        assert post.feed_id not in text
        assert kept.feed_id in text


def make_posts(number, size):
    """Make posts whose entries take about `size` bytes each."""
    posts = [make_post(papers=1) for _ in range(number)]
    Section.objects.update(public_html="<p>" + "가" * (size // 6) + "</p>")  # Two sections, UTF-8.
    return posts


@pytest.mark.parametrize(("size", "least", "most"), [(1_000, MOST, MOST), (70_000, 12, 15)])
def test_a_feed_holds_the_newest_digests_that_fit(client, size, least, most):
    posts = make_posts(MOST + 1, size)
    newest = [post.feed_id for post in reversed(posts)]
    for address in FEEDS:
        body = client.get(address).content
        shown = re.findall(r"urn:uuid:[0-9a-f-]{36}", body.decode())
        assert least <= len(shown) <= most
        assert shown == newest[: len(shown)]
        assert len(body) < MAX_BYTES
        if len(shown) < MOST:
            assert len(body) + size > MAX_BYTES - 80_000  # There was no room for a few more.


def test_a_feed_holds_ten_digests_even_where_they_are_long(client):
    """The newest are whole while there is room. Of the others there are the lists of papers."""
    make_posts(LEAST + 2, 160_000)
    entries = entries_of(client)
    whole = [len(entry["content"]) > 50_000 for entry in entries]
    assert whole == [True] * 6 + [False] * 4
    assert all("요약 읽기</a>" in entry["content"] for entry in entries[6:])
    for address in FEEDS:
        assert len(client.get(address).content) < MAX_BYTES


def test_more_papers_cost_no_more_queries(client):
    def queries():
        with CaptureQueriesContext(connection) as found:
            client.get("/feed.xml")
        return len(found)

    make_post(papers=2)
    queries()  # It fills Django's caches of sites and content types.
    few = queries()
    make_post(papers=20), make_post(papers=20)
    assert queries() == few


def test_an_empty_site_has_a_whole_feed_that_does_not_change(client):
    for address in FEEDS:
        with time_machine.travel("2026-01-01"):
            fetch(client, address)
            before = client.get(address)
        with time_machine.travel("2026-01-02"):
            after = client.get(address)
        assert before.content == after.content
        assert before["ETag"] == after["ETag"]


# --- What never changes, and what an edit changes -----------------------------------------------
def ids_of(client):
    return [(entry["id"], entry["published"]) for entry in entries_of(client)]


def test_an_id_survives_a_new_title_slug_and_site_address(client, settings):
    post = make_post()
    imported = make_post(feed_id="https://old.example/2025/10/08/daily-papers")
    before = ids_of(client)
    for each in (post, imported):
        each.title, each.slug = "새 제목", "another-slug"
        each.save()
        publishing.publish_changes(each)
    assert ids_of(client) == before
    settings.SITE_URL = "https://new.example"
    tree = ElementTree.fromstring(client.get("/feed.xml").content)
    entries = tree.findall(ATOM + "entry")
    assert [(e.findtext(ATOM + "id"), e.findtext(ATOM + "published")) for e in entries] == before
    assert entries[0].find(ATOM + "link").get("href").startswith("https://new.example/2025/")
    assert b"127.0.0.1" not in client.get("/feed.xml").content


def test_updated_moves_when_readers_see_a_change_and_only_then(client):
    with time_machine.travel(now() - timedelta(hours=2), tick=False):
        post = make_post(papers=1)
    (before,) = entries_of(client)
    section = Section.objects.first()
    section.markdown = "고친 글"
    section.save()
    assert entries_of(client) == [before]
    publishing.publish_changes(post)
    (after,) = entries_of(client)
    assert after["updated"] > before["updated"]
    assert (after["id"], after["published"]) == (before["id"], before["published"])
    assert not publishing.publish_changes(post)
    assert entries_of(client) == [after]


# --- Repeated requests --------------------------------------------------------------------------
@pytest.mark.parametrize("address", FEEDS)
def test_what_has_not_changed_is_not_sent_again(visitor, address):
    make_post()
    first = visitor.get(address)
    etag, modified = first["ETag"], first["Last-Modified"]
    for asked in (
        {"if-none-match": etag},
        {"if-none-match": etag.removeprefix("W/")},
        {"if-none-match": f'"another", {etag}'},
        {"if-modified-since": modified},
        {"if-none-match": etag, "if-modified-since": modified},
    ):
        for method in (visitor.get, visitor.head):
            again = method(address, headers=asked)
            assert again.status_code == 304, asked
            assert again.content == b""
            assert (again["ETag"], again["Last-Modified"]) == (etag, modified)
            assert again["Cache-Control"] == first["Cache-Control"]
            assert again["Vary"] == first["Vary"]


CHANGES = {
    "publish": lambda post: make_post(),
    "withdraw": lambda post: publishing.withdraw(post),
    "delete": lambda post: post.delete(),
    "edit": lambda post: (
        Section.objects.update(markdown="다른 글", html="<p>다른 글</p>"),
        publishing.publish_changes(post),
    ),
    "a paper's title": lambda post: rename(post.entries.first().paper),
    "import of an old digest": lambda post: publishing.publish(
        make_post(State.DRAFT), at=datetime(2025, 1, 1, tzinfo=UTC)
    ),
}


def rename(paper):
    paper.title = "A corrected title"
    paper.save()


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("address", FEEDS)
def test_a_change_is_seen_by_each_way_of_asking(visitor, address, change):
    start = now()
    with time_machine.travel(start - timedelta(hours=2), tick=False):
        make_post()
        post = make_post()
    with time_machine.travel(start - timedelta(minutes=90), tick=False):
        before = visitor.get(address)
    with time_machine.travel(start - timedelta(hours=1), tick=False):
        CHANGES[change](post)
    for asked in (
        {"if-none-match": before["ETag"]},
        {"if-modified-since": before["Last-Modified"]},
    ):
        after = visitor.get(address, headers=asked)
        assert after.status_code == 200, asked
        assert after.content != before.content
    changed, earlier = (parsedate_to_datetime(each["Last-Modified"]) for each in (after, before))
    assert earlier < changed <= now()


def test_the_end_of_the_delay_is_a_change_too(visitor, settings):
    settings.FEED_DELAY = timedelta(minutes=10)
    start = now() - timedelta(hours=1)
    with time_machine.travel(start, tick=False):
        make_post()
        waiting = visitor.get("/feed.xml")
    with time_machine.travel(start + timedelta(minutes=11), tick=False):
        asked = {"if-modified-since": waiting["Last-Modified"]}
        assert visitor.get("/feed.xml", headers=asked).status_code == 200
        assert len(entries_of(visitor)) == 1


def test_last_modified_never_goes_back(visitor):
    start = now() - timedelta(days=1)
    told = []
    acts = [
        lambda: make_post().tags.add("vision"),
        lambda: make_post(),
        lambda: publishing.withdraw(Post.objects.latest("pk")),
        lambda: publishing.publish(Post.objects.latest("pk")),
        lambda: Post.objects.latest("pk").delete(),
        lambda: Post.objects.get().tags.clear(),
        lambda: publishing.withdraw(Post.objects.get()),
        lambda: Post.objects.get().delete(),
    ]
    for hour, act in enumerate(acts):
        with time_machine.travel(start + timedelta(hours=hour), tick=False):
            act()
            told.append(parsedate_to_datetime(visitor.get("/feed.xml")["Last-Modified"]))
    assert told == sorted(told)
    last_seen = start + timedelta(hours=len(acts) - 2)  # Nobody could see the deleted post.
    assert told[-1] == last_seen.replace(microsecond=0)


def test_a_draft_does_not_move_last_modified(visitor):
    with time_machine.travel(now() - timedelta(hours=2), tick=False):
        make_post()
    before = visitor.get("/feed.xml")
    make_post(State.DRAFT), make_post(State.SCHEDULED)
    after = visitor.get("/feed.xml")
    assert (after["ETag"], after["Last-Modified"]) == (before["ETag"], before["Last-Modified"])


@pytest.mark.parametrize("address", FEEDS)
def test_head_says_what_get_says(visitor, address):
    make_post()
    asked, got = visitor.head(address), visitor.get(address)
    assert asked.content == b""
    assert asked.headers == got.headers
    assert got["Content-Length"] == str(len(got.content))


def test_a_compressed_feed_is_the_same_feed(visitor):
    make_post()
    plain = visitor.get("/feed.xml")
    assert "Content-Encoding" not in plain
    packed = visitor.get("/feed.xml", headers={"accept-encoding": "gzip, br"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    for name in ("ETag", "Last-Modified", "Vary", "Content-Type"):
        assert packed[name] == plain[name]
    refused = visitor.get("/feed.xml", headers={"accept-encoding": "gzip;q=0, br"})
    assert refused.content == plain.content


@pytest.mark.parametrize("address", FEEDS)
def test_a_feed_is_for_everybody_and_sets_no_cookie(client, admin_client, address):
    make_post()
    response = client.get(address)
    control = dict(
        part.strip().partition("=")[::2] for part in response["Cache-Control"].split(",")
    )
    assert "public" in control
    assert 15 * 60 <= int(control["max-age"]) <= 60 * 60
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert admin_client.get(address).content == response.content


@pytest.mark.parametrize("address", FEEDS)
def test_links_stand_on_the_sites_address_whatever_a_request_names(client, address):
    make_post()
    plain = client.get(address).content
    for asked in (
        {"host": "localhost"},
        {"x-forwarded-host": "evil.example"},
        {"accept-language": "en"},
    ):
        assert client.get(address, headers=asked).content == plain
    assert client.get(address + "?utm_source=x").content == plain
    assert b"example.com" not in plain  # The host of Django's sites framework.


# --- Tags ---------------------------------------------------------------------------------------
def test_a_tags_feed_holds_its_papers(client):
    make_post()
    papers = [make_post().entries.first().paper for _ in range(2)]
    for paper in papers:
        paper.tags.add("추론")
    make_post().tags.add("추론")  # Its other papers are about other things.
    assert ids_under("추론", client) == [paper.feed_id for paper in reversed(papers)]


def test_the_feed_of_a_tag_that_only_posts_have_holds_them(client):
    tagged, other = make_post(), make_post()
    tagged.tags.add("추론")
    other.entries.first().paper.tags.add("다른 것")
    assert ids_under("추론", client) == [tagged.feed_id]


def ids_under(name, client):
    tree = fetch(client, quote(f"/tags/{Tag.objects.get(name=name).slug}/feed.xml"))
    assert name in tree.findtext(ATOM + "title")
    return [entry.findtext(ATOM + "id") for entry in tree.findall(ATOM + "entry")]


def test_a_tag_that_is_unknown_or_of_drafts_alone_has_no_feed(client):
    make_post(State.DRAFT).tags.add("hidden")
    for slug in ("hidden", "never-heard-of", "x" * 101):
        assert client.get(f"/tags/{slug}/feed.xml").status_code == 404


def test_a_withdrawn_digest_leaves_the_feed_of_its_tag(client):
    post, kept = make_post(), make_post()
    for each in (post, kept):
        each.tags.add("vision")
    publishing.withdraw(post)
    assert [entry["id"] for entry in entries_of(client, "/tags/vision/feed.xml")] == [kept.feed_id]
