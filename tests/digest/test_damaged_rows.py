"""A row that was damaged in the database affects only its own place on pages.

The tests damage each column of each table and request every page that reads the column: readers'
pages after a few columns at once, editors' pages after the same damage to all columns of a row.
Columns in `MOVES` are damaged alone, so that no page is only empty. New columns and new pages of
the admin are covered without a change here. A new table needs a row in `damaged_site`.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.test.utils import override_settings

from papers.models import Paper, Section
from tests.acting import acting
from tests.digest.damage import (
    WIDE,
    Stroke,
    as_read,
    columns_at_once,
    models_of_ours,
    strike,
)
from tests.digest.damaged_site import Page, Site, all_pages, build, frame

# These columns are a row's address or decide whether it is public. After damage its own pages may
# be gone, or its place on other pages, and nothing else.
MOVES = {
    "papers.Paper.arxiv_id": "its address",
    "papers.Paper.public_changed_at": "its place among the changed papers",
    "papers.Paper.is_news": "whether feeds may bring it",
    "digest.Post.date": "its address",
    "digest.Post.slug": "its address",
    "digest.Post.state": "whether it is public",
    "digest.Post.published_at": "whether it is public",
    "digest.Correction.taken_back_at": "whether it can be mended",
    "digest.Entry.public_position": "whether readers see the paper there",
    "digest.Entry.position": "whether editors see the paper there",
    "taggit.Tag.slug": "its address",
    "digest.TagAlias.slug": "its address",
    "digest.TagChange.former_slug": "its address",
    "digest.TagChange.had_feed": "what its feed begins with",
    "digest.TagCarrier.in_feeds": "whether its feed goes on",
    "digest.TagChange.undone_at": "whether its feed goes on",
    "redirects.Redirect.old_path": "its address",
    "redirects.Redirect.new_path": "what answers at its address",
    "digest.HistoricalCorrection.id": "what it is the history of",
    "digest.HistoricalEntry.id": "what it is the history of",
    "digest.HistoricalPost.id": "what it is the history of",
    "papers.HistoricalListing.id": "what it is the history of",
    "papers.HistoricalPaper.id": "what it is the history of",
    "papers.HistoricalSection.id": "what it is the history of",
}
AT_ONCE = 4  # More would hide each other's faults; one by one they take three times as long.
LARGEST_PAGE = 300_000  # Characters of a readers' page, whatever is on it.


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker) -> Iterator[Site]:
    """Yield one site for all tests, because each damage is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(FEED_DELAY=timedelta(0)):
            client = Client(raise_request_exception=False)
            client.force_login(User.objects.create_superuser("root", password="x"))
            yield build(client)
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def pages(site: Site) -> list[Page]:
    return all_pages(site)


pytestmark = pytest.mark.slow
of_each_model = pytest.mark.parametrize("model", models_of_ours(), ids=lambda m: m._meta.label)


# With the mark pytest-django makes the database. The site is built once, around all tests.
@of_each_model
@pytest.mark.django_db
def test_a_damaged_column_affects_only_its_own_place_for_readers(site, pages, model):
    shown = [page for page in pages if page.is_for_readers]
    check(site, shown, model, columns_at_once(model, set(MOVES), AT_ONCE))


@of_each_model
@pytest.mark.django_db
def test_damaged_columns_break_no_page_of_the_editors_who_could_mend_them(site, pages, model):
    edited = [page for page in pages if not page.is_for_readers]
    check(site, edited, model, columns_at_once(model, set(MOVES), 100, longest=len(WIDE)))


@pytest.mark.django_db
def test_what_cannot_be_shown_is_said_in_its_place(site):
    section, paper = site.rows[Section], site.rows[Paper]
    Section.objects.filter(pk=section.pk).update(public_html="<p>" + "x" * 2_000_000)
    Paper.objects.filter(pk=paper.pk).update(title_html="")
    page = site.client.get(paper.get_absolute_url()).content.decode()
    assert page.count("표시할 수 없는 섹션입니다") == 1
    assert re.search(rf"<h1.*>\s*<a [^>]*>{paper.title}</a>", page)


def check(site: Site, pages: list[Page], model: type, strokes: Iterable[Stroke]) -> None:
    """Request every page that reads a damaged column, after each damage, and roll that back."""
    found, tried, row, asked = [], set(), site.rows[model], by_column(pages)
    for name, stroke in strokes:
        touched = [(model._meta.db_table, column.column) for column in stroke]
        with transaction.atomic():
            if strike(row, stroke) and (read := as_read(row, stroke) or name) not in tried:
                tried.add(read)
                for page in {
                    page.address: page for each in touched for page in asked[each]
                }.values():
                    moved = name.split(" ")[0] in MOVES
                    told = faults(site, page, site.get(page.address), moved)
                    found += [f"{name}: {page.address}: {fault}" for fault in told]
            transaction.set_rollback(True)
    assert not found, "\n".join(found)


def by_column(pages: list[Page]) -> dict[tuple[str, str], list[Page]]:
    """Return the pages to ask for after damage to a column: those that read it.

    What nearly all read, such as the counts beside the navigation, is tried on a tenth of them.
    """
    asked = defaultdict(list)
    for page in pages:
        for column in page.reads:
            asked[column].append(page)
    for column, readers in asked.items():
        if len(readers) > 0.8 * len(pages):
            asked[column] = readers[::10]
    return asked


def faults(site: Site, page: Page, response: Any, moved: bool) -> Iterator[str]:
    """Yield what is wrong with a page beyond the damage itself."""
    gone = {301, 302, 400, 404, 410} if moved and page.own else {page.status}
    if response.status_code not in {200} | gone:
        error = response.exc_info[1] if response.exc_info else None
        yield f"{response.status_code} {type(error).__name__}: {str(error)[:150]}"
    if response.status_code != 200:
        return
    text = response.content.decode()
    for name in () if moved else page.whole:
        if site.whole[name] not in text:
            yield f"the whole {name} is gone"
    yield from _broken(text, response["Content-Type"])
    if page.is_for_readers and page.status == 200 and "html" in response["Content-Type"]:
        yield from _out_of_place(text, page, moved)


def _broken(text: str, content_type: str) -> Iterator[str]:
    try:
        if "xml" in content_type:
            ET.fromstring(text)
        elif "json" in content_type:
            json.loads(text)
    except ValueError as error:
        yield f"no {content_type}: {error}"
    except ET.ParseError as error:
        yield f"no XML: {error}"
    if "html" in content_type:
        yield from acting(text)


def _out_of_place(text: str, page: Page, moved: bool) -> Iterator[str]:
    parts = 2 if moved else None  # The paper itself may be gone.
    if not text.rstrip().endswith("</html>"):
        yield "cut short"
    if frame(text)[:parts] != page.frame[:parts]:
        yield f"out of frame: {frame(text)}, not {page.frame}"
    if len(text) > LARGEST_PAGE:
        yield f"{len(text):,} characters"
