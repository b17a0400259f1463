"""The agent surface: streams, status, prompts, sessions and the stop button."""

from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp, AsyncSayStream
from slack_sdk.errors import SlackApiError
from slack_sdk.models.messages.chunk import BlocksChunk, MarkdownTextChunk, PlanUpdateChunk, TaskUpdateChunk

from bot.workspace import presence
from bot.workspace.testing import RunningWorkspace

Json = dict[str, Any]


async def refused(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


async def test_a_streamed_answer_grows_and_ends_as_a_message(workspace: RunningWorkspace, events: list[Json]) -> None:
    ana, bot, general = workspace.person("ana"), workspace.client("deskhand"), workspace.channel("general")
    root = await ana.post("general", "question")
    place = {"channel": general, "thread_ts": root, "recipient_team_id": "T0LOCAL", "recipient_user_id": ana.id}
    ts = (await bot.chat_startStream(**place, markdown_text="**Five"))["ts"]
    reply = (await ana.replies("general", root))[1]
    assert (reply["text"], reply["streaming"]) == ("**Five", True)
    await bot.chat_appendStream(channel=general, ts=ts, markdown_text=" days** & more")
    assert await refused(bot.chat_update(channel=general, ts=ts, text="x")) == "streaming_state_conflict"
    row = {"type": "divider", "block_id": "end"}
    metadata = {"event_type": "answer", "event_payload": {"id": "a1"}}
    done = await bot.chat_stopStream(channel=general, ts=ts, markdown_text=".", blocks=[row], metadata=metadata)
    assert done["message"]["text"] == "**Five days** &amp; more."
    assert [block["type"] for block in done["message"]["blocks"]] == ["markdown", "divider"]
    assert done["message"]["blocks"][0]["text"] == "**Five days** & more."
    assert done["message"]["metadata"] == metadata
    assert "streaming" not in done["message"]
    assert await refused(bot.chat_appendStream(channel=general, ts=ts, markdown_text="x")) == (
        "message_not_in_streaming_state"
    )
    await workspace.until(lambda: len(events) >= 3, "three events")
    assert [event.get("subtype") for event in events] == [None, None, "message_changed"]
    assert events[2]["message"]["text"] == done["message"]["text"]


async def test_a_stream_needs_a_thread_and_in_channels_a_recipient(workspace: RunningWorkspace) -> None:
    ana, bot, general = workspace.person("ana"), workspace.client("deskhand"), workspace.channel("general")
    root = await ana.post("general", "question")
    assert await refused(bot.api_call("chat.startStream", json={"channel": general})) == "invalid_arguments"
    assert await refused(bot.chat_startStream(channel=general, thread_ts=root)) == "missing_recipient_team_id"
    with_team = bot.chat_startStream(channel=general, thread_ts=root, recipient_team_id="T0LOCAL")
    assert await refused(with_team) == "missing_recipient_user_id"
    direct = await ana.dm("question")
    started = await bot.chat_startStream(channel=workspace.channel("deskhand"), thread_ts=direct)
    empty = bot.chat_stopStream(channel=started["channel"], ts=started["ts"])
    assert await refused(empty) == "no_text"
    long = bot.chat_appendStream(channel=started["channel"], ts=started["ts"], markdown_text="x" * 12_001)
    assert await refused(long) == "msg_too_long"
    odd = bot.chat_appendStream(channel=started["channel"], ts=started["ts"], chunks=[{"type": "odd"}])
    assert await refused(odd) == "invalid_chunks"
    assert [entry["method"] for entry in workspace.violations()] == [
        *["chat.startStream"] * 3,
        "chat.stopStream",
        *["chat.appendStream"] * 2,
    ]


async def test_chunks_make_texts_tasks_plans_and_blocks(workspace: RunningWorkspace) -> None:
    ana, bot = workspace.person("ana"), workspace.client("deskhand")
    root, channel = await ana.dm("question"), workspace.channel("deskhand")
    ts = (await bot.chat_startStream(channel=channel, thread_ts=root))["ts"]
    await bot.chat_appendStream(
        channel=channel,
        ts=ts,
        chunks=[
            TaskUpdateChunk(id="1", title="Searching", status="in_progress"),
            PlanUpdateChunk(title="Plan"),
            TaskUpdateChunk(id="1", title="Searched", status="complete", output="3 pages"),
            MarkdownTextChunk(text="one "),
            MarkdownTextChunk(text="two"),
            BlocksChunk(blocks=[{"type": "divider"}]),
        ],
    )
    blocks = (await bot.chat_stopStream(channel=channel, ts=ts))["message"]["blocks"]
    assert [block["type"] for block in blocks] == ["plan", "markdown", "divider"]
    (task,) = blocks[0]["tasks"]
    assert (task["task_id"], task["title"], task["status"]) == ("1", "Searched", "complete")
    assert blocks[1]["text"] == "one two"


async def test_bolts_own_stream_helper_works(workspace: RunningWorkspace, app: AsyncApp, connect: Any) -> None:
    @app.event("app_mention")
    async def mention(say_stream: AsyncSayStream) -> None:
        stream = await say_stream(buffer_size=4)
        for word in ("Refunds ", "take ", "five ", "days."):
            await stream.append(markdown_text=word)
        await stream.stop()

    @app.event("message")
    async def message() -> None: ...

    await connect(app)
    ana = workspace.person("ana")
    reply = await ana.wait_for_reply("general", await ana.mention("general", "refunds?"))
    assert reply["text"] == "Refunds take five days."
    assert workspace.violations() == []


async def test_a_status_clears_with_the_answer_or_after_two_minutes(
    workspace: RunningWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, bot, general = workspace.person("ana"), workspace.client("deskhand"), workspace.channel("general")

    async def statuses() -> list[str]:
        return [one["status"] for one in (await workspace.get("/page/state?user=ana"))["statuses"]]

    root = await ana.post("general", "question")
    place = {"channel_id": general, "thread_ts": root}
    await bot.assistant_threads_setStatus(**place, status="is searching…", loading_messages=["Reading"])
    assert await statuses() == ["is searching…"]
    await bot.chat_postMessage(channel=general, text="answer", thread_ts=root)
    assert await statuses() == []
    await bot.assistant_threads_setStatus(**place, status="is thinking…")
    await bot.assistant_threads_setStatus(**place, status="")
    assert await statuses() == []
    monkeypatch.setattr(presence, "STATUS_SECONDS", 0.05)
    await bot.assistant_threads_setStatus(**place, status="is stuck…")
    for _ in range(100):
        if await statuses() == []:
            break
    await workspace.until(lambda: not workspace.workspace.presence.statuses, "the status to expire")
    nowhere = bot.assistant_threads_setStatus(channel_id=general, thread_ts="1.000000", status="x")
    assert await refused(nowhere) == "invalid_thread_ts"
    many = bot.assistant_threads_setStatus(**place, status="x", loading_messages=["a"] * 11)
    assert await refused(many) == "invalid_arguments"


async def test_prompts_titles_and_sessions_are_shown(workspace: RunningWorkspace) -> None:
    ana, bot = workspace.person("ana"), workspace.client("deskhand")
    root, channel = await ana.dm("question"), workspace.channel("deskhand")
    prompts = [{"title": "Refunds", "message": "How long do refunds take?"}]
    await bot.assistant_threads_setSuggestedPrompts(channel_id=channel, prompts=prompts, title="Try")
    await bot.assistant_threads_setTitle(channel_id=channel, thread_ts=root, title="Refunds")
    session = await bot.agents_sessions_setStatus(channel_id=channel, thread_ts=root, status="processing", title="R")
    assert (session["status"], session["title"]) == ("processing", "Refunds")
    assert (await bot.agents_sessions_rename(channel_id=channel, thread_ts=root, title="S"))["title"] == "S"
    state = await workspace.get("/page/state?user=ana")
    assert state["prompts"][0]["prompts"] == prompts
    assert (state["sessions"][0]["status"], state["sessions"][0]["title"]) == ("processing", "S")
    no_thread = bot.agents_sessions_setStatus(channel_id=channel, status="active")
    assert await refused(no_thread) == "thread_ts_required"
    five = bot.assistant_threads_setSuggestedPrompts(channel_id=channel, prompts=prompts * 5)
    assert await refused(five) == "invalid_arguments"
    wrong = bot.agents_sessions_setStatus(channel_id=channel, thread_ts=root, status="busy")
    assert await refused(wrong) == "invalid_arguments"


async def test_the_stop_button_tells_the_app(workspace: RunningWorkspace, events: list[Json]) -> None:
    ana, bot = workspace.person("ana"), workspace.client("deskhand")
    root, channel = await ana.dm("question"), workspace.channel("deskhand")
    ts = (await bot.chat_startStream(channel=channel, thread_ts=root, markdown_text="well"))["ts"]
    button = {"user": "ana", "channel": channel, "thread_ts": root}

    async def press() -> Json:
        async with workspace.session.post(f"{workspace.url}/page/stop", json=button) as response:
            answer: Json = await response.json()
            return answer

    assert (await press())["error"] == "session_not_found"
    await bot.agents_sessions_setStatus(channel_id=channel, thread_ts=root, status="processing")
    assert (await press())["ok"]
    await workspace.until(lambda: len(events) == 3, "three events")
    event = events[-1]
    assert (event["type"], event["user"], event["thread_ts"]) == ("agent_session_stopped", ana.id, root)
    assert event["streaming_message_ts"] == [ts]
    await bot.chat_stopStream(channel=channel, ts=ts, session_status="active")
    assert (await press())["error"] == "session_not_found"
