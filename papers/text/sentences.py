"""The sentences of an English text, whatever the text is."""

from __future__ import annotations

import re

from sentencex import segment

from papers.text.cleaning import fold

LONGEST = 4_000  # characters given to the library at once: its time may grow with their square
_STRETCH = re.compile(
    rf".{{1,{LONGEST}}}\Z|.{{,{LONGEST - 2}}}[.!?] |.{{,{LONGEST - 1}}} |.{{{LONGEST}}}"
)


def sentences(text: str) -> list[str]:
    """The sentences in their order, word for word, white space and line breaks folded.

    A sentence ends before a blank: "v2.X" and "U.S." stay whole. Only one that is longer than
    LONGEST may be cut.
    """
    found = [""]
    for stretch in _STRETCH.findall(fold(text)):
        for part in _segments(stretch):
            if found[-1].endswith(" "):
                found.append("")
            found[-1] += part
    return [whole for part in found if (whole := part.strip())]


def _segments(stretch: str) -> list[str]:
    try:
        return list(segment("en", stretch))
    except BaseException as error:
        # A panic of the library's Rust is no Exception, and its class cannot be imported. Known
        # are wide blanks after an initial, which `fold` has taken; no text is to stop a worker.
        if type(error).__name__ != "PanicException":
            raise
        return [stretch]
