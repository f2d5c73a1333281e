"""One line of plain text: what is wrong with a text as one, and how Markdown becomes one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext_noop

from papers.text.cleaning import clean, fold
from papers.text.conversion import plain
from papers.text.rendering import render
from papers.text.sentences import sentences

_LONG = gettext_noop("This line has %(count)d characters; at most %(limit)d, please.")
_BROKEN = gettext_noop("This has line breaks. One line, please.")
_MARKED = gettext_noop(
    "This has Markdown or a formula, and readers would see “%(text)s”. Plain text, please."
)

MOST_READ = 2_000
"""Characters of a text that is read for its Markdown. Longer ones are refused as too long."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a text is no such line, as a message to be translated with its values."""

    code: str
    message: str
    data: dict[str, str | int] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message % self.data


def faults(text: str, longest: int) -> Iterator[Fault]:
    """Yield what is wrong with a text as one plain line of at most `longest` characters."""
    text = clean(text).strip()
    if "\n" in text:
        yield Fault("line_breaks", _BROKEN)
    if len(text) > longest:
        yield Fault("long_line", _LONG, {"count": len(text), "limit": longest})
    if len(text) <= MOST_READ and (shown := _shown(text)) != fold(text):
        yield Fault("marked_line", _MARKED, {"text": shown[:longest]})


def of_markdown(markdown: str, longest: int) -> str:
    """Return Markdown as one plain line, or "" if not even its first sentence fits.

    Only whole sentences are kept, so that no line breaks off.
    """
    kept = ""
    for sentence in sentences(_shown(markdown[:MOST_READ])):
        longer = f"{kept} {sentence}".strip()
        if len(longer) > longest:
            break
        kept = longer
    return "" if any(faults(kept, longest)) else kept


def _shown(text: str) -> str:
    """Return the text that readers see, with formulas in Unicode."""
    try:
        return plain(render(text))
    except ValueError:  # Too tangled to be rendered, so no reader sees any of it.
        return ""
