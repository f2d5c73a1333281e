"""Hides code in a Markdown text, so that a search finds only what a page would show as markup."""

from __future__ import annotations

import re

from digest.jekyll.files.outline import scan

HIDDEN = "\0"  # Cleaned text has none.

_TICKS = re.compile("`+")
_VERBATIM = re.compile(r"\{%-?[ \t]*(raw|highlight)\b[^%\n]{0,200}%\}")


def masked(markdown: str) -> str:
    """Return text of the same length, with the lines and spans of code hidden."""
    lines = markdown.split("\n")
    live = scan(lines).live
    shown = [line if alive else HIDDEN * len(line) for line, alive in zip(lines, live, strict=True)]
    return _without_verbatim("\n".join(map(_without_spans, shown)))


def _without_spans(line: str) -> str:
    """Hide the code spans of a line. A run of backticks ends at the next run of its length."""
    runs = [(run.start(), run.end()) for run in _TICKS.finditer(line)]
    nexts = _nexts_of_same_length(runs)
    parts, done, index = [], 0, 0
    while index < len(runs):
        if closing := nexts[index]:
            start, stop = runs[index][0], runs[closing][1]
            parts += [line[done:start], HIDDEN * (stop - start)]
            index, done = closing, stop
        index += 1
    return "".join([*parts, line[done:]])


def _nexts_of_same_length(runs: list[tuple[int, int]]) -> list[int]:
    """Return the index of the next run of the same length for each, or 0."""
    nexts = [0] * len(runs)
    seen: dict[int, int] = {}
    for index in range(len(runs) - 1, -1, -1):
        length = runs[index][1] - runs[index][0]
        nexts[index] = seen.get(length, 0)
        seen[length] = index
    return nexts


def _without_verbatim(text: str) -> str:
    """Hide Liquid between ``{% raw %}`` or ``{% highlight %}`` and its end."""
    parts, done = [], 0
    while begin := _VERBATIM.search(text, done):
        end = text.find(f"end{begin[1]}", begin.end())
        end = text.rfind("{%", begin.end(), end) if end > 0 else -1
        if end < 0:
            break
        inner = text[begin.end() : end]
        hidden = inner.replace("{", HIDDEN) if begin[1] == "raw" else HIDDEN * len(inner)
        parts += [text[done : begin.end()], hidden]
        done = end
    return "".join([*parts, text[done:]])
