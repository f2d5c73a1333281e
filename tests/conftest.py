"""What tests share: recorded data if it lies beside the project, and a real browser."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import hypothesis
import pytest
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import connection
from django.utils import translation
from hypothesis import HealthCheck
from playwright.sync_api import BrowserContext, expect
from pytest_django import DjangoDbBlocker
from pytest_httpserver import HTTPServer

from digest.local.embedded import postgres, valkey
from tests.papers.pipeline.fake_model import FakeModel
from tests.waiting import until

# Playwright drives Chromium from an event loop of its own. Django's guard would mistake the live
# server's database calls for calls from inside that loop.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CORPUS = Path(__file__).resolve().parent.parent.parent / "shared" / "corpus"
CHROMIUM = next(
    filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None
)
# A slow machine is no failure, and neither is a new example that a change has not caused.
hypothesis.settings.register_profile(
    "any machine",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis.settings.load_profile("any machine")

BROWSER_TIMEOUT_MS = 120_000  # Ends a test that hangs; no machine is that slow.


def pytest_configure(config: pytest.Config) -> None:
    # pytest-base-url, which pytest-playwright brings, defines its fixture in a way that pytest 10
    # will refuse. Until it is fixed, we ignore its warning.
    config.addinivalue_line(
        "filterwarnings",
        "ignore:Session-scoped fixtures defined as instance:pytest.PytestRemovedIn10Warning",
    )


def pytest_unconfigure() -> None:
    """Stop the servers that the tests started."""
    if not settings.DATABASE_URL:
        postgres.stop(settings.DATA_DIR)
    if not settings.REDIS_URL:
        valkey.stop(settings.DATA_DIR)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort browser tests last: from the first on, Playwright's event loop runs in this thread."""
    items.sort(key=_needs_a_browser)
    for item in filter(_repeats, items):
        item.add_marker(pytest.mark.no_cover)
    if CHROMIUM is None:
        skip = pytest.mark.skip(reason="no Chromium on this machine: browser tests are left out")
        for item in filter(_needs_a_browser, items):
            item.add_marker(skip)


def _repeats(item: pytest.Item) -> bool:
    """Return whether a test runs again and again what small tests run, or in other processes.

    Measuring which lines run would take a third of its time.
    """
    return any(item.get_closest_marker(name) for name in ("browser", "corpus", "slow"))


def _needs_a_browser(item: pytest.Item) -> bool:
    return item.get_closest_marker("browser") is not None


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """Let our own PostgreSQL not wait for the disk: tests that empty all tables take a third less.

    What a killed process had committed is there all the same. Only a machine that loses its power
    damages the tests' database.
    """
    if not settings.DATABASE_URL:
        with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
            cursor.execute("ALTER SYSTEM SET fsync = off")
            cursor.execute("SELECT pg_reload_conf()")


@pytest.fixture(autouse=True)
def _sites_own_language() -> Iterator[None]:
    """Reset the language: a page in English leaves its thread in English for the next test."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def _all_is_answered(request: pytest.FixtureRequest) -> Iterator[None]:
    """End a test with a server once the server is done. What it reads is deleted after that.

    It was asked for before any page, so it ends after all pages are closed. They send something
    when they are. The last request comes after all that is still on its way.
    """
    if "live_server" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db")
    server = request.getfixturevalue("live_server")
    with being_answered() as begun:
        yield
        httpx2.get(f"{server.url}/static/none", verify=False)  # Reading the roots takes 20 ms.
        until(lambda: not begun)


@contextmanager
def being_answered() -> Iterator[list[str]]:
    """Collect the requests that the server of this process has not answered yet."""
    begun: list[str] = []

    def start(**_: object) -> None:
        begun.append("")

    def end(**_: object) -> None:
        if begun:  # Else it had begun before.
            begun.pop()

    request_started.connect(start)
    request_finished.connect(end)
    yield begun
    request_started.disconnect(start)
    request_finished.disconnect(end)


@pytest.fixture
def fake(settings) -> Iterator[FakeModel]:
    """Yield a local server that plays the configured language model."""
    with HTTPServer(threaded=True) as server:
        fake = FakeModel(server)
        for name, value in fake.environment.items():
            setattr(settings, name, value)
        settings.MODEL_DEADLINE_S = 20
        yield fake
        fake.over.set()


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Return recorded data of real sources, which is not part of the project."""
    if not CORPUS.is_dir():
        pytest.skip("no recorded data at ../shared/corpus")
    return CORPUS


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """Start the system's Chromium, because Playwright's own would be a separate download."""
    return browser_type_launch_args | {
        "executable_path": CHROMIUM,
        "args": ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    }


@pytest.fixture
def context(context: BrowserContext) -> BrowserContext:
    """A browser that is waited for as long as a busy machine may take."""
    context.set_default_timeout(BROWSER_TIMEOUT_MS)
    expect.set_options(timeout=BROWSER_TIMEOUT_MS)
    return context
