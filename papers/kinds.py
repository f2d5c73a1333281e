"""The table of section kinds. All that the site knows of a kind is in its row.

Code that needs the table reads it when called and keeps no copy. A new row is then a new kind
everywhere, without a migration. The table is pure: it uses no database rows and no settings. The
parts of a paper's full text are a different thing (`papers.fulltext.base.Kind`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import get_language, gettext_noop

from papers.languages import ENGLISH, KOREAN

GIST = "gist"
INTRODUCTION = "introduction"
METHOD = "method"
RESULTS = "results"
LIMITATIONS = "limitations"
CONCLUSION = "conclusion"
OTHER = "other"

GIST_LENGTH = 120
"""The most characters of a gist, which is one line."""


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a model is asked for."""

    name: str
    """Its name in the model's answer. No other field of any kind has it."""
    asked: str
    """What the model is asked for, in English."""


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """A row of the table."""

    name: str
    """The name stored with each section."""
    position: int
    """Its place among the others. It is stored with each section too, so it never changes."""
    headings: Mapping[str, tuple[str, ...]]
    """By language, English always. We write the first heading, and read all of them in files."""
    near: tuple[str, ...] = ()
    """Words for it in a heading inside another section. In a file it is a heading of its own."""
    synonyms: tuple[str, ...] = ()
    """Other words for it in files of strangers. They are read there and nowhere else."""
    question_words: tuple[str, ...] = ()
    """English words for it in a heading of a stranger's file that is a question."""
    asked_last: bool = False
    """Whether its question words stand in questions about other kinds too (*how did it fail*)."""
    phrase_words: tuple[str, ...] = ()
    """Words for it anywhere in such a heading, in languages that join words or their ends."""
    has_own_heading: bool = False
    """Whether each of its sections has a heading that a person wrote. Only OTHER does."""
    longest: int | None = None
    """If set, it is one line of plain text with at most so many characters, and never headed."""
    fields: tuple[Field, ...] = ()
    """What a model is asked for. If empty, no model writes it."""
    from_roles: tuple[str, ...] = ()
    """The roles of the abstract's sentences that the extractive drafter puts in it."""
    from_part: str = ""
    """The kind of full-text part that the extractive drafter quotes for it."""
    missing: str | None = None
    """The message, to be translated, for a summary without it. None means no message."""

    @property
    def label(self) -> str:
        """Return its heading in the reader's language."""
        return self.heading(get_language() or ENGLISH)

    @property
    def is_line(self) -> bool:
        """Return whether it is one line beside the sections, and no section for who counts them."""
        return self.longest is not None

    @property
    def is_headed(self) -> bool:
        """Return whether its sections stand under a heading that is always the same."""
        return not self.has_own_heading and not self.is_line

    @property
    def is_labelled(self) -> bool:
        """Return whether it consists of labelled items, one for each of its fields."""
        return len(self.fields) > 1

    def heading(self, language: str) -> str:
        """Return its heading in a language, in English if none is known."""
        known = self.headings.get(language.partition("-")[0]) or self.headings[ENGLISH]
        return known[0]

    def has_heading(self, text: str) -> bool:
        """Return whether a heading in a file means this kind, in any language and case."""
        return self.is_headed and text.casefold() in map(str.casefold, self.all_headings)

    @property
    def all_headings(self) -> list[str]:
        return [heading for words in self.headings.values() for heading in words]


def rows() -> list[Kind]:
    """Return all kinds in order."""
    return sorted(TABLE.values(), key=lambda row: row.position)


def of(name: str) -> Kind:
    """Return the row of a kind. A stored kind without a row (any more) comes last, by its name."""
    return TABLE.get(name) or Kind(name, _LAST, {ENGLISH: (name,)})


def choices() -> list[tuple[str, str]]:
    """Return names and labels, in the form a model's field takes."""
    return [(row.name, row.label) for row in rows()]


def headed() -> list[Kind]:
    """Return the kinds under a heading that is always the same."""
    return [row for row in rows() if row.is_headed]


def offered() -> list[Kind]:
    """Return the kinds that a summary has once, so that an editor is offered each of them."""
    return [row for row in rows() if not row.has_own_heading]


def lines() -> list[str]:
    """Return the names of the kinds that are one line."""
    return [row.name for row in rows() if row.is_line]


def expected() -> list[Kind]:
    """Return the kinds that a whole summary has."""
    return [row for row in rows() if row.missing is not None]


def asked_of_models() -> list[Kind]:
    """Return the kinds that a model writes."""
    return [row for row in rows() if row.fields]


def by_heading(text: str) -> str:
    """Return the kind that a heading in a file means. It is OTHER for an unknown heading."""
    return next((row.name for row in rows() if row.has_heading(text)), OTHER)


def by_question(words: Collection[str]) -> str:
    """Return the kind that a question in English asks for, or OTHER.

    Questions about later kinds have words of earlier ones in them: *what is missing in the idea*.
    """
    in_order = sorted(rows(), key=lambda row: (row.asked_last, -row.position))
    asked = (row.name for row in in_order if not set(words).isdisjoint(row.question_words))
    return next(asked, OTHER)


def by_phrase(text: str) -> str:
    """Return the kind whose word comes first in a heading, the longer one of two, or OTHER."""
    found = [
        (text.find(word), -len(word), row.name)
        for row in rows()
        for word in row.phrase_words
        if word in text
    ]
    return min(found)[2] if found else OTHER


def begins_section(text: str) -> bool:
    """Return whether a heading is that of a section, or near it."""
    near = {word.casefold() for row in headed() for word in row.near}
    return by_heading(text) != OTHER or text.casefold() in near


_LAST = 32_767  # The largest value of the position's column.

TABLE: dict[str, Kind] = {
    row.name: row
    for row in (
        Kind(
            GIST,
            0,
            {ENGLISH: ("Gist",), KOREAN: ("한 줄 요약",)},
            longest=GIST_LENGTH,
            fields=(
                Field(
                    "gist",
                    "the whole for somebody who reads nothing else: what is new and what it"
                    " achieves, in one plain sentence of at most 120 characters, without formulas",
                ),
            ),
        ),
        Kind(
            INTRODUCTION,
            1,
            {ENGLISH: ("Introduction",), KOREAN: ("서론", "소개")},
            synonyms=(
                "background",
                "motivation",
                "problem",
                "problem statement",
                "research question",
                "why",
                "why it matters",
                "goal",
                "goals",
                "objective",
                "aim",
                "contribution",
                "contributions",
                "overview",
                "배경",
                "동기",
                "문제",
                "문제 정의",
                "문제의식",
                "목표",
                "목적",
                "기여",
                "개요",
                "요약",
                "왜",
                "도입",
                "背景",
                "動機",
                "目的",
                "問題",
                "概要",
                "摘要",
                "动机",
                "问题",
                "引言",
                "はじめに",
                "简介",
                "どんなもの",
                "先行研究と比べて",
            ),
            question_words=("problem", "why", "goal", "about", "motivation", "matters"),
            phrase_words=(
                "왜",
                "문제",
                "배경",
                "동기",
                "목표",
                "どんなもの",
                "先行研究",
                "背景",
                "动机",
            ),
            fields=(
                Field("goal", "what the paper sets out to do, in one sentence"),
                Field(
                    "motivation", "why: what was missing or wrong before, in one or two sentences"
                ),
                Field("contribution", "what is new in it, in one or two sentences"),
            ),
            from_roles=("background", "objective"),
            missing=gettext_noop("The introduction is missing."),
        ),
        Kind(
            METHOD,
            2,
            {ENGLISH: ("Method", "Methods"), KOREAN: ("방법",)},
            near=("Methodology", "방법론"),
            synonyms=(
                "approach",
                "idea",
                "key idea",
                "core idea",
                "how",
                "how it works",
                "model",
                "architecture",
                "framework",
                "technique",
                "proposal",
                "proposed method",
                "implementation",
                "what they do",
                "what they did",
                "접근",
                "접근법",
                "접근 방식",
                "아이디어",
                "제안",
                "제안 방법",
                "모델",
                "구조",
                "어떻게",
                "手法",
                "方法",
                "提案",
                "提案手法",
                "仕組み",
                "アプローチ",
                "技術",
                "做法",
                "模型",
                "思路",
                "方案",
                "架构",
            ),
            question_words=(
                "how",
                "do",
                "did",
                "done",
                "work",
                "works",
                "idea",
                "approach",
                "propose",
                "proposed",
            ),
            asked_last=True,
            phrase_words=(
                "어떻게",
                "무엇을 했",
                "방법",
                "접근",
                "아이디어",
                "手法",
                "方法",
                "キモ",
                "做法",
            ),
            fields=(Field("method", "how it is done, in two to five sentences"),),
            from_roles=("method",),
            missing=gettext_noop("The section on the method is missing."),
        ),
        Kind(
            RESULTS,
            3,
            {ENGLISH: ("Results", "Result"), KOREAN: ("결과",)},
            near=("실험 결과",),
            synonyms=(
                "findings",
                "finding",
                "evidence",
                "experiment",
                "experiments",
                "evaluation",
                "performance",
                "outcome",
                "outcomes",
                "numbers",
                "what they found",
                "what came out",
                "실험",
                "성능",
                "성과",
                "숫자",
                "수치",
                "평가",
                "結果",
                "実験",
                "実験結果",
                "評価",
                "検証",
                "成果",
                "结果",
                "实验",
                "实验结果",
                "发现",
                "效果",
                "评测",
            ),
            question_words=("find", "found", "show", "shown", "result", "results", "come", "came"),
            phrase_words=(
                "결과",
                "실험",
                "성능",
                "숫자",
                "얼마나",
                "結果",
                "有効",
                "検証",
                "実験",
                "结果",
                "实验",
            ),
            fields=(
                Field(
                    "results",
                    "what came out, with the paper's own numbers, in two to five sentences",
                ),
            ),
            from_roles=("result",),
            missing=gettext_noop("The section on the results is missing."),
        ),
        Kind(
            LIMITATIONS,
            4,
            {ENGLISH: ("Limitations", "Limitation"), KOREAN: ("한계",)},
            near=("한계점",),
            synonyms=(
                "limits",
                "caveat",
                "caveats",
                "weakness",
                "weaknesses",
                "cons",
                "doubt",
                "doubts",
                "drawback",
                "drawbacks",
                "shortcomings",
                "criticism",
                "open question",
                "open questions",
                "where it fails",
                "what is missing",
                "아쉬운 점",
                "아쉬움",
                "단점",
                "약점",
                "제한점",
                "課題",
                "限界",
                "議論",
                "弱点",
                "不足",
                "局限",
                "局限性",
                "缺点",
                "问题与不足",
            ),
            question_words=("missing", "fail", "fails", "limits", "limitations", "wrong", "weak"),
            phrase_words=("한계", "아쉬", "단점", "약점", "議論", "課題", "限界", "不足", "局限"),
            fields=(
                Field(
                    "limitations",
                    "the limits that the authors themselves name, in one to three sentences",
                ),
            ),
            from_part="limitations",
            missing=gettext_noop("The section on the limitations is missing."),
        ),
        Kind(
            CONCLUSION,
            5,
            {ENGLISH: ("Conclusion", "Conclusions"), KOREAN: ("결론",)},
            synonyms=(
                "takeaway",
                "takeaways",
                "take-away",
                "closing",
                "마무리",
                "맺음말",
                "まとめ",
                "結論",
                "结论",
                "总结",
            ),
            fields=(
                Field("conclusion", "what the authors conclude from it, in one or two sentences"),
            ),
            from_part="conclusion",
            missing=gettext_noop("The conclusion is missing."),
        ),
        Kind(OTHER, 6, {ENGLISH: ("Other",), KOREAN: ("기타",)}, has_own_heading=True),
    )
}
"""By name."""
