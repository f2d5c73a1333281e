"""Tells whether the old blog showed a post. What it did not show is a draft here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, tzinfo

from digest.jekyll.files.head import dates

_NO = frozenset({"false", "no", "off", "0", "n"})
_SHOWN = frozenset(
    {
        *("public", "published", "publish", "live", "released", "release", "final", "finished"),
        *("complete", "completed", "done", "active", "approved", "posted", "online", "open"),
        *("visible", "listed", "everyone", "all", "true", "yes", "on", "1"),
        *("공개", "발행", "게시"),
    }
)
"""The states in which readers see a post. Those of strangers' tools are many, and any other hides:
what is hidden by mistake is named, and what is shown by mistake cannot be taken back."""
_DRAFTS = frozenset({"draft", "drafts", "wip", "private", "hidden", "unlisted", "unpublished"})


def _folded(value: object) -> str:
    return str(value).strip().casefold()


def _is_no(value: object) -> bool:
    return _folded(value) in _NO


def _is_yes(value: object) -> bool:
    return value not in (None, "") and not _is_no(value)


def _is_unseen(value: object) -> bool:
    return value not in (None, "") and _folded(value) not in _SHOWN


def _is_draft(value: object) -> bool:
    return _folded(value) in _DRAFTS


def _key(written: str) -> str:
    """Return a key as it is looked up: `post_status`, `Post-Status` and `postStatus` are one."""
    return written.casefold().replace("-", "").replace("_", "")


# A key as it is looked up, and whether its value hides the post. `sitemap` and `noindex` do not:
# they speak to search engines alone.
_HIDES: dict[str, Callable[[object], bool]] = {
    **dict.fromkeys(("published", "publish", "public", "visible", "listed"), _is_no),
    **dict.fromkeys(("ispublished", "ispublic", "isvisible", "islisted"), _is_no),
    **dict.fromkeys(("draft", "hidden", "hide", "unlisted", "unpublished", "private"), _is_yes),
    **dict.fromkeys(("isdraft", "ishidden", "isprivate", "isunlisted"), _is_yes),
    **dict.fromkeys(("password", "protected", "members", "membersonly"), _is_yes),
    **dict.fromkeys(("status", "state", "poststatus", "poststate", "visibility"), _is_unseen),
    **dict.fromkeys(("type", "posttype"), _is_draft),
}
_BEGINS = ("publishdate", "publishedat", "publishat", "publishon", "published")
_ENDS = ("expirydate", "unpublishdate", "expires", "expiresat", "expiredate", "expirationdate")


def hidden_by(front_matter: Iterable[tuple[str, object]]) -> tuple[str, object] | None:
    """Return the first key that hides the post from readers, with its value, or None.

    They are the keys of Jekyll, its importers and themes, and Hugo. A value that is neither yes
    nor no hides.
    """
    return next(((key, value) for key, value in front_matter if hides(key, value)), None)


def hides(key: str, value: object) -> bool:
    test = _HIDES.get(_key(key))
    return bool(test and test(value))


def is_out_of_time(
    front_matter: Iterable[tuple[str, object]], at: datetime, now: datetime, zone: tzinfo
) -> bool:
    """Return whether the blog would not show the post yet, or no longer (as in Hugo)."""
    moments = [(_key(key), _moment(value, zone)) for key, value in front_matter]
    begins = [moment for key, moment in moments if moment and key in _BEGINS]
    ends = [moment for key, moment in moments if moment and key in _ENDS]
    return max(at, *begins, at) > now or any(moment <= now for moment in ends)


def _moment(value: object, zone: tzinfo) -> datetime | None:
    try:
        return dates.moment(str(value), zone).at
    except (ValueError, OverflowError):
        return None
