"""A replica that sends reminders until it is killed: `reminding_process.py DATA SCRIPT`.

Its clock is moved by the test, through a file that both map. It posts through the bot's own outbox to a local
workspace or, where the script names none, into a table of its own that takes each key once, as the outbox does.
"""

from __future__ import annotations

import asyncio
import json
import mmap
import random
import struct
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from reminding_stage import ALWAYS, KnownPeople, PostingServices, render
from sqlalchemy import Column, Float, Integer, MetaData, String, Table
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

import bot.replica
from bot.delivery import Outgoing
from bot.outbox import Outbox
from bot.outgoing import answer_id
from bot.sending import Courier
from bot.slack import open_session, web_client
from bot.store.engine import Database
from bot.store.upgrade import open_database
from skills.base import Place
from skills.dialects import INSERT
from skills.reply import Paragraph, Reply
from skills.tasks.reminding import leases
from skills.tasks.reminding.reminding import Reminding
from skills.tasks.store import MIGRATIONS

POSTED = Table(
    "trial_posted",
    MetaData(),
    Column("key", String(128), primary_key=True),
    Column("text", String(10_000)),
    Column("at", Float),
    Column("number", Integer),
)


@dataclass(frozen=True)
class Script:
    """Where replicas work. `channels` are the direct messages among which all people are spread.

    `lease` is in machine seconds: for so long what a killed replica had claimed lies still.
    """

    url: str | None
    workspace: str | None
    channels: tuple[str, ...]
    lease: float

    def written(self) -> str:
        """Returns it as an argument of this program."""
        return json.dumps(asdict(self))


class SharedClock:
    """A clock that several processes read from one file, and one of them sets."""

    def __init__(self, data: Path, at: float | None = None) -> None:
        path = data / "clock"
        if at is not None:
            path.write_bytes(struct.pack("d", at))
        with path.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), 8)

    @property
    def epoch(self) -> float:
        return float(struct.unpack("d", self._shared[:8])[0])

    def move(self, at: float) -> None:
        self._shared[:8] = struct.pack("d", at)

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.epoch, UTC)


class TrialServices(PostingServices):
    """Posts for good, by the script."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession], clock: Any, replica: str, script: Script) -> None:
        super().__init__(sessions, clock, replica)
        self.script = script
        self.outbox: Outbox | None = None

    async def direct(self, team: str, person: str) -> Place | None:
        channels = self.script.channels
        return Place(channels[int(person[1:]) % len(channels)] if channels else f"D{person}", "dm")

    async def post(self, reply: Reply, team: str, place: Place, key: str, **more: Any) -> str:
        [part] = reply.parts
        assert isinstance(part, Paragraph)
        text = str(part.text)
        if self.outbox is not None:
            id = answer_id(team, key, "post")
            await self.outbox.post([Outgoing(id, team, "post", place.channel, {"text": text})])
            return id
        async with self.sessions.begin() as session:
            insert = INSERT[session.get_bind().dialect.name](POSTED)
            values = {"key": key, "text": text, "at": time.time(), "number": 0}
            await session.execute(insert.values(**values).on_conflict_do_nothing())
        return key


def shorten(lease: float) -> None:
    """Has the leases of dead replicas end sooner than in earnest."""
    leases.LEASE_SECONDS = lease
    bot.replica.DEAD_SECONDS = lease


async def main(data: Path, script: Script) -> None:
    shorten(script.lease)
    async with AsyncExitStack() as opened:
        database = await open_database(data, script.url, branches=[MIGRATIONS])
        replica = bot.replica.Replica(database)
        name = "alone" if database.is_sqlite and script.workspace else replica.id
        services = TrialServices(database.sessions, SharedClock(data), name, script)
        if script.workspace is not None:
            http = await opened.enter_async_context(open_session())
            courier = Courier(web_client("xoxb-deskhand", script.workspace, http, retries=False), http)
            services.outbox = Outbox(database, courier, replica.id)
        await _run(database, replica, services)


async def _run(database: Database, replica: bot.replica.Replica, services: TrialServices) -> None:
    reminding = Reminding(render, KnownPeople(ALWAYS))
    beaten = 0.0
    while True:
        if time.monotonic() - beaten > 0.5:
            await replica.beat()
            if services.outbox is not None:
                await services.outbox.recover(await replica.alive())
            beaten = time.monotonic()
        # As if it had been long since it looked: other replicas' rows are found as soon as they are due.
        reminding._looked_at = 0.0
        await reminding.tick(services)  # type: ignore[arg-type]
        await asyncio.sleep(random.uniform(0.01, 0.05))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Script(**json.loads(sys.argv[2]))))
