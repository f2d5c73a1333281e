"""Reads a server's response, as an OpenAI chat completion or not, and tells if it is complete."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from papers.text import strict_json
from papers.text.cleaning import fold

CONTENT_LIMIT = 64 * 2**10  # bytes of what the model says
BODY_LIMIT = 2**20  # bytes of the whole response, with all that servers put around it
OPENING = 80  # characters that messages show
_LARGEST_COUNT = 2**31 - 1


class Failure(StrEnum):
    """Why an answer is not a draft. The values are those of `papers.models.CallOutcome`."""

    REFUSED = "refused"
    PROSE = "prose"
    CUT = "cut"
    LANGUAGE = "language"
    OVERFLOW = "overflow"


# Chance plays a part in these. In the other cases the same request would be cut, refused or
# overflow again, and would be paid for again.
CURABLE = {Failure.PROSE, Failure.LANGUAGE}


class Unusable(Exception):
    """The answer is not a draft. `str()` says what it is and, where possible, what to do."""

    def __init__(self, failure: Failure, message: str) -> None:
        super().__init__(message)
        self.failure = failure


@dataclass(frozen=True, slots=True)
class Completion:
    """What could be read of a server's response."""

    content: str
    """What the model says, or the whole response if it is not in OpenAI's form."""
    finish_reason: str = ""
    refusal: str = ""
    asks_for_tools: bool = False
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    raw: str = field(default="", repr=False)
    """The whole response, as it came."""


def parse(body: bytes) -> Completion:
    """Read a server's response of any kind. It refuses nothing yet."""
    text = body.decode(errors="replace")
    try:
        data = strict_json.loads(text)
        choice = data["choices"][0]
        message = choice["message"]
    except (ValueError, TypeError, KeyError, IndexError):
        return Completion(text, raw=text)
    if not isinstance(message, dict):
        return Completion(text, raw=text)
    usage = data.get("usage")
    prompt, complete, total = (
        _count(usage, f"{name}_tokens") for name in ("prompt", "completion", "total")
    )
    if total is not None:  # Some servers count a model's thinking only here.
        complete = max(complete or 0, total - (prompt or 0))
    said = "" if _is_labelled_thought(message) else _answer(message.get("content"))
    return Completion(
        content=said,
        finish_reason=fold(_string(choice.get("finish_reason")))[:40],
        refusal=_string(message.get("refusal")) or _refusal(message.get("content")),
        asks_for_tools=bool(message.get("tool_calls") or message.get("function_call")),
        prompt_tokens=prompt,
        completion_tokens=complete,
        raw=text,
    )


def _count(usage: Any, name: str) -> int | None:
    value = usage.get(name) if isinstance(usage, dict) else None
    return min(value, _LARGEST_COUNT) if type(value) is int and value >= 0 else None


# The parts of a content that are the answer. All others are thoughts, pictures or calls of tools.
_TEXT_PARTS = {"", "text", "output_text", "message", "output", "final", "content"}
_JSON_PARTS = {"json", "output_json", "json_object", "structured_output", "object"}
_TEXT_NAMES = ("text", "value", "content", "parts")
_JSON_NAMES = ("json", "object", "output", "data", "value", "text")
_THOUGHT = re.compile(
    r"(?:\w{1,20}/)?(?:(?:is|redacted|inner|internal|model|hidden|my)_?)?"
    r"(?:think(?:ing)?|thoughts?|reason(?:ing)?|reflection|analysis|commentary|scratchpad|rationale"
    r"|monologue|chain_of_thought|cot|planning|생각|추론|사고)"
    r"(?:_(?:text|content|block|delta|summary|process|message|step|trace|과정))?(?:_?\d+)?",
    re.IGNORECASE,
)
# Names under which a part says what it is, beside `type`.
_LABELS = ("channel", "kind", "phase", "category", "subtype", "role", "purpose", "label", "name")
_YES, _NO = {"true", "yes", "1"}, {"false", "no", "0"}
# What else a part may say of itself that is no answer: {"hidden": true}, {"final": false}.
_ASIDE = frozenset({"hidden", "internal", "private", "draft", "is_draft"})
_SHOWN = frozenset({"final", "is_final", "visible", "user_visible", "display", "show", "shown"})
_MARKS_DEPTH = 3
Leaves = Callable[[dict[str, Any]], bool]


def _answer(content: Any) -> str:
    """Return what a content says without its thoughts.

    A mark in an unusual place may mean something else, so it does not leave out all there is.
    """
    return _said(content, _is_marked) or _said(content, _is_thought)


def _said(content: Any, leaves: Leaves) -> str:
    """Return the text of a content, which may come in parts, but for the parts that it leaves."""
    if isinstance(content, list):
        return "".join(_said(each, leaves) for each in content)
    if not isinstance(content, dict):
        return _string(content)
    kind = _string(content.get("type")).lower()
    if kind not in _TEXT_PARTS | _JSON_PARTS or leaves(content):
        return ""
    if kind in _JSON_PARTS:
        found = next((content[name] for name in _JSON_NAMES if name in content), None)
        return json.dumps(found, ensure_ascii=False) if isinstance(found, dict) else _string(found)
    names = [name for name in _TEXT_NAMES if name in content]
    if names or kind:
        return _said(content[names[0]], leaves) if names else ""
    spoken = {name: each for name, each in content.items() if not _holds_thoughts(name)}
    return json.dumps(spoken, ensure_ascii=False) if spoken else ""  # The answer, not as text.


def _is_thought(part: dict[str, Any]) -> bool:
    return _is_labelled_thought(part) or _is_flagged_thought(part)


def _is_marked(part: dict[str, Any]) -> bool:
    """Return whether a part with text says in any place that it is a thought or not for readers."""
    is_text = "type" in part or any(name in part for name in _TEXT_NAMES)
    return _is_thought(part) or (is_text and _has_mark(part, _MARKS_DEPTH))


def _has_mark(part: dict[str, Any], depth: int) -> bool:
    return any(
        _is_mark(_snake(name), value, depth)
        for name, value in part.items()
        if name not in _TEXT_NAMES
    )


def _is_mark(name: str, value: Any, depth: int) -> bool:
    if isinstance(value, dict):
        return depth > 0 and (_is_flagged_thought(value) or _has_mark(value, depth - 1))
    if isinstance(value, list):
        found = [each for each in value[:20] if isinstance(each, dict)]
        return any(_is_named_thought(each.get("type")) for each in found)
    said = str(value).strip().lower()[:80]
    if name in _ASIDE | _SHOWN:
        return said in (_YES if name in _ASIDE else _NO)
    return said in {"hidden", "draft"} or _is_named_thought(value)


def _is_named_thought(value: Any) -> bool:
    return bool(_THOUGHT.fullmatch(_snake(_string(value))))


def _is_labelled_thought(part: dict[str, Any]) -> bool:
    """Return whether a part says by a word that it is a thought: {"channel": "analysis"}."""
    return any(_is_named_thought(part.get(label)) for label in _LABELS)


def _is_flagged_thought(part: dict[str, Any]) -> bool:
    """Return whether a part says by yes or no that it is a thought: {"is_thinking": true}."""
    return any(
        _THOUGHT.fullmatch(_snake(name)) and str(each).strip().lower() in _YES
        for name, each in part.items()
    )


def _holds_thoughts(name: str) -> bool:
    """Return whether what stands under a name is a thought. "Analysis" may name the answer."""
    return _snake(name).startswith(("think", "thought", "reason")) and bool(
        _THOUGHT.fullmatch(_snake(name))
    )


def _snake(name: str) -> str:
    """Return isThinking as is_thinking, chain-of-thought as chain_of_thought."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|[-. ]", "_", name.strip()[:80]).lower()


def _refusal(content: Any) -> str:
    """Return the words of a part that is a refusal, or ""."""
    parts = content if isinstance(content, list) else [content]
    return " ".join(
        _string(part.get("refusal")) for part in parts if isinstance(part, dict)
    ).strip()


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""


def require_whole(said: Completion) -> None:
    """Raise Unusable for what the envelope reports.

    The reason for the end is checked first, because it explains more.
    """
    if said.finish_reason in {"length", "max_tokens"}:
        raise Unusable(
            Failure.CUT, "the answer was cut off: its limit was reached (MODEL_ANSWER_TOKENS)"
        )
    if said.refusal or said.finish_reason == "content_filter":
        words = fold(said.refusal)[:OPENING]
        raise Unusable(Failure.REFUSED, f"the model refused: {words}" if words else "filtered out")
    if said.asks_for_tools:
        raise Unusable(Failure.PROSE, "the answer calls a tool, and none was offered")
    if not said.content.strip():
        raise Unusable(Failure.PROSE, "the answer is empty")
    size = len(said.content.encode(errors="replace"))
    if size > CONTENT_LIMIT:
        raise Unusable(Failure.PROSE, f"the answer has {size:,} bytes, limit {CONTENT_LIMIT:,}")
