"""Owners are told once that a source fails or is silent, and once that it is well again."""

from __future__ import annotations

from datetime import timedelta

from feed_site import START, FeedSite, MovedClock, StartPolling, follow, item, rss, state
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

Sessions = async_sessionmaker[AsyncSession]


async def test_a_source_that_keeps_failing_is_never_given_up_and_told_of_once(
    site: FeedSite, sessions: Sessions, start: StartPolling, clock: MovedClock
) -> None:
    polling = await start(sessions)
    source = await follow(polling, site.serve("/feed", "", status=500))
    for _ in range(60):
        await polling.settle()
        clock.move(hours=2)
    # Five days: after the first hours still four times a day and more.
    assert len(site.asked) >= 20
    (event,) = await polling.events.untold()
    assert (event.what, event.name, event.owner) == ("failing", source.name, "U1")
    assert event.fault is not None
    assert "HTTP status 500" in event.fault.sentence
    await polling.events.told([event.id], clock.now())
    assert await polling.events.untold() == []
    site.serve("/feed", rss(item(1, START)))
    clock.move(hours=8)
    await polling.settle()
    assert [event.what for event in await polling.events.untold()] == ["well"]
    assert (await state(polling, source.id)).state == "well"


async def test_all_sources_of_a_host_that_refuses_everything_are_told_of(
    site: FeedSite, file_sessions: Sessions, start: StartPolling, clock: MovedClock
) -> None:
    polling = await start(file_sessions)
    for number in range(10):
        await follow(polling, site.serve(f"/feed/{number}", "", status=429), max_minutes=5)
    for _ in range(240):
        await polling.settle()
        clock.move(minutes=1)
    # Four hours: the host was asked a few times, one source at a time, and never in a burst.
    assert len(site.asked) <= 12
    assert [event.what for event in await polling.events.untold()] == ["failing"] * 10
    for number in range(10):
        site.serve(f"/feed/{number}", rss(item(number, START)))
    clock.move(hours=2)
    await polling.settle()
    clock.move(hours=6)
    await polling.settle()
    assert {source.state for source in await polling.rows.all("T1")} == {"well"}


async def test_silence_is_told_by_the_sources_own_rhythm(
    site: FeedSite, file_sessions: Sessions, start: StartPolling, clock: MovedClock
) -> None:
    polling = await start(file_sessions)
    items = [item(n, START - timedelta(minutes=30 * n)) for n in range(20)]
    source = await follow(polling, site.serve("/feed", rss(*items)))
    for _ in range(80):
        await polling.settle()
        clock.move(minutes=10)
    (event,) = await polling.events.untold()
    assert event.what == "silent"
    assert event.fault is not None
    assert event.fault.sentence.startswith("Nothing new for 4.")
    assert (await state(polling, source.id)).state == "silent"
    site.serve("/feed", rss(item(99, clock.now()), *items))
    clock.move(hours=2)
    await polling.settle()
    assert [event.what for event in await polling.events.untold()] == ["silent", "well"]


async def test_a_day_on_which_nobody_looked_is_no_silence(
    site: FeedSite, file_sessions: Sessions, start: StartPolling, clock: MovedClock
) -> None:
    polling = await start(file_sessions)
    items = [item(n, START - timedelta(minutes=5 * n)) for n in range(20)]
    await follow(polling, site.serve("/feed", rss(*items)))
    await polling.settle()
    for _ in range(3):
        clock.move(days=3)
        await polling.settle()
    assert await polling.events.untold() == []


async def test_a_source_that_was_down_for_a_day_loses_nothing(
    site: FeedSite, file_sessions: Sessions, start: StartPolling, clock: MovedClock
) -> None:
    polling = await start(file_sessions)
    source = await follow(polling, site.serve("/feed", rss(item(0, START))))
    await polling.settle()
    site.serve("/feed", "", status=503)
    for _ in range(24):
        clock.move(hours=1)
        await polling.settle()
    site.serve("/feed", rss(*(item(n, START + timedelta(hours=n)) for n in range(24, -1, -1))))
    clock.move(hours=8)
    await polling.settle()
    posts = await polling.posts.claim("reader", 100)
    assert [stored.post.external_id for stored in posts] == [f"id-{n}" for n in range(25)]
    assert (await state(polling, source.id)).pulse.posts == 25


async def test_a_person_who_edits_pauses_or_removes_a_source_wins_over_a_look(
    site: FeedSite, sessions: Sessions, start: StartPolling, clock: MovedClock
) -> None:
    import asyncio

    from aiohttp import web

    begun, go_on = asyncio.Event(), asyncio.Event()

    async def page(request: web.Request) -> web.Response:
        begun.set()
        await go_on.wait()
        return web.Response(text=rss(item(1, START)))

    site.pages["/old"] = page
    polling = await start(sessions)
    source = await follow(polling, site.address + "/old")
    await polling.tick()
    await begun.wait()
    new = site.serve("/new", rss(item(2, START)))
    assert await polling.rows.edit("T1", source.id, "renamed", {"url": new})
    go_on.set()
    await polling.settle()
    posts = await polling.posts.claim("reader", 10)
    assert [stored.post.external_id for stored in posts] == ["id-2"]
    assert await polling.rows.pause("T1", source.id, True)
    clock.move(days=1)
    await polling.settle()
    assert site.asked.count("/new") == 1
    assert await polling.rows.remove("T1", source.id, posts=True)
    assert await polling.rows.all("T1") == []
    assert not await polling.rows.remove("T2", source.id)
