"""Follows 1,000 sources on 50 hosts in compressed time, a tenth of them failing and a tenth refusing.

    python tests/benchmarks/feeds/many_sources.py [--mixed] [--minutes 60] [--speed 15] [--url POSTGRES]

The clock runs `speed` times as fast, and so do the servers (a process of its own) and all limits. Lateness is told in
seconds of that clock: between when a source was due and when it was looked at. With `--mixed` the bad sources stand on
the hosts of the good ones, else on hosts of their own. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from aiohttp import ClientSession, web

HOSTS, PER_HOST = 50, 20
EVERY_MINUTES = 5.0
LATENCY = 0.3
"""Seconds of the fast clock that a server takes."""
PATIENCE = 30.0
CHANGES = 0.1
"""So often a feed has something new when it is asked."""
FAILING = ("500", "hangs", "closes", "html", "garbage")
REFUSING = ("429", "429-later", "403")
START = datetime(2026, 12, 1, tzinfo=UTC)


def manner(host: int, feed: int, mixed: bool) -> str:
    """How a source behaves: `etag`, `date` and `plain` are well, the others fail or refuse."""
    rank = feed if mixed else host
    number = host * PER_HOST + feed
    if rank < (2 if mixed else 5):
        return FAILING[number % len(FAILING)]
    if rank < (4 if mixed else 10):
        return REFUSING[number % len(REFUSING)]
    return "plain" if number % 20 == 7 else "date" if number % 3 == 0 else "etag"


class Servers:
    """All hosts on one port, told apart by path."""

    def __init__(self, speed: float, mixed: bool) -> None:
        self.speed = speed
        self.mixed = mixed
        self.chance = random.Random(1)
        self.versions: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()
        self.answers: Counter[str] = Counter()
        self.in_hand: Counter[int] = Counter()
        self.most_at_once = 0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        host, feed = int(request.match_info["host"]), int(request.match_info["feed"])
        self.in_hand[host] += 1
        self.most_at_once = max(self.most_at_once, self.in_hand[host])
        try:
            return await self._page(request, manner(host, feed, self.mixed))
        finally:
            self.in_hand[host] -= 1

    async def _page(self, request: web.Request, manner: str) -> web.StreamResponse:
        self.asked[request.path] += 1
        await asyncio.sleep(LATENCY / self.speed)
        match manner:
            case "500":
                return web.Response(status=500)
            case "hangs":
                await asyncio.sleep(10 * PATIENCE / self.speed)
                return web.Response()
            case "closes":
                assert request.transport is not None
                request.transport.abort()
                return web.Response()
            case "html":
                return web.Response(text="<html><body>Subscribe</body></html>", content_type="text/html")
            case "garbage":
                return web.Response(body=bytes(range(256)) * 40)
            case "429":
                return web.Response(status=429)
            case "429-later":
                return web.Response(status=429, headers={"Retry-After": "600"})
            case "403":
                return web.Response(status=403)
            case _:
                return self._feed(request, manner)

    def _feed(self, request: web.Request, manner: str) -> web.Response:
        path = request.path
        new = self.chance.random() < CHANGES
        self.versions[path] += new
        version = self.versions[path]
        stamp = format_datetime(START + timedelta(seconds=version), usegmt=True)
        headers = {"etag": {"ETag": f'"{version}"'}, "date": {"Last-Modified": stamp}}.get(manner, {})
        known = request.headers.get("If-None-Match") or request.headers.get("If-Modified-Since")
        if known and known in headers.values():
            self.answers["304"] += 1
            return web.Response(status=304, headers=headers)
        self.answers["new" if new or self.asked[path] == 1 else "200 unchanged"] += 1
        items = "".join(
            f"<item><guid>{path}{n}</guid><title>Title {n}</title><link>https://a.example{path}/{n}</link>"
            f"<description>Some words of the text number {n} of {path}</description></item>"
            for n in range(version + 20, version, -1)
        )
        text = f"<rss><channel><title>x</title>{items}</channel></rss>"
        return web.Response(text=text, content_type="application/rss+xml", headers=headers)

    async def figures(self, request: web.Request) -> web.Response:
        return web.json_response({"answers": self.answers, "asked": self.asked, "most_at_once": self.most_at_once})


async def serve(speed: float, mixed: bool) -> None:
    servers = Servers(speed, mixed)
    app = web.Application()
    app.router.add_get("/figures", servers.figures)
    app.router.add_get("/{host}/{feed}", servers.answer)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


class FastClock:
    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._began = time.monotonic()

    def now(self) -> datetime:
        return START + timedelta(seconds=self._speed * (time.monotonic() - self._began))


async def resolve(host: str, port: int) -> Sequence[str]:
    return ["127.0.0.1"]


async def follow(arguments: argparse.Namespace, port: int, data: Path) -> dict[str, object]:
    from bot.store.upgrade import open_database
    from skills.monitor.sources import MIGRATIONS, Limits, Polling
    from skills.monitor.sources.rows import Followed, Lane

    speed = arguments.speed
    database = await open_database(data, arguments.url, branches=[MIGRATIONS])
    clock = FastClock(speed)
    limits = Limits(allow_private=True, seconds=PATIENCE / speed)
    late: dict[bool, list[float]] = {True: [], False: []}
    tries: Counter[str] = Counter()
    async with Polling(
        database.sessions, clock, "bench", data, limits=limits, resolve=resolve, chance=random.Random(1)
    ) as polling:
        well: dict[str, bool] = {}
        for host in range(HOSTS):
            for feed in range(PER_HOST):
                settings = {
                    "url": f"http://host{host}.example:{port}/{host}/{feed}",
                    "min_minutes": EVERY_MINUTES,
                    "max_minutes": EVERY_MINUTES,
                }
                id = await polling.rows.add("T1", "feed", f"{host}/{feed}", settings, "U1")
                well[id] = manner(host, feed, arguments.mixed) in ("etag", "date", "plain")
        clock = polling._looking._clock = polling.rows._clock = FastClock(speed)
        look_at = polling._looking.look_at

        async def timed(lane: Lane, source: Followed) -> bool:
            tries[source.id] += 1
            # The first look of all of them at once is a start, no lateness.
            if source.looked_at is not None:
                late[well[source.id]].append((clock.now() - source.due_at).total_seconds())
            return await look_at(lane, source)

        polling._looking.look_at = timed  # type: ignore[method-assign]
        # All are added at once; from then on they are due at moments spread over the five minutes.
        async with database.sessions.begin() as session:
            from sqlalchemy import select

            from skills.monitor.sources.tables import SourceRow

            chance = random.Random(2)
            for row in await session.scalars(select(SourceRow)):
                row.due_at = START.timestamp() + chance.uniform(0, 60 * EVERY_MINUTES)
        began, cpu = time.monotonic(), time.process_time()
        while time.monotonic() - began < 60 * arguments.minutes / speed:
            await polling.tick()
            await asyncio.sleep(0.5 / speed)
        cpu = time.process_time() - cpu
        now = clock.now()
        sources = await polling.rows.all("T1")
        async with ClientSession() as client, client.get(f"http://127.0.0.1:{port}/figures") as response:
            figures = await response.json()
    await database.close()
    answers = figures["answers"]
    unchanged = answers.get("304", 0) + answers.get("200 unchanged", 0)
    bad = [source for source in sources if not well[source.id]]
    longest = max((source.due_at - now).total_seconds() for source in sources)
    return {
        "arrangement": "mixed" if arguments.mixed else "hosts of their own",
        "minutes": arguments.minutes,
        "speed": speed,
        "looks": sum(tries.values()),
        "healthy_looks": len(late[True]),
        "healthy_late_p50": round(quantile(late[True], 0.5), 2),
        "healthy_late_p95": round(quantile(late[True], 0.95), 2),
        "healthy_late_p99": round(quantile(late[True], 0.99), 2),
        "healthy_late_max": round(max(late[True]), 2),
        "unchanged_looks": unchanged,
        "of_these_304": round(answers.get("304", 0) / unchanged, 4),
        "most_requests_at_once_on_a_host": figures["most_at_once"],
        "bad_sources": len(bad),
        "bad_tried_again": sum(tries[source.id] > 1 for source in bad),
        "bad_tries_each": round(sum(tries[source.id] for source in bad) / len(bad), 1),
        "abandoned": sum(source.due_at > now + timedelta(hours=8) for source in sources),
        "longest_pause_seconds": round(longest),
        "healthy_that_are_well": sum(source.state == "well" for source in sources if well[source.id]),
        "cpu_ms_per_look": round(1000 * cpu / max(1, sum(tries.values())), 1),
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def quantile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


async def main(arguments: argparse.Namespace) -> None:
    command = [sys.executable, __file__, "--serve", "--speed", str(arguments.speed)]
    command += ["--mixed"] if arguments.mixed else []
    server = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert server.stdout is not None
    try:
        port = int(await server.stdout.readline())
        with tempfile.TemporaryDirectory() as data:
            print(json.dumps(await follow(arguments, port, Path(data))))
    finally:
        server.kill()
        await server.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--speed", type=float, default=15.0)
    parser.add_argument("--mixed", action="store_true")
    parser.add_argument("--url")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    asyncio.run(serve(given.speed, given.mixed) if given.serve else main(given))
