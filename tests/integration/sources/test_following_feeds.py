"""Feeds followed over real HTTP into real databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from aiohttp import web
from feed_site import (
    START,
    FeedSite,
    MovedClock,
    StartPolling,
    everywhere_here,
    follow,
    item,
    rss,
    state,
    stored,
)
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.monitor.sources import Limits

Sessions = async_sessionmaker[AsyncSession]


async def test_new_posts_are_stored_once_and_the_archive_is_not(
    site: FeedSite, sessions: Sessions, start: StartPolling, clock: MovedClock
) -> None:
    old = [item(number, START - timedelta(days=100 - number)) for number in range(20, 0, -1)]
    url = site.serve("/feed", rss(*old))
    polling = await start(sessions)
    source = await follow(polling, url)
    await polling.settle()
    assert await stored(sessions) == [f"Title {number}" for number in range(16, 21)]
    site.serve("/feed", rss(item(22, START), item(21, START), *old))
    clock.move(minutes=90)
    await polling.settle()
    assert (await stored(sessions))[5:] == ["Title 21", "Title 22"]
    clock.move(minutes=90)
    await polling.settle()
    assert len(await stored(sessions)) == 7
    assert (await state(polling, source.id)).state == "well"


async def test_the_last_month_of_an_archive_is_kept(
    site: FeedSite, file_sessions: Sessions, start: StartPolling
) -> None:
    recent = [item(number, START - timedelta(days=2 * number)) for number in range(1, 11)]
    old = [item(number, START - timedelta(days=number)) for number in range(31, 50)]
    polling = await start(file_sessions)
    await follow(polling, site.serve("/feed", rss(*recent, *old)))
    await polling.settle()
    assert len(await stored(file_sessions)) == 10


async def test_an_unchanged_feed_costs_a_304_also_after_a_restart(
    site: FeedSite, sessions: Sessions, start: StartPolling, clock: MovedClock
) -> None:
    url = site.serve_validated("/feed", rss(item(1, START)), '"a"')
    polling = await start(sessions)
    source = await follow(polling, url)
    await polling.settle()
    for _ in range(3):
        clock.move(minutes=90)
        polling = await start(sessions, "another")
        await polling.settle()
    assert site.statuses == {("/feed", 200): 1, ("/feed", 304): 3}
    assert (await state(polling, source.id)).validators.etag == '"a"'


async def test_the_newest_etag_is_kept_also_when_it_comes_with_a_304(
    site: FeedSite, file_sessions: Sessions, start: StartPolling, clock: MovedClock
) -> None:
    asked: list[str | None] = []

    async def page(request: web.Request) -> web.Response:
        asked.append(request.headers.get("If-None-Match"))
        headers = {"ETag": f'"{len(asked)}"'}
        if len(asked) > 1:
            return web.Response(status=304, headers=headers)
        return web.Response(text=rss(item(1, START)), headers=headers)

    site.pages["/feed"] = page
    polling = await start(file_sessions)
    await follow(polling, site.address + "/feed")
    for _ in range(3):
        await polling.settle()
        clock.move(minutes=90)
    assert asked == [None, '"1"', '"2"']


async def test_a_feed_whose_ids_change_is_recognised(
    site: FeedSite, sessions: Sessions, start: StartPolling, clock: MovedClock
) -> None:
    polling = await start(sessions)
    await follow(polling, site.serve("/feed", rss(*(item(n, START, id=f"a{n}") for n in range(5)))))
    await polling.settle()
    for round in "bcd":
        # The ids and the dates change together, then the ids and the texts.
        date = START if round == "b" else START - timedelta(hours=1)
        items = [item(n, date, id=f"{round}{n}") for n in range(5)]
        site.serve("/feed", rss(*items))
        clock.move(minutes=90)
        await polling.settle()
    site.serve("/feed", rss(*(item(n, START, id=f"e{n}", text="seen 5 times") for n in range(6))))
    clock.move(minutes=90)
    await polling.settle()
    assert await stored(sessions) == ["Title 4", "Title 3", "Title 2", "Title 1", "Title 0", "Title 5"]


async def test_future_and_wrong_dates_are_clamped_and_marked(
    site: FeedSite, sessions: Sessions, start: StartPolling
) -> None:
    dates = [START + timedelta(days=400), "yesterday-ish", None, "Thu, 01 Jan 1970 00:00:00 GMT", START]
    polling = await start(sessions)
    await follow(polling, site.serve("/feed", rss(*(item(n, date) for n, date in enumerate(dates)))))
    await polling.settle()
    posts = {stored.post.external_id: stored.post for stored in await polling.posts.claim("reader", 10)}
    datings = [posts[f"id-{n}"].dating for n in range(5)]
    assert datings == ["future", "unreadable", "missing", "ancient", "given"]
    assert {post.published_at for post in posts.values()} == {START}
    assert posts["id-1"].published_as_given == "yesterday-ish"


@pytest.mark.parametrize("way", ["cache", "expires", "ttl"])
async def test_what_the_server_says_of_freshness_is_obeyed(
    site: FeedSite, file_sessions: Sessions, start: StartPolling, clock: MovedClock, way: str
) -> None:
    headers = {
        "cache": {"Cache_Control": "public, max-age=10800", "Age": "3600"},
        # The server's clock is years behind: what counts is the difference.
        "expires": {"Date": "Mon, 01 Jan 2024 10:00:00 GMT", "Expires": "Mon, 01 Jan 2024 12:00:00 GMT"},
        "ttl": {},
    }[way]
    polling = await start(file_sessions)
    await follow(polling, site.serve("/feed", rss(item(1, START), head="<ttl>120</ttl>" * (way == "ttl")), **headers))
    await polling.settle()
    clock.move(minutes=119)
    await polling.settle()
    assert len(site.asked) == 1
    clock.move(minutes=8)
    await polling.settle()
    assert len(site.asked) == 2
    # Also after an answer that says nothing more of it.
    clock.move(minutes=119)
    await polling.settle()
    assert len(site.asked) == 2


async def test_retry_after_is_obeyed_for_the_whole_host(
    site: FeedSite, sessions: Sessions, start: StartPolling, clock: MovedClock
) -> None:
    later = {"Date": "Mon, 01 Jan 2024 10:00:00 GMT", "Retry_After": "Mon, 01 Jan 2024 11:00:00 GMT"}
    polling = await start(sessions, resolve=everywhere_here)
    host = f"http://busy.example:{site.port}"
    site.serve("/one", "", status=429, **later)
    site.serve("/two", rss(item(1, START)))
    one = await follow(polling, host + "/one")
    await follow(polling, host + "/two")
    free = await follow(polling, f"http://free.example:{site.port}/two")
    await polling.settle()
    assert sorted(site.asked) == ["/one", "/two"]
    assert (await state(polling, free.id)).state == "well"
    fault = (await state(polling, one.id)).fault
    assert fault is not None
    assert fault.sentence.startswith("busy.example asks us to come less often (HTTP status 429)")
    clock.move(minutes=59)
    await polling.rows.look_now("T1", one.id)
    await polling.settle()
    assert site.asked.count("/one") == 1
    clock.move(minutes=8)
    await polling.settle()
    assert site.asked.count("/two") >= 3


async def test_a_refusal_that_is_for_one_address_alone_holds_up_no_other(
    site: FeedSite, file_sessions: Sessions, start: StartPolling, clock: MovedClock
) -> None:
    polling = await start(file_sessions)
    site.serve("/refused", "", status=429)
    refused = await follow(polling, site.address + "/refused", max_minutes=5)
    well = await follow(polling, site.serve("/well", rss(item(1, START))), max_minutes=5)
    for _ in range(60):
        await polling.settle()
        clock.move(minutes=2)
    # An hour and more went by: paused once or twice, then told apart.
    assert site.statuses["/well", 200] >= 18
    assert 4 <= site.statuses["/refused", 429] <= 8
    assert (await state(polling, refused.id)).state == "failing"
    assert (await state(polling, well.id)).state == "well"


async def test_an_address_behind_a_known_proxy_is_spared_by_itself(
    site: FeedSite, file_sessions: Sessions, start: StartPolling
) -> None:
    polling = await start(file_sessions, resolve=everywhere_here)
    site.serve("/weibo/a", "", status=429, Retry_After="3600")
    site.serve("/weibo/b", rss(item(1, START)))
    for path in ("/weibo/a", "/weibo/b"):
        await follow(polling, f"http://rsshub.example:{site.port}{path}")
    await polling.settle()
    assert await stored(file_sessions) == ["Title 1"]
    assert site.most_at_once == 1


async def test_one_request_at_a_time_is_in_hand_at_a_host(
    site: FeedSite, file_sessions: Sessions, start: StartPolling
) -> None:
    polling = await start(file_sessions, resolve=everywhere_here)
    for host in range(4):
        for feed in range(5):
            path = f"/{host}/{feed}"
            site.serve(path, rss(item(feed, START)))
            await follow(polling, f"http://host{host}.example:{site.port}{path}")
    await polling.settle()
    assert len(site.asked) == 20
    assert site.most_at_once == 1


async def test_a_clock_that_jumps_loses_no_look(
    site: FeedSite, file_sessions: Sessions, start: StartPolling, clock: MovedClock
) -> None:
    polling = await start(file_sessions)
    source = await follow(polling, site.serve("/feed", rss(item(1, START))))
    await polling.settle()
    clock.move(days=-30)
    await polling.settle()
    assert len(site.asked) == 2
    await polling.settle()
    assert len(site.asked) == 2
    clock.move(days=90)
    await polling.settle()
    assert len(site.asked) == 3
    assert (await state(polling, source.id)).state == "well"
    assert await polling.events.untold() == []


async def test_the_rhythm_follows_the_sources_own(
    site: FeedSite, file_sessions: Sessions, start: StartPolling, clock: MovedClock
) -> None:
    polling = await start(file_sessions)
    lively = [item(n, START - timedelta(minutes=n)) for n in range(20)]
    slow = [item(n, START - timedelta(days=n)) for n in range(20)]
    often = await follow(polling, site.serve("/lively", rss(*lively)))
    seldom = await follow(polling, site.serve("/slow", rss(*slow)))
    await polling.settle()
    assert (await state(polling, often.id)).interval == 300
    assert (await state(polling, seldom.id)).interval == 3600


async def test_a_page_that_moves_for_good_is_told(site: FeedSite, file_sessions: Sessions, start: StartPolling) -> None:
    polling = await start(file_sessions)
    new = site.serve("/new", rss(item(1, START)))
    source = await follow(polling, site.serve("/old", "", status=301, Location="/new"))
    await polling.settle()
    assert (await state(polling, source.id)).moved_to == new


async def test_a_slow_host_holds_up_no_other(site: FeedSite, file_sessions: Sessions, start: StartPolling) -> None:
    import asyncio

    blocked = asyncio.Event()

    async def page(request: web.Request) -> web.Response:
        await blocked.wait()
        return web.Response(text=rss(item(1, START)))

    site.pages["/slow"] = page
    polling = await start(file_sessions, resolve=everywhere_here, limits=Limits(allow_private=True, seconds=30))
    await follow(polling, f"http://slow.example:{site.port}/slow")
    site.serve("/quick", rss(item(2, START)))
    await follow(polling, f"http://quick.example:{site.port}/quick")
    await polling.tick()
    async with asyncio.timeout(10):
        while await stored(file_sessions) != ["Title 2"]:  # noqa: ASYNC110  (the database is what is waited for)
            await asyncio.sleep(0.02)
    blocked.set()
    await polling.settle()
    assert len(await stored(file_sessions)) == 2


async def test_a_host_that_was_well_is_spared_from_its_second_refusal_in_a_row_on(
    site: FeedSite, file_sessions: Sessions, start: StartPolling, clock: MovedClock
) -> None:
    polling = await start(file_sessions)
    for number in range(6):
        await follow(polling, site.serve(f"/{number}", rss(item(number, START))), max_minutes=5)
    await polling.settle()
    for number in range(6):
        site.serve(f"/{number}", "", status=429, Retry_After="3600")
    clock.move(minutes=6)
    await polling.settle()
    assert len(site.asked) == 6 + 2
    clock.move(minutes=59)
    await polling.settle()
    assert len(site.asked) == 6 + 2
