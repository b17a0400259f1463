"""Kills a polling process with -9 at seeded moments while sources grow, and counts what became of every post.

Used by `test_killed_polling.py` (a few moments) and `tests/benchmarks/feeds/kill.py` (many).
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web
from feed_site import FeedSite, item, rss
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.monitor.sources import Polling
from skills.monitor.sources.tables import PostRow

POLLER = Path(__file__).with_name("poller.py")
SHOWN = 120
OFTEN = {"min_minutes": 0.01, "max_minutes": 0.01}


@dataclass
class Report:
    """What became of the posts that the sources have shown."""

    kills: int = 0
    published: int = 0
    stored: int = 0
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    requests: int = 0
    seconds: float = 0.0


class Growing:
    """Sources that publish some posts at each request: feeds, an API and a file; their ids may change every time."""

    def __init__(self, site: FeedSite, folder: Path, chance: random.Random) -> None:
        self.published: list[str] = []
        self.stopped = False
        self._chance = chance
        self._shown: dict[str, list[str]] = {}
        self._file = folder / "sources" / "grow.jsonl"
        self._file.parent.mkdir(parents=True, exist_ok=True)
        for path in ("/feed/0", "/feed/1", "/changing/2"):
            site.pages[path] = self._feed
        site.pages["/api/3"] = self._api

    def _grow(self, name: str) -> list[str]:
        shown = self._shown.setdefault(name, [])
        for _ in range(0 if self.stopped else self._chance.randint(0, 3)):
            shown.append(f"{name}-{len(self.published)}")
            self.published.append(shown[-1])
        return shown[-SHOWN:][::-1]

    async def _feed(self, request: web.Request) -> web.Response:
        name = request.path.strip("/").replace("/", "")
        items = []
        for title in self._grow(name):
            id = f"{title}-{self._chance.random()}" if "changing" in name else title
            number = int(title.rpartition("-")[2])
            items.append(item(number, "Tue, 01 Dec 2026 10:00:00 GMT", id=id).replace(f"Title {number}", title))
        return web.Response(text=rss(*items))

    async def _api(self, request: web.Request) -> web.Response:
        return web.json_response([{"id": title, "title": title} for title in self._grow("api")])

    def write(self) -> None:
        """Adds a line to the file."""
        title = f"file-{len(self.published)}"
        self.published.append(title)
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"id": title, "title": title}) + "\n")


async def kill_run(
    site: FeedSite,
    sessions: async_sessionmaker[AsyncSession],
    polling: Polling,
    data: Path,
    url: str | None,
    moments: int,
    seed: int,
) -> Report:
    """Kills the poller at `moments` moments drawn by `seed`, lets it catch up, and counts."""
    chance = random.Random(seed)
    report, began = Report(), time.monotonic()
    growing = Growing(site, data, chance)
    for path in ("/feed/0", "/feed/1", "/changing/2"):
        await polling.rows.add("T1", "feed", path, {"url": site.address + path, **OFTEN}, "U1")
    mapping = {"url": site.address + "/api/3"}
    await polling.rows.add("T1", "json", "api", {"mapping": mapping, **OFTEN}, "U1")
    growing.write()
    await polling.rows.add("T1", "file", "file", {"path": "grow.jsonl", **OFTEN}, "U1")
    await polling.settle()
    for _ in range(moments):
        process = await _start(data, url)
        before = len(site.asked)
        # Importing takes a second and more: the kill comes at a moment after its first request.
        async with asyncio.timeout(60):
            while len(site.asked) == before:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        growing.write()
        await asyncio.sleep(chance.uniform(0.0, 0.25))
        process.kill()
        await process.wait()
        report.kills += 1
    process = await _start(data, url)
    await _settled(sessions, growing)
    process.kill()
    await process.wait()
    titles = Counter(await _titles(sessions))
    report.published = len(growing.published)
    report.stored = sum(titles.values())
    report.lost = [title for title in growing.published if not titles[title]]
    report.twice = [title for title, count in titles.items() if count > 1]
    report.requests = len(site.asked)
    report.seconds = round(time.monotonic() - began, 1)
    return report


async def _start(data: Path, url: str | None) -> asyncio.subprocess.Process:
    arguments = [str(POLLER), str(data), *([url] if url else [])]
    return await asyncio.create_subprocess_exec(sys.executable, *arguments, stdin=asyncio.subprocess.DEVNULL)


async def _settled(sessions: async_sessionmaker[AsyncSession], growing: Growing) -> None:
    """Stops the sources growing, and waits until all that was published is stored, or too long."""
    growing.stopped = True
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if set(growing.published) <= set(await _titles(sessions)):
            break
        await asyncio.sleep(0.2)
    # Something might still come twice: a few looks more.
    await asyncio.sleep(2.0)


async def _titles(sessions: async_sessionmaker[AsyncSession]) -> list[str]:
    async with sessions() as session:
        return list(await session.scalars(select(PostRow.title)))
