"""Which files an export has: each with the address of its page, or with what makes it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, partial
from http import HTTPStatus
from unicodedata import normalize
from urllib.parse import unquote

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from digest.readers.export import addresses, hosts, names, notices, old
from digest.readers.export.addresses import ID, Rows, shape
from digest.readers.export.links import leads_to_a_file
from digest.readers.export.names import NoName
from digest.readers.export.old import Old
from digest.readers.export.site import Moved, NoPage, Site
from digest.readers.export.static_files import static_files
from digest.readers.export.unstored import NOT_FOUND, Books
from digest.readers.pages.release import release

Make = Callable[[], bytes]
_FILE = re.compile(r"\.(?:atom|html?|json|md|rdf|rss|txt|xml)$", re.IGNORECASE)
"""The end of an old address that is a file's. Others were pages, which hosts find as folders."""


@dataclass(frozen=True, slots=True)
class Made:
    """A file that is no stored page."""

    make: Make
    made_from: str = ""
    """A hash of what it is made from, if making it takes long."""


@dataclass
class Plan:
    """The files by name. What cannot be a file, or has no page, is `refused`, with why."""

    site: Site
    pages: dict[str, str] = field(default_factory=dict)
    """The address of the stored page that each file has. Old addresses of feeds share one."""
    made: dict[str, Made] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    """The addresses of what was withdrawn, whose pages say so."""
    gone_documents: set[str] = field(default_factory=set)
    """Those of them that no page can stand for: Markdown, JSON, citations."""
    left_out: int = 0
    """Old addresses that have no rule. Their files lead on."""

    @property
    def names(self) -> set[str]:
        return {*self.pages, *self.made}

    def add_page(self, address: str) -> None:
        if (name := self._name(address)) is not None:
            self.pages[name] = address

    def add(self, address: str, make: Make, made_from: str = "") -> None:
        if (name := self._name(address)) is not None:
            self.made[name] = Made(make, made_from)

    def refuse(self, address: str, error: NoPage) -> None:
        """Note that a page was not made."""
        self.refused[address] = str(error)
        if not self.keeps_file(address, error):
            del self.pages[names.name_of(address)]

    def keeps_file(self, address: str, error: NoPage) -> bool:
        """Return whether a page that was not made keeps the file of before.

        What failed does, and what is no page does not. What was withdrawn never does.
        """
        return error.is_failure and address not in self.gone

    def _name(self, address: str) -> str | None:
        try:
            return names.name_of(address)
        except NoName as error:
            self.refused[address] = str(error)
            return None


def stored(site: Site, rows: Rows) -> Iterator[str]:
    """Yield the addresses of all stored pages. Those of trends lead to topics, so they are made."""
    yield from addresses.pages(rows)
    found = list(addresses.trends())
    yield from found
    yield from addresses.topics(site.bodies(found))


def of(site: Site, rows: Rows, progress: Callable[[list[str]], Iterable[str]]) -> Plan:
    """Return the plan, and make the pages that no row has. `progress` shows which are made."""
    documents = {each.address for each in old.withdrawn_documents(rows)}
    gone = documents.union(each.address for each in old.withdrawn(rows))
    plan = Plan(site, gone=gone, gone_documents=documents)
    for address, file in static_files():
        plan.add(address, file.read_bytes, release())
    for address in stored(site, rows):
        plan.add_page(address)
    former = list(map(shape("tag_feed", "sample"), rows.former))
    _make_missing(plan, [*plan.pages.values()], former, progress)
    for page in Books.read(rows, site.etags).pages():
        plan.add(page.address, partial(_unstored, site, page.address), page.made_from)
    _add_notices(plan, rows)
    _add_old(plan, rows)
    return plan


def _make_missing(
    plan: Plan, wanted: list[str], former: list[str], progress: Callable[[list[str]], Iterable[str]]
) -> None:
    missing = [each for each in (*wanted, *former) if each not in plan.site.etags]
    lost = {}
    for address in progress(missing):
        try:
            plan.site.make(address)
        except NoPage as error:
            lost[address] = error
    for address in former:
        _add_former(plan, address, lost.get(address))
    for address in set(wanted) & lost.keys():
        plan.refuse(address, lost[address])


def _add_former(plan: Plan, address: str, lost: NoPage | None) -> None:
    """Add the feed of a tag's former slug: its own as long as that goes on, else the tag's."""
    if lost is None:
        plan.add_page(address)
    elif isinstance(lost, Moved) and lost.address in plan.site.etags:
        plan.pages[names.name_of(address)] = lost.address


def _unstored(site: Site, address: str) -> bytes:
    status = HTTPStatus.NOT_FOUND if address.endswith(NOT_FOUND) else HTTPStatus.OK
    return site.make_unstored(address, status).body


def _add_notices(plan: Plan, rows: Rows) -> None:
    plan.add(reverse("papers_json"), notices.changed_papers)
    plan.add("/_headers", partial(_headers, plan.site), release())
    for language, _name in settings.LANGUAGES:
        search = cache(partial(notices.notice, "search.html", language))
        report = cache(partial(notices.notice, "report.html", language))
        with translation.override(language):
            plan.add(reverse("search"), search, release())
            for address in map(shape("report", ID), rows.papers):
                plan.add(address, report, release())


def _headers(site: Site) -> bytes:
    page = site.make_unstored(NOT_FOUND, HTTPStatus.NOT_FOUND)
    return hosts.headers(dict(page.headers)).encode()


def _add_old(plan: Plan, rows: Rows) -> None:
    """Add the rules of old addresses for hosts, and a file for each."""
    taken = plan.names
    leading = old.leading(old.addresses(rows), taken)
    found = [each for each in leading if _is_free(plan, each, taken)]
    rules, plan.left_out = hosts.redirects(found)
    plan.add("/_redirects", rules.encode)
    by_name: dict[str, str] = {}
    for each in found:
        name = "" if each.address in plan.gone_documents else _old_name(each.address)
        if name:
            by_name.setdefault(name, each.target)
    gone = cache(partial(notices.elsewhere, ""))
    pages = set(plan.pages.values())
    for name in names.without_clash(by_name, plan.names):
        path = unquote(by_name[name].removeprefix(settings.SITE_URL))
        # Programs for feeds follow no refresh.
        if path in pages and not path.endswith("/") and not name.endswith(names.INDEX):
            plan.pages[name] = path
        else:
            make = partial(notices.elsewhere, by_name[name]) if by_name[name] else gone
            plan.made[name] = Made(make)


def _is_free(plan: Plan, each: Old, taken: Collection[str]) -> bool:
    """Return whether no page has an old address. That of what was withdrawn is a page, and gone."""
    if each.address in plan.gone:
        return not each.target
    return not leads_to_a_file(normalize("NFC", each.address), taken)


def _old_name(address: str) -> str:
    """Return the name of the file of an old address, or "" if no file can have it."""
    if "?" in address:
        return ""
    if not _FILE.search(address):
        address = f"{address.rstrip('/')}/"
    try:
        return names.name_of(address)
    except NoName:
        return ""
