"""Asks for whatever comes: prints statuses, the slowest answers, and what was found of secrets.

.venv/bin/python -m tests.benchmarks.search.fuzz [--queries 10000] [--seed 1]

The site has the recorded papers, and markers in a draft, in working text, in an unpublished note,
in a scheduled and in a withdrawn post.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from random import Random

from tests.benchmarks.database import own_database
from tests.benchmarks.search.collection import publish, recorded

MARKER = "봉인된문장"
SIGNS = "\"':*&|!()<>\\%_^@#-./~\0\u200b\ud800é漢🙂"
FILTERS = ("tag:", "author:", "from:", "to:", "from:2025-10", "to:9999-99", 'author:"', "tag:강화")


def hide_markers() -> None:
    """Put the marker wherever readers see nothing of it."""
    from digest.models import State
    from papers.models import Section
    from tests.factories import make_paper, make_post, make_section

    for state in (State.DRAFT, State.IN_REVIEW, State.SCHEDULED, State.WITHDRAWN):
        paper = make_paper(title=MARKER, abstract=MARKER, authors=[MARKER], keywords=[MARKER])
        paper.tags.add(f"{MARKER} {state}")
        make_section(paper, markdown=MARKER)
        make_post(state, [paper], title=MARKER, intro=MARKER)
    edited = make_paper()
    section = make_section(edited)
    post = make_post(papers=[edited])
    post.entries.update(note=MARKER, note_html=MARKER)
    Section.objects.filter(pk=section.pk).update(markdown=MARKER, html=MARKER)


def a_query(random: Random, words: list[str]) -> str:
    parts = []
    for _ in range(random.randint(1, 9)):
        kind = random.random()
        if kind < 0.5:
            parts.append(random.choice(words))
        elif kind < 0.65:
            parts.append(MARKER[: random.randint(1, len(MARKER))])
        elif kind < 0.8:
            parts.append(random.choice(FILTERS))
        else:
            parts.append("".join(random.choices(SIGNS, k=random.randint(1, 6))))
    text = random.choice((" ", "", '"', "-")).join(parts)
    return text * random.randint(1, 40) if random.random() < 0.03 else text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queries", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    papers = recorded()
    texts = " ".join([*(p.title for p in papers), *(" ".join(p.korean.values()) for p in papers)])
    words, random = sorted(set(texts.split())), Random(options.seed)
    with own_database():
        from django.test import Client

        from digest.search import index

        publish(papers)
        hide_markers()
        for _ in index.refresh_all():
            pass
        client = Client(raise_request_exception=False, headers={"host": "localhost"})
        statuses: Counter[int] = Counter()
        slowest: list[tuple[float, str]] = []
        told = 0
        for _ in range(options.queries):
            text = a_query(random, words)
            address = random.choice(("/search/", "/en/search/", "/search.json"))
            begin = time.perf_counter()
            response = client.get(address, {"q": text.encode("utf-8", "surrogatepass")})
            slowest.append((1000 * (time.perf_counter() - begin), text[:80]))
            statuses[response.status_code] += 1
            found = response.content.decode().replace("<mark>", "").replace("</mark>", "")
            told += MARKER not in text and MARKER in found
    print(", ".join(f"{count} times {status}" for status, count in sorted(statuses.items())))
    print(f"{told} answers with a marker that was not asked for")
    slowest.sort(reverse=True)
    print(f"p95 {slowest[len(slowest) // 20][0]:.0f} ms; the slowest:")
    for ms, text in slowest[:5]:
        print(f"  {ms:.0f} ms: {text!r}")


if __name__ == "__main__":
    main()
