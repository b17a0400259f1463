"""Safe fetching of pages that people name: polite to servers, closed to private networks, and bounded.

Every hop of a redirect is checked anew: its scheme, its robots.txt, and at connect time the addresses that its name
resolves to. The connection then goes to the very address that was checked, so that a name which answers differently the
second time (DNS rebinding) gains nothing. Proxies of the environment are not used: they resolve names themselves.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
import zlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import httpx

from index.loaders.settings import FetchSettings

if TYPE_CHECKING:
    from protego import Protego

USER_AGENT = "Deskhand/0.1 (knowledge index)"
ROBOTS_NAME = "Deskhand"
MAX_ROBOTS_BYTES = 512_000
"""RFC 9309, section 2.5, asks for at least 500 KiB."""
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Name and port to addresses, in the order in which they should be tried."""


class FetchError(Exception):
    """A URL could not be fetched; the message is the reason, in one clause without a subject ("timed out").

    `status` is the HTTP status when the server answered with an error.
    """

    def __init__(self, why: str, status: int | None = None) -> None:
        super().__init__(why)
        self.status = status


class PrivateAddressError(FetchError):
    """The name leads into a private network, and that is not allowed."""


class UnknownHostError(FetchError):
    """The name leads nowhere."""


class TooLargeError(FetchError):
    """The body, unpacked, passes the limit."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page: the URL it came from in the end, its decompressed body, and what the headers said of it."""

    url: str
    body: bytes
    media_type: str
    charset: str | None
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class NotModified:
    """The server's word that the page is what it was."""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet at large, looking through IPv4 addresses wrapped in IPv6."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


async def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of `host` as the system resolves them."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class GuardedTransport(httpx.AsyncBaseTransport):
    """Connects to checked addresses only; certificate and `Host` stay those of the name.

    Connections are kept for the name that opened them, since their certificate was checked for it alone. Whoever asks
    for many names over one transport takes `keep_alive=False`: each request then has a connection of its own.
    """

    def __init__(self, allow_private: bool, resolve: Resolve, *, keep_alive: bool = True) -> None:
        # The system's certificates for a company's own authority, certifi's where the system has none.
        import certifi

        context = ssl.create_default_context()
        context.load_verify_locations(certifi.where())
        limits = httpx.Limits(max_connections=100, max_keepalive_connections=20 if keep_alive else 0)
        self._open = partial(httpx.AsyncHTTPTransport, verify=context, trust_env=False, limits=limits)
        self._keep_alive = keep_alive
        self._by_name: dict[str, httpx.AsyncHTTPTransport] = {}
        self._allow_private = allow_private
        self._resolve = resolve

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        try:
            addresses = await self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise UnknownHostError(f"has an unknown host, {host}") from error
        if not self._allow_private:
            addresses = [address for address in addresses if is_public(address)]
            if not addresses:
                raise PrivateAddressError(f"is at a private address ({host}), which is not allowed")
        if request.url.scheme == "https":
            request.extensions = {**request.extensions, "sni_hostname": host}
        for address in addresses[:-1]:
            try:
                return await self._connect(request, address)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return await self._connect(request, addresses[-1])

    async def _connect(self, request: httpx.Request, address: str) -> httpx.Response:
        checked = httpx.Request(
            request.method,
            request.url.copy_with(host=address),
            headers=request.headers,
            stream=request.stream,
            extensions=request.extensions,
        )
        name = request.url.host if self._keep_alive else ""
        if name not in self._by_name:
            self._by_name[name] = self._open()
        return await self._by_name[name].handle_async_request(checked)

    async def aclose(self) -> None:
        for transport in self._by_name.values():
            await transport.aclose()


class Fetcher:
    """An async context manager that fetches pages one after another, remembering each site's robots.txt."""

    def __init__(self, settings: FetchSettings | None = None, resolve: Resolve = resolve) -> None:
        self._settings = settings or FetchSettings()
        self._client = httpx.AsyncClient(
            transport=GuardedTransport(self._settings.allow_private, resolve),
            headers={"User-Agent": USER_AGENT, "Accept-Encoding": "gzip, deflate"},
            timeout=self._settings.seconds,
            trust_env=False,
        )
        self._robots: dict[str, Protego] = {}

    async def __aenter__(self) -> Fetcher:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def fetch(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> Fetched | NotModified:
        """The page at `url`, unless it still has the `etag` or `last_modified` that it had before.

        Raises `FetchError` when it can't or may not be had.
        """
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {name: value for name, value in conditions.items() if value}
        try:
            async with asyncio.timeout(self._settings.seconds):
                return await self._follow(normal_url(url), headers)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise FetchError("timed out") from error
        except httpx.ConnectError as error:
            raise FetchError("can't be connected to") from error
        except (httpx.HTTPError, httpx.InvalidURL, zlib.error) as error:
            raise FetchError(f"can't be fetched ({type(error).__name__})") from error

    async def pause(self, url: str) -> None:
        """Waits as long as the site of `url` asks crawlers to wait between two pages, at most 10 seconds."""
        robots = self._robots.get(site_of(url))
        delay = robots.crawl_delay(ROBOTS_NAME) if robots is not None else None
        if delay:
            await asyncio.sleep(min(delay, 10.0))

    async def _follow(self, url: str, headers: dict[str, str]) -> Fetched | NotModified:
        for _ in range(self._settings.max_redirects + 1):
            robots = await self._rules(url)
            if not robots.can_fetch(url, ROBOTS_NAME):
                raise FetchError("is closed to crawlers by its robots.txt")
            answer = await self._get(url, headers, self._settings.max_bytes)
            if isinstance(answer, Fetched | NotModified):
                return answer
            url = answer
        raise FetchError(f"redirects more than {self._settings.max_redirects} times")

    async def _get(self, url: str, headers: dict[str, str], limit: int) -> Fetched | NotModified | str:
        """The page, or the URL to which the server redirects."""
        async with self._client.stream("GET", url, headers=headers) as response:
            if response.status_code == httpx.codes.NOT_MODIFIED and headers:
                return NotModified()
            if response.has_redirect_location:
                return normal_url(str(httpx.URL(url).join(response.headers["location"])))
            if response.status_code != httpx.codes.OK:
                raise FetchError(f"answers with HTTP status {response.status_code}", response.status_code)
            body = await read_body(response, limit)
            media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
            return Fetched(
                url,
                body,
                media_type,
                response.charset_encoding,
                response.headers.get("etag"),
                response.headers.get("last-modified"),
            )

    async def _rules(self, url: str) -> Protego:
        """The robots.txt of the URL's site, read as RFC 9309 (sections 2.3.1.3 and 2.3.1.4) says."""
        from protego import Protego

        site = site_of(url)
        if site not in self._robots:
            self._robots[site] = Protego.parse(await self._robots_text(site))
        return self._robots[site]

    async def _robots_text(self, site: str) -> str:
        url = f"{site}/robots.txt"
        for _ in range(self._settings.max_redirects + 1):
            try:
                answer = await self._get(url, {}, MAX_ROBOTS_BYTES)
            except FetchError as error:
                if error.status is not None and 400 <= error.status < 500:
                    return ""
                if error.status is not None:
                    raise FetchError("has a robots.txt that can't be read now") from error
                raise
            if isinstance(answer, Fetched):
                return answer.body.decode("utf-8", "replace")
            url = str(answer)
        return ""


async def read_body(response: httpx.Response, limit: int) -> bytes:
    """The decompressed body; raises `FetchError` as soon as it passes `limit` bytes, however small it came."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in {"identity", "", "gzip", "deflate"}:
        raise FetchError(f"is compressed as {encoding[:20]}, which was not asked for")
    # 32 more than the window's size: zlib finds out itself whether gzip's or zlib's header stands before it.
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 32) if encoding in {"gzip", "deflate"} else None
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += unpack.decompress(chunk, limit + 1 - len(body)) if unpack else chunk
        if len(body) > limit:
            raise TooLargeError(f"is larger than {limit / 1_000_000:g} MB")
    return bytes(body)


def normal_url(url: str) -> str:
    """`url` without fragment, checked: http or https, a host, no password."""
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname
        _ = parts.port
    except ValueError as error:
        raise FetchError("is not a valid URL") from error
    if parts.scheme not in {"http", "https"} or not host:
        raise FetchError("is not an http or https URL")
    if parts.username or parts.password:
        raise FetchError("has a user name or password in it, which would be shown in answers")
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", parts.query, ""))


def site_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
