"""Decides which white space leaves a text together with an image."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from digest.jekyll.files.markup.image_marks import Span

_NO_WORDS = re.compile(r"[ \t>]{0,100}(?:[-*+]|[0-9]{1,9}[.)])?[ \t]*")
_MAX_BLANKS = 1_000  # Beside a piece in a line. More are left.


def with_space(markdown: str, spans: Iterable[Span]) -> Iterator[Span]:
    """Yield the spans with the white space that goes with them."""
    done = 0
    for span in _wider(markdown, spans):
        start, stop = span.start, span.stop
        if _begins_a_line(markdown, start) and _ends_a_line(markdown, stop):
            start, stop = _with_line_ends(markdown, start, stop, done)
        elif _begins_a_line(markdown, start):
            stop += _blanks(markdown[stop : stop + _MAX_BLANKS])
        elif _ends_a_line(markdown, stop) or markdown[stop] in " \t":
            before = markdown[max(done, start - _MAX_BLANKS) : start]
            start -= len(before) - len(before.rstrip(" \t"))
        yield span._replace(start=start, stop=stop)
        done = stop


def _wider(markdown: str, spans: Iterable[Span]) -> Iterator[Span]:
    """Yield whole lines in the place of what is all that their line has, and join these."""
    start, stop, addresses = -1, -1, list[str]()
    for begin, end, group in _by_line(markdown, spans):
        is_all = _is_all(markdown, begin, end, group)
        if start >= 0 and not (is_all and _is_blank(markdown, stop, begin)):
            yield Span(start, stop, tuple(addresses))
            start, addresses = -1, []
        if is_all:
            start, stop = begin if start < 0 else start, end
            addresses += [address for span in group for address in span.addresses]
        else:
            yield from group
    if start >= 0:
        yield Span(start, stop, tuple(addresses))


def _is_blank(markdown: str, start: int, stop: int) -> bool:
    return not markdown[start:stop].strip()


def _by_line(markdown: str, spans: Iterable[Span]) -> Iterator[tuple[int, int, list[Span]]]:
    """Yield where lines begin and end, and the spans in them."""
    group: list[Span] = []
    begin = end = -1
    for span in spans:
        if span.start > end:
            if group:
                yield begin, end, group
            begin, group = markdown.rfind("\n", 0, span.start) + 1, []
        line_end = markdown.find("\n", span.stop)
        end = len(markdown) if line_end < 0 else line_end
        group.append(span)
    if group:
        yield begin, end, group


def _is_all(markdown: str, begin: int, end: int, group: list[Span]) -> bool:
    """Return whether the lines have no words but the spans. A list item may go on below them."""
    starts, stops = [span.start for span in group], [span.stop for span in group]
    rest = "".join(
        markdown[stop:start] for stop, start in zip([begin, *stops], [*starts, end], strict=True)
    )
    if not _NO_WORDS.fullmatch(rest):
        return False
    goes_on = markdown[end + 1 : end + 2] in (" ", "\t")
    return not (rest.strip(" \t>") and goes_on)


def _with_line_ends(markdown: str, start: int, stop: int, done: int) -> tuple[int, int]:
    """Return a whole line's place with the fewer of the line ends around it."""
    before = after = 0
    while start - before > done and markdown[start - before - 1] == "\n":
        before += 1
    while stop + after < len(markdown) and markdown[stop + after] == "\n":
        after += 1
    is_first, is_last = before == start - done, after == len(markdown) - stop
    if is_last or (not is_first and before <= after):
        return start - before, stop + (after if is_last and is_first else 0)
    return start, stop + after


def _begins_a_line(markdown: str, start: int) -> bool:
    return start == 0 or markdown[start - 1] == "\n"


def _ends_a_line(markdown: str, stop: int) -> bool:
    return stop == len(markdown) or markdown[stop] == "\n"


def _blanks(text: str) -> int:
    return len(text) - len(text.lstrip(" \t"))
