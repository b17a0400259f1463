"""Accepted means kept: what Slack delivers is stored before it is acked, worked on in order, and done once.

https://docs.slack.dev/apis/events-api/ (retries), https://docs.slack.dev/apis/events-api/using-socket-mode/ (acks)
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.listener.async_listener_completion_handler import AsyncListenerCompletionHandler
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot.delivery import Notices, Outgoing
from bot.outbox import Outbox
from bot.store import inbox_rows
from bot.store.engine import Database
from bot.store.inbox_rows import Kept
from bot.turns import Turn, Turns
from bot.twins import Twins

log = logging.getLogger("deskhand.inbox")

ENVELOPE_HEADER = "x-deskhand-envelope"
"""Carries a Socket Mode envelope's id, which Bolt drops, to the middleware."""
ATTEMPTS = 3
"""Attempts by later processes after which a delivery is given up: it has ended every process that took it up."""
ALONE_SECONDS = 10.0
"""How long a delivery that a process has died over runs alone, so that it can be told from those beside it."""

DOUBTED = 2
"""Attempts after which the next one waits until the process has lived `CALM_SECONDS`."""
CALM_SECONDS = 3.0
"""A process that is killed again and again as it starts dies over whatever it has in hand; one that has run calmly for
so long, and dies when it takes a delivery up, has died of it."""

_SPOKEN = frozenset({None, "file_share", "thread_broadcast", "me_message", "bot_message"})
"""Subtypes of `message` events that are somebody's words, with a `ts` of their own."""

Work = Callable[[], Awaitable[Sequence[Outgoing]]]


class StoredDelivery:
    """See `bot.delivery.Delivery`."""

    def __init__(self, inbox: Inbox, kept: Kept, *, recovered: bool) -> None:
        self.id = delivery_id(kept.team, kept.delivery)
        self.team = kept.team
        self.row = kept.row
        self.body = kept.body
        self.recovered = recovered
        self.settled = asyncio.Event()
        self.counted = False
        """Whether the attempt at hand is written down."""
        self._inbox = inbox
        self._turn: Turn | None = None
        self.started = False

    def run(self, work: Work) -> None:
        if self.started:
            raise RuntimeError("a delivery runs one piece of work")
        self.started = True
        self._inbox.start(self, work)

    def yield_turn(self) -> None:
        self.settled.set()
        if self._turn is not None:
            self._turn.release()

    def take(self, turn: Turn) -> None:
        self._turn = turn


class Inbox:
    """The middleware, the work behind it, and what an earlier process left undone. `owner` is this replica's id."""

    def __init__(self, database: Database, outbox: Outbox, owner: str, turns: Turns) -> None:
        self._database = database
        self._outbox = outbox
        self._owner = owner
        self._turns = turns
        self._app: AsyncApp | None = None
        self._team = ""
        self._twins = Twins()
        self._open = 0
        self._recovering: set[asyncio.Task[None]] = set()
        self._idle = asyncio.Event()
        self._idle.set()
        self.notices: Notices | None = None
        self.foresee: Callable[[str, Mapping[str, Any]], None] | None = None
        """Called with the team and body of what is about to be stored: to begin what may be begun by then."""

    def attach(self, app: AsyncApp, team: str) -> None:
        """Makes `app` store before it listens. Call it before any listener is registered.

        `team` is the bot's own, for payloads that name none.
        """
        self._app = app
        self._team = team
        app.middleware(self._store)
        app.error(self._on_error)
        app.listener_runner.listener_completion_handler = _Completion()

    @property
    def open(self) -> int:
        """How many deliveries this process is at work on."""
        return self._open

    async def finish(self, seconds: float) -> None:
        """Waits up to `seconds` for what was accepted; what is left stays stored for the next process."""
        for task in self._recovering:
            task.cancel()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), seconds)
        await self._turns.finish(0)

    # Arrival

    async def expect(self, body: Mapping[str, Any]) -> bool:
        """Called with a verified payload before Bolt gets it, which takes its time as well.

        Returns whether it may be acked at once: it is the other event of a message that is stored.
        """
        team = str(body.get("team_id") or self._team)
        message = message_key(body)
        if message is not None and await self._twins.stored((team, message)):
            return True
        if self.foresee is not None:
            self.foresee(team, body)
        return False

    async def _store(
        self,
        req: AsyncBoltRequest,
        body: dict[str, Any],
        next: Callable[[], Awaitable[None]],
        ack: Callable[[], Awaitable[BoltResponse]],
    ) -> BoltResponse | None:
        if "delivery" in req.context or body.get("type") == "block_suggestion":
            await next()
            return None
        team = req.context.team_id or self._team
        # A socket's payloads were expected before; those of HTTP are verified only now.
        if self.foresee is not None and req.mode == "http":
            self.foresee(team, body)
        envelope = req.headers.get(ENVELOPE_HEADER, [None])[0]
        delivery, message = keys(body, envelope)
        row = await self._keep(team, delivery, message, body)
        if row is None:
            log.debug("dropped a second delivery", extra={"delivery": delivery})
            return await ack()
        self._enter(req, StoredDelivery(self, Kept(row, team, delivery, body, 0), recovered=False))
        await next()
        return None

    async def _keep(self, team: str, delivery: str, message: str | None, body: dict[str, Any]) -> int | None:
        """Returns the new row's number, or None for what is here already."""

        async def store() -> int | None:
            return await self._database.run(
                lambda connection: inbox_rows.keep(connection, team, delivery, message, body, self._owner)
            )

        return await store() if message is None else await self._twins.store((team, message), store)

    def _enter(self, req: AsyncBoltRequest, delivery: StoredDelivery) -> None:
        req.context["delivery"] = delivery
        self._open += 1
        self._idle.clear()

    # Work

    def start(self, delivery: StoredDelivery, work: Work) -> None:
        """Works on `delivery` when its channel's turn has come."""

        async def in_turn(turn: Turn) -> None:
            delivery.take(turn)
            try:
                await self._work(delivery, work)
            finally:
                self.leave(delivery)

        self._turns.start(place_of(delivery.body) or delivery.id, in_turn)

    def leave(self, delivery: StoredDelivery) -> None:
        self._open -= 1
        if not self._open:
            self._idle.set()
        delivery.settled.set()

    async def close_unused(self, delivery: StoredDelivery) -> None:
        """Marks a delivery done whose listener had nothing to do."""
        try:
            await self._settle(delivery, ())
        finally:
            self.leave(delivery)

    async def _work(self, delivery: StoredDelivery, work: Work) -> None:
        if delivery.recovered and not delivery.counted and not await self._begin(delivery.row):
            log.warning("another replica took a delivery over", extra={"delivery": delivery.id})
            return
        try:
            outgoing = await work()
        except Exception as error:
            outgoing = await self._explain(delivery, error)
        await self._settle(delivery, outgoing)

    async def _explain(self, delivery: StoredDelivery, error: BaseException) -> Sequence[Outgoing]:
        reference = secrets.token_hex(4)
        log.error("a delivery failed", exc_info=error, extra={"delivery": delivery.id, "reference": reference})
        if self.notices is None:
            return ()
        try:
            return await self.notices.failed(delivery.id, delivery.team, delivery.body, reference)
        except Exception:
            log.exception("the asker could not be told", extra={"delivery": delivery.id})
            return ()

    async def _settle(self, delivery: StoredDelivery, outgoing: Sequence[Outgoing]) -> None:
        def close(connection: Connection) -> bool:
            return inbox_rows.close(connection, delivery.row, self._owner)

        pause = 0.1
        while True:
            try:
                if not await self._outbox.settle(close, outgoing):
                    log.warning("another replica took a delivery over", extra={"delivery": delivery.id})
                return
            except DBAPIError:
                log.exception("the database refused; it is tried again", extra={"delivery": delivery.id})
                await asyncio.sleep(pause)
                pause = min(5.0, pause * 2)

    # Faults in Bolt's listeners

    async def _on_error(
        self, error: Exception, req: AsyncBoltRequest, response: BoltResponse | None
    ) -> BoltResponse | None:
        delivery = req.context.get("delivery")
        if isinstance(error, BoltUnhandledRequestError):
            # Slack repeats what is not acked, so what nobody listens to is acked here.
            kind = event_type(req.body)
            # https://docs.slack.dev/reference/events/app_rate_limited: events of this hour are missing.
            level = logging.WARNING if kind == "app_rate_limited" else logging.DEBUG
            log.log(level, "nobody listens", extra={"type": kind})
            if delivery is not None:
                await self.close_unused(delivery)
            return BoltResponse(status=200, body="")
        if delivery is None:
            log.error("a delivery could not be stored; Slack will send it again", exc_info=error)
            return None
        if delivery.started:
            log.error("a listener failed", exc_info=error, extra={"delivery": delivery.id})
        else:
            delivery.run(_failing(error))
        return BoltResponse(status=200, body="") if response is not None else None

    # What an earlier process left

    async def recover(self, alive: Sequence[str]) -> int:
        """Dispatches again what replicas that are not `alive` left undone; returns how many deliveries.

        Those that come for the first time run in their turns, and count as attempted only when their work begins, not
        while they wait. A delivery over which a later process died too runs alone, so that one that ends every process
        is told from the others, at last only after some calm, and is given up after `ATTEMPTS`; this goes on beside
        whatever comes next.
        """
        calm_at = time.monotonic() + CALM_SECONDS
        kept = await self._database.run(lambda connection: inbox_rows.take_over(connection, self._owner, alive))
        for one in kept:
            if one.attempts == 0:
                await self._again(one)
        # Those that fewer processes have died over come first: an innocent one among them gets its chance to end.
        if suspects := sorted((one for one in kept if one.attempts > 0), key=lambda one: one.attempts):
            task = asyncio.create_task(self._one_by_one(suspects, calm_at))
            self._recovering.add(task)
            task.add_done_callback(self._recovering.discard)
        if kept:
            log.info("took up what was left undone", extra={"deliveries": len(kept), "suspect": len(suspects)})
        return len(kept)

    async def _one_by_one(self, suspects: Sequence[Kept], calm_at: float) -> None:
        for one in suspects:
            if one.attempts >= ATTEMPTS:
                await self._give_up(one)
                continue
            if one.attempts >= DOUBTED:
                await asyncio.sleep(max(0.0, calm_at - time.monotonic()))
            if await self._begin(one.row):
                delivery = await self._again(one, counted=True)
                try:
                    await asyncio.wait_for(delivery.settled.wait(), ALONE_SECONDS)
                except TimeoutError:
                    log.warning("a recovered delivery takes long", extra={"delivery": delivery.id})

    async def _begin(self, row: int) -> bool:
        return await self._database.run(lambda connection: inbox_rows.begin(connection, row, self._owner))

    async def _again(self, kept: Kept, *, counted: bool = False) -> StoredDelivery:
        assert self._app is not None  # noqa: S101  (attached before the bot is ready)
        delivery = StoredDelivery(self, kept, recovered=True)
        delivery.counted = counted
        request = AsyncBoltRequest(body=kept.body, mode="socket_mode")
        self._enter(request, delivery)
        await self._app.async_dispatch(request)
        return delivery

    async def _give_up(self, kept: Kept) -> None:
        delivery = StoredDelivery(self, kept, recovered=True)
        log.error("a delivery was given up", extra={"delivery": delivery.id, "attempts": kept.attempts})
        outgoing: Sequence[Outgoing] = ()
        if self.notices is not None:
            try:
                outgoing = await self.notices.given_up(delivery.id, kept.team, kept.body)
            except Exception:
                log.exception("the asker could not be told", extra={"delivery": delivery.id})
        await self._settle(delivery, outgoing)


class _Completion(AsyncListenerCompletionHandler):
    """Bolt runs listeners in tasks that nobody waits for; this is told when one ends."""

    async def handle(self, request: AsyncBoltRequest, response: BoltResponse | None) -> None:
        delivery = request.context.get("delivery")
        if isinstance(delivery, StoredDelivery) and not delivery.started:
            delivery.started = True
            await delivery._inbox.close_unused(delivery)


def keys(body: dict[str, Any], envelope: str | None) -> tuple[str, str | None]:
    """Returns the key that drops Slack's retries and, for people's words, the one that makes two events one.

    The first is `event_id`, else `trigger_id`, else the envelope's id, else a hash of the payload (signed HTTP has no
    envelope). `message` and `app_mention` events of one message share the second, `channel:ts`.
    """
    delivery = body.get("event_id") or body.get("trigger_id") or envelope
    if not delivery:
        delivery = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    return str(delivery)[:255], message_key(body)


def message_key(body: Mapping[str, Any]) -> str | None:
    """Returns the key that people's words have, and both events of them share: `channel:ts`."""
    event = body.get("event")
    if not isinstance(event, dict):
        return None
    spoken = event.get("type") == "app_mention" or (event.get("type") == "message" and event.get("subtype") in _SPOKEN)
    return f"{event['channel']}:{event['ts']}" if spoken and event.get("channel") and event.get("ts") else None


def delivery_id(team: str, delivery: str) -> str:
    """Returns a short id that is the same on every replica and after every restart."""
    return "d" + hashlib.blake2b(f"{team}:{delivery}".encode(), digest_size=10).hexdigest()


def place_of(body: dict[str, Any]) -> str | None:
    """Returns the channel in which deliveries are worked on in order, else the person who acted."""
    event = body.get("event")
    if isinstance(event, dict):
        channel = event.get("channel") or (event.get("item") or {}).get("channel")
        found = channel.get("id") if isinstance(channel, dict) else channel
        return found or event.get("user")
    channel = body.get("channel_id") or (body.get("channel") or {}).get("id")
    return channel or (body.get("container") or {}).get("channel_id") or (body.get("user") or {}).get("id")


def event_type(body: dict[str, Any]) -> str:
    """Returns what kind of payload it is, for the log."""
    event = body.get("event")
    kind = event.get("type") if isinstance(event, dict) else body.get("type") or body.get("command")
    return str(kind)


def _failing(error: Exception) -> Work:
    async def work() -> Sequence[Outgoing]:
        raise error

    return work
