"""How long `/task list mine` takes among 100,000 open tasks.

`python tests/benchmarks/tasks/lists.py [--tasks N] [--postgres]`.

Tasks of 400 people in 60 channels lie in a real database; each look is the skill's own query and the reply rendered for
Slack, for somebody who is in ten of the channels.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import insert

sys.path.insert(0, str(Path(__file__).parents[2]))

from postgres import running_postgres

from bot.rendering import render_reply
from bot.store.upgrade import open_database
from skills.catalogs import Catalogs
from skills.reply import Reply
from skills.tasks.cards.lines import listed
from skills.tasks.store import MIGRATIONS
from skills.tasks.store.queries import Page, Queries, Seen
from skills.tasks.store.tables import LabelRow, TaskRow

PEOPLE, CHANNELS, LOOKS, SHOWN = 400, 60, 300, 20
NOW = 1_800_000_000.0
CATALOGS = Catalogs([Path(__file__).parents[3] / folder for folder in ("skills/tasks/texts", "bot/locales")])


def rows(count: int, chance: random.Random) -> list[dict[str, object]]:
    """Returns open tasks, most of them with a date in the next months, some late."""
    made = []
    for number in range(1, count + 1):
        due = NOW + chance.uniform(-10, 90) * 86_400 if chance.random() < 0.8 else None
        made.append(
            {
                "id": number,
                "team": "T1",
                "number": number,
                "title": f"Prepare thing {number} for the fair",
                "notes": "",
                "state": "open",
                "open": 1,
                "asker": f"U{chance.randrange(PEOPLE)}",
                "assignee": f"U{chance.randrange(PEOPLE)}",
                "channel": f"C{chance.randrange(CHANNELS)}",
                "place_kind": "channel",
                "due_at": due,
                "due_wall": None if due is None else datetime.fromtimestamp(due, UTC).strftime("%Y-%m-%dT%H:%M:%S"),
                "due_whole_day": False,
                "zone": "UTC",
                "priority": chance.choice((1, 2, 3, 3, 3, 4)),
                "labels": ["fair"],
                "blocked": "",
                "reminded": 0,
                "made_at": NOW,
                "changed_at": NOW,
                "version": 1,
            }
        )  # fmt: skip
    return made


async def measure(url: str | None, count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = await open_database(Path(folder), url, branches=[MIGRATIONS])
        chance = random.Random(7)
        made = rows(count, chance)
        async with database.sessions.begin() as session:
            for first in range(0, count, 5000):
                part = made[first : first + 5000]
                await session.execute(insert(TaskRow), part)
                await session.execute(
                    insert(LabelRow), [{"task": one["id"], "label": "fair", "team": "T1"} for one in part[::50]]
                )
        queries = Queries(database.sessions)
        say = CATALOGS.say("en-US", ZoneInfo("Europe/Berlin"))

        def seen() -> Seen:
            channels = {f"C{one}" for one in chance.sample(range(CHANNELS), 10)}
            return Seen(f"U{chance.randrange(PEOPLE)}", frozenset(channels))

        async def mine() -> Page:
            one = seen()
            return await queries.assigned(one, "T1", one.person, SHOWN)

        looks: dict[str, Callable[[], Awaitable[Page]]] = {
            "mine": mine,
            "@somebody": lambda: queries.assigned(seen(), "T1", f"U{chance.randrange(PEOPLE)}", SHOWN),
            "overdue": lambda: queries.overdue(seen(), "T1", NOW, SHOWN),
            "#label": lambda: queries.labelled(seen(), "T1", "fair", SHOWN),
            "search": lambda: queries.search(seen(), "T1", [f"thing {chance.randrange(count)}"], SHOWN),
        }
        print(f"{count:,} open tasks, {'PostgreSQL' if url else 'SQLite'}; milliseconds of {LOOKS} looks each")
        for name, look in looks.items():
            took: list[float] = []
            spent: list[float] = []
            for _ in range(LOOKS if name in ("mine", "@somebody") else 40):
                started, working = time.perf_counter(), time.process_time()
                page = await look()
                parts = tuple(listed(page.tasks, page.count, {}, say, NOW, say("tasks.list.all", count=page.count)))
                render_reply(Reply(parts), "x", say, datetime.fromtimestamp(NOW, UTC))
                took.append((time.perf_counter() - started) * 1000)
                spent.append((time.process_time() - working) * 1000)
            p95 = statistics.quantiles(took, n=20)[-1]
            middle, busy = statistics.median(took), statistics.median(spent)
            print(f"  {name:10} p50 {middle:6.1f}  p95 {p95:6.1f}  of the processor p50 {busy:6.1f}")
        await database.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=100_000)
    parser.add_argument("--postgres", action="store_true")
    options = parser.parse_args()
    with running_postgres() if options.postgres else nullcontext() as server:
        asyncio.run(measure(server, options.tasks))
