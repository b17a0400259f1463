"""Posting, editing, deleting and reacting, with the events that the app gets for them."""

import asyncio
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.workspace.testing import RunningWorkspace

Json = dict[str, Any]


async def seen(workspace: RunningWorkspace, events: list[Json], count: int) -> list[Json]:
    await workspace.until(lambda: len(events) >= count, f"{count} events, got {events}")
    await workspace.wait_until_idle()
    assert len(events) == count, events
    return events


async def refused(call: Any) -> str:
    try:
        await call
    except SlackApiError as error:
        return str(error.response["error"])
    return "ok"


async def test_a_mention_fires_message_then_app_mention(workspace: RunningWorkspace, events: list[Json]) -> None:
    ana = workspace.person("ana")
    ts = await ana.mention("general", "hello")
    message, mention = await seen(workspace, events, 2)
    assert (message["type"], mention["type"]) == ("message", "app_mention")
    assert message["channel_type"] == "channel"
    assert "channel_type" not in mention
    for event in (message, mention):
        assert (event["ts"], event["user"], event["channel"]) == (ts, ana.id, workspace.channel("general"))
        assert event["event_ts"] == ts
        assert event["team"] == "T0LOCAL"
    envelopes = workspace.log("envelope")
    assert [one["event_type"] for one in envelopes] == ["message", "app_mention"]
    assert len({one["event_id"] for one in envelopes}) == 2
    assert all(one["ack_ms"] is not None for one in envelopes)


async def test_private_channels_and_direct_messages_have_their_channel_type(
    workspace: RunningWorkspace, events: list[Json]
) -> None:
    ana = workspace.person("ana")
    await ana.post("support", "private")
    await ana.dm(f"a mention is nothing special here <@{workspace.bot_user}>")
    group, direct = await seen(workspace, events, 2)
    assert (group["channel_type"], direct["channel_type"]) == ("group", "im")


async def test_the_bots_own_posts_come_back_as_message_events(workspace: RunningWorkspace, events: list[Json]) -> None:
    posted = await workspace.client("deskhand").chat_postMessage(channel=workspace.channel("general"), text="mine")
    (event,) = await seen(workspace, events, 1)
    assert (event["type"], event["user"], event["ts"]) == ("message", workspace.bot_user, posted["ts"])
    assert event["bot_id"] == posted["message"]["bot_id"]
    assert event["app_id"].startswith("A")


async def test_replies_stay_in_their_thread_and_name_its_author(
    workspace: RunningWorkspace, events: list[Json]
) -> None:
    ana, ben = workspace.person("ana"), workspace.person("ben")
    root = await ana.post("general", "root")
    first = await ben.post("general", "first", thread_ts=root)
    second = await ben.post("general", "second, to a reply", thread_ts=first)
    thread = await ana.replies("general", first)
    assert [message["ts"] for message in thread] == [root, first, second]
    assert {message["thread_ts"] for message in thread} == {root}
    assert thread[0]["reply_count"] == 2
    assert [message["ts"] for message in await ana.history("general")] == [root]
    _, reply, _ = await seen(workspace, events, 3)
    assert (reply["thread_ts"], reply["parent_user_id"]) == (root, ana.id)


async def test_a_broadcast_reply_is_in_the_channel_too(workspace: RunningWorkspace) -> None:
    ana = workspace.person("ana")
    root = await ana.post("general", "root")
    reply = await ana.post("general", "for all", thread_ts=root, reply_broadcast=True)
    assert [message["ts"] for message in await ana.history("general")] == [reply, root]
    assert (await ana.history("general"))[0]["subtype"] == "thread_broadcast"


async def test_texts_arrive_escaped_and_with_links_as_slack_sends_them(
    workspace: RunningWorkspace, events: list[Json]
) -> None:
    ana = workspace.person("ana")
    await ana.post("general", "a < b & c, see https://example.com/a?b=c. 退款 🎉 <@U0LOCALBEN>")
    (event,) = await seen(workspace, events, 1)
    assert event["text"] == "a &lt; b &amp; c, see <https://example.com/a?b=c>. 退款 🎉 <@U0LOCALBEN>"


async def test_an_edit_is_a_message_changed_event(workspace: RunningWorkspace, events: list[Json]) -> None:
    ana = workspace.person("ana")
    ts = await ana.post("general", "old")
    await ana.client.chat_update(channel=workspace.channel("general"), ts=ts, text="new")
    _, event = await seen(workspace, events, 2)
    assert event["subtype"] == "message_changed"
    assert (event["message"]["text"], event["previous_message"]["text"]) == ("new", "old")
    assert (event["message"]["ts"], event["message"]["edited"]["user"]) == (ts, ana.id)
    assert (await ana.history("general"))[0]["text"] == "new"
    ben = workspace.client("ben")
    assert await refused(ben.chat_update(channel=workspace.channel("general"), ts=ts, text="mine now")) == (
        "cant_update_message"
    )


async def test_an_update_keeps_blocks_that_it_does_not_name(workspace: RunningWorkspace) -> None:
    bot, general = workspace.client("deskhand"), workspace.channel("general")
    posted = await bot.chat_postMessage(channel=general, text="t", blocks=[{"type": "divider"}])
    kept = await bot.chat_update(channel=general, ts=posted["ts"], text="u")
    assert kept["message"]["blocks"][0]["type"] == "divider"
    gone = await bot.chat_update(channel=general, ts=posted["ts"], text="u", blocks=[])
    assert "blocks" not in gone["message"]
    streamed = await bot.chat_postMessage(channel=general, markdown_text="**bold**")
    assert streamed["message"]["blocks"][0] | {"block_id": ""} == {
        "type": "markdown",
        "text": "**bold**",
        "block_id": "",
    }
    replaced = await bot.chat_update(channel=general, ts=streamed["ts"], text="plain")
    assert "blocks" not in replaced["message"]


async def test_a_deletion_is_a_message_deleted_event(workspace: RunningWorkspace, events: list[Json]) -> None:
    ana = workspace.person("ana")
    ts = await ana.post("general", "oops")
    general = workspace.channel("general")
    assert await refused(workspace.client("ben").chat_delete(channel=general, ts=ts)) == "cant_delete_message"
    await ana.client.chat_delete(channel=general, ts=ts)
    _, event = await seen(workspace, events, 2)
    assert (event["subtype"], event["deleted_ts"], event["previous_message"]["text"]) == ("message_deleted", ts, "oops")
    assert await ana.history("general") == []
    assert await refused(ana.client.chat_delete(channel=general, ts=ts)) == "message_not_found"


async def test_a_deleted_root_with_replies_leaves_a_tombstone_until_they_go(
    workspace: RunningWorkspace, events: list[Json]
) -> None:
    ana, bot, general = workspace.person("ana"), workspace.client("deskhand"), workspace.channel("general")
    root = await ana.post("general", "question")
    reply = await bot.chat_postMessage(channel=general, text="answer", thread_ts=root)
    await ana.client.chat_delete(channel=general, ts=root)
    event = (await seen(workspace, events, 3))[-1]
    assert event["subtype"] == "message_changed"
    assert (event["message"]["subtype"], event["previous_message"]["text"]) == ("tombstone", "question")
    assert [message.get("subtype") for message in await ana.replies("general", root)] == ["tombstone", None]
    await bot.chat_delete(channel=general, ts=reply["ts"])
    assert await ana.history("general") == []
    assert await refused(ana.client.conversations_replies(channel=general, ts=root)) == "thread_not_found"


async def test_reactions_are_told_and_can_be_taken_back(workspace: RunningWorkspace, events: list[Json]) -> None:
    ana, bot, general = workspace.person("ana"), workspace.client("deskhand"), workspace.channel("general")
    ts = await ana.post("general", "react")
    await bot.reactions_add(channel=general, timestamp=ts, name="eyes")
    assert await refused(bot.reactions_add(channel=general, timestamp=ts, name="eyes")) == "already_reacted"
    await ana.client.reactions_add(channel=general, timestamp=ts, name="eyes")
    assert (await bot.reactions_get(channel=general, timestamp=ts))["message"]["reactions"] == [
        {"name": "eyes", "users": [workspace.bot_user, ana.id], "count": 2}
    ]
    await bot.reactions_remove(channel=general, timestamp=ts, name="eyes")
    assert await refused(bot.reactions_remove(channel=general, timestamp=ts, name="eyes")) == "no_reaction"
    assert await refused(bot.reactions_add(channel=general, timestamp=ts, name="no such name")) == "invalid_name"
    _, added, _, removed = await seen(workspace, events, 4)
    assert (added["type"], removed["type"]) == ("reaction_added", "reaction_removed")
    assert added["item"] == {"type": "message", "channel": general, "ts": ts}
    assert added["item_user"] == ana.id


async def test_ephemeral_messages_are_shown_to_their_reader_alone(
    workspace: RunningWorkspace, events: list[Json]
) -> None:
    ana, ben, bot = workspace.person("ana"), workspace.person("ben"), workspace.client("deskhand")
    general = workspace.channel("general")
    root = await ana.post("general", "root")
    shown = await bot.chat_postEphemeral(channel=general, user=ana.id, text="psst")
    in_thread = await bot.chat_postEphemeral(channel=general, user=ana.id, text="psst", thread_ts=root)
    mine = {message["ts"]: message for message in await ana.history("general")}
    assert mine[shown["message_ts"]]["is_ephemeral"] is True
    assert "is_ephemeral" not in mine[root]
    assert in_thread["message_ts"] not in mine
    assert [message["ts"] for message in await ana.replies("general", root)] == [root, in_thread["message_ts"]]
    assert "reply_count" not in mine[root]
    assert [message["ts"] for message in await ben.history("general")] == [root]
    assert [message["ts"] for message in await ben.replies("general", root)] == [root]
    seen_by_bot = await bot.conversations_history(channel=general)
    assert [message["ts"] for message in seen_by_bot["messages"]] == [root]
    assert await refused(bot.chat_update(channel=general, ts=shown["message_ts"], text="x")) == "message_not_found"
    dana = workspace.user_id("dana")
    assert await refused(bot.chat_postEphemeral(channel=workspace.channel("support"), user=dana, text="x")) == (
        "user_not_in_channel"
    )
    await seen(workspace, events, 1)


async def test_history_is_read_in_pages_and_windows(workspace: RunningWorkspace) -> None:
    ana, general = workspace.person("ana"), workspace.channel("general")
    times = [await ana.post("general", str(number)) for number in range(5)]
    first = await ana.client.conversations_history(channel=general, limit=2)
    assert [message["ts"] for message in first["messages"]] == [times[4], times[3]]
    assert first["has_more"]
    cursor = first["response_metadata"]["next_cursor"]
    second = await ana.client.conversations_history(channel=general, limit=3, cursor=cursor)
    assert [message["ts"] for message in second["messages"]] == times[2::-1]
    assert not second["has_more"]
    window = await ana.client.conversations_history(channel=general, oldest=times[1], latest=times[3])
    assert [message["ts"] for message in window["messages"]] == [times[2]]
    closed = await ana.client.conversations_history(channel=general, oldest=times[1], latest=times[3], inclusive=True)
    assert len(closed["messages"]) == 3
    for number in range(4):
        await ana.post("general", str(number), thread_ts=times[0])
    page = await ana.client.conversations_replies(channel=general, ts=times[0], limit=3)
    assert [message["text"] for message in page["messages"]] == ["0", "0", "1"]
    rest = await ana.client.conversations_replies(
        channel=general, ts=times[0], cursor=page["response_metadata"]["next_cursor"]
    )
    assert [message["text"] for message in rest["messages"]] == ["2", "3"]


async def test_metadata_is_kept_and_returned_when_asked_for(workspace: RunningWorkspace, events: list[Json]) -> None:
    bot, general = workspace.client("deskhand"), workspace.channel("general")
    metadata = {"event_type": "answer", "event_payload": {"id": "a1"}}
    posted = await bot.chat_postMessage(channel=general, text="t", metadata=metadata)
    plain = await bot.conversations_history(channel=general)
    assert "metadata" not in plain["messages"][0]
    full = await bot.conversations_history(channel=general, include_all_metadata=True)
    assert full["messages"][0]["metadata"] == metadata
    (event,) = await seen(workspace, events, 1)
    assert event["metadata"] == metadata
    await bot.chat_update(channel=general, ts=posted["ts"], text="t2")
    kept = await bot.conversations_replies(channel=general, ts=posted["ts"], include_all_metadata=True)
    assert kept["messages"][0]["metadata"] == metadata
    wrong = bot.chat_postMessage(channel=general, text="t", metadata={"event_type": ""})
    assert await refused(wrong) == "invalid_metadata_format"


async def test_permalinks_lead_to_the_page_at_that_message(workspace: RunningWorkspace) -> None:
    ana, general = workspace.person("ana"), workspace.channel("general")
    root = await ana.post("general", "root")
    reply = await ana.post("general", "reply", thread_ts=root)
    link = (await ana.client.chat_getPermalink(channel=general, message_ts=reply))["permalink"]
    assert f"/archives/{general}/p{reply.replace('.', '')}?thread_ts={root}" in link
    async with workspace.session.get(link, allow_redirects=False) as response:
        assert response.status == 302
        assert response.headers["Location"] == f"/?channel={general}&ts={reply}&thread_ts={root}"


async def test_message_times_are_unique_under_load(workspace: RunningWorkspace) -> None:
    ana = workspace.person("ana")
    times = await asyncio.gather(*(ana.post("random", str(number)) for number in range(50)))
    assert len(set(times)) == 50
    assert all(len(ts) == 17 for ts in times)


async def test_a_scheduled_message_is_posted_when_the_clock_reaches_its_time(workspace: RunningWorkspace) -> None:
    bot, general = workspace.client("deskhand"), workspace.channel("general")
    now = (await workspace.get("/workspace/clock"))["now"]
    kept = await bot.chat_scheduleMessage(channel=general, text="later", post_at=int(now) + 3600)
    dropped = await bot.chat_scheduleMessage(channel=general, text="never", post_at=int(now) + 3600)
    listed = await bot.chat_scheduledMessages_list()
    assert {one["id"] for one in listed["scheduled_messages"]} == {
        kept["scheduled_message_id"],
        dropped["scheduled_message_id"],
    }
    await bot.chat_deleteScheduledMessage(channel=general, scheduled_message_id=dropped["scheduled_message_id"])
    assert await refused(bot.chat_scheduleMessage(channel=general, text="t", post_at=1)) == "time_in_past"
    workspace.advance_clock(3601)
    message = await workspace.person("ana").wait_for_message("general", timeout=2)
    assert message["text"] == "later"
    assert len(await workspace.person("ana").history("general")) == 1
