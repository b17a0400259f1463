"""Uploads and downloads."""

from pathlib import Path
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.workspace.testing import RunningWorkspace, running_workspace

Json = dict[str, Any]


async def read(workspace: RunningWorkspace, url: str, token: str | None) -> tuple[int, bytes]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with workspace.session.get(url, headers=headers) as response:
        return response.status, await response.read()


async def test_a_person_uploads_a_file_and_the_bot_reads_it(workspace: RunningWorkspace, events: list[Json]) -> None:
    ana, general = workspace.person("ana"), workspace.channel("general")
    content = "退款需要 5 个工作日。".encode()
    await ana.client.files_upload_v2(
        channel=general,
        content=content,
        filename="退款.txt",
        title="Refunds",
        initial_comment=f"<@{workspace.bot_user}> read this",
    )
    await workspace.until(lambda: len(events) == 2, "two events")
    message, mention = events
    assert (message["subtype"], mention["type"]) == ("file_share", "app_mention")
    (file,) = message["files"]
    assert (file["name"], file["title"], file["size"], file["mimetype"]) == (
        "退款.txt",
        "Refunds",
        len(content),
        "text/plain",
    )
    assert await read(workspace, file["url_private"], workspace.bot_token) == (200, content)
    assert (await workspace.client("deskhand").files_info(file=file["id"]))["file"]["id"] == file["id"]


async def test_the_bot_uploads_into_a_thread(workspace: RunningWorkspace) -> None:
    ana = workspace.person("ana")
    root = await ana.post("support", "chart, please")
    await workspace.client("deskhand").files_upload_v2(
        channel=workspace.channel("support"),
        thread_ts=root,
        content=b"\x89PNG",
        filename="chart.png",
        alt_txt="A chart",
    )
    reply = await ana.wait_for_reply("support", root)
    (file,) = reply["files"]
    assert (file["mimetype"], file["alt_txt"]) == ("image/png", "A chart")
    assert workspace.violations() == []


async def test_only_those_who_see_its_channel_read_a_file(workspace: RunningWorkspace) -> None:
    ana = workspace.person("ana")
    answer = await ana.client.files_upload_v2(
        channel=workspace.channel("support"), content=b"secret", filename="secret.txt"
    )
    url = answer["files"][0]["url_private"]
    assert await read(workspace, url, "xoxp-ben") == (200, b"secret")
    assert await read(workspace, f"{url}?token=xoxp-ben", None) == (200, b"secret")
    assert (await read(workspace, url, "xoxp-dana"))[0] == 404
    assert (await read(workspace, url, None))[0] == 401
    assert (await read(workspace, url.replace("-F", "-X"), "xoxp-ana"))[0] == 404
    with pytest.raises(SlackApiError, match="file_not_found"):
        await workspace.client("dana").files_info(file=answer["files"][0]["id"])


async def test_an_uploaded_page_is_downloaded_and_never_shown(workspace: RunningWorkspace) -> None:
    answer = await workspace.client("ana").files_upload_v2(
        channel=workspace.channel("general"), content=b"<script>alert(1)</script>", filename="page.html"
    )
    url = f"{answer['files'][0]['url_private']}?token=xoxp-ana"
    async with workspace.session.get(url) as response:
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert response.headers["Content-Security-Policy"] == "sandbox"


async def test_an_upload_that_never_came_cannot_be_completed(workspace: RunningWorkspace) -> None:
    ana = workspace.client("ana")
    reserved = await ana.files_getUploadURLExternal(filename="x.txt", length=3)
    with pytest.raises(SlackApiError, match="file_not_found"):
        await ana.files_completeUploadExternal(files=[{"id": reserved["file_id"]}])
    async with workspace.session.post(f"{workspace.url}/upload/wrong", data=b"abc") as response:
        assert response.status == 404
    async with workspace.session.post(reserved["upload_url"], data=b"abc") as response:
        assert response.status == 200
    with pytest.raises(SlackApiError, match="file_not_found"):
        await workspace.client("ben").files_completeUploadExternal(files=[{"id": reserved["file_id"]}])
    assert (await ana.files_completeUploadExternal(files=[{"id": reserved["file_id"], "title": "X"}]))["files"]


async def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    async with running_workspace(tmp_path) as workspace:
        ana, bot = workspace.person("ana"), workspace.client("deskhand")
        general = workspace.channel("general")
        root = await ana.post("general", "root")
        await bot.reactions_add(channel=general, timestamp=root, name="eyes")
        await bot.chat_postEphemeral(channel=general, user=ana.id, text="for you", thread_ts=root)
        await ana.dm("hello")
        uploaded = await ana.client.files_upload_v2(channel=general, content=b"abc", filename="a.txt")
        before = (await ana.history("general"), await ana.replies("general", root), await ana.history("deskhand"))
    async with running_workspace(tmp_path) as workspace:
        ana = workspace.person("ana")
        after = (await ana.history("general"), await ana.replies("general", root), await ana.history("deskhand"))
        assert after == before
        assert before[1][1]["is_ephemeral"]
        path = uploaded["files"][0]["url_private"].partition("/files/")[2]
        assert await read(workspace, f"{workspace.url}/files/{path}", "xoxp-ana") == (200, b"abc")
        later = await ana.post("general", "later")
        assert later > root
