"""Fetching from a real HTTP server on this machine."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import pytest
from aiohttp import web

from index.fetch import Fetched, Fetcher, FetchError, NotModified, is_public, normal_url
from index.loaders import FetchSettings, Gone, Loaded, LoadSettings, Outcome, Stamp, Unchanged, load
from index.types import LeftOut

LOCAL = FetchSettings(allow_private=True, seconds=5)
PAGE = "<title>Hours</title><main><h1>Hours</h1><h2 id=weekend>Weekend</h2><p>Closed on {}.</p></main>"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Site:
    """A site whose pages a test lays out; it counts what was asked of it."""

    def __init__(self) -> None:
        self.pages: dict[str, Handler | web.Response] = {}
        self.asked: list[str] = []
        self.address = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        page = self.pages.get(request.path)
        if page is None:
            return web.Response(status=404)
        if isinstance(page, web.Response):
            return web.Response(body=page.body, status=page.status, headers=page.headers)
        return await page(request)

    def page(self, path: str, text: str, *, status: int = 200, kind: str = "text/html", **headers: str) -> str:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = web.Response(text=text, status=status, content_type=kind, headers=named)
        return self.address + path

    def redirect(self, path: str, target: str) -> str:
        return self.page(path, "", status=302, Location=target)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    made = Site()
    app = web.Application()
    app.router.add_route("GET", "/{path:.*}", made.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    listener = web.TCPSite(runner, "127.0.0.1", 0)
    await listener.start()
    made.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()


async def fetch(url: str, settings: FetchSettings = LOCAL, **stamp: str) -> Fetched | NotModified:
    async with Fetcher(settings) as fetcher:
        return await fetcher.fetch(url, **stamp)


async def outcomes(
    url: str, known: dict[str, Stamp] | None = None, settings: FetchSettings = LOCAL, **limits: int
) -> list[Outcome]:
    return [one async for one in load(url, known=known, settings=LoadSettings(fetch=settings, **limits))]


def stamps(found: list[Outcome]) -> dict[str, Stamp]:
    return {one.item: one.stamp for one in found if isinstance(one, Loaded | Unchanged)}


async def test_a_page_is_loaded_with_links_to_its_sections(site: Site) -> None:
    url = site.page("/hours", PAGE.format("Sunday"))
    (found,) = await outcomes(url + "#weekend")
    assert isinstance(found, Loaded)
    (document,) = found.documents
    assert (document.key, document.place, document.link, document.title) == (url, url, url, "Hours")
    assert [section.link for section in document.sections] == [url + "#weekend"]


@pytest.mark.parametrize(
    "header", [{"ETag": '"v1"'}, {"Last-Modified": "Sun, 01 Mar 2026 10:00:00 GMT"}], ids=["etag", "date"]
)
async def test_a_page_that_the_server_says_is_unchanged_is_not_sent_again(site: Site, header: dict[str, str]) -> None:
    conditions: list[str] = []

    async def page(request: web.Request) -> web.Response:
        condition = request.headers.get("If-None-Match") or request.headers.get("If-Modified-Since")
        if condition:
            conditions.append(condition)
            return web.Response(status=304)
        return web.Response(text=PAGE.format("Sunday"), content_type="text/html", headers=header)

    site.pages["/hours"] = page
    known = stamps(await outcomes(site.address + "/hours"))
    assert await outcomes(site.address + "/hours", known) == [Unchanged(*next(iter(known.items())))]
    assert conditions == list(header.values())


async def test_a_page_with_the_same_content_is_unchanged_and_a_deleted_one_gone(site: Site) -> None:
    url = site.page("/hours", PAGE.format("Sunday"))
    known = stamps(await outcomes(url))
    assert [type(one) for one in await outcomes(url, known)] == [Unchanged]
    site.page("/hours", PAGE.format("Monday"))
    assert [type(one) for one in await outcomes(url, known)] == [Loaded]
    del site.pages["/hours"]
    assert await outcomes(url, known) == [Gone(url)]
    assert await outcomes(url) == [LeftOut(url, "answers with HTTP status 404")]
    site.page("/hours", "", status=503)
    assert await outcomes(url, known) == [LeftOut(url, "answers with HTTP status 503")]


async def test_robots_txt_is_obeyed_also_by_the_target_of_a_redirect(site: Site) -> None:
    site.page("/robots.txt", "User-agent: *\nDisallow: /private/*.html$\n", kind="text/plain")
    closed = site.page("/private/a.html", PAGE)
    site.page("/private/a.htm", PAGE)
    site.redirect("/moved", "/private/a.html")
    for url in (closed, site.address + "/moved"):
        with pytest.raises(FetchError, match="closed to crawlers"):
            await fetch(url)
    assert isinstance(await fetch(site.address + "/private/a.htm"), Fetched)
    assert "/private/a.html" not in site.asked


async def test_a_robots_txt_in_trouble_closes_the_site(site: Site) -> None:
    site.page("/robots.txt", "", status=500)
    with pytest.raises(FetchError, match=r"robots\.txt that can't be read now"):
        await fetch(site.page("/hours", PAGE))


async def test_private_addresses_are_refused_however_they_are_named(site: Site) -> None:
    port = site.address.rsplit(":", 1)[1]
    for host in ("127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"):  # noqa: S104
        with pytest.raises(FetchError, match=r"private address|unknown host"):
            await fetch(f"http://{host}:{port}/hours", FetchSettings())
    assert site.asked == []


async def test_a_name_that_resolves_to_a_private_address_is_refused() -> None:
    for addresses in (["10.1.2.3"], ["169.254.169.254", "fd00::1"]):

        async def resolve(host: str, port: int, answer: Sequence[str] = addresses) -> Sequence[str]:
            return answer

        async with Fetcher(FetchSettings(), resolve) as fetcher:
            with pytest.raises(FetchError, match=r"private address \(docs\.example\)"):
                await fetcher.fetch("http://docs.example/")


async def test_a_name_that_answers_differently_the_second_time_gains_nothing(site: Site) -> None:
    answers = [["127.0.0.1"], ["127.0.0.1"], ["10.0.0.1"]]
    asked: list[str] = []

    async def resolve(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return answers[len(asked) - 1]

    port = int(site.address.rsplit(":", 1)[1])
    site.page("/hours", PAGE)
    async with Fetcher(LOCAL, resolve) as fetcher:
        # robots.txt, then the page: each connects to what this very look-up said, with the name as its Host.
        await fetcher.fetch(f"http://docs.example:{port}/hours")
    assert asked == ["docs.example"] * 2
    assert site.asked == ["/robots.txt", "/hours"]


async def test_a_redirect_into_a_private_network_is_refused(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    port = int(site.address.rsplit(":", 1)[1])
    site.redirect("/hours", f"http://internal.example:{port}/secret")
    site.page("/secret", PAGE)

    async def resolve(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"] if host == "docs.example" else ["127.0.0.2"]

    # 127.0.0.1 stands for a public address here, since no test may reach one.
    monkeypatch.setattr("index.fetch.is_public", lambda address: address == "127.0.0.1")
    async with Fetcher(FetchSettings(seconds=5), resolve) as fetcher:
        with pytest.raises(FetchError, match=r"private address \(internal\.example\)"):
            await fetcher.fetch(f"http://docs.example:{port}/hours")
    assert "/secret" not in site.asked


async def test_redirects_are_followed_a_few_times_and_only_over_http(site: Site) -> None:
    site.page("/c", PAGE)
    site.redirect("/b", "/c")
    found = await fetch(site.redirect("/a", site.address + "/b"))
    assert isinstance(found, Fetched)
    assert found.url == site.address + "/c"
    with pytest.raises(FetchError, match="redirects more than 5 times"):
        await fetch(site.redirect("/loop", "/loop"))
    with pytest.raises(FetchError, match="not an http or https URL"):
        await fetch(site.redirect("/file", "file:///etc/passwd"))


async def test_size_counts_after_decompression(site: Site) -> None:
    bomb = gzip.compress(b"\0" * 30_000_000)

    async def page(request: web.Request) -> web.Response:
        headers = {"Content-Encoding": "gzip", "Content-Type": "text/html"}
        return web.Response(body=bomb, headers=headers)

    site.pages["/bomb"] = page
    assert len(bomb) < 100_000
    with pytest.raises(FetchError, match="is larger than 1 MB"):
        await fetch(site.address + "/bomb", FetchSettings(allow_private=True, max_bytes=1_000_000))
    found = await fetch(site.address + "/bomb")
    assert isinstance(found, Fetched)
    assert len(found.body) == 30_000_000


async def test_a_page_that_trickles_in_times_out(site: Site) -> None:
    async def page(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(50):
            await response.write(b"x")
            await asyncio.sleep(0.1)
        return response

    site.pages["/slow"] = page
    url = site.address + "/slow"
    assert await outcomes(url, settings=FetchSettings(allow_private=True, seconds=0.4)) == [LeftOut(url, "timed out")]


async def test_a_closed_port_and_an_unknown_host_are_one_clause_each() -> None:
    assert await outcomes("http://127.0.0.1:9/x") == [LeftOut("http://127.0.0.1:9/x", "can't be connected to")]

    async def resolve(host: str, port: int) -> Sequence[str]:
        raise OSError

    async with Fetcher(LOCAL, resolve) as fetcher:
        with pytest.raises(FetchError, match=r"has an unknown host, nowhere\.example"):
            await fetcher.fetch("http://nowhere.example/")


async def test_a_sitemap_brings_its_pages_and_drops_those_that_leave_it(site: Site) -> None:
    def sitemap(*paths: str, tag: str = "urlset", entry: str = "url") -> str:
        locs = "".join(f"<{entry}><loc>{site.address}{path}</loc></{entry}>" for path in paths)
        return f'<?xml version="1.0"?><{tag} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{locs}</{tag}>'

    for path in ("/a", "/b", "/c"):
        site.page(path, PAGE.format(path))
    site.page("/inner.xml", sitemap("/a", "/b", "/missing"), kind="application/xml")
    url = site.page("/sitemap.xml", sitemap("/inner.xml", tag="sitemapindex", entry="sitemap"), kind="text/xml")
    found = await outcomes(url)
    assert [one.item for one in found if isinstance(one, Loaded)] == [site.address + "/a", site.address + "/b"]
    assert LeftOut(site.address + "/missing", "answers with HTTP status 404") in found
    known = stamps(found)
    site.page("/inner.xml", sitemap("/b", "/c"), kind="application/xml")
    told = {type(one): getattr(one, "item", "")[-2:] for one in await outcomes(url, known)}
    assert told == {Unchanged: "/b", Loaded: "/c", Gone: "/a"}
    assert len(await outcomes(url, max_pages=1)) == 2


async def test_a_sitemap_speaks_for_its_own_host_and_its_entities_stay_shut(site: Site) -> None:
    secret = '<!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    body = "<url><loc>http://other.example/a</loc></url><url><loc>&x;</loc></url>"
    url = site.page("/s.xml", f"{secret}<urlset>{body}</urlset>", kind="application/xml")
    found = await outcomes(url)
    assert found == [LeftOut("http://other.example/a", "is on another host than the sitemap that lists it")]


async def test_types_that_are_not_read_and_markdown_called_plain_text(site: Site) -> None:
    image = site.page("/a.png", "x", kind="image/png")
    assert await outcomes(image) == [LeftOut(image, "is of a type that is not read (image/png)")]
    (found,) = await outcomes(site.page("/a.md", "# Title\n\nText", kind="text/plain"))
    assert isinstance(found, Loaded)
    assert found.documents[0].title == "Title"


@pytest.mark.parametrize(
    "url", ["ftp://x.example/", "http://", "http://[::1", "http://a:b@x.example/", "http://x:99999/"]
)
def test_urls_that_make_no_sense_or_hold_a_password_are_refused(url: str) -> None:
    with pytest.raises(FetchError):
        normal_url(url)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("10.0.0.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("0.0.0.0", False),  # noqa: S104
        ("224.0.0.1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("2002:0a00:0001::", False),
    ],
)
def test_public_addresses_are_told_from_private_ones(address: str, public: bool) -> None:
    assert is_public(address) is public


async def test_a_connection_is_kept_for_the_name_that_opened_it_and_for_no_other_at_its_address(site: Site) -> None:
    sockets: list[tuple[str, object]] = []

    async def note(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        sockets.append((request.host.partition(":")[0], request.transport.get_extra_info("peername")))
        return web.Response(text="here")

    async def here(_host: str, _port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    site.pages["/page"] = note
    port = site.address.rpartition(":")[2]
    async with Fetcher(LOCAL, resolve=here) as fetcher:
        for name in ("one.example", "one.example", "two.example"):
            await fetcher.fetch(f"http://{name}:{port}/page")
    assert [name for name, _ in sockets] == ["one.example", "one.example", "two.example"]
    assert sockets[0][1] == sockets[1][1] != sockets[2][1]
