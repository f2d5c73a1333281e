"""The table of languages. All that the site knows of a language is in its row.

Code that needs the table reads it when called and keeps no copy. A new row is then a new language
everywhere. The table is pure: it uses no database rows and no settings.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import gettext

KOREAN = "ko"
ENGLISH = "en"
"""The language of arXiv's abstracts and of the papers' titles."""
HOUSE = (KOREAN, ENGLISH)
"""The languages of a site whose settings name none. The first is its own."""

LATIN = "LATIN"
"""The script of most languages. The first word of a letter's Unicode name names its script."""


class Lengths(NamedTuple):
    """The least and most letters and digits that a section normally has.

    The most is three times the length that 99 % of the longest sections stay below: 806 in 1,255
    Korean summaries, 907 in sections drafted from 1,850 abstracts. The shortest have 22 and 28.
    """

    shortest: int
    longest: int


SPELT = Lengths(25, 2_700)
DENSE = Lengths(15, 2_400)
"""For a language in which a syllable or a character says more than a letter."""


@dataclass(frozen=True, slots=True)
class Placeholders:
    """Patterns for text that only fills a gap. They are verbose and ignore case."""

    talk: str
    """Words about the paper or the summary itself."""
    missing: str
    """Words that say that something is missing."""
    joined: str = ""
    """What may be joined to the name of a section, such as a particle."""
    slot_begins: str = ""
    """The first words of a slot to fill in: "[insert", "[your"."""
    slot_ends: str = ""
    """The last words of such a slot."""
    refusal: str = ""
    """The beginning of a sentence in which a model speaks about itself."""
    decline: str = ""
    """The beginning of an answer that is a model's refusal and not a summary."""


@dataclass(frozen=True, slots=True)
class ShortWords:
    """Tells a short word from a part of another, in a language that joins endings to words.

    All fields are verbose patterns.
    """

    before: str
    after: str
    ordinary: Mapping[str, str] = field(default_factory=dict)
    """By word: what follows the same letters where they are no term but everyday language."""


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """A row of the table. A field left out is as in most languages, or unknown."""

    code: str
    name: str
    """In English. Django's own catalogues translate it."""
    own_name: str
    """In the language itself."""
    scripts: frozenset[str] = frozenset({LATIN})
    lengths: Lengths = SPELT
    has_interface: bool = False
    """Whether the site's own words are translated, so that a site may be in it."""
    files_headed_in: str = ""
    """The language of headings in a Jekyll post's file, if it is another."""
    manner: str = ""
    """How a model is told to write it. If empty, by its code alone."""
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By field of `papers.kinds`: labels of an item. We write the first."""
    placeholders: Placeholders | None = None
    short_words: ShortWords | None = None
    family_name_first: bool = False
    """Whether a person's family name comes first, without a blank after it."""

    @property
    def translated_name(self) -> str:
        """Return its name in the reader's language."""
        return gettext(self.name)

    @property
    def is_latin(self) -> bool:
        return LATIN in self.scripts

    def label(self, name: str) -> str:
        """Return the label of a field's item, always the same word, in English if none is known.

        A field without a word in English either is labelled with its name.
        """
        words = self.labels.get(name) or TABLE[ENGLISH].labels.get(name)
        return words[0] if words else name.capitalize()

    def has_label(self, text: str) -> bool:
        """Return whether items of a section have this label, in any case."""
        folded = text.casefold()
        return any(folded == word.casefold() for words in self.labels.values() for word in words)

    def has_letter(self, letter: str) -> bool:
        return script_of(letter) in self.scripts


def of(code: str) -> Language:
    """Return a language's row by its code ("ko", "zh-hans"). An unknown one has Latin letters."""
    return TABLE.get(_base(code)) or Language(code, code, code)


def is_known(code: str) -> bool:
    return _base(code) in TABLE


def rows() -> list[Language]:
    return list(TABLE.values())


def of_label(text: str) -> str:
    """Return the code of the language that has this label, or ""."""
    return next((row.code for row in rows() if row.has_label(text)), "")


def of_name(text: str) -> str:
    """Return the code of the language that a tag or another name is in, or "" if it is in none.

    One Latin word is a name in every language. More than one are English, which the field writes.
    """
    for row in rows():
        if row.has_interface and not row.is_latin and any(map(row.has_letter, text)):
            return row.code
    words = [word for word in text.split() if any(map(TABLE[ENGLISH].has_letter, word))]
    return ENGLISH if len(words) > 1 else ""


def has_family_name_first(name: str) -> bool:
    """Return whether a name is in letters of a language that writes the family name first."""
    firsts = [row for row in rows() if row.family_name_first]
    return any(row.has_letter(letter) for row in firsts for letter in name)


def all_labels() -> list[str]:
    """Return the labels of items, in every language."""
    return [word for row in rows() for words in row.labels.values() for word in words]


@lru_cache(maxsize=20_000)
def script_of(letter: str) -> str:
    """Return the first word of the letter's Unicode name, such as "HANGUL". Without a name, ""."""
    return unicodedata.name(letter, "").partition(" ")[0]


def matched(said: str, known: Collection[str]) -> str | None:
    """Return the code of `known` for a language as people write it, or else our own code for it.

    "en-US", "en_GB" and "English" are "en". "zh-CN" is "zh-hans" or "zh", never "zh-hant". Returns
    None for what is no language.
    """
    spelt = said.strip().casefold().replace("_", "-").partition(".")[0]
    spelt = _NAMES.get(spelt, spelt)
    if not _CODE.fullmatch(spelt):
        return next((row.code for row in rows() if spelt in _names_of(row)), None)
    base = _base(spelt)
    codes = (spelt, *(f"{base}-{script}" for script in _SCRIPTS.get(spelt, ())), base)
    return next((code for code in codes if code in known), base)


_CODE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8}){0,3}")
# Codes of countries that stand for their language in many a blog, and no language of papers.
_NAMES = {"kr": KOREAN, "jp": "ja", "cn": "zh-cn"}
_SCRIPTS = {
    **dict.fromkeys(("zh", "zh-cn", "zh-sg", "zh-hans-cn"), ("hans",)),
    **dict.fromkeys(("zh-tw", "zh-hk", "zh-mo", "zh-hant-tw"), ("hant",)),
}


def _names_of(row: Language) -> tuple[str, str]:
    return row.name.casefold(), row.own_name.casefold()


def _base(code: str) -> str:
    return code.partition("-")[0]


_KOREAN_PARTICLE = (
    "(?:에서는|에서도|에서|에게|에는|에도|으로는|으로|에|의|은|는|이|가|을|를|도|로|와|과|상|만)?"
)
_KOREAN_PLACEHOLDERS = Placeholders(
    talk=rf"""
    (?:논문|초록|본문|원문|원본|텍스트|문서|저자|저자들|정보|내용|자료|사항|한계|한계점|제한|제한점
      |제한사항|제약|제약사항|방법|방법론|결과|결론|서론|요약|초안|번역|부분|여기|이곳|별도
      |특이사항|해당사항|세부사항){_KOREAN_PARTICLE}
  | 이 | 본 | 해당 | 제공된 | 주어진 | 관련 | 관련된 | 추가 | 추가적인 | 세부 | 상세 | 상세한
  | 특별한 | 충분한 | 충분히 | 구체적인? | 구체적으로 | 명확한 | 명확히 | 명확하게 | 명시적인?
  | 명시적으로 | 직접적인? | 직접적으로 | 직접 | 알 | 알려진 | 따로 | 별도로 | 전혀 | 현재 | 아직
  | 대한 | 대해 | 대해서는 | 관한 | 수 | 있지 | 자세한 | 자세히 | 때문에 | 중 | 중입니다
  | (?:명시|언급|기술|서술|기재|제시|제공|논의|설명|공개|보고|확인|파악|판단|생성|작성|요약
      |기록)(?:되어|되지|돼|되|하지|할|하여|을|를|이|가|은|는|된|에)?
""",
    missing=r"""
    (?:않|없|못|못하|부족|불충분|미흡|불가|불가능|실패|미제공|미기재|미언급|미명시|미확인)(?:하|했
      |되|합|했|았|었)?(?:음|임|함|됨|다|는다|습니다|니다|였음|였다|입니다)?
  | 미정 | 미상 | 생략 | 예정 | 예정입니다 | 추후 | 준비 | 준비중 | 작성중 | 입력하세요
  | 작성하세요
  | 작성해 | 않는다 | 모름
""",
    joined=_KOREAN_PARTICLE,
    slot_begins="여기에?|내용을?|이름|입력|작성",
    slot_ends="입력|작성|삽입",
    refusal=r"""죄송합니다 | 죄송하지만 | 저는\ (?:AI|인공지능|언어\ ?모델)
        | (?:AI|인공지능)\ 언어\ ?모델로서 | 물론(?:입니다|이죠)[.!,]
        | (?:다음은|아래는)\ .{0,20}요약(?:입니다|문입니다)""",
    decline=r"죄송 | 도와\ ?드릴\ 수\ 없 | 요청하신.{0,40}수\ 없",
)
_ENGLISH_PLACEHOLDERS = Placeholders(
    talk=r"""
    the | this | an? | in | by | from | of | for | on | with | and | or | it | its | to | be | is
  | are | was | were | has | have | had | been | do | does | did | there | here | any | explicitly
  | specifically | clearly | directly | yet | currently | at | all | time | papers? | abstracts?
  | texts? | articles? | source | study | authors? | documents? | summary | summaries | draft
  | translation | provided | provide | provides | given | original | mention(?:s|ed)? | states?
  | stated | specif(?:y|ied|ies|ics?) | report(?:s|ed)? | details? | discuss(?:es|ed)?
  | address(?:es|ed)? | describ(?:e|es|ed) | disclosed? | available | applicable | found
  | information | limitations? | contents? | context | further | additional | relevant | explicit
  | enough | generated? | generation | section | methods? | results? | conclusions? | introduction
  | this | goes | soon
""",
    missing=r"""
    not | no | none | cannot | couldn't | doesn't | don't | isn't | aren't | insufficient
  | unavailable | unknown | unspecified | undefined | missing | lacks? | lacking | failed | error
  | unable | null | nil | nan | n/?a | tb[acd] | todo | fixme | xxx+ | placeholder | coming
  | determined | announced | added | insert | blank | empty | pending | lorem | ipsum
""",
    slot_begins=r"insert|add|enter|your|fill\ in|placeholder|todo|tbd|fixme",
    refusal=r"""I['’]?m\ (?:sorry|unable)
        | I\ (?:am\ (?:sorry|unable)|cannot|can['’]t|apologi[sz]e)
        | as\ an?\ (?:AI|artificial\ intelligence|large\ language\ model|language\ model)\b,?
        | (?:sure|certainly|of\ course)[,!]\ here
        | here\ is\ (?:the|a|your)\ (?:requested\ )?(?:summary|translation|draft)""",
    decline=r"""(?:i['’]?m|i\ am)\ (?:very\ |so\ )?(?:sorry|unable|not\ able)
        | i\ (?:can(?:no|['’])t|cannot|won['’]?t|must\ decline) | as\ an\ ai\b | sorry,""",
)
_KOREAN_SHORT_WORDS = ShortWords(
    before=r"(?<![가-힣])",
    # The word stands alone but for a particle: no "주의" in "자본주의" or "주의사항".
    after=r"""(?=(?:은|는|이|가|을|를|의|에|도|만|와|과|로|으로|나|이나|란|이란|라는|이라는|인
    |이다|이며|이고|임|입니다|에서|에는|에서는|에서의|에게|으로의|로의|와의|과의|로서|으로서|부터
    |까지|보다|처럼|들|들이|들은|들을|들의|적|적인|적으로|별|용|간|형|식)?(?![가-힣]))""",
    # Ordinary meanings of the same letters: care that is taken, questions and answers.
    ordinary={
        "주의": r"""(?<!각별한\s)(?<!세심한\s)
        (?!\s?깊|\S?\s(?:기울|필요|요구|요하|요한|끌|환기|분산|집중력))""",
        "질의": r"(?!\s?응답)",
    },
)


def _in(*scripts: str) -> frozenset[str]:
    return frozenset(scripts)


TABLE: dict[str, Language] = {
    row.code: row
    for row in (
        Language(
            KOREAN,
            "Korean",
            "한국어",
            _in("HANGUL"),
            DENSE,
            has_interface=True,
            files_headed_in=ENGLISH,  # As in the blog that the project began with.
            manner="Korean (ko), in written style with sentences that end in -다; names of models,"
            " data sets and metrics stay in Latin letters",
            labels={
                "goal": ("목표", "목적", "연구 목표"),
                "motivation": ("동기", "연구 동기"),
                "contribution": ("기여", "주요 기여"),
            },
            placeholders=_KOREAN_PLACEHOLDERS,
            short_words=_KOREAN_SHORT_WORDS,
            family_name_first=True,
        ),
        Language(
            ENGLISH,
            "English",
            "English",
            has_interface=True,
            manner="English (en)",
            labels={
                "goal": ("Goal", "Objective"),
                "motivation": ("Motivation",),
                "contribution": ("Contribution", "Contributions"),
            },
            placeholders=_ENGLISH_PLACEHOLDERS,
        ),
        Language(
            "ja",
            "Japanese",
            "日本語",
            _in("HIRAGANA", "KATAKANA", "CJK"),
            DENSE,
            family_name_first=True,
        ),
        Language("zh", "Chinese", "中文", _in("CJK"), DENSE, family_name_first=True),
        Language("ar", "Arabic", "العربيّة", _in("ARABIC")),
        Language("bg", "Bulgarian", "български", _in("CYRILLIC")),
        Language("el", "Greek", "Ελληνικά", _in("GREEK")),
        Language("fa", "Persian", "فارسی", _in("ARABIC")),
        Language("he", "Hebrew", "עברית", _in("HEBREW")),
        Language("hi", "Hindi", "हिंदी", _in("DEVANAGARI")),
        Language("ru", "Russian", "Русский", _in("CYRILLIC")),
        Language("sr", "Serbian", "српски", _in("CYRILLIC")),
        Language("th", "Thai", "ภาษาไทย", _in("THAI")),
        Language("uk", "Ukrainian", "Українська", _in("CYRILLIC")),
        Language("cs", "Czech", "česky"),
        Language("da", "Danish", "dansk"),
        Language("de", "German", "Deutsch"),
        Language("es", "Spanish", "español"),
        Language("fi", "Finnish", "suomi"),
        Language("fr", "French", "français"),
        Language("hu", "Hungarian", "Magyar"),
        Language("id", "Indonesian", "Bahasa Indonesia"),
        Language("it", "Italian", "italiano"),
        Language("nl", "Dutch", "Nederlands"),
        Language("pl", "Polish", "polski"),
        Language("pt", "Portuguese", "Português"),
        Language("sv", "Swedish", "svenska"),
        Language("tr", "Turkish", "Türkçe"),
        Language("vi", "Vietnamese", "Tiếng Việt"),
    )
}
"""By code. Those before Arabic have a length of their own. The last ones are in Latin letters."""
