"""How long a digest takes to read."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

WORDS_A_MINUTE = 238
"""Of silent reading in English: Brysbaert (2019), doi:10.1016/j.jml.2019.104047."""
SYLLABLES_A_MINUTE = 500
"""Of Hangul. A Korean word has some 2.5 syllables, and 200 words are read in a minute."""

_SYLLABLE = re.compile(r"[\uac00-\ud7a3]")
_WORD = re.compile(r"[^\W\uac00-\ud7a3_]+")


def minutes(texts: Iterable[str]) -> int:
    """Return the whole minutes that reading the texts takes, at least 1."""
    spent = sum(
        len(_SYLLABLE.findall(text)) / SYLLABLES_A_MINUTE
        + len(_WORD.findall(text)) / WORDS_A_MINUTE
        for text in texts
    )
    return max(1, math.ceil(spent))
