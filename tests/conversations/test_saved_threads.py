"""Save to knowledge, in the workspace: saved by a message's menu, found by members, gone with the message."""

import asyncio
import re

import pytest
from stage import Stage, spoken

QUESTION = "which key opens the sample cabinet?"
SECRET = "the brass one on the hook behind the door"


async def answer_to(stage: Stage, who: str, where: str) -> str:
    person = stage.workspace.person(who)
    ts = await person.mention(where, QUESTION)
    return spoken(await person.wait_for_reply(where, ts))


@pytest.mark.asyncio(loop_scope="session")
async def test_a_thread_of_a_private_channel_is_saved_found_and_forgotten(stage: Stage) -> None:
    ana, ben = stage.workspace.person("ana"), stage.workspace.person("ben")
    root = await ben.post("support", "Does anybody know which key opens the sample cabinet?")
    reply = await ana.post("support", f"It is {SECRET}.", thread_ts=root)
    assert (await ben.shortcut("save_to_knowledge", "support", root))["ok"]
    confirmation = await ben.wait_for_reply("support", root, lambda message: "Saved to knowledge" in spoken(message))
    assert confirmation["is_ephemeral"]
    assert any(action["action_id"] == "knowledge.remove" for action in _elements(confirmation))

    assert SECRET in await answer_to(stage, "ana", "support")
    assert SECRET not in await answer_to(stage, "dana", "general")

    await ana.client.chat_delete(channel=ana.channel("support"), ts=reply)
    for _ in range(100):
        if SECRET not in await answer_to(stage, "ben", "support"):
            break
        await asyncio.sleep(0.05)
    else:
        pytest.fail("the deleted message is still quoted")
    assert stage.workspace.violations() == []


@pytest.mark.asyncio(loop_scope="session")
async def test_a_chinese_confirmation_and_removal_by_who_saved(stage: Stage) -> None:
    chen = stage.workspace.person("chen")
    root = await chen.post("random", "样品间的咖啡机怎么清洗？先按住红色按钮三秒，再换清水。")
    assert (await chen.shortcut("save_to_knowledge", "random", root))["ok"]
    confirmation = await chen.wait_for_message("random", lambda message: "已存入知识库" in spoken(message))
    assert (await chen.click("random", confirmation, "knowledge.remove"))["ok"]
    removed = await chen.wait_for_message("random", lambda message: "已移除" in spoken(message))
    assert not re.search("出了问题", spoken(removed))


def _elements(message: dict[str, object]) -> list[dict[str, object]]:
    blocks = message["blocks"]
    assert isinstance(blocks, list)
    return [element for block in blocks if block["type"] == "actions" for element in block["elements"]]
