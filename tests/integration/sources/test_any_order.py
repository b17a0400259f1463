"""Whatever a source shows in whatever order, each post is stored once, as it came."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from feed_site import START, MovedClock
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.store.upgrade import open_database
from skills.monitor.sources import MIGRATIONS, Found, Look, Polling, Source
from skills.monitor.sources.tables import PostRow

Shown = Sequence[tuple[int, int]]


class Scripted(Source):
    """Shows what a test lays out: (number, which of its ids) of each post, at each look."""

    kind = "scripted"
    script: Sequence[Shown] = ()

    @property
    def lane(self) -> str:
        return "scripted"

    async def look(self, look: Look) -> Found:
        turn = int(look.cursor.get("turn", 0))
        shown = self.script[turn] if turn < len(self.script) else ()
        posts = [
            self.post(
                look,
                external_id=f"{number}.{variant}",
                link=f"https://a.example/{number}",
                title=f"Title {number}",
                published=(START - timedelta(minutes=number % 7)).isoformat(),
            )
            for number, variant in shown
        ]
        return Found(posts, {"turn": turn + 1})


looks = st.lists(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 2)), max_size=8), min_size=1, max_size=6)


@settings(max_examples=25, deadline=None)
@given(looks)
def test_each_post_is_stored_once_in_the_order_of_looks_and_times(script: list[list[tuple[int, int]]]) -> None:
    rows = asyncio.run(_stored(script))
    assert len({title for _, title, _ in rows}) == len(rows)
    first = list(dict.fromkeys(number for number, _ in script[0]))
    later = {number for shown in script[1:] for number, _ in shown} - set(first)
    # All are of the last day: so many of the first look are new, too.
    assert {int(title.split()[1]) for _, title, _ in rows} == set(first) | later
    turns = [turn for turn, _, _ in rows]
    assert turns == sorted(turns)
    for turn in set(turns):
        times = [at for of, _, at in rows if of == turn]
        assert times == sorted(times)


async def _stored(script: Sequence[Shown]) -> list[tuple[float, str, float]]:
    with tempfile.TemporaryDirectory() as folder:
        database = await open_database(Path(folder), branches=[MIGRATIONS])
        clock = MovedClock()
        kind = type("Laid", (Scripted,), {"script": script})
        async with Polling(database.sessions, clock, "one", Path(folder), kinds={"scripted": kind}) as polling:
            await polling.rows.add("T1", "scripted", "x", {}, "U1")
            for _ in script:
                await polling.settle()
                clock.move(hours=2)
            async with database.sessions() as session:
                query = select(PostRow.seen_at, PostRow.title, PostRow.published_at).order_by(PostRow.id)
                found = [tuple(row) for row in await session.execute(query)]
        await database.close()
        return found  # type: ignore[return-value]
