"""A version's shadow period: begun once, it serves nobody, and ends by what is decided about it or what serves."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from trained_versions import ADMIN, FILES, TEAM, promoted, trained

from skills.classifiers.registry.models import LedgerRow, ShadowReadRow
from skills.classifiers.registry.shadows import Shadows
from skills.classifiers.registry.versions import GATE, DecisionRefused, Registry

Sessions = async_sessionmaker[AsyncSession]
HOUR = 3600.0


async def in_shadow(registry: Registry, run: str) -> int:
    """Returns the number of a new version that passed, and reads along for an hour."""
    version = await registry.put(TEAM, trained(run), await registry.serving(TEAM))
    await registry.shadow(TEAM, version, HOUR, {})
    return version


async def acts(registry: Registry) -> list[tuple[str, int, str]]:
    """Returns the decisions about the version that was in its shadow period, and about others, the oldest first."""
    return [(line.act, line.version, line.why) for line in reversed(await registry.ledger(TEAM))]


async def how(sessions: Sessions, version: int) -> tuple[str, bool]:
    """Returns how a period ended, and whether people know."""
    row = await Shadows(sessions).get(TEAM, version)
    assert row is not None
    return row.state, row.told


async def test_it_begins_once_and_what_served_goes_on_serving(sessions: Sessions) -> None:
    registry = Registry(sessions, lambda: 100.0)
    version = await in_shadow(registry, "r1")
    with pytest.raises(DecisionRefused):
        await registry.shadow(TEAM, version, HOUR, {})
    assert await registry.serving(TEAM) == 0
    assert await registry.acts(TEAM) == {version: "shadow"}
    running = await Shadows(sessions).running(TEAM)
    assert running is not None
    assert (running.version, running.before, running.began, running.until) == (version, 0, 100.0, 100.0 + HOUR)
    with pytest.raises(DBAPIError):
        async with sessions.begin() as session:
            await session.execute(delete(LedgerRow))


async def test_at_its_end_the_gate_lets_the_version_serve(sessions: Sessions) -> None:
    registry = Registry(sessions)
    version = await in_shadow(registry, "r1")
    await registry.promote(TEAM, version, GATE, "better", {"shadow": {"n": 3}})
    assert await registry.serving(TEAM) == version
    assert await how(sessions, version) == ("promoted", False)
    assert [one.version for one in await Shadows(sessions).open()] == [version]
    await Shadows(sessions).tell(TEAM, version)
    assert await Shadows(sessions).open() == []


async def test_an_admin_lets_it_serve_at_once(sessions: Sessions) -> None:
    registry = Registry(sessions)
    version = await in_shadow(registry, "r1")
    await registry.promote(TEAM, version, ADMIN, "", {})
    assert await how(sessions, version) == ("promoted", True)
    assert await acts(registry) == [("shadow", version, "better"), ("promoted", version, "")]


async def test_what_an_admin_keeps_out_the_gate_lets_in_no_more_but_an_admin_may(sessions: Sessions) -> None:
    registry = Registry(sessions)
    version = await in_shadow(registry, "r1")
    await registry.keep(TEAM, version, ADMIN)
    assert await how(sessions, version) == ("kept", True)
    with pytest.raises(DecisionRefused):
        await registry.promote(TEAM, version, GATE, "better", {})
    assert await registry.serving(TEAM) == 0
    await registry.promote(TEAM, version, ADMIN, "", {})
    with pytest.raises(DecisionRefused):
        await registry.keep(TEAM, version, ADMIN)
    assert await how(sessions, version) == ("kept", True)


@pytest.mark.parametrize("rolls_back", [True, False])
async def test_another_version_that_serves_meanwhile_ends_it(sessions: Sessions, rolls_back: bool) -> None:
    registry = Registry(sessions)
    refused = await registry.put(TEAM, trained("r0", passed=False), 0)
    await promoted(registry, "r1")
    version = await in_shadow(registry, "r2")
    if rolls_back:
        await registry.roll_back(TEAM, ADMIN, "", {})
    else:
        await registry.promote(TEAM, refused, ADMIN, "", {})
    assert await how(sessions, version) == ("changed", False)
    assert (await acts(registry))[-1] == ("refused", version, "changed")
    with pytest.raises(DecisionRefused):
        await registry.promote(TEAM, version, GATE, "better", {})


async def test_a_refused_training_leaves_it_and_a_newer_version_that_passed_takes_its_place(sessions: Sessions) -> None:
    registry = Registry(sessions)
    older = await in_shadow(registry, "r1")
    failed = await registry.put(TEAM, trained("r2", passed=False), 0)
    await registry.refuse(TEAM, failed, "worse", {})
    await registry.keep(TEAM, failed, ADMIN)
    assert await how(sessions, older) == ("running", False)
    newer = await in_shadow(registry, "r3")
    assert await how(sessions, older) == ("replaced", True)
    row = await Shadows(sessions).running(TEAM)
    assert row is not None
    assert (row.version, row.replaces) == (newer, older)
    assert (await acts(registry))[-2:] == [("refused", older, "replaced"), ("shadow", newer, "better")]


async def test_what_was_compared_with_what_serves_no_more_begins_none(sessions: Sessions) -> None:
    registry = Registry(sessions)
    version = await registry.put(TEAM, trained("r1"), 0)
    await promoted(registry, "r2")
    with pytest.raises(DecisionRefused) as refused:
        await registry.shadow(TEAM, version, HOUR, {})
    assert refused.value.why == "changed"


async def test_its_files_stay_while_it_runs_and_what_it_read_goes_with_them(sessions: Sessions) -> None:
    registry, shadows = Registry(sessions), Shadows(sessions)
    version = await in_shadow(registry, "r1")
    read = {"label_before": "a", "probability_before": 0.9, "answers_before": True}
    read |= {"label": None, "probability": 0.4, "answers": False}
    for _ in range(2):
        await shadows.add([ShadowReadRow(team=TEAM, version=version, turn="t1", **read)])
    for number in range(3):
        failed = await registry.put(TEAM, trained(f"f{number}", passed=False, dataset=f"f{number}"), 0)
        await registry.refuse(TEAM, failed, "worse", {})
    await registry.prune(TEAM, kept=1)
    assert await registry.files(TEAM, version) == FILES
    await registry.keep(TEAM, version, ADMIN)
    await registry.prune(TEAM, kept=1)
    async with sessions() as session:
        assert (await session.scalars(select(ShadowReadRow))).all() == []


async def test_of_the_gate_and_an_admin_who_decide_at_once_one_does(sessions: Sessions) -> None:
    registry = Registry(sessions)
    for number in range(5):
        before = await registry.serving(TEAM)
        version = await in_shadow(registry, f"r{number}")
        deciding = (registry.promote(TEAM, version, GATE, "better", {}), registry.keep(TEAM, version, ADMIN))
        outcomes = await asyncio.gather(*deciding, return_exceptions=True)
        assert sum(isinstance(one, DecisionRefused) for one in outcomes) == 1
        serves = await registry.serving(TEAM) == version
        assert (await how(sessions, version))[0] == ("promoted" if serves else "kept")
        assert serves or await registry.serving(TEAM) == before
