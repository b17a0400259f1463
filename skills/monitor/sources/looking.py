"""One look at one source, and what it leaves behind: posts and cursor, or a fault and a pause."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.base import Clock
from skills.monitor.sources.archive import newest
from skills.monitor.sources.faults import Fault, SourceError
from skills.monitor.sources.keeping import (
    Progress,
    add_posts,
    hold,
    lane_state,
    note,
    pass_over,
    remember,
    spare,
    unseen,
)
from skills.monitor.sources.kinds import make_source
from skills.monitor.sources.rhythm import Pulse, What, back_off, first_pulse, interval, jittered, lane_pause
from skills.monitor.sources.rows import Followed, Lane
from skills.monitor.sources.source import FILES_FOLDER, Found, Look, Source, SourceSettings
from skills.monitor.sources.web import Web

LOOK_SECONDS = 60.0
"""A look takes no longer, however many pages it asks for; a lease outlives it."""

LATELY_SECONDS = 1800.0
SHORT_PATIENCE = 4.0
"""What timed out is given a so much shorter time at first, for others of its host wait; every fourth time all of it."""
OWN_REFUSALS = 3
"""So many refusals in a row may be of single sources; with one more the lane itself is spared."""

log = logging.getLogger("deskhand.sources")


class Looking:
    """Looks at sources on behalf of `holder`, who has their lanes."""

    def __init__(
        self,
        sessions: async_sessionmaker[AsyncSession],
        kinds: Mapping[str, type[Source]],
        clock: Clock,
        holder: str,
        web: Web,
        data: Path,
        chance: random.Random,
    ) -> None:
        self._sessions = sessions
        self._kinds = kinds
        self._clock = clock
        self._holder = holder
        self._web = web
        self._folder = data / FILES_FOLDER
        self._chance = chance
        sqlite = sessions.kw["bind"].dialect.name == "sqlite"
        # SQLite takes one writer at a time: ours wait here in order rather than at its lock by turns of chance.
        self._writing: AbstractAsyncContextManager[object] = asyncio.Lock() if sqlite else nullcontext()

    async def look_at(self, lane: Lane, source: Followed) -> bool:
        """Looks at a source and keeps what came of it. Returns False when its lane asks to be spared.

        Raises `LostLane` or `SourceChanged` when that is no longer ours to keep.
        """
        now = self._clock.now()
        try:
            made = make_source(self._kinds, source.kind, source.settings)
            found = await self._look(made, source, now)
        except SourceError as error:
            # What led to it holds on to all that was read, while this waits for its turn to write.
            failure = error.with_traceback(None)
            failure.__cause__ = failure.__context__ = None
        else:
            await self._answered(lane, source, now, found, made.settings)
            return True
        return await self._failed(lane, source, now, failure)

    async def _look(self, made: Source, source: Followed, now: datetime) -> Found:
        hung = source.fault is not None and source.fault.code == "timeout" and source.pulse.failures % 4
        look = Look(
            source.id,
            now,
            self._web.hurried(SHORT_PATIENCE) if hung else self._web,
            self._folder,
            source.cursor,
            source.validators,
            first=not source.primed,
        )
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                return await made.look(look)
        except SourceError:
            raise
        except TimeoutError as error:
            raise SourceError("timeout", host=source.lane, seconds=LOOK_SECONDS) from error
        except Exception as error:
            # The message may hold what the source sent: only what kind of error it was, and where, is told.
            trace = error.__traceback__
            while trace is not None and trace.tb_next is not None:
                trace = trace.tb_next
            place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
            kind = type(error).__name__
            log.error("a source can't be read", extra={"source": source.id, "error": kind, "place": place})
            raise SourceError("unexpected", error=kind) from error

    async def _answered(
        self, lane: Lane, source: Followed, now: datetime, found: Found, settings: SourceSettings
    ) -> None:
        async with self._writing, self._sessions.begin() as session:
            await hold(session, self._holder, lane, now, answered=True)
            fresh = await unseen(session, source.id, found.posts)
            new = fresh if source.primed else newest(fresh, now)
            if found.posts:
                await remember(session, source.team, source.id, found.posts, now)
                await add_posts(session, source.team, new, now)
            pulse, told = _pulse(source, now, found, len(new))
            # Had there been one more, it would have been pushed out of sight.
            complete = not (source.primed and len(found.posts) > 1 and len(fresh) == len(found.posts))
            wait = interval(
                pulse,
                60 * settings.min_minutes,
                60 * settings.max_minutes,
                fresh_for=found.fresh_for,
                complete=complete,
            )
            pause = 0.0 if found.more else max(jittered(wait, self._chance), found.fresh_for or 0.0)
            await note(
                session,
                source,
                now,
                Progress(
                    pulse,
                    now.timestamp() + pause,
                    wait,
                    source.primed or not found.more,
                    found.cursor,
                    found.validators,
                    ok=True,
                    fault=_silence(pulse),
                    moved_to=found.moved_to if not found.unchanged else source.moved_to,
                    told=told,
                ),
            )

    async def _failed(self, lane: Lane, source: Followed, now: datetime, error: SourceError) -> bool:
        pulse, told = source.pulse.failed()
        pause = back_off(pulse.failures, source.interval, error.retry_after, self._chance)
        spared = False
        async with self._writing, self._sessions.begin() as session:
            await hold(session, self._holder, lane, now, answered=False)
            if error.refused:
                spared = await self._spare(session, lane, source, now, error)
            await note(
                session,
                source,
                now,
                Progress(
                    pulse,
                    now.timestamp() + pause,
                    source.interval,
                    source.primed,
                    source.cursor,
                    source.validators,
                    ok=False,
                    fault=error.fault,
                    moved_to=source.moved_to,
                    told=told,
                ),
            )
        return not spared

    async def _spare(
        self, session: AsyncSession, lane: Lane, source: Followed, now: datetime, error: SourceError
    ) -> bool:
        """Spares the whole lane, unless its refusal may well be for this source alone.

        A lane that has lately answered others is believed to mean this source by its first refusal: the next source
        shows. One that has answered others since it refused this one before is believed a few times in a row.
        """
        answered_at, refusals = await lane_state(session, lane)
        lately = now.timestamp() - answered_at < LATELY_SECONDS
        before = source.looked_at if source.fault is not None and source.fault.code != "spared" else None
        alone = before is not None and answered_at > before.timestamp()
        if refusals < (OWN_REFUSALS if alone else int(lately)):
            await spare(session, lane, now, 0.0, refusals + 1)
            return False
        pause = lane_pause(refusals + 1, error.retry_after) * self._chance.uniform(1.0, 1.1)
        await spare(session, lane, now, now.timestamp() + pause, refusals + 1)
        await pass_over(session, lane, source, Fault("spared", {"host": lane.name}), now)
        return True


def watched(source: Followed, now: datetime) -> float:
    """Returns the seconds since the last look for which the source can be said to have been watched."""
    if source.looked_at is None:
        return 0.0
    return min(max(0.0, (now - source.looked_at).total_seconds()), 2 * source.interval)


def _pulse(source: Followed, now: datetime, found: Found, new: int) -> tuple[Pulse, What | None]:
    if source.primed:
        return source.pulse.answered(new, watched(source, now))
    pulse, told = source.pulse.answered(0, 0.0)
    if found.more:
        return pulse, told
    return first_pulse(pulse, [post.published_at for post in found.posts if post.dating == "given"], now), told


def _silence(pulse: Pulse) -> Fault | None:
    if pulse.reported != "silent":
        return None
    return Fault("silent", {"hours": round(pulse.quiet / 3600, 1), "usual": round((pulse.gap or 0.0) / 3600, 1)})
