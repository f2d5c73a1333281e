"""What a reader's request can do to a stored page: nothing; and what many of them can do."""

from __future__ import annotations

import gzip
import logging
import os
import re
import resource
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier
from time import monotonic
from typing import Any

import pytest
from django.conf import settings
from django.contrib.admin import site
from django.contrib.auth.models import User
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.http import http_date

from digest.models import Correction, Post, State
from digest.readers.pages import release
from digest.readers.pages.front import Front
from digest.readers.views.errors import busy
from papers.models import Paper
from tests.digest.readers.pages.acts import addresses
from tests.digest.readers.pages.asking import Visitor, serving
from tests.digest.readers.pages.beside import transaction_of, waiting
from tests.digest.readers.pages.test_changes import counts, make, sql
from tests.factories import make_paper, make_post, make_section
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


def stored() -> list[str]:
    return [path for (path,) in sql("SELECT path FROM digest_storedpage ORDER BY path")]


def remember(visitor: Visitor, path: str) -> None:
    until(lambda: visitor.get(path) and visitor.front.memory.get(path))


# --- What a request says -------------------------------------------------------------------------

IGNORED = [
    {"HTTP_COOKIE": "sessionid=abc; csrftoken=def; django_language=en"},
    {"HTTP_AUTHORIZATION": "Basic a2ltOng="},
    {"HTTP_ACCEPT_LANGUAGE": "en"},
    {"HTTP_X_FORWARDED_HOST": "evil.test", "HTTP_X_FORWARDED_FOR": "1.2.3.4"},
    {"HTTP_X_FORWARDED_PROTO": "https"},
    {"HTTP_RANGE": "bytes=0-9"},
    {"HTTP_HOST": "testserver:8080"},
    {"HTTP_X_UNKNOWN": "\xff" * 100},
    {"HTTP_IF_UNMODIFIED_SINCE": http_date(0), "HTTP_IF_MATCH": '"other"'},
    {"SCRIPT_NAME": "/elsewhere"},
    {"SERVER_PROTOCOL": "HTTP/1.0"},
]


@pytest.mark.parametrize("headers", IGNORED, ids=lambda headers: next(iter(headers)))
def test_no_header_changes_a_page_or_what_is_stored(visitor: Visitor, headers: dict) -> None:
    path = make_post(papers=1).get_absolute_url()
    first = visitor.get(path, **headers)
    plain = visitor.get(path)
    assert (first.status_code, first.content) == (200, plain.content)
    for each in (first, plain):
        assert each["Vary"] == "Accept-Encoding"
        assert "Set-Cookie" not in each
    assert "evil" not in plain.content.decode()
    assert stored() == [path]


@pytest.mark.parametrize("query", ["utm_source=x", ";", "&", "=", "page=1", "%00", "a" * 5000])
def test_an_address_with_a_query_is_not_stored(visitor: Visitor, query: str) -> None:
    path = make_post(papers=1).get_absolute_url()
    assert visitor.get(path, QUERY_STRING=query).status_code == 200
    assert stored() == []


@pytest.mark.parametrize("host", ["evil.test", "evil.test:80", "testserver@evil.test", "a b", ":"])
def test_a_foreign_host_is_refused_also_of_a_stored_page(visitor: Visitor, host: str) -> None:
    make("/about/")
    assert visitor.get("/about/", HTTP_HOST=host).status_code == 400


@pytest.mark.parametrize("path", ["/", "/about/", "/feed.xml"])
def test_head_has_the_headers_of_get_and_no_body(visitor: Visitor, path: str) -> None:
    make_post(papers=1)
    visitor.get(path)
    for coding in ("", "gzip"):
        got = visitor.get(path, HTTP_ACCEPT_ENCODING=coding, HTTP_X_REQUEST_ID="1")
        head = visitor.head(path, HTTP_ACCEPT_ENCODING=coding, HTTP_X_REQUEST_ID="1")
        assert (head.status_code, head.content) == (200, b"")
        assert dict(head.items()) == dict(got.items())
        assert int(head["Content-Length"]) == len(got.content)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
def test_other_methods_are_not_allowed(visitor: Visitor, method: str) -> None:
    make("/about/")
    assert visitor.generic(method, "/about/").status_code == 405
    assert stored() == ["/about/"]


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ("{etag}", 304),
        ("{strong}", 304),
        ('"other", {etag}', 304),
        ('W/"other",{strong} , "more"', 304),
        ("*", 304),
        ('"other"', 200),
        ("W/", 200),
        ("nonsense", 200),
        ("{bare}", 200),
        ("x" * 9000, 200),
    ],
)
def test_if_none_match(visitor: Visitor, given: str, status: int) -> None:
    path = make_post(papers=1).get_absolute_url()
    etag = visitor.get(path)["ETag"]
    strong = etag.removeprefix("W/")
    known = given.format(etag=etag, strong=strong, bare=strong.strip('"'))
    response = visitor.get(path, HTTP_IF_NONE_MATCH=known, HTTP_IF_MODIFIED_SINCE=http_date())
    assert response.status_code == status
    assert response["ETag"] == etag
    if status == 304:
        assert response.content == b""
        assert "Content-Length" not in response
        assert response["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ("Fri, 31 Dec 9999 23:59:59 GMT", 304),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 200),
        ("Thu, 99 Jan 1970 00:00:00 GMT", 200),
        ("0", 200),
        ("tomorrow", 200),
        ("Fri, 31 Dec 99999 23:59:59 GMT", 200),
    ],
)
def test_if_modified_since(visitor: Visitor, given: str, status: int) -> None:
    path = make_post(papers=1).get_absolute_url()
    said = visitor.get(path)["Last-Modified"]
    assert visitor.get(path, HTTP_IF_MODIFIED_SINCE=said).status_code == 304
    assert visitor.get(path, HTTP_IF_MODIFIED_SINCE=given).status_code == status


@pytest.mark.parametrize(
    ("accepted", "is_gzip"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.1", True),
        ("x-gzip", True),
        ("gzip;q=1.000", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("br", False),
        ("*", False),
        ("identity", False),
        ("", False),
        ("gzipped", False),
        (";q=,,;", False),
    ],
)
def test_the_encoding_is_one_that_the_reader_takes(visitor, accepted: str, is_gzip: bool) -> None:
    make("/about/")
    response = visitor.get("/about/", HTTP_ACCEPT_ENCODING=accepted)
    assert (response.get("Content-Encoding") == "gzip") is is_gzip
    body = gzip.decompress(response.content) if is_gzip else response.content
    assert body == visitor.get("/about/").content


PATHS = ["/about", "//about/", "/about/\x00", "/tags/\udcff/", "/\xed\x95", "/" + "a" * 9000, ""]


@pytest.mark.parametrize("path", PATHS, ids=range(len(PATHS)))
def test_a_strange_path_is_answered_and_not_stored(visitor: Visitor, path: str) -> None:
    raw = path.encode("utf-8", "surrogateescape").decode("latin-1")
    assert visitor.get("/", PATH_INFO=raw).status_code in {200, 301, 404}
    assert stored() in ([], ["/"])


def test_other_spellings_of_an_address_are_not_stored(visitor: Visitor) -> None:
    post = make_post(papers=1, slug="논문")
    decomposed = "논문"
    path = post.get_absolute_url()
    visitor.get(path)
    visitor.get("/", PATH_INFO=f"/2025/10/08/{decomposed}/".encode().decode("latin-1"))
    assert stored() == ["/2025/10/08/논문/"]
    assert visitor.get(path.replace("-", "%2D")).status_code == 200


# --- What is never stored ------------------------------------------------------------------------

MARK = "Zq7hidden"


def test_nothing_that_readers_may_not_see_is_stored(visitor: Visitor) -> None:
    make_post(papers=2)
    for state in (State.DRAFT, State.IN_REVIEW, State.SCHEDULED, State.WITHDRAWN):
        paper = make_paper(title=f"{MARK} {state}", abstract=MARK)
        make_section(paper, markdown=MARK)
        make_post(state, papers=[paper], title=f"{MARK} {state}", slug=f"s-{state}").tags.add(MARK)
    shown = Post.objects.published().get()
    shown.title, shown.intro = MARK, MARK
    shown.save()
    for entry in shown.entries.all():
        entry.note = MARK
        entry.save()
    for section in Post.objects.published().get().entries.first().paper.sections.all():
        section.markdown = MARK
        section.save()
    User.objects.create_user(MARK, email=f"{MARK}@example.org", first_name=MARK)
    statuses = {path: visitor.get(path).status_code for path in addresses()}
    for (path, status), (body, headers) in zip(
        sql("SELECT path, status FROM digest_storedpage ORDER BY path"),
        sql("SELECT body, headers FROM digest_storedpage ORDER BY path"),
        strict=True,
    ):
        assert MARK not in gzip.decompress(body).decode() + headers, path
        assert status == statuses[path]
    assert set(stored()) == {path for path, status in statuses.items() if status in {200, 410}}
    assert {404, 410, 200} <= set(statuses.values())


def test_nothing_of_an_admin_who_walks_public_pages_is_stored(visitor: Visitor) -> None:
    make_post(papers=1)
    admin = User.objects.create_superuser("Zq7boss", password="x", first_name="Zq7Name")
    visitor.force_login(admin)
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in visitor.cookies.items())
    walked = [*addresses(), "/admin/", "/admin/x.css", "/admin/login/", "/admin/digest/post/"]
    for path in walked:
        response = visitor.get(path, HTTP_COOKIE=cookies)
        if not path.startswith("/admin/"):
            assert "Cookie" not in response.get("Vary", "")
            assert not response.cookies
    assert not [path for path in stored() if path.startswith("/admin")]
    for body, headers in sql("SELECT body, headers FROM digest_storedpage"):
        said = gzip.decompress(body).decode() + headers
        for mark in ("Zq7", "csrf", "Set-Cookie", '"Vary"', "sessionid"):
            assert mark not in said
    assert site.is_registered(Post)


def patterns(found: list[Any]) -> Iterator[URLPattern]:
    for each in found:
        if isinstance(each, URLResolver):
            if str(each.pattern) != "admin/":
                yield from patterns(each.url_patterns)
        else:
            yield each


def test_each_public_address_says_whether_it_is_stored() -> None:
    found = list(patterns(get_resolver().url_patterns))
    assert len(found) > 30
    for each in found:
        assert getattr(each.callback, "stored", None) in {True, False}, each


CHANGE_NO_PAGE = {
    *("ALLOWED_HOSTS", "AUTH_USER_MODEL", "BASE_DIR", "FOUR_EYES", "PAGE_MEMORY_MB"),
    "RENDER_THREADS",
    *("SITE_ID", "STATIC_ROOT", "STATIC_URL", "STORED_PAGES_MB", "TRUSTED_PROXIES"),
}
READ = ["digest/readers", "digest/models", "digest/templatetags", "digest/middleware.py"]
READ += ["papers/models", "papers/arxiv_id.py", "papers/text", "papers/kinds.py"]


def test_each_setting_that_readers_code_reads_is_part_of_the_release() -> None:
    files: list[Path] = []
    for name in READ:
        path = Path(settings.BASE_DIR) / name
        files += [path] if path.is_file() else path.rglob("*.py")
    named = {
        name
        for path in files
        for name in re.findall(r"\bsettings\.([A-Z][A-Z0-9_]*)", path.read_text())
    }
    assert named - set(release.SHOWN) == CHANGE_NO_PAGE


# --- Faults and overload -------------------------------------------------------------------------


class Counting(WSGIHandler):
    """Django, which counts what it is asked, and fails if it shall."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.fails = False

    def get_response(self, request: Any) -> Any:
        self.asked.append(request.path)
        if self.fails:
            raise RuntimeError("Rendering is broken")
        return super().get_response(request)


@pytest.fixture
def counting(front: Front) -> Iterator[Front]:
    """Yield an application that counts what it asks of Django. `front` empties the tables."""
    own = Front(Counting(), busy)
    yield own
    own.close()


def together(number: int, call: Callable[[int], Any]) -> list[Any]:
    """Return what a call returns in several threads that begin at once."""
    barrier = Barrier(number)

    def work(each: int) -> Any:
        barrier.wait()
        try:
            return call(each)
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(work, range(number)))


def test_a_page_that_many_ask_for_at_once_is_made_once(counting: Front) -> None:
    path = make_post(papers=3).get_absolute_url()
    Visitor(counting).get("/about/")  # It starts the listener.
    counting.django.asked.clear()
    for number in range(1, 8):
        changed_at = monotonic()  # A notice on the way would part who came before from who after.
        until(lambda since=changed_at: counting.memory.proved > since)
        found = together(6, lambda each: Visitor(counting).get(path).content)
        assert len(set(found)) == 1
        assert counting.django.asked == [path] * number
        Post.objects.update(public_title=f"Title {number}")
    assert not counting._making


def test_two_processes_that_make_a_page_at_once_answer_the_same(front: Front) -> None:
    path = make_post(papers=3).get_absolute_url()
    with serving() as other:
        pages = together(2, lambda each: Visitor([front, other][each]).get(path))
    assert pages[0].content == pages[1].content
    assert pages[0]["ETag"] == pages[1]["ETag"]
    assert counts(path)


@contextmanager
def held(table: str) -> Iterator[None]:
    """Hold a table, so that whatever reads it waits."""
    with transaction_of() as run:
        run(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield


def test_who_comes_after_a_commit_does_not_get_the_page_begun_before_it(counting: Front) -> None:
    """The first is held while it renders, after its snapshot was taken."""
    path = make_post(papers=1).get_absolute_url()

    def ask() -> str:
        try:
            return Visitor(counting).get(path).content.decode()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        with held("papers_listing"):
            first = pool.submit(ask)
            until(lambda: waiting() == 1)
            Post.objects.update(public_title="New title")
            second = pool.submit(ask)
            until(lambda: waiting() == 2)
        assert "New title" not in first.result()
        assert "New title" in second.result()
    assert "New title" in Visitor(counting).get(path).content.decode()


def test_with_rendering_broken_each_stored_address_goes_on_answering(counting: Front) -> None:
    make_post(papers=2)
    Correction.objects.create(
        post=Post.objects.get(), text="Wrong.", corrected_at=Post.objects.get().published_at
    )
    visitor = Visitor(counting)
    before = {path: visitor.get(path) for path in addresses()}
    counting.django.fails = True
    counting.memory.forget()
    for _ in range(2):
        for path in stored():
            response = visitor.get(path)
            assert (response.status_code, response.content) == (
                before[path].status_code,
                before[path].content,
            )
    assert len(stored()) > 20


def test_a_page_whose_making_fails_is_made_by_the_next(counting: Front, caplog) -> None:
    make_post(papers=1)
    counting.django.fails = True
    with pytest.raises(RuntimeError):
        Visitor(counting).get("/")
    counting.django.fails = False
    assert Visitor(counting).get("/").status_code == 200
    assert connection.get_autocommit()
    assert not counting._making


@override_settings(RENDER_THREADS=2)
def test_overload_is_shed_and_stored_pages_are_answered_meanwhile(front: Front) -> None:
    path = make_post(papers=1).get_absolute_url()
    with serving() as own, ThreadPoolExecutor(6) as pool:
        visitor = Visitor(own)
        visitor.get(path)

        def ask(address: str) -> Any:
            try:
                return Visitor(own).get(address)
            finally:
                connection.close()

        with held("papers_listing"):
            slow = [pool.submit(ask, "/ledger/") for _ in range(2)]
            until(lambda: waiting() == 2)
            more = [pool.submit(ask, each) for each in ("/ledger/", "/", "/admin/login/", "/nix/")]
            for quick in (path, "/healthz", "/static/favicon.svg"):
                assert ask(quick).status_code == 200
            for each in more:
                response = each.result()
                assert response.status_code == 503
                assert int(response["Retry-After"]) > 0
                assert response["Cache-Control"] == "no-store"
            assert waiting() == 2
        assert [each.result().status_code for each in slow] == [200, 200]
        assert ask("/").status_code == 200


@pytest.mark.parametrize(("path", "language"), [("/ledger/", "ko"), ("/en/ledger/", "en")])
def test_who_is_shed_reads_why_in_the_language_of_the_address(
    visitor: Visitor, path: str, language: str
) -> None:
    visitor.get("/en/ledger/" if language == "ko" else "/ledger/")  # It leaves its language.
    for _ in range(settings.RENDER_THREADS):
        visitor.front._room.acquire()
    response = visitor.get(path)
    assert response.status_code == 503
    assert f'<html lang="{language}"' in response.content.decode()


# --- Memory and its listener ---------------------------------------------------------------------


def listeners() -> list[int]:
    return [
        pid
        for (pid,) in sql(
            "SELECT pid FROM pg_stat_activity WHERE query LIKE '%%pg_visible_in_snapshot(xid%%'"
            " AND pid <> pg_backend_pid()"
        )
    ]


@pytest.fixture
def deaf(front: Front) -> Visitor:
    """Return a visitor of a process that does not see what other connections commit."""
    front.own_changes.stop()
    return Visitor(front)


def test_a_change_of_another_process_is_heard(deaf: Visitor) -> None:
    path = make_post(papers=1).get_absolute_url()
    remember(deaf, path)
    with transaction_of() as run:
        run("UPDATE digest_post SET public_title = 'New title'")
    until(lambda: "New title" in deaf.get(path).content.decode())


def test_a_change_whose_notice_is_lost_is_seen(deaf: Visitor) -> None:
    path = make_post(papers=1).get_absolute_url()
    remember(deaf, path)
    with transaction_of() as run:  # Without the trigger that sends it.
        run("SET LOCAL session_replication_role = replica")
        run("UPDATE digest_post SET public_title = 'New title'")
        run("INSERT INTO digest_pagechange VALUES ('all', pg_current_xact_id())")
    until(lambda: "New title" in deaf.get(path).content.decode())


def test_a_listener_whose_connection_ends_listens_again(deaf: Visitor, caplog) -> None:
    path = make_post(papers=1).get_absolute_url()
    remember(deaf, path)
    generation = deaf.front.memory.generation
    (pid,) = until(listeners)
    with transaction_of() as run:
        run("SELECT pg_terminate_backend(%s)", [pid])
        run("UPDATE digest_post SET public_title = 'New title'")
    until(lambda: "New title" in deaf.get(path).content.decode())
    until(lambda: listeners() not in ([], [pid]))
    assert deaf.front.memory.generation > generation
    remember(deaf, path)
    with transaction_of() as run:
        run("UPDATE digest_post SET public_title = 'Newer title'")
    until(lambda: "Newer title" in deaf.get(path).content.decode())
    assert {each.levelno for each in caplog.records} <= {logging.WARNING}


def test_memory_is_not_trusted_when_nothing_is_heard(visitor: Visitor) -> None:
    path = make_post(papers=1).get_absolute_url()
    remember(visitor, path)
    visitor.front.listener.stop()
    until(lambda: visitor.front.memory.get(path) is None)
    with transaction_of() as run:
        run("UPDATE digest_post SET public_title = 'New title'")
    assert "New title" in visitor.get(path).content.decode()


def test_a_process_with_many_open_files_hears(front: Front, deaf: Visitor) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 2000:
        pytest.skip("this system allows no 2000 open files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (2000, hard))
    files = [os.open(os.devnull, os.O_RDONLY) for _ in range(1100)]
    try:
        path = make_post(papers=1).get_absolute_url()
        remember(deaf, path)
        generation = front.memory.generation
        remembered = front.memory.proved
        until(lambda: front.memory.proved > remembered)
        until(lambda: front.memory.proved > remembered + 1)
        assert front.memory.generation == generation  # It did not fail, and begin again.
    finally:
        for each in files:
            os.close(each)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_memory_keeps_to_its_limit(front: Front) -> None:
    front.memory.limit = 300_000
    visitor = Visitor(front)
    make_post(papers=3)
    for _ in range(3):
        for path in addresses():
            visitor.get(path)
    assert 0 < front.memory._size <= front.memory.limit
    assert Paper.objects.exists()
    assert reverse("home") == "/"


def test_what_is_not_stored_has_a_request_id_and_nothing_to_be_asked_by(visitor):
    response = visitor.get("/papers/2510.99999/")
    assert response.status_code == 404
    assert response["X-Request-ID"]
    assert "Last-Modified" not in response
    assert (
        visitor.get("/papers/2510.99999/", headers={"x-request-id": "abc"})["X-Request-ID"] == "abc"
    )
