"""The words beside a number, and whether they make a name with it: GPT-4, 480p, H100."""

import re
from string import ascii_letters

from papers.checks.numbers.number_words import ENGLISH

_WORD_AFTER = re.compile(r"[\s-]?([A-Za-z]{1,20}|차원|단계|번|회|층|장|차(?=\s))")
DIMENSION = "d"
"""The word after the number of a space's dimensions, however it is written."""
_DIMENSIONS = frozenset({"d", "dim", "dims", "dimension", "dimensions", "dimensional", "차원"})
_ORDINAL_ENDINGS = frozenset({"s", "st", "nd", "rd", "th"})
# A word that is numbered, or a capitalised one within a sentence.
_NAME = re.compile(
    r"(?:\b[Ff]igure|\b[Tt]able|\b[Ss]ection|\b[Ee]quation|\b[Vv]ersion|\b[Tt]ype|\b[Ll]evel"
    r"|\b[Ss]tage|\b[Pp]hase|\b[Ss]tep|[^\s.!?:(]\s[\"'`]{0,2}"
    # A title has prepositions in capitals: "Learning From 3 Datasets".
    r"(?!(?:With|From|Over|On|In|Of|For|By|To|And|The|At|Than|Using|Across|Between)\s)"
    r"[A-Z][A-Za-z]{0,19})\s\Z"
)
_ABOUT = (
    r"(?:about|approximately|around|roughly|nearly|almost|over|up\sto|at\s(?:least|most)"
    r"|(?:more|less)\sthan|as\s(?:much|many)\sas)\s"
)
_EARLIER = rf"(?:\d{{1,6}}(?:\.\d{{1,4}})?|{ENGLISH})"
# In "a factor of 2 to 4" and "factors of 3, 4 and 5" the later numbers are factors too.
_FACTOR = re.compile(
    rf"factor(?:\sof\s(?:{_ABOUT})?(?:{_EARLIER}(?:-|~|\s(?:to|or)\s))?"
    rf"|s\sof\s(?:{_ABOUT})?(?:{_EARLIER}(?:,|,?\s(?:to|and|or))\s){{0,4}})\Z"
)
_LONGEST_FACTOR = 60  # characters before the number
# Words that a hyphen joins to a number without making a name of the two.
_COMMON = frozenset({"top", "stage", "level", "step", "phase", "type", "layer", "task", "round"})


def word_after(text: str, end: int) -> tuple[str, bool]:
    """Return the word after a number, and whether it is joined to the number."""
    match = _WORD_AFTER.match(text, end)
    if not match or match[1] in _ORDINAL_ENDINGS:
        return "", False
    if match[1] in {"x", "X", "times"} and text[match.end() : match.end() + 1].isdigit():
        return "", False  # 256x256, and 512times512 with its TeX stripped
    word = match[1].lower()
    return DIMENSION if word in _DIMENSIONS else word, match[0][0] in ascii_letters


def word_before(text: str, start: int) -> tuple[str, bool]:
    """Return the word before a number, and whether the two make a name."""
    before = text[max(0, start - 30) : start]
    joined = before[:-1] if before.endswith(("-", "_", ".", "^", "@", "'")) else before
    rest = joined.rstrip(ascii_letters)
    word = joined[len(rest) :]
    if not word:
        spaced = before.rstrip()
        return spaced[len(spaced.rstrip(ascii_letters)) :].lower(), False
    # The second number of 7B-8B and 256x256 follows no word.
    if rest[-1:].isdigit() and (joined is not before or word in {"x", "X"}):
        return "", False
    common = word.lower() in _COMMON or (word.islower() and len(word) > 1)
    return word.lower(), not common


def follows_name(text: str, start: int) -> bool:
    """Return whether a number stands after a name: "Llama 3", "Figure 1"."""
    return bool(_NAME.search(text, max(0, start - 30), start))


def follows_factor(text: str, start: int) -> bool:
    """Return whether the number is that of "by a factor of 10"."""
    return bool(_FACTOR.search(text, max(0, start - _LONGEST_FACTOR), start))


def follows_times(text: str, start: int) -> bool:
    """Return whether the number is that of "×2" and not of "256×256"."""
    before = text[max(0, start - 3) : start]
    return before.endswith("×") and not before[:-1].strip()[-1:].isalnum()
