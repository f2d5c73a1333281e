"""Turns a model's answer into sections, or says why it is unusable. The answer is hostile text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from pydantic import ValidationError

from papers import languages
from papers.drafting.llm import excerpt, objects, wording
from papers.drafting.llm.completion import OPENING, Completion, Failure, Unusable, require_whole
from papers.drafting.llm.prompt import Question, Statement
from papers.kinds import Kind
from papers.text import line
from papers.text.cleaning import fold

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
    quotes: int
    invented_by_kind: Mapping[str, tuple[str, ...]]
    """Quotes that are not in the text that was sent, white space aside, by the kind of section."""

    @property
    def invented(self) -> tuple[str, ...]:
        return tuple(chain.from_iterable(self.invented_by_kind.values()))


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
    if not wording.speaks(" ".join(text for text, _ in statements.values()), question.language):
        raise Unusable(Failure.LANGUAGE, f"the answer is not in the language {question.language}")
    return draft


def _why_nothing(draft: Draft) -> str:
    if draft.unfit:
        return f"does not fit into one plain line: {', '.join(draft.unfit)}"
    return "every part of the answer is empty"


def _statements(content: str, question: Question) -> dict[str, tuple[str, list[str]]]:
    """Return each field's plain text with its quotes. The text is "" if it says nothing."""
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
    statements = {}
    for field in question.asked:
        statement: Statement = getattr(filled, field)
        text = wording.plain(statement.text)
        if wording.is_refusal(text):
            raise Unusable(Failure.REFUSED, f"the model refused: {fold(text)[:OPENING]}")
        empty = wording.is_placeholder(text)
        statements[field] = ("", []) if empty else (text, statement.sources)
    return statements


def _lenient(value: Any) -> Any:
    """Return a field's value as a statement, where its meaning is clear. The form has the rest."""
    if value is None or isinstance(value, (str, list)):
        return {"text": _text(value), "sources": []}
    if not isinstance(value, dict):
        return value
    if "text" not in value and value.keys() - {"sources"}:
        return value
    return {"text": _text(value.get("text")), "sources": _sources(value.get("sources"))}


def _text(value: Any) -> Any:
    """Return nothing as "", and sentences in a list as one text."""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return " ".join(value)
    return "" if value is None else value


def _sources(value: Any) -> Any:
    if not isinstance(value, list):
        return [value] if value else []
    texts = [each.get("text", each) if isinstance(each, dict) else each for each in value]
    return [each for each in texts if each is not None]


def _draft(statements: dict[str, tuple[str, list[str]]], question: Question) -> Draft:
    sections = {row.name: _section(row, statements, question.language) for row in question.sections}
    quotes = {row.name: _quotes(row, statements) for row in question.sections}
    sent = fold(question.text)
    invented = {
        kind: tuple(quote for quote in each if quote not in sent) for kind, each in quotes.items()
    }
    return Draft(
        sections={kind: text for kind, text in sections.items() if text},
        empty=tuple(field for field, (text, _) in statements.items() if not text),
        unfit=tuple(
            row.name
            for row in question.sections
            if row.is_line and not sections[row.name] and any(_said(row, statements).values())
        ),
        quotes=sum(map(len, quotes.values())),
        invented_by_kind={kind: each for kind, each in invented.items() if each},
    )


def _quotes(row: Kind, statements: dict[str, tuple[str, list[str]]]) -> list[str]:
    """Return the sentences that a section's fields rest on, by the model's account."""
    sources = chain.from_iterable(statements[field.name][1] for field in row.fields)
    return [quote for quote in map(_bare, sources) if quote]


def _said(row: Kind, statements: dict[str, tuple[str, list[str]]]) -> dict[str, str]:
    return {field.name: statements[field.name][0] for field in row.fields}


def _section(row: Kind, statements: dict[str, tuple[str, list[str]]], language: str) -> str:
    texts = _said(row, statements)
    if row.longest is not None:
        return line.of_markdown(" ".join(texts.values()), row.longest)
    if not row.is_labelled:
        return "".join(texts.values())
    label = languages.of(language).label
    said = [(label(name), fold(text)) for name, text in texts.items()]
    return "\n".join(f"- **{label}:** {text}" for label, text in said if text)


def _bare(quote: str) -> str:
    """Return a quote without the marks that models like to put around it."""
    return fold(quote).strip("\"'“”‘’ ")
