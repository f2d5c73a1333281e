"""Text cleaning: text from outside is cleaned before it is stored.

It removes what no page, feed or database can carry. All sources share the same rules, so cleaning
text a second time never changes it.
"""

import re
import unicodedata

# Line ends of every kind. They become "\n", so removing a control never joins two words (UAX #14).
_LINE_END = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")

_SURROGATE = re.compile("[\ud800-\udfff]")

# Nobody means the others: controls, noncharacters, bidi overrides, embeddings and isolates, tags.
# They are told by what they are not: `re` then reads common text ten times faster.
_UNSAFE = re.compile(
    "[^\t\n -~\xa0-\u2029\u202f-\u2065\u206a-\ufdcf\ufdf0-\ufff8\ufffc\ufffd"
    + "".join(
        f"{chr(plane)}-{chr(plane + 0xFFFD)}"
        for plane in range(0x10000, 0x110000, 0x10000)
        if plane != 0xE0000
    )
    + "\U000e0100-\U000e01ef\U000e1000-\U000efffd]"
)

# These take no room, or look like a space: soft hyphen, joiners, bidi marks, byte order mark,
# fillers.
_INVISIBLE = re.compile(
    "[\xad\u034f\u061c\u180e\u200b\u200c\u200e\u200f\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a]"
)

_EMOJI = (
    "\xa9\xae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u25a0-\u27bf"
    "\u2900-\u297f\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003fffd"

# A selector chooses the emoji, text or keycap form, or a variant of a Han character. One selector
# stays; a run of them goes, because runs can carry hidden bytes.
_STRAY_SELECTOR = re.compile(
    f"(?<![{_EMOJI}])(?<![0-9#*](?=\ufe0f\u20e3))[\ufe0e\ufe0f]"
    f"|[\ufe00-\ufe0d]|(?<![{_HAN}])[\U000e0100-\U000e01ef]"
)
_STRAY_JOINER = re.compile(f"(?<![{_EMOJI}\ufe0f])\u200d|\u200d(?![{_EMOJI}])")


def clean(text: str) -> str:
    """Return text in NFC, with line ends "\\n", that is valid in UTF-8, XML and PostgreSQL.

    Control, bidi, tag and zero-width characters and noncharacters are removed.
    A lone surrogate becomes U+FFFD. Emoji sequences, tabs and right-to-left letters stay.
    """
    text = _LINE_END.sub("\n", text)
    text = _SURROGATE.sub("\ufffd", text)
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", strip_unsafe(text)))
    text = _STRAY_JOINER.sub("", _STRAY_SELECTOR.sub("", text))
    # A removed selector may have stood between a letter and its accent.
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Return the cleaned text on one line: each run of white space is one space, none at the ends.

    It starts from `clean`.
    """
    return " ".join(clean(text).split())


def strip_unsafe(text: str) -> str:
    """Remove what XML may not hold and what reorders or hides text. Nothing is normalised.

    This is for rendered HTML. There a character reference may bring back what `clean` removed from
    the source, and NFC could merge a tag's ">" with an accent after it.
    """
    return _UNSAFE.sub("", text)
