"""A replica that looks at flapping watches until it is killed: `looking_process.py DATA SCRIPT [URL]`.

Its clock is moved by the test, through a file that both map. What it sends goes into a table of its own, by key, as
into the outbox.
"""

from __future__ import annotations

import asyncio
import json
import mmap
import random
import struct
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Column, Float, MetaData, String, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from bot.store.upgrade import open_database
from skills.monitor.episodes import Episodes, EpisodeView, Observation, Plan, Reason
from skills.monitor.episodes.deciding import GROWTH
from skills.monitor.sources import MIGRATIONS

TEAM = "T1"
PLAN = Plan(
    "C1",
    escalate_to=("U7",),
    escalate_after=400.0,
    confirm_after=None,
    repeat_every=500.0,
    hold_off=240.0,
    debounce=45.0,
)
PATIENT = 300.0
"""Of the scripted clock: so long after the last surge everything is closed."""

POSTED = Table(
    "trial_posted",
    MetaData(),
    Column("key", String(128), primary_key=True),
    Column("watch", String(32)),
    Column("topic", String(64)),
    Column("episode", String(32)),
    Column("reason", String(16)),
    Column("edits", String(128)),
    Column("under", String(128)),
    Column("at", Float),
)
INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass(frozen=True)
class Script:
    """The world: `watches` of `topics` each, whose surges flap for `lasting` seconds."""

    watches: int
    topics: int
    seed: int
    started: float
    lasting: float

    @property
    def spread(self) -> float:
        """So long after the first the last begins."""
        return self.lasting / 3

    @property
    def end(self) -> float:
        """When all surges are over and closed."""
        return self.started + self.spread + self.lasting + PLAN.hold_off + PATIENT

    def on(self, watch: int, at: float) -> list[Observation]:
        """Returns the surges of a watch: on for 120 to 300 seconds, off for 30 to 150, and growing all the while.

        They grow faster than the debounce lets a card be edited.
        """
        found = []
        for topic in range(self.topics):
            chance = random.Random(f"{self.seed} {watch} {topic}")
            begin = self.started + chance.uniform(0, self.spread)
            until, moment = begin + self.lasting, begin
            while moment < until and moment <= at:
                end = min(moment + chance.uniform(120, 300), until)
                if at < end:
                    count = int(20 * GROWTH ** ((at - begin) / 30))
                    found.append(Observation(f"t{topic}", begin, count, 5.0, 200.0, {"flap": moment}))
                moment = end + chance.uniform(30, 150)
        return found


class SharedClock:
    """A clock that several processes read from one file, and one of them sets."""

    def __init__(self, data: Path, at: float | None = None) -> None:
        path = data / "clock"
        if at is not None:
            path.write_bytes(struct.pack("d", at))
        with path.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), 8)

    @property
    def at(self) -> float:
        return float(struct.unpack("d", self._shared[:8])[0])

    @at.setter
    def at(self, at: float) -> None:
        self._shared[:8] = struct.pack("d", at)

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.at, UTC)


class Posting:
    """Keeps each key once."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession], clock: SharedClock) -> None:
        self._sessions = sessions
        self._clock = clock

    async def send(self, episode: EpisodeView, reason: Reason, key: str, edits: str | None, under: str | None) -> str:
        async with self._sessions.begin() as session:
            values = {
                "key": key,
                "watch": episode.watch,
                "topic": episode.topic,
                "episode": episode.id,
                "reason": reason,
                "edits": edits,
                "under": under,
                "at": self._clock.at,
            }
            await session.execute(
                INSERT[session.get_bind().dialect.name](POSTED).values(**values).on_conflict_do_nothing()
            )
        return key


async def main(data: Path, script: Script, url: str | None) -> None:
    database = await open_database(data, url, branches=[MIGRATIONS])
    clock = SharedClock(data)
    episodes = Episodes(database.sessions, clock)
    posting = Posting(database.sessions, clock)
    chance = random.Random()
    watches = list(range(script.watches))
    while True:
        chance.shuffle(watches)
        for number in watches:
            await episodes.look(TEAM, f"w{number}", PLAN, script.on(number, clock.at), posting)


def written(script: Script) -> str:
    """Returns a script as an argument of this program."""
    return json.dumps(asdict(script))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Script(**json.loads(sys.argv[2])), sys.argv[3] if len(sys.argv) > 3 else None))
