"""Socket Mode: the app's open sockets, the envelopes that wait for one, and their acks.

Events wait while no socket is open, and are sent again when their socket closes or stays silent; commands and clicks
do neither (docs.slack.dev/apis/events-api/using-socket-mode).
"""

import asyncio
import contextlib
import json
import secrets
import time
import uuid
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from bot.workspace.accounts import APP_ID
from bot.workspace.database import Database, dumps
from bot.workspace.errors import SlackError
from bot.workspace.journal import Journal

Json = dict[str, Any]

ACK_SECONDS = 3.0
# Slack sends an unacked event again at once (after the 3 seconds), a minute later and five minutes later.
RETRY_SECONDS = (ACK_SECONDS, 60.0, 300.0)
MOST_SOCKETS = 10
TICKET_SECONDS = 30.0
REMEMBERED = 20_000
CLOSE_SECONDS = 2.0  # how long a closed socket may take to say goodbye


@dataclass
class Event:
    """An event on its way to the app, until one of its envelopes is acked."""

    body: Json
    attempt: int = 0
    reason: str = ""
    settled: bool = False
    kept: bool = True  # a redelivery is not kept over a restart: the event itself has been acked
    timer: asyncio.TimerHandle | None = None
    envelope_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def settle(self) -> None:
        """No further delivery is needed."""
        self.settled = True
        if self.timer:
            self.timer.cancel()


@dataclass
class Sent:
    """An envelope that was sent: the event, or the future that waits for the ack of a command or click."""

    entry: Json
    detail: Json
    at: float
    connection: "Connection"
    event: Event | None = None
    answer: asyncio.Future[Json] | None = None


class Connection:
    """One open socket with its queue of outgoing frames, so that sending never waits."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        self.socket = socket
        self.request = request
        self.frames: asyncio.Queue[str] = asyncio.Queue()
        self.writer = asyncio.create_task(self._write())

    async def _write(self) -> None:
        with contextlib.suppress(ConnectionError, RuntimeError):
            while True:
                await self.socket.send_str(await self.frames.get())

    def send(self, frame: Json) -> None:
        """Queues a frame."""
        self.frames.put_nowait(dumps(frame))

    def abort(self) -> None:
        """Cuts the connection without a close frame."""
        if self.request.transport is not None:
            self.request.transport.abort()


class Sockets:
    """The app's side of the workspace."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self.database = database
        self.journal = journal
        self.connections: list[Connection] = []
        self.turn = 0
        self.tickets: dict[str, float] = {}
        self.sent: dict[str, Sent] = {}
        rows = database.execute("SELECT body, attempt FROM events ORDER BY rowid").fetchall()
        self.waiting = deque(Event(json.loads(body), attempt) for body, attempt in rows)
        self.changed = asyncio.Event()

    def new_ticket(self) -> str:
        """The one-use secret of a socket's address."""
        now = time.monotonic()
        self.tickets = {ticket: end for ticket, end in self.tickets.items() if end > now}
        ticket = secrets.token_urlsafe(16)
        self.tickets[ticket] = now + TICKET_SECONDS
        return ticket

    def unsettled(self) -> int:
        """How many events wait or are sent and not yet acked."""
        flying = {id(sent.event) for sent in self.sent.values() if sent.event and not sent.event.settled}
        return len(flying | {id(event) for event in self.waiting if not event.settled})

    async def accept(self, request: web.Request) -> web.StreamResponse:
        """Serves one socket until it closes."""
        if self.tickets.pop(request.query.get("ticket", ""), 0.0) < time.monotonic():
            return web.Response(status=403, text="This address was used or is too old: call apps.connections.open.\n")
        socket = web.WebSocketResponse(timeout=CLOSE_SECONDS, max_msg_size=0)
        await socket.prepare(request)
        connection = Connection(socket, request)
        if len(self.connections) >= MOST_SOCKETS:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets", "debug_info": self._host()})
            connection.writer.cancel()
            await socket.close()
            return socket
        connection.send(
            {
                "type": "hello",
                "num_connections": len(self.connections) + 1,
                "connection_info": {"app_id": APP_ID},
                "debug_info": {**self._host(), "build_number": 1, "approximate_connection_time": 18060},
            }
        )
        self.connections.append(connection)
        self._log_socket("opened")
        self._flush()
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._receive(message.data)
        finally:
            self._closed(connection)
        return socket

    def send_event(self, body: Json) -> None:
        """Delivers an event, now or when a socket opens; it is stored until it is acked."""
        event = Event(body)
        attempt = 1 if self.connections else 0  # what a restart before the ack would make of it
        sql = "INSERT INTO events (event_id, body, attempt) VALUES (?, ?, ?)"
        self.database.execute(sql, body["event_id"], dumps(body), attempt)
        self._deliver(event)

    async def ask(self, kind: str, payload: Json, *, takes_payload: bool) -> Json:
        """Sends a command or click and returns the ack's payload. Raises SlackError `no_ack` after 3 seconds."""
        if not self.connections:
            raise SlackError("no_ack")
        envelope_id = str(uuid.uuid4())
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        frame: Json = {"envelope_id": envelope_id, "type": kind, "accepts_response_payload": takes_payload}
        self._send(frame | {"payload": payload}, answer=answer)
        try:
            async with asyncio.timeout(ACK_SECONDS):
                return await answer
        except TimeoutError as error:
            raise SlackError("no_ack") from error

    def redeliver(self, envelope_id: str) -> str:
        """Sends the event of an envelope again and returns the new envelope's id.

        Raises SlackError `envelope_not_found` when no event was sent under that id in this run.
        """
        sent = self.sent.get(envelope_id)
        if sent is None or sent.event is None:
            raise SlackError("envelope_not_found")
        event = Event(sent.event.body, attempt=1, reason="timeout", kept=False)
        self._deliver(event)
        return event.envelope_id

    async def disconnect(self, how: str) -> None:
        """Closes all sockets with a close frame, or cuts them."""
        if how == "abort":
            for connection in self.connections:
                connection.abort()
        else:
            await asyncio.gather(*(connection.socket.close() for connection in self.connections))

    def _host(self) -> Json:
        return {"host": "deskhand-local"}

    def _log_socket(self, state: str) -> None:
        self.journal.add("socket", state=state)
        self.changed.set()
        self.changed = asyncio.Event()

    def _deliver(self, event: Event) -> None:
        if event.settled:
            return
        if not self.connections:
            self.waiting.append(event)
            return
        frame: Json = {
            "envelope_id": event.envelope_id,
            "type": "events_api",
            "accepts_response_payload": False,
            "retry_attempt": event.attempt,
            "retry_reason": event.reason,
        }
        self._send(frame | {"payload": event.body}, event=event)
        if event.attempt < len(RETRY_SECONDS):
            delay = RETRY_SECONDS[event.attempt]
            event.timer = asyncio.get_running_loop().call_later(delay, self._again, event, "timeout")

    def _again(self, event: Event, reason: str) -> None:
        if event.settled:
            return
        if event.timer:
            event.timer.cancel()
        event.attempt += 1
        event.reason = reason
        event.envelope_id = str(uuid.uuid4())
        self._store_attempt(event, event.attempt)
        self._deliver(event)

    def _store_attempt(self, event: Event, attempt: int) -> None:
        if event.kept:
            sql = "UPDATE events SET attempt = ? WHERE event_id = ?"
            self.database.execute(sql, attempt, event.body["event_id"])

    def _flush(self) -> None:
        waiting, self.waiting = self.waiting, deque()
        for event in waiting:
            self._store_attempt(event, event.attempt + 1)
            self._deliver(event)

    def _send(self, frame: Json, event: Event | None = None, answer: asyncio.Future[Json] | None = None) -> None:
        connection = self.connections[self.turn % len(self.connections)]
        self.turn += 1
        fields: Json = {"envelope_id": frame["envelope_id"], "type": frame["type"]}
        if event:
            fields |= {"event_id": event.body["event_id"], "event_type": event.body["event"]["type"]}
            fields |= {"retry_attempt": event.attempt}
        detail = {"payload": frame["payload"], "ack": None}
        entry = self.journal.add("envelope", detail, **fields, ack_ms=None)
        self.sent[frame["envelope_id"]] = Sent(entry, detail, time.perf_counter(), connection, event, answer)
        if len(self.sent) > REMEMBERED:
            del self.sent[next(iter(self.sent))]
        connection.send(frame)

    def _receive(self, text: str) -> None:
        try:
            frame = json.loads(text)
            sent = self.sent.get(frame["envelope_id"])
        except (ValueError, KeyError, TypeError):
            self.journal.violation("ack", "a frame that is no JSON object with an envelope_id")
            return
        if sent is None:
            self.journal.violation("ack", "an envelope_id that was not sent")
            return
        if sent.entry["ack_ms"] is None:
            sent.entry["ack_ms"] = round((time.perf_counter() - sent.at) * 1000, 3)
            sent.detail["ack"] = frame
            self.journal.changed(sent.entry)
        if sent.event and not sent.event.settled:
            sent.event.settle()
            if sent.event.kept:
                self.database.execute("DELETE FROM events WHERE event_id = ?", sent.event.body["event_id"])
        if sent.answer and not sent.answer.done():
            payload = frame.get("payload")
            sent.answer.set_result(payload if isinstance(payload, dict) else {"text": payload} if payload else {})

    def _closed(self, connection: Connection) -> None:
        connection.writer.cancel()
        self.connections.remove(connection)
        self._log_socket("closed")
        flown = [sent.event for sent in self.sent.values() if sent.event and sent.connection is connection]
        for event in {id(event): event for event in flown}.values():
            latest = self.sent.get(event.envelope_id)
            if not event.settled and latest and latest.connection is connection:
                self._again(event, "connection_failed")
