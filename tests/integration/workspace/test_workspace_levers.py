"""The log, the clock and the faults."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler

from bot.workspace.testing import RunningWorkspace, running_workspace


async def post(workspace: RunningWorkspace, handle: str = "deskhand") -> Any:
    return await workspace.client(handle).chat_postMessage(channel=workspace.channel("general"), text="x")


async def test_the_log_numbers_its_entries_and_tells_no_token(workspace: RunningWorkspace) -> None:
    await post(workspace, "ana")
    await post(workspace)
    log = await workspace.get("/workspace/log")
    assert log["sockets"] == 0
    assert [entry["n"] for entry in log["entries"]] == [1, 2]
    assert [(entry["kind"], entry["method"], entry["token"]) for entry in log["entries"]] == [
        ("call", "chat.postMessage", "ana"),
        ("call", "chat.postMessage", "bot"),
    ]
    assert all(entry["status"] == 200 and entry["ms"] >= 0 and entry["at"] > 1.7e9 for entry in log["entries"])
    later = await workspace.get("/workspace/log?after=1")
    assert [entry["n"] for entry in later["entries"]] == [2]
    assert (await workspace.get("/workspace/log?after=2"))["entries"] == []
    detail = await workspace.get("/page/detail?n=2")
    assert detail["detail"]["arguments"]["text"] == "x"
    assert "xox" not in str(log) + str(detail)


async def test_faults_meet_the_bot_and_not_people(workspace: RunningWorkspace) -> None:
    body = {"method": "chat.postMessage", "status": 429, "retry_after": 7, "times": 2}
    assert await workspace.lever("fault", body) == {"ok": True}
    await post(workspace, "ana")
    for _ in range(2):
        with pytest.raises(SlackApiError) as caught:
            await post(workspace)
        assert caught.value.response.status_code == 429
        assert caught.value.response.headers["Retry-After"] == "7"
        assert caught.value.response["error"] == "ratelimited"
    assert (await post(workspace))["ok"]
    statuses = [entry["status"] for entry in workspace.log("call")]
    assert statuses == [200, 429, 429, 200]
    assert workspace.violations() == []


async def test_faults_have_defaults_other_errors_and_an_end(workspace: RunningWorkspace) -> None:
    await workspace.lever("fault", {"method": "chat.postMessage", "status": 429})
    client = workspace.client("deskhand")
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=1))
    assert (await client.chat_postMessage(channel=workspace.channel("general"), text="waits a second"))["ok"]
    await workspace.lever("fault", {"method": "chat.postMessage", "status": 500})
    with pytest.raises(SlackApiError) as caught:
        await post(workspace)
    assert caught.value.response.status_code == 500
    await workspace.lever("fault", {"method": "auth.test", "error": "account_inactive", "times": 99})
    with pytest.raises(SlackApiError, match="account_inactive"):
        await workspace.client("deskhand").auth_test()
    assert await workspace.lever("fault", {"clear": True}) == {"ok": True}
    assert (await workspace.client("deskhand").auth_test())["ok"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"method": "auth.test"},
        {"method": "auth.test", "status": "429"},
        {"method": "auth.test", "status": 200},
        {"method": "auth.test", "status": 429, "times": -1},
        {"method": "auth.test", "status": 429, "error": "both"},
    ],
)
async def test_a_senseless_fault_is_refused(workspace: RunningWorkspace, body: dict[str, Any]) -> None:
    assert (await workspace.lever("fault", body))["error"] == "invalid_arguments"


async def test_the_clock_moves_forward_for_good(tmp_path: Path) -> None:
    async with running_workspace(tmp_path) as workspace:
        before = (await workspace.get("/workspace/clock"))["now"]
        answer = await workspace.lever("clock", {"advance_seconds": 86_400.5})
        assert answer["ok"]
        assert answer["now"] == pytest.approx(before + 86_400.5, abs=1)
        for wrong in ({}, {"advance_seconds": -1}, {"advance_seconds": "1"}, {"advance_seconds": True}):
            assert (await workspace.lever("clock", wrong))["error"] == "invalid_arguments"
    async with running_workspace(tmp_path) as workspace:
        clock = await workspace.get("/workspace/clock")
        assert clock["now"] == pytest.approx(before + 86_400.5, abs=3)
        assert clock["offset"] == 86_400.5


async def test_whoever_waits_for_the_clock_hears_at_once(workspace: RunningWorkspace) -> None:
    started = asyncio.get_running_loop().time()
    waiting = asyncio.create_task(workspace.get("/workspace/clock?offset=0&wait=20"))
    await asyncio.sleep(0.05)
    workspace.advance_clock(60)
    assert (await waiting)["offset"] == 60
    assert asyncio.get_running_loop().time() - started < 1
    assert (await workspace.get("/workspace/clock?offset=0&wait=20"))["offset"] == 60
    assert (await workspace.get("/workspace/clock?offset=60&wait=0.05"))["offset"] == 60


async def test_the_levers_always_answer_200_with_json(workspace: RunningWorkspace) -> None:
    for name in ("interact", "clock", "fault", "redeliver", "disconnect"):
        async with workspace.session.post(f"{workspace.url}/workspace/{name}", data=b"{broken") as response:
            assert response.status == 200
            assert (await response.json())["error"] == "invalid_json"
    assert (await workspace.lever("disconnect", {"how": "politely"}))["error"] == "invalid_arguments"
    assert await workspace.lever("disconnect", {}) == {"ok": True}
    assert (await workspace.get("/workspace/views?user=nobody"))["error"] == "user_not_found"
