"""Plays the scripted support conversations with the real bot, and says what of each turn came out otherwise."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stage import Json, spoken
from support_scripts import SupportConversation, SupportTurn

from bot.workspace.testing import Person, RunningWorkspace

QUIET_SECONDS = 0.4
ANSWER_SECONDS = 12.0
NOTHING_SECONDS = 1.2
"""How long the bot may say nothing until a turn counts as unanswered."""

ESCALATION = "alerts"
CHANNELS = ("general", "alerts", "random", "support")
_NONE = ("silent", "draft")


@dataclass
class Came:
    """What came of a turn: the messages new to its reader, the modal, and new cards and drafts."""

    turn: SupportTurn
    messages: list[Json] = field(default_factory=list)
    modal: Json | None = None
    escalated: list[Json] = field(default_factory=list)


@dataclass
class SupportStage:
    """A running workspace with the demo's bot in it. `database` is the bot's, read to see what was recorded."""

    workspace: RunningWorkspace
    database: Path
    transcript: list[str]

    async def play(self, conversation: SupportConversation) -> list[str]:
        """Returns what is wrong with the replies of the conversation, each as a sentence."""
        self.transcript.append(f"\n## {conversation.name}\n")
        for channel, mode in conversation.modes.items():
            await self._set_mode(channel, mode)
        scene = _Scene(self)
        try:
            return [fault for turn in conversation.turns for fault in await scene.turn(turn)]
        finally:
            for channel in conversation.modes:
                await self._set_mode(channel, "off")

    async def _set_mode(self, channel: str, mode: str) -> None:
        """Returns when the bot has confirmed the mode."""
        ana = self.workspace.person("ana")
        before = {one["ts"] for one in await ana.history(channel)}
        await ana.command(channel, "/support", f"channel {mode}")
        end = time.monotonic() + ANSWER_SECONDS
        while all(one["ts"] in before for one in await ana.history(channel) if one.get("is_ephemeral")):
            assert time.monotonic() < end, f"channel {mode} was not confirmed"
            await asyncio.sleep(0.05)

    def recorded(self, message: Json) -> dict[str, Any]:
        """Returns what the bot keeps with a message of its: found by the id in its buttons, else by its text."""
        ids = [
            block["block_id"].partition("|")[0]
            for block in message.get("blocks", ())
            if "|" in block.get("block_id", "")
        ]
        where, what = ("id", ids[0]) if ids else ("json_extract(payload, '$.text')", message["text"])
        with sqlite3.connect(self.database) as connection:
            query = f"SELECT memory FROM outbox WHERE {where} = ? ORDER BY seq DESC LIMIT 1"  # noqa: S608
            row = connection.execute(query, (what,)).fetchone()
        memory: dict[str, Any] = json.loads(row[0]) if row else {}
        return memory


class _Scene:
    """One conversation as it goes on."""

    def __init__(self, stage: SupportStage) -> None:
        self.stage = stage
        self.workspace = stage.workspace
        self.asker = ""
        self.where = ""
        self.root = ""
        self.replies: list[Json] = []
        self.modal: tuple[Person, Json] | None = None

    async def turn(self, turn: SupportTurn) -> list[str]:
        who = self.workspace.person(turn.who)
        where = "deskhand" if turn.where == "dm" else turn.where
        if turn.how in ("dm", "mention", "post", "command"):
            self.asker, self.where, self.root = turn.who, where, ""
        reader = self.workspace.person(turn.seen_by or (turn.who if turn.how in _WRITES else self.asker or turn.who))
        before = await self._seen(reader)
        desk_before = await self._desk()
        came = Came(turn)
        await self._act(turn, who, where, came)
        expects = turn.replies if turn.replies is not None else self._expected(turn)
        if came.modal is None:
            came.messages = await self._news(reader, before, expects)
        if turn.card not in (None, "none") or turn.draft is not None:
            await self._wait_desk(desk_before)
        came.escalated = [
            one for ts, one in (await self._desk()).items() if spoken(desk_before.get(ts, {})) != spoken(one)
        ]
        if came.messages and turn.how != "wait":
            self.replies = came.messages
        self._write(came)
        return await self._faults(came, expects, who)

    async def _act(self, turn: SupportTurn, who: Person, where: str, came: Came) -> None:
        match turn.how:
            case "dm":
                self.root = await who.dm(turn.text)
            case "mention":
                self.root = await who.mention(where, turn.text)
            case "post":
                self.root = await who.post(where, turn.text)
            case "command":
                await who.command(where, "/support", turn.text)
            case "follow_up":
                await who.post(where, turn.text, thread_ts=self.root)
            case "wait":
                self.workspace.advance_clock(turn.seconds)
            case "shortcut":
                answer = await who.shortcut(turn.shortcut, where, self.root)
                assert answer["ok"], answer
            case "click":
                message, channel = await self._clicked(turn, who)
                action = next((one for one in _actions(message) if one.endswith(turn.action)), None)
                assert action is not None, f"no button {turn.action!r} under: {spoken(message)}"
                choice = {"value": turn.value} if turn.value else {}
                answer = await who.click(channel, message, action, **choice)
                assert answer["ok"], answer
                if answer.get("view"):
                    came.modal = answer["view"]
                    self.modal = (who, answer["view"])
                    if turn.action == "close":
                        # The scripts say nothing of the question how it ended: it was solved.
                        view = answer["view"]
                        done = {"resolution": {"resolution": "solved"}, "intent": {"intent": "-"}}
                        assert (await who.submit(view["id"], done))["ok"]
            case "form":
                assert self.modal is not None
                person, view = self.modal
                inputs = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
                values = {key: {key: turn.form[key]} for key in inputs if key in turn.form}
                answer = await person.submit(view["id"], values)
                assert answer["ok"], answer

    async def _clicked(self, turn: SupportTurn, who: Person) -> tuple[Json, str]:
        if turn.of == "reply":
            assert self.replies, f"no reply to press {turn.action!r} under"
            return self.replies[-1], self.where
        desk = sorted((await self._desk()).items(), reverse=True)
        kind = ("approve",) if turn.of == "draft" else ("claim", "close")
        for _, message in desk:
            if any(one.endswith(kind) for one in _actions(message)):
                return message, ESCALATION
        raise AssertionError(f"no {turn.of} to click")

    def _expected(self, turn: SupportTurn) -> int:
        if turn.how == "click" and turn.action in ("reply", "close", "edit", "reject", "wrong_intent"):
            return 0
        if turn.path and all(path in _NONE for path in turn.path):
            return 0
        return 1 if turn.path or turn.says or turn.says_any else 0

    async def _seen(self, reader: Person) -> dict[str, Json]:
        """Returns the bot's messages where the conversation is, as `reader` sees them."""
        if not self.where:
            return {}
        found = await reader.history(self.where)
        if self.root:
            found += await reader.replies(self.where, self.root)
        return {one["ts"]: one for one in found if one.get("user") == self.workspace.bot_user}

    async def _desk(self) -> dict[str, Json]:
        """Returns cards, drafts and what stands in their threads."""
        ana = self.workspace.person("ana")
        found = [one for one in await ana.history(ESCALATION) if one.get("user") == self.workspace.bot_user]
        for root in [one for one in found if not one.get("is_ephemeral")][:3]:
            found += await ana.replies(ESCALATION, root["ts"])
        return {one["ts"]: one for one in found if one.get("user") == self.workspace.bot_user}

    async def _wait_desk(self, before: dict[str, Json]) -> None:
        end = time.monotonic() + 5
        while time.monotonic() < end:
            now = await self._desk()
            if any(spoken(before.get(ts, {})) != spoken(one) for ts, one in now.items()):
                return
            await asyncio.sleep(0.1)

    async def _news(self, reader: Person, before: dict[str, Json], expects: int) -> list[Json]:
        end = time.monotonic() + (ANSWER_SECONDS if expects else NOTHING_SECONDS)
        new: list[Json] = []
        since = time.monotonic()
        while time.monotonic() < end:
            seen = await self._seen(reader)
            now = [one for ts, one in sorted(seen.items()) if spoken(before.get(ts, {})) != spoken(one)]
            if len(now) != len(new):
                new, since = now, time.monotonic()
            if expects and len(new) >= expects and time.monotonic() - since > QUIET_SECONDS:
                return new
            await asyncio.sleep(0.05)
        return new

    def _write(self, came: Came) -> None:
        turn = came.turn
        said = turn.text or turn.action or turn.shortcut or str(turn.form) or f"{turn.seconds} s"
        out = self.stage.transcript
        out.append(f"\n**{turn.who}** ({turn.how}, {turn.where}): {said}\n")
        if not came.messages and came.modal is None:
            out.append("> *no reply*\n")
        for message in came.messages:
            private = " (only you)" if message.get("is_ephemeral") else ""
            out.append(
                f"> **Deskhand**{private}\n" + "\n".join(f"> {line}" for line in spoken(message).splitlines()) + "\n"
            )
        for message in came.escalated:
            out.append(
                f">> **#{ESCALATION}**\n" + "\n".join(f">> {line}" for line in spoken(message).splitlines()) + "\n"
            )

    async def _faults(self, came: Came, expects: int, who: Person) -> list[str]:
        turn, text = came.turn, "\n".join(spoken(one) for one in came.messages)
        at = f"{turn.how} {turn.text or turn.action or turn.form!r}"
        desk = "\n".join(spoken(one) for one in came.escalated)
        new_cards = [one for one in came.escalated if any(a.endswith("claim") for a in _actions(one))]
        new_drafts = [one for one in came.escalated if any(a.endswith("approve") for a in _actions(one))]
        if turn.how == "wait":
            text = desk
        elif turn.how == "shortcut":
            new_drafts = came.messages
        plain = text.replace("**", "").casefold()
        faults = [f"{at}: does not say {words!r}" for words in turn.says if words.casefold() not in plain]
        if turn.says_any and not any(words.casefold() in plain for words in turn.says_any):
            faults.append(f"{at}: says none of {turn.says_any}")
        faults += [f"{at}: says {words!r}" for words in turn.never if words in text]
        if turn.path:
            taken = self._path(came, new_cards, new_drafts)
            if taken not in turn.path:
                faults.append(f"{at}: {taken} instead of {' or '.join(turn.path)}")
        counted = turn.path and set(turn.path).isdisjoint({"silent", "talk", "draft"})
        if turn.replies is None and counted and len(came.messages) != expects:
            faults.append(f"{at}: {len(came.messages)} replies instead of {expects}")
        memory = self.stage.recorded(came.messages[-1]) if came.messages else {}
        if turn.intent and memory.get("intent") != turn.intent:
            faults.append(f"{at}: takes it for {memory.get('intent')!r} instead of {turn.intent}")
        if turn.offered and set(memory.get("offered", ())) != set(turn.offered):
            faults.append(f"{at}: offers {memory.get('offered')}")
        if turn.slot and memory.get("slot") != turn.slot:
            faults.append(f"{at}: asks for {memory.get('slot')!r} instead of {turn.slot}")
        if turn.language == "zh" and came.messages and not any("\u4e00" <= one <= "\u9fff" for one in text):
            faults.append(f"{at}: is not in Chinese")
        if turn.to == "asker" and not all(one.get("is_ephemeral") for one in came.messages):
            faults.append(f"{at}: is not for the asker alone")
        if turn.to == "thread" and any(one.get("is_ephemeral") or not one.get("thread_ts") for one in came.messages):
            faults.append(f"{at}: does not stand in the thread")
        if turn.card == "none" and new_cards:
            faults.append(f"{at}: makes a card")
        if isinstance(turn.card, dict):
            faults += _card_faults(turn.card, desk, at)
        if turn.draft is not None:
            faults += self._draft_faults(turn.draft, new_drafts, at)
        faults += await self._nowhere(turn, at)
        if "<!channel>" in text + desk or "<!here>" in text + desk:
            pinged = [one for one in (*came.messages, *came.escalated) if "broadcast" in str(one.get("blocks"))]
            faults += [f"{at}: pings everybody"] if pinged else []
        return faults

    def _path(self, came: Came, cards: list[Json], drafts: list[Json]) -> str:
        if drafts and not came.messages:
            return "draft"
        if not came.messages:
            return "silent"
        if cards:
            return "handover"
        memory = self.stage.recorded(came.messages[-1])
        path = str(memory.get("path") or ("index" if memory.get("quoted") else "talk"))
        return {"dropped": "talk", "thanks": "talk"}.get(path, path)

    def _draft_faults(self, wanted: dict[str, Any], drafts: list[Json], at: str) -> list[str]:
        if not drafts:
            return [f"{at}: makes no draft"]
        text = spoken(drafts[-1])
        memory = self.stage.recorded(drafts[-1])
        faults = []
        if "intent" in wanted and memory.get("intent") != wanted["intent"]:
            faults.append(f"{at}: drafts for {memory.get('intent')!r}")
        words = _words(wanted.get("says_any"))
        if words and not any(one.casefold() in text.casefold() for one in words):
            faults.append(f"{at}: the draft says none of {words}")
        return faults

    async def _nowhere(self, turn: SupportTurn, at: str) -> list[str]:
        if not turn.nowhere:
            return []
        ana = self.workspace.person("ana")
        said = [one for channel in CHANNELS for one in await ana.history(channel)]
        said += list((await self._desk()).values()) + list(
            (await self._seen(self.workspace.person(self.asker))).values()
        )
        mine = [spoken(one) for one in said if one.get("user") == self.workspace.bot_user]
        return [f"{at}: {words!r} stands in a message" for words in turn.nowhere if any(words in one for one in mine)]


_WRITES = ("dm", "mention", "post", "command", "follow_up", "shortcut")


def _card_faults(wanted: dict[str, Any], desk: str, at: str) -> list[str]:
    if not desk:
        return [f"{at}: no card was made or changed"]
    low = desk.casefold()
    faults = []
    words = _words(wanted.get("says_any"))
    if words and not any(one.casefold() in low for one in words):
        faults.append(f"{at}: the card says none of {words}")
    for key in ("urgency", "sentiment"):
        if key in wanted and str(wanted[key]) not in low:
            faults.append(f"{at}: the card does not say {wanted[key]}")
    return faults


def _words(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())


def _actions(message: Json) -> list[str]:
    return [
        element["action_id"]
        for block in message.get("blocks", ())
        if block["type"] in ("actions", "context_actions")
        for element in block["elements"]
    ]
