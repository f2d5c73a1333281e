"""What an import has to say about a file, with the line that it is about."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Remark:
    line: int
    text: str
    waits: bool = False
    """Whether words of the file are not where the file has them, and wait for a person."""
