"""kill -9 at any moment: each reminder reaches its person once, whatever was claimed or on its way."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from killing_reminders import START, claim_run, fill, kill_run
from reminding_process import Script, SharedClock, TrialServices
from reminding_stage import ALWAYS, TEAM, KnownPeople, Stage, render
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from bot.outbox import Outbox
from bot.sending import Courier
from bot.slack import open_session, web_client
from bot.store.upgrade import open_database
from bot.workspace.testing import RunningWorkspace
from skills.tasks.reminding.claiming import claim
from skills.tasks.reminding.reminding import Reminding
from skills.tasks.reminding.tables import ReminderRow
from skills.tasks.store import MIGRATIONS

Sessions = async_sessionmaker[AsyncSession]


async def test_two_killed_replicas_remind_of_everything_once(stage: Stage, tmp_path: Path) -> None:
    report = await kill_run(stage.services.sessions, tmp_path, None, tasks=600, people=100, kills=1, seed=3)
    assert report.kills == 1
    assert report.faults == 0, report


async def test_through_the_outbox_everything_reaches_people_once(
    either_sessions: Sessions, database_url: str | None, tmp_path: Path, workspace: RunningWorkspace
) -> None:
    report = await kill_run(
        either_sessions, tmp_path, database_url, tasks=300, people=60, kills=1, seed=5, workspace=workspace
    )
    assert report.kills == 1
    assert report.faults == 0, report


async def test_ten_thousand_are_claimed_in_seconds(either_sessions: Sessions) -> None:
    await fill(either_sessions, [10_000], people=2_000, seed=1)
    seconds, tasks = await claim_run(either_sessions, limit=1_000)
    assert tasks == 10_000
    # 2 s on an idle machine (`tests/benchmarks/tasks/reminders/`); tests run beside others.
    assert seconds < 20


async def test_what_a_dead_replica_had_claimed_is_sent_once_its_lease_is_over(either_stage: Stage) -> None:
    stage = either_stage
    await stage.make("2026-12-07T12:00")
    stage.clock.at = stage.clock.at.replace(hour=11)
    sessions = stage.services.sessions
    claimed = await claim(sessions, stage.people, TEAM, stage.clock.epoch, "dead", 10, {})
    assert len(claimed.keys) == 1
    assert await stage.tick(seconds=1) == []
    async with sessions.begin() as session:
        await session.execute(update(ReminderRow).values(leased_until=time.time() - 1))
    assert await stage.tick(seconds=31) == ["U2 #1:due"]
    async with sessions() as session:
        assert [row.state for row in await session.scalars(select(ReminderRow))] == ["sent"]


async def test_what_changed_between_claim_and_post_is_not_told_any_more(stage: Stage) -> None:
    done, moved, stays = [await stage.make("2026-12-07T12:00") for _ in range(3)]
    stage.clock.at = stage.clock.at.replace(hour=11)
    await claim(stage.services.sessions, stage.people, TEAM, stage.clock.epoch, "one", 10, {})
    await stage.change(done, state="done")
    await stage.change(moved, assignee="U3")
    assert await stage.tick() == [f"U2 #{stays.number}:due"]


async def test_what_a_dead_replica_had_claimed_waits_for_working_hours(stage: Stage) -> None:
    await stage.make("2026-12-07T16:50")
    stage.clock.at = stage.clock.at.replace(hour=15, minute=50)
    await claim(stage.services.sessions, stage.people, TEAM, stage.clock.epoch, "one", 10, {})
    stage.restart()
    assert await stage.until("2026-12-07T19:00") == []
    assert await stage.until("2026-12-08T09:00") == ["U2 late #1:due", "U2 #1:overdue"]


async def test_reminders_wait_as_long_as_slack_asks(workspace: RunningWorkspace, tmp_path: Path) -> None:
    database = await open_database(tmp_path, branches=[MIGRATIONS])
    await fill(database.sessions, [12], people=4, seed=1)
    clock = SharedClock(tmp_path, START + 60)
    channels = tuple(workspace.channel("deskhand", one) for one in ("ana", "ben", "chen", "dana"))
    services = TrialServices(database.sessions, clock, "alone", Script(None, workspace.api_url, channels, 60.0))
    async with open_session() as http:
        courier = Courier(web_client("xoxb-deskhand", workspace.api_url, http, retries=False), http)
        services.outbox = Outbox(database, courier, "alone")
        await workspace.lever("fault", {"method": "chat.postMessage", "status": 429, "retry_after": 1, "times": 4})
        began = time.time()
        await Reminding(render, KnownPeople(ALWAYS)).tick(services)  # type: ignore[arg-type]
        await asyncio.wait_for(services.outbox.drained(), 20)
    calls = [one for one in workspace.log("call") if one["method"] == "chat.postMessage"]
    assert [one["status"] for one in calls] == [429] * 4 + [200] * 4
    refused = max(one["at"] for one in calls if one["status"] == 429)
    assert min(one["at"] for one in calls if one["status"] == 200) >= began + 1
    assert min(one["at"] for one in calls if one["status"] == 200) >= refused + 0.9
    await database.close()


@pytest.mark.postgres
async def test_replicas_that_claim_at_once_part_nobody(postgres: str, tmp_path: Path) -> None:
    databases = [await open_database(tmp_path, postgres, branches=[MIGRATIONS]) for _ in range(3)]
    await fill(databases[0].sessions, [2_000], people=300, seed=9)
    found = await asyncio.gather(*(claim_run(one.sessions, limit=40) for one in databases))
    assert sum(tasks for _, tasks in found) == 2_000
    async with databases[0].sessions() as session:
        people = [row.person for row in await session.scalars(select(ReminderRow))]
    assert len(people) == len(set(people)) == 300
    for one in databases:
        await one.close()
