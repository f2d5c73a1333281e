"""Asks the configured OpenAI-compatible server (MODEL_URL) one question and returns its answer."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings

from papers.drafting.llm import completion, prompt
from papers.drafting.llm.completion import Completion
from papers.sources import http
from papers.sources.errors import SourceError
from papers.text import strict_json
from papers.text.cleaning import fold

_SHOWN = 200  # characters of a complaint
_ADVICE = {
    401: "check MODEL_API_KEY",
    402: "the account has no credit left",
    403: "MODEL_API_KEY may not use this model",
    404: "check MODEL_URL, which ends with /v1, and MODEL_NAME",
    413: "lower MODEL_CONTEXT_TOKENS",
}


class RequestRefused(SourceError):
    """The server refuses the request, and would refuse it again."""

    def __init__(self, message: str, reply: str) -> None:
        super().__init__(message)
        self.reply = reply


def ask(question: prompt.Question) -> Completion:
    """Return the server's response to a question, parsed but not checked, within MODEL_DEADLINE_S.

    A form of request that the server does not know costs nothing. It is then asked without that
    form, as part of the same call. Raises RequestRefused, and SourceError as `http.post_json` does.
    No message holds the key.
    """
    payload = payload_of(question)
    deadline = time.monotonic() + settings.MODEL_DEADLINE_S
    while True:
        given = _post(payload, deadline - time.monotonic())
        if given.status == 200:
            return completion.parse(given.body)
        complaint = given.body.decode(errors="replace")
        plainer = prompt.plainer(payload, complaint) if given.status in (400, 422) else None
        if plainer is None:
            raise RequestRefused(_why(given.status, complaint), complaint)
        payload = plainer


def payload_of(question: prompt.Question) -> dict[str, Any]:
    return question.payload(settings.MODEL_NAME, settings.MODEL_ANSWER_TOKENS)


def without_key(text: str) -> str:
    """Return the text without our key: a server may repeat what it was sent, key included."""
    key = settings.MODEL_API_KEY
    return text.replace(key, "[MODEL_API_KEY]") if key else text


def _post(payload: dict[str, Any], timeout: float) -> http.Response:
    try:
        return http.post_json(
            "MODEL_URL",
            "/chat/completions",
            payload,
            token=settings.MODEL_API_KEY,
            timeout=max(timeout, 0.001),
            limit=completion.BODY_LIMIT,
        )
    except SourceError as error:
        error.args = (without_key(error.args[0]),)
        raise


def _why(status: int, complaint: str) -> str:
    """Return what the server refuses, on one line, with advice."""
    advice = _ADVICE.get(status, "")
    if prompt.says_too_long(complaint):
        advice = "the paper does not fit the model's context: lower MODEL_CONTEXT_TOKENS"
    said = fold(without_key(_message(complaint)))[:_SHOWN]
    return ": ".join(filter(None, [f"the server refused with {status}", advice, said]))


def _message(complaint: str) -> str:
    """Return the message of an error in OpenAI's form, or the whole of any other error."""
    try:
        message = strict_json.loads(complaint)["error"]["message"]
    except (ValueError, TypeError, KeyError):
        return complaint
    return message if isinstance(message, str) else complaint
