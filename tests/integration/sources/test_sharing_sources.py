"""Replicas share sources and posts; each is done by one."""

from __future__ import annotations

import asyncio
from collections import Counter

from feed_site import START, FeedSite, MovedClock, StartPolling, everywhere_here, follow, item, rss, stored
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.monitor.sources.rows import Lane
from skills.monitor.sources.tables import LaneRow

Sessions = async_sessionmaker[AsyncSession]


async def test_two_replicas_look_at_each_source_once_and_one_at_a_time_a_host(
    site: FeedSite, sessions: Sessions, start: StartPolling, clock: MovedClock
) -> None:
    both = [await start(sessions, name, resolve=everywhere_here) for name in ("one", "two")]
    for host in range(6):
        for feed in range(4):
            path = f"/{host}/{feed}"
            site.serve(path, rss(item(host * 10 + feed, START)))
            await follow(both[0], f"http://host{host}.example:{site.port}{path}")
    await asyncio.gather(*(polling.settle() for polling in both))
    assert max(Counter(site.asked).values()) == 1
    assert len(site.asked) == 24
    assert site.most_at_once == 1
    assert len(await stored(sessions)) == 24


async def test_what_a_replica_brings_after_it_lost_its_lane_is_dropped(
    site: FeedSite, sessions: Sessions, start: StartPolling
) -> None:
    one, two = await start(sessions, "one"), await start(sessions, "two")
    await follow(one, site.serve("/feed", rss(item(1, START))))
    (lane,) = await one.rows.claim("one", 10)
    assert lane == Lane("T1", "127.0.0.1")
    assert await two.rows.claim("two", 10) == []
    (source,) = await one.rows.due_in(lane)
    async with sessions.begin() as session:
        await session.execute(update(LaneRow).values(leased_until=0.0))
    await two.settle()
    assert await stored(sessions) == ["Title 1"]
    try:
        await one._looking.look_at(lane, source)
    except Exception as error:
        assert type(error).__name__ == "LostLane"  # noqa: PT017
    assert await stored(sessions) == ["Title 1"]


async def test_posts_are_claimed_by_one_reader_each_and_settled_with_its_own_work(
    site: FeedSite, sessions: Sessions, start: StartPolling, clock: MovedClock
) -> None:
    polling = await start(sessions)
    await follow(polling, site.serve("/feed", rss(*(item(n, START) for n in range(40)))))
    await polling.settle()
    one, two = await asyncio.gather(polling.posts.claim("one", 25), polling.posts.claim("two", 25))
    assert len(one) + len(two) == 40
    assert not {stored.id for stored in one} & {stored.id for stored in two}
    assert await polling.posts.claim("three", 10) == []
    async with sessions.begin() as session:
        assert await polling.posts.settle(session, "one", [stored.id for stored in one], clock.now()) == len(one)
    async with sessions.begin() as session:
        assert await polling.posts.settle(session, "one", [stored.id for stored in two], clock.now()) == 0
    assert await polling.posts.waiting() == len(two)
    clock.move(days=100)
    assert await polling.posts.forget(clock.now()) == len(one)


async def test_what_is_remembered_of_a_source_is_bounded(
    site: FeedSite, file_sessions: Sessions, start: StartPolling, clock: MovedClock
) -> None:
    from sqlalchemy import func, select

    from skills.monitor.sources.tables import SeenRow

    polling = await start(file_sessions)
    source = await follow(polling, site.address + "/feed", max_minutes=5)
    pinned = [item(n, START, id=f"pinned-{n}") for n in range(50)]
    for round in range(12):
        new = [item(n, START, id=f"n{n}") for n in range(1000 + round * 400, 1400 + round * 400)]
        site.serve("/feed", rss(*new, *pinned))
        await polling.settle()
        clock.move(minutes=10)
    async with file_sessions() as session:
        held = await session.scalar(select(func.count()).select_from(SeenRow))
    assert held is not None
    assert held <= 4 * 450 * 3 + 300
    titles = await stored(file_sessions, source.id)
    assert len(titles) == len(set(titles)) == 450 + 11 * 400
