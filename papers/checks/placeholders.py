"""Text that stands where a text should: "정보 부족", "N/A", "TODO", a template's remains.

A sentence is a placeholder when it says that something is missing and each of its words speaks of
the paper or of the summary itself. One that names a thing ("데이터가 부족하다") is the paper's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_noop

from papers.checks.base import Check, Claim, Finding, Level, PaperText, Term
from papers.checks.prose import SENTENCE, Item, items, prose

NAME = "placeholders"
VERSION = 1

_MESSAGES = {
    "placeholder": gettext_noop("“%(text)s” stands where a text should."),
    "template": gettext_noop("“%(text)s” is left over from a template."),
    "refusal": gettext_noop("“%(text)s” is a model speaking of itself."),
}
_PARTICLE = (
    "(?:에서는|에서도|에서|에게|에는|에도|으로는|으로|에|의|은|는|이|가|을|를|도|로|와|과|상|만)?"
)
_KOREAN_TALK = rf"""
    (?:논문|초록|본문|원문|원본|텍스트|문서|저자|저자들|정보|내용|자료|사항|한계|한계점|제한|제한점
      |제한사항|제약|제약사항|방법|방법론|결과|결론|서론|요약|초안|번역|부분|여기|이곳|별도
      |특이사항|해당사항|세부사항){_PARTICLE}
  | 이 | 본 | 해당 | 제공된 | 주어진 | 관련 | 관련된 | 추가 | 추가적인 | 세부 | 상세 | 상세한
  | 특별한 | 충분한 | 충분히 | 구체적인? | 구체적으로 | 명확한 | 명확히 | 명확하게 | 명시적인?
  | 명시적으로 | 직접적인? | 직접적으로 | 직접 | 따로 | 별도로 | 전혀 | 현재 | 아직 | 대한 | 대해
  | 대해서는 | 관한 | 수 | 있지 | 자세한 | 자세히 | 때문에 | 중 | 중입니다
  | (?:명시|언급|기술|서술|기재|제시|제공|논의|설명|공개|보고|확인|파악|판단|생성|작성|요약
      |기록)(?:되어|되지|돼|되|하지|할|하여|을|를|이|가|은|는|된|에)?
"""
_KOREAN_MISSING = r"""
    (?:않|없|못|못하|부족|불충분|미흡|불가|불가능|실패|미제공|미기재|미언급|미명시|미확인)(?:하|했
      |되|합|했|았|었)?(?:음|임|함|됨|다|는다|습니다|니다|였음|였다|입니다)?
  | 미정 | 미상 | 생략 | 예정 | 예정입니다 | 추후 | 준비 | 준비중 | 작성중 | 입력하세요
  | 작성하세요
  | 작성해 | 않는다 | 모름
"""
_ENGLISH_TALK = r"""
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
"""
_ENGLISH_MISSING = r"""
    not | no | none | cannot | couldn't | doesn't | don't | isn't | aren't | insufficient
  | unavailable | unknown | unspecified | undefined | missing | lacks? | lacking | failed | error
  | unable | null | nil | nan | n/?a | tb[acd] | todo | fixme | xxx+ | placeholder | coming
  | determined | announced | added | insert | blank | empty | pending | lorem | ipsum
"""
_TALK = re.compile(f"{_KOREAN_TALK}|{_ENGLISH_TALK}", re.VERBOSE | re.IGNORECASE)
_MISSING = re.compile(f"{_KOREAN_MISSING}|{_ENGLISH_MISSING}", re.VERBOSE | re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:[/'’][^\W_]+)*")
_DASHES = re.compile(r"[-–—.…?/]+")  # "Limitations: -"
_MAX_SENTENCE = 200

_ANYWHERE = {
    "template": re.compile(
        r"""(?P<template>
        (?<![\\_^{}\w]) \{\{ \s* [\w .|:'"-]{1,80} \}\} | \{% [^%{}\n]{1,80} %\}
          | <%=? [^%<>\n]{1,80} %>
      | \$\{ [a-z]\w{0,40} \} | \[\s*(?:\.\.\.|…)\s*\]
      | \[ \s* (?:insert|add|enter|your|fill\ in|placeholder|todo|tbd|fixme|여기에?|내용을?|이름
      |입력|작성) \b
            [^\[\]\n]{0,80} \] (?!\()
      | \[ [^\[\]\n]{1,40}(?:입력|작성|삽입)\s?\] (?!\()
      | \b lorem\ ipsum (?:\ dolor(?:\ sit\ amet)?)? | \[object\ Object\]
      | \b (?:TODO|TBD|FIXME) \s? (?:[:：] | \([\w .@-]{1,40}\)))
        """,
        re.VERBOSE | re.IGNORECASE,
    ),
    "refusal": re.compile(
        r"""
        (?:^|(?<=[.!?。]\s)|(?<=\n))
        [>*_\s\#-]{0,9}
        (?P<refusal>I['’]?m\ (?:sorry|unable) | I\ (?:am\ (?:sorry|unable)|cannot|can['’]t
          |apologi[sz]e)
         | as\ an?\ (?:AI|artificial\ intelligence|large\ language\ model|language\ model)\b,?
         | (?:sure|certainly|of\ course)[,!]\ here
         | here\ is\ (?:the|a|your)\ (?:requested\ )?(?:summary|translation|draft)
         | 죄송합니다 | 죄송하지만 | 저는\ (?:AI|인공지능|언어\ ?모델)|(?:AI
         |인공지능)\ 언어\ ?모델로서
         | 물론(?:입니다|이죠)[.!,] | (?:다음은|아래는)\ .{0,20}요약(?:입니다|문입니다))
        """,
        re.VERBOSE | re.IGNORECASE,
    ),
}


def check(markdown: str) -> list[Finding]:
    """Placeholders, remains of templates, and a model's words about itself: errors."""
    text = prose(markdown)
    spans = [
        (*match.span(code), code)
        for code, pattern in _ANYWHERE.items()
        for match in pattern.finditer(markdown)
        if match[code] == text[slice(*match.span(code))]
    ]
    for item in items(markdown):
        if item.is_heading:
            continue
        if item.label and _DASHES.fullmatch(markdown, item.start, item.end):
            spans.append((item.start, item.end, "placeholder"))
        spans += [(start, end, "placeholder") for start, end in _empty_talk(text, item)]
    return [_finding(markdown, *span) for span in _apart(spans)]


def _apart(spans: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """Spans in their order, without those that begin inside one before."""
    last = 0
    for span in sorted(spans):
        if span[0] >= last:
            yield span
            last = span[1]


def _empty_talk(text: str, item: Item) -> Iterator[tuple[int, int]]:
    """Spans of the sentences that only say that something is missing."""
    for sentence in SENTENCE.finditer(text, item.start, item.end):
        words = list(_WORD.finditer(text, *sentence.span()))
        if words and len(sentence[0]) <= _MAX_SENTENCE and _says_nothing(words):
            yield words[0].start(), words[-1].end()


def _says_nothing(words: list[re.Match[str]]) -> bool:
    missing = [bool(_MISSING.fullmatch(word[0])) for word in words]
    return any(missing) and all(
        found or _TALK.fullmatch(word[0]) for word, found in zip(words, missing, strict=True)
    )


def _finding(markdown: str, start: int, end: int, code: str) -> Finding:
    text = markdown[start:end]
    return Finding(
        NAME, Level.ERROR, code, _MESSAGES[code], start, end, text=text, data={"text": text}
    )


def _of_section(claim: Claim, paper: PaperText, glossary: Sequence[Term]) -> list[Finding]:
    return check(claim.markdown)


CHECK = Check(NAME, VERSION, section=_of_section)
