"""Splits any text into sentences, by the rules of English."""

from __future__ import annotations

import re

from sentencex import segment

from papers.text.cleaning import fold

LONGEST = 4_000  # characters given to the library at once: its time may grow with their square
_STRETCH = re.compile(rf".{{1,{LONGEST}}}\Z|.{{,{LONGEST - 1}}} |.{{{LONGEST}}}")

# The number of an item: "(2)", after a mark "2)" or "iv)", and where a sentence may begin "2.".
# The library would begin a sentence there, and end it at the next number only.
_NUMBER = r"(?:\d{1,2}|[ivx]{1,4}|[IVX]{1,4}|[A-Za-z])\)"
_ITEM = re.compile(
    rf"(?:(?<!\S)\({_NUMBER}|(?:^|(?<=[.:;,?!] )|(?<=\band )){_NUMBER}"
    r"|(?:^|(?<=[.:;?!] ))\d{1,2}\.)(?= )"
)

_END = re.compile(r"[.!?…。！？][\"'”’»)\]}]*\s$")
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|approx|avg|ca|cf|et|incl|resp|std|[Ss]uppl|vs)\.\s$")
_LABEL = re.compile(
    r"\b(?:Alg|App|Ch|Cor|Def|Eq|Fig|Lem|No|Prop|Ref|Sec|Tab|Thm|Vol)s?\.\s$"  # of "Eqs. (3)"
)
_LABELLED = re.compile(r"\(?(?:\d|[A-Z]\b)")
_WORD = re.compile(r"\S+")
_MIDDLE = re.compile(r"https?://|[a-z]+[\s,.;:/?!]|[,;:)\]]")


def sentences(text: str) -> list[str]:
    """Return the sentences in order, word for word, with white space and line breaks folded.

    A sentence ends with a mark before a blank, so "v2.X" and "U.S." stay whole, and "three of them:
    (1) one; (2) two." too. Only a sentence longer than LONGEST may be cut.
    """
    whole = fold(text)
    found = [""]
    start = 0
    while start < len(whole):
        for part in _whole_segments(whole, start):
            if found[-1].endswith(" "):
                found.append("")
            found[-1] += part
            start += len(part)
    return [stripped for part in found if (stripped := part.strip())]


def spans(text: str) -> list[tuple[int, int]]:
    """Return where each sentence of a clean text begins and ends, in characters.

    Folded, the text between is the sentence as `sentences` returns it.
    """
    words = [word.span() for word in _WORD.finditer(text)]
    found, at = [], 0
    for sentence in sentences(text):
        last = at + sentence.count(" ")
        found.append((words[at][0], words[last][1]))
        at = last + 1
    return found


def spans_of_lines(text: str, fewest_words: int = 1) -> list[tuple[int, int]]:
    """Return the same for a text whose lines are paragraphs, without lines of fewer words."""
    found: list[tuple[int, int]] = []
    at = 0
    for line in text.split("\n"):
        if line.strip() and line.count(" ") + 1 >= fewest_words:
            found += [(at + start, at + end) for start, end in spans(line)]
        at += len(line) + 1
    return found


def continues(text: str) -> bool:
    """Return whether a text begins in mid-sentence: with a lower-case word, a link or a comma.

    A name such as "iFormer" or "o1" is no lower-case word.
    """
    return bool(_MIDDLE.match(text))


def _whole_segments(text: str, start: int) -> list[str]:
    """Return the sentences of a stretch of the text from `start` on.

    The last one may go on after the stretch. It is left to the next stretch, unless it is the only
    one.
    """
    stretch = next(_STRETCH.finditer(text, start))[0]
    segments = _segments(stretch)
    is_end = start + len(stretch) == len(text)
    return segments if is_end else segments[:-1] or segments


def _segments(stretch: str) -> list[str]:
    """Return the sentences of a stretch, each with the blank that follows it.

    The library reads a word of the same length in place of an item's number.
    """
    found: list[str] = []
    start = 0
    for masked in _library(_ITEM.sub(_masked, stretch)):
        part = stretch[start : start + len(masked)]
        start += len(masked)
        if found and _belong_together(found[-1], part):
            found[-1] += part
        else:
            found.append(part)
    return found


def _masked(item: re.Match[str]) -> str:
    """Return a word of the same length. The number of a label ("Fig. 3.") stays."""
    before = item.string[max(0, item.start() - 20) : item.start()]
    return item[0] if _LABEL.search(before) else "X" * len(item[0])


def _belong_together(before: str, after: str) -> bool:
    """Return whether the library cut where no sentence ends."""
    end = before[-20:]
    is_label = _LABEL.search(end) and _LABELLED.match(after)
    return bool(is_label or not _END.search(end) or _ABBREVIATION.search(end) or continues(after))


def _library(stretch: str) -> list[str]:
    try:
        return list(segment("en", stretch))
    except BaseException as error:
        # A panic in the library's Rust is not an Exception, and its class cannot be imported. The
        # known cause is a wide blank after an initial, which `fold` removes. No text may stop a
        # worker.
        if type(error).__name__ != "PanicException":
            raise
        return [stretch]
