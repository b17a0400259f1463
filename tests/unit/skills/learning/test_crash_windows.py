"""A process that dies between two steps of a training's end: whoever takes it up does each step once.

The result lies in the run's folder already, so that nothing need be trained here.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.store.upgrade import open_database
from skills.classifiers.champions import Champions
from skills.classifiers.curating.dataset import Dataset
from skills.classifiers.curating.examples import Row
from skills.classifiers.feedback.models import MIGRATIONS
from skills.classifiers.feedback.opting_out import opt_out
from skills.classifiers.registry.models import RunRow
from skills.classifiers.registry.runs import Runs
from skills.classifiers.registry.versions import Datasets, Registry
from skills.classifiers.retraining.job import DATASET, REPORT, RESULT, VERSION, Job, Progress, write_json
from skills.classifiers.served import STARTER as SHIPPED
from skills.learning.gathering import NoEncoder
from skills.learning.running import Outcome, run
from skills.learning.settings import LearningSettings
from skills.learning.workshop import Workshop

TEAM, KEY, ADMIN = "T1", "learning nightly", "U0ANA"


class Died(BaseException):
    """The process ends here."""


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Workshop]:
    database = await open_database(tmp_path, branches=[MIGRATIONS])
    champions = Champions(database.sessions, tmp_path / "models", ())
    yield Workshop(
        database.sessions, (), champions, LearningSettings(), tmp_path, lambda: datetime.now(UTC), "first process"
    )
    await database.close()


async def brought(shop: Workshop, *, passed: bool = True) -> str:
    """Begins a run whose result lies in its folder, leaves it, and returns its id."""
    row = await shop.runs.begin(TEAM, KEY, "")
    folder = shop.folder(row.id)
    version = folder / RESULT / VERSION / "topic"
    version.mkdir(parents=True)
    for path in (SHIPPED / "topic").iterdir():
        (version / path.name).write_bytes(path.read_bytes())
    Job(row.id, TEAM, "d1", 0, (), "", "", 1.0).write(folder)
    data = Dataset(
        tuple(Row("topic", f"of {who}", "billing", "en", 1.0, "new", who, who, who, 1.0) for who in ("U1", "U2"))
    )
    (folder / RESULT / DATASET).write_bytes(data.dump())
    verdict = {"promote": passed, "overridable": True, "reasons": []}
    write_json(folder / RESULT / REPORT, {"serves": ["topic"], "verdict": verdict, "rows": {"new": 2}})
    await shop.runs.release(row.id)
    return row.id


async def hear(row: RunRow, progress: Progress) -> None:
    """Says nothing on."""


async def taken_up(shop: Workshop) -> Outcome:
    return await run(shop, TEAM, KEY, "", hear)


async def acts(shop: Workshop) -> list[str]:
    return [line.act for line in reversed(await shop.registry.ledger(TEAM))]


STEPS = [
    (Datasets, "put"),
    (Registry, "put"),
    (Registry, "promote"),
    (Champions, "follow"),
    (Runs, "end"),
    (Registry, "prune"),
]


async def dies_at(shop: Workshop, monkeypatch: pytest.MonkeyPatch, owner: type, step: str, *, after: bool) -> None:
    """Has the process die just before or after one step of bringing the training to its end."""
    whole = getattr(owner, step)

    async def dies(self: object, *given: object, **named: object) -> None:
        if after:
            await whole(self, *given, **named)
        raise Died

    with monkeypatch.context() as patched:
        patched.setattr(owner, step, dies)
        with pytest.raises(Died):
            await taken_up(shop)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("owner", "step"), STEPS, ids=[f"{owner.__name__}.{step}" for owner, step in STEPS])
async def test_death_at_any_step_leaves_one_version_one_decision_and_no_folder(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch, owner: type, step: str, after: bool
) -> None:
    await brought(shop)
    await dies_at(shop, monkeypatch, owner, step, after=after)
    outcome = await taken_up(shop)
    assert (outcome.state, outcome.version) == ("promoted", 1)
    assert outcome.report is not None
    assert len(await shop.registry.all(TEAM)) == 1
    assert await acts(shop) == ["promoted"]
    assert await shop.registry.serving(TEAM) == 1
    await shop.champions.follow()
    assert shop.champions.of(TEAM).version == 1
    assert list(shop.folder("").iterdir()) == []
    assert (await taken_up(shop)).version == 1


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("owner", "step"), [(Registry, "shadow"), (Runs, "end")], ids=["shadow", "end"])
async def test_a_shadow_period_is_begun_once(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch, owner: type, step: str, after: bool
) -> None:
    shop = replace(shop, settings=LearningSettings(shadow_hours=1.0))
    await brought(shop)
    await dies_at(shop, monkeypatch, owner, step, after=after)
    outcome = await taken_up(shop)
    assert (outcome.state, outcome.version) == ("shadow", 1)
    assert await acts(shop) == ["shadow"]
    assert await shop.registry.serving(TEAM) == 0


@pytest.mark.parametrize("step", ["refuse", "decided"])
async def test_a_refusal_is_written_down_once(shop: Workshop, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    await brought(shop, passed=False)
    whole = getattr(Registry, step)

    async def dies(self: object, *given: object) -> None:
        await whole(self, *given)
        raise Died

    with monkeypatch.context() as patched:
        patched.setattr(Registry, step, dies)
        with pytest.raises(Died):
            await taken_up(shop)
    assert (await taken_up(shop)).state == "refused"
    assert await acts(shop) == ["refused"]


async def test_what_an_admin_rolled_back_meanwhile_stays_rolled_back(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    await brought(shop)

    async def dies(self: object, *given: object, **named: object) -> None:
        raise Died

    with monkeypatch.context() as patched:
        patched.setattr(Runs, "end", dies)
        with pytest.raises(Died):
            await taken_up(shop)
    await shop.registry.roll_back(TEAM, ADMIN, "", {})
    await taken_up(shop)
    assert await shop.registry.serving(TEAM) == 0
    assert await acts(shop) == ["promoted", "rolled_back"]


async def test_what_an_admin_let_serve_before_the_gate_could_is_not_called_refused(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    await brought(shop)

    async def dies(self: object, *given: object, **named: object) -> None:
        raise Died

    with monkeypatch.context() as patched:
        patched.setattr(Registry, "promote", dies)
        with pytest.raises(Died):
            await taken_up(shop)
    await shop.registry.promote(TEAM, 1, ADMIN, "", {})
    assert (await taken_up(shop)).state == "promoted"
    assert await acts(shop) == ["promoted"]


async def test_who_stops_a_training_whose_result_is_there_stops_it_nevertheless(shop: Workshop) -> None:
    id = await brought(shop)
    assert await shop.runs.cancel(TEAM, id, ADMIN)
    assert (await taken_up(shop)).state == "cancelled"
    assert await shop.registry.all(TEAM) == []
    assert await acts(shop) == []
    assert list(shop.folder("").iterdir()) == []


async def test_who_opted_out_while_it_was_trained_is_not_in_the_data_that_is_kept(shop: Workshop) -> None:
    await brought(shop)
    await opt_out(shop.sessions, TEAM, "U1")
    await taken_up(shop)
    kept = await shop.datasets.get(TEAM, "d1")
    assert kept is not None
    assert [row.author for row in Dataset.load(kept).rows] == ["U2"]


async def test_folders_of_runs_that_ended_elsewhere_are_swept_and_that_of_a_running_one_stays(shop: Workshop) -> None:
    id = await brought(shop)
    await shop.runs.end(id, "failed", error="gone:")
    row = await shop.runs.begin("T2", "asked", "")
    shop.folder(row.id).mkdir()
    outcome = await taken_up(shop)
    assert (outcome.state, outcome.fault) == ("failed", "gone")
    assert [path.name for path in shop.folder("").iterdir()] == [row.id]


async def test_a_run_whose_feedback_takes_long_to_gather_is_not_taken_for_dead(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = await shop.runs.begin(TEAM, KEY, "")
    await shop.runs.release(row.id)

    async def takes_long(*given: object) -> None:
        async with shop.sessions.begin() as session:
            # As if half a minute had passed.
            await session.execute(update(RunRow).values(seen_at=0.0))
        for _ in range(1000):
            found = await shop.runs.get(row.id)
            if found is not None and found.seen_at:
                raise NoEncoder
            await asyncio.sleep(0.01)
        raise AssertionError("nothing was heard of the run")

    monkeypatch.setattr("skills.learning.running.BEAT_SECONDS", 0.01)
    monkeypatch.setattr("skills.learning.running.gather", takes_long)
    assert (await taken_up(shop)).fault == "no_encoder"
