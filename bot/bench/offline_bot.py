"""The whole bot but for Slack: real Bolt, inbox, store, router, index, skills and outbox, on the demo index."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from slack_bolt.request.async_request import AsyncBoltRequest

from bot import knowledge
from bot.app import build_app
from bot.bench.measured import NotMeasured
from bot.bench.offline_client import OfflineClient
from bot.clock import Clock
from bot.config import Settings
from bot.config import Slack as SlackSettings
from bot.discovery import installed_skills, migration_branches
from bot.due import Due
from bot.inbox import ENVELOPE_HEADER, Inbox
from bot.outbox import Outbox
from bot.replica import Replica
from bot.router import Router, open_router
from bot.runtime import Runtime
from bot.scheduler import Ticks
from bot.sending import Courier
from bot.slack import Identity, open_session
from bot.start import HANDBOOK
from bot.store.upgrade import open_database
from bot.surface import attach_surface
from bot.turns import Turns
from bot.workspace.accounts import BOT_ID, BOT_USER, PEOPLE, TEAM_ID
from index.encoders.base import Encoder
from index.library import Library
from index.sources import Sources

CHANNEL = "C0GENERAL"
_LONGEST_WAIT = 30.0


@dataclass
class OfflineBot:
    """The running bot, and how it is asked."""

    runtime: Runtime
    library: Library
    router: Router
    client: OfflineClient
    _asked: int = 0

    async def ask(self, question: str) -> float:
        """Mentions the bot; returns the seconds from Bolt's receiving the event to the reply handed to the client.

        As Slack does, it delivers a mention as two events, `app_mention` and `message`, one of which is dropped.
        """
        self._asked += 1
        person = PEOPLE[self._asked % len(PEOPLE)].id
        ts = f"{1_790_000_000 + self._asked}.000100"
        requests = [_delivery(kind, f"Ev{self._asked}{kind}", person, ts, question) for kind in _KINDS]
        reply = self.client.awaited[ts] = asyncio.get_running_loop().create_future()
        began = time.perf_counter()
        await asyncio.gather(*(self.runtime.app.async_dispatch(request) for request in requests))
        try:
            handed_over: float = await asyncio.wait_for(reply, _LONGEST_WAIT)
        except TimeoutError:
            raise NotMeasured(f"a question was not answered within {_LONGEST_WAIT:.0f} s") from None
        await self.runtime.outbox.drained()
        await self.runtime.inbox.finish(_LONGEST_WAIT)
        return handed_over - began


@contextlib.asynccontextmanager
async def offline_bot(data: Path) -> AsyncIterator[OfflineBot]:
    """Starts the bot with the demo handbook indexed under `data`."""
    settings = Settings(data=data, slack=SlackSettings(requests_per_minute=1_000_000))
    encoders: list[Encoder] = list(await asyncio.to_thread(lambda: knowledge.encoders(settings).encoders))
    client = OfflineClient()
    identity = Identity(TEAM_ID, "", "", BOT_USER, "deskhand", BOT_ID, None, frozenset())
    async with contextlib.AsyncExitStack() as opened:
        session = await opened.enter_async_context(open_session())
        database = await open_database(data, branches=migration_branches(installed_skills()))
        opened.push_async_callback(database.close)
        replica = Replica(database)
        outbox = Outbox(database, Courier(client, session), replica.id)
        inbox = Inbox(database, outbox, replica.id, Turns())
        app = build_app(client, identity, None)
        inbox.attach(app, TEAM_ID)
        clock = Clock()
        due = Due(database, outbox, replica.id, clock)
        runtime = Runtime(
            settings, session, client, identity, database, replica, app, inbox, outbox, due, clock, Ticks(), opened
        )
        library = await Library.open(database.sessions, encoders, knowledge.snapshots(settings))
        opened.push_async_callback(library.close)
        await Sources(database.sessions, library).bring(TEAM_ID, str(HANDBOOK))
        skills = installed_skills()
        router = await asyncio.to_thread(open_router, skills, encoders)
        await attach_surface(runtime, skills, library, router)
        library.follow()
        runtime.ready = True
        yield OfflineBot(runtime, library, router, client)
        await outbox.stop(1.0)


_KINDS = ("app_mention", "message")


def _delivery(kind: str, id: str, person: str, ts: str, question: str) -> AsyncBoltRequest:
    event: dict[str, Any] = {
        "type": kind,
        "user": person,
        "text": f"<@{BOT_USER}> {question}",
        "ts": ts,
        "event_ts": ts,
        "channel": CHANNEL,
        "channel_type": "channel",
        "team": TEAM_ID,
    }
    body = {
        "type": "event_callback",
        "team_id": TEAM_ID,
        "api_app_id": "A0DESKHAND",
        "event_id": id,
        "event_time": int(float(ts)),
        "event": event,
    }
    return AsyncBoltRequest(mode="socket_mode", body=body, headers={ENVELOPE_HEADER: id})
