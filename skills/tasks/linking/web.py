"""Asking trackers over HTTP: to checked addresses only, bounded in size and time, never where they redirect to."""

from __future__ import annotations

import asyncio
import json
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Any

import httpx

from index.fetch import (
    FetchError,
    GuardedTransport,
    PrivateAddressError,
    Resolve,
    TooLargeError,
    UnknownHostError,
    read_body,
    resolve,
)
from skills.tasks.linking.faults import TrackerError
from skills.tasks.linking.waiting import asked_wait

USER_AGENT = "Deskhand/0.1"


@dataclass(frozen=True, slots=True)
class Limits:
    """`max_bytes` counts after decompression; `seconds` is for one request."""

    allow_private: bool = False
    max_bytes: int = 16_000_000
    seconds: float = 20.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a tracker answered: `value` is the body's JSON, None where there is none; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    value: Any


class Web:
    """An async context manager that asks trackers; one for all of them."""

    def __init__(self, limits: Limits | None = None, resolve: Resolve = resolve) -> None:
        self.limits = limits or Limits()
        self._resolve = resolve
        self._made: httpx.AsyncClient | None = None

    def _client(self) -> httpx.AsyncClient:
        # Made with the first request: reading the certificates takes 0.1 s, and most teams have no tracker.
        if self._made is None:
            self._made = httpx.AsyncClient(
                transport=GuardedTransport(self.limits.allow_private, self._resolve),
                headers={"User-Agent": USER_AGENT, "Accept-Encoding": "gzip, deflate"},
                timeout=self.limits.seconds,
                trust_env=False,
                follow_redirects=False,
                # Two teams may have accounts at one site: a session's cookie would make one the other.
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            )
        return self._made

    async def __aenter__(self) -> Web:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._made is not None:
            await self._made.aclose()

    async def ask(self, method: str, url: str, headers: Mapping[str, str], body: Any = None) -> Answer:
        """Returns the answer to a request, 304 too. Raises `TrackerError` for every other that is no success."""
        content = None if body is None else json.dumps(body).encode()
        sent = dict(headers) | ({} if content is None else {"Content-Type": "application/json"})
        try:
            async with (
                asyncio.timeout(self.limits.seconds),
                self._client().stream(method, url, headers=sent, content=content) as response,
            ):
                raw = await read_body(response, self.limits.max_bytes)
        except PrivateAddressError as error:
            raise TrackerError("address") from error
        except UnknownHostError as error:
            raise TrackerError("unknown_host", heals=True) from error
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise TrackerError("unreachable", heals=True) from error
        except TooLargeError as error:
            raise TrackerError("too_large", unknown=True) from error
        except (TimeoutError, httpx.TimeoutException) as error:
            raise TrackerError("timeout", heals=True, unknown=True) from error
        except (httpx.HTTPError, FetchError, zlib.error) as error:
            raise TrackerError("broken", heals=True, unknown=True) from error
        except (httpx.InvalidURL, UnicodeError, ValueError) as error:
            raise TrackerError("refused", detail="url") from error
        found = {name.lower(): value for name, value in response.headers.items()}
        if response.is_success or response.status_code == httpx.codes.NOT_MODIFIED:
            return Answer(response.status_code, found, _read(raw))
        raise _refusal(response.status_code, found, raw)


def _read(raw: bytes) -> Any:
    try:
        return json.loads(raw) if raw else None
    except (ValueError, RecursionError):
        raise TrackerError("broken", heals=True, unknown=True) from None


def _refusal(status: int, headers: Mapping[str, str], raw: bytes) -> TrackerError:
    wait = asked_wait(headers, time.time())
    match status:
        case 401:
            return TrackerError("login")
        # GitHub's secondary limit may name no time: then it is a minute, its documentation says.
        case 403 if wait is None and b"rate limit" not in raw:
            return TrackerError("forbidden")
        case 403 | 429:
            return TrackerError("rate", heals=True, after=wait if wait is not None else 60.0)
        case 404 | 410:
            return TrackerError("gone")
        case 408 | 409:
            return TrackerError("server", heals=True, after=wait, unknown=True, detail=str(status))
    if 300 <= status < 400:
        return TrackerError("moved")
    if status < 500:
        return TrackerError("refused", detail=_fields(raw))
    return TrackerError("server", heals=True, after=wait, unknown=True, detail=str(status))


def _fields(raw: bytes) -> str:
    """Returns the names of the fields that a refusal complains of, as GitHub and Jira list them."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return ""
    errors = value.get("errors") if isinstance(value, Mapping) else None
    if isinstance(errors, Mapping):
        return ", ".join(sorted(map(str, errors)))
    listed = errors if isinstance(errors, list) else []
    names = [str(one.get("field", "")) for one in listed if isinstance(one, Mapping)]
    return ", ".join(dict.fromkeys(name for name in names if name))
