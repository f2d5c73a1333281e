"""What every check answers with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Level(StrEnum):
    """What a finding does to publishing."""

    ERROR = "error"
    """Blocks it, unless a publisher overrides with a reason."""
    WARNING = "warning"
    """Is shown."""
    UNCHECKED = "unchecked"
    """There was nothing to check against: never counted as passed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a check says against a text."""

    check: str
    """The check's name, as "numbers"."""
    level: Level
    code: str
    """What is wrong, for machines: stable, unique within the check."""
    message: str
    """English msgid with %(name)s for each value of `data`: `gettext(message) % data` shows it.

    Written in the check as `gettext_noop("...")`, so that it is found for translation.
    """
    start: int
    """Where it begins in the checked text, in characters; 0, 0 for the text as a whole."""
    end: int
    text: str = ""
    """The checked text from `start` to `end`, as written."""
    data: Mapping[str, str | int] = field(default_factory=dict, hash=False)
    """Values of JSON only, so that a finding can be stored."""
    source_span: tuple[int, int] | None = None
    """Where the paper's text says something else of it, in characters of that text, if known."""

    @property
    def why(self) -> str:
        """The message in English."""
        return self.message % self.data
