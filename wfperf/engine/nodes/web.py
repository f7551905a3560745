"""API: calls by HTTP."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import urlsplit, urlunsplit

from pydantic import Field, model_validator

from wfperf.engine.errors import NodeDataError
from wfperf.engine.fields import OneResult
from wfperf.engine.host import Host
from wfperf.engine.nodes.base import NodeCall, NodeType, Outcome, in_field
from wfperf.engine.trace import Writes

if TYPE_CHECKING:
    from httpx import AsyncClient, Request, Response

MOST_BYTES = 10 * 1024 * 1024
"""What is read of one answer unless `max_bytes` says otherwise."""

LONGEST_PAUSE_S = 60.0
"""The longest pause between two tries, whatever the server asks for."""

SAFE_TO_REPEAT = ("GET", "HEAD", "PUT", "DELETE", "OPTIONS")
"""Methods that do the same once or twice (RFC 9110, 9.2.2): repeated also when it is unknown what the server did."""

Seconds = Annotated[float, Field(gt=0, le=600, allow_inf_nan=False)]


class ApiData(OneResult):
    """A request to fill and send, how patient to be, and which answers count as success.

    Of `json` and `body` there may be one.
    """

    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] = "GET"
    url: str = Field(min_length=1)
    headers: dict[str, str] = Field(default_factory=dict)
    query: dict[str, Any] = Field(default_factory=dict)
    content: Any = Field(default=None, alias="json")
    body: str | None = None
    timeout_s: Seconds = 10
    retries: int = Field(default=0, ge=0, le=10)
    backoff_s: Annotated[float, Field(ge=0, le=60, allow_inf_nan=False)] = 0.5
    retry_on: list[int] = Field(default_factory=lambda: [429, 502, 503, 504])
    expect: list[int] | None = None
    follow_redirects: bool = False
    max_bytes: int = Field(default=MOST_BYTES, ge=1)

    @model_validator(mode="after")
    def _has_one_body(self) -> ApiData:
        if self.body is not None and "content" in self.model_fields_set:
            raise ValueError("has both 'json' and 'body'; a request has one body")
        return self


class ApiNode(NodeType[ApiData]):
    """API `method`, `url`, `headers`, `query`, `json` or `body`, ..., `into`: sends a request, writes the answer.

    One client serves an engine for its life, so that connections are used again.
    """

    data = (ApiData,)

    def execute(self, call: NodeCall[ApiData]) -> Outcome:
        """Send the request, again where that helps."""
        return _ask(call)


def _client(engine: Host) -> AsyncClient:
    import httpx  # noqa: PLC0415 - only workflows that call an API pay for it

    client: AsyncClient | None = engine.clients.get("http")
    if client is None:
        # No proxies or certificates from the environment: a run must not depend on whose shell it is started from.
        client = engine.clients["http"] = httpx.AsyncClient(trust_env=False)
        engine.at_close(client.aclose)
    return client


async def _ask(call: NodeCall[ApiData]) -> Writes:
    import httpx  # noqa: PLC0415 - as above

    data, into, client = call.data, call.into, _client(call.engine)
    request = _request(call, client)
    for tries_left in range(data.retries, -1, -1):
        pause_s = data.backoff_s * 2 ** (data.retries - tries_left)
        try:
            response, content = await _send(client, request, data)
        except httpx.ConnectError as error:
            failure: Exception = NodeDataError(f"cannot reach {_shown(request.url)}: {str(error) or 'no connection'}")
            again = True
        except httpx.TransportError as error:
            failure = NodeDataError(f"{_shown(request.url)}: {type(error).__name__}: {str(error) or 'no answer'}")
            again = data.method in SAFE_TO_REPEAT
        else:
            if _is_expected(response.status_code, data):
                return {into: _answer(response, content)}
            failure = NodeDataError(_unexpected(response, content))
            again = response.status_code in data.retry_on
            pause_s = max(pause_s, _asked_for(response))
        if not (again and tries_left):
            raise failure
        await call.engine.clock.wait_async(min(pause_s, LONGEST_PAUSE_S))
    raise AssertionError("unreachable: the last try returns or raises")


def _request(call: NodeCall[ApiData], client: AsyncClient) -> Request:
    import httpx  # noqa: PLC0415 - as above

    data = call.data
    url = call.text(data.url)
    parts = in_field("url", lambda: urlsplit(url))
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise NodeDataError(f"NodeData field 'url' must begin with http:// or https:// and a host, not {_shown(url)!r}")
    body: dict[str, Any] = {}
    if data.body is not None:
        body["content"] = call.text(data.body)
    elif "content" in data.model_fields_set:
        body["json"] = call.fill(data.content)
    headers = {name: call.text(value) for name, value in data.headers.items()}
    query = call.fill(data.query) or None
    try:
        return client.build_request(data.method, url, headers=headers, params=query, timeout=data.timeout_s, **body)
    except (httpx.InvalidURL, TypeError, ValueError) as error:
        raise NodeDataError(f"cannot make the request to {_shown(url)}: {error}") from error


async def _send(client: AsyncClient, request: Request, data: ApiData) -> tuple[Response, bytes]:
    response = await client.send(request, stream=True, follow_redirects=False)
    try:
        for _ in range(_MOST_REDIRECTS if data.follow_redirects else 0):
            if response.next_request is None:
                break
            if request.url.scheme == "https" and response.next_request.url.scheme != "https":
                raise NodeDataError(
                    f"{_shown(request.url)} redirects from https to {_shown(response.next_request.url)}"
                )
            await response.aclose()
            response = await client.send(response.next_request, stream=True, follow_redirects=False)
        content = bytearray()
        async for piece in response.aiter_bytes():
            content += piece
            if len(content) > data.max_bytes:
                raise NodeDataError(f"{_shown(request.url)} answers with more than {data.max_bytes} bytes")
    finally:
        await response.aclose()
    return response, bytes(content)


_MOST_REDIRECTS = 10
"""Half of what browsers follow: an API that redirects more often goes round in circles."""


def _is_expected(status: int, data: ApiData) -> bool:
    return 200 <= status < 300 if data.expect is None else status in data.expect  # noqa: PLR2004 - the 2xx


def _answer(response: Response, content: bytes) -> dict[str, Any]:
    text = content.decode(response.encoding or "utf-8", errors="replace")
    is_json = response.headers.get("content-type", "").partition(";")[0].strip().endswith(("/json", "+json"))
    return {
        "status": response.status_code,
        "headers": dict(response.headers),
        "json": in_field("json", lambda: json.loads(text)) if is_json and text else None,
        "text": text,
    }


def _unexpected(response: Response, content: bytes) -> str:
    said = " ".join(content.decode("utf-8", errors="replace").split())
    said = f": {said[:200]}" if said else ""
    return f"{_shown(response.request.url)} answers {response.status_code} {response.reason_phrase}{said}"


def _asked_for(response: Response) -> float:
    """Return the seconds that the server asks to wait (RFC 9110, 10.2.3); dates are not looked at."""
    value = response.headers.get("retry-after", "")
    return float(value) if value.isascii() and value.isdigit() else 0.0


def _shown(url: object) -> str:
    """Return a URL without what may be secret in it: user, password, query and fragment."""
    try:
        parts = urlsplit(str(url))
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return "a URL that cannot be read"
    return urlunsplit((parts.scheme, host, parts.path, "", ""))
