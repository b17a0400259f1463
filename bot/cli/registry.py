"""Opens what `deskhand train` and `deskhand models` work on: the database, and the team that is meant."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from bot import knowledge
from bot.cli.opening import meant_team, open_store
from bot.cli.output import Options, Refused
from bot.config import Settings
from bot.store.engine import Database
from index.encoders.sources import EncoderUnavailableError
from skills.catalogs import Catalogs, Say
from skills.classifiers.champions import Champions
from skills.classifiers.feedback.models import ExampleRow
from skills.classifiers.heads.versions import DamagedVersionError
from skills.classifiers.registry.models import DatasetRow, RunRow
from skills.classifiers.registry.versions import Registry
from skills.learning import LearningSkill
from skills.learning.settings import LearningSettings
from skills.learning.workshop import Workshop
from skills.support.book.models import BookRow
from skills.support.book.rows import Books


@dataclass(frozen=True, slots=True)
class OpenRegistry:
    """The versions, for one command; `team` is the one that is meant, `say` speaks English.

    The clock of a local workspace may be `ahead` of this machine's, in seconds: what is dated here goes on from it.
    """

    settings: Settings
    database: Database
    team: str
    say: Say
    ahead: float

    def now(self) -> float:
        """Returns the time by the clock that dates feedback (epoch seconds)."""
        return time.time() + self.ahead

    @property
    def registry(self) -> Registry:
        return Registry(self.database.sessions, self.now)

    async def workshop(self, learning: LearningSettings, owner: str) -> Workshop:
        """Returns what a training needs, knowing what serves now. Raises `Refused` where no encoder can be had."""
        sessions = self.database.sessions
        try:
            encoders = knowledge.encoders(self.settings).encoders
            champions = Champions(sessions, self.settings.data / "models", encoders)
        except (EncoderUnavailableError, DamagedVersionError, OSError) as error:
            raise Refused(str(error)) from None
        await champions.follow()
        return Workshop(
            sessions,
            encoders,
            champions,
            learning,
            self.settings.data,
            lambda: datetime.fromtimestamp(self.now(), UTC),
            owner,
        )


@asynccontextmanager
async def open_registry(options: Options, team: str | None) -> AsyncIterator[OpenRegistry]:
    """Opens the versions under `options`. Raises `Refused` where something is not as it must be."""
    settings = options.settings()
    database = await open_store(settings)
    try:
        column = BookRow.team if await Books(database.sessions).teams() else ExampleRow.team
        meant = team or await meant_team(settings, database, column)
        say = Catalogs([LearningSkill.catalogs]).say("en-US", ZoneInfo("UTC"))
        ahead = max(0.0, await _newest(database, meant) - time.time())
        yield OpenRegistry(settings, database, meant, say, ahead)
    finally:
        await database.close()


async def _newest(database: Database, team: str) -> float:
    """Returns when something of a team was dated last, 0 where nothing was."""
    newest = 0.0
    async with database.sessions() as session:
        for at, of in ((ExampleRow.at, ExampleRow.team), (DatasetRow.at, DatasetRow.team), (RunRow.began, RunRow.team)):
            newest = max(newest, float(await session.scalar(select(func.max(at)).where(of == team)) or 0.0))
    return newest
