"""A workspace for tests: the real server in process, and people who post, click and wait.

    async with running_workspace(tmp_path) as ws:
        ana = ws.person("ana")
        ts = await ana.mention("general", "how long do refunds take?")
        reply = await ana.wait_for_reply("general", ts)

It ships with the package so that authors of skills test theirs in the same way.
"""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.accounts import APP_TOKEN, BOT_HANDLE, BOT_TOKEN, BOT_USER, BY_HANDLE
from bot.workspace.server import serving
from bot.workspace.workspace import Workspace

Json = dict[str, Any]

TIMEOUT = 10.0
LOOK_SECONDS = 0.02


class RunningWorkspace:
    """A listening workspace and what tests do with it."""

    bot_token = BOT_TOKEN
    app_token = APP_TOKEN
    bot_user = BOT_USER

    def __init__(self, workspace: Workspace, session: aiohttp.ClientSession) -> None:
        self.workspace = workspace
        self.session = session
        self.url = workspace.url
        self.api_url = f"{workspace.url}/api/"

    def user_id(self, handle: str) -> str:
        """The id of a member."""
        return BY_HANDLE[handle].id

    def channel(self, name_or_id: str, user: str = "ana") -> str:
        """The id of a channel; the bot's handle means the direct message of that person with the bot."""
        if name_or_id == BOT_HANDLE:
            return str(self.workspace.channels.direct(self.user_id(user), BOT_USER)[0]["id"])
        channel = self.workspace.channels.find(name_or_id)
        assert channel is not None, f"no channel {name_or_id}"  # noqa: S101 - a test's own slip
        return str(channel["id"])

    def client(self, handle: str) -> AsyncWebClient:
        """slack_sdk's own client with the token of a person, or of the bot (`deskhand`)."""
        return AsyncWebClient(token=BY_HANDLE[handle].token, base_url=self.api_url)

    def person(self, handle: str) -> "Person":
        """Somebody who acts through the Web API and `/workspace/interact`."""
        return Person(self, handle)

    def log(self, kind: str | None = None) -> list[Json]:
        """The entries of the log, of one kind or all."""
        entries = self.workspace.journal.after(0)
        return [entry for entry in entries if kind in (None, entry["kind"])]

    def violations(self) -> list[Json]:
        """What Slack would have refused."""
        return self.log("violation")

    async def lever(self, name: str, body: Json) -> Json:
        """POST /workspace/NAME; returns its answer."""
        async with self.session.post(f"{self.url}/workspace/{name}", json=body) as response:
            answer: Json = await response.json()
            return answer

    async def get(self, path: str) -> Json:
        """GET a JSON address of the server."""
        async with self.session.get(f"{self.url}{path}") as response:
            answer: Json = await response.json()
            return answer

    def advance_clock(self, seconds: float) -> None:
        """Moves the workspace's clock."""
        self.workspace.clock.advance(seconds)

    async def disconnect(self, how: str = "close") -> None:
        """Closes or cuts (`abort`) the bot's sockets."""
        await self.workspace.sockets.disconnect(how)

    async def until(self, look: Callable[[], Any], what: str, timeout: float = TIMEOUT) -> Any:  # noqa: ASYNC109
        """The first true value of `look`, else AssertionError after so many seconds."""
        end = time.monotonic() + timeout
        while not (found := look()):
            if time.monotonic() > end:
                raise AssertionError(f"waited {timeout} s for {what}")
            await asyncio.sleep(LOOK_SECONDS)
        return found

    async def wait_for_sockets(self, count: int = 1, timeout: float = TIMEOUT) -> None:  # noqa: ASYNC109
        """Waits until so many sockets are open."""
        await self.until(lambda: len(self.workspace.sockets.connections) == count, f"{count} sockets", timeout)

    async def wait_for(self, matches: Callable[[Json], bool], timeout: float = TIMEOUT) -> Json:  # noqa: ASYNC109
        """The first log entry that matches, old ones included."""
        found: Json = await self.until(lambda: next(filter(matches, self.log()), None), "a log entry", timeout)
        return found

    async def wait_until_idle(self, timeout: float = TIMEOUT) -> None:  # noqa: ASYNC109
        """Waits until no event is on its way to the bot. (The bot may still work on what it acked.)"""
        await self.until(lambda: self.workspace.sockets.unsettled() == 0, "all events to be acked", timeout)


class Person:
    """A person in the workspace. Channels are given by name or id; `deskhand` is the direct message with the bot."""

    def __init__(self, running: RunningWorkspace, handle: str) -> None:
        self.running = running
        self.handle = handle
        self.id = running.user_id(handle)
        self.client = running.client(handle)

    def channel(self, name_or_id: str) -> str:
        """The id of a channel."""
        return self.running.channel(name_or_id, self.handle)

    async def post(self, channel: str, text: str, thread_ts: str | None = None, **fields: Any) -> str:
        """Posts a message and returns its ts."""
        answer = await self.client.chat_postMessage(
            channel=self.channel(channel), text=text, thread_ts=thread_ts, **fields
        )
        return str(answer["ts"])

    async def mention(self, channel: str, text: str, thread_ts: str | None = None) -> str:
        """Posts a message that mentions the bot and returns its ts."""
        return await self.post(channel, f"<@{BOT_USER}> {text}", thread_ts)

    async def dm(self, text: str, thread_ts: str | None = None) -> str:
        """Posts in the direct message with the bot and returns the ts."""
        return await self.post(BOT_HANDLE, text, thread_ts)

    async def command(self, channel: str, command: str, text: str = "") -> Json:
        """Types a slash command. Raises SlackApiError for `no_ack` and the like."""
        arguments = {"channel": self.channel(channel), "command": command, "text": text}
        answer = await self.client.api_call("chat.command", json=arguments)
        return dict(answer.data)  # type: ignore[arg-type]

    async def history(self, channel: str) -> list[Json]:
        """The channel's messages outside threads, newest first, with this person's ephemeral ones."""
        answer = await self.client.conversations_history(
            channel=self.channel(channel), limit=200, include_all_metadata=True
        )
        return list(answer["messages"])

    async def replies(self, channel: str, ts: str) -> list[Json]:
        """A thread's root and replies, oldest first, with this person's ephemeral ones."""
        answer = await self.client.conversations_replies(
            channel=self.channel(channel), ts=ts, limit=200, include_all_metadata=True
        )
        return list(answer["messages"])

    async def wait_for_reply(
        self,
        channel: str,
        ts: str,
        matches: Callable[[Json], bool] = bool,
        timeout: float = TIMEOUT,  # noqa: ASYNC109
    ) -> Json:
        """The bot's first finished message in a thread that matches."""
        return await self._wait(lambda: self.replies(channel, ts), matches, f"a reply to {ts}", timeout)

    async def wait_for_message(
        self,
        channel: str,
        matches: Callable[[Json], bool] = bool,
        timeout: float = TIMEOUT,  # noqa: ASYNC109
    ) -> Json:
        """The bot's oldest finished message outside threads that matches."""

        async def oldest_first() -> list[Json]:
            return (await self.history(channel))[::-1]

        return await self._wait(oldest_first, matches, f"a message in {channel}", timeout)

    async def _wait(
        self,
        read: Callable[[], Any],
        matches: Callable[[Json], bool],
        what: str,
        timeout: float,  # noqa: ASYNC109
    ) -> Json:
        end = time.monotonic() + timeout
        while True:
            for message in await read():
                if message["user"] == BOT_USER and not message.get("streaming") and matches(message):
                    found: Json = message
                    return found
            if time.monotonic() > end:
                raise AssertionError(f"waited {timeout} s for {what}")
            await asyncio.sleep(LOOK_SECONDS)

    async def interact(self, **body: Any) -> Json:
        """POST /workspace/interact as this person; returns its answer."""
        return await self.running.lever("interact", {"user": self.handle, **body})

    async def click(self, channel: str, message: Json | str, action_id: str, **choice: Any) -> Json:
        """Presses a button or chooses from a menu of a message (`value=`, `selected_option=` …)."""
        ts = message if isinstance(message, str) else message["ts"]
        return await self.interact(channel=self.channel(channel), message_ts=ts, action_id=action_id, **choice)

    async def click_view(self, view_id: str, action_id: str, **choice: Any) -> Json:
        """The same inside a modal or App Home."""
        return await self.interact(view_id=view_id, action_id=action_id, **choice)

    async def submit(self, view_id: str, values: Json) -> Json:
        """Submits the modal on top."""
        return await self.interact(view_id=view_id, values=values)

    async def close_view(self, view_id: str) -> Json:
        """Closes the modal on top."""
        return await self.interact(view_id=view_id, close=True)

    async def open_home(self) -> Json:
        """Opens the app's Home tab."""
        return await self.interact(tab="home")

    async def open_messages(self) -> Json:
        """Opens the app's Messages tab."""
        return await self.interact(tab="messages")

    async def shortcut(self, callback_id: str, channel: str | None = None, ts: str | None = None) -> Json:
        """Uses a message shortcut, or a global one when no message is given."""
        place = {} if channel is None else {"channel": self.channel(channel), "message_ts": ts}
        return await self.interact(callback_id=callback_id, **place)


@asynccontextmanager
async def running_workspace(data: Path, port: int = 0) -> AsyncIterator[RunningWorkspace]:
    """A workspace that listens while the context lasts and keeps its state under `data`."""
    with socket.create_server(("127.0.0.1", port)) as listening:
        async with serving(data, listening) as workspace, aiohttp.ClientSession() as session:
            yield RunningWorkspace(workspace, session)
