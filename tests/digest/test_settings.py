"""A value that cannot be parsed stops the start with its name, itself and what was expected."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from digest import addresses, environment

ROOT = Path(__file__).resolve().parents[2]


PUBLIC = {
    "SITE_URL": "https://papers.example",
    "ALLOWED_HOSTS": "papers.example",
    "SECRET_KEY": "Q3Zr9vXk-2mT7hLw8sYb_5nCg4jPd6fRa1eUo0iWt-KqHxJzMvNyBuSd",
    "DATABASE_URL": "postgresql://papers@127.0.0.1/papers",
}

OLD_KEY = "wT5-bN8yKj2_hQ7pLm4xVc9rZs1dFg6aEu3iOoXt0-WqYkHnJvMzPlBu"


def start(tmp_path, **settings):
    return python(
        tmp_path,
        "-c",
        "from digest import settings as s; print(s.SECRET_KEY, s.DATA_DIR)",
        **settings,
    )


def manage(tmp_path, *arguments, **settings):
    return python(tmp_path, "manage.py", *arguments, **settings)


def python(tmp_path, *arguments, **settings):
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path / "data"), **settings},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("DEBUG", "maybe", "on or off"),
        ("TIME_ZONE", "Mars/Olympus", "a time zone"),
        ("FEED_DELAY_MINUTES", "-1", "minutes"),
        ("FEED_DELAY_MINUTES", "ten", "minutes"),
        ("PREVIEW_DAYS", "0", "from 1 to 366"),
        ("HTTP_DEADLINE_S", "nan", "seconds"),
        ("SITE_URL", "papers.example", "an http(s) address"),
        ("HUGGINGFACE_URL", "ftp://example.org", "an http(s) address"),
        ("LANGUAGES", "ko,xx", "codes out of"),
        ("LANGUAGES", "", "codes out of"),
        ("FEED_DELAY_MINUTES", "99999999999999", "minutes"),
        ("ARXIV_URL", "http://arxiv.org:99999", "an http"),
        ("SITE_URL", "http://127.0.0.1:0", "an http"),
        ("SITE_URL", "http://127.0.0.1:abc", "an http(s) address"),
        ("DATA_DIR", "/dev/null/x", "a folder"),
        ("SITE_LANGUAGE", "fr", "one of LANGUAGES"),
        ("DATABASE_URL", "nonsense", "postgresql://"),
        ("SWEEP_WAIT_S", "0", "at least 1"),
        ("RECHECK_AT", "25:00", "a time (UTC)"),
        ("FULL_TEXTS", "all", "picked or never"),
        ("EMAIL_URL", "pigeon://roof", "smtp://"),
        ("EMAIL_URL", "smtp:nowhere", "smtp://"),
        ("MODEL_URL", "localhost:8080/v1", "with /v1"),
        ("MODEL_DAILY_TOKENS", "2M", "a whole number"),
        ("MODEL_CONTEXT_TOKENS", "8192", "3000 more"),
        ("TRUSTED_PROXIES", "10.0.0.1", "a whole number of proxies"),
        ("TRUSTED_PROXIES", "-1", "a whole number of proxies"),
        ("REDIS_URL", "foo", "redis://"),
        ("ALLOWED_HOSTS", "*", "names of hosts"),
        ("ALLOWED_HOSTS", "", "names of hosts"),
        ("SITE_URL", "https://papers.example/digest", "without a path"),
        ("MODEL_URL", "http://127.0.0.1:8080/v1?key=1", "with /v1"),
        ("CONTACT_EMAIL", "desk", "a mail address"),
        ("CONTACT_EMAIL", "desk@example.org\r\nX-Evil: 1", "a mail address"),
        ("SITE_TITLE", "", "one line"),
        ("SITE_TITLE", "Daily\nPapers", "one line"),
        ("SITE_DESCRIPTION", "all\u2028papers", "one line"),
        ("MODEL_NAME", "one\ntwo", "one line"),
        ("LANGUAGES", "ko,ko", "codes out of"),
        ("LOG_FORMAT", "xml", "text or json"),
        ("RECHECK_AT", "02:00+09:00", "a time (UTC)"),
        ("HTTP_DEADLINE_S", "0", "more than 0"),
        ("JOB_RETRY_WAIT_S", "1e300", "seconds"),
        ("CATCH_UP_DAYS", "99999", "at most 3653"),
        ("SWEEP_WAIT_S", "99999999999", "at least 1"),
        ("DATABASE_URL", "postgresql://127.0.0.1", "postgresql://"),
        ("EMAIL_URL", "smtp://127.0.0.1?secret_key=1", "smtp://"),
        ("DATA_DIR", "", "a folder"),
        ("DISK_DIR", "/no/such/folder", "a folder that is there"),
    ],
)
def test_an_odd_value_stops_the_start(tmp_path, name, value, expected):
    process = start(tmp_path, **{name: value})
    assert process.returncode != 0
    last = process.stderr.strip().splitlines()[-1]
    assert f"{name}={value!r}: expected" in last or f"{name}={value}: expected" in last
    assert expected in last


@pytest.mark.parametrize(
    ("parse", "value"),
    [
        (addresses.redis, "redis://"),
        (addresses.redis, "redis://127.0.0.1:6379/first"),
        (addresses.redis, "redis://127.0.0.1:70000"),
        (addresses.redis, "redis://127.0.0.1?no_such_option=1"),
        (addresses.redis, "redis://127.0.0.1?socket_timeout=soon"),
        (addresses.redis, "amqp://127.0.0.1"),
        (addresses.hosts, "papers.example,*.papers.example"),
        (addresses.hosts, "https://papers.example"),
        (addresses.hosts, "papers.example:8000"),
        (addresses.hosts, "papers.example other.example"),
        (addresses.hosts, "::1"),
        (addresses.origin, "https://papers.example/?q=1"),
        (addresses.origin, "https://papers.example?"),
        (addresses.origin, "https://papers.example/#top"),
        (addresses.origin, "https://pap ers.example"),
        (addresses.origin, "https://papers.example\n"),
        (addresses.origin, "https://논문.example"),
        (addresses.origin, "https://<b>.example"),
        (addresses.origin, "https://me:sesame@papers.example"),
        (addresses.base_url, "https://papers.example:0"),
        (addresses.postgresql, "postgresql://127.0.0.1/papers?no_such_option=1"),
        (addresses.postgresql, "postgresql://127.0.0.1:port/papers"),
        (addresses.mail_server, "filemail://tmp"),
        (addresses.mail_server, "smtp://mail.example:port"),
        (addresses.mail_address, "한@papers.example"),
        (environment.line, "Daily\x0bPapers"),
        (environment.line, "Daily\udce9Papers"),
        (environment.time_of_day, "02:00:30"),
        (environment.time_of_day, "2:00"),
        (environment.token, "guessed"),
        (environment.token, "0123456789 abcdef"),
        (environment.some_seconds, "-0"),
        (environment.seconds, "inf"),
        (environment.whole_number, "٣"),
        (environment.minutes, "527041"),
    ],
)
def test_an_odd_value_is_none(parse, value):
    with pytest.raises(ValueError):  # noqa: PT011 (what the settings take for a refusal)
        parse(value)


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("DATABASE_URL", "mysql://me:sesame/@db/x", "mysql://…@db/x"),
        ("DATABASE_URL", "me:sesame@db/x", "…@db/x"),
        ("DATABASE_URL", "postgresql://db/?password=sesame", "postgresql://db/?password=…"),
        ("DATABASE_URL", "postgresql://me:sesame", "postgresql://me:…"),
        ("REDIS_URL", "redis://:sesame", "redis://:…"),
        ("REDIS_URL", "redis://:sesame@127.0.0.1/x", "redis://…@127.0.0.1/x"),
        ("EMAIL_URL", "pigeon://me:sesame@roof", "pigeon://…@roof"),
        ("SITE_URL", "https://me:sesame@papers.example", "https://…@papers.example"),
        ("ARXIV_URL", "https://sesame@arxiv.org", "https://…@arxiv.org"),
    ],
)
def test_no_password_is_shown(tmp_path, name, value, shown):
    process = start(tmp_path, **{name: value})
    assert f"{name}='{shown}': expected" in process.stderr.strip().splitlines()[-1]
    assert "sesame" not in process.stderr


def test_a_model_needs_its_name(tmp_path):
    process = start(tmp_path, MODEL_URL="http://127.0.0.1:8080/v1")
    assert "MODEL_NAME: MODEL_URL is set" in process.stderr.strip().splitlines()[-1]
    model = {"MODEL_URL": "http://127.0.0.1:8080/v1", "MODEL_NAME": "m"}
    assert start(tmp_path, **model).returncode == 0


@pytest.mark.parametrize("name", ["MODEL_API_KEY", "HF_TOKEN"])
@pytest.mark.parametrize("key", ["sesame öffne", "sesame\nX-Evil: 1", "sesame\x7f"])
def test_a_key_that_no_header_can_carry_is_refused_unshown(tmp_path, name, key):
    process = start(tmp_path, **{name: key})
    assert f"{name}: expected printable ASCII" in process.stderr.strip().splitlines()[-1]
    assert "sesame" not in process.stderr


@pytest.mark.parametrize(
    "key",
    [
        "sesame",
        "sesame-" + "x" * 24,
        "django-insecure-sesame-0123456789-0123456789-0123456789",
        "changeme-sesame-0123456789-0123456789-0123456789",
        "change_this_sesame_0123456789-0123456789-0123456789",
        "<your-secret-key sesame 0123456789-0123456789-0123456789>",
        "!!!SET DJANGO_SECRET_KEY!!! sesame 0123456789",
    ],
)
def test_a_public_site_refuses_a_key_that_is_easily_guessed_unshown(tmp_path, key):
    process = start(tmp_path, **PUBLIC | {"SECRET_KEY": key})
    assert "SECRET_KEY: expected at least 32" in process.stderr.strip().splitlines()[-1]
    assert "sesame" not in process.stderr


def test_nor_does_it_take_one_for_a_former_key(tmp_path):
    process = start(tmp_path, **PUBLIC, SECRET_KEY_FALLBACKS=f"{OLD_KEY},sesame")
    assert "SECRET_KEY_FALLBACKS: expected former keys" in process.stderr.strip().splitlines()[-1]
    assert "sesame" not in process.stderr


def test_a_public_site_shows_nobody_its_code(tmp_path):
    process = start(tmp_path, **PUBLIC, DEBUG="on")
    assert "DEBUG='on': expected off" in process.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        ("https://Papers.Example/", "https://papers.example"),
        ("https://papers.example:443", "https://papers.example"),
        ("http://papers.example:8080", "http://papers.example:8080"),
        ("http://[::1]:80/", "http://[::1]"),
    ],
)
def test_the_site_is_named_as_browsers_name_it(given, origin):
    assert addresses.origin(given) == origin


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {
            "REDIS_URL": "redis://user:p%40ss@queue.example:6379/1?health_check_interval=30",
            "DATABASE_URL": "postgresql:///papers?host=/run/postgresql&sslmode=disable",
            "EMAIL_URL": "smtp+tls://desk:p%40ss@mail.example:587",
            "CONTACT_EMAIL": "desk@papers.example",
            "ALLOWED_HOSTS": ".papers.example,127.0.0.1,[::1]",
            "SECRET_KEY_FALLBACKS": OLD_KEY,
            "HF_TOKEN": "hf_0123456789",
            "METRICS_TOKEN": "0123456789abcdef",
            "OPERATORS": "kim@papers.example, lee@papers.example",
            "DISK_FREE_MB": "0",
            "DISK_DIR": "/",
            "MODEL_URL": "http://my_model:8080/v1",
            "MODEL_NAME": "org/model:7b",
            "LOG_FORMAT": "json",
        },
        {
            "REDIS_URL": "rediss://queue.example",
            "DATABASE_URL": "postgresql://u:p@[::1]:5432/x",
            "SITE_DESCRIPTION": "",
            "SECRET_KEY_FALLBACKS": "",
            "CATCH_UP_DAYS": "0",
            "POLL_MINUTES": "0",
            "RECHECK_AT": "never",
        },
    ],
)
def test_what_is_in_order_passes_all_checks_of_a_public_site(tmp_path, settings):
    process = manage(tmp_path, "check", "--deploy", "--fail-level=INFO", **PUBLIC | settings)
    assert process.returncode == 0, process.stderr
    assert "no issues (3 silenced)" in process.stdout


@pytest.mark.parametrize(
    "public", [{"SITE_URL": "https://papers.example"}, {"ALLOWED_HOSTS": "papers.example"}]
)
def test_a_public_site_demands_its_own_secret_and_database(tmp_path, public):
    process = start(tmp_path, **public)
    assert "SECRET_KEY" in process.stderr.strip().splitlines()[-1]
    process = start(tmp_path, **public, SECRET_KEY=OLD_KEY)
    assert "DATABASE_URL" in process.stderr.strip().splitlines()[-1]
    database = "postgresql://papers@127.0.0.1/papers"
    assert start(tmp_path, **public, SECRET_KEY=OLD_KEY, DATABASE_URL=database).returncode == 0


def test_a_site_does_not_refuse_its_own_links(tmp_path):
    process = start(tmp_path, SITE_URL="https://papers.example", ALLOWED_HOSTS="other.example")
    last = process.stderr.strip().splitlines()[-1]
    assert "SITE_URL='https://papers.example': expected a host that ALLOWED_HOSTS names" in last


def test_a_dollar_in_a_value_is_a_dollar(tmp_path):
    assert start(tmp_path, SECRET_KEY="$HOME").stdout.startswith("$HOME ")


def test_the_secret_of_a_loopback_site_is_made_once_for_its_owner_alone(tmp_path):
    first, second = start(tmp_path), start(tmp_path)
    assert first.stdout == second.stdout
    secret = tmp_path / "data" / "secret-key"
    assert len(secret.read_text()) >= 50
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
