"""JSON APIs over real HTTP: pages are followed back to what is known."""

from __future__ import annotations

from aiohttp import web
from feed_site import FeedSite, MovedClock, StartPolling, state, stored
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

Sessions = async_sessionmaker[AsyncSession]


async def test_pages_are_followed_until_one_holds_what_is_known(
    site: FeedSite, sessions: Sessions, start: StartPolling, clock: MovedClock
) -> None:
    total = 30
    asked: list[str] = []

    async def page(request: web.Request) -> web.Response:
        before = int(request.query.get("max_id", total + 1))
        asked.append(request.query_string)
        return web.json_response([{"id": n, "title": f"Post {n}"} for n in range(before - 1, max(0, before - 11), -1)])

    site.pages["/api"] = page
    mapping = {"url": site.address + "/api?limit=10", "page": "[-1].id", "page_parameter": "max_id"}
    polling = await start(sessions)
    await polling.rows.add("T1", "json", "api", {"mapping": mapping}, "U1")
    await polling.settle()
    assert await stored(sessions) == [f"Post {n}" for n in range(26, 31)]
    assert asked == ["limit=10"]
    total = 55
    clock.move(hours=12)
    await polling.settle()
    assert (await stored(sessions))[5:] == [f"Post {n}" for n in range(31, 56)]
    assert asked[1:] == ["limit=10", "limit=10&max_id=46", "limit=10&max_id=36"]
    clock.move(hours=12)
    await polling.settle()
    assert len(asked) == 5


async def test_what_is_wrong_with_an_answer_is_named(
    site: FeedSite, file_sessions: Sessions, start: StartPolling
) -> None:
    polling = await start(file_sessions)
    for body, sentence in {
        "<!doctype html><body>": "sends a web page where a feed should be",
        "Your query was too short.": "sends something that is not JSON",
        "[" * 100_000: "sends something that is not JSON",
        '{"error": "nope"}': "The mapping finds no list of posts",
        '"text"': "The mapping finds no list of posts",
        "[" + "[]," * 250_000 + "[]]": "sends more than 100000 values at once",
    }.items():
        path = f"/{len(site.pages)}"
        url = site.serve(path, body)
        id = await polling.rows.add("T1", "json", "x", {"mapping": {"url": url, "items": "posts || @"}}, "U1")
        await polling.settle()
        fault = (await state(polling, id)).fault
        if body.startswith(('{"error', '"text')) and fault is None:
            continue
        assert fault is not None, body[:40]
        assert sentence in fault.sentence
