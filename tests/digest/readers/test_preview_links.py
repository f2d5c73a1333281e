"""Whoever has a preview link sees the post before the public does, and nothing besides."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.contrib.auth.models import Group, User
from django.core.cache import caches
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from digest import publishing
from digest.local.embedded import valkey
from digest.models import PinnedPage, PreviewLink, PreviewNote, State
from digest.publishing import preview_links
from digest.readers import throttle
from digest.readers.preview_notes import MOST, MOST_OF_LINK
from digest.readers.views.preview import pinned_pages
from papers.clock import now
from papers.models import Section
from tests.digest.readers.pages.beside import apart, waiting
from tests.factories import make_post
from tests.waiting import until

pytestmark = pytest.mark.django_db

TEXT = "표 2의 숫자를 한 번 더 봐 주세요."
DAYS = timedelta(days=7)


@pytest.fixture(autouse=True)
def _nothing_counted(settings):
    if not settings.REDIS_URL:
        valkey.start(settings.DATA_DIR)
    settings.CACHES = settings.CACHES | {
        "counters": settings.CACHES["counters"] | {"KEY_PREFIX": uuid4().hex}
    }


@pytest.fixture
def maker():
    user = User.objects.create_user("kim", is_staff=True)
    user.groups.add(Group.objects.get(name="Editors"))
    return user


@pytest.fixture
def stranger():
    """Return a browser of somebody without an account, checked as in production."""
    return Client(enforce_csrf_checks=True)


def make(post, maker, *, pinned=False, prefix=""):
    """Return a new link and its address."""
    pages = pinned_pages(post) if pinned else ()
    link, token = preview_links.make(post, maker, pages=pages)
    return link, f"{prefix}/preview/{token}/"


def rewrite(post, title):
    """Write another title and another first section, which readers do not see yet."""
    post.title = title
    post.save()
    section = Section.objects.filter(paper__entries__post=post).earliest("pk")
    section.markdown = f"본문: {title}"
    section.save()


def form_of(response):
    form = response.context["form"]
    return {name: form[name].value() or "" for name in form.fields}


def send(client, url, wait=5, **fields):
    """Open the form, take `wait` seconds to fill it in, and send it."""
    sent = form_of(client.get(url)) | {"text": TEXT} | fields
    with time_machine.travel(now() + timedelta(seconds=wait), tick=False):
        return client.post(url, sent)


def require_none(response):
    assert response.status_code == 404
    assert "미리보기 링크" in response.text
    assert '<meta name="referrer" content="no-referrer">' in response.text


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW, State.SCHEDULED])
def test_a_stranger_sees_a_post_that_is_not_public(stranger, maker, state):
    post = make_post(state, 2, title="아직 아무도 모르는 글")
    _, url = make(post, maker)
    response = stranger.get(url)
    assert response.status_code == 200
    for said in (post.title, post.get_state_display(), "아직 발행되지 않은 다이제스트입니다"):
        assert str(said) in response.text
    assert not resolve(url).func.stored
    assert stranger.get(post.get_absolute_url()).status_code == 404


ARTICLE = re.compile(r'<article class="digest">.*</article>(?=\s*<(?:section|/main))', re.DOTALL)
# What only the day and the neighbours of a published digest say.
AROUND = re.compile(r'<nav class="beside".*?</nav>|<time .*?</time>', re.DOTALL)


def article(client, url):
    return AROUND.sub("", ARTICLE.search(client.get(url).text)[0])


def test_the_page_is_the_digest_as_it_will_be(stranger, maker):
    make_post(papers=1)
    post = make_post(State.DRAFT, 3, intro="머리말이다.")
    post.tags.add("agents")
    address = post.get_absolute_url()
    _, url = make(post, maker)
    shown = {prefix: article(stranger, prefix + url) for prefix in ("", "/en")}
    assert shown[""] != shown["/en"]
    publishing.publish(post, gated=False)
    for prefix, before in shown.items():
        public = article(stranger, prefix + address)
        assert before.split() == public.split()


def test_a_link_follows_the_draft_and_a_pinned_one_stays(stranger, maker):
    post = make_post(State.DRAFT, 2, title="First words")
    _, follows = make(post, maker)
    _, stays = make(post, maker, pinned=True)
    before = {prefix: stranger.get(prefix + stays).text for prefix in ("", "/en")}
    rewrite(post, "Second words")
    post.entries.first().delete()
    shown = stranger.get(follows).text
    assert "Second words" in shown
    assert "First words" not in shown
    for prefix, page in before.items():
        again = stranger.get(prefix + stays).text
        assert "First words" in again
        assert "Second words" not in again
        unsigned = re.compile(r'name="token" value="[^"]*"')
        assert unsigned.sub("", page) == unsigned.sub("", again)


def test_pinned_pages_are_rendered_as_the_page_that_follows(stranger, maker, time_machine):
    time_machine.move_to(now(), tick=False)  # The page says to the second when it was published.
    post = make_post(State.DRAFT, 2, intro="<b>&amp;</b> 머리말")
    pages = {page.language: page.html for page in pinned_pages(post)}
    _, url = make(post, maker)
    assert pages["ko"] in stranger.get(url).text
    assert pages["en"] in stranger.get(f"/en{url}").text


def test_once_it_is_published_a_link_leads_to_the_public_page(stranger, maker):
    post = make_post(State.DRAFT, 1)
    urls = [make(post, maker, pinned=pinned)[1] for pinned in (False, True)]
    publishing.publish(post, gated=False)
    rewrite(post, "A secret change, after that")
    address = post.get_absolute_url()
    for prefix in ("", "/en"):
        for url in urls:
            response = stranger.get(prefix + url)
            assert (response.status_code, response.url) == (302, prefix + address)
    assert set(PreviewLink.objects.values_list("opened", flat=True)) == {0}


def test_changes_of_a_public_post_are_shown_until_they_went_public(stranger, maker):
    post = make_post(papers=1)
    with pytest.raises(preview_links.LinkRefused):
        make(post, maker)
    rewrite(post, "Better words")
    urls = [make(post, maker, pinned=pinned)[1] for pinned in (False, True)]
    for url in urls:
        assert "Better words" in stranger.get(url).text
    publishing.publish_changes(post)
    rewrite(post, "Words for nobody yet")
    for url in urls:
        assert stranger.get(url).url == post.get_absolute_url()


def test_a_withdrawn_or_deleted_post_has_no_preview(stranger, maker):
    post = make_post(State.DRAFT, 1)
    _, url = make(post, maker)
    publishing.publish(post, gated=False)
    publishing.withdraw(post)
    require_none(stranger.get(url))
    with pytest.raises(preview_links.LinkRefused):
        make(post, maker)
    draft = make_post(State.DRAFT, 1)
    _, url = make(draft, maker)
    draft.delete()
    require_none(stranger.get(url))


@pytest.mark.parametrize("end", ["expired", "revoked", "inactive", "no staff", "no right", "gone"])
def test_what_ends_a_link(stranger, maker, end, admin_user):
    _, url = make(make_post(State.DRAFT, 1), maker, pinned=True)
    assert stranger.get(url).status_code == 200
    later = now()
    match end:
        case "expired":
            later += DAYS
        case "revoked":
            preview_links.revoke(PreviewLink.objects.get(), admin_user)
            assert not PinnedPage.objects.exists()
        case "inactive":
            User.objects.filter(pk=maker.pk).update(is_active=False)
        case "no staff":
            User.objects.filter(pk=maker.pk).update(is_staff=False)
        case "no right":
            maker.groups.clear()
        case "gone":
            maker.delete()
    with time_machine.travel(later, tick=False):
        ended, unknown = stranger.get(url), stranger.get(f"/preview/{'0' * 40}/")
        require_none(ended)
        require_none(stranger.post(url, {"text": TEXT}))
        other = re.compile("[0-9a-f]{40}")
        assert other.sub("", ended.text) == other.sub("", unknown.text)
    assert not PreviewNote.objects.exists()


def test_a_link_lives_until_its_last_moment(stranger, maker, settings):
    settings.PREVIEW_LIFE = timedelta(days=2)
    link, url = make(make_post(State.DRAFT, 1), maker)
    assert link.expires_at - link.made_at == timedelta(days=2)
    with time_machine.travel(link.expires_at - timedelta(seconds=1), tick=False):
        assert stranger.get(url).status_code == 200


def test_the_token_is_stored_nowhere(maker):
    link, url = make(make_post(State.DRAFT, 1), maker, pinned=True)
    token = url.split("/")[-2]
    assert len(bytes.fromhex(token)) * 8 >= 128
    assert link.token_hash == preview_links.hash_of(token)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{token}%"]
            )
            assert cursor.fetchone() == (0,), table


def test_guessing_writes_nothing_and_locks_nobody_out(stranger, maker):
    _, url = make(make_post(State.DRAFT, 1), maker)
    token = url.split("/")[-2]
    near = [token[:-1] + ("0" if token[-1] != "0" else "1"), token[:-1], token + "0", token.upper()]
    guesses = [*near, "x", "%00", "%ED%A0%80", "a" * 5_000, "0" * 40, token + "%0A", "가" * 40]
    with CaptureQueriesContext(connection) as queries:
        for guess in guesses * 5:
            if guess != token:
                assert stranger.get(f"/preview/{guess}/").status_code == 404
    assert all(query["sql"].startswith("SELECT") for query in queries)
    assert stranger.get(url).status_code == 200


def test_openings_are_counted(stranger, maker):
    link, url = make(make_post(State.DRAFT, 1), maker)
    stranger.head(url)
    link.refresh_from_db()
    assert (link.opened, link.last_opened_at) == (0, None)
    for _ in range(3):
        stranger.get(url)
    link.refresh_from_db()
    assert link.opened == 3
    assert link.last_opened_at <= now()


def test_no_cache_no_search_engine_and_no_other_page_is_told(stranger, maker):
    _, url = make(make_post(State.DRAFT, 1), maker)
    responses = [stranger.get(url), stranger.head(url), send(stranger, url), stranger.put(url)]
    responses += [stranger.get(f"/preview/{'0' * 40}/"), stranger.get(f"/en{url}")]
    for response in responses:
        assert response["Referrer-Policy"] == "no-referrer"
        assert not response.cookies
        assert "ETag" not in response.headers
        if response.status_code != 405:
            assert response["X-Robots-Tag"] == "noindex"
            control = {each.strip() for each in response["Cache-Control"].split(",")}
            assert control == {"private", "no-store"}
    token = url.split("/")[-2]
    page = responses[0].text
    assert '<meta name="robots" content="noindex, nofollow">' in page
    # Only the way to its other language has it.
    assert page.count(token) == page.count(f'href="/en/preview/{token}/"') == 1


def test_a_note_lands_at_its_post(stranger, maker):
    link, url = make(make_post(State.DRAFT, 1), maker)
    response = send(stranger, url, text=f" {TEXT}\r\n", name=" 이 \n 박사 ")
    assert (response.status_code, response.url) == (302, f"{url}?noted#note")
    note = link.notes.get()
    assert (note.name, note.text, note.done_at) == ("이 박사", TEXT, None)
    assert "편집자" in stranger.get(response.url).text
    send(stranger, url, name="이 박사")
    assert link.notes.count() == 1  # The same once more.
    assert TEXT not in stranger.get(url).text  # It is for the editors.


@pytest.mark.parametrize(
    "fields",
    [
        {"text": ""},
        {"text": "x" * (MOST + 1)},
        {"text": "\x00\u200b"},
        {"name": "x" * 81},
        {"subject": "bot"},
        {"token": ""},
        {"token": "1:forged:x"},
    ],
)
def test_a_note_that_is_none_keeps_what_was_typed(stranger, maker, fields):
    _, url = make(make_post(State.DRAFT, 1), maker)
    response = send(stranger, url, **fields)
    assert response.status_code == 200
    assert "errorlist" in response.text
    if "text" not in fields:
        assert TEXT in response.text
    assert not PreviewNote.objects.exists()


def test_another_links_form_is_refused(stranger, maker):
    urls = [make(make_post(State.DRAFT, 1), maker)[1] for _ in range(2)]
    token = form_of(stranger.get(urls[0]))["token"]
    assert send(stranger, urls[1], token=token).status_code == 200
    assert not PreviewNote.objects.exists()


def test_many_notes_are_refused_and_kept_in_the_form(stranger, maker, monkeypatch):
    link, url = make(make_post(State.DRAFT, 1), maker)
    monkeypatch.setattr(throttle, "MOST_NOTES_AN_HOUR", 2)
    for number in range(2):
        assert send(stranger, url, text=f"{TEXT} {number}").status_code == 302
    refused = send(stranger, url, text="One more")
    assert refused.status_code == 429
    assert "One more" in refused.text
    caches["counters"].clear()
    at = now()
    PreviewNote.objects.bulk_create(
        PreviewNote(link=link, text=str(n), written_at=at) for n in range(MOST_OF_LINK)
    )
    assert send(stranger, url).status_code == 429
    assert stranger.post(url, {"text": "x" * 300_000}).status_code == 400


def test_equal_notes_of_before_are_no_error(stranger, maker):
    link, url = make(make_post(State.DRAFT, 1), maker)
    for _ in range(2):
        PreviewNote.objects.create(link=link, text=TEXT, written_at=now())
    assert send(stranger, url).status_code == 302
    assert link.notes.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_note_that_is_sent_twice_at_once_is_stored_once():
    link, url = make(make_post(State.DRAFT, 1), User.objects.create_superuser("lee"))
    with time_machine.travel(now() - timedelta(seconds=5)):
        sent = form_of(Client().get(url)) | {"text": TEXT}
    with ThreadPoolExecutor() as pool:
        with transaction.atomic():
            PreviewLink.objects.select_for_update(no_key=True).get()
            clicks = [
                pool.submit(apart, lambda: Client().post(url, sent).status_code) for _ in range(2)
            ]
            until(lambda: apart(waiting) == 2)
        assert [each.result() for each in clicks] == [302, 302]
    assert link.notes.count() == 1


def test_a_note_arrives_although_the_post_went_public_meanwhile(stranger, maker):
    post = make_post(State.DRAFT, 1)
    link, url = make(post, maker)
    sent = form_of(stranger.get(url)) | {"text": TEXT}
    publishing.publish(post, gated=False)
    with time_machine.travel(now() + timedelta(seconds=5), tick=False):
        response = stranger.post(url, sent)
    assert link.notes.get().text == TEXT
    assert stranger.get(response.url).url == post.get_absolute_url()


def test_more_papers_cost_no_more_queries(stranger, maker):
    counts = []
    for papers in (1, 4):
        for pinned in (False, True):
            _, url = make(make_post(State.DRAFT, papers), maker, pinned=pinned)
            stranger.get(url)
            with CaptureQueriesContext(connection) as queries:
                stranger.get(url)
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
    assert counts[1] < counts[0]


def test_a_post_has_only_so_many_living_links(maker):
    post = make_post(State.DRAFT, 1)
    links = [make(post, maker)[0] for _ in range(preview_links.MOST_LIVING)]
    with pytest.raises(preview_links.LinkRefused):
        make(post, maker)
    preview_links.revoke(links[0], maker)
    make(post, maker)


def test_pages_of_links_that_ended_are_deleted_with_the_next_link(maker):
    post = make_post(State.DRAFT, 1)
    link, _ = make(post, maker, pinned=True)
    assert link.pages.count() == 2
    with time_machine.travel(now() + DAYS, tick=False):
        make(post, maker)
    assert not PinnedPage.objects.exists()
