"""Addresses that lead elsewhere: where the site was before, and other spellings of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple
from unicodedata import normalize
from urllib.parse import quote, unquote, urljoin, urlsplit

from django.conf import settings
from django.contrib.redirects.models import Redirect
from django.urls import reverse
from django.utils import translation
from taggit.models import Tag

from digest.models import TagAlias
from digest.readers.export.addresses import Rows, of_day, only_digest, parts, shape
from digest.readers.export.links import leads_to_a_file
from digest.readers.feeds.names import USUAL_FEEDS
from digest.readers.views.citations import FORMS

_BEGINNINGS = ("/", "https://", "http://")
MOST_STEPS = 5
"""Old addresses that may lead to one another before a page comes."""


class Old(NamedTuple):
    """An address, and where it leads."""

    address: str
    """A decoded path, with its query if it has one."""
    target: str
    """A path as links have it, or a URL. It is "" for what is gone."""
    is_lasting: bool = True
    """Whether it stays so, and hosts should tell their visitors (`hosts`)."""


def addresses(rows: Rows) -> Iterator[Old]:
    """Yield the old addresses, those that were written down by hand or import first."""
    yield from _redirects()
    yield from withdrawn(rows)
    yield from _of_tags(rows)
    for name, usual in USUAL_FEEDS.items():
        yield from (Old(f"/{each}", reverse(name)) for each in usual)
    yield from _days(rows)
    yield from withdrawn_documents(rows)


def _redirects() -> Iterator[Old]:
    found = Redirect.objects.filter(site_id=settings.SITE_ID).order_by("-pk")
    for old, new in found.values_list("old_path", "new_path"):
        if old.startswith("/") and _can_be_followed(new):
            yield Old(unquote(old), new)


def _can_be_followed(target: str) -> bool:
    try:
        return not target or (bool(urlsplit(target)) and target.startswith(_BEGINNINGS))
    except ValueError:  # "https://[".
        return False


def withdrawn(rows: Rows) -> Iterator[Old]:
    for _language in _languages():
        post, paper = of_day("post", "sample"), shape("paper", "0704.0001")
        for day, slug in rows.withdrawn:
            yield Old(post(*parts(day), slug), "")
        yield from (Old(paper(each), "") for each in rows.gone)


def withdrawn_documents(rows: Rows) -> Iterator[Old]:
    """Yield the addresses of what was withdrawn in the forms for machines.

    They come last: if not all rules have room, those of pages count more.
    """
    for form in FORMS:
        yield from _withdrawn_as("{}_citation", rows, form)
    for _language in _languages():
        for name in ("{}_md", "{}_json"):
            yield from _withdrawn_as(name, rows)


def _withdrawn_as(name: str, rows: Rows, form: str = "") -> Iterator[Old]:
    post = of_day(name.format("post"), "sample", form=form)
    paper = shape(name.format("paper"), "0704.0001", form=form)
    yield from (Old(post(*parts(day), slug), "") for day, slug in rows.withdrawn)
    yield from (Old(paper(each), "") for each in rows.gone)


def _of_tags(rows: Rows) -> Iterator[Old]:
    """Yield what tags were called before, and their names where these are not their slugs."""
    slugs = dict(Tag.objects.filter(slug__in=rows.tags).values_list("name", "slug"))
    former = TagAlias.objects.filter(tag__slug__in=rows.tags).order_by("-pk")
    for slug, name, tag in former.values_list("slug", "name", "tag__slug"):
        slugs.setdefault(slug or name, tag)
    for _language in _languages():
        path = shape("tag", "sample")
        for name, slug in slugs.items():
            if name != slug and "/" not in name:
                yield Old(path(name), quote(path(slug)))


def _days(rows: Rows) -> Iterator[Old]:
    for _language in _languages():
        path, post = of_day("day"), of_day("post", "sample")
        for day in rows.by_day:
            if slug := only_digest(rows, day):
                target = quote(post(*parts(day), slug))
                yield Old(path(*parts(day)), target, is_lasting=False)


def _languages() -> Iterator[str]:
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            yield language


def leading(found: Iterable[Old], files: Collection[str]) -> list[Old]:
    """Return the old addresses that lead to a file of an export or elsewhere, or that are gone.

    Others would tell the address of a draft, lead nowhere, or lead to themselves for ever.
    """
    old = list(found)
    targets = {each.address: each.target for each in reversed(old)}
    return [each for each in old if _leads_on(each, targets, files)]


def _leads_on(old: Old, targets: Mapping[str, str], files: Collection[str]) -> bool:
    target: str | None = old.target
    for _step in range(MOST_STEPS):
        if target is None:
            return False
        path = _own_path(target) if target else ""
        if not path or leads_to_a_file(path, files):
            return True
        target = targets.get(path)
    return False


def _own_path(target: str) -> str:
    """Return the decoded path of a target on this site, or "" if it is another's."""
    url = urlsplit(urljoin(f"{settings.SITE_URL}/", target))
    if url.hostname != urlsplit(settings.SITE_URL).hostname:
        return ""
    return normalize("NFC", unquote(url.path)) or "/"
