"""Log lines: what each one says, what none may say, and how an error is found by its id."""

import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import psycopg
import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection
from django.test import Client, RequestFactory

from digest import logs
from papers import log_context
from tests.digest.local.test_launcher import free_port
from tests.growth import is_linear
from tests.waiting import PATIENCE_S, until

ROOT = Path(__file__).resolve().parents[2]
BEGINS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00 [A-Z]+ [\w.]+ \[.+?\] ")

OLD_KEY = "the-key-that-old-sessions-are-signed-with-" + "0123456789"
SECRETS = {
    "SECRET_KEY": "main/key=of-the$site'with\"quotes\\" + "0123456789" * 3,
    "SECRET_KEY_FALLBACKS": OLD_KEY,
    "MODEL_API_KEY": "model-sesame-1",
    "HF_TOKEN": "hf_sesame2",
    "METRICS_TOKEN": "monitor-sesame-17",
    "EMAIL_URL": "smtp://desk:mail%2Fsesame@127.0.0.1:1",
    "REDIS_URL": "redis://:queue-sesame@127.0.0.1:1/0",
    "MODEL_URL": "https://me:gateway-sesame@model.example/v1",
}
PLANTED = {
    *(value for name, value in SECRETS.items() if not name.endswith("_URL")),
    "database-sesame",
    "mail%2Fsesame",
    "mail/sesame",
    "queue-sesame",
    "gateway-sesame",
}


def record(message, *args, name="papers.jobs", level=logging.WARNING, exc_info=None):
    return logging.LogRecord(name, level, __file__, 1, message, args, exc_info)


def raised(error):
    try:
        raise error
    except type(error):
        return sys.exc_info()


def test_a_retry_says_what_failed_and_when_it_is_tried_again():
    retry = record("stamina.retry_scheduled", name="stamina")
    vars(retry).update({"stamina.caused_by": "ReadTimeout('slow')", "stamina.wait_for": 1.25})
    assert logs.Retries().filter(retry)
    assert retry.getMessage() == "ReadTimeout('slow'): tried again in 1.2 s"


def test_a_visitor_removes_no_words_from_the_record_of_an_error():
    form = {"api_key": "went", "token": "wrong", "password": "sesame", "password1": "/fail/"}
    request = RequestFactory().post("/fail/", form)
    request.POST  # noqa: B018  # Django reads the form for the first who asks for it.
    with logs.request("abc", request):
        said = logs.Line(logs.as_text).format(record("/fail/ went wrong with sesame"))
    assert said.endswith(f"/fail/ went wrong with {logs.HIDDEN}")


def of_a_request(query, **params):
    """The record that Django makes when a query of a request fails."""
    with pytest.raises(OperationalError) as failed, connection.wrap_database_errors:  # noqa: SIM117
        with psycopg.connect(**connection.get_connection_params() | params) as session:
            session.execute(query)
    error = failed.value
    told = ("Internal Server Error: %s", "/about/")
    exc_info = (type(error), error, error.__traceback__)
    return record(*told, name="django.request", level=logging.ERROR, exc_info=exc_info)


# --- One line -------------------------------------------------------------------------------------
def test_a_line_says_when_what_and_who():
    line = logs.Line(logs.as_text).format(record("%s went wrong", "all"))
    assert re.fullmatch(BEGINS.pattern + "all went wrong", line)
    assert " WARNING papers.jobs [-] " in line


def test_a_line_names_its_request_its_job_and_its_run():
    with log_context.job(17), log_context.run(23, "8f3a"):
        line = logs.Line(logs.as_text).format(record("x"))
        fields = json.loads(logs.Line(json.dumps).format(record("x")))
    assert "[request 8f3a job 17 run 23]" in line
    assert [fields[name] for name in ("request", "job", "run")] == ["8f3a", "17", "23"]
    assert "[-]" in logs.Line(logs.as_text).format(record("x"))


def test_a_line_of_json_has_its_traceback_as_a_field():
    error = raised(ValueError("논문\n\u2028\ud800"))
    line = logs.Line(json.dumps).format(record("it broke", exc_info=error))
    assert len(line.splitlines()) == 1
    fields = json.loads(line)
    ids = ["request", "job", "run"]
    assert list(fields) == ["time", "level", "logger", *ids, "message", "traceback"]
    assert fields["traceback"].endswith("ValueError: 논문\n\u2028\ud800")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "params"),
    [
        ("SELECT 1", {"host": "/nowhere"}),
        ("SELECT pg_terminate_backend(pg_backend_pid())", {}),  # As when the server is stopped.
    ],
    ids=["away", "stopping"],
)
def test_a_database_that_is_down_is_one_line_for_each_request(query, params):
    met = of_a_request(query, **params)
    assert logs.Outages().filter(met)
    assert (met.levelname, met.exc_info) == ("WARNING", None)
    assert re.fullmatch(r"Internal Server Error: /about/: \w.+", met.getMessage())


@pytest.mark.django_db
def test_a_query_that_fails_alone_keeps_its_traceback():
    failed = of_a_request("SET statement_timeout = 1; SELECT pg_sleep(60)")
    assert logs.Outages().filter(failed)
    assert failed.levelname == "ERROR"
    assert failed.exc_info


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028"])
def test_nobody_forges_a_line(end):
    forged = f"x{end}2026-01-01T00:00:00.000+00:00 CRITICAL root [-] forged"
    line = logs.Line(logs.as_text).format(record("%s", forged, exc_info=raised(ValueError(forged))))
    first, *below = line.splitlines()
    assert re.fullmatch(BEGINS.pattern + ".*forged", first)
    assert all(each.startswith("    ") for each in below)
    assert "forged" in below[-1]


def test_no_control_of_a_terminal_comes_through():
    line = logs.Line(logs.as_text).format(record("\x1b[2J\x07\u202e\u2066\udce9"))
    assert line.endswith(r"\x1b[2J\x07\u202e\u2066\udce9")


@pytest.mark.parametrize(
    "said",
    [
        "redis://:sesame@127.0.0.1:6379/0",
        "connect to postgresql://me:sesame/pass@db/papers failed",
        "https://sesame@mirror.example/api",
        "GET /?next=/admin/&csrfmiddlewaretoken=sesame&x=1",
        "Cookie: theme=dark; sessionid=sesame; csrftoken=sesame",
        "{'username': ['kim'], 'password': ['sesame'], 'new_password1': ['sesame']}",
        '{"api_key": "sesame"}',
        "('X-CSRFToken', 'sesame')",
        "b'password=sesame&username=kim'",
        "Authorization: Bearer sesame",
        '"GET /en/preview/sesame/?noted HTTP/1.1" 200',
        "Internal Server Error: /preview/sesame",
        "<WSGIRequest: POST '/preview/sesame/'>",
        '"GET /admin/password-reset/MQ/sesame/?next=x HTTP/1.1" 302',
        "Not Found: /admin/password-reset/sesame/d1-sesame/",
        "https://papers.example/admin/password-reset/MQ/d1-sesame",
    ],
)
def test_what_looks_like_a_secret_is_left_out(said):
    assert "sesame" not in logs.without_secrets(said, set())


@pytest.mark.parametrize(
    "said",
    [
        "huggingface: https://huggingface.co/api/daily_papers?date=2025-10-08 answered 500",
        "MODEL_DAILY_TOKENS=2000000: 12,000 tokens used",
        "write to desk@example.org",
        '"GET /admin/password-reset/sent/ HTTP/1.1" 200',
        "https://blog.example/@kim/post",
    ],
)
def test_what_is_no_secret_stays(said):
    assert logs.without_secrets(said, set()) == said


@pytest.mark.parametrize(
    "part", ["://", "://a:", "csrf", "token='", 'token="', "secret_", "bearer "]
)
def test_a_long_line_is_written_in_no_time(part):
    def write(line):
        logs.without_secrets(line, {"sesame"})

    assert is_linear(write, lambda size: part * (size // len(part)), 50_000)


# --- A request's id -------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize("given", ["8f3a", "a-b_c.9", "x" * 64])
def test_the_id_that_the_proxy_gave_stays(client, given):
    assert client.get("/about/", headers={"X-Request-ID": given})["X-Request-ID"] == given


@pytest.mark.django_db
@pytest.mark.parametrize("given", [None, "", "x" * 65, "a b", "<b>", "논문", "x\n", "a;b"])
def test_any_other_id_is_our_own_and_no_two_are_the_same(client, given):
    headers = {} if given is None else {"X-Request-ID": given}
    made = [client.get("/about/", headers=headers)["X-Request-ID"] for _ in range(2)]
    assert all(re.fullmatch("[0-9a-f]{16}", each) for each in made)
    assert made[0] != made[1]


@pytest.mark.django_db
def test_a_public_page_is_the_same_for_everybody_but_for_its_id(client):
    response = client.get("/about/")
    assert "X-Request-ID" in response
    assert "Vary" not in response
    assert not response.cookies
    assert response["Cache-Control"] == client.get("/about/")["Cache-Control"]


def test_an_error_page_says_its_id_and_whom_to_tell(monkeypatch, settings):
    settings.CONTACT_EMAIL = "desk@example.org"
    monkeypatch.setattr("digest.readers.sitemaps.SITEMAPS", None)
    response = Client(raise_request_exception=False).get("/sitemap.xml")
    page = response.content.decode()
    assert f"<code>{response['X-Request-ID']}</code>" in page
    assert "desk@example.org" in page


def test_an_error_page_that_breaks_itself_still_says_the_id(monkeypatch, caplog, settings):
    monkeypatch.setattr("digest.readers.sitemaps.SITEMAPS", None)
    settings.TEMPLATES = [{"BACKEND": "no.such.engine"}]
    response = Client(raise_request_exception=False).get("/sitemap.xml")
    assert response.status_code == 500
    assert f"with the code {response['X-Request-ID']}." in response.content.decode()
    assert "The page of an error cannot be made" in caplog.text
    assert "Internal Server Error: /sitemap.xml" in caplog.text


# --- The site as in production --------------------------------------------------------------------
class Site:
    """A web process of a public site, with its log so far."""

    def __init__(self, port: int, log: Path) -> None:
        self.port, self.log = port, log

    def ask(self, path: str, method: str = "GET", data=None, **headers: str) -> httpx2.Response:
        public = {"Host": "papers.example", "X-Forwarded-Proto": "https", **headers}
        return httpx2.request(
            method,
            f"http://127.0.0.1:{self.port}{path}",
            headers=public,
            data=data,
            trust_env=False,
            timeout=PATIENCE_S,
        )

    def is_up(self) -> bool:
        try:
            return self.ask("/healthz").status_code == 200
        except httpx2.TransportError:
            return False

    def said(self) -> str:
        return self.log.read_text()


@contextmanager
def running(folder: Path, log_format: str, *options: str, collect: bool = True) -> Iterator[Site]:
    params = connection.get_connection_params()
    at = f"host={params.get('host', '')}&port={params.get('port', '')}"
    user = f"{params['user']}:database-sesame"
    environment = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "tests.digest.failing_site",
        "SITE_URL": "https://papers.example",
        "ALLOWED_HOSTS": "papers.example",
        "DATABASE_URL": f"postgresql://{user}@/{params['dbname']}?{at}",
        "MODEL_NAME": "m",
        "LOG_FORMAT": log_format,
        **SECRETS,
    }
    if collect:
        collecting = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
        subprocess.run(collecting, cwd=ROOT, env=environment, check=True)
    port, log = free_port(), folder / "site.log"
    command = ["-m", "granian", "--interface", "wsgi", "--log-config", "digest/logging.json"]
    command += ["--workers", "1", "--blocking-threads", "2", "--port", str(port), *options]
    with (
        log.open("w") as stderr,
        subprocess.Popen(
            [sys.executable, *command, "digest.wsgi:application"],
            cwd=ROOT,
            env=environment,
            stdout=stderr,
            stderr=stderr,
        ) as process,
    ):
        site = Site(port, log)
        try:
            until(lambda: process.poll() is not None or site.is_up(), site.said)
            assert process.poll() is None, site.said()
            yield site
        finally:
            process.terminate()


@pytest.fixture
def signed_in(transactional_db, settings) -> str:
    """Return an editor's session, signed with the site's former key."""
    settings.SECRET_KEY = OLD_KEY
    settings.SESSION_COOKIE_NAME = "sessionid"
    client = Client()
    client.force_login(User.objects.create_superuser("kim"))
    return client.cookies["sessionid"].value


CSRF = "c" * 16 + "5" * 16


def failing_post(site: Site, session: str, path: str = "/fail/?token=in-the-address"):
    """Send a form with a password, as an editor, to a URL that fails."""
    return site.ask(
        path,
        "POST",
        {"username": "kim", "password": "typed-sesame ünd more", "csrfmiddlewaretoken": CSRF},
        Cookie=f"sessionid={session}; csrftoken={CSRF}",
        Referer="https://papers.example/",
        Authorization="Basic a2ltOnNlc2FtZQ==",
    )


def require_no_secret(said: str, session: str) -> None:
    sent = {"typed-sesame", "in-the-address", "a2ltOnNlc2FtZQ==", CSRF, session}
    assert [secret for secret in PLANTED | sent if secret in said] == []
    assert "sesame" not in said


@pytest.mark.slow
class TestAWebProcess:
    def test_as_text(self, tmp_path, signed_in):
        with running(tmp_path, "text") as site:
            response = failing_post(site, signed_in, "/fail-in-a-chain/")
            request_id = response.headers["X-Request-ID"]
            assert response.status_code == 500
            assert f"<code>{request_id}</code>" in response.text
            forging = "x%0A2026-01-01T00:00:00.000+00:00%20CRITICAL%20root%20[-]%20forged"
            agent = "curl\t2026-01-01T00:00:00.000+00:00 CRITICAL root [-] forged"
            assert site.ask(f"/fail-by-agent/{forging}", **{"User-Agent": agent}).status_code == 500
        said = site.said()
        lines = said.splitlines()
        assert all(BEGINS.match(line) or line.startswith("    ") for line in lines), said
        mine = [line for line in lines if f"[request {request_id}]" in line]
        assert any("ERROR django.request " in line for line in mine)
        assert any("WARNING tests.failing " in line for line in mine)
        assert "    RuntimeError: and then" in lines
        assert not re.search("^2026-01-01T00:00", said, re.MULTILINE)
        require_no_secret(said, signed_in)

    def test_as_json(self, tmp_path, signed_in):
        with running(tmp_path, "json") as site:
            response = failing_post(site, signed_in)
            request_id = response.headers["X-Request-ID"]
            assert f"<code>{request_id}</code>" in response.text
        require_no_secret(site.said(), signed_in)
        records = [json.loads(line) for line in site.said().splitlines()]
        mine = [each for each in records if each["request"] == request_id]
        errors = [each for each in mine if each["logger"] == "django.request"]
        assert [each["message"] for each in errors] == ["Internal Server Error: /fail/"]
        assert "ValueError" in errors[0]["traceback"]
        require_no_secret(json.dumps(records, ensure_ascii=False), signed_in)

    def test_only_what_is_ours_to_mend_is_an_error(self, tmp_path, transactional_db):
        with running(tmp_path, "text", "--access-log") as site:
            for path in ("/nowhere/", "/forbidden/", "/papers/9999.99999/", "/preview/sesame/"):
                assert site.ask(path).status_code in {403, 404, 500}
            quiet = site.said()
            assert site.ask("/", Host="evil.example").status_code == 400
            assert site.ask("/admin/login/", "POST", {"username": "kim"}).status_code == 403
        said = site.said()[len(quiet) :]
        assert " WARNING django.security.DisallowedHost [request " in said
        assert " WARNING django.security.csrf [request " in said
        assert " ERROR " not in said
        assert '"GET /preview/…/ HTTP/1.1" 404' in site.said()
        assert "sesame" not in site.said()

    def test_an_error_is_written_down_where_no_page_can_be_made(self, tmp_path, transactional_db):
        with running(tmp_path, "text", collect=False) as site:  # Each page needs collected files.
            response = site.ask("/about/")
        request_id = response.headers["X-Request-ID"]
        assert f"with the code {request_id}." in response.text
        assert re.search(rf"ERROR django.request \[request {request_id}\] .*/about/", site.said())

    def test_a_session_signed_with_a_former_key_goes_on(self, tmp_path, signed_in):
        with running(tmp_path, "text") as site:
            cookie = {"Cookie": f"sessionid={signed_in}"}
            assert site.ask("/admin/", **cookie).status_code == 200
            assert site.ask("/admin/").status_code == 302
