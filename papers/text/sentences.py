"""Splits any English text into sentences."""

from __future__ import annotations

import re

from sentencex import segment

from papers.text.cleaning import fold

LONGEST = 4_000  # characters given to the library at once: its time may grow with their square
_STRETCH = re.compile(
    rf".{{1,{LONGEST}}}\Z|.{{,{LONGEST - 2}}}[.!?] |.{{,{LONGEST - 1}}} |.{{{LONGEST}}}"
)


def sentences(text: str) -> list[str]:
    """Return the sentences in order, word for word, with white space and line breaks folded.

    A sentence ends before a blank, so "v2.X" and "U.S." stay whole. Only a sentence longer than
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
        # A panic in the library's Rust is not an Exception, and its class cannot be imported. The
        # known cause is a wide blank after an initial, which `fold` removes. No text may stop a
        # worker.
        if type(error).__name__ != "PanicException":
            raise
        return [stretch]
