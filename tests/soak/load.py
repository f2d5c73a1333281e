"""Readers, feed readers, searchers, an editor and a publisher, each in a thread."""

from __future__ import annotations

import threading
import time
from collections import Counter
from datetime import date, timedelta
from random import Random

import httpx2

from tests.faults.house import PAGES, Editor
from tests.faults.sources import item
from tests.soak.site import Site

PROMISE_S = 2.0
"""How long another process may show a page as it was (docs/architecture.md, "Stored pages")."""
SEARCHES = ("widgets", "gain of 3.2%", "강화학습", '"propose a method"', "%%%", "((((", "a" * 2000)
FEEDS = ("/feed.xml", "/rss.xml", "/papers/feed.xml", "/feed.json")
FIRST_DAY = date(2024, 1, 1)
"""Far enough before the sample digests that no run comes to them."""


class Tally:
    """What was asked, what came, and what must not have come."""

    def __init__(self) -> None:
        self.answers: Counter[tuple[str, object]] = Counter()
        self.wrong: list[str] = []
        self.seconds: dict[str, list[float]] = {}

    def note(self, kind: str, answer: httpx2.Response, seconds: float, wanted: int = 200) -> None:
        self.answers[kind, answer.status_code] += 1
        self.seconds.setdefault(kind, []).append(seconds)
        stated = answer.status_code == 503 and "Retry-After" in answer.headers
        if "Traceback" in answer.text or not (stated or answer.status_code in {wanted, 304}):
            self.wrong.append(f"{kind} {answer.request.url}: {answer.status_code}")

    def lost(self, what: str) -> None:
        self.wrong.append(what)


class Load:
    """Threads that ask until they are told to end."""

    def __init__(self, site: Site, tally: Tally) -> None:
        self.site, self.tally, self.over = site, tally, threading.Event()
        self.published: list[str] = []
        self.saved: list[str] = []
        self.stands_still = False
        """Whether the last attempt to publish a day failed."""
        works = (self.read, self.read, self.follow, self.search, self.edit, self.publish)
        self.threads = [
            threading.Thread(target=work, args=[Random(number)])
            for number, work in enumerate(works)
        ]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def end(self) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join()

    def read(self, random: Random) -> None:
        """Ask for pages of either process, twenty a second."""
        pages = list(PAGES.items())
        with httpx2.Client(timeout=60) as client:
            while not self.over.wait(0.05):
                page, wanted = random.choice(pages + [(each, 200) for each in self.published])
                self._ask("page", client, random.choice(self.site.urls) + page, wanted)

    def follow(self, random: Random) -> None:
        """Ask for feeds, with the validators of the last answer."""
        known: dict[str, str] = {}
        with httpx2.Client(timeout=60) as client:
            while not self.over.wait(0.1):
                url = random.choice(self.site.urls) + random.choice(FEEDS)
                headers = {"If-None-Match": known[url]} if url in known else {}
                answer = self._ask("feed", client, url, headers=headers)
                if answer is not None and answer.status_code == 200:
                    known[url] = answer.headers["ETag"]

    def search(self, random: Random) -> None:
        with httpx2.Client(timeout=60) as client:
            while not self.over.wait(0.5):
                url = f"{random.choice(self.site.urls)}/search/"
                self._ask("search", client, url, params={"q": random.choice(SEARCHES)[:500]})

    def edit(self, random: Random) -> None:
        """Save new tags. What was accepted must be there in the end."""
        with self.site.client() as client:
            editor = Editor(client)
            while not self.over.wait(1):
                begin = time.monotonic()
                answer = editor.save()
                self.tally.note("save", answer, time.monotonic() - begin, wanted=302)
                if answer.status_code == 302 and "login" not in answer.headers["Location"]:
                    self.saved.append(editor.names[-1])

    def publish(self, random: Random) -> None:
        """Ingest and draft a day, publish its digest, and look for it on both processes."""
        number = 0
        while not self.over.wait(5):
            day = (FIRST_DAY + timedelta(days=number)).isoformat()
            steps = (
                ("ingest", "--date", day),
                ("draft", "--date", day),
                ("build_post", day, "--all", "--publish"),
            )
            self.stands_still = not all(self._command(*step) for step in steps)
            if not self.stands_still:
                self._look_for(day)
                number += 1

    def _look_for(self, day: str) -> None:
        page = f"/{day.replace('-', '/')}/daily-papers/"
        arxiv_id = item(day, 0)["paper"]["id"]
        until = time.monotonic() + PROMISE_S
        for url in self.site.urls:
            answer = httpx2.get(url + page, timeout=60)
            while answer.status_code == 404 and time.monotonic() < until:
                answer = httpx2.get(url + page, timeout=60)
            if answer.status_code == 200 and arxiv_id not in answer.text:
                self.tally.lost(f"{url}{page} is another page")
            self.tally.note("just published", answer, 0.0)
        self.published.append(page)

    def _command(self, name: str, *arguments: str) -> bool:
        with self.site.lock:
            process = self.site.command(name, *arguments)
        code = self.site.end_of(process)
        self.tally.answers[f"manage.py {name}", code] += 1
        if code:
            print(f"        {name}: {self.site.said(process).strip()[-300:]}", flush=True)
        return code == 0

    def _ask(
        self, kind: str, client: httpx2.Client, url: str, wanted: int = 200, **more: object
    ) -> httpx2.Response | None:
        begin = time.monotonic()
        try:
            answer = client.get(url, **more)
        except httpx2.TransportError as error:
            self.tally.lost(f"{kind} {url}: {error!r}")
            return None
        self.tally.note(kind, answer, time.monotonic() - begin, wanted)
        return answer
