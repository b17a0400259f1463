"""One link brought together: both sides read, merged, and written, so that a crash at any moment costs nothing.

First, in one transaction, what comes from the issue is set in the task, and what is about to be sent is noted with the
rest of the base; then it is sent; then that is noted. Whoever goes on after a crash finds by the note whether it had
arrived. An issue is made in the same way: its attempt is noted, and one of unknown outcome is looked for by its key.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.base import Clock
from skills.reply import Json
from skills.tasks.linking.faults import Stuck, TrackerError
from skills.tasks.linking.here import Here, read_here, task_fields, values_of
from skills.tasks.linking.merging import Merged, landed, merge
from skills.tasks.linking.rows import OWN, Link, LostLease, link_of, write_held
from skills.tasks.linking.tables import LinkRow, TrackerRow
from skills.tasks.linking.tracker import Remote, Tracker
from skills.tasks.linking.values import Values, same
from skills.tasks.linking.waiting import backed_off
from skills.tasks.store.rows import Tasks, locked

SYNC_SECONDS = 120.0
"""How long one link may take; less than its lease."""
STALE_TRIES = 5
"""After so many answers older than one seen before, a tracker's clock is taken to have gone back."""


@dataclass(frozen=True, slots=True)
class Synced:
    """What became of a link: the fields written to the issue and to the task, or the fault that is in `link`."""

    link: Link
    pushed: frozenset[str] = frozenset()
    pulled: frozenset[str] = frozenset()


class Syncing:
    """Brings links together."""

    def __init__(
        self, sessions: async_sessionmaker[AsyncSession], tasks: Tasks, clock: Clock, chance: random.Random
    ) -> None:
        self._sessions = sessions
        self._tasks = tasks
        self._clock = clock
        self._chance = chance

    async def sync(self, row: LinkRow, tracker: Tracker | None) -> Synced | None:
        """Brings a link together whose lease is held; None where the lease was lost."""
        try:
            try:
                if tracker is None:
                    raise TrackerError("settings")
                async with asyncio.timeout(SYNC_SECONDS):
                    return await self._bring_together(row, tracker)
            except TrackerError as error:
                return await self._fail(row, error)
            except TimeoutError:
                return await self._fail(row, TrackerError("timeout", heals=True))
        except LostLease:
            return None

    async def _bring_together(self, row: LinkRow, tracker: Tracker) -> Synced:
        here = await self._here(row)
        if row.remote is None:
            remote = await self._make(row, tracker, here)
        else:
            remote = await tracker.read(row.remote)
        if remote.changed_at < row.remote_at and row.tries < STALE_TRIES:
            raise TrackerError("stale", heals=True)
        row.base = dict(landed(row.base, row.sending or {}, remote.values, stepwise=tracker.stepwise))
        merged = merge(row.base, tracker.shown(here.values), remote.values, here.at, remote.changed_at)
        pulled = await self._settle(row, tracker, here, remote, merged)
        if merged.push:
            await self._send(row, tracker, remote, merged.push)
        return Synced(link_of(row), frozenset(merged.push), pulled)

    async def _here(self, row: LinkRow) -> Here:
        async with self._sessions() as session:
            here = await read_here(session, row.team, row.task)
        if here is None:
            raise TrackerError("gone")
        return here

    async def _make(self, row: LinkRow, tracker: Tracker, here: Here) -> Remote:
        """Returns the link's issue: the one that an earlier attempt made, or a new one."""
        now = self._now()
        if row.attempted_at is not None:
            found = await tracker.find(row.key, row.attempted_at)
            if found is not None:
                await self._note_made(row, found, {})
                return await tracker.read(found.id)
            left = row.attempted_at + tracker.settles - now
            if left > 0:
                raise TrackerError("unsure", heals=True, after=left)
        draft = {field: value for field, value in tracker.shown(here.values).items() if field != "state"}
        base = {field: [value, value] for field, value in {**draft, "state": "open"}.items()}
        await self._write(row, {"attempted_at": now, "base": base})
        try:
            made = await tracker.create(draft, row.key)
        except TrackerError as error:
            if not error.unknown:
                await self._write(row, {"attempted_at": None})
            raise
        await self._note_made(row, made, {field: [value, made.values[field]] for field, value in draft.items()})
        return made

    async def _note_made(self, row: LinkRow, remote: Remote, base: Mapping[str, list[Json]]) -> None:
        known = {"remote": remote.id, "name": remote.name, "url": remote.url}
        await self._write(row, {**known, "base": {**row.base, **base}, "attempted_at": None})

    async def _settle(
        self, row: LinkRow, tracker: Tracker, here: Here, remote: Remote, merged: Merged
    ) -> frozenset[str]:
        """Sets in the task what the issue has new, and notes what is to be sent; returns the fields that were set."""
        now, pull = self._now(), dict(merged.pull)
        async with self._sessions.begin() as session:
            session.info[OWN] = row.id
            changed = frozenset[str]()
            if pull:
                (task,) = await locked(session, row.team, [row.task])
                # What was changed here since it was read has marked the link: the next look merges it.
                current, read = tracker.shown(values_of(task)), tracker.shown(here.values)
                pull = {field: value for field, value in pull.items() if same(field, current[field], read[field])}
                fields = task_fields(task, pull, tracker)
                batch = f"link:{row.id}:{row.wanted}"
                changed = await self._tasks.change_row(session, task, fields, f"tracker:{row.tracker}", now, batch)
            base = {**row.base, **merged.agreed, **{field: (value, value) for field, value in pull.items()}}
            values: dict[str, Any] = {
                "base": {field: list(pair) for field, pair in base.items()},
                "sending": dict(merged.push) or None,
                "remote_at": max(row.remote_at, remote.changed_at),
                "name": remote.name,
                "url": remote.url,
            }
            await self._write_in(session, row, values if merged.push else {**values, **self._done(row, now)})
        return changed

    async def _send(self, row: LinkRow, tracker: Tracker, remote: Remote, push: Values) -> None:
        """Writes to the issue, and notes that. Raises `TrackerError`."""
        try:
            written = await tracker.update(remote, push)
        except TrackerError as error:
            if error.code in ("transition", "raced"):
                arrived = {field: [value, value] for field, value in push.items() if field != "state"}
                if isinstance(error, Stuck):
                    # Tried again at each hint it would move the issue, which is a hint: it stays where it is.
                    arrived["state"] = [push["state"], error.showing]
                await self._write(row, {"base": {**row.base, **arrived}, "sending": None})
            raise
        await self._note_sent(row, push, written)

    async def _note_sent(self, row: LinkRow, sent: Values, written: Remote | None) -> None:
        # Where the tracker tells what it made of a value, that is what it will show; a refusal too is no change there.
        arrived = {field: [value, written.values[field] if written else value] for field, value in sent.items()}
        values: dict[str, Any] = {"base": {**row.base, **arrived}, "sending": None}
        if written is not None:
            values["remote_at"] = max(row.remote_at, written.changed_at)
        await self._write(row, {**values, **self._done(row, self._now())})

    async def _fail(self, row: LinkRow, error: TrackerError) -> Synced:
        """Notes a fault: when to try again, or that it is for somebody to mend."""
        now, tries = self._now(), row.tries + 1
        values: dict[str, Any] = {"fault": error.code, "detail": error.detail, "tries": tries, "lease": None}
        wait = backed_off(tries, error.after, self._chance)
        if error.heals:
            values |= {"due_at": now + wait, "told": True}
        else:
            changed = case((LinkRow.wanted > row.wanted, now), else_=None)
            values |= {"due_at": changed, "told": row.told and row.fault == error.code}
        async with self._sessions.begin() as session:
            # The tracker's row before its links', as everywhere: no two wait for each other.
            if error.code == "rate":
                here = update(TrackerRow).where(TrackerRow.team == row.team, TrackerRow.name == row.tracker)
                await session.execute(here.values(paused_until=now + wait))
            await self._write_in(session, row, {**values, "leased_until": 0.0})
        row.due_at = now if error.heals else None
        return Synced(link_of(row))

    def _done(self, row: LinkRow, now: float) -> dict[str, Any]:
        """Returns the columns of a link whose sides were compared; due again where there was more meanwhile."""
        again = case((LinkRow.wanted > row.wanted, now), else_=None)
        told = {"fault": None, "detail": "", "told": True}
        return {"seen": row.wanted, "due_at": again, "tries": 0, "lease": None, "leased_until": 0.0, **told}

    async def _write(self, row: LinkRow, values: Mapping[str, Any]) -> None:
        async with self._sessions.begin() as session:
            await self._write_in(session, row, values)

    async def _write_in(self, session: AsyncSession, row: LinkRow, values: Mapping[str, Any]) -> None:
        """Writes columns of a held link, and keeps `row`, which is nobody's, in step."""
        await write_held(session, row, values)
        for name, value in values.items():
            if name not in ("due_at", "lease", "seen"):
                setattr(row, name, value)

    def _now(self) -> float:
        return self._clock.now().timestamp()
