"""What is lost of what an editor types: the browser killed, the server away, slow answers.

A real Chromium types into the introduction of a draft, as a person would. The short forms of these
runs are tests (`tests/digest/admin/test_typing_through_faults.py`).
"""

import argparse
import json
import os
import signal
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from random import Random
from typing import Any

import psutil
from playwright.sync_api import BrowserContext, Page, Playwright, Response, sync_playwright

from tests.benchmarks.database import own_database
from tests.benchmarks.serving import SITE_PORT, median_of, site

SIGNS = "the model reads papers 모델은 논문을 읽고 요약을 쓴다 $x^2$ 보다 빠르게 "
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
MOST_LOST_S = 2
SHELF = """() => new Promise((done) => {
    const asked = indexedDB.open("unsaved");
    asked.onsuccess = () => {
        const texts = asked.result.transaction("texts").objectStore("texts").getAll();
        texts.onsuccess = () => done(texts.result.map(({ page, value }) => [page, value]));
    };
})"""
EDITOR = ".CodeMirror"
READ = f"document.querySelector('{EDITOR}').CodeMirror.getValue()"


@dataclass
class Site:
    """Where drafts are edited, and as whom."""

    url: str
    cookie: str
    posts: list[int]

    def open(self, page: Page, post: int) -> None:
        at = {"name": "sessionid", "value": self.cookie, "url": self.url}
        page.context.add_cookies([at])  # type: ignore[list-item]
        page.goto(f"{self.url}/admin/digest/post/{post}/change/")
        page.locator(EDITOR).first.click()


@dataclass
class Typist:
    """Types into a page, and remembers when it typed what."""

    page: Page
    random: Random
    typed: str = ""
    moments: list[float] = field(default_factory=list)

    def type(self, count: int = 1, pause: float = 0.0) -> None:
        for _ in range(count):
            sign = self.random.choice(SIGNS)
            self.page.keyboard.insert_text(sign)
            self.typed += sign
            self.moments.append(time.monotonic())
            time.sleep(pause)

    def lost(self, kept: str, killed: float) -> float:
        """Return since when what was typed is lost."""
        assert self.typed.startswith(kept), (self.typed, kept)
        return killed - self.moments[len(kept)] if len(kept) < len(self.typed) else 0.0


# --- The browser is killed ------------------------------------------------------------------------
def kills(
    playwright: Playwright, site_: Site, browser: str, count: int, seed: int = 1
) -> Iterator[float]:
    """Yield the seconds of typing lost at each kill. One profile lives through all of them."""
    random = Random(seed)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        for number in range(count):
            post = site_.posts[number % len(site_.posts)]
            with ExitStack() as stack:
                context = _launch(playwright, browser, profile)
                stack.callback(_close, context)
                typist = Typist(context.pages[0], random)
                site_.open(typist.page, post)
                typist.page.evaluate(f"{READ.replace('getValue()', 'setValue(``)')}")
                _type_until(typist, time.monotonic() + random.uniform(0.5, 4))
                killed = _kill(profile)
            yield typist.lost(_kept(playwright, site_, browser, profile, post), killed)


def killed(site_: Site, browser: str, count: int) -> list[float]:
    """Return what `kills` yields, in a process of its own: what it kills harms no other test."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_killed, site_, browser, count).result()


def _killed(site_: Site, browser: str, count: int) -> list[float]:
    with sync_playwright() as playwright:
        return list(kills(playwright, site_, browser, count))


def _launch(playwright: Playwright, browser: str, profile: str) -> BrowserContext:
    return playwright.chromium.launch_persistent_context(
        profile, executable_path=browser, args=ARGS, timeout=120_000
    )


def _close(context: BrowserContext) -> None:
    try:
        context.close()
    except Exception:  # It was killed.
        return


def _type_until(typist: Typist, end: float) -> None:
    while time.monotonic() < end:
        typist.type(pause=typist.random.uniform(0.02, 0.2))


def _kill(profile: str) -> float:
    """Kill each process of the browser at once. Return when."""
    own = psutil.Process().children(recursive=True)
    found = [each for each in own if _is_of(each, profile)]
    assert found
    for each in found:
        for process in [each, *each.children(recursive=True)]:
            _end(process)
    return time.monotonic()


def _is_of(process: psutil.Process, profile: str) -> bool:
    try:
        return any(profile in part for part in process.cmdline())
    except psutil.Error:
        return False


def _end(process: psutil.Process) -> None:
    try:
        os.kill(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _kept(playwright: Playwright, site_: Site, browser: str, profile: str, post: int) -> str:
    """Return what the browser offers after it was killed, and discard it."""
    context = _launch(playwright, browser, profile)
    try:
        page = context.pages[0]
        site_.open(page, post)
        texts = [text for of, text in page.evaluate(SHELF) if of == f"digest.post/{post}"]
        if texts:
            page.locator("[data-discard]").first.click()
            page.wait_for_function("() => !document.querySelector('[data-discard]:not([hidden])')")
            page.wait_for_load_state("networkidle")
        return str(max(texts, key=len, default=""))
    finally:
        context.close()


# --- The server is away ---------------------------------------------------------------------------
@dataclass
class Away:
    typed: str
    shown: str
    tries: int


def away(
    page: Page,
    site_: Site,
    *,
    seconds: int,
    stop: Callable[[], None],
    start: Callable[[], None],
) -> Away:
    """Type for so many seconds of the page's clock while the server is away, then let it save."""
    tries: list[str] = []
    page.clock.install()
    page.on("request", lambda asked: asked.method == "POST" and tries.append(asked.url))
    typist = Typist(page, Random(2))
    site_.open(page, site_.posts[0])
    page.keyboard.press("Control+End")
    before = page.evaluate(READ)
    stop()
    page.keyboard.press("Control+s")
    for _ in range(seconds // 5):
        typist.type(15)
        page.clock.run_for(5_000)
    saves = sum("/change/" in url for url in tries)
    start()
    _run_until_saved(page)
    return Away(before + typist.typed, page.evaluate(READ), saves)


def _run_until_saved(page: Page) -> None:
    saved = "() => !unsaved.isDirty() && !document.querySelector('.saving[data-kind=bad]')"
    for _ in range(600):
        page.clock.run_for(1_000)
        if page.evaluate(saved):
            return
        time.sleep(0.1)
    raise AssertionError("it is not saved again")


# --- Answers are slow -----------------------------------------------------------------------------
# Half of them before the server has what is sent, half after it has answered.
SLOW = """longest => {
    const real = window.fetch;
    const wait = ms => new Promise(done => setTimeout(done, ms));
    window.underWay = 0;
    window.fetch = async (url, how) => {
        if (how?.method !== "POST" || !String(url).includes("/change/")) return real(url, how);
        const ms = 1000 * longest * Math.random();
        const isBefore = Math.random() < 0.5;
        window.underWay += 1;
        try {
            if (isBefore) await wait(ms);
            const answer = await real(url, how);
            if (!isBefore) await wait(ms);
            return answer;
        } finally {
            window.underWay -= 1;
        }
    };
}"""


def delays(
    context: BrowserContext, site_: Site, *, runs: int, pages: int, longest: float
) -> tuple[Counter[int], dict[int, str]]:
    """Save while typing on, in several pages at once. Return the answers and each final text."""
    random, answers = Random(3), Counter[int]()
    typists = {}
    for post in site_.posts[:pages]:
        page = context.new_page()
        page.on("response", lambda got: _count(got, answers))
        site_.open(page, post)
        page.evaluate(SLOW, longest)
        page.keyboard.press("Control+End")
        typists[post] = Typist(page, random, typed=page.evaluate(READ))
    while answers.total() < runs:
        for typist in typists.values():
            typist.type()
            if random.random() < 0.5:
                typist.page.keyboard.press("Control+s")
    for typist in typists.values():
        typist.page.keyboard.press("Control+s")
        typist.page.wait_for_function("() => !unsaved.isDirty() && !underWay")
    return answers, {post: typist.typed for post, typist in typists.items()}


def _count(response: Response, answers: Counter[int]) -> None:
    request = response.request
    if request.method == "POST" and "/change/" in request.url:
        answers[response.status] += 1


# --- Keeping on the server ------------------------------------------------------------------------
def keeping(user: Any, times: int = 100) -> None:
    """Print what keeping an unsaved text of `user` on the server takes."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    client, address = Client(SERVER_NAME="127.0.0.1"), reverse("admin:unsaved")
    client.force_login(user)
    moments = iter(range(10**6))

    def keep() -> int:
        text = {"value": "모델은 논문을 읽는다. " * 200, "at": next(moments), "label": "intro"}
        body = {"user": user.pk, "tab": "a", "pages": {"digest.post/0": {"intro": text}}}
        return client.post(address, json.dumps(body), "application/json").status_code

    assert keep() == 204
    with CaptureQueriesContext(connection) as captured:
        keep()
    queries = len(captured)
    nothing = median_of(times, lambda: client.get(reverse("admin:signed_in"), {"x": next(moments)}))
    spent = median_of(times, keep)
    print(f"keeping on the server: {queries} queries, {spent:.1f} ms of CPU (wanted 5)")
    print(f"  a page of the admin without rows, in the same client: {nothing:.1f} ms")


# --- All of it ------------------------------------------------------------------------------------
def make_site(posts: int) -> Site:
    from django.contrib.auth.models import User
    from django.test import Client

    from digest.models import State
    from tests.factories import make_post

    user = User.objects.create_superuser("editor")
    client = Client()
    client.force_login(user)
    drafts = [make_post(state=State.DRAFT, papers=1).pk for _ in range(posts)]
    return Site(f"http://127.0.0.1:{SITE_PORT}", client.cookies["sessionid"].value, drafts)


def stored(post: int) -> str:
    from digest.models import Post

    return str(Post.objects.get(pk=post).intro)


@contextmanager
def browser(playwright: Playwright, path: str) -> Iterator[BrowserContext]:
    opened = playwright.chromium.launch(executable_path=path, args=ARGS)
    try:
        yield opened.new_context()
    finally:
        opened.close()


def report_kills(playwright: Playwright, site_: Site, path: str, count: int) -> None:
    lost = []
    for seconds in kills(playwright, site_, path, count):
        lost.append(seconds)
        print(f"  kill {len(lost)}: {seconds:.2f} s lost", flush=True)
    tenths = statistics.quantiles(lost, n=10) if len(lost) > 1 else lost
    print(f"{len(lost)} kills: median {statistics.median(lost):.2f} s lost, most {max(lost):.2f} s")
    print("  deciles: " + ", ".join(f"{each:.2f}" for each in tenths))
    assert max(lost) <= MOST_LOST_S


def report_away(playwright: Playwright, site_: Site, path: str, seconds: int) -> None:
    running = ExitStack()
    running.enter_context(site())
    with browser(playwright, path) as context, running:
        found = away(
            context.new_page(),
            site_,
            seconds=seconds,
            stop=running.close,
            start=lambda: running.enter_context(site()),  # type: ignore[arg-type,return-value]
        )
    text = stored(site_.posts[0])
    print(
        f"server away for {seconds} s of typing: {len(found.typed)} characters typed,"
        f" {found.tries} tries, shown and stored alike: {found.typed == found.shown == text}"
    )
    assert found.typed == found.shown == text


def report_delays(playwright: Playwright, site_: Site, path: str, runs: int) -> None:
    begin = time.perf_counter()
    with browser(playwright, path) as context:
        answers, texts = delays(context, site_, runs=runs, pages=8, longest=5)
    whole = sum(stored(post) == text for post, text in texts.items())
    print(
        f"{answers.total()} saves with 0 to 5 s of delay, 8 pages at once,"
        f" {time.perf_counter() - begin:.0f} s: answers {dict(answers)},"
        f" false conflicts {answers[409]}, texts intact {whole} of {len(texts)}"
    )
    assert not answers[409]
    assert whole == len(texts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--away", type=int, default=600, help="seconds of typing")
    parser.add_argument("--runs", type=int, default=500, help="saves with slow answers")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # As in tests/conftest.py.
    from tests.conftest import CHROMIUM

    if CHROMIUM is None:
        raise SystemExit("no Chromium on this machine")
    with own_database():
        from django.contrib.auth.models import User

        site_ = make_site(posts=8)
        keeping(User.objects.get())
        with sync_playwright() as playwright:
            report_away(playwright, site_, CHROMIUM, options.away)
            with site():
                report_delays(playwright, site_, CHROMIUM, options.runs)
                report_kills(playwright, site_, CHROMIUM, options.kills)


if __name__ == "__main__":
    main()
