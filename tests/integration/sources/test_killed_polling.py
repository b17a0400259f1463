"""kill -9 at any moment: no post is lost, none is stored twice."""

from __future__ import annotations

from pathlib import Path

from feed_site import FeedSite
from killing_polls import kill_run
from poller import SystemClock
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.monitor.sources import Limits, Polling


async def test_a_polling_process_that_is_killed_loses_and_repeats_nothing(
    site: FeedSite, sessions: async_sessionmaker[AsyncSession], database_url: str | None, tmp_path: Path
) -> None:
    limits = Limits(allow_private=True, seconds=5.0)
    async with Polling(sessions, SystemClock(), "first", tmp_path, limits=limits) as polling:
        report = await kill_run(site, sessions, polling, tmp_path, database_url, moments=5, seed=7)
    assert report.kills == 5
    assert report.lost == []
    assert report.twice == []
    assert report.stored == report.published > 20
