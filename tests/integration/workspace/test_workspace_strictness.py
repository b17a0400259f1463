"""What Slack would refuse is refused and noted, for the bot; membership and what goes with it."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.workspace.testing import RunningWorkspace

Json = dict[str, Any]
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "x"}}


@pytest.mark.parametrize(
    ("method", "arguments", "error", "what"),
    [
        ("chat.postMessage", {"channel": "C0GENERAL"}, "no_text", "no_text"),
        ("chat.postMessage", {"text": "x"}, "invalid_arguments", "missing required field: channel"),
        ("chat.postMessage", {"channel": "C0GENERAL", "blocks": [SECTION] * 51}, "invalid_blocks", "no more than 50"),
        ("chat.postMessage", {"channel": "C0GENERAL", "blocks": "[{"}, "invalid_blocks_format", "must be a JSON array"),
        (
            "chat.postMessage",
            {"channel": "C0GENERAL", "blocks": [{"type": "markdown", "text": "x" * 12_001}]},
            "invalid_blocks",
            "must be less than 12001 characters [json-pointer:/blocks/0/text]",
        ),
        (
            "chat.postMessage",
            {"channel": "C0GENERAL", "blocks": [{**SECTION, "text": {"type": "mrkdwn", "text": "x" * 2900}}] * 5},
            "msg_blocks_too_long",
            "13200 allowed",
        ),
        (
            "chat.postMessage",
            {"channel": "C0GENERAL", "markdown_text": "x", "text": "y"},
            "markdown_text_conflict",
            "markdown_text_conflict",
        ),
        ("chat.postMessage", {"channel": "C0GENERAL", "markdown_text": "x" * 12_001}, "msg_too_long", "12001"),
        ("chat.postMessage", {"channel": "C0GENERAL", "attachments": [{}] * 101}, "too_many_attachments", ""),
        (
            "chat.postMessage",
            {"channel": "C0GENERAL", "text": "x", "unfurl_links": "maybe"},
            "invalid_arguments",
            "bool",
        ),
        ("views.publish", {"user_id": "U0LOCALANA", "view": {"type": "modal"}}, "invalid_arguments", "type home"),
        ("views.open", {"trigger_id": "1.2.3", "view": {"type": "home", "blocks": []}}, "invalid_arguments", "modal"),
        ("reactions.add", {"channel": "C0GENERAL", "name": "eyes"}, "invalid_arguments", "timestamp"),
        ("conversations.replies", {"channel": "C0GENERAL", "ts": "yesterday"}, "invalid_arguments", "no time"),
        ("conversations.invite", {"channel": "C0RANDOM", "users": "U0LOCALANA"}, "missing_scope", "missing_scope"),
        ("no.such.method", {}, "unknown_method", "unknown_method"),
    ],
)
async def test_a_refusal_says_what_is_wrong_and_is_noted(
    workspace: RunningWorkspace, method: str, arguments: Json, error: str, what: str
) -> None:
    with pytest.raises(SlackApiError) as caught:
        await workspace.client("deskhand").api_call(method, json=arguments)
    answer = caught.value.response
    assert answer.status_code == 200
    assert answer["error"] == error
    (violation,) = workspace.violations()
    assert violation["method"] == method
    assert what in violation["what"]
    if error == "invalid_blocks":
        assert what in answer["response_metadata"]["messages"][0]


async def test_the_same_mistakes_of_people_are_refused_and_not_noted(workspace: RunningWorkspace) -> None:
    with pytest.raises(SlackApiError, match="no_text"):
        await workspace.client("ana").api_call("chat.postMessage", json={"channel": "C0GENERAL"})
    assert workspace.violations() == []


async def test_a_long_text_is_cut_and_an_update_to_one_refused(workspace: RunningWorkspace) -> None:
    bot, general = workspace.client("deskhand"), workspace.channel("general")
    posted = await bot.chat_postMessage(channel=general, text="x" * 40_010)
    assert len(posted["message"]["text"]) == 40_000
    with pytest.raises(SlackApiError, match="msg_too_long"):
        await bot.chat_update(channel=general, ts=posted["ts"], text="x" * 4_001)


async def test_states_that_any_bot_meets_are_no_violations(workspace: RunningWorkspace) -> None:
    bot, general = workspace.client("deskhand"), workspace.channel("general")
    for call in (
        bot.chat_update(channel=general, ts="1.000000", text="x"),
        bot.chat_postMessage(channel="C404", text="x"),
        bot.conversations_replies(channel=general, ts="1.000000"),
        bot.reactions_add(channel=general, timestamp="1.000000", name="eyes"),
    ):
        with pytest.raises(SlackApiError):
            await call
    assert workspace.violations() == []


async def test_leaving_and_joining_are_told_and_change_what_one_sees(
    workspace: RunningWorkspace, events: list[Json]
) -> None:
    ana, ben, support = workspace.person("ana"), workspace.person("ben"), workspace.channel("support")
    await ben.client.conversations_leave(channel=support)
    with pytest.raises(SlackApiError, match="channel_not_found"):
        await ben.history("support")
    await ana.client.conversations_invite(channel=support, users=[ben.id])
    assert (await ben.history("support"))[0]["subtype"] == "channel_join"
    await ana.client.conversations_kick(channel=support, user=ben.id)
    await workspace.until(lambda: len(events) == 6, f"six events, got {events}")
    members = [event for event in events if event["type"] != "message"]
    assert [(event["type"], event["user"]) for event in members] == [
        ("member_left_channel", ben.id),
        ("member_joined_channel", ben.id),
        ("member_left_channel", ben.id),
    ]
    assert members[1]["inviter"] == ana.id
    assert {event["channel_type"] for event in members} == {"G"}


async def test_the_bot_hears_of_its_own_removal_and_nothing_after(
    workspace: RunningWorkspace, events: list[Json]
) -> None:
    ana, bot, random = workspace.person("ana"), workspace.client("deskhand"), workspace.channel("random")
    await ana.client.conversations_kick(channel=random, user=workspace.bot_user)
    await ana.mention("random", "still there?")
    await workspace.until(lambda: len(events) == 1, "one event")
    await workspace.wait_until_idle()
    assert [event["type"] for event in events] == ["member_left_channel"]
    with pytest.raises(SlackApiError, match="not_in_channel"):
        await bot.chat_postMessage(channel=random, text="x")
    with pytest.raises(SlackApiError, match="not_in_channel"):
        await bot.conversations_history(channel=random)
    assert not (await bot.conversations_info(channel=random))["channel"]["is_member"]
    await ana.client.conversations_invite(channel=random, users=[workspace.bot_user])
    assert (await bot.chat_postMessage(channel=random, text="back"))["ok"]


async def test_a_person_outside_a_public_channel_reads_but_does_not_write(workspace: RunningWorkspace) -> None:
    dana = workspace.person("dana")
    await dana.client.conversations_leave(channel=workspace.channel("random"))
    assert await dana.history("random")
    with pytest.raises(SlackApiError, match="not_in_channel"):
        await dana.post("random", "x")
    with pytest.raises(SlackApiError, match="cant_leave_general"):
        await dana.client.conversations_leave(channel=workspace.channel("general"))
    await dana.client.conversations_join(channel=workspace.channel("random"))
    await dana.post("random", "x")
