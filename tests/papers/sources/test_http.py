"""The HTTP client against real sockets on loopback."""

import asyncio
import gzip
import json
import socket
import threading
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from email.utils import format_datetime

import pytest
import stamina.instrumentation
from werkzeug import Request, Response

from papers.clock import now
from papers.sources import http
from papers.sources.errors import SourceBusy, SourceDown, SourceError, SourceForbidden


@pytest.fixture
def source(httpserver, settings):
    """Return a local server that plays the one configured source."""
    settings.HUGGINGFACE_URL = httpserver.url_for("").rstrip("/")
    settings.HTTP_RETRY_WAIT_S = 0.01
    settings.HTTP_DEADLINE_S = 10.0
    return httpserver


@pytest.fixture
def raw_source(settings):
    """Start a server that does to each connection what the test says, and counts them."""
    listener = socket.create_server(("127.0.0.1", 0))
    settings.HUGGINGFACE_URL = f"http://127.0.0.1:{listener.getsockname()[1]}"
    settings.HTTP_RETRY_WAIT_S = 0.01
    settings.HTTP_DEADLINE_S = 10.0
    connections: list[socket.socket] = []
    over = threading.Event()
    threads = []

    def start(behave: Callable[[socket.socket, threading.Event], None]) -> list[socket.socket]:
        def serve(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                connection.recv(65536)
                behave(connection, over)

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    connections.append(connection)
                    threads.append(threading.Thread(target=serve, args=(connection,)))
                    threads[-1].start()

        threads.append(threading.Thread(target=accept))
        threads[-1].start()
        return connections

    yield start
    over.set()
    with suppress(OSError):
        listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    for thread in threads:
        thread.join()


@pytest.fixture
def waits():
    """Yield the seconds slept before each retry, as the retrying library reports them."""
    seen: list[float] = []
    stamina.instrumentation.set_on_retry_hooks([lambda details: seen.append(details.wait_for)])
    yield seen
    stamina.instrumentation.set_on_retry_hooks(None)


def get(server, path="/api", **options):
    return http.get_json("HUGGINGFACE_URL", path, {"p": 0}, **options)


def test_an_answer_holds_the_text_and_what_it_says(source):
    source.expect_request("/api", query_string={"p": "0"}).respond_with_data(
        '[{"제목": "한글"}]', content_type="application/json"
    )
    before = now()
    answer = get(source)
    assert answer.text == '[{"제목": "한글"}]'
    assert answer.data == [{"제목": "한글"}]
    assert before <= answer.fetched_at <= now()


def test_an_answer_of_another_kind_is_its_bytes(source):
    source.expect_request("/api", query_string={"p": "0"}).respond_with_data(
        b"<feed/>", content_type="application/atom+xml"
    )
    answer = http.get("HUGGINGFACE_URL", "/api", {"p": 0}, accept="application/atom+xml")
    assert source.log[0][0].headers["Accept"] == "application/atom+xml"
    assert (answer.url, answer.status) == (source.url_for("/api?p=0"), 200)
    assert answer.body == b"<feed/>"
    assert str(answer) == ("status 200, content type application/atom+xml, begins b'<feed/>'")


def test_another_status_is_an_answer_where_the_caller_reads_it(source):
    source.expect_request("/api").respond_with_data("what is wrong", 400)
    answer = http.get("HUGGINGFACE_URL", "/api", accept="text/plain", statuses=(200, 400))
    assert (answer.status, answer.body) == (400, b"what is wrong")


def test_one_request_is_one_even_where_time_could_cure(source):
    source.expect_request("/api").respond_with_data("sorry", 503)
    with pytest.raises(SourceDown, match="answered 503"):
        http.get("HUGGINGFACE_URL", "/api", accept="text/plain", requests=1)
    assert len(source.log) == 1


def test_one_request_follows_no_redirect(source):
    source.expect_request("/api").respond_with_data("", 302, {"Location": "/moved"})
    with pytest.raises(SourceError, match="redirects more than 0 times"):
        http.get("HUGGINGFACE_URL", "/api", accept="text/plain", requests=1)
    assert len(source.log) == 1


def test_being_turned_away_is_its_own_error(source):
    source.expect_request("/api").respond_with_data("Blocked", 403)
    with pytest.raises(SourceForbidden, match="refused the request: status 403"):
        get(source)
    assert len(source.log) == 1


@pytest.mark.parametrize("status", [200, 429, 503])
def test_rate_exceeded_is_a_busy_source_whatever_its_status(source, status):
    source.expect_request("/api").respond_with_data("Rate exceeded.", status)
    before = now()
    with pytest.raises(SourceBusy) as busy:
        http.get("HUGGINGFACE_URL", "/api", accept="application/atom+xml", requests=1)
    assert busy.value.retry_at >= before + timedelta(minutes=5)
    assert str(busy.value).startswith('localhost said "Rate exceeded.": waiting until 20')


def test_an_unwell_source_is_not_listened_to_for_long(raw_source, settings):
    def flood(connection, over):
        connection.sendall(b"HTTP/1.1 503 Sorry\r\n\r\n")
        while not over.is_set():
            connection.sendall(b" " * 65536)

    raw_source(flood)
    with pytest.raises(SourceDown, match="answered 503 Sorry"):
        http.get_json("HUGGINGFACE_URL")


def test_a_request_says_who_asks(source, settings):
    settings.CONTACT_EMAIL = "editor@example.org"
    source.expect_request("/api").respond_with_json([])
    get(source)
    headers = source.log[0][0].headers
    assert headers["User-Agent"].startswith("daily-papers-digest/")
    assert headers["User-Agent"].endswith(" (mailto:editor@example.org)")
    assert "Authorization" not in headers


def test_a_token_is_sent_to_its_source(source):
    source.expect_request("/api", headers={"Authorization": "Bearer secret"}).respond_with_json([])
    assert get(source, token="secret").data == []


def test_a_caller_inside_an_event_loop_is_served_too(source):
    source.expect_request("/api").respond_with_json([])

    async def caller():
        return get(source)

    assert asyncio.run(caller()).data == []


@pytest.mark.parametrize(
    "path", ["@evil.test/api", ".evil.test/api", "0/api", "@169.254.169.254/latest", ":x", "[bad"]
)
def test_no_path_leads_away_from_the_source(source, path):
    with pytest.raises(http.HostRefused, match="does not lie on the host of HUGGINGFACE_URL"):
        http.get_json("HUGGINGFACE_URL", path, token="secret")
    assert source.log == []


@pytest.mark.parametrize("base", ["", "/api", "evil.test"])
def test_nothing_is_asked_where_the_setting_holds_no_address(source, settings, base):
    settings.HUGGINGFACE_URL = base
    with pytest.raises(SourceError):
        http.get_json("HUGGINGFACE_URL", "/api")
    assert source.log == []


def test_a_redirect_inside_the_source_is_followed(source):
    source.expect_request("/api").respond_with_data("", 302, {"Location": "/moved"})
    source.expect_request("/moved", headers={"Authorization": "Bearer secret"}).respond_with_json(
        ["here"]
    )
    assert get(source, token="secret").data == ["here"]


def test_a_redirect_to_another_port_is_refused_and_gets_no_token(source, raw_source, settings):
    elsewhere = settings.HUGGINGFACE_URL
    settings.HUGGINGFACE_URL = source.url_for("").rstrip("/")
    connections = raw_source(lambda connection, over: None)
    source.expect_request("/api").respond_with_data("", 302, {"Location": f"{elsewhere}/api"})
    with pytest.raises(SourceError, match=r"^redirect refused: 127\.0\.0\.1$"):
        get(source, token="secret")
    assert connections == []
    assert len(source.log) == 1


@pytest.mark.parametrize(
    ("location", "host"),
    [
        ("https://evil.test/api", "evil.test"),
        ("//evil.test/api", "evil.test"),
        ("http://169.254.169.254/latest", "169.254.169.254"),
        ("http://[::1]/", "::1"),
        ("file:///etc/passwd", "file:///etc/passwd"),
    ],
)
def test_a_redirect_out_of_the_source_is_refused(source, location, host):
    source.expect_request("/api").respond_with_data("", 307, {"Location": location})
    with pytest.raises(SourceError) as refused:
        get(source)
    assert str(refused.value) == f"redirect refused: {host}"
    assert len(source.log) == 1


def test_a_redirect_to_nothing_readable_is_refused(raw_source, settings):
    told = b"HTTP/1.1 302 Found\r\nLocation: http://x:port/\r\nContent-Length: 0\r\n\r\n"
    raw_source(lambda connection, over: connection.sendall(told))
    with pytest.raises(SourceError, match=r"^redirect refused: http://x:port/$"):
        http.get_json("HUGGINGFACE_URL")


def test_a_redirect_to_another_scheme_is_refused(source):
    target = source.url_for("/api").replace("http://", "https://")
    source.expect_request("/api").respond_with_data("", 301, {"Location": target})
    with pytest.raises(SourceError, match=r"^redirect refused: localhost$"):
        get(source)


def test_redirects_in_a_circle_end(source):
    source.expect_request("/api").respond_with_data("", 302, {"Location": "/api"})
    with pytest.raises(SourceError, match="redirects more than 3 times"):
        get(source)
    assert len(source.log) == 4


def test_a_body_at_the_limit_is_read(source):
    body = json.dumps("x" * (http.BODY_LIMIT - 2))
    source.expect_request("/api").respond_with_data(body)
    assert len(get(source).text) == http.BODY_LIMIT


def test_a_body_over_the_limit_is_refused(source):
    source.expect_request("/api").respond_with_data(b" " * (http.BODY_LIMIT + 1))
    with pytest.raises(SourceError, match=r"^response too large: limit 8 MiB$"):
        get(source)


def test_a_gzip_bomb_is_refused_before_it_fills_the_memory(source):
    bomb = gzip.compress(gzip.compress(bytes(2**28)))
    source.expect_request("/api").respond_with_data(
        bomb, headers={"Content-Encoding": "gzip, gzip"}
    )
    tracemalloc.start()
    try:
        with pytest.raises(SourceError, match=r"^response too large: limit 8 MiB$"):
            get(source)
        assert tracemalloc.get_traced_memory()[1] < 64 * 2**20
    finally:
        tracemalloc.stop()


def test_a_body_that_never_ends_is_refused(raw_source, settings):
    def flood(connection, over):
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n[")
        while not over.is_set():
            connection.sendall(b" " * 65536)

    raw_source(flood)
    with pytest.raises(SourceError, match=r"^response too large: limit 8 MiB$"):
        http.get_json("HUGGINGFACE_URL")


@pytest.mark.parametrize(
    "opening",
    [b"", b"HTTP/1.1 200 OK\r\nX-Long: ", b"HTTP/1.1 200 OK\r\n\r\n["],
    ids=["before the headers", "in the headers", "in the body"],
)
def test_an_answer_that_drips_ends_at_the_deadline(raw_source, settings, opening):
    settings.HTTP_DEADLINE_S = 0.5

    def drip(connection, over):
        connection.sendall(opening)
        while not over.wait(0.02):
            connection.sendall(b"1")

    connections = raw_source(drip)
    with pytest.raises(SourceDown, match=r"gave no whole answer within 0\.5 s"):
        http.get_json("HUGGINGFACE_URL")
    assert len(connections) == 1


def test_an_answer_that_stalls_ends_at_the_deadline_after_another_try(raw_source, settings):
    settings.HTTP_DEADLINE_S = 2.0
    connections = raw_source(lambda connection, over: over.wait())
    with pytest.raises(SourceDown):
        http.get_json("HUGGINGFACE_URL")
    assert 1 < len(connections) <= 4


@pytest.mark.parametrize(
    "told",
    [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[1", b"\x00\xffnot HTTP\r\n\r\n"],
    ids=["hangs up", "ends early", "speaks no HTTP"],
)
def test_a_broken_connection_is_tried_four_times(raw_source, settings, told):
    connections = raw_source(lambda connection, over: connection.sendall(told))
    with pytest.raises(SourceDown, match="cannot be read"):
        http.get_json("HUGGINGFACE_URL")
    assert len(connections) == 4


def test_a_source_that_is_not_there_is_down(settings):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    settings.HUGGINGFACE_URL = f"http://127.0.0.1:{port}"
    settings.HTTP_RETRY_WAIT_S = 0.01
    with pytest.raises(SourceDown, match=r"127\.0\.0\.1 cannot be read"):
        http.get_json("HUGGINGFACE_URL")


def test_a_body_that_cannot_be_unpacked_is_refused(source):
    source.expect_request("/api").respond_with_data("[]", headers={"Content-Encoding": "gzip"})
    with pytest.raises(SourceError, match="cannot be unpacked"):
        get(source)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<!DOCTYPE html><title>Sorry</title>",
        b'[{"paper": ',
        b"[] trailing",
        b"[NaN]",
        b"[-Infinity]",
        b'["\xff"]',
        b'["\xed\xa0\x80"]',
        b"\xef\xbb\xbf[]",
        b"[{'paper': None, 'upvotes': True}]",
        b'["a\nb"]',
        b"[" + b"9" * 5000 + b"]",
        b"[" * 65 + b"]" * 65,
        b"[" * 100_000,
        b'{"a":' * 100_000,
    ],
    ids=lambda body: repr(body[:12]),
)
def test_what_is_not_strict_json_is_refused(source, body):
    source.expect_request("/api").respond_with_data(body, content_type="text/html")
    with pytest.raises(SourceError) as refused:
        get(source)
    message = str(refused.value)
    assert message.startswith("not JSON: ")
    assert message.endswith(f"status 200, content type text/html, begins {body[:80]!r}")
    assert message.isprintable()
    assert len(message) < 800


@pytest.mark.parametrize("value", [b"{}", b"[]", b'{"a":0}', b'"aa"', b"999", b"[", b'{"a":'])
def test_json_of_too_many_values_is_refused_before_it_fills_the_memory(source, value):
    wide = b",".join([value] * (http.BODY_LIMIT // (len(value) + 1) - 1))
    source.expect_request("/api").respond_with_data(b"[" + wide + b"]")
    tracemalloc.start()
    try:
        with pytest.raises(SourceError, match=r"^too many values: [\d,]+, limit 200,000$"):
            get(source)
        assert tracemalloc.get_traced_memory()[1] < 64 * 2**20
    finally:
        tracemalloc.stop()


def test_json_of_as_many_values_as_there_may_be_is_read_within_the_memory(source):
    full = b"[" + b",".join([b'{"a":0}'] * (http.VALUES // 2)) + b"]"
    source.expect_request("/api").respond_with_data(full)
    tracemalloc.start()
    try:
        assert len(get(source).text) == len(full)
        assert tracemalloc.get_traced_memory()[1] < 64 * 2**20
    finally:
        tracemalloc.stop()


def test_json_may_nest_64_levels(source):
    source.expect_request("/api").respond_with_data("[" * 64 + "]" * 64)
    assert get(source).text == "[" * 64 + "]" * 64


def test_three_failures_are_retried_with_growing_waits(source, waits):
    for status in (500, 502, 429):
        source.expect_ordered_request("/api").respond_with_data("sorry", status)
    source.expect_ordered_request("/api").respond_with_json(["well"])
    assert get(source).data == ["well"]
    assert len(source.log) == 4
    # 0.01, 0.02, 0.04 s, each with up to 0.01 s of jitter on top.
    assert [int(wait * 100) for wait in waits] == [1, 2, 4]
    assert waits != [0.01, 0.02, 0.04]


def test_a_source_that_stays_unwell_is_asked_four_times(source):
    source.expect_request("/api").respond_with_data("sorry", 503)
    with pytest.raises(SourceDown, match="answered 503 SERVICE UNAVAILABLE") as down:
        get(source)
    assert not isinstance(down.value, SourceBusy)
    assert len(source.log) == 4


@pytest.mark.parametrize("status", [400, 401, 403, 404, 204, 304])
def test_what_time_does_not_cure_is_asked_once(source, status):
    source.expect_request("/api").respond_with_data("no\n", status)
    with pytest.raises(SourceError, match=f"refused the request: status {status}") as refused:
        get(source)
    assert not isinstance(refused.value, SourceDown)
    assert len(source.log) == 1


@pytest.mark.parametrize(
    "headers", [{"Retry-After": "1"}, {"RateLimit": '"api";r=0;t=1'}], ids=lambda h: next(iter(h))
)
def test_a_short_wait_that_is_asked_for_is_kept(source, waits, headers):
    source.expect_ordered_request("/api").respond_with_data("slow down", 429, headers)
    source.expect_ordered_request("/api").respond_with_json([])
    assert get(source).data == []
    assert waits == [1.0]


def test_a_wait_asked_for_as_a_date_is_kept(source, waits):
    def answer(request: Request) -> Response:
        if waits:
            return Response("[]")
        date = format_datetime(now() + timedelta(seconds=2), usegmt=True)
        return Response("slow down", 503, {"Retry-After": date})

    source.expect_request("/api").respond_with_handler(answer)
    assert get(source).data == []
    assert len(waits) == 1
    assert 0 < waits[0] <= 2


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (429, {"RateLimit": '"api";r=0;t=90'}, 90),
        (429, {"Retry-After": "60"}, 60),
        (503, {"Retry-After": "120"}, 120),
        (429, {"Retry-After": "86400"}, 3600),
        (429, {"Retry-After": "9" * 5000}, 3600),
    ],
)
def test_a_long_wait_is_handed_back_instead_of_slept(source, status, headers, seconds):
    source.expect_request("/api").respond_with_data("slow down", status, headers)
    before = now()
    with pytest.raises(SourceBusy, match="waiting until 20") as busy:
        get(source)
    assert before + timedelta(seconds=seconds) <= busy.value.retry_at
    assert busy.value.retry_at <= now() + timedelta(seconds=seconds)
    assert len(source.log) == 1


@pytest.mark.parametrize("value", ["", "0", "-1", "soon", "Thu, 01 Jan 1970 00:00:00 GMT"])
def test_a_busy_source_that_names_no_time_gets_five_minutes(source, value):
    source.expect_request("/api").respond_with_data("slow down", 429, {"Retry-After": value})
    before = now()
    with pytest.raises(SourceBusy) as busy:
        get(source)
    assert before + timedelta(minutes=5) <= busy.value.retry_at <= now() + timedelta(minutes=5)
    assert len(source.log) == 4


@pytest.fixture
def model(httpserver, settings):
    """Return a local server that plays the configured language model."""
    settings.MODEL_URL = httpserver.url_for("/v1")
    return httpserver


def post(server, **options):
    return http.post_json("MODEL_URL", "/x", {"글": 1}, **{"timeout": 5, **options})


def test_what_is_posted_is_json_with_the_token(model):
    model.expect_request("/v1/x", method="POST").respond_with_json({"ok": True})
    answer = post(model, token="secret")
    request = model.log[0][0]
    assert (answer.status, json.loads(answer.body)) == (200, {"ok": True})
    assert request.json == {"글": 1}
    assert request.headers["Authorization"] == "Bearer secret"
    assert request.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 422])
def test_what_refuses_a_post_is_an_answer(model, status):
    model.expect_request("/v1/x").respond_with_data("what is wrong", status)
    answer = post(model)
    assert (answer.status, answer.body) == (status, b"what is wrong")


@pytest.mark.parametrize("status", [500, 502])
def test_a_post_is_never_sent_again_by_itself(model, status):
    model.expect_request("/v1/x").respond_with_data("sorry", status)
    with pytest.raises(SourceDown, match=f"answered {status}"):
        post(model)
    assert len(model.log) == 1


def test_a_post_heeds_the_wait_it_is_asked_for(model):
    model.expect_request("/v1/x").respond_with_data("", 429, {"Retry-After": "60"})
    before = now()
    with pytest.raises(SourceBusy) as busy:
        post(model)
    assert before + timedelta(seconds=60) <= busy.value.retry_at <= now() + timedelta(seconds=60)
    assert len(model.log) == 1


@pytest.mark.parametrize("location", ["/v1/y", "http://203.0.113.1/v1/x"])
def test_a_post_follows_no_redirect(model, location):
    model.expect_request("/v1/x").respond_with_data("", 307, {"Location": location})
    with pytest.raises(SourceError, match="redirect"):
        post(model, token="secret")
    assert len(model.log) == 1


def test_a_post_that_may_have_been_done_is_told_from_one_that_was_not(raw_source, settings):
    settings.MODEL_URL = settings.HUGGINGFACE_URL
    raw_source(lambda connection, over: over.wait())
    with pytest.raises(http.IncompleteResponse, match=r"gave no whole answer within 0\.3 s"):
        http.post_json("MODEL_URL", "", {}, timeout=0.3)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings.MODEL_URL = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with pytest.raises(SourceDown, match="cannot be read") as refused:
        http.post_json("MODEL_URL", "", {}, timeout=60)
    assert not isinstance(refused.value, http.IncompleteResponse)


def test_a_post_may_be_answered_after_a_long_silence(raw_source, settings):
    def think(connection, over):
        over.wait(1.2)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    settings.MODEL_URL = settings.HUGGINGFACE_URL
    raw_source(think)
    assert http.post_json("MODEL_URL", "", {}, timeout=60).body == b"{}"


def test_nothing_is_posted_where_no_model_is_configured(source, settings):
    settings.MODEL_URL = ""
    with pytest.raises(http.HostRefused):
        http.post_json("MODEL_URL", "/x", {}, timeout=5)
