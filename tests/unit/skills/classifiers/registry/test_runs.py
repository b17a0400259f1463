"""Runs: one at a time among all processes, each known by what asked for it, none lost with the process that ran it."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.classifiers.registry.models import RunRow
from skills.classifiers.registry.runs import GONE, SILENT_SECONDS, Busy, Runs

Sessions = async_sessionmaker[AsyncSession]
TEAM, OTHER = "T1", "T2"


async def silent(sessions: Sessions, run: str) -> None:
    """Makes the process of a run look as if it had said nothing for a little too long."""
    async with sessions.begin() as session:
        before = RunRow.seen_at - SILENT_SECONDS - 1.0
        await session.execute(update(RunRow).where(RunRow.id == run).values(seen_at=before))


async def test_of_two_processes_that_begin_at_once_one_is_busy(sessions: Sessions) -> None:
    found = await asyncio.gather(
        *(Runs(sessions, f"process{place}").begin(TEAM, f"key{place}", "") for place in range(4)),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in found) == ["Busy", "Busy", "Busy", "RunRow"]


async def test_a_training_of_another_team_waits_in_the_same_process_too(sessions: Sessions) -> None:
    runs = Runs(sessions, "here")
    first = await runs.begin(TEAM, "night", "")
    with pytest.raises(Busy):
        await runs.begin(OTHER, "night", "")
    assert await runs.tell(first.id, "learning", 0.5) is None
    await runs.end(first.id, "refused", version=1)
    assert (await runs.begin(OTHER, "night", "")).id != first.id


async def test_the_run_of_a_process_that_died_is_taken_up_by_whoever_asks_for_the_same(sessions: Sessions) -> None:
    dead, heir = Runs(sessions, "dead"), Runs(sessions, "heir")
    first = await dead.begin(TEAM, "night", "U1")
    with pytest.raises(Busy):
        await heir.begin(TEAM, "night", "U1")
    await silent(sessions, first.id)
    taken = await heir.begin(TEAM, "night", "U1")
    assert (taken.id, taken.owner, taken.state) == (first.id, "heir", "running")
    # It was only slow, and comes back: it may neither go on nor end what is another's now.
    with pytest.raises(Busy):
        await dead.tell(first.id, "learning", 0.9)
    await dead.end(first.id, "failed", error="crashed:")
    await dead.release(first.id)
    with pytest.raises(Busy):
        await Runs(sessions, "third").begin(TEAM, "night", "U1")
    await heir.end(first.id, "promoted", version=3)
    ended = await dead.begin(TEAM, "night", "U1")
    assert (ended.id, ended.state, ended.version) == (first.id, "promoted", 3)


async def test_of_several_that_take_a_dead_run_over_one_gets_it(sessions: Sessions) -> None:
    first = await Runs(sessions, "dead").begin(TEAM, "night", "")
    await silent(sessions, first.id)
    heirs = [Runs(sessions, f"heir{place}") for place in range(4)]
    found = await asyncio.gather(*(one.begin(TEAM, "night", "") for one in heirs), return_exceptions=True)
    assert sorted(type(one).__name__ for one in found) == ["Busy", "Busy", "Busy", "RunRow"]


async def test_a_dead_run_that_nobody_took_up_ends_when_another_begins(sessions: Sessions) -> None:
    first = await Runs(sessions, "dead").begin(TEAM, "night", "")
    await silent(sessions, first.id)
    runs = Runs(sessions, "heir")
    second = await runs.begin(TEAM, "asked", "U1")
    ended = await runs.begin(TEAM, "night", "")
    assert (ended.id, ended.state, ended.error, ended.slot) == (first.id, "failed", GONE, None)
    assert await runs.tell(second.id, "learning", 0.1) is None


async def test_a_process_that_leaves_its_run_lets_the_next_take_it_at_once(sessions: Sessions) -> None:
    leaving = Runs(sessions, "leaving")
    first = await leaving.begin(TEAM, "night", "")
    await leaving.release(first.id)
    assert (await Runs(sessions, "next").begin(TEAM, "night", "")).id == first.id


async def test_who_asked_a_run_to_stop_is_heard_at_the_next_word(sessions: Sessions) -> None:
    runs = Runs(sessions, "here")
    row = await runs.begin(TEAM, "night", "")
    assert not await runs.cancel(OTHER, row.id, "U1")
    assert await runs.tell(row.id, "encoding", 0.1) is None
    assert await runs.cancel(TEAM, row.id, "U1")
    assert await runs.tell(row.id, "encoding", 0.2) == "U1"
    await runs.end(row.id, "cancelled")
    assert not await runs.cancel(TEAM, row.id, "U1")


@pytest.mark.parametrize("database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
async def test_who_lives_is_told_by_the_servers_clock_where_there_is_one(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    await Runs(sessions, "here").begin(TEAM, "night", "")
    # The other machine's clock goes an hour before: it takes nothing over for that.
    monkeypatch.setattr("skills.classifiers.registry.runs.time.time", lambda: 4_000_000_000.0)
    with pytest.raises(Busy):
        await Runs(sessions, "elsewhere").begin(TEAM, "night", "")
