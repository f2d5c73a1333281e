"""A small site to damage: one row of each model, whole rows beside it, and the pages of both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.contrib.redirects.models import Redirect
from django.db import connection, models, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from selectolax.lexbor import LexborHTMLParser
from taggit.models import Tag

from digest.models import (
    Act,
    Alarm,
    AuditRecord,
    Comment,
    Correction,
    Heartbeat,
    ImportedFile,
    PinnedPage,
    Post,
    Preference,
    PreviewLink,
    PreviewNote,
    RelatedPaper,
    RelationChange,
    SearchChange,
    SearchEntry,
    SearchTerm,
    SearchWord,
    Snapshot,
    SnapshotPart,
    SuggestedDay,
    Suggestion,
    TagAlias,
    TagCarrier,
    TagChange,
    TagPair,
    Upgrade,
    WebFigures,
)
from digest.publishing import snapshots, tag_changes, trash
from papers import kinds
from papers.checks.base import Level
from papers.checks.evidence.claims import checksum, claims
from papers.clock import now
from papers.models import (
    ArxivCategory,
    Evidence,
    Finding,
    FullText,
    Job,
    Listing,
    ModelCall,
    Paper,
    Proposal,
    Report,
    Run,
    SourceAnswer,
    SourceState,
    Term,
    UnsavedText,
)
from tests.digest.damage import APPS
from tests.factories import DAY, make_paper, make_post, make_section

FRAME = ("body > main#main", "body > footer.colophon", "body > main > article > .entries > *")


@dataclass
class Site:
    """The rows to damage, and what is whole beside them."""

    client: Client
    rows: dict[type[models.Model], Any] = field(default_factory=dict)
    own: set[str] = field(default_factory=set)
    """The paths of the pages that are about the rows."""
    whole: dict[str, str] = field(default_factory=dict)
    """Words of what is whole on the pages, by a name for it."""

    def get(self, address: str) -> Any:
        """Return the response. What the request wrote is rolled back."""
        with transaction.atomic():
            response = self.client.get(address)
            transaction.set_rollback(True)
        return response


@dataclass(frozen=True)
class Page:
    """A page before any damage."""

    address: str
    own: bool
    """Whether the page is about the rows."""
    status: int
    reads: set[tuple[str, str]]
    """The tables and columns that its queries name."""
    whole: set[str]
    """The names in `Site.whole` whose words are on the page."""
    frame: tuple[int, ...]

    @property
    def is_for_readers(self) -> bool:
        return not self.address.startswith("/admin/")


def frame(page: str) -> tuple[int, ...]:
    """Count the parts of a readers' page in their places. Half a tag would move some of them."""
    tree = LexborHTMLParser(page)
    return tuple(len(tree.css(selector)) for selector in FRAME)


def all_pages(site: Site) -> list[Page]:
    addresses = [*_readers_pages(site), *_editors_pages(site)]
    found = [_page(site, address) for address in addresses]
    return [page for page in found if page.status != 403]  # Some rows are never deleted.


def _page(site: Site, address: str) -> Page:
    with CaptureQueriesContext(connection) as queries:
        response = site.get(address)
    assert response.status_code in {200, 301, 302, 403}, (address, response.exc_info)
    text = response.content.decode()
    return Page(
        address=address,
        own=address.startswith("/admin/") or address.removeprefix("/en") in site.own,
        status=response.status_code,
        reads={name for q in queries for name in re.findall(r'"(\w+)"\."(\w+)"', q["sql"])},
        whole={name for name, words in site.whole.items() if words in text},
        frame=frame(text),
    )


def build(client: Client) -> Site:
    site = Site(client)
    hurt, whole = (make_paper(title=title) for title in ("Hurt", "Whole paper"))
    for paper in (hurt, whole):
        make_section(paper, kinds.INTRODUCTION, position=1, markdown=f"**{paper.title}** 본문.")
        make_section(paper, kinds.RESULTS, position=2, markdown=f"{paper.title}의 결과는 3점이다.")
        Listing.objects.create(
            paper=paper, source="huggingface", day=DAY, rank=1 + (paper == whole), upvotes=3
        )
    Paper.objects.filter(pk=hurt.pk).update(
        version=2, public_version=1, organization="Org", keywords=["k"], categories=["cs.CL"],
        project_url="https://example.org/", code_url="https://example.org/code",
        arxiv_published_at=now(), origins={"title": "editor"}, comment="c",
    )  # fmt: skip
    other = make_post(papers=[whole], date=DAY - timedelta(days=1), title="Whole digest")
    post = make_post(papers=[hurt, whole], date=DAY, title="Hurt digest", intro="머리말")
    post.tags.add("hurt tag", "whole tag")
    other.tags.add("whole tag")
    hurt.tags.add("hurt tag")
    entry = post.entries.get(paper=hurt)
    entry.note = entry.public_note = entry.public_note_html = "note"
    entry.save()
    section = hurt.sections.get(kind=kinds.INTRODUCTION)
    job = Job.objects.create(kind="ingest_day", day=DAY, state="done", next_at=now())
    link = PreviewLink.objects.create(
        post=post, token_hash="0" * 64, is_pinned=True, of_changes=True, made_at=now(),
        expires_at=now() + timedelta(days=7), made_by=User.objects.get(username="root"),
    )  # fmt: skip
    site.rows = {
        type(row): row
        for row in (
            hurt, section, post, entry, job, post.tags.get(name="hurt tag"),
            hurt.tagged_items.get(), hurt.listings.get(),
            Correction.objects.create(post=post, paper=hurt, text="Was 3", corrected_at=now()),
            Comment.objects.create(
                post=post, kind="asked", author_name="Kim", asked_name="Lee", text="Please look."
            ),
            SourceAnswer.objects.create(
                source="huggingface", day=DAY, fetched_at=now() + timedelta(days=900), pages=["[]"],
                listed_ids=[hurt.arxiv_id, whole.arxiv_id],
                refusals=[{"position": 1, "arxiv_id": None, "field": "title", "reason": "missing"}],
                notices=[{"position": 2, "arxiv_id": None, "field": "", "reason": "odd"}],
            ),
            SourceState.objects.create(source="huggingface", stopped=True, reason="403"),
            ArxivCategory.objects.create(category="cs.CL", is_on=True, since=DAY),
            Run.objects.create(
                job=job, started_at=now(), ended_at=now(), outcome="done", counts={"listed": 2},
                remarks=[{"position": 1, "arxiv_id": None, "field": "", "reason": "missing"}],
            ),
            Finding.objects.create(
                paper=hurt, section=section, check_name="structure", code="x",
                level=Level.WARNING.value, message="Nothing follows the label “%(text)s”.",
                data={"text": "Goal"}, start=0, end=3, text="Goal", accepted_at=now(), reason="ok",
            ),
            Proposal.objects.create(
                paper=hurt, field="title", value="Proposed", checksum="0" * 64, origin="arxiv"
            ),
            Evidence.objects.create(
                section=section, sentence=checksum(claims(section.public_markdown)[0].text),
                **{
                    f"{side}{name}": value
                    for side in ("", "public_")
                    for name, value in (
                        ("found", "named"),
                        ("quotes", [[None, "", 0, 4, "0" * 64, "We got 3 points."]]),
                    )
                },
            ),
            Report.objects.create(paper=hurt, section=section, text="It says 4, not 3."),
            ModelCall.objects.create(
                paper=hurt, language="ko", model="m", prompt_version="1", asked_at=now(),
                outcome="done", reply="{}",
            ),
            Term.objects.create(english="attention", rendering="어텐션", variants=["주의"]),
            FullText.objects.create(
                paper=hurt, version=2, format="html", checksum="0" * 64, parsed_at=now(),
                generator="LaTeXML", gap="ends", kinds="body", absent_since=now(),
                parts=[{"kind": "body", "heading": "1", "text": "We got 3 points."}],
            ),
            Redirect.objects.create(site_id=1, old_path="/old/", new_path="/"),
            TagAlias.objects.create(tag=post.tags.get(name="hurt tag"), slug="old-tag"),
            *_merge("lost tag", "hurt tag", hurt, post),
            TagPair.objects.create(first="hurt tag", second="hurts tag", said_at=now()),
            SearchEntry.objects.get(paper_id=hurt.pk), SearchTerm.objects.order_by("pk")[0],
            SearchWord.objects.order_by("pk")[0], SearchChange.objects.create(paper_id=hurt.pk),
            RelationChange.objects.create(paper_id=hurt.pk, reaches_others=True),
            RelatedPaper.objects.create(paper=hurt, other=whole, position=1, words=["okapi"]),
            SuggestedDay.objects.create(day=DAY, picks=3, learned=False, made_from="0" * 64),
            Suggestion.objects.create(
                listing=hurt.listings.get(), position=1, votes=3, rank=1,
                reasons=[{"kind": "votes", "votes": 3, "place": 1}],
            ),
            Heartbeat.objects.create(queue="celery", at=now()),
            Alarm.objects.create(name="day 2025-10-08 huggingface", since=now(), seen_at=now()),
            WebFigures.objects.create(process="a", at=now(), text="# HELP x X.\nx 1\n"),
            AuditRecord.objects.create(act=Act.CHANGED, about="Hurt", changes=[["a", "b", "c"]]),
            link, PinnedPage.objects.create(link=link, language="ko", title="t", html="<p>h</p>"),
            PreviewNote.objects.create(link=link, name="Lee", text="Nice", written_at=now()),
            snapshots.take(post.pk), SnapshotPart.objects.get(post_id=post.pk, paper_id=hurt.pk),
            trash.put(
                make_post("draft", [whole], date=DAY - timedelta(days=9), title="Thrown away"),
                User.objects.get(username="root"),
            ),
            ImportedFile.objects.create(
                post=post, path="_posts/2025-04-28-a.md", day=DAY, written_slug="a",
                layout="seed", form={"end": "x"}, old_paths=["/older/"],
                own_paths=["/older/"],
            ),
            Preference.objects.create(user=User.objects.get(username="root"), language="ko"),
            UnsavedText.objects.create(
                user=User.objects.get(username="root"), page="papers.paper/1", kept_at=now(),
                texts={"title": {"label": "Title", "value": "Typed", "at": 1, "tab": "a"}},
            ),
            Upgrade.objects.create(release="0.2.0", oldest="0.1.0"),
        )
    }  # fmt: skip
    with connection.cursor() as cursor:  # Else PostgreSQL refuses to change it.
        cursor.execute("ALTER TABLE digest_auditrecord DISABLE TRIGGER USER")
    for model in apps.get_models():
        tracked = getattr(model, "history", None)
        if tracked is not None and model in site.rows:
            site.rows[tracked.model] = tracked.filter(id=site.rows[model].pk).latest()
    site.own = {
        *(post.get_absolute_url()[:-1] + ending for ending in ("/", ".md", ".json", ".bib")),
        *(
            hurt.get_absolute_url()[:-1] + ending
            for ending in ("/", ".md", ".json", ".ris", "/report/")
        ),
        "/2025/10/08/", "/2025/10/", "/2025/",
        "/tags/hurt-tag/", "/tags/hurt-tag/feed.xml", "/old/",
        "/tags/old-tag/", "/tags/lost-tag/", "/tags/lost-tag/feed.xml",
    }  # fmt: skip
    site.whole = {"paper": whole.title, "digest": other.title, "tag": "whole tag"}
    site.whole["section beside it"] = "Hurt의 결과는"
    return site


def _merge(name: str, into: str, *rows: Paper | Post) -> tuple[TagChange, TagCarrier]:
    """Merge a tag that some rows had into another. Return the merge, and that the first had it."""
    for row in rows:
        row.tags.add(name)
    tags = Tag.objects.in_bulk([name, into], field_name="name")
    (change,) = tag_changes.merge([tags[name]], tags[into])
    return change, change.carriers.order_by("pk")[0]


def _readers_pages(site: Site) -> list[str]:
    post, hurt = site.rows[Post], site.rows[Paper]
    whole = Paper.objects.get(title=site.whole["paper"])
    digest, paper = post.get_absolute_url().rstrip("/"), f"/papers/{hurt.arxiv_id}"
    return [
        "/", "/en/", f"{digest}/", f"/en{digest}/", f"{digest}.md", f"{digest}.json",
        f"{paper}/", f"/en{paper}/", f"{paper}.md", f"{paper}.json", f"{paper}/report/",
        Post.objects.exclude(pk=post.pk).get().get_absolute_url(), f"/papers/{whole.arxiv_id}/",
        "/2025/10/08/", "/2025/10/", "/2025/", "/tags/", "/tags/hurt-tag/", "/tags/whole-tag/",
        "/tags/hurt-tag/feed.xml", "/tags/whole-tag/feed.xml", "/feed.xml", "/rss.xml",
        "/corrections.xml", "/sitemap.xml", "/sitemap-digests.xml", "/sitemap-papers.xml",
        "/sitemap-digests-en.xml", "/sitemap-papers-en.xml", "/papers.json", "/llms.txt",
        "/sitemap-tags.xml", "/ledger/", "/ledger/2025/10/", "/ledger.json", "/old/",
        "/archive/", "/tags/old-tag/", "/tags/lost-tag/", "/tags/lost-tag/feed.xml", "/feed.json",
        "/feed-short.xml", "/papers/feed.xml",
        f"{digest}.bib", f"{paper}.ris",
    ]  # fmt: skip


def _editors_pages(site: Site) -> Iterator[str]:
    yield reverse("admin:index")
    for model in admin.site._registry:
        label, row = model._meta.label_lower.replace(".", "_"), site.rows.get(model)
        if model._meta.app_label not in APPS:
            continue
        yield reverse(f"admin:{label}_changelist") + "?" + ("day__isnull=0" * (model is Listing))
        for page in ("change", "history", "delete"):
            yield reverse(f"admin:{label}_{page}", args=[quote(str(row.pk), safe="")])
        if history := getattr(model, "history", None):
            version = site.rows[history.model].pk
            yield reverse(f"admin:{label}_simple_history", args=[row.pk, version])
    yield reverse("admin:papers_listing_changelist") + f"?day={DAY}"
    yield reverse("admin:papers_listing_live") + f"?day={DAY}"
    yield reverse("admin:papers_listing_details", args=[site.rows[Listing].pk])
    for name in ("preview", "publish", "schedule", "withdraw"):
        yield reverse(f"admin:digest_post_{name}", args=[site.rows[Post].pk])
    version = site.rows[Snapshot].pk
    yield reverse("admin:digest_post_version", args=[site.rows[Post].pk, version])
    compared = reverse("admin:digest_post_compare", args=[site.rows[Post].pk])
    yield f"{compared}?before={version}&after={version}"
    yield reverse("admin:digest_post_rows", args=[site.rows[Post].pk])
    yield reverse("admin:digest_post_trash")
    yield reverse("admin:papers_paper_why", args=[site.rows[Paper].pk])
    yield reverse("admin:digest_entry_write", args=[site.rows[Post].entries.first().pk])
    yield reverse("admin:unsaved") + "?page=papers.paper/1"
    yield reverse("admin:taggit_tag_undo", args=[site.rows[TagChange].pk])
    yield reverse("admin:taggit_tag_twins")
    yield reverse("admin:papers_job_live")
    yield reverse("admin:papers_job_live_page", args=[site.rows[Job].pk])
