"""Text cleaned at the door: what no page, feed or database can carry is gone before it is stored.

The rules are one for all sources, so that text cleaned once never changes when cleaned again.
"""

import re
import unicodedata

# Line ends of every kind, so that removing a control never joins two words (Unicode UAX #14).
_LINE_END = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")

_SURROGATE = re.compile("[\ud800-\udfff]")

# Never meant by anyone: controls, noncharacters, bidi overrides, embeddings and isolates, tags.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ufdd0-\ufdef"
    + "".join(
        f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
    )
    + "\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"
)

# Takes no room, or looks like room: soft hyphen, joiners, bidi marks, byte order mark, fillers.
_INVISIBLE = re.compile(
    "[\xad\u034f\u061c\u180e\u200b\u200c\u200e\u200f\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a]"
)

_EMOJI = (
    "\xa9\xae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u25a0-\u27bf"
    "\u2900-\u297f\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003fffd"

# A selector chooses emoji, text or keycap form, or a variant of a Han character; one, never a run:
# runs of selectors carry hidden bytes.
_STRAY_SELECTOR = re.compile(
    f"(?<![{_EMOJI}])(?<![0-9#*](?=\ufe0f\u20e3))[\ufe0e\ufe0f]"
    f"|[\ufe00-\ufe0d]|(?<![{_HAN}])[\U000e0100-\U000e01ef]"
)
_STRAY_JOINER = re.compile(f"(?<![{_EMOJI}\ufe0f])\u200d|\u200d(?![{_EMOJI}])")


def clean(text: str) -> str:
    """Text in NFC, with line ends "\\n", that encodes to UTF-8 and is legal in XML and PostgreSQL.

    Removed are control, bidi, tag and zero-width characters and noncharacters;
    a lone surrogate becomes U+FFFD. Emoji sequences, tabs and right-to-left letters stay.
    """
    text = _LINE_END.sub("\n", text)
    text = _SURROGATE.sub("\ufffd", text)
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", strip_unsafe(text)))
    text = _STRAY_JOINER.sub("", _STRAY_SELECTOR.sub("", text))
    # A removed selector may have stood between a letter and its accent.
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """`clean`, on one line: each run of white space is one space, none at the ends."""
    return " ".join(clean(text).split())


def strip_unsafe(text: str) -> str:
    """Drop what no XML may hold and what reorders or hides text; nothing is normalised.

    For rendered HTML, where a character reference may bring back what `clean` took from its source
    and where NFC could melt a tag's ">" with an accent after it.
    """
    return _UNSAFE.sub("", text)
