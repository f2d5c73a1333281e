"""A value that cannot be parsed stops the start with its name, itself and what was expected."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def start(tmp_path, **settings):
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path / "data"), **settings}
    return subprocess.run(
        [sys.executable, "-c", "from digest import settings as s; print(s.SECRET_KEY, s.DATA_DIR)"],
        cwd=ROOT,
        env=environment,
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
    ],
)
def test_an_odd_value_stops_the_start(tmp_path, name, value, expected):
    process = start(tmp_path, **{name: value})
    assert process.returncode != 0
    last = process.stderr.strip().splitlines()[-1]
    assert re.search(rf"{name}='?{re.escape(value)}'?: expected", last)
    assert expected in last


def test_no_password_is_shown(tmp_path):
    process = start(tmp_path, DATABASE_URL="mysql://me:sesame/@db/x")
    assert "mysql://…@db/x" in process.stderr
    assert "sesame" not in process.stderr


def test_a_model_needs_its_name(tmp_path):
    process = start(tmp_path, MODEL_URL="http://127.0.0.1:8080/v1")
    assert "MODEL_NAME: MODEL_URL is set" in process.stderr.strip().splitlines()[-1]
    model = {"MODEL_URL": "http://127.0.0.1:8080/v1", "MODEL_NAME": "m"}
    assert start(tmp_path, **model).returncode == 0


def test_a_key_that_no_header_can_carry_is_refused_unshown(tmp_path):
    process = start(tmp_path, MODEL_API_KEY="sesame öffne")
    assert "MODEL_API_KEY: expected printable ASCII" in process.stderr
    assert "sesame" not in process.stderr


@pytest.mark.parametrize(
    "public", [{"SITE_URL": "https://papers.example"}, {"ALLOWED_HOSTS": "papers.example"}]
)
def test_a_public_site_demands_its_own_secret_and_database(tmp_path, public):
    process = start(tmp_path, **public)
    assert "SECRET_KEY" in process.stderr.strip().splitlines()[-1]
    process = start(tmp_path, **public, SECRET_KEY="x" * 50)
    assert "DATABASE_URL" in process.stderr.strip().splitlines()[-1]
    database = "postgresql://papers@127.0.0.1/papers"
    assert start(tmp_path, **public, SECRET_KEY="x" * 50, DATABASE_URL=database).returncode == 0


def test_a_dollar_in_a_value_is_a_dollar(tmp_path):
    assert start(tmp_path, SECRET_KEY="$HOME").stdout.startswith("$HOME ")


def test_the_secret_of_a_loopback_site_is_made_once_for_its_owner_alone(tmp_path):
    first, second = start(tmp_path), start(tmp_path)
    assert first.stdout == second.stdout
    secret = tmp_path / "data" / "secret-key"
    assert len(secret.read_text()) >= 50
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
