"""Decisions of several people and processes at one moment: one after another, each on what the other has left."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from trained_versions import ADMIN, TEAM, promoted, trained

from skills.classifiers.registry.versions import GATE, STARTER, DecisionRefused, Registry

Sessions = async_sessionmaker[AsyncSession]


async def all_of(*decisions: Coroutine[Any, Any, Any]) -> list[str]:
    """Returns how decisions ended that were taken at one moment: "done", or why not."""
    found = await asyncio.gather(*decisions, return_exceptions=True)
    unexpected = [one for one in found if isinstance(one, BaseException) and not isinstance(one, DecisionRefused)]
    assert not unexpected
    return sorted(one.why if isinstance(one, DecisionRefused) else "done" for one in found)


async def consistent(registry: Registry) -> None:
    """Each line begins with what the one before it has left, and the last one has left what serves."""
    lines = list(reversed(await registry.ledger(TEAM, 100)))
    serving = STARTER
    for line in lines:
        assert line.before == serving
        serving = line.after
    assert await registry.serving(TEAM) == serving


async def test_a_rollback_that_several_press_at_once_goes_back_as_often_as_it_is_written_down(
    sessions: Sessions,
) -> None:
    registry = Registry(sessions)
    await promoted(registry, "r1")
    await promoted(registry, "r2")
    ends = await all_of(*(registry.roll_back(TEAM, f"U{place}", "", {}) for place in range(5)))
    assert ends == ["done", "done", "nothing", "nothing", "nothing"]
    await consistent(registry)


async def test_of_first_promotions_at_one_moment_each_sees_the_other(sessions: Sessions) -> None:
    registry = Registry(sessions)
    for run in ("r1", "r2", "r3"):
        await registry.put(TEAM, trained(run), STARTER)
    ends = await all_of(*(registry.promote(TEAM, number, GATE, "better", {}) for number in (1, 2, 3)))
    assert ends == ["changed", "changed", "done"]
    await consistent(registry)


async def test_pruning_at_the_moment_of_a_promotion_never_takes_the_files_of_what_serves(sessions: Sessions) -> None:
    registry = Registry(sessions)
    for attempt in range(8):
        old = await registry.put(TEAM, trained(f"old{attempt}", passed=False), STARTER)
        await registry.put(TEAM, trained(f"new{attempt}", passed=False), STARTER)
        await all_of(registry.prune(TEAM, kept=1), registry.promote(TEAM, old, ADMIN, "", {}))
        serving = await registry.serving(TEAM)
        if serving != STARTER:
            assert await registry.files(TEAM, serving)
    await consistent(registry)
