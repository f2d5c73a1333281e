"""Plays an OpenAI-compatible server over a real socket: well, failing or odd as a test says."""

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

TEXTS = {
    "gist": "위젯을 병렬로 만들어 정확도를 3.2% 올린다.",
    "goal": "위젯을 더 빠르게 만드는 방법을 제안한다.",
    "motivation": "기존 방법은 느리다.",
    "contribution": "처음으로 위젯을 병렬로 만든다.",
    "method": "위젯을 조각으로 나누어 학습한다.",
    "results": "정확도가 3.2% 오른다.",
    "limitations": "",
    "conclusion": "위젯은 빠르게 만들 수 있다.",
}


def summary(**fields: Any) -> dict[str, Any]:
    """Return what a well-behaved model says: Korean texts without sources, or `fields` instead."""
    filled = {name: statements(text) for name, text in TEXTS.items()}
    given = fields.items()
    return filled | {
        name: statements(value) if isinstance(value, str) else value for name, value in given
    }


def statements(text: str, *sources: Any) -> list[dict[str, Any]]:
    """Return a field with one statement, or with none."""
    return [{"text": text, "sources": [*sources]}] if text else []


def completion(
    content: Any, finish_reason: str = "stop", usage: Any = None, **message: Any
) -> dict[str, Any]:
    """Return a chat completion with `content`. Anything but text is sent as JSON."""
    text = content if isinstance(content, (str, type(None))) else json.dumps(content)
    usage = {"prompt_tokens": 700, "completion_tokens": 300} if usage is None else usage
    return {
        "object": "chat.completion",
        "choices": [
            {
                "finish_reason": finish_reason,
                "message": {"role": "assistant", "content": text, **message},
            }
        ],
        "usage": usage,
    }


def refusal(message: str, status: int = 400, **headers: str) -> Response:
    """Return a server's error, in the usual form."""
    body = json.dumps({"error": {"message": message, "type": "invalid_request_error"}})
    return Response(body, status, {"Content-Type": "application/json", **headers})


class FakeModel:
    """Responds to each request with `behave`, one or many at a time, and keeps the requests."""

    def __init__(self, server: HTTPServer) -> None:
        self.url = server.url_for("/v1")
        self.asked: list[Request] = []
        self.behave: Callable[[Request], Response | dict[str, Any]] = lambda request: completion(
            summary()
        )
        self.over = threading.Event()
        server.expect_request("/v1/chat/completions", method="POST").respond_with_handler(
            self._answer
        )

    @property
    def environment(self) -> dict[str, str]:
        return {"MODEL_URL": self.url, "MODEL_NAME": "test-model", "MODEL_API_KEY": "sesame-key"}

    @property
    def payloads(self) -> list[dict[str, Any]]:
        return [request.get_json() for request in self.asked]

    def says(self, content: Any, *args: Any, **kwargs: Any) -> None:
        self.behave = lambda request: completion(content, *args, **kwargs)

    def refuses(self, message: str, status: int = 400, **headers: str) -> None:
        self.behave = lambda request: refusal(message, status, **headers)

    def drips(self) -> None:
        """Send a byte now and then, for as long as anybody listens."""

        def bytes_() -> Iterator[bytes]:
            while not self.over.wait(0.05):
                yield b" "

        self.behave = lambda request: Response(bytes_(), content_type="application/json")

    def stalls(self) -> None:
        def wait(request: Request) -> dict[str, Any]:
            self.over.wait(60)
            return completion(summary())

        self.behave = wait

    def _answer(self, request: Request) -> Response:
        request.get_data()
        self.asked.append(request)
        answer = self.behave(request)
        if isinstance(answer, Response):
            return answer
        return Response(json.dumps(answer), content_type="application/json")
