"""Reads a server's response, as an OpenAI chat completion or not, and tells if it is complete."""

from __future__ import annotations

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
    return Completion(
        content=_string(message.get("content")),
        finish_reason=fold(_string(choice.get("finish_reason")))[:40],
        refusal=_string(message.get("refusal")),
        asks_for_tools=bool(message.get("tool_calls") or message.get("function_call")),
        prompt_tokens=prompt,
        completion_tokens=complete,
        raw=text,
    )


def _count(usage: Any, name: str) -> int | None:
    value = usage.get(name) if isinstance(usage, dict) else None
    return min(value, _LARGEST_COUNT) if type(value) is int and value >= 0 else None


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
