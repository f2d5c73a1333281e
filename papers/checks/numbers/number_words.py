"""Cardinal numbers in words, and magnitudes ("3 billion", "30억", "3B"), in English and Korean.

Words that name no number ("몇", "수십", "hundreds", "several") match nothing.
"""

import re
from fractions import Fraction

_ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = [
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
    "eighteen", "nineteen",
]  # fmt: skip
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ENGLISH_WORDS = {word: value for value, word in enumerate(_ONES + _TEENS, 1)} | {
    word: value * 10 for value, word in enumerate(_TENS, 2)
}
_ENGLISH_MAGNITUDES = {
    "dozen": 12, "hundred": 10**2, "thousand": 10**3, "million": 10**6,
    "billion": 10**9, "bn": 10**9, "trillion": 10**12,
}  # fmt: skip

_GAP = r"(?:\s{1,4}|-)"
_BELOW_HUNDRED = (
    rf"(?:(?:{'|'.join(_TENS)})(?:{_GAP}(?:{'|'.join(_ONES)}))?|{'|'.join(_TEENS + _ONES)})"
    r"(?![A-Za-z])"
)
_MAGNITUDE_WORDS = r"(?:dozen|hundred|thousand|million|billion|trillion)(?![A-Za-z])"
_UNIT_WORDS = r"(?:second|minute|hour|day|week|month|year|decade|century|order)(?![A-Za-z])"
ENGLISH = (
    rf"(?:{_BELOW_HUNDRED}|an?(?={_GAP}(?:{_MAGNITUDE_WORDS}|{_UNIT_WORDS})))"
    rf"(?:{_GAP}(?:hundred{_GAP}(?:and\s)?{_BELOW_HUNDRED}|{_MAGNITUDE_WORDS})){{0,3}}"
    rf"|(?:past|last|previous)(?={_GAP}{_UNIT_WORDS})"
    rf"|(?:{'|'.join(_ENGLISH_WORDS)})(?=fold)"
    r"|(?=order-of-magnitude)"
)
"""Matches a cardinal in words where a word begins, and "a" before "hundred" or "minute".

"The past decade" is one decade. In "order-of-magnitude" the number is left out: it matches nothing,
which is one.
"""

_SINO = {digit: value for value, digit in enumerate("일이삼사오육칠팔구", 1)}
_SMALL = {"십": 10, "백": 10**2, "천": 10**3}
_LARGE = {"만": 10**4, "억": 10**8, "조": 10**12}
_NATIVE_ONES = {
    "하나": 1, "한": 1, "두": 2, "세": 3, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8,
    "아홉": 9,
}  # fmt: skip
_NATIVE_TENS = {
    "열": 10, "스물": 20, "스무": 20, "서른": 30, "마흔": 40, "쉰": 50, "예순": 60, "일흔": 70,
    "여든": 80, "아흔": 90,
}  # fmt: skip

PARTICLE = r"(?:(?![가-힣])|(?=[의를을은는이가로와과에도만까당씩간치차짜마미내후전여량별동보으]))"
"""What may follow a noun: the end of the word, or a particle."""
# 차원 is not a counter: "3차원" is 3D.
_COUNTERS = (
    "개|가지|명|종류|종|편|건|단계|번(?!째)|회|차례|곳|(?<!세)대|장|쌍|층|권|마리|점|항목|문장|줄|"
    "군데|방향|축|팀|자릿수|자리수|시간|개월|년|달|주|일|분|초|배|퍼센트|비트|토큰|여"
)
COUNTER = rf"(?:{_COUNTERS}){PARTICLE}"

KOREAN = (
    rf"(?:(?:{'|'.join(_NATIVE_TENS)})(?:{'|'.join(_NATIVE_ONES)})?(?=\s?{COUNTER})"
    rf"|(?:{'|'.join(_NATIVE_ONES)})(?=\s?{COUNTER})"
    # "두 모델": a numeral that is a word of its own needs no counter. But 한 and 열 are also other
    # words ("대한", "열 것으로").
    r"|(?:두|세|네|다섯|여섯|일곱|여덟|아홉)(?=\s[가-힣A-Za-z])(?!\s번째)"
    rf"|(?<!몇\s)(?<!수\s)[일이삼사오육칠팔구십백천만억조]{{1,9}}(?=\s?{COUNTER}))"
)
"""Matches a cardinal in Hangul where a word begins."""
_SINO_FORM = re.compile(
    r"(?:[일이삼사오육칠팔구]?[천백십]){0,3}[일이삼사오육칠팔구]?(?:[만억조]"
    r"(?:[일이삼사오육칠팔구]?[천백십]){0,3}[일이삼사오육칠팔구]?){0,2}"
)
_OTHER_WORDS = frozenset(
    {"이", "일", "사", "구", "조", "억", "구조", "조사", "이조", "일조", "천사"}
)

_LETTERS = {"k": 10**3, "m": 10**6, "b": 10**9, "t": 10**12}
_LETTER_MAGNITUDE = re.compile(
    r"[KkMmBbT](?:(?=s?(?![A-Za-z0-9]))|(?=[x×](?![A-Za-z0-9])))| [KMBT](?![\w-])"
)
_WORD_MAGNITUDE = re.compile(
    rf"[\s-]{{0,3}}({'|'.join(_ENGLISH_MAGNITUDES)})s?(?![A-Za-z])", re.IGNORECASE
)
# In "5조각" and "3백본" the syllable begins another word.
_KOREAN_MAGNITUDE = re.compile(
    r"\s?([십백천]{1,2}[만억조]?|[만억조])"
    r"(?!(?<=조)[각건합직정사치율]|(?<=만)[큼족들약]|(?<=억)제|(?<=백)[본분엔터]|(?<=천)[문체])"
)
_KOREAN_GROUP = re.compile(r"\s?(\d{1,3}(?:,\d{3}){1,2}|\d{1,9})")
_ONE = frozenset({"a", "an", "order", "past", "last", "previous"})
BEGINNINGS = _ONE.union(_ENGLISH_WORDS, (f"{word}fold" for word in _ENGLISH_WORDS))
"""The words in lower case where `ENGLISH` may match."""


def english(words: str) -> int:
    """Return the value of what `ENGLISH` matched."""
    total = group = 0
    for word in re.findall(r"[a-z]+", words.lower()):
        if word in _ENGLISH_WORDS:
            group += _ENGLISH_WORDS[word]
        elif word in {"hundred", "dozen"}:
            group = (group or 1) * _ENGLISH_MAGNITUDES[word]
        elif word in _ENGLISH_MAGNITUDES:
            total += (group or 1) * _ENGLISH_MAGNITUDES[word]
            group = 0
    return total + group or 1


def korean(word: str) -> int | None:
    """Return the value of what `KOREAN` matched, or None if it is not a numeral after all."""
    for tens, value in _NATIVE_TENS.items():
        if word.startswith(tens):
            return value + _NATIVE_ONES.get(word[len(tens) :], 0)
    if word in _NATIVE_ONES:
        return _NATIVE_ONES[word]
    if word in _OTHER_WORDS or not _SINO_FORM.fullmatch(word):
        return None
    return _sino(word)


def _sino(word: str) -> int:
    total = group = digit = 0
    for syllable in word:
        if syllable in _SINO:
            digit = _SINO[syllable]
        elif syllable in _SMALL:
            group += (digit or 1) * _SMALL[syllable]
            digit = 0
        else:
            total += (group + digit or 1) * _LARGE[syllable]
            group = digit = 0
    return total + group + digit


def magnified(text: str, value: Fraction, end: int) -> tuple[Fraction, int, int]:
    """Return value, magnitude and end of the number at `end`, with what follows it."""
    if match := _LETTER_MAGNITUDE.match(text, end):
        magnitude = _LETTERS[match[0].strip().lower()]
        return value * magnitude, magnitude, match.end()
    if match := _KOREAN_MAGNITUDE.match(text, end):
        magnitude = _korean_magnitude(match)
        value, end = _with_smaller_groups(text, value * magnitude, magnitude, match.end())
        return value, magnitude, end
    magnitude = 1
    while (match := _WORD_MAGNITUDE.match(text, end)) and magnitude < 10**12:
        magnitude, end = magnitude * _ENGLISH_MAGNITUDES[match[1].lower()], match.end()
    return value * magnitude if magnitude > 1 else value, magnitude, end


def _with_smaller_groups(
    text: str, value: Fraction, smallest: int, end: int
) -> tuple[Fraction, int]:
    """Read groups of falling magnitude as one number: 1억 2천만, 3천5백."""
    while group := _KOREAN_GROUP.match(text, end):
        match = _KOREAN_MAGNITUDE.match(text, group.end())
        magnitude = _korean_magnitude(match) if match else 1
        part = Fraction(group[1].replace(",", "")) * magnitude
        # "3만 7개" is two numbers, "3만 7,000개" is one.
        if part >= smallest or (part * 10 < smallest and not match and text[end].isspace()):
            break
        value, smallest, end = value + part, magnitude, (match or group).end()
    return value, end


def _korean_magnitude(match: re.Match[str]) -> int:
    value = 1
    for syllable in match[1]:
        value *= (_SMALL | _LARGE)[syllable]
    return value
