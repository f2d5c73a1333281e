"""Redirects from where a post stood before it came here.

They are stored once readers see the post, because a redirect to a draft would tell that there is
one, and its title.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from urllib.parse import unquote

from django.conf import settings
from django.contrib.redirects.models import Redirect
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.translation import override

from digest.models import ImportedFile, Post

PATH_LIMIT = Redirect._meta.get_field("new_path").max_length or 0
_OF_DATES = {"day", "month", "year", "ledger_month"}
"""Pages that answer for every date."""
_OF_THE_SERVER = (settings.STATIC_URL, "/.well-known/")
"""Where a server in front of this site answers."""


@dataclass(frozen=True, slots=True)
class Led:
    """How many redirects were added, and which paths lead elsewhere, each with the reason."""

    added: int
    elsewhere: tuple[tuple[str, str], ...] = ()


def lead(post: Post) -> Led:
    """Redirect the paths that are remembered of the file that a published post came from."""
    files = ImportedFile.objects.filter(post=post).values_list("old_paths", "own_paths")
    paths, own = files.first() or ([], [])
    return lead_to(post, filter(_is_text, paths), own=filter(_is_text, own))


def _is_text(path: object) -> bool:
    return isinstance(path, str)


def lead_to(post: Post, paths: Iterable[str], own: Iterable[str] = ()) -> Led:
    """Redirect paths to a post, but no address of the site, and none that leads elsewhere.

    A path is spelt as `digest.middleware.OldAddresses` looks it up. In the old blog a post at its
    `own` path stood before another that only named the path as an older one, and so it does here.
    """
    taken = _take(post, own)
    led = _lead_to(post, paths)
    return Led(led.added, (*taken, *led.elsewhere))


def _take(post: Post, own: Iterable[str]) -> list[tuple[str, str]]:
    """Let own paths lead to a post where another only named them. Return which, and why."""
    new_path = _address(post)
    stored = Redirect.objects.filter(site_id=settings.SITE_ID, old_path__in=[*own])
    taken = []
    for redirect in stored.exclude(new_path=new_path).order_by("pk"):
        if _is_only_named(redirect):
            why = f"it led to {redirect.new_path} and leads here now, because the post stood there"
            taken.append((redirect.old_path, why))
            redirect.new_path = new_path
            redirect.save()
    return taken


def _is_only_named(redirect: Redirect) -> bool:
    """Return whether a redirect is one that a file named as an older address of its post."""
    path = [redirect.old_path]
    files = ImportedFile.objects.filter(old_paths__contains=path).exclude(own_paths__contains=path)
    posts = (file.post for file in files.select_related("post").defer("form"))
    return any(_address(post) == redirect.new_path for post in posts)


def _lead_to(post: Post, paths: Iterable[str]) -> Led:
    new_path = _address(post)
    own = {new_path, new_path.rstrip("/")}
    wanted = [path for path in dict.fromkeys(paths) if path not in own]
    if not wanted:
        return Led(0)
    stored = Redirect.objects.filter(site_id=settings.SITE_ID, old_path__in=wanted)
    known = dict(stored.values_list("old_path", "new_path"))
    missing = [path for path in wanted if path not in known]
    ours = {path for path in missing if _is_ours(path, post)}
    added = [
        Redirect(site_id=settings.SITE_ID, old_path=path, new_path=new_path)
        for path in missing
        if path not in ours
    ]
    Redirect.objects.bulk_create(added, ignore_conflicts=True)
    elsewhere = [
        (path, f"it leads to {known[path]} already")
        for path in wanted
        if known.get(path, new_path) != new_path
    ]
    elsewhere += [(path, "the site itself has this address") for path in wanted if path in ours]
    return Led(len(added), tuple(elsewhere))


def _address(post: Post) -> str:
    """Return a post's path in the site's language, whatever that of who publishes it.

    It fits its column: Korean letters take nine characters each in a URL.
    """
    with override(settings.LANGUAGE_CODE):
        path = post.get_absolute_url()
    return path if len(path) <= PATH_LIMIT else unquote(path)


def _is_ours(path: str, post: Post) -> bool:
    """Return whether the site has a page at a path, with or without a slash at its end."""
    plain = unquote(path)
    with_slash = f"{plain.rstrip('/')}/"
    if with_slash.startswith(_OF_THE_SERVER):
        return True
    homes = {match.url_name for match in _matches(plain.removesuffix("index.html"))}
    return "home" in homes or any(
        _has_page(match, post) for each in {plain, with_slash} for match in _matches(each)
    )


def _matches(path: str) -> Iterator[ResolverMatch]:
    """Yield what a path is in each language of the site."""
    for language, _ in settings.LANGUAGES:
        with suppress(Resolver404), override(language):
            yield resolve(path)


def _has_page(match: ResolverMatch, post: Post) -> bool:
    """Return whether a view has a page at once, or for another post.

    Other pages come and go, as those of tags. While one is there, it is what its address shows.
    """
    if match.url_name == "post":
        return _has_another(match.kwargs, post)
    is_alone = "<" not in match.route
    return is_alone or match.url_name in _OF_DATES or "admin" in match.app_names


def _has_another(named: Mapping[str, str], post: Post) -> bool:
    try:
        day = date.fromisoformat(f"{named['year']}-{named['month']}-{named['day']}")
    except ValueError:
        return False
    return Post.objects.filter(date=day, slug=named["slug"]).exclude(pk=post.pk).exists()
