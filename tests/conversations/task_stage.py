"""Plays the scripted conversations about tasks with the real bot, and says what of each turn came out otherwise."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from task_faults import Came, faults_of, shown_in
from task_scripts import TaskConversation, TaskTurn, Unmade, day_named, next_start
from task_words import Json, Reader, offered

from bot.workspace.accounts import BOT_HANDLE, BY_HANDLE
from bot.workspace.testing import Person, RunningWorkspace

QUIET_SECONDS = 0.4
ANSWER_SECONDS = 12.0
NOTHING_SECONDS = 1.5
"""How long the bot may say nothing until a turn counts as unanswered."""
CLOCK_SECONDS = 2.5
"""The bot acts on what has become due within two seconds of the clock's move."""
ON_TIME = 3 * 3600
"""How many seconds late by the workspace's clock a conversation may begin."""

BERLIN = ZoneInfo("Europe/Berlin")
_MENTION = re.compile(rf"(?<![\w@<])@({'|'.join(handle for handle in BY_HANDLE if handle != BOT_HANDLE)})(?![a-z])")


@dataclass
class TaskStage:
    """A running workspace with the bot in it. `highest` is the highest number of a task that was ever shown."""

    workspace: RunningWorkspace
    transcript: list[str]
    highest: int = 0
    written: str = ""

    async def play(self, conversation: TaskConversation) -> list[str]:
        """Returns what is wrong with the replies of the conversation, each as a sentence."""
        await self._begin(conversation.clock)
        now = datetime.fromtimestamp(self.workspace.workspace.clock.now(), BERLIN)
        self.transcript.append(f"\n## {conversation.name}\n\n*{now:%A, %Y-%m-%d %H:%M}, Berlin*\n")
        scene = _Scene(self)
        return [fault for turn in conversation.turns for fault in await scene.turn(turn)]

    async def _begin(self, clock: str) -> None:
        """Moves the workspace's clock on to when a conversation begins, unless it is about that time."""
        now = self.workspace.workspace.clock.now()
        start = next_start(clock, datetime.fromtimestamp(now - ON_TIME, BERLIN)).timestamp()
        if start > now:
            self.workspace.advance_clock(start - now)
            await asyncio.sleep(CLOCK_SECONDS)


class _Scene:
    """One conversation as it goes on."""

    def __init__(self, stage: TaskStage) -> None:
        self.stage = stage
        self.workspace = stage.workspace
        self.roots: dict[str, list[str]] = {}
        self.numbers: list[int] = []

    async def turn(self, turn: TaskTurn) -> list[str]:
        """Plays a turn; returns what is wrong with what came of it."""
        who = self.workspace.person(turn.who)
        channel = who.channel(BOT_HANDLE if turn.where == "dm" else turn.where)
        before = await self._visible(who, channel)
        zone = ZoneInfo(BY_HANDLE[turn.who].zone)
        now = datetime.fromtimestamp(self.workspace.workspace.clock.now(), zone)
        try:
            text = _escaped(turn.written(now.date(), self.numbers), self.workspace)
        except Unmade as unmade:
            return [f"{turn.how} {turn.text!r}: no task was made that could be {unmade}"]
        self.stage.written += f"\n{text}\n{' '.join(turn.pick.values())}"
        faults = await self._act(turn, who, channel, text, now)
        messages = await self._news(who, channel, before, "any" if faults else turn.replies)
        after = datetime.fromtimestamp(self.workspace.workspace.clock.now(), zone)
        came = Came(turn, after if turn.how == "wait" else now, self.stage.written, messages, faults=faults)
        came.shown = shown_in([came.text], self.stage.highest)
        came.made = [number for number in came.shown if number > self.stage.highest]
        self.stage.highest = max([self.stage.highest, *came.made])
        self.numbers += came.made
        came.numbers = self.numbers
        faults = faults_of(came)
        self._write(came, text, faults)
        return faults

    async def _act(self, turn: TaskTurn, who: Person, channel: str, text: str, now: datetime) -> list[str]:
        """Does what the turn says; returns what could not be done."""
        roots = self.roots.setdefault(channel, [])
        match turn.how:
            case "mention":
                roots.append(await who.mention(channel, text))
            case "dm":
                roots.append(await who.post(channel, text))
            case "follow_up":
                await who.post(channel, text, thread_ts=roots[-1])
            case "command":
                await who.command(channel, "/task", text)
            case "wait":
                self.workspace.advance_clock(turn.seconds)
                await asyncio.sleep(CLOCK_SECONDS)
            case "click":
                return await self._click(turn, who, channel, now)
            case _:
                raise ValueError(f"nobody can {turn.how}")
        return []

    async def _click(self, turn: TaskTurn, who: Person, channel: str, now: datetime) -> list[str]:
        """Presses the button, and fills in the modal that it opens."""
        visible = sorted((await self._visible(who, channel)).items(), reverse=True)
        found = next(((one, pairs) for _, one in visible if (pairs := offered(one, turn.action.__eq__))), None)
        if found is None:
            return ["there is no such button"]
        message, pairs = found
        words = _picked(turn, now)
        rows = [pair for pair in pairs if len(pairs) == 1 or not words or _means(pair[1], words, now)]
        if not rows:
            return [f"no button names {words[0]}, but {[element['text']['text'] for _, element in pairs]}"]
        block, element = rows[0]
        choice = {"selected_user": words[0]} if element["type"] == "users_select" else {}
        if element["type"] == "button" and "value" in element:
            choice = {"value": element["value"]}
        answer = await who.click(channel, message, turn.action, block_id=block["block_id"], **choice)
        if not answer["ok"]:
            return [f"the click is refused: {answer['error']}"]
        if "view" not in answer:
            chosen = not words or len(pairs) > 1 or element["type"] == "users_select"
            return [] if chosen else [f"no modal came in which to pick {words[0]}"]
        return await self._submit(turn, who, answer["view"], words, now)

    async def _submit(self, turn: TaskTurn, who: Person, view: Json, words: list[str], now: datetime) -> list[str]:
        """Chooses in the modal what the turn picks, and sends it off."""
        shown = Reader(now).read(view).replace("\n", "\n> ")
        self.stage.transcript.append(f"\n*modal*\n\n> {shown}\n")
        inputs = [one for one in view["blocks"] if one["type"] == "input" and turn.pick.get("field", "") in _key(one)]
        for block in inputs:
            value = _typed(turn, block["element"], words, now)
            if value is not None:
                values = {block["block_id"]: {block["element"]["action_id"]: value}}
                answer = await who.submit(view["id"], values)
                return [f"the modal refuses: {answer}"] if not answer["ok"] or "errors" in answer else []
        await who.close_view(view["id"])
        return [f"the modal takes no {words}"]

    async def _visible(self, who: Person, channel: str) -> dict[str, Json]:
        """Returns the bot's messages here that `who` can read: outside threads, and in this conversation's own."""
        found = await who.history(channel)
        for root in self.roots.get(channel, ()):
            found += await who.replies(channel, root)
        return {
            one["ts"]: one for one in found if one.get("user") == self.workspace.bot_user and not one.get("streaming")
        }

    async def _news(self, who: Person, channel: str, before: dict[str, Json], replies: int | str) -> list[Json]:
        """Returns the messages that are new or changed, once as many as expected have come and nothing follows."""
        expects = 1 if replies == "any" else int(replies)
        end = time.monotonic() + (NOTHING_SECONDS if replies == "any" else ANSWER_SECONDS)
        new: list[Json] = []
        since = time.monotonic()
        while time.monotonic() < end:
            visible = sorted((await self._visible(who, channel)).items())
            now = [one for ts, one in visible if _content(before.get(ts, {})) != _content(one)]
            if [_content(one) for one in now] != [_content(one) for one in new]:
                new, since = now, time.monotonic()
            if len(new) >= expects and time.monotonic() - since > QUIET_SECONDS:
                break
            await asyncio.sleep(0.05)
        return new

    def _write(self, came: Came, text: str, faults: list[str]) -> None:
        turn, out = came.turn, self.stage.transcript
        said = text if len(text) < 400 else f"{text[:200]} … ({len(text)} characters)"
        did = f"{turn.action} {' '.join(turn.pick.values())}" if turn.how == "click" else said or f"{turn.seconds} s"
        out.append(f"\n**{turn.who}** ({turn.how}, {turn.where}): {did}\n")
        if not came.messages:
            out.append("> *no reply*\n")
        for message in came.messages:
            private = " (only you)" if message.get("is_ephemeral") else ""
            lines = "\n".join(f"> {line}" for line in came.reader.read(message).splitlines())
            out.append(f"> **Deskhand**{private}\n{lines}\n")
        out.extend(f"- ✗ {fault}" for fault in faults)


def _escaped(text: str, workspace: RunningWorkspace) -> str:
    """Returns the text with `@ana` as Slack's clients send it."""
    return _MENTION.sub(lambda mention: f"<@{workspace.user_id(mention[1])}>", text)


def _content(message: Json) -> tuple[object, object]:
    return message.get("blocks"), message.get("text")


def _picked(turn: TaskTurn, now: datetime) -> list[str]:
    """Returns what the turn picks, in each form in which a button or a menu may hold it; empty for nothing."""
    pick = turn.pick
    if "person" in pick:
        person = BY_HANDLE[pick["person"]]
        return [person.id, person.name, f"@{person.handle}"]
    if "day" in pick:
        return [day_named(pick["day"], now.date()).isoformat()]
    return [pick["text"]] if "text" in pick else []


def _means(element: Json, words: list[str], now: datetime) -> bool:
    """Returns whether a button or an option is that of one of the words."""
    shown = f"{Reader(now).dated(element['text']['text'])}\n{element.get('value', '')}"
    return any(one in shown for one in words)


def _key(block: Json) -> str:
    return f"{block['block_id']} {block['label']['text']}".casefold()


def _typed(turn: TaskTurn, element: Json, words: list[str], now: datetime) -> str | list[str] | None:
    """Returns the value with which an input takes what the turn picks; None when it can't."""
    match element["type"]:
        case "users_select" | "conversations_select" if "person" in turn.pick:
            return words[0]
        case "multi_users_select" if "person" in turn.pick:
            return [words[0]]
        case "static_select" | "radio_buttons":
            return next((str(one["value"]) for one in element["options"] if _means(one, words, now)), None)
        case "datepicker" if "day" in turn.pick:
            return words[0]
        case "plain_text_input" if "person" not in turn.pick:
            return words[0]
        case _:
            return None
