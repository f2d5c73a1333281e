"""Turns a model's answer into sections, or says why it is unusable. The answer is hostile text."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from papers import languages
from papers.drafting.llm import excerpt, wording
from papers.drafting.llm.completion import OPENING, Completion, Failure, Unusable, require_whole
from papers.drafting.llm.prompt import Question, Statement
from papers.kinds import Kind
from papers.text import strict_json
from papers.text.cleaning import fold

READ_SHARE = 0.5
"""The server must have read at least this share of the tokens we sent, by our own count.

Its tokenizer may count fewer tokens, but not so many fewer.
"""

# JSON's own escapes, except those that begin a TeX command whose backslash was not doubled:
# "\theta" is not a tab before "heta". A command whose rest may begin a line ("\ne", "\neg") is
# not listed.
_TEX = (
    "b(?:ar|eta|egin|ig[glr]?|igcup|inom|m|oldsymbol|ullet)|f(?:rac|orall)"
    "|n(?:abla|eq|ot|otin|u)|r(?:angle|ceil|floor|ho|ight|ightarrow|m)"
    "|t(?:au|ext|extbf|extit|extrm|exttt|frac|heta|ilde|imes|o|op|riangle|riangleq)"
)
_ESCAPE = re.compile(rf'\\(["\\/]|u[0-9a-fA-F]{{4}}|(?!(?:{_TEX})(?![a-zA-Z]))[bfnrt])?')
_THOUGHTS = re.compile(r"\s*<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Draft:
    """Sections as a model wrote them, cleaned."""

    sections: dict[str, str]
    """Markdown by kind, in the order of the sections. Kinds the paper does not state are absent."""
    empty: tuple[str, ...]
    """Fields that the model left empty, or filled with words that say nothing."""
    quotes: int
    invented: tuple[str, ...]
    """Quotes that are not in the text that was sent, white space aside."""


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
        raise Unusable(Failure.PROSE, "every part of the answer is empty")
    if not wording.speaks(" ".join(text for text, _ in statements.values()), question.language):
        raise Unusable(Failure.LANGUAGE, f"the answer is not in the language {question.language}")
    return draft


def _statements(content: str, question: Question) -> dict[str, tuple[str, list[str]]]:
    """Return each field's plain text with its quotes. The text is "" if it says nothing."""
    try:
        filled = question.form.model_validate(_object(content), extra="ignore")
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


def _object(content: str) -> Any:
    """Return the JSON object in what a model said, without its thoughts and code fences."""
    said = _THOUGHTS.sub("", content, count=1) if content.lstrip().startswith("<think") else content
    start, end = said.find("{"), said.rfind("}") + 1
    if start < 0:
        failure = Failure.REFUSED if wording.is_refusal(said.strip()) else Failure.PROSE
        raise Unusable(failure, f"not JSON: {fold(said)[:OPENING]!r}")
    text = _ESCAPE.sub(_repaired, said[start : end if end > start else None])
    try:
        return strict_json.loads(text)
    except json.JSONDecodeError as error:
        if error.pos >= len(text) or error.msg.startswith("Unterminated"):
            raise Unusable(Failure.CUT, "the answer was cut off: its JSON has no end") from None
        raise Unusable(Failure.PROSE, f"not JSON: {error}") from None
    except ValueError as error:
        raise Unusable(Failure.PROSE, f"not JSON: {error}") from None


def _repaired(escape: re.Match[str]) -> str:
    return escape[0] if escape[1] else "\\\\"


def _draft(statements: dict[str, tuple[str, list[str]]], question: Question) -> Draft:
    sections = {row.name: _section(row, statements, question.language) for row in question.sections}
    quotes = [quote for _, sources in statements.values() for quote in map(_bare, sources) if quote]
    sent = fold(question.text)
    return Draft(
        sections={kind: text for kind, text in sections.items() if text},
        empty=tuple(field for field, (text, _) in statements.items() if not text),
        quotes=len(quotes),
        invented=tuple(quote for quote in quotes if quote not in sent),
    )


def _section(row: Kind, statements: dict[str, tuple[str, list[str]]], language: str) -> str:
    texts = {field.name: statements[field.name][0] for field in row.fields}
    if not row.is_labelled:
        return "".join(texts.values())
    label = languages.of(language).label
    said = [(label(name), fold(text)) for name, text in texts.items()]
    return "\n".join(f"- **{label}:** {text}" for label, text in said if text)


def _bare(quote: str) -> str:
    """Return a quote without the marks that models like to put around it."""
    return fold(quote).strip("\"'“”‘’ ")
