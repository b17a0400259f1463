"""Floods are told in bundles: the first at once, later ones together, none lost, none twice."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.monitor.digests import Bundles, Pace, bundles

PACE = Pace(shortest=60.0, longest=600.0)
Sessions = async_sessionmaker[AsyncSession]


class MovedClock:
    def __init__(self) -> None:
        self.at = datetime(2026, 12, 1, 10, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


class Flood:
    """Records that come, numbered, and batches that go."""

    def __init__(self, sessions: Sessions) -> None:
        self.clock = MovedClock()
        self.bundles = Bundles(sessions, self.clock, PACE)
        self.count = 0

    async def comes(self, records: int = 1) -> None:
        for _ in range(records):
            await self.bundles.add("T1", "w1", f"k{self.count}", {"n": self.count})
            self.count += 1

    async def goes(self, after: float = 0.0) -> list[list[int]]:
        """Returns the numbers in each batch that is due after so many seconds, and posts them."""
        self.clock.at += timedelta(seconds=after)
        batches = await self.bundles.claim()
        for batch in batches:
            await self.bundles.done(batch)
        return [[record["n"] for record in batch.records] for batch in batches]


@pytest.fixture
def flood(bundle_sessions: Sessions) -> Flood:
    return Flood(bundle_sessions)


async def test_the_first_goes_at_once_and_later_ones_gather_with_growing_pauses(flood: Flood) -> None:
    await flood.comes()
    assert await flood.goes() == [[0]]
    gone = []
    for second in range(0, 2400, 10):
        await flood.comes()
        if batch := await flood.goes(10):
            gone.append((second + 10, len(batch[0])))
    assert [at for at, _ in gone] == [60, 180, 420, 900, 1500, 2100]
    assert [size for _, size in gone] == [6, 12, 24, 48, 60, 60]


async def test_after_a_pause_in_which_nothing_came_the_next_is_a_first_one_again(flood: Flood) -> None:
    await flood.comes()
    await flood.goes()
    await flood.comes(3)
    assert await flood.goes(60) == [[1, 2, 3]]
    assert await flood.goes(120) == []
    await flood.comes()
    assert await flood.goes() == [[4]]
    await flood.comes()
    assert await flood.goes(59) == []
    assert await flood.goes(1) == [[5]]


async def test_what_comes_while_a_batch_is_built_waits_for_the_next(flood: Flood) -> None:
    await flood.comes(2)
    [batch] = await flood.bundles.claim()
    await flood.comes()
    assert await flood.bundles.claim() == []
    await flood.bundles.done(batch)
    assert [record["n"] for record in batch.records] == [0, 1]
    assert await flood.goes(60) == [[2]]


async def test_a_batch_whose_builder_died_is_built_again_from_the_same_records_under_the_same_key(
    flood: Flood, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundles, "LEASE_SECONDS", 0.0)
    await flood.comes(2)
    [first] = await flood.bundles.claim()
    await flood.comes()
    [again] = await flood.bundles.claim()
    assert again == first
    assert again.key == first.key
    await flood.bundles.done(again)
    await flood.bundles.done(first)
    assert await flood.goes(60) == [[2]]


async def test_two_replicas_never_build_the_same_batch(flood: Flood) -> None:
    await flood.comes(5)
    claimed = await asyncio.gather(*(flood.bundles.claim() for _ in range(4)))
    assert sum(len(batches) for batches in claimed) == 1


async def test_the_same_record_is_kept_once_and_teams_are_apart(flood: Flood) -> None:
    assert await flood.bundles.add("T1", "w1", "k", {"n": 1})
    assert not await flood.bundles.add("T1", "w1", "k", {"n": 2})
    assert await flood.bundles.add("T2", "w1", "k", {"n": 3})
    assert sorted(await flood.goes()) == [[1], [3]]


async def test_old_records_are_forgotten_once_they_are_told(flood: Flood) -> None:
    await flood.comes(2)
    await flood.goes()
    await flood.comes(2)
    assert await flood.bundles.forget(flood.clock.at + timedelta(days=1)) == 2
    await flood.bundles.claim()
    flood.clock.at += timedelta(seconds=60)
    [batch] = await flood.bundles.claim()
    assert await flood.bundles.forget(flood.clock.at + timedelta(days=1)) == 0
    assert len(batch.records) == 2
