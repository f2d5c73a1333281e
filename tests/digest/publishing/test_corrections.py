"""Corrections are shown with their dates: on the page, in the feeds, and in a feed of their own."""

import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import feedparser
import pytest
import time_machine
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from digest import publishing
from digest.models import Correction, Post, State
from digest.readers.feeds.newest import MOST
from papers.clock import now
from papers.models import Report, Section
from tests.digest.confirming import confirm
from tests.digest.readers.test_feeds import ATOM, HOSTILE, XML_LANG, entries_of, fetch
from tests.digest.readers.test_visibility import HIDDEN, SECRET, addresses, site
from tests.factories import make_paper, make_post, make_section

pytestmark = pytest.mark.django_db

FEED = "/corrections.xml"
TEXT = "정확도는 40%가 아니라 38%다."
AT = datetime(2025, 10, 9, 16, tzinfo=UTC)  # The 10th in Seoul.


@pytest.fixture(autouse=True)
def _no_delay(settings):
    settings.FEED_DELAY = timedelta(0)


@pytest.fixture
def post():
    with time_machine.travel(AT - timedelta(days=1), tick=False):
        return make_post(papers=[written(), written(arxiv_id="2510.06208", title="On <accuracy>")])


def written(**fields):
    """Make a paper with a summary. Without one no change of a digest passes the gate."""
    paper = make_paper(**fields)
    make_section(paper, markdown="본 연구는 정확도를 다룬다.")
    return paper


def correct(post, text=TEXT, paper=None, at=AT):
    """Publish a change of `post` with a correction for readers."""
    with time_machine.travel(at, tick=False):
        Post.objects.filter(pk=post.pk).update(intro=f"고친 머리글 {Correction.objects.count()}")
        correction = Correction(text=text, paper=paper)
        assert publishing.publish_changes(post, correction=correction)
    return correction


def about(post):
    return post.papers.get(arxiv_id="2510.06208")


def page(client, address):
    return client.get(address).content.decode()


# --- Where it is shown --------------------------------------------------------------------------
def test_a_correction_is_dated_as_its_publishing(post):
    before = post.feed_id
    correction = correct(post)
    post.refresh_from_db()
    assert correction.corrected_at == post.updated_at == AT
    assert post.feed_id == before
    assert correction.feed_id.startswith("urn:uuid:")


def test_the_digest_and_the_paper_say_it_with_its_date(client, post):
    correct(post, paper=about(post))
    html = page(client, post.get_absolute_url())
    note = re.search(r'<ul class="corrections">.*?</ul>', html, re.DOTALL)[0]
    assert re.search(
        r'<time datetime="2025-10-10T01:00:00\+09:00">2025년 10월 10일 정정</time>', note
    )
    assert TEXT in note
    assert 'href="#2510.06208"' in note
    of_paper = page(client, about(post).get_absolute_url())
    assert "2025년 10월 10일 정정" in of_paper
    assert TEXT in of_paper
    other = post.papers.exclude(pk=about(post).pk).get()
    assert "정정</time>" not in page(client, other.get_absolute_url())
    english = page(client, "/en" + post.get_absolute_url())
    assert "Corrected Oct. 10, 2025" in english
    assert f'<span lang="ko">{TEXT}</span>' in english


def test_the_newest_correction_comes_first(client, post):
    correct(post, "첫째로 고쳤다.")
    correct(post, "둘째로 고쳤다.", at=AT + timedelta(days=1))
    for html in (page(client, post.get_absolute_url()), entries_of(client)[-1]["content"]):
        assert html.index("둘째로 고쳤다.") < html.index("첫째로 고쳤다.")


def test_programs_are_told_too(client, post):
    correction = correct(post, paper=about(post))
    told = {
        "id": correction.feed_id,
        "corrected_at": "2025-10-09T16:00:00Z",
        "text": TEXT,
        "paper": "2510.06208",
    }
    address = post.get_absolute_url().rstrip("/")
    assert client.get(f"{address}.json").json()["corrections"] == [told]
    assert client.get("/papers/2510.06208.json").json()["corrections"] == [told]
    for path in (f"{address}.md", "/papers/2510.06208.md"):
        assert f"> **2025년 10월 10일 정정**: 2510.06208: {TEXT}" in page(client, path)


def test_the_digests_entry_carries_it_first_under_its_old_id(client, post):
    with time_machine.travel(AT - timedelta(hours=1), tick=False):
        [before] = entries_of(client)
    correct(post, paper=about(post))
    [_, after] = entries_of(client)  # The first is the correction's own.
    assert (after["id"], after["published"]) == (before["id"], before["published"])
    assert after["updated"] > before["updated"]
    content = after["content"].strip()
    assert content.startswith("<p>")
    first = content[: content.index("</p>")]
    assert "2025년 10월 10일 정정:" in first
    assert TEXT in first
    assert f'href="http://127.0.0.1:8000{post.get_absolute_url()}#2510.06208"' in first
    assert TEXT in page(client, "/rss.xml")


def test_a_change_without_a_correction_says_nothing(client, post):
    Post.objects.update(intro="고친 머리글")
    publishing.publish_changes(post)
    assert not Correction.objects.exists()
    assert "정정</time>" not in page(client, post.get_absolute_url())


def test_where_nothing_is_different_nothing_was_corrected(post):
    assert not publishing.publish_changes(post, correction=Correction(text=TEXT))
    assert not Correction.objects.exists()


# --- The feed of corrections --------------------------------------------------------------------
def test_the_feed_of_corrections_keeps_every_rule(client, post):
    fetch(client, FEED)
    whole = correct(post)
    of_paper = correct(post, "이 논문만 고쳤다.", about(post), AT + timedelta(days=1))
    tree = fetch(client, FEED)
    assert tree.find(ATOM + "entry").get(XML_LANG) == "ko"
    assert [entry["id"] for entry in entries_of(client, FEED)] == [of_paper.feed_id, whole.feed_id]
    first, second = tree.findall(ATOM + "entry")
    here = "http://127.0.0.1:8000" + post.get_absolute_url()
    assert first.find(ATOM + "link").get("href") == f"{here}#2510.06208"
    assert second.find(ATOM + "link").get("href") == here
    assert first.findtext(ATOM + "title") == "2025년 10월 11일 정정: On <accuracy>"
    assert second.findtext(ATOM + "title") == f"2025년 10월 10일 정정: {post.public_title}"
    for entry in (first, second):
        assert entry.findtext(ATOM + "published") == entry.findtext(ATOM + "updated")
    read = feedparser.parse(client.get(FEED).content)
    assert not read.bozo
    assert [entry.summary for entry in read.entries] == ["이 논문만 고쳤다.", TEXT]


def test_an_old_id_stands_in_a_link_too(client):
    paper = written(arxiv_id="hep-th/9901001")
    post = make_post(papers=[paper])
    correct(post, paper=paper, at=now())
    [entry] = fetch(client, FEED).findall(ATOM + "entry")
    assert entry.find(ATOM + "link").get("href").endswith("#hep-th/9901001")


def test_hostile_text_leaves_page_and_feeds_whole(client):
    for text in HOSTILE:
        line = re.sub(r"[^ -~가-힣]", " ", text)
        paper = written(title=line[:400])
        correct(make_post(papers=[paper]), line, paper, now())
    for address in (FEED, "/feed.xml", "/rss.xml"):
        fetch(client, address)
    for post in Post.objects.all():
        html = page(client, post.get_absolute_url())
        assert "<script>alert" not in html
        assert "<img" not in html


def test_the_feed_holds_the_newest_thirty_in_a_steady_number_of_queries(client, post):
    def queries():
        with CaptureQueriesContext(connection) as found:
            client.get(FEED)
        return len(found)

    made = [correct(post, at=AT + timedelta(hours=n)).feed_id for n in range(3)]
    queries()
    few = queries()
    made += [
        correct(post, paper=about(post), at=AT + timedelta(hours=n)).feed_id
        for n in range(3, MOST + 2)
    ]
    assert [entry["id"] for entry in entries_of(client, FEED)] == made[::-1][:MOST]
    assert queries() == few


def test_what_has_not_changed_is_not_sent_again(visitor, post):
    correct(post)
    first = visitor.get(FEED)
    for asked in (
        {"if-none-match": first["ETag"]},
        {"if-modified-since": first["Last-Modified"]},
    ):
        for method in (visitor.get, visitor.head):
            again = method(FEED, headers=asked)
            assert again.status_code == 304
            assert again.content == b""
    own = {"X-Request-ID"}  # Each response has one.
    headers = [
        {k: v for k, v in each.headers.items() if k not in own}
        for each in (visitor.head(FEED), first)
    ]
    assert headers[0] == headers[1]
    assert not first.cookies
    correct(post, "noch eine", at=now())
    for asked in ({"if-none-match": first["ETag"]}, {"if-modified-since": first["Last-Modified"]}):
        assert visitor.get(FEED, headers=asked).status_code == 200


def test_links_stand_on_the_sites_address_and_ids_outlive_it(client, post, settings):
    correct(post, paper=about(post))
    [before] = [entry["id"] for entry in entries_of(client, FEED)]
    settings.SITE_URL = "https://new.example"
    tree = ElementTree.fromstring(client.get(FEED, headers={"host": "localhost"}).content)
    [entry] = tree.findall(ATOM + "entry")
    assert entry.findtext(ATOM + "id") == before
    assert b"127.0.0.1" not in client.get(FEED).content
    assert b"localhost" not in client.get(FEED).content


def test_every_page_names_the_feed_and_about_explains_it(client, post):
    for address in ("/", "/en/", post.get_absolute_url(), "/about/"):
        assert re.search(
            r'<link rel="alternate" type="application/atom\+xml" title="[^"]+" '
            r'href="/corrections\.xml">',
            page(client, address),
        )
    assert '<a href="/corrections.xml">정정</a>' in page(client, "/about/")
    sitemaps = "".join(page(client, f"/sitemap-{part}.xml") for part in ("pages", "digests"))
    assert "corrections" not in sitemaps


# --- Who sees it --------------------------------------------------------------------------------
@pytest.mark.parametrize("state", [*HIDDEN, State.WITHDRAWN])
def test_a_correction_of_what_is_not_public_is_nowhere(client, state):
    shown = make_post(papers=1)
    hidden = make_post(state, 1)
    Correction.objects.create(
        post=hidden, paper=hidden.papers.get(), text=SECRET, corrected_at=now()
    )
    pages = site(client, start=["/", "/en/", FEED, "/feed.xml", "/rss.xml", "/sitemap.xml"])
    assert shown.get_absolute_url() in pages
    assert FEED in pages
    assert [path for path, text in pages.items() if SECRET in text] == []
    for address in addresses(hidden, hidden.papers.get()):
        assert SECRET not in page(client, address)


def test_a_paper_that_stays_public_does_not_tell_of_a_withdrawn_digest(client):
    paper = written()
    kept, withdrawn = make_post(papers=[paper]), make_post(papers=[paper])
    correct(withdrawn, SECRET, paper, now())
    assert SECRET in page(client, paper.get_absolute_url())
    publishing.withdraw(withdrawn)
    for address in (paper.get_absolute_url(), kept.get_absolute_url(), FEED):
        assert SECRET not in page(client, address)


# --- How an editor makes it ---------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_a_stored_page_forgets_what_was_said_of_a_paper_that_the_digest_has_no_more(visitor):
    paper = written()
    post = make_post(papers=[paper, written()])
    make_post(papers=[paper])
    correct(post, paper=paper, at=now())
    post.entries.filter(paper=paper).update(position=None)
    publishing.publish_changes(post)
    address = paper.get_absolute_url()
    assert TEXT in visitor.get(address).content.decode()
    publishing.withdraw(post)
    assert TEXT not in visitor.get(address).content.decode()


def publish(post):
    return reverse("admin:digest_post_publish", args=[post.pk])


@pytest.fixture
def changed(post):
    make_post(papers=[about(post)])  # Another post has the same paper.
    for section in Section.objects.all():
        section.markdown = "본 연구는 정확도를 새로 다룬다."
        section.save()
    return post


def test_the_page_that_asks_before_publishing_changes_takes_a_correction(client, editor, changed):
    form = client.get(publish(changed)).context["correction_form"]
    assert list(form.fields["paper"].queryset) == [each.paper for each in changed.entries.all()]
    response = confirm(client, publish(changed), text=f"  {TEXT} ", paper=about(changed).pk)
    assert response.status_code == 302
    correction = Correction.objects.get()
    assert (correction.text, correction.post, correction.corrected_by) == (TEXT, changed, editor)
    assert correction.paper == about(changed)
    assert TEXT in page(client, changed.get_absolute_url())


def test_a_correction_need_not_be_said(client, editor, changed):
    assert confirm(client, publish(changed), text="", paper="").status_code == 302
    assert not Correction.objects.exists()
    assert not publishing.has_changes(changed)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"text": "x" * 501}, "text"),
        ({"text": "a\u202eb"}, "text"),
        ({"text": "", "paper": "about"}, "text"),
        ({"text": TEXT, "paper": "elsewhere"}, "paper"),
    ],
)
def test_an_odd_correction_is_an_error_at_its_field_and_publishes_nothing(
    client, editor, changed, fields, error
):
    papers = {"about": about(changed).pk, "elsewhere": make_paper().pk, None: ""}
    fields |= {"paper": papers[fields.get("paper")], "override": "Table 3 has it"}
    response = confirm(client, publish(changed), **fields)
    assert response.status_code == 200
    assert list(response.context["correction_form"].errors) == [error]
    assert publishing.has_changes(changed)
    assert not Correction.objects.exists()


def test_a_first_publishing_has_nothing_to_correct(client, editor):
    draft = make_post(State.DRAFT)
    assert client.get(publish(draft)).context["correction_form"] is None
    confirm(client, publish(draft), text=TEXT)
    draft.refresh_from_db()
    assert draft.state == State.PUBLISHED
    assert not Correction.objects.exists()


def test_a_correction_is_made_with_its_publishing_or_not_at_all(client, editor, post):
    make_section(about(post), "results", markdown="정확도는 99.9%다.")
    response = confirm(client, publish(post), text=TEXT)  # A number the paper does not state.
    assert TEXT in response.content.decode()  # The page to confirm is shown again.
    assert publishing.has_changes(post)
    assert not Correction.objects.exists()


# --- How it is mended and taken back ------------------------------------------------------------
def change(correction):
    return reverse("admin:digest_correction_change", args=[correction.pk])


def move(client, correction, verdict):
    address = reverse("admin:digest_correction_step", args=[correction.pk, verdict])
    return client.post(address)


def mend(client, correction, **fields):
    values = {"text": correction.text, "paper": correction.paper_id or "", **fields}
    return client.post(change(correction), values | {"initial-text": correction.text})


MENDED = "정확도는 38%가 아니라 37%다."


def test_a_mended_correction_is_the_same_entry_with_another_text(client, editor, post):
    correction = correct(post, paper=about(post))
    post.refresh_from_db()
    before = post.updated_at
    assert mend(client, correction, text=MENDED).status_code == 302
    post.refresh_from_db()
    correction.refresh_from_db()
    assert (correction.text, correction.corrected_at) == (MENDED, AT)
    assert post.updated_at > before
    for address in (post.get_absolute_url(), about(post).get_absolute_url(), FEED, "/feed.xml"):
        told = page(client, address)
        assert MENDED in told
        assert TEXT not in told
    [entry] = entries_of(client, FEED)
    assert entry["id"] == correction.feed_id
    assert entry["updated"] > entry["published"]


def test_saving_it_as_it_was_tells_nobody_anything(client, editor, post):
    correction = correct(post)
    mend(client, correction)
    correction.refresh_from_db()
    assert correction.mended_at is None


def test_a_correction_is_taken_back_everywhere_and_put_back_as_it_was(client, editor, post):
    correction = correct(post, paper=about(post))
    shown = (post.get_absolute_url(), about(post).get_absolute_url(), FEED, "/feed.xml", "/rss.xml")
    move(client, correction, "take-back")
    for address in (*shown, f"{post.get_absolute_url()}.json", "/papers.json"):
        assert TEXT not in page(client, address)
    assert mend(client, correction, text=MENDED).status_code == 403
    move(client, correction, "put-back")
    for address in shown:
        assert TEXT in page(client, address)
    [entry] = entries_of(client, FEED)
    assert entry["id"] == correction.feed_id


def test_its_history_is_kept_with_who_did_it(client, editor, post):
    correction = correct(post)
    mend(client, correction, text=MENDED)
    move(client, correction, "take-back")
    rows = list(correction.history.order_by("history_id").values_list("text", "history_user"))
    assert rows == [(TEXT, None), (MENDED, editor.pk), (MENDED, editor.pk)]
    history = reverse("admin:digest_correction_history", args=[correction.pk])
    assert client.get(history).status_code == 200


def test_an_older_text_is_brought_back_under_the_same_id(client, editor, post):
    correction = correct(post)
    mend(client, correction, text=MENDED)
    version = correction.history.earliest().pk
    address = reverse("admin:digest_correction_simple_history", args=[correction.pk, version])
    client.post(address, {"text": TEXT, "paper": ""})
    correction.refresh_from_db()
    assert correction.text == TEXT
    assert TEXT in page(client, FEED)


@pytest.mark.parametrize("fields", [{"text": ""}, {"text": "x" * 501}, {"text": "a\u202eb"}])
def test_an_odd_text_mends_nothing(client, editor, post, fields):
    correction = correct(post)
    assert mend(client, correction, **fields).status_code == 200
    correction.refresh_from_db()
    assert correction.text == TEXT


def test_it_is_about_a_paper_of_its_digest_alone(client, editor, post):
    correction = correct(post)
    assert mend(client, correction, paper=make_paper().pk).status_code == 200
    assert mend(client, correction, paper=about(post).pk).status_code == 302
    correction.refresh_from_db()
    assert correction.paper == about(post)


def test_only_who_may_publish_mends_it_and_nobody_deletes_it(client, editor, post):
    correction = correct(post)
    editor.groups.get().permissions.remove(
        *editor.groups.get().permissions.filter(codename="publish_post")
    )
    assert client.get(change(correction)).status_code == 200
    assert mend(client, correction, text=MENDED).status_code == 403
    assert move(client, correction, "take-back").status_code == 403
    version = correction.history.first().pk
    older = reverse("admin:digest_correction_simple_history", args=[correction.pk, version])
    assert client.post(older, {"text": MENDED}).status_code == 403
    assert (
        client.get(reverse("admin:digest_correction_delete", args=[correction.pk])).status_code
        == 403
    )
    correction.refresh_from_db()
    assert (correction.text, correction.taken_back_at) == (TEXT, None)


@pytest.mark.django_db(transaction=True)
def test_stored_pages_follow_what_becomes_of_it(visitor, client, admin_user):
    client.force_login(admin_user)
    post = make_post(papers=[written(arxiv_id="2510.06208")])
    correction = correct(post, paper=about(post), at=now())
    shown = (post.get_absolute_url(), about(post).get_absolute_url(), FEED)
    for told, act in (
        (TEXT, lambda: None),
        (MENDED, lambda: mend(client, correction, text=MENDED)),
        (None, lambda: move(client, correction, "take-back")),
        (MENDED, lambda: move(client, correction, "put-back")),
    ):
        act()
        for address in shown:
            text = visitor.get(address).content.decode()
            assert (told in text) if told else (MENDED not in text), (address, told)


# --- What readers reported ----------------------------------------------------------------------
def test_what_was_answered_is_the_correction_that_publishing_offers(client, editor, changed):
    paper = about(changed)
    report = Report.objects.create(paper=paper, section=paper.sections.get(), text="38%입니다.")
    form = client.get(publish(changed)).context["correction_form"]
    assert form["text"].value() == ""
    decide = reverse("admin:papers_report_decide", args=[report.pk, "fixed"])
    client.post(decide, {"correction": TEXT})
    form = client.get(publish(changed)).context["correction_form"]
    assert (form["text"].value(), form["paper"].value()) == (TEXT, paper.pk)
    confirm(client, publish(changed), text=TEXT, paper=paper.pk)
    assert Correction.objects.get().paper == paper
    Section.objects.update(markdown="또 고친 글이다.")
    form = client.get(publish(changed)).context["correction_form"]
    assert form["text"].value() == ""  # It was told.


def test_a_correction_mended_meanwhile_takes_no_answer_back(client, editor, changed):
    paper = about(changed)
    decide = reverse("admin:papers_report_decide", args=[report_of(paper).pk, "fixed"])
    client.post(decide, {"correction": TEXT})
    other = Correction.objects.create(post=changed, text="3%", corrected_at=now())
    mend(client, other, text=MENDED)  # It moves the date of the post.
    form = client.get(publish(changed)).context["correction_form"]
    assert form["text"].value() == TEXT


def test_what_another_post_told_is_not_offered_again(client, editor, changed):
    paper = about(changed)
    other = make_post(papers=[paper])
    Section.objects.filter(paper=paper).update(markdown="고친 글이다.")
    decide = reverse("admin:papers_report_decide", args=[report_of(paper).pk, "fixed"])
    client.post(decide, {"correction": TEXT})
    publishing.publish_changes(other)
    Section.objects.filter(paper=paper).update(markdown="또 고친 글이다.")
    form = client.get(publish(changed)).context["correction_form"]
    assert form["text"].value() == ""


def test_an_answer_waits_until_its_own_text_is_public(client, editor, changed):
    """It was answered first. Then another paper is published, and only then the text is mended."""
    paper = about(changed)
    Section.objects.filter(paper=paper).update(markdown=F("public_markdown"))
    decide = reverse("admin:papers_report_decide", args=[report_of(paper).pk, "fixed"])
    client.post(decide, {"correction": TEXT})
    publishing.publish_changes(changed)
    Section.objects.filter(paper=paper).update(markdown="고친 글이다.")
    form = client.get(publish(changed)).context["correction_form"]
    assert (form["text"].value(), form["paper"].value()) == (TEXT, paper.pk)


def report_of(paper):
    return Report.objects.create(paper=paper, section=paper.sections.get(), text="38%입니다.")


def test_a_readers_words_are_offered_only_if_an_editor_found_them_right(client, editor, changed):
    paper = about(changed)
    report = Report.objects.create(paper=paper, text="표에는\n38%라고 되어 있다.")
    response = client.get(publish(changed))
    assert response.context["correction_form"]["text"].value() == ""
    assert reverse("admin:papers_report_change", args=[report.pk]) in response.text
    client.post(reverse("admin:papers_report_decide", args=[report.pk, "fixed"]))
    form = client.get(publish(changed)).context["correction_form"]
    assert form["text"].value() == "표에는 38%라고 되어 있다."


def test_reports_of_several_papers_are_of_the_digest_as_a_whole(client, editor, changed):
    for number, paper in enumerate(changed.papers.all()):
        Report.objects.create(
            paper=paper, text=f"{number}번", state="fixed", decided_at=now(), correction=f"{number}"
        )
    form = client.get(publish(changed)).context["correction_form"]
    assert (form["text"].value(), form["paper"].value()) == ("0 / 1", None)


def test_an_odd_answer_is_refused_and_decides_nothing(client, editor, changed):
    report = Report.objects.create(paper=about(changed), text="38%입니다.")
    decide = reverse("admin:papers_report_decide", args=[report.pk, "fixed"])
    client.post(decide, {"correction": "a\u202eb"})
    report.refresh_from_db()
    assert (report.state, report.correction) == ("open", "")


def test_from_a_report_the_way_leads_to_publishing_its_change(client, editor, changed):
    paper = about(changed)
    report = Report.objects.create(paper=paper, section=paper.sections.get(), text="38%입니다.")
    html = page(client, reverse("admin:papers_report_change", args=[report.pk]))
    assert publish(changed) in html
