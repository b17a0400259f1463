"""The two events of one mention: the second waits for the first one's commit, and goes itself where that failed."""

from __future__ import annotations

import asyncio

import pytest

from bot.twins import REMEMBERED, Twins

MENTION = ("T1", "C1:1.000100")


class Table:
    """Rows that are stored once each, when `open` is set."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.failing = 0
        self.calls = 0
        self.committed = False

    async def store(self) -> int | None:
        self.calls += 1
        await self.open.wait()
        if self.failing:
            self.failing -= 1
            raise OSError("the disk is full")
        first, self.committed = not self.committed, True
        return 1 if first else None


async def test_a_second_event_is_known_only_after_the_first_is_committed() -> None:
    twins, table = Twins(), Table()
    first = asyncio.create_task(twins.store(MENTION, table.store))
    second = asyncio.create_task(twins.store(MENTION, table.store))
    await asyncio.sleep(0.01)
    assert not second.done()
    table.open.set()
    assert (await first, await second) == (1, None)
    assert await twins.store(MENTION, table.store) is None
    assert table.calls == 1


async def test_a_second_event_is_stored_itself_when_the_first_could_not_be() -> None:
    twins, table = Twins(), Table()
    table.failing = 1
    first = asyncio.create_task(twins.store(MENTION, table.store))
    second = asyncio.create_task(twins.store(MENTION, table.store))
    await asyncio.sleep(0)
    table.open.set()
    with pytest.raises(OSError, match="disk"):
        await first
    assert await second == 1


async def test_a_second_event_that_is_given_up_leaves_the_first_alone() -> None:
    twins, table = Twins(), Table()
    first = asyncio.create_task(twins.store(MENTION, table.store))
    second = asyncio.create_task(twins.store(MENTION, table.store))
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.sleep(0)
    table.open.set()
    assert await first == 1


async def test_what_was_forgotten_asks_the_database_again() -> None:
    twins, table = Twins(), Table()
    table.open.set()
    assert await twins.store(MENTION, table.store) == 1
    for number in range(REMEMBERED):
        await twins.store(("T1", f"C1:{number}"), table.store)
    calls = table.calls
    assert await twins.store(MENTION, table.store) is None
    assert table.calls == calls + 1


async def test_whether_a_message_is_stored_is_answered_once_its_transaction_has_ended() -> None:
    twins, table = Twins(), Table()
    assert not await twins.stored(MENTION)
    storing = asyncio.create_task(twins.store(MENTION, table.store))
    await asyncio.sleep(0)
    asked = asyncio.create_task(twins.stored(MENTION))
    await asyncio.sleep(0.01)
    assert not asked.done()
    table.open.set()
    assert (await storing, await asked) == (1, True)
