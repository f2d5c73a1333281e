"""Asks for whatever comes: prints statuses, the slowest answers, and what was found of secrets.

.venv/bin/python -m tests.benchmarks.search.fuzz [--queries 10000] [--seed 1]

The site has the recorded papers, and secrets wherever readers see nothing of them: in posts that
are no longer or not yet public, in what is not yet public of one that is, in histories, the trash,
unsaved texts, previews, proposals, comments, reports and full texts. None of these may be told, be
suggested, be in the index, or lead to what has it.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from random import Random
from typing import TYPE_CHECKING

from tests.benchmarks.database import own_database
from tests.benchmarks.search.collection import publish, recorded

if TYPE_CHECKING:
    from digest.models import Post
    from papers.models import Paper, Section

MARKER = "봉인된문장"
"""What is asked for."""
PART = "zqsealed"
SECRET = f"{MARKER} {PART}"
"""What stands where readers see nothing. Nobody asks for its second word."""
SIGNS = "\"':*&|!()<>\\%_^@#-./~\0\u200b\ud800é漢🙂"
FILTERS = ("tag:", "author:", "from:", "to:", "from:2025-10", "to:9999-99", 'author:"', "tag:강화")


ASKED = tuple(f"{quote}{MARKER[:length]}{quote}" for quote in ("", '"') for length in range(2, 6))


def hide() -> set[str]:
    """Put the secret wherever readers see nothing of it. Return what tells of the rows with it."""
    from digest.models import Post, State
    from papers import kinds
    from tests.factories import make_paper, make_post, make_section

    hidden = {SECRET}
    for state in (State.DRAFT, State.IN_REVIEW, State.SCHEDULED, State.WITHDRAWN):
        said = dict.fromkeys(("title", "abstract", "organization", "comment"), SECRET)
        paper = make_paper(**said, authors=[SECRET], keywords=[SECRET])
        paper.tags.add(f"{SECRET} {state}")
        make_section(paper, kinds.OTHER, markdown=SECRET, heading=SECRET)
        post = make_post(state, [paper], title=SECRET, intro=SECRET)
        post.tags.add(f"{SECRET} {state}")
        hidden |= {paper.arxiv_id, post.get_absolute_url()}
    paper, added, removed = make_paper(), make_paper(title=SECRET), make_paper(title=SECRET)
    section = make_section(paper)
    post = make_post(papers=[paper, removed])
    post.entries.filter(paper=removed).update(public_position=None)
    post.entries.create(paper=added, position=3)
    Post.objects.filter(pk=post.pk).update(title=SECRET, intro=SECRET, intro_html=SECRET)
    post.entries.update(note=SECRET, note_html=SECRET)
    type(section).objects.filter(pk=section.pk).update(markdown=SECRET, html=SECRET)
    _hide_beside(paper, section, post)
    return hidden | {added.arxiv_id, removed.arxiv_id}


def _hide_beside(paper: Paper, section: Section, post: Post) -> None:
    """Put the secret into what people and machines said of a public post, its paper and a text."""
    from django.contrib.auth.models import User

    from digest.models import AuditRecord, Comment, PinnedPage, PreviewNote
    from digest.publishing import preview_links, snapshots, trash
    from papers.clock import now
    from papers.editing import unsaved
    from papers.models import FullText, Proposal, Report
    from tests.factories import make_paper, make_post

    person = User.objects.create_user(SECRET)
    snapshots.take(post.pk, person)
    section.history.update(markdown=SECRET)
    thrown_away = make_post("draft", [make_paper(title=SECRET)], title=SECRET, intro=SECRET)
    trash.put(thrown_away, person)
    typed = {"label": "Text", "value": SECRET, "at": 1}
    unsaved.keep(person, f"papers.section/{section.pk}", {"markdown": typed}, "a")
    pages = [PinnedPage(language="ko", title=SECRET, html=SECRET)]
    link, _ = preview_links.make(post, person, recipient=SECRET, pages=pages)
    PreviewNote.objects.create(link=link, name=SECRET, text=SECRET, written_at=now())
    Comment.objects.create(post=post, kind="asked", author_name=SECRET, text=SECRET)
    AuditRecord.objects.create(act="changed", about=SECRET, changes=[["title", "", SECRET]])
    Report.objects.create(paper=paper, section=section, text=SECRET)
    Proposal.of("title", SECRET, paper=paper, origin="arxiv").save()
    FullText.objects.create(
        paper=paper, version=1, format="html", checksum="0" * 64, parsed_at=now(),
        parts=[{"kind": "body", "heading": SECRET, "text": SECRET}],
    )  # fmt: skip


def in_the_index() -> int:
    """Return how many rows of the index have the secret."""
    from django.db.models import Q, TextField
    from django.db.models.functions import Cast

    from digest.models import SearchEntry, SearchWord

    columns = ("keys", "places", "words")
    texts = {f"{name}_said": Cast(name, TextField()) for name in columns}
    told = Q(*((f"{name}__icontains", PART) for name in texts), _connector=Q.OR)
    words = SearchWord.objects.filter(word__icontains=PART)
    return SearchEntry.objects.annotate(**texts).filter(told).count() + words.count()


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


def tells(page: str, asked: str, hidden: set[str]) -> bool:
    """Return whether an answer has something hidden, or the marker though nobody typed it."""
    said = page.replace("<mark>", "").replace("</mark>", "")
    typed = asked.casefold()
    return (MARKER not in typed and MARKER in said) or any(
        each in said for each in (*hidden, PART) if each not in typed
    )


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
        hidden = hide()
        for _ in index.refresh_all():
            pass
        client = Client(raise_request_exception=False, headers={"host": "localhost"})
        statuses: Counter[int] = Counter()
        slowest: list[tuple[float, str]] = []
        told: list[str] = []
        for _ in range(options.queries):
            text = random.choice(ASKED) if random.random() < 0.02 else a_query(random, words)
            address = random.choice(("/search/", "/en/search/", "/search.json"))
            begin = time.perf_counter()
            response = client.get(address, {"q": text.encode("utf-8", "surrogatepass")})
            slowest.append((1000 * (time.perf_counter() - begin), text[:80]))
            statuses[response.status_code] += 1
            if tells(response.content.decode(), text, hidden):
                told.append(text)
        indexed = in_the_index()
    print(", ".join(f"{count} times {status}" for status, count in sorted(statuses.items())))
    print(f"{len(told)} answers tell of what is hidden, {indexed} rows of the index do")
    for text in told[:5]:
        print(f"  told: {text[:80]!r}")
    slowest.sort(reverse=True)
    print(f"p95 {slowest[len(slowest) // 20][0]:.0f} ms; the slowest:")
    for ms, text in slowest[:5]:
        print(f"  {ms:.0f} ms: {text!r}")


if __name__ == "__main__":
    main()
