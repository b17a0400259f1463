"""kill -9 at any moment, on two replicas: each flapping surge is one message, edited no closer than the debounce."""

from __future__ import annotations

from pathlib import Path

from killing_looks import kill_run
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker


async def test_flapping_surges_on_two_killed_replicas_are_one_message_each(
    either_sessions: async_sessionmaker[AsyncSession], database_url: str | None, tmp_path: Path
) -> None:
    report = await kill_run(either_sessions, tmp_path, database_url, surges=20, kills=3, seed=7, lasting=300.0)
    assert report.kills == 3
    assert report.faults == 0, report
    assert report.cards == 20
    assert report.edits > 20
