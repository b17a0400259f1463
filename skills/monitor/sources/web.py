"""Asking web servers on behalf of sources: conditionally, one request at a time a host, bounded in size and time.

Connections go through the index's guarded transport: each hop's addresses are checked after DNS, and the connection
goes to the very address that was checked.
"""

from __future__ import annotations

import asyncio
import copy
import zlib
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import TracebackType
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx

from index.fetch import (
    FetchError,
    GuardedTransport,
    PrivateAddressError,
    Resolve,
    TooLargeError,
    UnknownHostError,
    normal_url,
)
from skills.monitor.sources.faults import SourceError
from skills.monitor.sources.freshness import fresh_for, retry_after
from skills.monitor.sources.resolving import resolve
from skills.monitor.sources.room import Body, Room
from skills.monitor.sources.source import Validators

T = TypeVar("T")

USER_AGENT = "Deskhand/0.1 (feed reader)"
ACCEPT = "application/atom+xml, application/rss+xml, application/json, application/xml;q=0.9, */*;q=0.5"
MEGABYTE = 1_000_000
ROOM = 4 * MEGABYTE
"""What all larger bodies may take at once; others wait for their rest."""

_PERMANENT = frozenset({301, 308})
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Limits:
    """`max_bytes` counts after decompression; `seconds` is for one address with all its redirects."""

    allow_private: bool = False
    max_bytes: int = 3 * MEGABYTE
    seconds: float = 30.0
    max_redirects: int = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server sent. `body` is None where nothing has changed since; `moved_to` where it says that it has moved.

    `validators` are to be stored, also of an answer without body.
    """

    url: str
    body: bytes | bytearray | None
    media_type: str
    charset: str | None
    validators: Validators
    fresh_for: float | None
    moved_to: str | None


@dataclass(slots=True)
class _Gate:
    """Lets one request at a time through to a host."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0


class Web:
    """An async context manager that asks servers. `resolve` tells a name's addresses."""

    def __init__(self, limits: Limits | None = None, resolve: Resolve = resolve) -> None:
        self.limits = limits or Limits()
        self._resolve = resolve
        self._client = httpx.AsyncClient(
            transport=GuardedTransport(self.limits.allow_private, resolve, keep_alive=False),
            headers={"User-Agent": USER_AGENT, "Accept": ACCEPT, "Accept-Encoding": "gzip, deflate"},
            timeout=self.limits.seconds,
            trust_env=False,
        )
        self._gates: dict[str, _Gate] = {}
        self._room = Room(ROOM)
        # One thread: what is read is bounded, but what reading takes in between should not come many times over.
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="feeds")

    async def __aenter__(self) -> Web:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()
        self._reader.shutdown(wait=False)

    async def read(self, work: Callable[..., T], *values: Any) -> T:
        """Returns what `work` makes of an answer, in the thread for that."""
        return await asyncio.get_running_loop().run_in_executor(self._reader, work, *values)

    def hurried(self, share: float) -> Web:
        """Returns the same, that gives servers so much less time."""
        other = copy.copy(self)
        other.limits = replace(self.limits, seconds=self.limits.seconds / share)
        return other

    async def addresses(self, host: str, port: int) -> list[str]:
        """Returns the addresses of a host that may be connected to, for what is not HTTP. Raises `SourceError`."""
        from index.fetch import is_public

        try:
            found = list(await self._resolve(host, port))
        except (OSError, UnicodeError) as error:
            raise SourceError("unknown_host", host=host) from error
        if not self.limits.allow_private:
            found = [address for address in found if is_public(address)]
        if not found:
            raise SourceError("address", host=host)
        return found

    @asynccontextmanager
    async def get(
        self,
        url: str,
        now: datetime,
        *,
        validators: Validators | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> AsyncIterator[Answer]:
        """Yields what is at `url`, without body when `validators` of this very address still hold.

        `headers` (a token, say) go to the host of `url` alone, not to where it redirects. The body is there until the
        block ends, to make room for others. Raises `SourceError`.
        """
        body = Body(self._room)
        try:
            yield await self._answer(url, now, validators or Validators(), dict(headers or {}), body)
        finally:
            body.leave()

    async def _answer(
        self, url: str, now: datetime, validators: Validators, headers: dict[str, str], body: Body
    ) -> Answer:
        host = urlsplit(url).hostname or url
        try:
            return await self._follow(normal_url(url), now, validators, headers, body)
        except PrivateAddressError as error:
            raise SourceError("address", host=host) from error
        except UnknownHostError as error:
            raise SourceError("unknown_host", host=host) from error
        except TooLargeError as error:
            raise SourceError("too_large", host=host, megabytes=self.limits.max_bytes / MEGABYTE) from error
        except FetchError as error:
            raise SourceError("url", host=host, why=str(error)) from error
        except (TimeoutError, httpx.TimeoutException) as error:
            raise SourceError("timeout", host=host, seconds=self.limits.seconds) from error
        except httpx.ConnectError as error:
            raise SourceError("unreachable", host=host) from error
        except (httpx.HTTPError, httpx.InvalidURL, zlib.error, ValueError) as error:
            raise SourceError("broken", host=host, error=type(error).__name__) from error

    async def _follow(
        self, url: str, now: datetime, validators: Validators, headers: dict[str, str], body: Body
    ) -> Answer:
        first, moved_to, moving = url, None, True
        left = self.limits.seconds
        for _ in range(self.limits.max_redirects + 1):
            conditions = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
            known = validators if validators.url == first else Validators()
            sent = {name: value for name, value in conditions.items() if value and known.url}
            if urlsplit(url).netloc == urlsplit(first).netloc and urlsplit(url).scheme == urlsplit(first).scheme:
                sent |= headers
            async with self._turn(url):
                clock = asyncio.get_running_loop().time
                began = clock()
                async with asyncio.timeout(left):
                    answer = await self._ask(url, now, known, first, sent, body)
                left -= clock() - began
            if isinstance(answer, Answer):
                return answer if moved_to is None else _moved(answer, moved_to)
            target, permanent = answer
            moving = moving and permanent
            url = normal_url(target)
            moved_to = url if moving else moved_to
        raise SourceError("redirects", host=urlsplit(first).hostname or first, number=self.limits.max_redirects)

    async def _ask(
        self, url: str, now: datetime, known: Validators, first: str, headers: Mapping[str, str], body: Body
    ) -> Answer | tuple[str, bool]:
        """Returns the answer, or where the server redirects to and whether for good."""
        async with self._client.stream("GET", url, headers=dict(headers)) as response:
            if response.has_redirect_location:
                target = str(httpx.URL(url).join(response.headers["location"]))
                return target, response.status_code in _PERMANENT
            unchanged = response.status_code == httpx.codes.NOT_MODIFIED and bool(known.url)
            if response.status_code != httpx.codes.OK and not unchanged:
                raise _refusal(url, response, now)
            if not unchanged:
                await self._read_body(response, body)
            digest = known.digest if unchanged else None
            given = Validators(
                first,
                _validator(response, "etag") or (known.etag if unchanged else None),
                _validator(response, "last-modified") or (known.last_modified if unchanged else None),
                digest,
            )
            return Answer(
                url,
                None if unchanged else body.data,
                response.headers.get("content-type", "").partition(";")[0].strip().lower(),
                response.charset_encoding,
                given,
                fresh_for(response.headers, now),
                None,
            )

    async def _read_body(self, response: httpx.Response, body: Body) -> None:
        """Reads the body and unpacks it; stops as soon as it passes the limit, however small it came."""
        encoding = response.headers.get("content-encoding", "identity").strip().lower()
        if encoding not in {"identity", "", "gzip", "x-gzip", "deflate"}:
            raise SourceError("compression", host=response.url.host)
        unpack = zlib.decompressobj(zlib.MAX_WBITS | 32) if "gzip" in encoding or encoding == "deflate" else None
        limit = self.limits.max_bytes
        async for packed in response.aiter_raw(_CHUNK):
            while packed:
                await body.add(unpack.decompress(packed, _CHUNK) if unpack else packed)
                if len(body.data) > limit:
                    raise TooLargeError("is too large")
                packed = unpack.unconsumed_tail if unpack else b""

    @asynccontextmanager
    async def _turn(self, url: str) -> AsyncIterator[None]:
        host = urlsplit(url).hostname or ""
        gate = self._gates.setdefault(host, _Gate())
        gate.users += 1
        try:
            async with gate.lock:
                yield
        finally:
            gate.users -= 1
            if not gate.users:
                self._gates.pop(host, None)


def _moved(answer: Answer, to: str) -> Answer:
    return Answer(answer.url, answer.body, answer.media_type, answer.charset, answer.validators, answer.fresh_for, to)


def _validator(response: httpx.Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value if value and len(value) <= 500 else None


def _refusal(url: str, response: httpx.Response, now: datetime) -> SourceError:
    status = response.status_code
    host = urlsplit(url).hostname or url
    wait = retry_after(response.headers, now)
    match status:
        case 429:
            return SourceError("refused", refused=True, retry_after=wait, host=host, status=status)
        case 403:
            return SourceError("forbidden", refused=wait is not None, retry_after=wait, host=host, status=status)
        case 401:
            return SourceError("login", host=host, status=status)
        case 404 | 410:
            return SourceError("gone", host=host, status=status)
        case _:
            return SourceError("status", refused=wait is not None, retry_after=wait, host=host, status=status)
