"""What is to be said, in order for each channel, kept until Slack has it.

https://docs.slack.dev/apis/web-api/rate-limits
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot.delivery import Notices, Outgoing
from bot.sending import METHODS, Absent, Courier, Refused, Retry, Sent, Unknowable, Wait
from bot.store import outbox_rows
from bot.store.engine import Database
from bot.store.outbox_rows import Item, State

log = logging.getLogger("deskhand.outbox")
T = TypeVar("T")

CALLS_AT_ONCE = 20
"""Calls to Slack in flight at the same time, over all channels."""
HELD_IN_FULL = 100
"""Of a channel's queue so many payloads are held in memory; the others are read when their turn comes."""
CAUTIOUS_SECONDS = 60.0
"""How long after a 429 a channel is kept to one post a second, Slack's documented pace."""
LONGEST_PAUSE = 60.0
TARGET_POLL_SECONDS = 0.25
TARGET_UNSENT = "target_unsent"


class _Lane:
    """A channel's queue and the task that empties it."""

    def __init__(self) -> None:
        self.queue: deque[Item] = deque()
        self.task: asyncio.Task[None] | None = None
        self.reserved = False
        self.not_before = 0.0
        self.cautious_until = 0.0
        self.last_post = 0.0

    @property
    def idle(self) -> bool:
        return self.task is None and not self.queue and not self.reserved and time.monotonic() >= self.not_before


class Outbox:
    """Sends rows as soon as they are stored. `owner` is this replica's id."""

    def __init__(self, database: Database, courier: Courier, owner: str) -> None:
        self._database = database
        self._courier = courier
        self._owner = owner
        self._lanes: dict[tuple[str, str], _Lane] = {}
        self._method_pause: dict[str, float] = {}
        self._calls = asyncio.Semaphore(CALLS_AT_ONCE)
        self._stopping = asyncio.Event()
        self.notices: Notices | None = None
        self.counts: Counter[str] = Counter()
        """How many rows this process has sent, lost, failed and dropped."""

    async def post(self, outgoing: Sequence[Outgoing]) -> None:
        """Stores and sends what nobody asked for. An `Outgoing` whose id was stored before is left out."""
        await self.settle(lambda _: True, outgoing)

    async def settle(self, close: Callable[[Connection], bool], outgoing: Sequence[Outgoing]) -> bool:
        """Stores `outgoing` in the transaction in which `close` marks its cause done, and starts sending.

        Returns false, having stored nothing, when `close` does: the cause is no longer this replica's. An `Outgoing`
        whose id was stored before is left out.
        """
        first: list[tuple[Outgoing, State]] = []
        reserved: list[_Lane] = []
        for one in outgoing:
            lane = self._lane(one.team, one.channel)
            # A free channel's row is stored as being sent: that saves the transaction which would say so.
            if lane.idle and one.kind in ("post", "ephemeral", "respond") and not self._stopping.is_set():
                lane.reserved = True
                reserved.append(lane)
                first.append((one, "sending"))
            else:
                first.append((one, "queued"))

        def store(connection: Connection) -> list[Item | None] | None:
            if not close(connection):
                return None
            return [outbox_rows.add(connection, one, state, self._owner) for one, state in first]

        items: list[Item | None] | None = None
        try:
            items = await self._database.run(store)
        finally:
            for lane in reserved:
                lane.reserved = False
            self._take(items or ())
            for lane in reserved:
                self._start(lane)
        return items is not None

    async def recover(self, alive: Sequence[str]) -> int:
        """Takes over what replicas that are not `alive` left unsent; returns how many rows."""
        items = await self._database.run(lambda connection: outbox_rows.take_over(connection, self._owner, alive))
        if items:
            in_doubt = sum(item.state == "sending" for item in items)
            log.info("took up what was left unsent", extra={"rows": len(items), "in_doubt": in_doubt})
        self._take(items)
        return len(items)

    async def stop(self, seconds: float) -> None:
        """Lets calls in flight end, for up to `seconds`; what is queued stays stored."""
        self._stopping.set()
        tasks = [lane.task for lane in self._lanes.values() if lane.task is not None]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    @property
    def waiting(self) -> int:
        """How many rows this process has still to send."""
        return sum(len(lane.queue) for lane in self._lanes.values())

    async def drained(self) -> None:
        """Returns when nothing is left to send."""
        while tasks := [lane.task for lane in self._lanes.values() if lane.task is not None]:
            await asyncio.wait(tasks)

    # Lanes

    def _lane(self, team: str, channel: str) -> _Lane:
        lane = self._lanes.get((team, channel))
        if lane is None:
            lane = self._lanes[team, channel] = _Lane()
        return lane

    def _take(self, items: Iterable[Item | None]) -> None:
        for item in items:
            if item is None:
                continue
            lane = self._lane(item.team, item.channel)
            if len(lane.queue) > HELD_IN_FULL:
                item.payload, item.loaded = {}, False
            lane.queue.append(item)
            self._start(lane)

    def _start(self, lane: _Lane) -> None:
        if lane.task is None and lane.queue and not lane.reserved and not self._stopping.is_set():
            lane.task = asyncio.create_task(self._drain(lane))

    async def _drain(self, lane: _Lane) -> None:
        try:
            while lane.queue and not self._stopping.is_set():
                try:
                    await self._deliver(lane, lane.queue[0])
                except _TakenOver:
                    log.warning("another replica took a row over", extra=_about(lane.queue[0]))
                except _Stopped:
                    raise
                except Exception:
                    # A row that can't be handled must not hold up those behind it.
                    log.exception("a row could not be handled", extra=_about(lane.queue[0]))
                    await self._finish(lane.queue[0], "failed", None, "internal error")
                lane.queue.popleft()
        except _Stopped:
            pass
        finally:
            lane.task = None
            if not lane.queue:
                self._forget_quiet_lanes()

    def _forget_quiet_lanes(self) -> None:
        if len(self._lanes) > 1000:
            now = time.monotonic()
            for key in [key for key, lane in self._lanes.items() if lane.idle and lane.cautious_until < now]:
                del self._lanes[key]

    async def _deliver(self, lane: _Lane, item: Item) -> None:
        """Brings one row to an end. Raises `_Stopped` when the bot stops first."""
        in_doubt = item.state == "sending" and not item.loaded
        if not item.loaded:
            loaded = await self._persist(lambda connection: outbox_rows.load(connection, item.seq))
            item.payload, item.thread, item.person = loaded.payload, loaded.thread, loaded.person
            item.target, item.asker, item.created_at = loaded.target, loaded.asker, loaded.created_at
            item.loaded = True
        if in_doubt and item.kind in ("ephemeral", "respond"):
            await self._finish(item, "lost", None, "in flight when the process died")
            return
        if item.kind == "post" and item.target is not None and item.thread is None:
            item.thread = await self._target_ts(item)
        failures = 0
        while True:
            await self._wait_for_leave(lane, item)
            result = await self._attempt(item, in_doubt=in_doubt)
            lane.last_post = time.monotonic()
            if isinstance(result, Sent):
                await self._finish(item, "sent", result.ts, None)
                return
            if isinstance(result, Wait):
                self._slow_down(lane, item, result.seconds)
            elif isinstance(result, Retry):
                if result.unknown and item.kind == "post":
                    in_doubt = True
                elif result.unknown and item.kind in ("ephemeral", "respond") and not result.error.startswith("http_"):
                    await self._finish(item, "lost", None, result.error)
                    return
                failures += 1
                pause = min(LONGEST_PAUSE, 0.5 * 2 ** min(failures, 10)) * random.uniform(0.5, 1.0)  # noqa: S311
                lane.not_before = time.monotonic() + pause
                log.warning("sending failed; it is tried again", extra=_about(item, error=result.error, pause=pause))
            elif isinstance(result, Unknowable):
                await self._finish(item, "lost", None, result.error)
                return
            elif result.error == TARGET_UNSENT:
                await self._finish(item, "dropped", None, result.error)
                return
            else:
                await self._finish(item, "failed", None, result.error)
                await self._tell_refusal(item, result.error)
                return
            if not in_doubt:
                # Nothing was done: after a crash it may be sent without being looked for.
                await self._persist(lambda connection: outbox_rows.requeue(connection, item.seq, self._owner))
                item.state = "queued"

    async def _attempt(self, item: Item, *, in_doubt: bool) -> Sent | Wait | Retry | Refused | Unknowable:
        if in_doubt and item.kind == "post":
            async with self._calls:
                found = await self._courier.find(item)
            if not isinstance(found, Absent):
                return found
        target_ts: str | None = None
        if item.kind in ("update", "delete"):
            target_ts = await self._target_ts(item)
            if target_ts is None:
                return Refused(TARGET_UNSENT)
        if item.state != "sending":
            mine = await self._persist(lambda connection: outbox_rows.mark_sending(connection, item.seq, self._owner))
            if not mine:
                raise _TakenOver
            item.state = "sending"
        async with self._calls:
            return await self._courier.send(item, target_ts)

    async def _target_ts(self, item: Item) -> str | None:
        if item.payload.get("ts"):
            return str(item.payload["ts"])
        target = item.target
        while target is not None:
            found = await self._persist(lambda connection: outbox_rows.fate(connection, target))
            if found is None:
                return None
            state, ts = found
            if state in outbox_rows.FINAL:
                return ts
            await self._pause(TARGET_POLL_SECONDS)
        return None

    def _slow_down(self, lane: _Lane, item: Item, seconds: float) -> None:
        """Slack limits posts by channel, every other method by workspace."""
        until = time.monotonic() + seconds
        if item.kind in ("post", "respond"):
            lane.not_before = until
            lane.cautious_until = until + CAUTIOUS_SECONDS
        else:
            self._method_pause[item.kind] = until
        log.warning("rate limited", extra=_about(item, method=METHODS[item.kind], pause=seconds))

    async def _wait_for_leave(self, lane: _Lane, item: Item) -> None:
        now = time.monotonic()
        if lane.cautious_until > now and item.kind == "post":
            lane.not_before = max(lane.not_before, lane.last_post + 1.0)
        while (pause := max(lane.not_before, self._method_pause.get(item.kind, 0.0)) - time.monotonic()) > 0:
            await self._pause(pause)

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return
        raise _Stopped

    async def _finish(self, item: Item, state: State, ts: str | None, error: str | None) -> None:
        await self._persist(lambda connection: outbox_rows.finish(connection, item, state, ts, error))
        self.counts[state] += 1
        if state in ("lost", "failed"):
            log.error("an answer was not delivered", extra=_about(item, state=state, error=error))

    async def _tell_refusal(self, item: Item, error: str) -> None:
        if self.notices is None or item.kind == "delete":
            return
        try:
            await self.post(await self.notices.refused(item.id, error))
        except Exception:
            log.exception("the asker could not be told", extra=_about(item))

    async def _persist(self, work: Callable[[Connection], T]) -> T:
        """Does `work` in a transaction, again and again while the database is locked or away."""
        pause = 0.1
        while True:
            try:
                return await self._database.run(work)
            except DBAPIError:
                log.exception("the database refused; it is tried again")
                await self._pause(pause)
                pause = min(5.0, pause * 2)


class _Stopped(Exception):
    """The bot stops; the row stays as it is."""


class _TakenOver(Exception):
    """Another replica believes this one dead and has the row now."""


def _about(item: Item, **more: object) -> dict[str, object]:
    return {"answer": item.id, "kind": item.kind, "channel": item.channel, **more}
