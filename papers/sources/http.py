"""The only HTTP client. It limits what may be requested, how long, how much and how often.

A response is hostile until it is read. A call names the setting that holds its source's base
address, and no redirect leaves that origin. The body is counted as it is unpacked. One deadline
covers everything a call does.
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
from types import MappingProxyType
from typing import Any, NoReturn

import anyio
import httpx2
import stamina
from anyio.from_thread import start_blocking_portal
from django.conf import settings

from papers.clock import now
from papers.sources.errors import SourceBusy, SourceDown, SourceError, SourceForbidden
from papers.text import strict_json

BODY_LIMIT = 8 * 2**20  # bytes, unpacked
VALUES = 200_000  # of a JSON response. Of 8 MiB of empty objects Python would make 240.
REQUESTS = 4  # for one response, the first request included
REDIRECTS = 3
BUSY_S = 300.0  # the wait after a 429 that names none: Hugging Face counts in 5-minute windows
RATE_EXCEEDED = b"Rate exceeded."  # the whole body of arXiv's 429, whatever status it comes with
_OPENING = 80  # bytes of a body that messages show


class IncompleteResponse(SourceDown):
    """A request went out but no complete response came. The server may have acted on it."""


class Redirected(SourceError):
    """The source redirects where no redirect is followed, or further than they are followed."""


class HostRefused(SourceError, ValueError):
    """The address is not on the host, scheme and port that its setting names."""


@dataclass(frozen=True, slots=True)
class Response:
    """One response with its whole body, unpacked."""

    url: str
    status: int
    content_type: str
    body: bytes
    fetched_at: datetime

    def __str__(self) -> str:
        """Return what a person needs to know about an unexpected response."""
        return (
            f"status {self.status}, content type {self.content_type},"
            f" begins {self.body[:_OPENING]!r}"
        )


@dataclass(frozen=True, slots=True)
class JsonResponse:
    """A JSON response, both as text and parsed."""

    text: str
    data: Any
    fetched_at: datetime


class _Retryable(Exception):
    """The source returned 429, 5xx or "Rate exceeded."."""

    def __init__(self, response: httpx2.Response, *, rate_exceeded: bool) -> None:
        answered = f"answered {response.status_code} {response.reason_phrase}".rstrip()
        super().__init__('said "Rate exceeded."' if rate_exceeded else answered)
        self.busy = rate_exceeded or response.status_code == 429
        self.wait = _asked_wait(response.headers)


def get_json(
    setting: str,
    path: str = "",
    params: Mapping[str, str | int] = MappingProxyType({}),
    *,
    token: str = "",
    timeout: float | None = None,
) -> JsonResponse:
    """Request JSON, as `get` does. Raises SourceError for more than VALUES in it."""
    response = get(setting, path, params, accept="application/json", token=token, timeout=timeout)
    if (count := sum(map(response.body.count, (b",", b"[", b"{")))) > VALUES:
        raise SourceError(f"too many values: {count:,}, limit {VALUES:,}")
    try:
        text = response.body.decode()
        return JsonResponse(text, strict_json.loads(text), response.fetched_at)
    except ValueError as error:
        raise SourceError(f"not JSON: {_escaped(str(error))}; {response}") from error


def get(
    setting: str,
    path: str = "",
    params: Mapping[str, str | int] = MappingProxyType({}),
    *,
    accept: str,
    token: str = "",
    timeout: float | None = None,
    requests: int = REQUESTS,
    statuses: Collection[int] = (200,),
    limit: int = BODY_LIMIT,
) -> Response:
    """Request from a source what `accept` names. `token` is sent as a Bearer token.

    `setting` is the name of the setting that holds the source's base address. `path` is appended to
    that address. Retryable failures (transport errors, 429, 5xx) are retried: at most `requests`
    requests, with growing waits or with the wait the source asks for. If `requests` is 1, there is
    one request and no redirect is followed. Requests and waits together end after `timeout` seconds
    (default HTTP_DEADLINE_S). Raises HostRefused, SourceBusy, SourceDown or SourceForbidden (403).
    Raises SourceError for a status not in `statuses` or an unpacked body over `limit` bytes.
    """
    exchange = _Exchange(
        headers=_headers(accept, token),
        timeout=settings.HTTP_DEADLINE_S if timeout is None else timeout,
        requests=requests,
        statuses=statuses,
        limit=limit,
    )
    return _in_a_thread(_address(setting, path).copy_merge_params(dict(params)), exchange)


def post_json(
    setting: str,
    path: str,
    payload: Any,
    *,
    token: str = "",
    timeout: float,
    limit: int = BODY_LIMIT,
) -> Response:
    """Send `payload` as JSON, once. A paid request is never sent again automatically.

    Returns a response of any status except 429 and 5xx, which raise SourceBusy and SourceDown. No
    redirect is followed. Raises IncompleteResponse if no complete response came within `timeout`
    seconds, SourceDown if no connection was made, and otherwise as `get` does.
    """
    exchange = _Exchange(
        headers=_headers("application/json", token) | {"Content-Type": "application/json"},
        timeout=timeout,
        requests=1,
        statuses=range(200, 500),
        limit=limit,
        body=json.dumps(payload, ensure_ascii=False).encode(),
    )
    return _in_a_thread(_address(setting, path), exchange)


@dataclass(frozen=True, slots=True)
class _Exchange:
    headers: Mapping[str, str]
    timeout: float
    requests: int
    statuses: Collection[int]
    limit: int
    body: bytes | None = None
    """What is posted, or None for a GET."""

    @property
    def silence(self) -> float:
        """Return how many seconds connecting, or the server, may take.

        With retries this is a third of the timeout, so a stall still leaves time to retry.
        """
        return self.timeout / 3 if self.requests > 1 else self.timeout


def _headers(accept: str, token: str) -> dict[str, str]:
    headers = {"User-Agent": _user_agent(), "Accept": accept}
    return headers | ({"Authorization": f"Bearer {token}"} if token else {})


def _in_a_thread(url: httpx2.URL, exchange: _Exchange) -> Response:
    # This needs its own thread. Only asyncio can limit name lookup, handshake and dripping headers,
    # and the caller may already have a running loop.
    with start_blocking_portal() as portal:
        return portal.call(_ask, url, exchange)


async def _ask(url: httpx2.URL, exchange: _Exchange) -> Response:
    deadline = anyio.current_time() + exchange.timeout

    def may_cure(error: Exception) -> bool | float:
        if isinstance(error, _Retryable) and error.wait:
            return error.wait if error.wait < deadline - anyio.current_time() else False
        return isinstance(error, (_Retryable, httpx2.TransportError))

    retrying = stamina.AsyncRetryingCaller(
        attempts=exchange.requests,
        timeout=None,
        wait_initial=settings.HTTP_RETRY_WAIT_S,
        wait_jitter=settings.HTTP_RETRY_WAIT_S,
        wait_max=exchange.timeout,
    )
    try:
        with anyio.fail_after(exchange.timeout):
            return await retrying(may_cure, _request, url, exchange)
    except TimeoutError:
        timeout = f"{exchange.timeout:.3g} s"  # What is left of a deadline over several pages.
        raise IncompleteResponse(f"{url.host} gave no whole answer within {timeout}") from None
    except _Retryable as error:
        _give_up(url, error)
    except httpx2.TransportError as error:
        reason = _escaped(str(error) or type(error).__name__)
        unanswered = isinstance(error, (httpx2.ConnectError, httpx2.ConnectTimeout))
        down = SourceDown if unanswered else IncompleteResponse
        raise down(f"{url.host} cannot be read: {reason}") from error
    except httpx2.DecodingError as error:
        raise SourceError(f"{url.host}: body cannot be unpacked: {_escaped(str(error))}") from error


def _give_up(url: httpx2.URL, error: _Retryable) -> NoReturn:
    if not error.wait and not error.busy:
        raise SourceDown(f"{url.host} {error}") from error
    wait = min(error.wait or BUSY_S, settings.HTTP_RETRY_WAIT_MAX_S)
    retry_at = now() + timedelta(seconds=wait)
    raise SourceBusy(
        f"{url.host} {error}: waiting until {retry_at:%Y-%m-%d %H:%M:%S %Z}", retry_at
    ) from error


async def _request(url: httpx2.URL, exchange: _Exchange) -> Response:
    redirects = REDIRECTS if exchange.requests > 1 else 0
    method = "GET" if exchange.body is None else "POST"
    async with httpx2.AsyncClient(headers=exchange.headers, timeout=exchange.silence) as client:
        for _ in range(redirects + 1):
            async with client.stream(method, url, content=exchange.body) as response:
                if not response.has_redirect_location:
                    return await _read(response, exchange)
                url = _redirected(response)
    raise Redirected(f"{url.host} redirects more than {redirects} times")


def _redirected(response: httpx2.Response) -> httpx2.URL:
    location = response.headers.get("Location", "")
    try:
        target = response.url.join(location)
        if target.origin == response.url.origin:
            return target
        host = target.host
    except (httpx2.InvalidURL, ValueError):
        host = ""
    raise Redirected(f"redirect refused: {_escaped(host or location)}")


async def _read(response: httpx2.Response, exchange: _Exchange) -> Response:
    status = response.status_code
    unwell = status == 429 or status >= 500
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if unwell and len(body) >= _OPENING:
            break
        if len(body) > exchange.limit:
            raise too_large(exchange.limit)
    rate_exceeded = body.strip() == RATE_EXCEEDED
    if unwell or rate_exceeded:
        raise _Retryable(response, rate_exceeded=rate_exceeded)
    content_type = _escaped(response.headers.get("Content-Type", "none"))
    read = Response(str(response.url), status, content_type, bytes(body), now())
    if status in exchange.statuses:
        return read
    refused = SourceForbidden if status == 403 else SourceError
    raise refused(f"{response.url.host} refused the request: {read}")


def too_large(limit: int) -> SourceError:
    return SourceError(f"response too large: limit {limit // 2**20} MiB")


def _asked_wait(headers: httpx2.Headers) -> float | None:
    """Return the seconds the source asks us to wait, or None.

    They stand in Retry-After or in Hugging Face's RateLimit header: ``"api";r=0;t=90``
    (huggingface.co/docs/hub/rate-limits).
    """
    after = headers.get("Retry-After", "").strip()
    if after.isascii() and after.isdigit():
        return float(after[:9])
    try:
        return max((parsedate_to_datetime(after) - now()).total_seconds(), 0.0)
    except (ValueError, TypeError):  # TypeError: a date without a zone
        limit = search(r";\s*t=([0-9]{1,9})\b", headers.get("RateLimit", ""))
        return float(limit[1]) if limit else None


def _address(setting: str, path: str) -> httpx2.URL:
    base: str = getattr(settings, setting)
    try:
        address = httpx2.URL(base + path)
        if base and address.origin == httpx2.URL(base).origin:
            return address
    except (httpx2.InvalidURL, ValueError):
        pass
    raise HostRefused(f"{_escaped(base + path)!r} does not lie on the host of {setting}")


def _user_agent() -> str:
    contact = f" (mailto:{settings.CONTACT_EMAIL})" if settings.CONTACT_EMAIL else ""
    return _project() + contact


@cache
def _project() -> str:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    return f"{project['name']}/{project['version']}"


def _escaped(text: str) -> str:
    return ascii(text[:200])[1:-1]
