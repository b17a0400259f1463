"""What comes by itself: digests by the wall clock, posts that other programs send, and old posts that go."""

from __future__ import annotations

import json
import time
from datetime import timedelta

import aiohttp
import pytest
from messages import words
from monitor_bot import HOUR, MonitorBot, Start, buttons
from sqlalchemy import func, select
from talk_site import TalkSite

from bot.workspace.testing import RunningWorkspace
from skills.monitor.sources.tables import PostRow
from skills.monitor.sources.webhook import SIGNATURE, TIMESTAMP, sign
from skills.monitor.watches.tables import MatchRow, ReadingRow

SECRET = "DESKHAND_SOURCE_SHOP"


async def count(bot: MonitorBot, table: type) -> int:
    async with bot.runtime.database.sessions() as session:
        return int(await session.scalar(select(func.count()).select_from(table)) or 0)


async def test_a_daily_digest_comes_every_morning(bot: MonitorBot, site: TalkSite) -> None:
    # Begun at noon: soon after midnight hardly anything was said on the day that the digest tells of.
    bot.workspace.advance_clock((12 * HOUR - bot.now.timestamp()) % (24 * HOUR))

    async def noon() -> bool:
        return bot.now.hour == 12

    await bot.until(noon, "noon")
    site.usual_hours(bot.now, 30)
    await bot.add_watch(feeds=site.url, digest="daily")

    async def read() -> bool:
        return await count(bot, MatchRow) == 210

    await bot.until(read, "texts that were read")
    for day in range(2):
        bot.workspace.advance_clock(24 * HOUR)

        async def digests(wanted: int = day + 1) -> bool:
            return sum("what was said yesterday" in words(one) for one in await bot.alerts()) == wanted

        await bot.until(digests, "a digest")
    first = words((await bot.alerts())[-1])
    assert "Share of negatives" in first
    assert "Negative texts:" in first
    assert not bot.workspace.violations()


async def test_signed_posts_are_taken_and_others_refused(
    start: Start, monkeypatch: pytest.MonkeyPatch, free_port: int
) -> None:
    monkeypatch.setenv(SECRET, "s3cret")
    async with start(hooks={"port": free_port}) as bot:
        await bot.add_watch("Shop", words="")
        await bot.told("I'm watching")
        answer = await bot.asked("sources", says="0 sources")
        ana = bot.workspace.person("ana")
        await ana.click("general", answer, "monitor.source.add")
        settings = {"name": "Shop", "kind": "webhook", "settings": f"secret_from: {SECRET}"}
        await ana.submit(await bot.open_view(), {key: {key: value} for key, value in settings.items()})
        said = words(await bot.told("/hooks/monitor/"))
        hook = said.partition("/hooks/monitor/")[2].split()[0].strip("`")
        body = json.dumps([{"id": "1", "text": "the shop is down again, awful"}]).encode()
        url = f"http://127.0.0.1:{free_port}/hooks/monitor/{hook}"
        stamp = round(bot.now.timestamp())
        async with aiohttp.ClientSession() as session:
            headers = {TIMESTAMP: str(stamp), SIGNATURE: sign("s3cret", stamp, body)}
            for new in (1, 0):
                async with session.post(url, data=body, headers=headers) as response:
                    assert await response.json() == {"ok": True, "new": new}
            async with session.post(url, data=body, headers=headers | {SIGNATURE: "v1=0"}) as response:
                assert response.status == 400
                assert "signature" in (await response.json())["error"]
            async with session.post(f"http://127.0.0.1:{free_port}/hooks/nobody/1", data=b"") as response:
                assert response.status == 400
            async with session.post(f"http://127.0.0.1:{free_port}/slack/events", data=b"{}") as response:
                assert response.status == 404

        async def read() -> bool:
            return await count(bot, MatchRow) == 1

        await bot.until(read, "a post that was read")


async def test_posts_go_after_three_months(bot: MonitorBot, site: TalkSite) -> None:
    site.usual_hours(bot.now, 3)
    await bot.add_watch(feeds=site.url)

    async def read() -> bool:
        return await count(bot, MatchRow) > 0

    await bot.until(read, "texts that were read")
    await bot.add_watch("Pause it", words="x")
    bot.workspace.advance_clock(timedelta(days=92).total_seconds())

    async def gone() -> bool:
        return [await count(bot, table) for table in (MatchRow, ReadingRow, PostRow)] == [0, 0, 0]

    await bot.until(gone, "an empty house")


async def test_posts_that_were_read_are_neither_lost_nor_read_twice_over_a_restart(
    start: Start, workspace: RunningWorkspace, site: TalkSite
) -> None:
    async with start() as bot:
        site.usual_hours(bot.now, 5)
        await bot.add_watch(feeds=site.url)
        await bot.told("I'm watching")
        # It is stopped in the midst of reading.
    async with start() as bot:
        began = time.monotonic()

        async def read() -> bool:
            return await count(bot, MatchRow) == 35

        await bot.until(read, f"35 texts after {began}")
        site.usual_hours(bot.now, 1)
        bot.workspace.advance_clock(2 * HOUR)

        async def more() -> bool:
            return await count(bot, MatchRow) == 42

        await bot.until(more, "seven more")
        assert "monitor.edit" in buttons(await bot.asked("", says="42 texts"))
