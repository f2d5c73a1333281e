"""Turns a model's answer into sections, or says why it is unusable. The answer is hostile text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from papers import languages
from papers.checks.evidence import claims
from papers.drafting.llm import excerpt, objects, wording
from papers.drafting.llm.completion import OPENING, Completion, Failure, Unusable, require_whole
from papers.drafting.llm.prompt import Question, Statement
from papers.kinds import Kind
from papers.text import line
from papers.text.cleaning import fold

MOST_SOURCES = 3
"""Sentences of the paper that one claim may rest on."""
MOST_NAMED = 20
"""Numbers that are read of one statement. Those that no sentence has are told."""
READ_SHARE = 0.5
"""The server must have read at least this share of the tokens we sent, by our own count.

Its tokenizer may count fewer tokens, but not so many fewer.
"""


@dataclass(frozen=True, slots=True)
class Draft:
    """Sections as a model wrote them, cleaned."""

    sections: dict[str, str]
    """Markdown by kind, in the order of the sections. Kinds the paper does not state are absent."""
    empty: tuple[str, ...]
    """Fields that the model left empty, or filled with words that say nothing."""
    unfit: tuple[str, ...]
    """Kinds of one line whose text does not fit into it. They are left out."""
    sources: Mapping[str, tuple[int, ...]]
    """By checksum of each claim: the numbers of the paper's sentences that it rests on."""
    invented: Mapping[str, tuple[int, ...]]
    """By kind of section: the numbers that no sentence has that was sent."""


def read(said: Completion, question: Question) -> Draft:
    """Return the draft in an answer. Raises Unusable."""
    require_whole(said)
    sent = excerpt.tokens(question.text)
    if said.prompt_tokens is not None and said.prompt_tokens < READ_SHARE * sent:
        raise Unusable(
            Failure.OVERFLOW,
            f"the server read {said.prompt_tokens:,} tokens of about {sent:,}: its context is "
            "smaller than MODEL_CONTEXT_TOKENS, so enlarge the one or lower the other",
        )
    statements = _statements(said.content, question)
    draft = _draft(statements, question)
    if not draft.sections:
        raise Unusable(Failure.PROSE, _why_nothing(draft))
    told = " ".join(map(_joined, statements.values()))
    if not wording.speaks(told, question.language):
        raise Unusable(Failure.LANGUAGE, f"the answer is not in the language {question.language}")
    return draft


def _why_nothing(draft: Draft) -> str:
    if draft.unfit:
        return f"does not fit into one plain line: {', '.join(draft.unfit)}"
    return "every part of the answer is empty"


Statements = Mapping[str, Sequence[Statement]]
"""By field. A field that says nothing has no statements."""


def _statements(content: str, question: Question) -> Statements:
    """Return the statements of each field in plain text."""
    found = objects.find(content, question.asked.keys(), question.asked.values())
    given = {name: _lenient(found.get(name)) for name in question.asked}
    try:
        filled = question.form.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise Unusable(
            Failure.PROSE, f"not in the form asked for: {where}: {first['msg']}"
        ) from None
    return {field: _plain(getattr(filled, field)) for field in question.asked}


def _plain(given: Iterable[Statement]) -> list[Statement]:
    said = [Statement(text=wording.plain(each.text), sources=each.sources) for each in given]
    if wording.is_refusal(_joined(said)):
        raise Unusable(Failure.REFUSED, f"the model refused: {fold(_joined(said))[:OPENING]}")
    return [] if wording.is_placeholder(_joined(said)) else said


def _joined(said: Iterable[Statement]) -> str:
    return " ".join(filter(None, (each.text for each in said)))


def _lenient(value: Any) -> Any:
    """Return a field's value as statements, where its meaning is clear. The form has the rest."""
    if isinstance(value, dict) and isinstance(value.get("text"), list):
        texts = value["text"]
        if all(isinstance(each, str) for each in texts):
            value = {**value, "text": " ".join(texts)}
    given = value if isinstance(value, list) else [] if value is None else [value]
    return [_lenient_statement(each) for each in given if each is not None]


def _lenient_statement(value: Any) -> Any:
    if isinstance(value, str):
        return {"text": value, "sources": []}
    if not isinstance(value, dict) or ("text" not in value and value.keys() - {"sources"}):
        return value
    text = value.get("text")
    return {"text": "" if text is None else text, "sources": _numbers(value.get("sources"))}


_NUMBER = re.compile(r"\W*(?:sentence|문장)?\W*(\d{1,6})\W*(?:\||$)", re.IGNORECASE)
_TOO_LARGE = 1_000_000  # No paper has so many sentences.


def _numbers(value: Any) -> list[int]:
    """Return the numbers of sentences: 3, "3", "[3]", "3| We …", [3, "4"]. Words name none."""
    values = value if isinstance(value, list) else [value]
    numbers = (_number(each) for each in values)
    return list(dict.fromkeys(each for each in numbers if each is not None))[:MOST_NAMED]


def _number(value: Any) -> int | None:
    if isinstance(value, dict):
        value = next(iter(value.values()), None)
    if isinstance(value, list):
        value = value[0] if len(value) == 1 else None
    if isinstance(value, int) and not isinstance(value, bool):
        return value if 0 <= value < _TOO_LARGE else None
    number = _NUMBER.match(value) if isinstance(value, str) else None
    return int(number[1]) if number else None


def _draft(statements: Statements, question: Question) -> Draft:
    sections = {row.name: _section(row, statements, question.language) for row in question.sections}
    return Draft(
        sections={kind: text for kind, text in sections.items() if text},
        empty=tuple(field for field, said in statements.items() if not said),
        unfit=tuple(
            row.name
            for row in question.sections
            if row.is_line and not sections[row.name] and any(_said(row, statements).values())
        ),
        sources=_sources(sections, statements, question),
        invented={
            row.name: unknown
            for row in question.sections
            if (unknown := _unknown(row, statements, question.numbers))
        },
    )


def _sources(
    sections: Mapping[str, str], statements: Statements, question: Question
) -> dict[str, tuple[int, ...]]:
    """Return what each claim of the sections rests on: what the statement does that holds it."""
    found = {}
    for row in question.sections:
        said = [each for field in row.fields for each in statements[field.name]]
        letters = [claims.letters(each.text) for each in said]
        for claim in claims.claims(sections[row.name]):
            wanted = claims.letters(claim.text)
            same = [at for at, text in enumerate(letters) if wanted == text]
            holding = same or [at for at, text in enumerate(letters) if wanted and wanted in text]
            numbers = said[holding[0]].sources if holding else []
            if known := [number for number in numbers if number in question.numbers]:
                found[claims.checksum(claim.text)] = tuple(dict.fromkeys(known))[:MOST_SOURCES]
    return found


def _unknown(row: Kind, statements: Statements, numbers: Collection[int]) -> tuple[int, ...]:
    named = (at for field in row.fields for each in statements[field.name] for at in each.sources)
    return tuple(number for number in dict.fromkeys(named) if number not in numbers)


def _said(row: Kind, statements: Statements) -> dict[str, str]:
    return {field.name: _joined(statements[field.name]) for field in row.fields}


def _section(row: Kind, statements: Statements, language: str) -> str:
    texts = _said(row, statements)
    if row.longest is not None:
        return line.of_markdown(" ".join(texts.values()), row.longest)
    if not row.is_labelled:
        return "".join(texts.values())
    label = languages.of(language).label
    said = [(label(name), fold(text)) for name, text in texts.items()]
    return "\n".join(f"- **{label}:** {text}" for label, text in said if text)
