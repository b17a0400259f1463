"""Trainings whose processes are killed with -9 at random moments, and what is left of them in the database and on disk.

The parent is the process that runs the training, the child the one that it starts to train.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import shutil
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from support_bot import BOOK

from bot.discovery import installed_skills, migration_branches
from bot.store.upgrade import open_database
from bot.workspace.accounts import TEAM_ID
from index.encoders.catalog import open_encoder
from skills.classifiers.champions import Champions
from skills.classifiers.feedback.models import ExampleRow
from skills.classifiers.registry.models import LedgerRow, RunRow, ServingRow, VersionRow
from skills.classifiers.registry.versions import GATE, STARTER, Registry
from skills.classifiers.retraining.job import RESULT
from skills.classifiers.retraining.learners import INTENT, load_head
from skills.support.book.rows import Books
from skills.support.understanding.intents import home_of, train

Sessions = async_sessionmaker[AsyncSession]

PROCESS = Path(__file__).with_name("training_process.py")
A_TRAINING = 4
"""Kills of one training, before it may end: a child that dies more often is taken for one that lacks memory."""
LONGEST = 180.0
SETTLING = 0.6
"""Seconds after the result's appearance in which a training is settled."""

CORRECTED = (
    ("ana", "stop my parcel before it arrives"),
    ("ana", "is my parcel off the truck, it must not arrive"),
    ("ben", "don't let my parcel arrive"),
    ("ben", "has my parcel been stopped yet"),
    ("dana", "recall my parcel, it must not come"),
    ("dana", "keep my parcel from arriving"),
)


@dataclass
class Figures:
    """What was killed, and what became of all trainings: `faults` ought to be empty."""

    seconds_whole: float = 0.0
    trainings: int = 0
    parents_killed: int = 0
    children_killed: int = 0
    both_killed: int = 0
    in_settling: int = 0
    after_the_end: int = 0
    starts: int = 0
    polls: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def killed(self) -> int:
        """Returns how often something was killed."""
        return self.parents_killed + self.children_killed + self.both_killed

    def to_json(self) -> dict[str, Any]:
        return {**self.__dict__, "ends": dict(self.ends)}


async def prepare(data: Path, learned: Path | None = None) -> None:
    """Makes a data folder with the tests' answer book, its head, as it is in `learned`, and what people corrected."""
    if learned is not None:
        shutil.copytree(learned, data)
    database = await open_database(data, branches=migration_branches(installed_skills()))
    await Books(database.sessions).replace(TEAM_ID, BOOK, "test", 0.0)
    await asyncio.to_thread(train, BOOK, open_encoder("multilingual"), home_of(data, TEAM_ID))
    async with database.sessions.begin() as session:
        session.add_all(
            corrected(f"e{place}", person, text, time.time()) for place, (person, text) in enumerate(CORRECTED)
        )
    await database.close()


def corrected(id: str, person: str, text: str, at: float, label: str | None = "cancel_order") -> ExampleRow:
    """Returns what somebody said by the button under a wrong answer."""
    return ExampleRow(
        id=id,
        team=TEAM_ID,
        task=INTENT,
        text=text,
        language="en",
        given="order_status",
        label=label,
        predicted="order_status",
        author=person,
        judge=person,
        source="wrong_intent",
        weight=0.9,
        at=at,
        state="open",
    )


def feedback() -> list[ExampleRow]:
    """Returns all that people corrected."""
    return [corrected(f"e{place}", who, text, time.time()) for place, (who, text) in enumerate(CORRECTED)]


async def kill_run(template: Path, folder: Path, moments: int, seed: int, whole: float | None = None) -> Figures:
    """Kills at so many moments over the whole of trainings, each of which then comes to its end.

    `whole` is how long one takes (seconds), measured by one that nobody kills where it is not given.
    """
    chance = random.Random(seed)
    figures = Figures()
    if whole is None:
        whole = await _one(template, folder / "whole", [], chance, figures, LONGEST)
    figures.seconds_whole = round(whole, 1)
    # A moment after a training's end kills nothing, and does not count.
    while (left := moments - figures.killed()) > 0:
        count = min(A_TRAINING, left)
        # The last one comes while it is settled, which is a moment too short to hit by chance.
        kills = [_Kill(chance.choice(("parent", "child", "both")), False) for _ in range(count - 1)]
        kills.append(_Kill("parent", True))
        await _one(template, folder / f"killed{figures.trainings}", kills, chance, figures, whole)
    return figures


@dataclass(frozen=True)
class _Kill:
    who: str
    """`parent`, `child` or `both`."""
    settling: bool
    """Once the result is there, else at any moment."""


async def _one(
    template: Path, data: Path, kills: list[_Kill], chance: random.Random, figures: Figures, whole: float
) -> float:
    """Brings one training to its end through some kills, and returns how long the last process took."""
    shutil.copytree(template, data)
    database = await open_database(data, branches=migration_branches(installed_skills()))
    reading = asyncio.create_task(_read(database.sessions, data / "reader", figures))
    figures.trainings += 1
    process = await _started(data, figures)
    for kill in kills:
        await _moment(process, data, kill, chance, whole)
        if process.returncode is not None:
            figures.after_the_end += 1
        else:
            await _killed(process, kill, figures)
        if process.returncode is not None:
            async with database.sessions.begin() as session:
                # What the dead runs is waited for half a minute; here nobody is that patient.
                await session.execute(update(RunRow).where(RunRow.slot == 1).values(seen_at=0.0))
            process = await _started(data, figures)
    begun = time.monotonic()
    async with asyncio.timeout(LONGEST):
        said, _ = await process.communicate()
    took = time.monotonic() - begun
    # A reader that came late sees what serves at last.
    await _polled(database.sessions, Champions(database.sessions, data / "late", ()), figures)
    reading.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await reading
    await _examined(database.sessions, data, said.decode(), figures)
    await database.close()
    return took


async def _started(data: Path, figures: Figures) -> asyncio.subprocess.Process:
    figures.starts += 1
    return await asyncio.create_subprocess_exec(
        sys.executable, str(PROCESS), str(data), stdout=asyncio.subprocess.PIPE, stderr=(data / "log").open("ab")
    )


async def _moment(
    process: asyncio.subprocess.Process, data: Path, kill: _Kill, chance: random.Random, whole: float
) -> None:
    """Returns at the moment of a kill, or when the process has ended by itself."""
    ended = asyncio.create_task(process.wait())
    until = time.monotonic() + LONGEST
    if kill.settling:
        while not ended.done() and not _has_result(data) and time.monotonic() < until:
            await asyncio.wait((ended,), timeout=0.02)
    await asyncio.wait((ended,), timeout=chance.random() * (SETTLING if kill.settling else whole))
    if not ended.done():
        ended.cancel()


def _has_result(data: Path) -> bool:
    return any(data.glob(f"learning/*/{RESULT}"))


async def _killed(process: asyncio.subprocess.Process, kill: _Kill, figures: Figures) -> None:
    children = _children(process.pid)
    if kill.who != "child" or not children:
        process.kill()
        await process.wait()
    if kill.who != "parent":
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
    who = kill.who if children else "parent"
    figures.parents_killed += who == "parent"
    figures.children_killed += who == "child"
    figures.both_killed += who == "both"
    figures.in_settling += kill.settling


def _children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


async def _read(sessions: Sessions, folder: Path, figures: Figures) -> None:
    """Follows the champion as a replica does, while everything is killed around it."""
    champions = Champions(sessions, folder, ())
    while True:
        await _polled(sessions, champions, figures)
        await asyncio.sleep(0.05)


async def _polled(sessions: Sessions, champions: Champions, figures: Figures) -> None:
    """Sees whether what serves is a version that was decided about, whole, and loads."""
    figures.polls += 1
    last = select(LedgerRow.after).where(LedgerRow.team == TEAM_ID).order_by(LedgerRow.id.desc()).limit(1)
    pointer = select(ServingRow.version).where(ServingRow.team == TEAM_ID)
    async with sessions() as session:
        # One statement sees one moment.
        serving, decided = (await session.execute(select(pointer.scalar_subquery(), last.scalar_subquery()))).one()
    if (serving or STARTER) != (decided or STARTER):
        figures.faults.append(f"{serving} serves, and the ledger says {decided}")
    before = champions.of(TEAM_ID).version
    await champions.follow()
    champion = champions.of(TEAM_ID)
    if champion.version not in (before, STARTER, 1):
        figures.faults.append(f"version {champion.version} serves")
    if champions.wanted(TEAM_ID) != champion.version:
        figures.faults.append(f"version {champions.wanted(TEAM_ID)} does not load")
    if champion.version != before:
        home = champion.of(INTENT)
        assert home is not None
        await asyncio.to_thread(load_head, home)


async def _examined(sessions: Sessions, data: Path, said: str, figures: Figures) -> None:
    """Notes whatever is not as it should be after a training's end."""
    async with sessions() as session:
        runs = (await session.scalars(select(RunRow))).all()
        versions = (await session.scalars(select(VersionRow))).all()
        lines = (await session.scalars(select(LedgerRow))).all()
    told = json.loads(said) if said.strip() else {}
    state = runs[0].state if runs else "none"
    figures.ends[state] += 1
    expected = {
        "one run, ended well": len(runs) == 1 and state in ("promoted", "refused") and runs[0].slot is None,
        "the end that was told": told.get("state") == state,
        "one version, of that run": [one.run for one in versions] == [one.id for one in runs],
        "the run's version": [one.version for one in runs] == [1],
        "one decision, the gate's": [(one.act, one.who, one.version) for one in lines] == [(state, GATE, 1)],
        "the pointer of the decision": await Registry(sessions).serving(TEAM_ID) == (1 if state == "promoted" else 0),
        "nothing left in the run's folder": not list((data / "learning").iterdir()),
    }
    figures.faults += [f"{data.name}: not {what}" for what, holds in expected.items() if not holds]
    if versions:
        # Raises where one is damaged.
        await Registry(sessions).files(TEAM_ID, 1)
