"""Looks up what a heading or a label in a file means, however it is dressed.

Numbers, emoji, emphasis, colons and a second language in brackets say nothing about the kind.
"""

import re
import unicodedata
from functools import lru_cache

from papers import kinds

ORGANIZATION = "organization"
ABSTRACT = "abstract"
UPVOTES = "upvotes"

_FACTS = {
    ORGANIZATION: "기관 소속 institution institutions organization organisation affiliation"
    " affiliations 机构 单位 所属",
    ABSTRACT: "abstract 초록",
    UPVOTES: "👍 upvotes upvote likes 좋아요 추천",
}
FACT = "fact"
TITLE = "title"
_TITLE_WORDS = frozenset(("title", "제목", "논문명", "标题", "题目", "タイトル", "論文名", "題名"))
_OTHER_FACT_TEXT = """
author authors by category categories subject subjects published venue year date submitted score
rank 저자 작성자 분야 분류 카테고리 게재 학회 날짜 발표 著者 作者 分野 分类 类别 会议 日期 発表 年
"""
_OTHER_FACTS = frozenset(_OTHER_FACT_TEXT.split())
_FIGURES = {"score", "rank"}
"""Words that are a figure of the paper's own where another stands before them: ``F1 score``."""
_NAMES = {word: name for name, words in _FACTS.items() for word in words.split()}

_LINK_TEXT = """
a abs alphaxiv and ar5iv arxiv at code doi download face full github here hf html hugging
huggingface id in link links more on original page paper papers pdf preprint project read source
text the this to url version view web website 논문 링크 원문 페이지 보기 읽기 바로가기 주소 출처
전문 아카이브 허깅페이스 코드 더 번호 论文 链接 代码 地址 原文 論文 リンク 論文リンク コード
項目 project demo github alphaxiv doi blog video slides weights dataset available
semantic scholar s2 scirate discuss homepage site official repo repository
프로젝트 데모 깃허브 보러가기 홈페이지 저장소 主页 网址 プロジェクト ページ サイト
"""
_LINK_WORDS = frozenset(_LINK_TEXT.split())
"""Words that only say what kind of page a link leads to."""

_LONGEST_JOINED = 20  # characters of a word that may be several
_SMALL_WORDS = frozenset(("a", "and", "at", "in", "on", "the", "this", "to"))
"""Words that are no label alone."""

_PARTS = frozenset(
    (
        *("tl;dr", "tldr", "thoughts", "my thoughts", "my take", "notes", "discussion"),
        *("한 줄 요약", "한줄 요약", "세 줄 요약", "3줄 요약", "핵심 요약", "한 줄 평", "한줄평"),
        *("느낀 점", "느낀점", "총평", "생각", "ひとことでいうと", "一句话总结", "点评"),
    )
)
"""Headings of parts of a summary that are no kind of section here."""

_QUALIFYING_TEXT = """
our the proposed experimental experiment experiments main key empirical evaluation
제안 제안하는 실험 주요 연구 핵심 논문의
"""
_QUALIFIERS = frozenset(_QUALIFYING_TEXT.split())
"""First words of a heading that leave its kind as it is."""

_QUESTIONS = frozenset(("what", "how", "why", "where", "does", "is", "q", "which"))
_LONGEST_PHRASE = 40  # characters of a heading that is looked at for such words

_RELATED_TEXT = """
related references reference bibliography sources 관련 참고 참고문헌 같이 함께 읽을거리
"""
_RELATED = frozenset(_RELATED_TEXT.split())

_LONGEST = 200  # characters of a heading that is looked at
_NUMBER = re.compile(r"(?:\(?[0-9]{1,3}(?:\.[0-9]{1,3}){0,3}[.):]?|[IVX]{1,5}[.)])[ \t]+|[①-⑳]")
_BRACKETS = re.compile(r"[ \t]*[(（\[]([^()（）\[\]]*)[)）\]][ \t]*\Z")
_WORD = re.compile(r"\w+")
_EMPHASISED = re.compile(
    r"(?:\*\*|__)([^*_\n]{1,80})|\*([^*\n]{1,80})\*|■[ \t]*([^\n:：]{1,80})|<b>([^<\n]{1,80})"
)


def peeled(heading: str) -> str:
    """Return a heading without numbers, emoji, emphasis, closing marks and colons around it."""
    text = heading[:_LONGEST]
    while True:
        bare = _without_ends(text)
        bare = bare[number.end() :] if (number := _NUMBER.match(bare)) else bare
        if bare == text:
            return text
        text = bare


def _without_ends(text: str) -> str:
    begin, end = 0, len(text)
    while begin < end and _decorates(text[begin]):
        begin += 1
    while begin < end and _decorates(text[end - 1]) and text[end - 1] not in ")]）":
        end -= 1
    return text[begin:end]


def _decorates(char: str) -> bool:
    """Return whether a character at the end of a heading is only there for its looks."""
    return char in " \t#*_~`:：.-–—|\ufe0f\u200d" or unicodedata.category(char) in ("So", "Sk")


def kind(heading: str) -> str:
    """Return the kind of section that a stranger's heading means, `kinds.OTHER` for an unknown one.

    It knows synonyms, and questions.
    """
    if len(heading) > _LONGEST:
        return kinds.OTHER
    text = peeled(heading)
    found = next((row for each in _readings(text) if (row := _known(each) or _synonym(each))), "")
    return found or _asked(text)


def own_kind(heading: str) -> str:
    """Return the kind that a heading in a layout of ours means, without synonyms.

    An editor may head a section of another kind with one: it stays what it is.
    """
    if len(heading) > _LONGEST:
        return kinds.OTHER
    known = (_known(each) for each in _readings(peeled(heading)))
    return next((found for found in known if found), kinds.OTHER)


def _readings(text: str) -> list[str]:
    """Return what a peeled heading may say: itself, without brackets, in brackets, each half."""
    readings = [text]
    if brackets := _BRACKETS.search(text):
        readings += [peeled(text[: brackets.start()]), peeled(brackets[1])]
    if "/" in text:
        readings += [peeled(half) for half in text.split("/", 3)]
    return [*readings, *map(_unqualified, readings)]


def _unqualified(text: str) -> str:
    """Return a heading without the first words that leave its kind as it is."""
    words = text.split()
    while len(words) > 1 and words[0].casefold() in _QUALIFIERS:
        words = words[1:]
    return " ".join(words)


def _known(text: str) -> str:
    found = kinds.by_heading(text)
    return found if found != kinds.OTHER else _near(text.casefold())


def _near(text: str) -> str:
    rows = (row for row in kinds.headed() if text in map(str.casefold, row.near))
    return next((row.name for row in rows), "")


def _synonym(text: str) -> str:
    return _synonyms(tuple(kinds.TABLE.values())).get(text.casefold(), "")


@lru_cache(4)
def _synonyms(rows: tuple[kinds.Kind, ...]) -> dict[str, str]:
    """Return which kind a word means that is no heading of ours."""
    return {word.casefold(): row.name for row in rows for word in row.synonyms}


def _asked(text: str) -> str:
    """Return the kind of a short heading that asks for it, or has its word among others.

    In English that takes a question: ``What did they find?``. A word of Korean, Chinese or Japanese
    may stand anywhere.
    """
    if len(text) > _LONGEST_PHRASE:
        return kinds.OTHER
    lower = text.casefold()
    if not lower.isascii():
        return kinds.by_phrase(lower)
    words = _WORD.findall(lower)
    is_question = len(words) > 1 and words[0] in _QUESTIONS
    return kinds.by_question(words) if is_question else kinds.OTHER


def fact(label: str) -> str:
    """Return which fact of a paper a label announces, or ""."""
    if "👍" in label[:_LONGEST]:
        return UPVOTES
    text = peeled(label)
    names = [text, *(_BRACKETS.sub("", text), *_BRACKETS.findall(text))]
    return next((found for name in names if (found := _NAMES.get(name.casefold().strip()))), "")


def other_fact(label: str) -> str:
    """Return `FACT` or `TITLE` if a label announces what the site knows by itself, or "".

    Such are authors, categories, dates and links. The site has them from arXiv.
    """
    text = peeled(label).casefold()
    if text in _TITLE_WORDS:
        return TITLE
    words = _WORD.findall(text)
    is_known = text in _OTHER_FACTS or (
        bool(words) and words[-1] in _OTHER_FACTS - _FIGURES and len(words) < 3
    )
    return FACT if is_known or is_link_label(text) else ""


def is_section(heading: str) -> bool:
    """Return whether a heading is that of a section or a fact, and so of no paper."""
    is_known = kind(heading) != kinds.OTHER or bool(fact(heading))
    return is_known or peeled(heading).casefold() in _PARTS


def is_related(heading: str) -> bool:
    """Return whether a heading or a label announces other papers than the one above it."""
    text = peeled(heading).casefold()
    words = _WORD.findall(text)
    if not words or len(words) > 4:
        return False
    return words[0] in _RELATED or text.startswith(_RELATED_BEGINNINGS)


_RELATED_BEGINNINGS = (
    "see also",
    "further reading",
    "次に",
    "参考",
    "相关",
    "関連",
    "更に",
    "延伸",
    "더 읽",
    "더 볼",
)


def label_of(line: str) -> str:
    """Return what stands in emphasis or before a colon at the beginning of a line."""
    match = _EMPHASISED.match(line)
    return next(filter(None, match.groups()), "") if match else ""


def is_link_label(text: str) -> bool:
    """Return whether a text only says where a link leads, and so is no title."""
    words = set(_WORD.findall(text[:_LONGEST].casefold()))
    if not all(map(_is_link_word, words)):
        return False
    return not words or not words <= _SMALL_WORDS


@lru_cache(1_000)
def _is_link_word(word: str) -> bool:
    """Return whether a word says what a link leads to. Others than English ones may be joined."""
    if word in _LINK_WORDS or word.isdecimal():
        return True
    if word.isascii() or len(word) > _LONGEST_JOINED:
        return False
    parts = ((word[:at], word[at:]) for at in range(2, len(word) - 1))
    return any(first in _LINK_WORDS and _is_link_word(rest) for first, rest in parts)
