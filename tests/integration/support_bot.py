"""The whole bot with a small answer book, in process, in a local workspace: real Bolt, real sockets, real database."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from in_process import bot_in_process

from bot.router import FALLBACK, NONE, Route
from bot.runtime import Runtime
from bot.surface import attach_surface
from bot.workspace.accounts import TEAM_ID
from bot.workspace.testing import Person, RunningWorkspace
from index.encoders.base import Encoder
from index.library import Library
from index.search import QuestionVectors
from skills.base import Skill
from skills.support.book.answer_book import AnswerBook, Intent
from skills.support.book.rows import Books
from skills.support.settings.modes import settle_escalation

Json = dict[str, Any]

ALERTS = "C0ALERTS"

BOOK = AnswerBook(
    ("en", "zh"),
    (
        Intent(
            "order_status",
            "Where an order is",
            {
                "en": (
                    "where is my order",
                    "has my parcel been sent yet",
                    "my package is late",
                    "any news about my delivery",
                    "tracking has not moved for days",
                    "when will my order arrive",
                    "did you ship my order",
                    "my parcel still has not come",
                ),
                "zh": ("我的订单到哪了", "发货了吗", "快递怎么还没到", "物流三天没动了", "包裹什么时候能到"),
            },
            {
                "en": ("You can follow order {order_number} under My orders.",),
                "zh": ("订单 {order_number} 的物流在“我的订单”里可以看到。",),
            },
            ("https://shop.example/orders",),
            "ana",
        ),
        Intent(
            "cancel_order",
            "Cancel an order",
            {
                "en": (
                    "I want to cancel my order",
                    "please stop my order, don't send it",
                    "changed my mind, I don't want it any more",
                    "undo my purchase please",
                    "how do I get out of this order",
                    "cancel it",
                    "ordered by accident, please cancel",
                    "call off the order I placed",
                ),
                "zh": ("我要取消订单", "刚下的单不要了", "请把订单取消", "不想买了，取消吧", "撤单"),
            },
            {"en": ("Order {order_number} can be cancelled until it is packed.",)},
        ),
        Intent(
            "newsletter",
            "No more advertising mails",
            {
                "en": (
                    "unsubscribe me from your newsletter",
                    "stop sending me advertising mails",
                    "how do I get rid of the marketing mails",
                    "too many promotional mails, remove me",
                    "I don't want your newsletter any more",
                    "take me off the mailing list",
                ),
                "zh": ("退订邮件", "不要再给我发广告邮件", "怎么取消订阅", "营销邮件太多了", "别再发促销邮件了"),
            },
            {"en": ("Untick News and offers under My account.",), "zh": ("在“我的账户”里取消勾选即可。",)},
        ),
    ),
)

EXPRESS = "Standard shipping costs 4.90 euro. Express shipping takes one day and costs 12 euro."


class ToSupport:
    """Takes everything for a customer's question but what speaks of documents: routing has tests of its own."""

    def route(self, question: QuestionVectors) -> Route:
        return Route(FALLBACK, NONE, 1.0) if "document" in question.text else Route("support", "", 1.0)


@dataclass
class SupportBot:
    """The bot at work in its workspace, and what its people see."""

    workspace: RunningWorkspace
    runtime: Runtime

    def person(self, handle: str) -> Person:
        return self.workspace.person(handle)

    async def card(self, who: str = "ana", channel: str = "alerts", holding: str = "") -> Json:
        """Returns the newest message of the bot in the escalation channel whose text holds some words."""

        async def look() -> Json | None:
            found = await self.person(who).history(channel)
            mine = [one for one in found if one.get("user") == self.workspace.bot_user and holding in shown(one)]
            return mine[0] if mine else None

        return await eventually(look, f"a card with {holding!r}")

    async def cards(self, channel: str = "alerts") -> list[Json]:
        """Returns the bot's messages in the escalation channel, newest first."""
        found = await self.person("ana").history(channel)
        return [one for one in found if one.get("user") == self.workspace.bot_user]

    async def settled(self, seconds: float = 0.4) -> None:
        """Waits until nothing is on its way to the bot, and a moment longer."""
        await self.workspace.wait_until_idle()
        await asyncio.sleep(seconds)


Start = Callable[..., AbstractAsyncContextManager[SupportBot]]


async def eventually(look: Callable[[], Any], what: str, seconds: float = 10.0) -> Any:
    """Returns the first true value that `look` returns, else fails."""
    end = asyncio.get_running_loop().time() + seconds
    while not (found := await look()):
        assert asyncio.get_running_loop().time() < end, f"waited for {what}"
        await asyncio.sleep(0.03)
    return found


def shown(message: Json) -> str:
    """Returns all that a message shows: its text and every text of its blocks."""
    texts: list[str] = [message.get("text", "").replace("*", "")]

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            texts.extend(value for key, value in node.items() if key == "text" and isinstance(value, str))
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(message.get("blocks"))
    return "\n".join(texts)


def actions(message: Json) -> list[str]:
    """Returns the action ids of a message's buttons."""
    return [
        element["action_id"]
        for block in message.get("blocks", ())
        if block["type"] in ("actions", "context_actions")
        for element in block["elements"]
    ]


@asynccontextmanager
async def running(
    workspace: RunningWorkspace,
    data: Path,
    learned: Path | None,
    encoders: list[Encoder],
    book: AnswerBook = BOOK,
    **settings: Any,
) -> AsyncIterator[SupportBot]:
    if learned is not None and not (data / "support").exists():
        shutil.copytree(learned / "support", data / "support")

    async def attach(runtime: Runtime, skills: Sequence[Skill], library: Library) -> SupportBot:
        sessions = runtime.database.sessions
        books = Books(sessions)
        if not await books.version(TEAM_ID):
            await books.replace(TEAM_ID, book, "test", 0.0)
        await settle_escalation(sessions, TEAM_ID, ALERTS)
        await attach_surface(runtime, skills, library, ToSupport())
        return SupportBot(workspace, runtime)

    settings["clock_url"] = f"{workspace.url}/workspace/clock"
    async with bot_in_process(workspace, data, encoders, {"Shipping": EXPRESS}, attach, **settings) as bot:
        yield bot


def inputs(view: Json) -> dict[str, Json]:
    """Returns the inputs of a modal by their block ids."""
    return {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}
