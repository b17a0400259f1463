"""What would last month have raised? Settings tried on what was read, before or after they are saved."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.base import Request
from skills.monitor.following.aims import Aims
from skills.monitor.following.counting import Entry, Surge, begin_of, replay
from skills.monitor.following.following import KEPT_SECONDS
from skills.monitor.following.history import find_matches
from skills.monitor.following.matches import quietened
from skills.monitor.monitoring import Monitoring
from skills.monitor.speaking import spoken_span, spoken_topic
from skills.monitor.watches.watch import Watch, WatchSettings
from skills.reply import Note, Paragraph, Part, Table
from skills.text import Bold

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Tried:
    """What some settings would have raised since `begun` (epoch seconds), and on how many texts."""

    surges: list[Surge]
    begun: float
    texts: int
    negative: int


async def surges_of(sessions: async_sessionmaker[AsyncSession], aims: Aims, watch: Watch, now: float) -> Tried:
    """Returns what the last month would have raised: the same at each try."""
    since = now - KEPT_SECONDS
    matches = [match async for some in find_matches(sessions, aims, watch, since) for match in some]
    quiet = await asyncio.to_thread(quietened, matches)
    entries = [Entry(one.source, one.at, one.negative, one.weight, one.topics) for one in quiet if one.weight]
    begun = await asyncio.to_thread(begin_of, entries, since, now)
    surges = await asyncio.to_thread(replay, watch, entries, begun, now) if entries else []
    return Tried(surges, begun, len(entries), sum(entry.negative for entry in entries))


async def tried(
    request: Request, monitoring: Monitoring, watch: Watch | None, name: str, settings: WatchSettings
) -> Sequence[Part]:
    """Returns what the last month would have raised under some settings: the same at each try."""
    say, now = request.say, request.now.timestamp()
    trial = Watch(
        id=watch.id if watch is not None else "",
        team=request.team,
        name=name,
        settings=settings,
        revision=0,
        paused=False,
        muted_until=None,
        changed=now,
        begun=now,
        cursor=0,
        useful=watch.useful if watch is not None else 0,
        not_useful=watch.not_useful if watch is not None else 0,
    )
    found = await surges_of(monitoring.services.sessions, monitoring.aims, trial, now)
    if not found.texts:
        return (Paragraph(say("monitor.test.nothing", name=Bold(name))),)
    surges, begun = found.surges, found.begun
    days = max(1, round((now - begun) / 86400))
    parts: list[Part] = [
        Paragraph(
            say("monitor.test.title", count=len(surges), name=Bold(name)),
        ),
        Note(say("monitor.test.based", number=found.texts, negative=found.negative, days=days)),
    ]
    if surges:
        columns = tuple(
            say.label(f"monitor.test.{name}") for name in ("began", "topic", "observed", "expected", "lasted")
        )
        rows = tuple(
            (
                say.moment(datetime.fromtimestamp(one.finding.since, UTC)),
                spoken_topic(say, one.topic),
                one.finding.observed,
                round(one.finding.expected, 1),
                spoken_span(say, (one.until or now) - one.raised),
            )
            for one in surges[-SHOWN:]
        )
        parts.append(Table(columns, rows, say.label("monitor.test.caption")))
    return parts
