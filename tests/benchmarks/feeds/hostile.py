"""Follows 500 hostile sources on 50 hosts, and 10 good ones among them, and measures the memory that they cost.

    python tests/benchmarks/feeds/hostile.py [--seed 1]

The servers are a process of their own: endless and trickling feeds, bombs of gzip and of entities, pages, broken
encodings, wrong dates, ids that change, redirects into private networks, names that resolve there, and more. The bad
ones are looked at twice each. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import random
import sys
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import ClientSession, web

HOSTS, PER_HOST, GOOD = 50, 10, 10
START = datetime(2026, 12, 1, tzinfo=UTC)
ITEM = b"<item><title>Bad, bad, bad</title><link>https://a.example/%d</link><guid>%d</guid>%s</item>"


def feed(*items: bytes) -> bytes:
    return b"<?xml version='1.0'?><rss><channel><title>x</title>" + b"".join(items) + b"</channel></rss>"


def items(count: int, date: bytes = b"") -> list[bytes]:
    return [ITEM % (number, number, date) for number in range(count)]


def entities() -> bytes:
    rows = b"".join(b'<!ENTITY l%d "%s">' % (n + 1, b"&l%d;" % n * 10) for n in range(9))
    return b'<!DOCTYPE rss [<!ENTITY l0 "lol">' + rows + b"]>" + feed(b"<item><title>&l9;</title></item>")


def noise(chance: random.Random) -> bytes:
    return chance.randbytes(200_000)


EXTERNAL = b'<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]>'

BODIES: dict[str, Callable[[random.Random], bytes]] = {
    "page": lambda _: b"<!doctype html><html><body>" + b"<p>x" * 50_000,
    "empty": lambda _: b"",
    "noise": noise,
    "entities": lambda _: entities(),
    "external_entity": lambda _: EXTERNAL + feed(ITEM % (1, 1, b"&f;")),
    "external_dtd": lambda _: b'<!DOCTYPE r SYSTEM "http://inner.example/x.dtd">' + feed(ITEM % (1, 1, b"")),
    "invalid_utf8": lambda _: feed(*items(50, b"<description>\xff\xfe\xc3\x28\xed\xa0\x80</description>")),
    "wrong_encoding": lambda _: b"<?xml version='1.0' encoding='utf-16'?>" + feed(*items(20)),
    "nul_and_control": lambda _: feed(*items(20, b"<description>\0\x01\x08&#0;&#x1F;</description>")),
    "deep": lambda _: b"<rss><channel>" + b"<a>" * 290_000,
    "elements": lambda _: b"<rss><channel>" + b"<a/>" * 650_000,
    "attributes": lambda _: b"<rss " + b'a="" ' * 290_000,
    "many_items": lambda _: feed(*items(35_000)),
    "broken": lambda _: b"<rss><channel>" + b"<item><title>x<br>&nbsp;& y</titl" * 80_000,
    "cdata": lambda _: b"<rss><channel><item>" + b"<![CDATA[" * 290_000,
    "less_than": lambda _: b"<rss><channel>" + b"<" * 2_700_000,
    "ampersands": lambda _: b"<rss><channel><item><title>" + b"&" * 2_700_000,
    "long_title": lambda _: feed(b"<item><title>" + b"x" * 2_700_000 + b"</title></item>"),
    "long_guid": lambda _: feed(b"<item><title>x</title><guid>" + b"y" * 2_700_000 + b"</guid></item>"),
    "future": lambda _: feed(*items(40, b"<pubDate>Fri, 01 Jan 2038 00:00:00 GMT</pubDate>")),
    "wrong_dates": lambda _: feed(*items(40, b"<pubDate>31 Feb 99999 25:61</pubDate>")),
    "changing_ids": lambda c: feed(*(ITEM % (n, c.randrange(10**9), b"") for n in range(40))),
    "scripts": lambda _: feed(b"<item><title>&lt;script&gt;x</title><link>javascript:alert(1)</link></item>"),
    "json_deep": lambda _: b"[" * 2_700_000,
    "json_many": lambda _: b"[" + b"{}," * 800_000 + b"{}]",
    "json_numbers": lambda _: b'[{"id": ' + b"9" * 1_000_000 + b', "title": "x"}]',
    "json_surrogates": lambda _: b'[{"id": "\\ud800", "title": "\\udfff\\u0000 x", "url": "https://a/\\ud800"}]',
}  # fmt: skip

WAYS = (
    "endless", "trickle", "hang", "gzip_bomb", "deflate_bomb", "nested_gzip", "cut_gzip", "brotli", "short",
    "huge_length", "headers", "loop", "to_private", "to_file", "private_name", "mapped_name", "304", "status_999",
    "closes", "many_redirects",
)  # fmt: skip
KINDS = (*BODIES, *WAYS)
USUAL = {
    "broken_entry": feed(b"<item><title>a &nbsp; b<br></title><description>&lt;p&gt;x&lt;/p&gt;</description></item>"),
    "usual_json": b'[{"id": 1, "title": "x", "url": "https://a.example/1"}]',
}
SECRET = "/secret"


class Servers:
    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self.reached: list[str] = []
        self.asked = 0
        self._bombs = {
            "gzip_bomb": gzip.compress(b"<rss><channel>" + b" " * 300_000_000, 6),
            "deflate_bomb": zlib.compress(b"<rss><channel>" + b"<item/>" * 40_000_000, 6),
        }
        self._bombs["nested_gzip"] = gzip.compress(self._bombs["gzip_bomb"])
        self._bombs["cut_gzip"] = gzip.compress(feed(*items(2000)))[:-400]

    async def secret(self, request: web.Request) -> web.Response:
        self.reached.append(request.host)
        return web.Response(body=feed(*items(1)))

    async def good(self, request: web.Request) -> web.Response:
        number = int(request.match_info["number"])
        return web.Response(body=feed(*(ITEM % (n, n, b"") for n in range(number * 100, number * 100 + 3))))

    async def bad(self, request: web.Request) -> web.StreamResponse:
        self.asked += 1
        kind = request.match_info["kind"]
        if kind in USUAL:
            return web.Response(body=USUAL[kind])
        if kind in BODIES:
            return web.Response(body=BODIES[kind](self._chance))
        if kind in self._bombs:
            encoding = "deflate" if kind == "deflate_bomb" else "gzip"
            return web.Response(body=self._bombs[kind], headers={"Content-Encoding": encoding})
        port = request.url.port
        match kind:
            case "endless" | "trickle" | "short":
                return await self._stream(request, kind)
            case "hang":
                await asyncio.sleep(3600)
            case "brotli":
                return web.Response(body=b"x", headers={"Content-Encoding": "br"})
            case "huge_length":
                return web.Response(body=b"x", headers={"X-Length": "9" * 400})
            case "headers":
                return web.Response(body=feed(*items(3)), headers={f"X-{n}": "y" * 7000 for n in range(200)})
            case "loop" | "many_redirects":
                to = request.path if kind == "loop" else f"{request.path}?{self._chance.random()}"
                return web.Response(status=302, headers={"Location": to})
            case "to_private":
                return web.Response(status=302, headers={"Location": f"http://inner.example:{port}{SECRET}"})
            case "to_file":
                return web.Response(status=302, headers={"Location": "file:///etc/passwd"})
            case "304":
                return web.Response(status=304)
            case "status_999":
                return web.Response(status=999)
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async def _stream(self, request: web.Request, kind: str) -> web.StreamResponse:
        headers = {"Content-Length": "100000"} if kind == "short" else {}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        await response.write(b"<rss><channel>")
        if kind == "short":
            assert request.transport is not None
            request.transport.abort()
            return response
        with suppress(ConnectionError):
            while True:
                await response.write(ITEM % (1, 1, b"") * (2000 if kind == "endless" else 1))
                if kind == "trickle":
                    await asyncio.sleep(0.05)
        return response

    async def figures(self, request: web.Request) -> web.Response:
        return web.json_response({"reached": self.reached, "asked": self.asked})


async def serve(seed: int) -> None:
    servers = Servers(seed)
    app = web.Application()
    app.router.add_get("/figures", servers.figures)
    app.router.add_get(SECRET, servers.secret)
    app.router.add_get("/good/{number}", servers.good)
    app.router.add_get("/{kind}/{number}", servers.bad)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


class MovedClock:
    at = START

    def now(self) -> datetime:
        return self.at


async def resolve(host: str, port: int) -> Sequence[str]:
    if host.startswith(("inner", "private")):
        return ["127.0.0.2"]
    return ["::ffff:127.0.0.2"] if host.startswith("mapped") else ["127.0.0.1"]


def memory() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


async def follow(port: int, seed: int, data: Path) -> dict[str, object]:
    import index.fetch
    from bot.store.upgrade import open_database
    from skills.monitor.sources import MIGRATIONS, Limits, Polling, SourceError

    # 127.0.0.1 stands for a public address, since no trial may reach one; 127.0.0.2 is private as ever.
    private = index.fetch.is_public
    index.fetch.is_public = lambda address: address == "127.0.0.1" or private(address)
    database = await open_database(data, branches=[MIGRATIONS])
    clock = MovedClock()
    chance = random.Random(seed)
    kinds = [KINDS[n % len(KINDS)] for n in range(HOSTS * PER_HOST)]
    chance.shuffle(kinds)
    peak, crashes, longest_stall = 0.0, 0, 0.0
    async with Polling(
        database.sessions, clock, "bench", data, limits=Limits(seconds=3.0), resolve=resolve, chance=random.Random(1)
    ) as polling:
        add = polling.rows.add

        async def good(round: int) -> None:
            for number in range(GOOD):
                url = f"http://good{round}{number}.example:{port}/good/{number}"
                await add("T1", "feed", f"good {number}", {"url": url}, "U1")

        # A first round of good ones, and of the usual faults: what code and connections cost is no cost of the hostile.
        await good(0)
        for kind in ("page", "broken_entry", "closes", "missing"):
            await add("T1", "feed", "usual", {"url": f"http://usual.example:{port}/{kind}/0"}, "U1")
        await add("T1", "json", "usual", {"mapping": {"url": f"http://usual.example:{port}/usual_json/0"}}, "U1")
        await polling.settle()
        before = memory()
        await good(1)
        for number, kind in enumerate(kinds):
            host = {"private_name": "private", "mapped_name": "mapped"}.get(kind, "host")
            url = f"http://{host}{number % HOSTS}.example:{port}/{kind}/{number}"
            if kind.startswith("json"):
                await add("T1", "json", kind, {"mapping": {"url": url}}, "U1")
            else:
                await add("T1", "feed", kind, {"url": url}, "U1")

        async def watch() -> None:
            nonlocal peak, longest_stall
            while True:
                began = time.monotonic()
                await asyncio.sleep(0.01)
                longest_stall = max(longest_stall, time.monotonic() - began - 0.01)
                peak = max(peak, memory())

        watching = asyncio.create_task(watch())
        began = time.monotonic()
        for _ in range(2):
            try:
                await polling.settle()
            except SourceError:
                crashes += 1
            clock.at += timedelta(hours=7)
        seconds = time.monotonic() - began
        watching.cancel()
        sources = await polling.rows.all("T1")
        posts = await polling.posts.claim("bench", 100_000)
        async with ClientSession() as client, client.get(f"http://127.0.0.1:{port}/figures") as response:
            figures = await response.json()
    await database.close()
    states = Counter(source.state for source in sources)
    faults = Counter(source.fault.code for source in sources if source.fault)
    names = {source.id: source.name for source in sources}
    by_kind = Counter(
        names[stored.post.source] for stored in posts if not names[stored.post.source].startswith(("good", "usual"))
    )
    untimely = sum(stored.post.published_at > stored.seen_at for stored in posts)
    return {
        "hostile_sources": len(kinds),
        "kinds": len(KINDS),
        "requests": figures["asked"],
        "crashes": crashes + faults["unexpected"],
        "private_hosts_reached": len(figures["reached"]),
        "extra_memory_mb": round(peak - before, 1),
        "memory_before_mb": round(before, 1),
        "longest_stall_of_the_loop_ms": round(1000 * longest_stall),
        "seconds": round(seconds, 1),
        "good_posts": sum(names[stored.post.source].startswith("good") for stored in posts),
        "good_posts_expected": 2 * GOOD * 3,
        "posts_of_hostile": sum(by_kind.values()),
        "most_posts_of_one_hostile": max(Counter(stored.post.source for stored in posts).values()),
        "posts_dated_ahead": untimely,
        "states": states,
        "faults": faults,
        "posts_by_kind": by_kind,
    }


async def main(seed: int) -> None:
    server = await asyncio.create_subprocess_exec(
        sys.executable, __file__, "--serve", "--seed", str(seed), stdout=asyncio.subprocess.PIPE
    )
    assert server.stdout is not None
    try:
        port = int(await server.stdout.readline())
        with tempfile.TemporaryDirectory() as data:
            print(json.dumps(await follow(port, seed, Path(data))))
    finally:
        server.kill()
        await server.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    asyncio.run(serve(given.seed) if given.serve else main(given.seed))
