"""The runtime with a handful of trivial listeners, in process for tests or as a program of its own.

As a program it takes its settings from the environment, as `deskhand run` does.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.config import load
from bot.delivery import Delivery, Outgoing
from bot.due import DueItem
from bot.logs import configure
from bot.runtime import Runtime, run


def answer(delivery: Delivery, event: Mapping[str, Any], number: int = 0, **fields: Any) -> Outgoing:
    """Returns a post into the thread of a message."""
    values: dict[str, Any] = {
        "id": f"{delivery.id}-{number}",
        "team": delivery.team,
        "kind": "post",
        "channel": event["channel"],
        "thread": None if "flat" in event["text"] else event.get("thread_ts") or event["ts"],
        "payload": {"text": f"answer to {event['text'].partition('> ')[2] or event['text']}"},
        "asker": event["user"],
        "question": event["text"],
        "question_ts": event["ts"],
    }
    return Outgoing(**{**values, **fields})


@dataclass
class SmallNotices:
    """Tells the asker in plain words."""

    calls: list[tuple[str, ...]] = field(default_factory=list)

    async def failed(self, delivery: str, team: str, body: Mapping[str, Any], reference: str) -> Sequence[Outgoing]:
        self.calls.append(("failed", reference))
        return [self._private(f"{delivery}-failed", team, body, f"something went wrong ({reference})")]

    async def given_up(self, delivery: str, team: str, body: Mapping[str, Any]) -> Sequence[Outgoing]:
        self.calls.append(("given_up",))
        return [self._private(f"{delivery}-given-up", team, body, "this was given up")]

    async def refused(self, answer: str, error: str) -> Sequence[Outgoing]:
        self.calls.append(("refused", answer, error))
        return []

    def _private(self, id: str, team: str, body: Mapping[str, Any], text: str) -> Outgoing:
        event = body["event"]
        return Outgoing(
            id=id,
            team=team,
            kind="ephemeral",
            channel=event["channel"],
            thread=event["ts"],
            person=event["user"],
            payload={"text": text},
        )


@dataclass
class SmallBot:
    """Answers each mention and each direct message; what the message says decides how."""

    notices: SmallNotices = field(default_factory=SmallNotices)
    runtime: Runtime | None = None
    seen: list[tuple[str, bool]] = field(default_factory=list)
    """(text, recovered) of each message worked on."""
    release: asyncio.Event = field(default_factory=asyncio.Event)

    async def attach(self, runtime: Runtime) -> None:
        self.runtime = runtime
        runtime.inbox.notices = runtime.outbox.notices = self.notices
        runtime.due.handler = self.due
        runtime.app.event("message")(self.message)
        runtime.app.event("app_mention")(self.message)
        runtime.app.command("/ask")(self.command)

    async def message(self, event: dict[str, Any], context: dict[str, Any]) -> None:
        delivery: Delivery = context["delivery"]
        text = event.get("text", "")
        addressed = f"<@{context['bot_user_id']}>" in text or event.get("channel_type") == "im"
        if event.get("subtype") or not addressed:
            return

        async def work() -> Sequence[Outgoing]:
            self.seen.append((text, delivery.recovered))
            if "poison" in text:
                os._exit(9)
            if "boom" in text:
                raise ValueError("the text of the question must not be logged: " + text)
            if "slow" in text:
                delivery.yield_turn()
                await self.release.wait()
            if "private" in text:
                return [answer(delivery, event, kind="ephemeral", person=event["user"])]
            return [answer(delivery, event)]

        delivery.run(work)

    async def command(self, ack: Any, body: dict[str, Any], context: dict[str, Any]) -> None:
        await ack()
        delivery: Delivery = context["delivery"]

        async def work() -> Sequence[Outgoing]:
            return [
                Outgoing(
                    id=delivery.id,
                    team=delivery.team,
                    kind="ephemeral",
                    channel=body["channel_id"],
                    person=body["user_id"],
                    payload={"text": f"private answer to {body['text']}", "response_url": body["response_url"]},
                    asker=body["user_id"],
                )
            ]

        delivery.run(work)

    async def due(self, item: DueItem) -> Sequence[Outgoing]:
        if item.payload.get("fails") and item.attempts == 0:
            raise RuntimeError("the first attempt fails")
        return [
            Outgoing(
                id=item.id,
                team=item.team,
                kind="post",
                channel=str(item.payload["channel"]),
                payload={"text": f"due: {item.key}"},
            )
        ]


async def main() -> None:
    await run(load(), SmallBot().attach, port=int(os.environ.get("PORT", "3000")))


if __name__ == "__main__":
    configure(verbose=False)
    asyncio.run(main())
