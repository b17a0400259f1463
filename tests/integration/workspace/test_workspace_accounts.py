"""Who and where: the fixed accounts, channels and tokens of the contract."""

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.testing import RunningWorkspace


async def refused(call: object) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call  # type: ignore[misc]
    return str(caught.value.response["error"])


async def test_each_token_belongs_to_its_member(workspace: RunningWorkspace) -> None:
    for handle in ("ana", "ben", "chen", "dana", "deskhand"):
        answer = await workspace.client(handle).auth_test()
        assert (answer["user"], answer["team_id"]) == (handle, "T0LOCAL")
        assert answer["user_id"].startswith("U")
    bot = await workspace.client("deskhand").auth_test()
    assert bot["bot_id"].startswith("B")
    assert "chat:write" in bot.headers["x-oauth-scopes"]


async def test_people_have_their_zones_locales_and_rights(workspace: RunningWorkspace) -> None:
    members = (await workspace.client("deskhand").users_list())["members"]
    people = {member["name"]: member for member in members}
    assert {name: (one["tz"], one["locale"]) for name, one in people.items() if not one["is_bot"]} == {
        "ana": ("Europe/Berlin", "en-US"),
        "ben": ("Europe/Berlin", "en-US"),
        "chen": ("Asia/Shanghai", "zh-CN"),
        "dana": ("America/New_York", "en-US"),
    }
    assert [name for name, one in people.items() if one["is_admin"]] == ["ana"]
    assert people["ana"]["is_primary_owner"]
    assert people["deskhand"]["is_bot"]
    info = await workspace.client("deskhand").users_info(user=people["chen"]["id"])
    assert info["user"]["locale"] == "zh-CN"
    assert info["user"]["tz_offset"] == 28800


async def test_channels_are_listed_by_type_and_only_to_those_who_see_them(workspace: RunningWorkspace) -> None:
    async def names(handle: str, types: str | None = None) -> set[str]:
        answer = await workspace.client(handle).conversations_list(**({"types": types} if types else {}))
        return {channel["name"] for channel in answer["channels"]}

    assert await names("dana") == {"general", "alerts", "random"}
    assert await names("ana", "private_channel") == {"support"}
    assert await names("deskhand", "public_channel,private_channel") == {"general", "alerts", "random", "support"}
    assert await names("dana", "private_channel") == set()
    assert await refused(workspace.client("ana").conversations_list(types="secret")) == "invalid_types"


async def test_lists_come_in_pages(workspace: RunningWorkspace) -> None:
    client = workspace.client("ana")
    first = await client.users_list(limit=2)
    second = await client.users_list(limit=2, cursor=first["response_metadata"]["next_cursor"])
    third = await client.users_list(limit=2, cursor=second["response_metadata"]["next_cursor"])
    names = [member["name"] for page in (first, second, third) for member in page["members"]]
    assert names == ["ana", "ben", "chen", "dana", "deskhand"]
    assert third["response_metadata"]["next_cursor"] == ""
    assert await refused(client.users_list(cursor="nonsense")) == "invalid_cursor"
    members = await client.conversations_members(channel=workspace.channel("support"), limit=100)
    assert len(members["members"]) == 3


async def test_wrong_missing_and_misplaced_tokens_are_refused(workspace: RunningWorkspace) -> None:
    wrong = AsyncWebClient(token="xoxp-nobody", base_url=workspace.api_url)
    assert await refused(wrong.auth_test()) == "invalid_auth"
    assert await workspace.get("/api/auth.test") == {"ok": False, "error": "not_authed"}
    ana = workspace.client("ana")
    assert await refused(ana.apps_connections_open(app_token="xoxp-ana")) == "not_allowed_token_type"
    assert await refused(ana.chat_startStream(channel="C0GENERAL", thread_ts="1.0")) == "not_allowed_token_type"
    bot = workspace.client("deskhand")
    assert await refused(bot.apps_connections_open(app_token="xoxb-deskhand")) == "not_allowed_token_type"
    assert await refused(bot.api_call("chat.command", json={})) == "not_allowed_token_type"
    assert await refused(bot.api_call("no.such.method")) == "unknown_method"


async def test_arguments_come_as_query_form_or_json_with_the_token_in_either_place(workspace: RunningWorkspace) -> None:
    session, url = workspace.session, f"{workspace.api_url}chat.postMessage"
    arguments = {"channel": workspace.channel("general"), "text": "hello", "unknown": "tolerated", "team_id": "T0LOCAL"}
    header = {"Authorization": "Bearer xoxp-ana"}
    for how in (
        {"params": {**arguments, "token": "xoxp-ana"}},
        {"data": {**arguments, "token": "xoxp-ana"}},
        {"data": arguments, "headers": header},
        {"json": {**arguments, "token": "xoxp-ana"}},
        {"json": arguments, "headers": header},
    ):
        async with session.post(url, **how) as response:
            assert (await response.json())["ok"], how
    async with session.get(url, params={**arguments, "token": "xoxp-ana"}) as response:
        assert (await response.json())["ok"]
    async with session.post(url, data=b"{broken", headers=header | {"Content-Type": "application/json"}) as response:
        assert await response.json() == {"ok": False, "error": "invalid_json"}


async def test_small_lookups_answer_as_slack_does(workspace: RunningWorkspace) -> None:
    bot = workspace.client("deskhand")
    assert (await bot.users_lookupByEmail(email="Ana@local.example"))["user"]["name"] == "ana"
    assert await refused(bot.users_lookupByEmail(email="x@y.example")) == "users_not_found"
    assert (await workspace.client("ana").team_info())["team"]["id"] == "T0LOCAL"
    assert (await bot.bots_info(bot=(await bot.auth_test())["bot_id"]))["bot"]["user_id"] == workspace.bot_user
    assert (await bot.usergroups_list())["usergroups"] == []
    assert await refused(bot.usergroups_users_list(usergroup="S1")) == "no_such_subteam"
    assert await refused(bot.users_info(user="U404")) == "user_not_found"
    mine = await bot.users_conversations(user=workspace.user_id("ben"), types="public_channel,private_channel")
    assert {channel["name"] for channel in mine["channels"]} == {"general", "alerts", "random", "support"}
    assert workspace.violations() == []


async def test_a_direct_message_is_opened_once(workspace: RunningWorkspace) -> None:
    ana, bot = workspace.client("ana"), workspace.client("deskhand")
    first = (await ana.conversations_open(users=workspace.bot_user))["channel"]["id"]
    again = (await bot.conversations_open(users=workspace.user_id("ana"), return_im=True))["channel"]
    assert first == again["id"]
    assert first.startswith("D")
    assert again["is_im"]
    assert await refused(ana.conversations_open(users="U404")) == "user_not_found"
    assert await refused(workspace.client("ben").conversations_history(channel=first)) == "channel_not_found"
    posted = await bot.chat_postMessage(channel=workspace.user_id("ana"), text="to a person's id")
    assert posted["channel"] == first


async def test_what_one_may_not_see_is_not_found(workspace: RunningWorkspace) -> None:
    support = workspace.channel("support")
    ts = await workspace.person("ana").post("support", "between us")
    dana = workspace.client("dana")
    for call in (
        dana.conversations_history(channel=support),
        dana.conversations_replies(channel=support, ts=ts),
        dana.conversations_info(channel=support),
        dana.conversations_members(channel=support),
        dana.chat_postMessage(channel=support, text="let me in"),
        dana.reactions_add(channel=support, timestamp=ts, name="eyes"),
        dana.chat_getPermalink(channel=support, message_ts=ts),
    ):
        assert await refused(call) == "channel_not_found"
