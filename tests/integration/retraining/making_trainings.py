"""Trainings in this process' own database, with what feedback a test wants, each in a real process that trains."""

from __future__ import annotations

import os
import re
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from support_bot import BOOK

from bot.cli.plain import as_text
from bot.discovery import installed_skills, migration_branches
from bot.store.upgrade import open_database
from bot.workspace.accounts import TEAM_ID
from index.encoders.base import Encoder
from skills.catalogs import Catalogs
from skills.classifiers.champions import Champions
from skills.classifiers.feedback.models import ExampleRow
from skills.classifiers.registry.models import RunRow
from skills.classifiers.retraining.job import Progress
from skills.learning.cards import ended_text, report_parts
from skills.learning.running import Outcome, run
from skills.learning.settings import LearningSettings
from skills.learning.skill import LearningSkill
from skills.learning.workshop import Workshop
from skills.support.book.rows import Books
from skills.text import Code, Text

TRAINS = "skills.classifiers.retraining.process"

_CATALOGS = Catalogs([LearningSkill.catalogs])


@dataclass(frozen=True)
class Training:
    """A workshop, and the trainings that a test asks of it."""

    shop: Workshop

    def over(self, data: Path) -> Training:
        """Returns the same with another data folder."""
        return Training(replace(self.shop, data=data))

    def with_settings(self, **settings: Any) -> Training:
        return Training(replace(self.shop, settings=LearningSettings(**settings)))

    async def learns(self, rows: Sequence[ExampleRow], hear: Any = None, asked_by: str = "U0ANA") -> Outcome:
        """Returns how a training of the rows ended, once it is sure that what served before serves still."""
        async with self.shop.sessions.begin() as session:
            session.add_all(rows)
        outcome = await run(self.shop, TEAM_ID, f"key {time.time()}", asked_by, hear or nobody_hears)
        await self.shop.champions.follow()
        if outcome.state != "promoted":
            assert self.shop.champions.of(TEAM_ID).version == 0
            assert await self.shop.registry.serving(TEAM_ID) == 0
        row = await self.shop.runs.get(outcome.run)
        assert row is not None
        assert (row.state, row.slot) == (outcome.state, None)
        root = self.shop.folder("")
        assert not root.exists() or not list(root.iterdir())
        return outcome


async def nobody_hears(row: RunRow, progress: Progress) -> None:
    """Says nothing on."""


@asynccontextmanager
async def trainings(data: Path, encoders: Sequence[Encoder]) -> AsyncIterator[Training]:
    database = await open_database(data, branches=migration_branches(installed_skills()))
    await Books(database.sessions).replace(TEAM_ID, BOOK, "test", 0.0)
    champions = Champions(database.sessions, data / "models", encoders)
    settings = LearningSettings()
    yield Training(Workshop(database.sessions, encoders, champions, settings, data, lambda: datetime.now(UTC), "here"))
    await database.close()


def told(outcome: Outcome, locale: str = "en-US") -> str:
    """Returns the sentence in which people are told how a training ended."""
    text: Text = ended_text(outcome, _CATALOGS.say(locale, ZoneInfo("UTC")))
    spans = (text,) if isinstance(text, str) else text
    return "".join(span if isinstance(span, str) else span.text if isinstance(span, Code) else "?" for span in spans)


def reported(outcome: Outcome, locale: str = "en-US") -> str:
    """Returns the report of a training as a terminal shows it."""
    assert outcome.version is not None
    assert outcome.report is not None
    say = _CATALOGS.say(locale, ZoneInfo("UTC"))
    return as_text(report_parts(outcome.version, outcome.report, (), say, promoted=outcome.state == "promoted"), say)


def memory_of(process: int) -> int:
    """Returns the address space that a process has taken, in bytes."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def environment_of(process: int) -> bytes:
    """Returns the environment that a process was started with."""
    return Path(f"/proc/{process}/environ").read_bytes()


def processes_that_train() -> list[int]:
    """Returns the processes that this one has started to train."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            command = (status.parent / "cmdline").read_bytes().split(b"\0")
            parent = re.search(r"^PPid:\s*(\d+)", status.read_text(), re.MULTILINE)
        except OSError:
            continue
        if TRAINS.encode() in command and parent is not None and int(parent[1]) == os.getpid():
            found.append(int(status.parent.name))
    return found
