"""Servers that are slow, endless, lying or hostile: named, and no harm to the rest."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Sequence

import pytest
from aiohttp import web
from feed_site import START, FeedSite, StartPolling, everywhere_here, follow, item, rss, state, stored
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.monitor.sources import Limits

Sessions = async_sessionmaker[AsyncSession]

SMALL = Limits(allow_private=True, seconds=0.6, max_bytes=200_000)


async def _slow(request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(30)
    return web.Response()


async def _trickling(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b"<")
        await asyncio.sleep(0.05)


async def _endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    await response.write(b"<rss><channel>")
    while True:
        await response.write(b"<item><title>x</title></item>" * 1000)


async def _broken_off(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b"<rss>")
    assert request.transport is not None
    request.transport.abort()
    return response


def _bomb(body: bytes, encoding: str = "gzip") -> web.Response:
    return web.Response(body=body, headers={"Content-Encoding": encoding})


async def _gzip_bomb(request: web.Request) -> web.StreamResponse:
    return _bomb(gzip.compress(b"<rss>" + b" " * 20_000_000))


async def _not_gzip(request: web.Request) -> web.StreamResponse:
    return _bomb(b"<rss></rss>")


async def _brotli(request: web.Request) -> web.StreamResponse:
    return _bomb(b"<rss></rss>", "br")


async def _page(request: web.Request) -> web.StreamResponse:
    return web.Response(text="<!doctype html><html><body>Subscribe!</body></html>", content_type="text/html")


async def _json(request: web.Request) -> web.StreamResponse:
    return web.json_response({"posts": []})


async def _unasked_304(request: web.Request) -> web.StreamResponse:
    return web.Response(status=304)


async def _loop(request: web.Request) -> web.StreamResponse:
    return web.Response(status=302, headers={"Location": "/feed"})


async def _file(request: web.Request) -> web.StreamResponse:
    return web.Response(status=302, headers={"Location": "file:///etc/passwd"})


async def _gone(request: web.Request) -> web.StreamResponse:
    return web.Response(status=410)


async def _forbidden(request: web.Request) -> web.StreamResponse:
    return web.Response(status=403)


@pytest.mark.parametrize(
    ("page", "sentence"),
    [
        (_slow, "did not answer in full within 0.6 seconds"),
        (_trickling, "did not answer in full within 0.6 seconds"),
        (_endless, "sends more than 0.2 MB"),
        (_broken_off, "breaks off its answers"),
        (_gzip_bomb, "sends more than 0.2 MB"),
        (_not_gzip, "breaks off its answers (error)"),
        (_brotli, "packs its answer in a way that was not asked for"),
        (_page, "sends a web page where a feed should be"),
        (_json, "sends something that is no RSS or Atom feed"),
        (_unasked_304, "answers with HTTP status 304"),
        (_loop, "redirects more than 5 times"),
        (_file, "is not an http or https URL"),
        (_gone, "nothing at this address any more (HTTP status 410)"),
        (_forbidden, "refuses us (HTTP status 403)"),
    ],
    ids=lambda value: getattr(value, "__name__", "")[1:],
)
async def test_what_is_wrong_is_named_and_others_go_on(
    site: FeedSite, file_sessions: Sessions, start: StartPolling, page: object, sentence: str
) -> None:
    site.pages["/feed"] = page  # type: ignore[assignment]
    site.serve("/well", rss(item(1, START)))
    polling = await start(file_sessions, limits=SMALL, resolve=everywhere_here)
    bad = await follow(polling, f"http://bad.example:{site.port}/feed")
    await follow(polling, f"http://well.example:{site.port}/well")
    async with asyncio.timeout(10):
        await polling.settle()
    found = await state(polling, bad.id)
    assert found.fault is not None
    assert sentence in found.fault.sentence
    assert "bad.example" in found.fault.sentence or "this address" in found.fault.sentence
    assert found.state == "unwell"
    assert found.due_at > START
    assert await stored(file_sessions) == ["Title 1"]


async def test_no_private_address_is_reached_by_name_or_by_redirect(
    site: FeedSite, file_sessions: Sessions, start: StartPolling, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return {"open.example": ["127.0.0.1"], "inner.example": ["127.0.0.2"], "rebound.example": ["10.0.0.1"]}[host]

    # 127.0.0.1 stands for a public address here, since no test may reach one.
    monkeypatch.setattr("index.fetch.is_public", lambda address: address == "127.0.0.1")
    site.serve("/feed", "", status=302, Location=f"http://inner.example:{site.port}/secret")
    site.serve("/secret", rss(item(1, START)))
    polling = await start(file_sessions, limits=Limits(seconds=5), resolve=resolve)
    redirected = await follow(polling, f"http://open.example:{site.port}/feed")
    named = await follow(polling, f"http://rebound.example:{site.port}/secret")
    await polling.settle()
    for source in (redirected, named):
        fault = (await state(polling, source.id)).fault
        assert fault is not None
        assert "at a private address, which is not allowed" in fault.sentence
    assert site.asked == ["/feed"]


async def test_by_default_this_machine_is_private(site: FeedSite, file_sessions: Sessions, start: StartPolling) -> None:
    polling = await start(file_sessions, limits=Limits(seconds=5))
    source = await follow(polling, site.serve("/feed", rss(item(1, START))))
    await polling.settle()
    assert (await state(polling, source.id)).fault is not None
    assert site.asked == []


async def test_a_token_goes_to_its_own_host_alone(
    site: FeedSite, file_sessions: Sessions, start: StartPolling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESKHAND_SOURCE_TOKEN", "t0ken")
    seen: list[tuple[str, str | None]] = []

    async def page(request: web.Request) -> web.StreamResponse:
        seen.append((request.host.partition(":")[0], request.headers.get("Authorization")))
        if len(seen) == 1:
            return web.Response(status=302, headers={"Location": f"http://other.example:{site.port}/api"})
        return web.json_response([{"id": "1", "title": "x"}])

    site.pages["/api"] = page
    polling = await start(file_sessions, resolve=everywhere_here)
    settings = {"mapping": {"url": f"http://api.example:{site.port}/api"}, "token_from": "DESKHAND_SOURCE_TOKEN"}
    await polling.rows.add("T1", "json", "api", settings, "U1")
    await polling.settle()
    assert seen == [("api.example", "Bearer t0ken"), ("other.example", None)]
    assert await stored(file_sessions) == ["x"]


async def test_no_text_of_a_source_stands_in_the_logs(
    site: FeedSite, file_sessions: Sessions, start: StartPolling, caplog: pytest.LogCaptureFixture
) -> None:
    polling = await start(file_sessions)
    await follow(polling, site.serve("/feed", rss(item(1, START, text="a secret thing"))))
    await follow(polling, site.serve("/bad", "<html>a secret thing"))
    with caplog.at_level("DEBUG", logger="deskhand"):
        await polling.settle()
    assert "secret" not in caplog.text
