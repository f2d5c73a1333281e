"""Finds the JSON object that a model was asked for in all that it said.

Around it stand thoughts in the form of each vendor, words, code fences and other objects. The text
is hostile: each search is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from papers.drafting.llm import loose_json, wording
from papers.drafting.llm.completion import OPENING, Failure, Unusable
from papers.drafting.llm.loose_json import QUOTES, CutOff
from papers.text.cleaning import fold

MAX_MARKS = 100
"""How many marks of thoughts and beginnings of objects are looked at in one text."""
MAX_ESCAPED = 3
MAX_DEPTH = 3
"""How deep the object may lie in others: {"summary": {...}}, {"answer": "{...}"}."""

_TAG = (
    r"(?:\w{1,20}[:_])?(?:think|thinking|thoughts?|reasoning|reason|reflection|analysis|scratchpad"
    r"|(?:inner_)?monologue|chain_of_thought)"
)
# The marks around thoughts: DeepSeek and Qwen, Magistral, Kimi, OpenThinker, Cohere, gpt-oss.
_THOUGHTS = {
    "tag": (rf"<{_TAG}(?:\s[^<>]{{0,80}})?>", rf"</\s?{_TAG}\s?>"),
    "square": (r"\[(?:THINK|THINKING|REASONING)\]", r"\[/(?:THINK|THINKING|REASONING)\]"),
    "kimi": (r"◁think▷", r"◁/think▷"),
    "token": (
        r"<\|(?:begin_of_thought|START_THINKING|think|thinking)\|>",
        r"<\|(?:end_of_thought|END_THINKING|/think|/thinking)\|>",
    ),
    "channel": (
        r"<\|channel\|?>\s*(?:analysis|commentary|thought)[^<>{}]{0,80}(?:<\|message\|>|\n)",
        r"<\|(?:end|call|return)\|>|<channel\|>|(?=<\|(?:start|channel)\|)",
    ),
}
_NEXT = re.compile(
    "|".join(f"(?P<{name}>{opens})" for name, (opens, _) in _THOUGHTS.items())
    + f"|(?P<closing>{'|'.join(end for name, (_, end) in _THOUGHTS.items() if name != 'channel')})"
    + rf"|(?P<object>\{{\s*[{QUOTES}])|(?P<escaped>\{{(?:\s|\\n|\\t)*\\+\")",
    re.IGNORECASE,
)
_CLOSING = {name: re.compile(end, re.IGNORECASE) for name, (_, end) in _THOUGHTS.items()}
_LEFT_OVER = re.compile(r"(?:\s|`|<\|?[\w/]{1,20}\|?>|[\])\"'};])*")
_ONE_ESCAPE_LESS = re.compile(r"\\([\"\\/])|\\([nrt])(?![A-Za-z])")
_WHITE = {"n": "\n", "r": "\r", "t": "\t"}


def find(said: str, fields: Collection[str]) -> dict[str, Any]:
    """Return the object that has the most of `fields`, the last of equals. Raises Unusable."""
    seen = _seen(said)
    fits = [
        (len(fields & found.keys()), at, found)
        for at, each in seen.objects
        for found in _within(each, frozenset(fields), MAX_DEPTH)
    ]
    names = "|".join(map(re.escape, fields))
    _, last, best = max(fits, key=lambda fit: fit[:2], default=(0, -1, None))
    for at, error in seen.broken:
        asked = re.match(rf"\{{\s*\W{{1,4}}(?:{names})\b", said[at : at + 200], re.IGNORECASE)
        if best is None or (at > last and asked and isinstance(error, CutOff)):
            raise _unusable(error)
    if best is not None:
        return _merged([found for _, _, found in fits], frozenset(fields)) or best
    if seen.objects:
        raise Unusable(
            Failure.PROSE, f"not in the form asked for: {next(iter(fields))}: Field required"
        )
    words = fold(seen.words)
    failure = Failure.REFUSED if wording.is_refusal(words) else Failure.PROSE
    raise Unusable(failure, f"not JSON: {words[:OPENING]!r}")


def _merged(found: list[dict[str, Any]], fields: frozenset[str]) -> dict[str, Any] | None:
    """Return one object of several if each field stands in one of them alone, as in JSON lines."""
    named = [name for each in found for name in fields & each.keys()]
    if len(found) < 2 or len(named) > len(set(named)):
        return None
    return {name: value for each in found for name, value in each.items()}


def _unusable(error: ValueError) -> Unusable:
    if isinstance(error, CutOff):
        return Unusable(Failure.CUT, f"the answer was cut off: {error}")
    return Unusable(Failure.PROSE, f"not JSON: {error}")


@dataclass(slots=True)
class _Seen:
    objects: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    """The outermost objects, with their places."""
    broken: list[tuple[int, ValueError]] = field(default_factory=list)
    """What begins as an object and cannot be read, with why."""
    escaped: int = 0
    """How many objects were tried that are the inside of a JSON string."""
    words: str = ""
    """All that is neither an object nor a thought."""


def _seen(said: str) -> _Seen:
    """Return what stands in a text, thoughts left out."""
    seen, at, tries = _Seen(), 0, 0
    while tries < MAX_MARKS and (mark := _NEXT.search(said, at)):
        tries += 1
        seen.words += said[at : mark.start()]
        at = mark.end()
        kind = mark.lastgroup or ""
        if kind in _CLOSING:
            at = _after_thought(said, at, _CLOSING[kind])
        elif kind == "closing":
            if not _LEFT_OVER.fullmatch(said, at):  # All before it was a thought.
                seen = _Seen(broken=[each for each in seen.broken if isinstance(each[1], CutOff)])
        elif kind == "object" or seen.escaped < MAX_ESCAPED:
            seen.escaped += kind == "escaped"
            try:
                found, at = _read(said, mark.start(), kind)
                seen.objects.append((mark.start(), found))
            except ValueError as error:
                seen.broken.append((mark.start(), error))
                at = mark.start() + 1
    seen.words += said[at:]
    return seen


def _read(said: str, start: int, kind: str) -> tuple[dict[str, Any], int]:
    if kind == "object":
        return loose_json.read(said, start)
    plain = _ONE_ESCAPE_LESS.sub(lambda each: each[1] or _WHITE[each[2]], said[start:])
    found, _ = loose_json.read(plain, 0)
    return found, len(said)


def _after_thought(said: str, start: int, closing: re.Pattern[str]) -> int:
    """Return where a thought ends, or `start` if it was never closed.

    A closing mark inside a string of an object is text: the thought was never closed before it.
    """
    end = closing.search(said, start)
    if not end:
        return start
    at, tries = start, 0
    while tries < MAX_DEPTH and (mark := _NEXT.search(said, at, end.start())):
        at = mark.end()
        if mark.lastgroup == "object":
            tries += 1
            try:
                if loose_json.read(said, mark.start())[1] > end.start():
                    return start
            except ValueError:
                continue
    return end.end()


def _within(value: Any, fields: frozenset[str], depth: int) -> Iterator[dict[str, Any]]:
    """Yield the objects in a value that have some of the fields, under the fields' own names."""
    if isinstance(value, dict):
        named = {str(name).strip().casefold(): each for name, each in reversed(value.items())}
        if fields & named.keys():
            yield named
            return
    if not depth:
        return
    if isinstance(value, str):
        children: Collection[Any] = [each for _, each in _seen(value).objects]
    else:
        children = value.values() if isinstance(value, dict) else value
    if isinstance(value, (str, dict, list)):
        for child in children:
            yield from _within(child, fields, depth - 1)
