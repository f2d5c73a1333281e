"""The one HTTP client: what may be asked, how long, how much, and how often.

An answer is hostile until read: only configured origins are asked (no redirect leaves them), the
body is counted as it is unpacked, and one deadline holds over everything a call does.
"""

import json
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from re import search
from typing import Any, NoReturn

import anyio
import httpx2
import stamina
from anyio.from_thread import start_blocking_portal
from django.conf import settings

from papers import strict_json
from papers.clock import now
from papers.sources.base import SourceBusy, SourceDown, SourceError, SourceForbidden

BODY_LIMIT = 8 * 2**20  # bytes, unpacked
REQUESTS = 4  # for one answer, the first included
REDIRECTS = 3
BUSY_S = 300.0  # Hugging Face counts in windows of 5 minutes: the wait after a 429 that names none
RATE_EXCEEDED = b"Rate exceeded."  # The whole body of arXiv's 429, whatever status it comes with.
_OPENING = 80  # bytes of a body that messages show
_BASE_URLS = ("HUGGINGFACE_URL", "ARXIV_URL", "ARXIV_API_URL", "MODEL_URL")


class BrokeOff(SourceDown):
    """A request went out and no whole answer came: what it asked for may have been done."""


class HostRefused(SourceError, ValueError):
    """The address is not on the host, scheme and port of a configured source."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, its whole body unpacked."""

    url: str
    status: int
    content_type: str
    body: bytes
    fetched_at: datetime

    def __str__(self) -> str:
        """What a person needs to see of an answer that is not what was asked for."""
        return (
            f"status {self.status}, content type {self.content_type},"
            f" begins {self.body[:_OPENING]!r}"
        )


@dataclass(frozen=True, slots=True)
class JsonAnswer:
    """One answer that is JSON, both as text and read."""

    text: str
    data: Any
    fetched_at: datetime


class _Unwell(Exception):
    """The source answered 429, 5xx or "Rate exceeded."."""

    def __init__(self, response: httpx2.Response, *, busy: bool) -> None:
        super().__init__(f"answered {response.status_code} {response.reason_phrase}".rstrip())
        self.busy = busy
        self.wait = _asked_wait(response.headers)


def get_json(
    url: str,
    params: Mapping[str, str | int],
    *,
    token: str = "",
    patience: float | None = None,
) -> JsonAnswer:
    """Ask `url` for JSON, as `get` does."""
    answer = get(url, params, accept="application/json", token=token, patience=patience)
    try:
        text = answer.body.decode()
        return JsonAnswer(text, strict_json.loads(text), answer.fetched_at)
    except ValueError as error:
        raise SourceError(f"not JSON: {_escaped(str(error))}; {answer}") from error


def get(
    url: str,
    params: Mapping[str, str | int],
    *,
    accept: str,
    token: str = "",
    patience: float | None = None,
    requests: int = REQUESTS,
    statuses: Collection[int] = (200,),
    limit: int = BODY_LIMIT,
) -> Answer:
    """Ask `url` for what `accept` names; `token` goes along as a Bearer token.

    Retries what time can cure (transport errors, 429, 5xx): at most `requests` requests, with
    growing waits or the one the source asks for; with 1 there is one request, no redirect followed.
    Requests and waits together end after `patience` seconds (HTTP_DEADLINE_S). Raises HostRefused,
    SourceBusy, SourceDown, SourceForbidden (403), or SourceError for a status not in `statuses` or
    a body of more than `limit` bytes, unpacked.
    """
    address = _allowed(url).copy_merge_params(dict(params))
    asking = _Asking(
        headers=_headers(accept, token),
        patience=settings.HTTP_DEADLINE_S if patience is None else patience,
        requests=requests,
        statuses=statuses,
        limit=limit,
    )
    return _in_a_thread(address, asking)


def post_json(
    url: str, payload: Any, *, token: str = "", patience: float, limit: int = BODY_LIMIT
) -> Answer:
    """Send `payload` as JSON, once: what is paid for is never sent again by itself.

    The answer is one of any status but 429 and 5xx, which raise SourceBusy and SourceDown; no
    redirect is followed. Raises BrokeOff where no whole answer came within `patience` seconds,
    SourceDown where nobody answered the door, and else as `get` does.
    """
    asking = _Asking(
        headers=_headers("application/json", token) | {"Content-Type": "application/json"},
        patience=patience,
        requests=1,
        statuses=range(200, 500),
        limit=limit,
        body=json.dumps(payload, ensure_ascii=False).encode(),
    )
    return _in_a_thread(_allowed(url), asking)


@dataclass(frozen=True, slots=True)
class _Asking:
    headers: Mapping[str, str]
    patience: float
    requests: int
    statuses: Collection[int]
    limit: int
    body: bytes | None = None
    """What is posted; None where something is to be got."""

    @property
    def silence(self) -> float:
        """Seconds that connecting, or the server, may take: a stall still leaves time to retry."""
        return self.patience / 3 if self.requests > 1 else self.patience


def _headers(accept: str, token: str) -> dict[str, str]:
    headers = {"User-Agent": _user_agent(), "Accept": accept}
    return headers | ({"Authorization": f"Bearer {token}"} if token else {})


def _in_a_thread(url: httpx2.URL, asking: _Asking) -> Answer:
    # A thread of its own: asyncio alone can bound name lookup, handshake and dripping headers, and
    # a caller may have a running loop already.
    with start_blocking_portal() as portal:
        return portal.call(_ask, url, asking)


async def _ask(url: httpx2.URL, asking: _Asking) -> Answer:
    deadline = anyio.current_time() + asking.patience

    def may_cure(error: Exception) -> bool | float:
        if isinstance(error, _Unwell) and error.wait:
            return error.wait if error.wait < deadline - anyio.current_time() else False
        return isinstance(error, (_Unwell, httpx2.TransportError))

    retrying = stamina.AsyncRetryingCaller(
        attempts=asking.requests,
        timeout=None,
        wait_initial=settings.HTTP_RETRY_WAIT_S,
        wait_jitter=settings.HTTP_RETRY_WAIT_S,
        wait_max=asking.patience,
    )
    try:
        with anyio.fail_after(asking.patience):
            return await retrying(may_cure, _request, url, asking)
    except TimeoutError:
        patience = f"{asking.patience:.3g} s"  # What is left of a deadline over several pages.
        raise BrokeOff(f"{url.host} gave no whole answer within {patience}") from None
    except _Unwell as error:
        _give_up(url, error)
    except httpx2.TransportError as error:
        reason = _escaped(str(error) or type(error).__name__)
        unanswered = isinstance(error, (httpx2.ConnectError, httpx2.ConnectTimeout))
        down = SourceDown if unanswered else BrokeOff
        raise down(f"{url.host} cannot be read: {reason}") from error
    except httpx2.DecodingError as error:
        raise SourceError(f"{url.host}: body cannot be unpacked: {_escaped(str(error))}") from error


def _give_up(url: httpx2.URL, error: _Unwell) -> NoReturn:
    if not error.wait and not error.busy:
        raise SourceDown(f"{url.host} {error}") from error
    wait = min(error.wait or BUSY_S, settings.HTTP_RETRY_WAIT_MAX_S)
    retry_at = now() + timedelta(seconds=wait)
    raise SourceBusy(
        f"{url.host} {error}: waiting until {retry_at:%Y-%m-%d %H:%M:%S %Z}", retry_at
    ) from error


async def _request(url: httpx2.URL, asking: _Asking) -> Answer:
    redirects = REDIRECTS if asking.requests > 1 else 0
    method = "GET" if asking.body is None else "POST"
    async with httpx2.AsyncClient(headers=asking.headers, timeout=asking.silence) as client:
        for _ in range(redirects + 1):
            async with client.stream(method, url, content=asking.body) as response:
                if not response.has_redirect_location:
                    return await _read(response, asking)
                url = _redirected(response)
    raise SourceError(f"{url.host} redirects more than {redirects} times")


def _redirected(response: httpx2.Response) -> httpx2.URL:
    location = response.headers.get("Location", "")
    try:
        target = response.url.join(location)
        if target.origin == response.url.origin:
            return target
        host = target.host
    except (httpx2.InvalidURL, ValueError):
        host = ""
    raise SourceError(f"redirect refused: {_escaped(host or location)}")


async def _read(response: httpx2.Response, asking: _Asking) -> Answer:
    status = response.status_code
    unwell = status == 429 or status >= 500
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if unwell and len(body) >= _OPENING:
            break
        if len(body) > asking.limit:
            raise too_large(asking.limit)
    rate_exceeded = body.strip() == RATE_EXCEEDED
    if unwell or rate_exceeded:
        raise _Unwell(response, busy=status == 429 or rate_exceeded)
    content_type = _escaped(response.headers.get("Content-Type", "none"))
    answer = Answer(str(response.url), status, content_type, bytes(body), now())
    if status in asking.statuses:
        return answer
    refused = SourceForbidden if status == 403 else SourceError
    raise refused(f"{response.url.host} refused the request: {answer}")


def too_large(limit: int) -> SourceError:
    return SourceError(f"response too large: limit {limit // 2**20} MiB")


def _asked_wait(headers: httpx2.Headers) -> float | None:
    """Seconds the source asks us to wait: Retry-After, or Hugging Face's RateLimit header.

    RateLimit: ``"api";r=0;t=90`` (huggingface.co/docs/hub/rate-limits).
    """
    after = headers.get("Retry-After", "").strip()
    if after.isascii() and after.isdigit():
        return float(after[:9])
    try:
        return max((parsedate_to_datetime(after) - now()).total_seconds(), 0.0)
    except (ValueError, TypeError):  # TypeError: a date without a zone
        limit = search(r";\s*t=([0-9]{1,9})\b", headers.get("RateLimit", ""))
        return float(limit[1]) if limit else None


def _allowed(url: str) -> httpx2.URL:
    configured = {
        httpx2.URL(base).origin for name in _BASE_URLS if (base := getattr(settings, name))
    }
    try:
        address = httpx2.URL(url)
        if address.origin in configured:
            return address
    except (httpx2.InvalidURL, ValueError):
        pass
    raise HostRefused(f"{_escaped(url)} is on no configured source ({', '.join(_BASE_URLS)})")


def _user_agent() -> str:
    contact = f" (mailto:{settings.CONTACT_EMAIL})" if settings.CONTACT_EMAIL else ""
    return _project() + contact


@cache
def _project() -> str:
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["project"]
    return f"{project['name']}/{project['version']}"


def _escaped(text: str) -> str:
    return ascii(text[:200])[1:-1]
