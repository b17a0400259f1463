"""No page open in a browser may drive the workspace, and what the page itself gets."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.workspace import feed
from bot.workspace.testing import RunningWorkspace

Json = dict[str, Any]


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example:3000"},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": "[::1"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},
    ],
)
@pytest.mark.parametrize("path", ["/api/auth.test?token=xoxp-ana", "/workspace/log", "/page/feed?user=ana", "/link"])
async def test_foreign_requests_are_refused(workspace: RunningWorkspace, headers: Json, path: str) -> None:
    async with workspace.session.get(f"{workspace.url}{path}", headers=headers) as response:
        assert response.status == 403


async def test_programs_and_the_page_itself_are_let_in(workspace: RunningWorkspace) -> None:
    port = workspace.url.rpartition(":")[2]
    for headers in (
        {},
        {"Host": "127.0.0.1"},
        {"Host": f"localhost:{port}", "Origin": f"http://localhost:{port}", "Sec-Fetch-Site": "same-origin"},
        {"Origin": workspace.url},
        {"Sec-Fetch-Site": "none"},
    ):
        async with workspace.session.get(f"{workspace.url}/workspace/log", headers=headers) as response:
            assert response.status == 200, headers
    navigated = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    async with workspace.session.get(f"{workspace.url}/", headers=navigated) as response:
        assert response.status == 200


async def test_the_page_or_a_hint_how_to_build_it_is_served(workspace: RunningWorkspace) -> None:
    for path in ("/", "/inspector"):
        async with workspace.session.get(f"{workspace.url}{path}") as response:
            assert response.status == 200
            assert response.content_type == "text/html"
            assert response.headers["Content-Security-Policy"] == "frame-ancestors 'none'"
    for path in ("/nothing/here", "/assets/../../server.py", "/%2e%2e/%2e%2e/server.py"):
        async with workspace.session.get(f"{workspace.url}{path}") as response:
            assert response.status == 404


class Frames:
    """The frames that a page has received."""

    def __init__(self, workspace: RunningWorkspace) -> None:
        self.workspace = workspace
        self.all: list[Json] = []

    async def wait(self, kind: str, count: int = 1) -> list[Json]:
        def found() -> list[Json]:
            return [frame for frame in self.all if frame["type"] == kind]

        await self.workspace.until(lambda: len(found()) >= count, f"{count} {kind} frames")
        return found()


@asynccontextmanager
async def page(workspace: RunningWorkspace, user: str, query: str = "") -> AsyncIterator[Frames]:
    frames = Frames(workspace)
    url = f"{workspace.url}/page/feed?user={user}{query}"
    async with workspace.session.get(url) as response:
        assert response.content_type == "text/event-stream"

        async def read() -> None:
            async for line in response.content:
                if line.startswith(b"data: "):
                    frames.all.append(json.loads(line[6:]))

        reading = asyncio.create_task(read())
        try:
            await frames.wait("snapshot")
            yield frames
        finally:
            reading.cancel()


async def test_the_feed_shows_a_person_what_changes(
    workspace: RunningWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "PING_SECONDS", 0.2)
    bot, general = workspace.client("deskhand"), workspace.channel("general")
    async with page(workspace, "ana") as ana, page(workspace, "dana") as dana:
        (snapshot,) = await ana.wait("snapshot")
        assert snapshot["me"]["name"] == "ana"
        assert {channel["name"] for channel in snapshot["channels"]} == {"general", "alerts", "random", "support"}
        assert "/ask" in {command["command"] for command in snapshot["commands"]}
        root = await workspace.person("ben").post("general", "<@U0LOCALANA> look")
        assert (await ana.wait("message"))[0]["message"]["ts"] == root
        unread = (await ana.wait("unread"))[0]
        assert (unread["channel"], unread["unread"], unread["mentions"]) == (general, 1, 1)
        await bot.chat_postMessage(channel=general, text="reply", thread_ts=root)
        assert (await ana.wait("message_changed"))[0]["message"]["reply_count"] == 1
        shown = await bot.chat_postEphemeral(channel=general, user=workspace.user_id("ana"), text="psst")
        assert (await ana.wait("message", 3))[2]["message"]["ts"] == shown["message_ts"]
        await bot.assistant_threads_setStatus(channel_id=general, thread_ts=root, status="thinks")
        assert (await ana.wait("status"))[0]["status"] == "thinks"
        await bot.views_publish(user_id=workspace.user_id("ana"), view={"type": "home", "blocks": []})
        assert (await ana.wait("views"))[0]["home"]["type"] == "home"
        await workspace.client("ben").chat_delete(channel=general, ts=root)
        await workspace.lever("clock", {"advance_seconds": 5})
        assert (await ana.wait("clock"))[0]["offset"] == 5
        await dana.wait("clock")
        assert "psst" not in str(dana.all)
        assert not [frame for frame in dana.all if frame["type"] == "views"]
    await workspace.until(lambda: not workspace.workspace.feed.pages, "the pages to be forgotten")


async def test_an_inspector_follows_the_log(workspace: RunningWorkspace) -> None:
    async with page(workspace, "ana", "&log=1") as frames:
        await workspace.person("ben").post("general", "x")
        (frame,) = await frames.wait("log")
        assert frame["entry"]["method"] == "chat.postMessage"


async def test_what_was_read_is_remembered(workspace: RunningWorkspace) -> None:
    general = workspace.channel("general")

    async def unread() -> tuple[int, int]:
        channels = (await workspace.get("/page/state?user=ana"))["channels"]
        (found,) = [channel for channel in channels if channel["id"] == general]
        return found["unread"], found["mentions"]

    ts = await workspace.person("ben").post("general", "one")
    await workspace.person("ben").post("general", "<@U0LOCALANA> two")
    await workspace.person("ana").post("general", "mine")
    assert await unread() == (2, 1)
    async with workspace.session.post(
        f"{workspace.url}/page/read", json={"user": "ana", "channel": general, "ts": ts}
    ) as response:
        assert (await response.json())["ok"]
    assert await unread() == (1, 1)
