"""Versions in the database: whole or not at all, decided about by lines that nobody can change, pruned with care."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from trained_versions import ADMIN, FILES, TEAM, promoted, trained

from skills.classifiers.curating.dataset import Dataset
from skills.classifiers.curating.examples import Row
from skills.classifiers.heads.versions import DamagedVersionError
from skills.classifiers.registry.models import DatasetRow, FileRow, LedgerRow, VersionRow
from skills.classifiers.registry.versions import GATE, STARTER, Datasets, DecisionRefused, Registry
from skills.learning.skill import _without

Sessions = async_sessionmaker[AsyncSession]


async def count(sessions: Sessions, table: type[FileRow] | type[VersionRow] | type[LedgerRow]) -> int:
    async with sessions() as session:
        return int(await session.scalar(select(func.count()).select_from(table)) or 0)


async def why(doing: object) -> str:
    """Returns why a decision was refused."""
    with pytest.raises(DecisionRefused) as refused:
        await doing  # type: ignore[misc]
    return refused.value.why


async def test_a_version_is_there_with_all_its_files_or_not_at_all(sessions: Sessions) -> None:
    registry = Registry(sessions)
    unstorable = {**FILES, "topic/last": None}
    with pytest.raises(TypeError):
        await registry.put(TEAM, trained("r1", files=unstorable), STARTER)  # type: ignore[arg-type]
    async with sessions() as session:
        session.add(FileRow(team=TEAM, version=1, path="topic/card.json", digest="0", content=b""))
        await session.commit()
    with pytest.raises(DBAPIError):
        # The last of its rows is refused by the database: the path is taken.
        await registry.put(TEAM, trained("r1"), STARTER)
    assert await registry.all(TEAM) == []
    assert await count(sessions, FileRow) == 1


async def test_what_a_run_brings_twice_is_kept_once(sessions: Sessions) -> None:
    registry = Registry(sessions)
    first = await registry.put(TEAM, trained("r1"), STARTER)
    assert await registry.put(TEAM, trained("r1"), STARTER) == first == 1
    assert await registry.put(TEAM, trained("r2"), STARTER) == 2
    assert await registry.put("T2", trained("r3"), STARTER) == 1
    assert await registry.files(TEAM, 1) == FILES


async def test_files_that_are_not_as_they_were_are_not_handed_out(sessions: Sessions) -> None:
    registry = Registry(sessions)
    version = await registry.put(TEAM, trained("r1"), STARTER)
    async with sessions.begin() as session:
        spoilt = update(FileRow).where(FileRow.path == "topic/weights.safetensors")
        await session.execute(spoilt.values(content=bytes(256)))
    with pytest.raises(DamagedVersionError, match=r"topic/weights\.safetensors is damaged"):
        await registry.files(TEAM, version)
    with pytest.raises(DamagedVersionError):
        await registry.files(TEAM, 7)


async def test_the_database_itself_refuses_to_change_or_remove_a_line_of_the_ledger(sessions: Sessions) -> None:
    registry = Registry(sessions)
    await promoted(registry, "r1")
    for change in (update(LedgerRow).values(who="somebody"), delete(LedgerRow)):
        with pytest.raises(DBAPIError, match="the ledger only grows"):
            async with sessions.begin() as session:
                await session.execute(change)
    (line,) = await registry.ledger(TEAM)
    assert (line.act, line.who, line.before, line.after) == ("promoted", GATE, STARTER, 1)


async def test_the_gate_promotes_only_what_passed_against_what_still_serves(sessions: Sessions) -> None:
    registry = Registry(sessions)
    failed = await registry.put(TEAM, trained("r1", passed=False), STARTER)
    assert await why(registry.promote(TEAM, failed, GATE, "", {})) == "changed"
    stale = await registry.put(TEAM, trained("r2"), STARTER)
    await promoted(registry, "r3")
    assert await why(registry.promote(TEAM, stale, GATE, "", {})) == "changed"
    assert await why(registry.promote(TEAM, 9, GATE, "", {})) == "gone"
    assert await registry.serving(TEAM) == 3
    assert [line.version for line in await registry.ledger(TEAM)] == [3]


async def test_a_person_may_override_the_gate_but_not_an_example_that_must_never_break(sessions: Sessions) -> None:
    registry = Registry(sessions)
    failed = await registry.put(TEAM, trained("r1", passed=False), STARTER)
    broken = await registry.put(TEAM, trained("r2", passed=False, overridable=False), STARTER)
    await registry.promote(TEAM, failed, ADMIN, "", {})
    assert await why(registry.promote(TEAM, broken, ADMIN, "", {})) == "must"
    assert await why(registry.promote(TEAM, failed, ADMIN, "", {})) == "nothing"
    assert await registry.serving(TEAM) == failed
    assert [(line.act, line.who) for line in await registry.ledger(TEAM)] == [("overridden", ADMIN)]


async def test_the_gate_decides_once_about_a_version_and_what_people_did_since_stands(sessions: Sessions) -> None:
    registry = Registry(sessions)
    version = await promoted(registry, "r1")
    await registry.roll_back(TEAM, ADMIN, "", {})
    # The process died between its decision and the run's end, and another one takes the run up.
    assert await why(registry.promote(TEAM, version, GATE, "better", {})) == "nothing"
    assert await registry.serving(TEAM) == STARTER
    assert await registry.decided(TEAM, version) == "promoted"
    failed = await registry.put(TEAM, trained("r2", passed=False), STARTER)
    assert await registry.decided(TEAM, failed) is None
    for _ in range(2):
        await registry.refuse(TEAM, failed, "not_better", {})
    assert await registry.decided(TEAM, failed) == "refused"
    assert [line.act for line in await registry.ledger(TEAM)] == ["refused", "rolled_back", "promoted"]


async def test_a_rollback_goes_down_the_pile_of_promotions_to_the_starter(sessions: Sessions) -> None:
    registry = Registry(sessions)
    await promoted(registry, "r1")
    await promoted(registry, "r2")
    assert await registry.roll_back(TEAM, ADMIN, "", {}) == 1
    assert await registry.roll_back(TEAM, ADMIN, "", {}) == STARTER
    assert await why(registry.roll_back(TEAM, ADMIN, "", {})) == "nothing"
    assert await registry.serving(TEAM) == STARTER
    assert [(one.before, one.after) for one in await registry.ledger(TEAM)] == [(1, 0), (2, 1), (1, 2), (0, 1)]


async def test_pruning_keeps_what_serves_what_a_rollback_brings_back_and_the_newest(sessions: Sessions) -> None:
    registry, datasets = Registry(sessions), Datasets(sessions)
    for number in range(1, 7):
        await datasets.put(TEAM, f"d{number}", b"rows", 1, float(number))
    await promoted(registry, "r1", "d1")
    await promoted(registry, "r2", "d2")
    for number in range(3, 7):
        await registry.put(TEAM, trained(f"r{number}", passed=False, dataset=f"d{number}"), 2)
    assert await registry.prune(TEAM, kept=2) == 2
    assert await registry.prune(TEAM, kept=2) == 0
    for number in (1, 2, 5, 6):
        assert await registry.files(TEAM, number) == FILES
        assert await datasets.get(TEAM, f"d{number}") == b"rows"
    for number in (3, 4):
        with pytest.raises(DamagedVersionError):
            await registry.files(TEAM, number)
        assert await datasets.get(TEAM, f"d{number}") is None
        assert await why(registry.promote(TEAM, number, ADMIN, "", {})) == "gone"
    assert len(await registry.all(TEAM)) == 6
    assert await registry.roll_back(TEAM, ADMIN, "", {}) == 1


async def test_opting_out_removes_a_persons_rows_from_the_data_of_every_version(sessions: Sessions) -> None:
    def row(text: str, author: str, judge: str) -> Row:
        return Row("intent", text, "cancel_order", "en", 1.0, "new", id=text, author=author, judge=judge)

    data = Dataset((row("mine", "U1", "U2"), row("judged", "U3", "U1"), row("theirs", "U2", "U3")))
    untouched = Dataset((row("other", "U2", "U2"),))
    datasets = Datasets(sessions)
    for one in (data, untouched):
        await datasets.put(TEAM, one.id, one.dump(), len(one.rows), 1.0)
    assert await datasets.forget(TEAM, lambda content: _without(content, "U1")) == 1
    left = await datasets.get(TEAM, data.id)
    assert left is not None
    assert [one.text for one in Dataset.load(left).rows] == ["theirs"]
    assert await datasets.get(TEAM, untouched.id) == untouched.dump()
    async with sessions() as session:
        reduced = {one.id: one.reduced for one in await session.scalars(select(DatasetRow))}
    assert reduced == {data.id: True, untouched.id: False}
