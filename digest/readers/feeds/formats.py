"""Atom 1.0 and RSS 2.0: Django's feed generators with what they lack.

That is the whole content beside the summary, dates that do not change by themselves, and text in
which no character can break the feed.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed, rfc3339_date

from papers.text.cleaning import strip_unsafe

# The time of an empty feed. Atom requires a time, and "now" would change with every request.
NEVER = datetime(2020, 1, 1, tzinfo=UTC)


def legal(value: Any) -> Any:
    """Return text, also in lists and dictionaries, without characters that XML forbids.

    It must not use `clean`, because NFC could merge the ">" of a tag with an accent.
    """
    match value:
        case str():
            return strip_unsafe(value).encode(errors="replace").decode()
        case list():
            return [legal(each) for each in value]
        case dict():
            return {name: legal(each) for name, each in value.items()}
    return value


class Generator(SyndicationFeed):
    """The base of both formats. It removes characters that would end the feed for every reader."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.feed = legal(self.feed)

    def add_item(self, *args: Any, **kwargs: Any) -> None:
        super().add_item(*args, **kwargs)
        self.items[-1] = legal(self.items[-1])

    def latest_post_date(self) -> datetime:
        return max((item["updateddate"] for item in self.items), default=NEVER)


class Atom(Generator, Atom1Feed):
    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {"xml:lang": item["language"]}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content"], {"type": "html"})


class Rss(Generator, Rss201rev2Feed):
    def rss_attributes(self) -> dict[str, str]:
        content = {"xmlns:content": "http://purl.org/rss/1.0/modules/content/"}
        return super().rss_attributes() | content

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("atom:updated", rfc3339_date(item["updateddate"]))
        handler.addQuickElement("content:encoded", item["content"])
