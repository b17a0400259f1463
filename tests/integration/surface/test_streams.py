"""Answers that take time: the status, the stream, the stop button."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from surface_bot import RunningBot, Start

from skills.llm import ChatModel

SENTENCE = "A refund takes 5 working days after the parcel has reached us [1]. "


@dataclass
class Model:
    """An OpenAI-compatible endpoint that streams `pieces`, and waits for `go` after the first ones."""

    pieces: Sequence[str] = (SENTENCE,) * 6
    first: int = 4
    go: asyncio.Event = field(default_factory=asyncio.Event)
    url: str = ""

    async def complete(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for number, piece in enumerate(self.pieces):
            if number == self.first:
                await self.go.wait()
            await response.write(f"data: {json.dumps({'choices': [{'delta': {'content': piece}}]})}\n\n".encode())
        await response.write(b"data: [DONE]\n\n")
        return response


@pytest.fixture
async def model() -> AsyncIterator[Model]:
    model = Model()
    app = web.Application()
    app.router.add_post("/v1/chat/completions", model.complete)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    model.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    yield model
    model.go.set()
    await runner.cleanup()


def called(bot: RunningBot, method: str) -> list[dict[str, Any]]:
    return [one for one in bot.workspace.log("call") if one["method"] == method and one["token"] == "bot"]


async def answers(bot: RunningBot, handle: str, ts: str) -> list[dict[str, Any]]:
    return [one for one in await bot.workspace.person(handle).replies("general", ts) if one.get("bot_id")]


async def test_a_composed_answer_grows_and_ends_as_one_message_with_sources(start: Start, model: Model) -> None:
    async with start(llm=ChatModel(model.url, "small")) as bot:
        ana = bot.workspace.person("ana")
        ts = await ana.mention("general", "how long do refunds take?")
        await bot.workspace.until(lambda: called(bot, "agents.sessions.setStatus"), "a stream")
        assert called(bot, "chat.startStream")
        assert not called(bot, "chat.postMessage")
        model.go.set()
        await bot.workspace.until(lambda: called(bot, "chat.update"), "the whole answer")
        await bot.runtime.outbox.drained()
        (answer,) = await answers(bot, "ana", ts)
        assert not answer.get("streaming")
        assert "handbook/Refunds.md" in answer["text"]
        assert "feedback_buttons" in str(answer["blocks"])
        # A follow-up finds the thread joined.
        await ana.post("general", "and how much is express shipping?", thread_ts=ts)
        await bot.workspace.until(lambda: len(called(bot, "chat.startStream")) == 2, "a second answer")
        await bot.workspace.until(lambda: not bot.runtime.inbox.open, "no open delivery")
        assert not bot.workspace.violations()


async def test_the_stop_button_ends_the_work_and_says_so(start: Start, model: Model) -> None:
    async with start(llm=ChatModel(model.url, "small")) as bot:
        ana = bot.workspace.person("ana")
        ts = await ana.mention("general", "how long do refunds take?")
        await bot.workspace.until(lambda: called(bot, "agents.sessions.setStatus"), "a stream")
        channel = bot.workspace.channel("general")
        body = {"user": "ana", "channel": channel, "thread_ts": ts}
        async with bot.workspace.session.post(f"{bot.workspace.url}/page/stop", json=body) as response:
            assert (await response.json())["ok"]
        await bot.workspace.until(lambda: called(bot, "chat.update"), "the last word")
        await bot.runtime.outbox.drained()
        (answer,) = await answers(bot, "ana", ts)
        assert "Stopped" in answer["text"]
        assert "5 working days" in answer["text"]
        assert not bot.workspace.violations()


async def test_a_stream_that_a_process_ended_over_is_made_again_in_one_message(start: Start, model: Model) -> None:
    async with start(llm=ChatModel(model.url, "small")) as bot:
        ana = bot.workspace.person("ana")
        ts = await ana.mention("general", "how long do refunds take?")
        await bot.workspace.until(lambda: called(bot, "agents.sessions.setStatus"), "a stream")
    model.go.set()
    async with start(llm=ChatModel(model.url, "small")) as bot:
        await bot.workspace.until(lambda: called(bot, "chat.update"), "the whole answer")
        await bot.runtime.outbox.drained()
        (answer,) = await answers(bot, "ana", ts)
        assert "handbook/Refunds.md" in answer["text"]
        assert not bot.workspace.violations()


async def test_a_server_without_streams_gets_a_plain_post(start: Start, model: Model) -> None:
    model.go.set()
    async with start(llm=ChatModel(model.url, "small")) as bot:
        await bot.workspace.lever("fault", {"method": "chat.startStream", "error": "unknown_method", "times": 9})
        ana = bot.workspace.person("ana")
        for _ in range(2):
            ts = await ana.mention("general", "how long do refunds take?")
            assert "5 working days" in (await ana.wait_for_reply("general", ts))["text"]
        assert len(called(bot, "chat.startStream")) == 1


async def test_a_slow_answer_shows_a_status_and_a_quick_one_does_not(bot: RunningBot) -> None:
    ana = bot.workspace.person("ana")
    ts = await ana.mention("general", "how long do refunds take?")
    await ana.wait_for_reply("general", ts)
    library = bot.home._services.library
    search = library.search

    async def search_slowly(*arguments: Any, **options: Any) -> Any:
        await asyncio.sleep(0.6)
        return await search(*arguments, **options)

    shown = len(called(bot, "assistant.threads.setStatus"))
    library.search = search_slowly  # type: ignore[method-assign]
    ts = await ana.mention("general", "how much is express shipping?")
    await ana.wait_for_reply("general", ts)
    assert len(called(bot, "assistant.threads.setStatus")) == shown + 1
    state = await bot.workspace.get("/page/state?user=ana")
    assert not [one for one in state["statuses"] if one["status"]]
