"""The languages in which a front matter may be written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

import yaml

from digest.jekyll.files.head import safe_toml, safe_yaml

SYNTAX = "syntax"
"""The key in `Document.form` that names the language, if it is not the usual one."""


class Syntax(Protocol):
    """What one of the modules does."""

    NAME: str
    FENCE: str
    ENDS: Sequence[str]

    def compose(self, text: str) -> yaml.Node | None: ...
    def dump(self, value: object) -> str: ...
    def dump_title(self, text: str) -> str: ...
    def dump_words(self, texts: list[str]) -> str: ...
    def dump_pairs(self, texts: Mapping[str, str]) -> str: ...
    def dump_date(self, at: datetime, *, with_offset: bool) -> str: ...
    def pair(self, key: str, value: str) -> str: ...
    def quoted(self, text: str, quote: str, *, alone: bool) -> str: ...
    def in_order(self, lines: Iterable[str]) -> list[str]: ...


YAML: Syntax = safe_yaml
_ALL: tuple[Syntax, ...] = (YAML, safe_toml)


def of_form(form: Mapping[str, object]) -> Syntax:
    """Return the language that the form of a file names, or YAML."""
    return next((each for each in _ALL if form.get(SYNTAX) == each.NAME), YAML)


def opened_by(line: str) -> Syntax | None:
    """Return the language of a front matter that begins with a line, or None."""
    return next((each for each in _ALL if line.rstrip(" \t") == each.FENCE), None)
