"""Finds the JSON object that a model was asked for in all that it said.

Around it stand thoughts in the form of each vendor, words, code fences and other objects. The text
is hostile: each search is bounded.

Which of several objects is the answer? In this order:

1. One that says something, before an echo of the form with placeholders.
2. One that the words around it do not set aside as a draft, an example or a mistake.
3. One with more than half of the fields of the fullest, before a fragment.
4. One that is called final, corrected or the like.
5. The one with the most fields.
6. One in a JSON code block.
7. The last.

Where two complete objects differ and no word tells which is meant, the last is taken: models
correct themselves more often than they quote what they gave up. If only an object that was set
aside can be read, and another began that cannot, nothing is taken.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from papers.drafting.llm import loose_json, wording
from papers.drafting.llm.completion import OPENING, Failure, Unusable
from papers.drafting.llm.echo import is_echo
from papers.drafting.llm.loose_json import QUOTES, Broken, CutOff
from papers.drafting.llm.standing import Standing, between, is_fenced, of_key
from papers.text.cleaning import fold

MAX_MARKS = 100
"""How many marks of thoughts and beginnings of objects are looked at in one text."""
MAX_PEEKS = 1_000
"""How many marks are looked at again, inside thoughts."""
MAX_REREADS = 4
"""How many times the length of a text may be read in vain."""
LONGEST_AFTERWORD = 400
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
_BARE_CHANNEL = r"assistantfinal(?=[\s`{\[])"  # gpt-oss, its own tokens lost
_NEXT = re.compile(
    "|".join(f"(?P<{name}>{opens})" for name, (opens, _) in _THOUGHTS.items())
    + f"|(?P<closing>{'|'.join(end for name, (_, end) in _THOUGHTS.items() if name != 'channel')}"
    + rf"|{_BARE_CHANNEL})"
    + rf"|(?P<object>\{{\s*(?:[{QUOTES}#]|//|/\*|[A-Za-z_]\w{{0,40}}\s*:\s*[{QUOTES}{{\[]))"
    + r"|(?P<escaped>\{(?:\s|\\n|\\t)*\\+\")",
    re.IGNORECASE,
)
_CLOSING = {name: re.compile(end, re.IGNORECASE) for name, (_, end) in _THOUGHTS.items()}
_MARKS = re.compile(r"[`*\])\"'}…]|</?\|?[\w/]{1,20}\|?>")
_BARE_ECHO = re.compile(
    r"\{\s*\"?\w{1,40}\"?\s*:\s*(?:\{[^{}:]{1,40}:\s*)?(?:\.{2,}|…|<).*", re.DOTALL
)
# What may follow an answer and its stray closing mark. Other words are the answer, without JSON.
_AFTERWORD = re.compile(
    r"(?:(?:(?:all|I am|I'm|we are|now|and)\s+)?"
    r"(?:done|finished|ready|completed?|end|over|stop|ok(?:ay)?)"
    r"(?:\s+(?:now|here|of\s+(?:the\s+)?(?:answer|output|json|response|summary)))?"
    r"|that(?:\s+is|['’]s)\s+(?:all|it|my\s+answer|the\s+(?:answer|summary|json))"
    r"|(?:I\s+have|I['’]ve|the\s+task\s+is|task)\s*(?:now\s+)?(?:completed?|finished|done)"
    r"(?:\s+(?:the|this)\s+(?:task|summary|json|answer))?"
    r"|(?:this|that|it)\s+is\s+(?:my|the)\s+(?:final\s+)?(?:answer|json|summary|output)"
    r"|(?:the|my)\s+(?:final\s+)?(?:answer|json|summary|object|output)\s+above\b[^.!?{]{0,60}"
    r"|(?:I\s+)?hope\s+(?:this|that|it)\s+helps|let\s+me\s+know\b[^.!?{]{0,100}|thanks?(?:\s+you)?"
    r"|(?:the\s+)?(?:final\s+)?(?:answer|json|summary|object|output)\s+(?:is|stands)\s+above"
    r"|(?:see|as)\s+(?:shown\s+|given\s+)?above"
    r"|완료(?:했습니다|되었습니다|입니다)?|끝(?:났습니다|입니다)?|이상입니다|감사합니다|[\s.!,;:~]|$)+",
    re.IGNORECASE,
)
_ONE_ESCAPE_LESS = re.compile(r"\\([\"\\/])|\\([nrt])(?![A-Za-z])")
_WHITE = {"n": "\n", "r": "\r", "t": "\t"}


@dataclass(frozen=True, slots=True)
class _Object:
    """An object of a text, with what stands around it."""

    at: int
    value: Any
    standing: Standing
    is_fenced: bool


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An object that has some of the fields."""

    found: dict[str, Any]
    at: int
    standing: Standing
    is_fenced: bool
    named: int
    """How many of the fields it has."""

    def rank(self, most: int) -> tuple[Any, ...]:
        return (
            self.standing != Standing.ASIDE,
            2 * self.named > most,
            self.standing,
            self.named,
            self.is_fenced,
            self.at,
        )


def find(said: str, fields: Collection[str], told: Collection[str] = ()) -> dict[str, Any]:
    """Return the object that answers, as the module says. Raises Unusable.

    `told` are the words with which the fields were asked for.
    """
    scan = _Scan(said)
    scan.run()
    names = frozenset(fields)
    candidates = _candidates(scan, names)
    broken = [(at, error) for at, error in scan.broken if _is_asked(said, at, names)]
    after = _after_thoughts(scan, candidates, broken, names, told)
    candidates = [each for each in candidates if each.at > after]
    answers = [each for each in candidates if not is_echo(each.found, names, told)] or candidates
    if not answers:
        cut = [error for at, error in scan.broken if at > after or isinstance(error, CutOff)]
        raise _nothing(scan, after, cut, next(iter(fields)))
    most = max(each.named for each in answers)
    best = max(answers, key=lambda each: each.rank(most))
    last = max(answers, key=lambda each: each.at)
    for at, error in broken:
        if at > last.at and isinstance(error, CutOff):
            raise _unusable(error)
        if at > after and best.standing == Standing.ASIDE:
            raise _unusable(error)
    return _merged(answers, names) or best.found


def _candidates(scan: _Scan, fields: frozenset[str]) -> list[_Candidate]:
    return [
        _Candidate(found, each.at, standing, each.is_fenced, len(fields & found.keys()))
        for each in scan.objects
        for found, standing in _within(each.value, fields, MAX_DEPTH, each.standing)
    ]


def _is_asked(said: str, at: int, fields: frozenset[str]) -> bool:
    """Return whether what begins as an object begins with one of the fields."""
    names = "|".join(map(re.escape, fields))
    return bool(re.match(rf"\{{\s*\W{{1,4}}(?:{names})\b", said[at : at + 200], re.IGNORECASE))


def _after_thoughts(
    scan: _Scan,
    candidates: list[_Candidate],
    broken: list[tuple[int, Broken]],
    fields: frozenset[str],
    told: Collection[str],
) -> int:
    """Return where the last thought ends that has a closing mark only, or -1.

    A closing mark that is followed by an afterword at most ends nothing: the answer stands before.
    """
    answers = [each.at for each in candidates if not is_echo(each.found, fields, told)]
    cuts = [at for at, error in broken if isinstance(error, CutOff)]
    last = max([*answers, *cuts], default=-1)
    for at, so_far in reversed(scan.closings):
        if last > at or not _is_afterword(scan.words[so_far:]):
            return at
    return -1


def _is_afterword(words: str) -> bool:
    words = _BARE_ECHO.sub("", words.strip())
    if len(words) > LONGEST_AFTERWORD:
        return False
    return bool(_AFTERWORD.fullmatch(fold(_MARKS.sub(" ", words)).strip()))


def _merged(answers: list[_Candidate], fields: frozenset[str]) -> dict[str, Any] | None:
    """Return one object of several if each field stands in one of them alone, as in JSON lines."""
    found = [each.found for each in answers if each.standing != Standing.ASIDE]
    named = [name for each in found for name in fields & each.keys()]
    if len(found) < 2 or len(named) > len(set(named)):
        return None
    return {name: value for each in found for name, value in each.items()}


def _nothing(scan: _Scan, after: int, broken: list[Broken], first: str) -> Unusable:
    if broken:
        return _unusable(broken[0])
    if any(each.at > after for each in scan.objects):
        return Unusable(Failure.PROSE, f"not in the form asked for: {first}: Field required")
    so_far = next((so_far for at, so_far in scan.closings if at == after), 0)
    words = fold(scan.words[so_far:])
    failure = Failure.REFUSED if wording.is_refusal(words) else Failure.PROSE
    return Unusable(failure, f"not JSON: {words[:OPENING]!r}")


def _unusable(error: Broken) -> Unusable:
    if isinstance(error, CutOff):
        return Unusable(Failure.CUT, f"the answer was cut off: {error}")
    return Unusable(Failure.PROSE, f"not JSON: {error}")


@dataclass(slots=True)
class _Scan:
    """What stands in a text, thoughts left out."""

    said: str
    objects: list[_Object] = field(default_factory=list)
    """The outermost objects."""
    broken: list[tuple[int, Broken]] = field(default_factory=list)
    """What begins as an object and cannot be read, with why."""
    closings: list[tuple[int, int]] = field(default_factory=list)
    """Closing marks of thoughts that nothing opened, and how many of the words came before."""
    words: str = ""
    """All that is neither an object nor a thought."""
    in_vain: int = 0
    """How many characters were read of objects that are none."""
    peeks: int = 0
    """How many marks inside thoughts were looked at."""
    _escaped: int = 0
    _reads: dict[int, tuple[dict[str, Any], int] | Broken] = field(default_factory=dict)
    _reader: loose_json.Reader = field(init=False)

    def run(self) -> None:
        self._reader = loose_json.Reader(self.said)
        words, length, at, tries = [], 0, 0, 0
        while tries < MAX_MARKS and (mark := _NEXT.search(self.said, at)):
            tries += 1
            words.append(self.said[at : mark.start()])
            length += mark.start() - at
            at = mark.end()
            kind = mark.lastgroup or ""
            if kind in _CLOSING:
                at = self._after_thought(at, _CLOSING[kind])
            elif kind == "closing":
                self.closings.append((mark.start(), length))
            elif (end := self._take(mark.start(), kind)) is not None:
                at = end
            else:
                at = mark.start() + 1
                words.append(self.said[mark.start() : at])
                length += 1
        self.words = "".join([*words, self.said[at:]])

    def _take(self, start: int, kind: str) -> int | None:
        """Take the object that begins at `start`. Return where it ends, or None for no object."""
        try:
            if kind == "object":
                value, end = self._read(start)
            elif self._escaped < MAX_ESCAPED:
                self._escaped += 1
                value, end = self._read_escaped(start)
            else:
                return None
        except Broken as error:
            self.broken.append((start, error))
            return None
        before, after = self._around(start, end)
        self.objects.append(_Object(start, value, between(before, after), is_fenced(before)))
        return end

    def _around(self, start: int, end: int) -> tuple[str, str]:
        """Return what stands before an object, from the last object on, and what after it."""
        before = self.said[max(0, start - 400) : start]
        return before[before.rfind("}") + 1 :], self.said[end : end + 400]

    def _read(self, start: int) -> tuple[dict[str, Any], int]:
        if start not in self._reads:
            self._reads[start] = self._first_read(start)
        read = self._reads[start]
        if isinstance(read, Broken):
            raise read
        return read

    def _first_read(self, start: int) -> tuple[dict[str, Any], int] | Broken:
        if self.in_vain > MAX_REREADS * len(self.said):
            return Broken("too much that begins as an object and is none", start)
        try:
            return self._reader.read(start)
        except Broken as error:
            self.in_vain += error.at - start
            return error

    def _read_escaped(self, start: int) -> tuple[dict[str, Any], int]:
        plain = _ONE_ESCAPE_LESS.sub(lambda each: each[1] or _WHITE[each[2]], self.said[start:])
        found, _ = loose_json.read(plain, 0)
        return found, len(self.said)

    def _after_thought(self, start: int, closing: re.Pattern[str]) -> int:
        """Return where a thought ends, or `start` if it was never closed.

        A closing mark inside a string of an object is text: the thought was not closed before it.
        """
        end = closing.search(self.said, start)
        if not end:
            return start
        at, tries = start, 0
        while (
            tries < MAX_DEPTH
            and self.peeks < MAX_PEEKS
            and (mark := _NEXT.search(self.said, at, end.start()))
        ):
            at = mark.end()
            self.peeks += 1
            if mark.lastgroup == "object":
                tries += 1
                try:
                    if self._read(mark.start())[1] > end.start():
                        return start
                except Broken:
                    continue
        return end.end()


def _within(
    value: Any, fields: frozenset[str], depth: int, standing: Standing
) -> Iterator[tuple[dict[str, Any], Standing]]:
    """Yield the objects in a value that have some of the fields, under the fields' own names."""
    if isinstance(value, dict):
        named = {str(name).strip().casefold(): each for name, each in reversed(value.items())}
        if fields & named.keys():
            yield named, standing
            return
    if not depth:
        return
    for child, presented in _children(value, standing):
        yield from _within(child, fields, depth - 1, presented)


def _children(value: Any, standing: Standing) -> Iterator[tuple[Any, Standing]]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield each, of_key(str(name), standing)
    elif isinstance(value, list):
        for each in value:
            yield each, standing
    elif isinstance(value, str):
        scan = _Scan(value)
        scan.run()
        for found in scan.objects:
            yield found.value, min(standing, found.standing, key=_strongest)


def _strongest(standing: Standing) -> int:
    return [Standing.ASIDE, Standing.FINAL, Standing.PLAIN].index(standing)
