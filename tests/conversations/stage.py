"""Plays the scripted conversations: the real bot over a real socket in the real local workspace."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts import Conversation, Planted, Turn

from bot import knowledge
from bot.config import Settings
from bot.start import start
from bot.store.engine import Database, database_url
from bot.workspace import accounts
from bot.workspace.testing import Person, RunningWorkspace, running_workspace
from index.encoders.catalog import open_encoder
from index.library import Library
from index.types import EVERYONE, Document, Section

Json = dict[str, Any]

ANSWER_SECONDS = 15.0
QUIET_SECONDS = 0.25
"""How long nothing new may come before a turn counts as answered."""


@dataclass
class Heard:
    """The replies to one turn, as its writer reads them, and whether each is for the writer alone."""

    turn: Turn
    messages: list[Json] = field(default_factory=list)
    modal: Json | None = None

    @property
    def text(self) -> str:
        return "\n".join(spoken(message) for message in self.messages)

    @property
    def public(self) -> str:
        return "\n".join(spoken(message) for message in self.messages if not message.get("is_ephemeral"))


@dataclass
class Stage:
    """A running workspace with the bot in it. `transcript` collects what was said, for people to read."""

    workspace: RunningWorkspace
    transcript: list[str] = field(default_factory=list)

    async def play(self, conversation: Conversation) -> list[Heard]:
        """Returns what was heard at each turn of the conversation."""
        self.transcript.append(f"\n## {conversation.name}\n")
        heard: list[Heard] = []
        last = ""
        for turn in conversation.turns:
            now, last = await self._turn(turn, heard[-1] if heard else None, last)
            heard.append(now)
            self._write(now)
        return heard

    async def _turn(self, turn: Turn, before: Heard | None, last: str) -> tuple[Heard, str]:
        """Plays one turn; `last` is the ts of the message under which the conversation goes on."""
        who = self.workspace.person(turn.who)
        where = "deskhand" if turn.where == "dm" else turn.where
        heard = Heard(turn)
        if turn.how in ("mention", "dm", "command"):
            last = ""
        seen = await self._visible(who, where, last)
        match turn.how:
            case "mention":
                last = await who.mention(where, turn.text)
            case "dm":
                last = await who.dm(turn.text)
            case "follow_up":
                await who.post(where, turn.text, thread_ts=last)
            case "command":
                await who.command(where, "/ask", turn.text)
            case "edit":
                await who.client.chat_update(
                    channel=who.channel(where), ts=last, text=f"<@{self.workspace.bot_user}> {turn.text}"
                )
            case "click":
                assert before is not None
                message = before.messages[-1] if before.messages else {}
                answer = await who.click(where, message, turn.action)
                assert answer["ok"], answer
                heard.modal = answer.get("view")
                heard.messages = [{"text": "", "blocks": heard.modal["blocks"]}] if heard.modal else []
        if heard.modal is None:
            heard.messages = await self._new(who, where, last, seen, turn.replies)
        if heard.modal is not None:
            await who.close_view(heard.modal["id"])
            heard.messages = before.messages if before and not heard.messages else heard.messages
        return heard, last

    async def _visible(self, who: Person, where: str, thread: str) -> dict[str, Json]:
        """Returns the bot's messages that `who` can read: in the thread, and in the channel outside threads."""
        found = await who.history(where)
        if thread:
            found += await who.replies(where, thread)
        return {
            message["ts"]: message
            for message in found
            if message.get("user") == self.workspace.bot_user and not message.get("streaming")
        }

    async def _new(self, who: Person, where: str, thread: str, seen: dict[str, Json], count: int) -> list[Json]:
        """Returns the messages that are new or changed once `count` have come and nothing more follows."""
        end = time.monotonic() + ANSWER_SECONDS
        new: list[Json] = []
        since = time.monotonic()
        while time.monotonic() < end:
            visible = await self._visible(who, where, thread)
            now = [message for ts, message in sorted(visible.items()) if spoken(seen.get(ts, {})) != spoken(message)]
            if len(now) != len(new):
                new, since = now, time.monotonic()
            if len(new) >= count and time.monotonic() - since > QUIET_SECONDS:
                return new
            await asyncio.sleep(0.03)
        return new

    def _write(self, heard: Heard) -> None:
        turn = heard.turn
        said = turn.text or turn.action or "(nothing)"
        self.transcript.append(f"\n**{turn.who}** ({turn.how}, {turn.where}): {said}\n")
        if not heard.messages:
            self.transcript.append("> *no reply*\n")
        for message in heard.messages:
            private = " (only you)" if message.get("is_ephemeral") else ""
            kind = " modal" if heard.modal else private
            lines = "\n".join(f"> {line}" for line in spoken(message).splitlines())
            self.transcript.append(f"> **Deskhand**{kind}\n{lines}\n")


_DATE = re.compile(r"<!date\^[^|>]*\|([^>]*)>")


def _fallback(date: re.Match[str]) -> str:
    return date[1]


def spoken(message: Json) -> str:
    """Returns the words of a message as its blocks show them, else its text."""
    blocks = message.get("blocks") or []
    lines = [line for block in blocks for line in _lines(block)]
    return "\n".join(lines) if lines else str(message.get("text", ""))


def _lines(block: Json) -> Iterable[str]:
    match block["type"]:
        case "rich_text":
            for element in block["elements"]:
                text = "".join(_inline(inner) for inner in element.get("elements", ()))
                quoted = element["type"] == "rich_text_quote"
                yield from (f"│ {line}" if quoted else line for line in text.splitlines())
        case "section":
            yield from ([block["text"]["text"]] if "text" in block else [])
            yield from (one["text"] for one in block.get("fields", ()))
        case "context":
            yield from (f"_{_DATE.sub(_fallback, one['text'])}_" for one in block["elements"] if "text" in one)
        case "header":
            yield block["text"]["text"]
        case "actions":
            yield " ".join(f"[{one['text']['text']}]" for one in block["elements"] if "text" in one)
        case "context_actions":
            yield "[👍] [👎]"


def _inline(element: Json) -> str:
    match element["type"]:
        case "link":
            return f"{element.get('text', '')}"
        case "user":
            return f"<@{element['user_id']}>"
        case "channel":
            return f"<#{element['channel_id']}>"
        case "date":
            return str(element["fallback"])
        case "broadcast":
            return f"<!{element['range']}>"
        case _:
            text = str(element.get("text", ""))
            return f"**{text}**" if element.get("style", {}).get("bold") else text


@contextlib.asynccontextmanager
async def staged(data: Path, planted: Iterable[Planted]) -> AsyncIterator[Stage]:
    """A workspace with the bot in it, the demo handbook and `planted` in its index."""
    stop = asyncio.Event()
    async with running_workspace(data) as workspace:
        settings = Settings.model_validate(
            {
                "data": data,
                "bot_token": workspace.bot_token,
                "app_token": workspace.app_token,
                "slack": {"api_url": workspace.api_url},
                "clock_url": f"{workspace.url}/workspace/clock",
            }
        )
        bot = asyncio.create_task(start(settings, demo=True, stop=stop))
        try:
            await _ready(workspace, bot)
            await _plant(settings, workspace, planted)
            yield Stage(workspace)
        finally:
            stop.set()
            await bot


async def _ready(workspace: RunningWorkspace, bot: asyncio.Task[None]) -> None:
    waiting = asyncio.create_task(workspace.wait_for_sockets(1, timeout=240))
    await asyncio.wait((waiting, bot), return_when=asyncio.FIRST_COMPLETED)
    if bot.done():
        waiting.cancel()
        bot.result()
    await waiting


async def _plant(settings: Settings, workspace: RunningWorkspace, planted: Iterable[Planted]) -> None:
    database = Database(database_url(None, settings.data))
    encoders = [open_encoder(name) for name in knowledge.EMBEDDED]
    library = await Library.open(database.sessions, encoders, settings.data / "planting")
    documents = {
        one.title: Document(
            key=f"planted:{one.title}",
            title=one.title,
            sections=(Section((), one.text.strip(), line=1),),
            source="planted",
            place=f"planted/{one.title}.txt",
            visible_to=frozenset(map(workspace.channel, one.visible_to)) or frozenset({EVERYONE}),
        )
        for one in planted
    }
    await library.add(accounts.TEAM_ID, list(documents.values()))
    await library.close()
    await database.close()
    # The bot looks for what other processes changed twice a second.
    await asyncio.sleep(1.2)
