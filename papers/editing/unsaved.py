"""What people typed and have not saved: kept on the server, offered again, forgotten when saved.

The browser keeps the same (static/admin/unsaved.js). The server's copy is for the day that the
browser, its disk or the machine is gone. A page is named after the row that it edits, such as
`papers.paper/12`, so that all pages that edit a row offer the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self, TypedDict

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from papers.clock import now
from papers.models import UnsavedText
from papers.text import differences, rendering
from papers.text.cleaning import clean
from papers.text.differences import Mark, Piece

MAX_TEXTS = 200
MAX_NAME = 1_000
_PAGE = re.compile(r"[a-z_]+\.[a-z_]+/(?:[0-9]{1,19}|new)")
MAX_PAGE = 100
MAX_PAGES = 100
MAX_TEXT = 2 * rendering.MAX_LENGTH
MAX_ALL = 10 * rendering.MAX_LENGTH
"""How many characters are kept of one page."""
MAX_SHOWN = 2_000
"""How much is shown of a text that is longer than `MAX_TEXT`."""
MAX_ROWS = 300
"""How many pages are kept of one person."""
DAYS = 30
"""How long unsaved text is kept."""


class UnsavedRefused(ValueError):
    """A browser sent what is no unsaved text, or too much of it."""


class Kept(TypedDict):
    """One text: what its field is called, its value, when it was typed, and in which tab.

    The time is that of the browser, in milliseconds since 1970. What is sent without a value makes
    the server forget the texts of its tab, and those that others typed until then.
    """

    label: str
    value: str | None
    at: int
    tab: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A text that was not saved, beside the one that its field shows."""

    page: str
    name: str
    label: str
    shown: str
    value: str
    at: datetime

    @classmethod
    def read(cls, sent: Any) -> Self:
        try:
            moment = max(0, min(_whole(sent["at"]), _this_moment()))
            at = datetime.fromtimestamp(moment / 1000, tz=now().tzinfo)
            names = ("page", "name", "label", "shown", "value")
            texts = {name: _storable(_string(sent[name])) for name in names}
        except (TypeError, KeyError, ValueError, OverflowError) as error:
            raise UnsavedRefused(_("This is no unsaved text.")) from error
        return cls(at=at, **texts)

    @property
    def pieces(self) -> list[Piece]:
        """Return the difference, or of a text that is far too long the text as it is."""
        if max(len(self.value), len(self.shown)) > MAX_TEXT:
            return [Piece(Mark.ADDED, self.value[:MAX_SHOWN])]
        return differences.pieces(self.shown, self.value)


def keep_all(user: User, pages: Mapping[str, Mapping[str, Any]], tab: str) -> None:
    """Keep the newest texts of several pages."""
    if len(pages) > MAX_PAGES:
        raise UnsavedRefused(_("This is too much to be kept."))
    for page, texts in pages.items():
        keep(user, page, texts, tab)


def keep(user: User, page: str, texts: Mapping[str, Any], tab: str) -> None:
    """Keep the newest texts of a page, and forget those that are sent without a value."""
    if len(page) > MAX_PAGE or len(texts) > MAX_TEXTS:
        raise UnsavedRefused(_("This is too much to be kept."))
    if not _PAGE.fullmatch(page):
        raise UnsavedRefused(_("This is no unsaved text."))
    read = {_name(name): _kept(text, tab) for name, text in texts.items()}
    with transaction.atomic():
        row, _made = UnsavedText.objects.select_for_update().get_or_create(
            user=user, page=page, defaults={"kept_at": now()}
        )
        if _made:
            _forget_oldest(user)
        stored = _texts(row)
        newest = {name: text for name, text in read.items() if _counts(text, stored.get(name))}
        together = stored | newest
        _store(row, {name: text for name, text in together.items() if text["value"] is not None})


def kept(user: User, pages: Iterable[str]) -> dict[str, dict[str, Kept]]:
    """Return the texts of some pages, by page and name of field."""
    asked = [page for page in pages if page == _storable(page)]
    rows = UnsavedText.objects.filter(user=user, page__in=asked)
    return {row.page: _texts(row) for row in rows}


def forget(user: User, page: str, saved: Mapping[str, str], tab: str, opened: int) -> None:
    """Forget the texts that were saved, by name of field.

    Another tab may hold a newer one, typed since this page was opened: that stays.
    """
    row = UnsavedText.objects.select_for_update().filter(user=user, page=page).first()
    if row is None:
        return
    others = {
        name: text
        for name, text in _texts(row).items()
        if name not in saved or _is_anothers(text, saved[name], tab, opened)
    }
    _store(row, others)


def forget_old() -> int:
    """Forget what nobody asked for in DAYS, and return how many pages that were."""
    old = UnsavedText.objects.filter(kept_at__lt=now() - timedelta(days=DAYS))
    return old.delete()[0]


def _forget_oldest(user: User) -> None:
    """Keep to MAX_ROWS of a person."""
    rows = UnsavedText.objects.filter(user=user).order_by("-kept_at", "-pk")
    old = rows.values_list("pk", flat=True)[MAX_ROWS : 2 * MAX_ROWS]
    UnsavedText.objects.filter(pk__in=list(old)).delete()


def _texts(row: UnsavedText) -> dict[str, Kept]:
    """Return the texts of a row that can be read. What is damaged is left out."""
    stored = row.texts if isinstance(row.texts, dict) else {}
    return {name: text for name, text in stored.items() if _is_whole(text)}


def _is_whole(text: Any) -> bool:
    types = {"label": str, "value": str, "at": int, "tab": str}
    return isinstance(text, dict) and all(
        isinstance(text.get(name), kind) for name, kind in types.items()
    )


def _store(row: UnsavedText, texts: dict[str, Kept]) -> None:
    if not texts:
        row.delete()
        return
    characters = sum(len(text["value"] or "") for text in texts.values())
    if len(texts) > MAX_TEXTS or characters > MAX_ALL:
        raise UnsavedRefused(_("This is too much to be kept."))
    row.texts, row.kept_at = texts, now()
    row.save(update_fields=["texts", "kept_at"])


def _counts(text: Kept, stored: Kept | None) -> bool:
    """Return whether a text replaces the stored one. Requests may overtake each other."""
    if stored is None or (text["value"] is None and text["tab"] == stored["tab"]):
        return True
    return text["at"] >= stored["at"]


def _is_anothers(text: Kept, saved: str, tab: str, opened: int) -> bool:
    is_another = clean(text["value"] or "") != clean(saved)
    return text["tab"] != tab and text["at"] > opened and is_another


def _kept(sent: Any, tab: str) -> Kept:
    try:
        return {
            "label": _name(sent["label"]),
            "value": None if sent["value"] is None else _text(sent["value"]),
            "at": min(_whole(sent["at"]), _this_moment()),
            "tab": _name(tab),
        }
    except (TypeError, KeyError, ValueError) as error:
        raise UnsavedRefused(_("This is no unsaved text.")) from error


def _this_moment() -> int:
    """Return the latest moment at which a text can have been typed, whatever a browser's clock."""
    return int(now().timestamp() * 1000)


def _name(text: Any) -> str:
    if not isinstance(text, str) or len(text) > MAX_NAME:
        raise UnsavedRefused(_("This is no unsaved text."))
    return _storable(text)


def _text(text: Any) -> str:
    if len(_string(text)) > MAX_TEXT:
        raise UnsavedRefused(_("This is too much to be kept."))
    return _storable(text)


def _string(text: Any) -> str:
    if not isinstance(text, str):
        raise TypeError
    return text


def _storable(text: str) -> str:
    """Return the text without what PostgreSQL cannot store: NUL, and halves of characters."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode()


def _whole(number: Any) -> int:
    if not isinstance(number, int):
        raise TypeError
    return number
