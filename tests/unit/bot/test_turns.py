"""Order within a channel, and how much runs at once."""

from __future__ import annotations

import asyncio
from collections import defaultdict

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.turns import Turn, Turns


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3)), max_size=30))
def test_work_of_one_channel_runs_in_order_and_never_side_by_side(jobs: list[tuple[str, int]]) -> None:
    async def run() -> None:
        turns = Turns(at_once=4)
        began: dict[str, list[int]] = defaultdict(list)
        running: dict[str, int] = defaultdict(int)
        most = 0

        def job(key: str, number: int, steps: int):  # type: ignore[no-untyped-def]
            async def work(_: Turn) -> None:
                nonlocal most
                began[key].append(number)
                running[key] += 1
                most = max(most, sum(running.values()))
                assert running[key] == 1
                for _ in range(steps):
                    await asyncio.sleep(0)
                running[key] -= 1

            return work

        for number, (key, steps) in enumerate(jobs):
            turns.start(key, job(key, number, steps))
        await turns.finish(5)
        assert {key: sorted(numbers) for key, numbers in began.items()} == began
        assert sum(map(len, began.values())) == len(jobs)
        assert most <= 4
        assert turns.busy == 0

    asyncio.run(run())


async def test_work_that_yields_lets_the_next_begin() -> None:
    turns = Turns(at_once=1)
    order: list[str] = []
    gate = asyncio.Event()

    async def slow(turn: Turn) -> None:
        order.append("slow begins")
        turn.release()
        await gate.wait()
        order.append("slow ends")

    async def quick(_: Turn) -> None:
        order.append("quick")
        gate.set()

    turns.start("C1", slow)
    turns.start("C1", quick)
    await turns.finish(5)
    assert order == ["slow begins", "quick", "slow ends"]


async def test_work_that_fails_gives_its_turn_on() -> None:
    turns = Turns()
    done: list[int] = []

    async def fails(_: Turn) -> None:
        raise ValueError

    async def works(_: Turn) -> None:
        done.append(1)

    first = turns.start("C1", fails)
    turns.start("C1", works)
    await turns.finish(5)
    assert done == [1]
    assert isinstance(first.exception(), ValueError)


async def test_a_stop_cancels_what_takes_too_long() -> None:
    turns = Turns()

    async def endless(_: Turn) -> None:
        await asyncio.Event().wait()

    task = turns.start("C1", endless)
    await turns.finish(0.01)
    assert task.cancelled()
