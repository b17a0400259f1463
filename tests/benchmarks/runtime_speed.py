"""What the runtime itself costs a message, part by part: Bolt, inbox, turns, outbox; no skill, no network.

    python tests/benchmarks/runtime_speed.py [--messages 1000]

Prints one JSON object: milliseconds, p50 and p95, from the event's arrival until it is stored and acked, and until its
reply is handed to Slack's client; and of each part alone.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.app import build_app
from bot.delivery import Delivery, Outgoing
from bot.inbox import Inbox
from bot.outbox import Outbox
from bot.sending import Courier, Sent
from bot.slack import Identity, open_session, web_client
from bot.store import inbox_rows
from bot.store.upgrade import open_database
from bot.turns import Turns

IDENTITY = Identity("T1", "team", "https://example.org/", "UBOT", "deskhand", "BBOT", None, frozenset())


class NotingCourier(Courier):
    """Notes when a row was handed to the client, and sends nothing."""

    handed_at = 0.0

    async def send(self, item: Any, target_ts: str | None = None) -> Sent:
        self.handed_at = time.perf_counter()
        return Sent("1.0")


def event(number: int) -> dict[str, Any]:
    fields = {
        "type": "message",
        "channel": "C1",
        "user": "U1",
        "text": "how long do refunds take?",
        "ts": f"{number}.1",
    }
    return {"type": "event_callback", "team_id": "T1", "event_id": f"Ev{number}", "event": fields}


async def listener(event: dict[str, Any], context: dict[str, Any]) -> None:
    delivery: Delivery = context["delivery"]

    async def work() -> Sequence[Outgoing]:
        return [
            Outgoing(
                id=delivery.id,
                team=delivery.team,
                kind="post",
                channel=event["channel"],
                thread=event["ts"],
                payload={"text": "an answer", "blocks": [{"type": "markdown", "text": "an answer " * 50}]},
                question=event["text"],
                question_ts=event["ts"],
            )
        ]

    delivery.run(work)


async def measured(count: int, one: Callable[[int], Awaitable[object]]) -> dict[str, float]:
    for number in range(50):
        await one(-1 - number)
    times = []
    for number in range(count):
        began = time.perf_counter()
        await one(number)
        times.append((time.perf_counter() - began) * 1000)
    return figures(times)


def figures(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {"p50": round(ordered[len(ordered) // 2], 3), "p95": round(ordered[int(len(ordered) * 0.95)], 3)}


async def main(messages: int, folder: Path) -> None:
    async with open_session() as session:
        client = web_client("xoxb-none", "http://127.0.0.1:9/api/", session)
        database = await open_database(folder)
        courier = NotingCourier(client, session)
        outbox = Outbox(database, courier, "bench")
        inbox = Inbox(database, outbox, "bench", Turns())
        app, bare = build_app(client, IDENTITY, None), build_app(client, IDENTITY, None)
        inbox.attach(app, "T1")
        app.event("message")(listener)

        async def nothing(event: dict[str, Any]) -> None:
            return None

        bare.event("message")(nothing)

        async def dispatch(to: AsyncApp, number: int) -> None:
            await to.async_dispatch(AsyncBoltRequest(body=event(number), mode="socket_mode"))

        acked, handed = [], []
        for number in range(messages):
            began = time.perf_counter()
            await dispatch(app, number)
            acked.append((time.perf_counter() - began) * 1000)
            await inbox.finish(5)
            await outbox.drained()
            handed.append((courier.handed_at - began) * 1000)

        async def insert(number: int) -> None:
            await database.run(lambda c: inbox_rows.keep(c, "T1", f"x{number}", None, event(number), "bench"))

        async def hop(_: int) -> None:
            await database.run(lambda _: None)

        print(
            json.dumps(
                {
                    "messages": messages,
                    "acked_ms": figures(acked),
                    "handed_to_client_ms": figures(handed),
                    "parts_ms": {
                        "bolt_dispatch_alone": await measured(messages, lambda number: dispatch(bare, number)),
                        "inbox_insert": await measured(messages, insert),
                        "empty_transaction": await measured(messages, hop),
                    },
                }
            )
        )
        await database.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=1000)
    with tempfile.TemporaryDirectory() as temporary:
        asyncio.run(main(parser.parse_args().messages, Path(temporary)))
