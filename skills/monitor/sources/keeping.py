"""What a look brought goes into the database as a whole: posts, what was seen, cursor and health in one transaction.

So a process that is killed has either done all of it or nothing, and the next look goes on from there.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from skills.dialects import INSERT
from skills.monitor.sources.faults import Fault
from skills.monitor.sources.post import Post
from skills.monitor.sources.rhythm import Pulse, What
from skills.monitor.sources.rows import LEASE_SECONDS, Followed, Lane, due_sources
from skills.monitor.sources.source import Cursor, Validators
from skills.monitor.sources.tables import Base, EventRow, LaneRow, PostRow, SeenRow, SourceRow

REMEMBERED = 3_000
"""So many keys of a source are remembered, and those of all posts that it still shows, four times over."""
_AT_ONCE = 900


class LostLane(Exception):
    """Another replica has taken the lane over: what was brought is dropped."""


class SourceChanged(Exception):
    """A person has changed or removed the source while it was looked at: what was brought is dropped."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What a source's row says after a look."""

    pulse: Pulse
    due_at: float
    interval: float
    primed: bool
    cursor: Cursor
    validators: Validators
    ok: bool
    fault: Fault | None
    moved_to: str | None
    told: What | None


async def hold(session: AsyncSession, holder: str, lane: Lane, now: datetime, *, answered: bool) -> None:
    """Makes sure that the lane is still ours, for the whole transaction, and lengthens the lease."""
    values: dict[str, Any] = {"leased_until": time.time() + LEASE_SECONDS}
    if answered:
        values |= {"ok_at": now.timestamp(), "refusals": 0}
    mine = update(LaneRow).where(LaneRow.team == lane.team, LaneRow.lane == lane.name, LaneRow.holder == holder)
    if not (await session.execute(mine.values(values))).rowcount:  # type: ignore[attr-defined]
        raise LostLane


async def spare(session: AsyncSession, lane: Lane, now: datetime, until: float, refusals: int) -> None:
    """Leaves the lane alone until a time (epoch seconds)."""
    here = update(LaneRow).where(LaneRow.team == lane.team, LaneRow.lane == lane.name)
    await session.execute(here.values(not_before=until, noted_at=now.timestamp(), refusals=refusals))


async def pass_over(session: AsyncSession, lane: Lane, source: Followed, fault: Fault, now: datetime) -> None:
    """Counts the lane's other sources that are due as failed: they stay due, and are not asked for now."""
    for other in await due_sources(session, lane, now.timestamp()):
        if other.id != source.id:
            pulse, told = other.pulse.failed()
            here = update(SourceRow).where(SourceRow.id == other.id, SourceRow.revision == other.revision)
            told_of = {"failures": pulse.failures, "fault": asdict(fault), "reported": pulse.reported}
            await session.execute(here.values(**told_of))
            if told:
                await tell(session, other, told, fault, now)


async def lane_state(session: AsyncSession, lane: Lane) -> tuple[float, int]:
    """Returns when the lane answered last, and how often in a row it has refused since."""
    query = select(LaneRow.ok_at, LaneRow.refusals).where(LaneRow.team == lane.team, LaneRow.lane == lane.name)
    found = (await session.execute(query)).first()
    return (found[0], found[1]) if found else (0.0, 0)


async def unseen(session: AsyncSession, source: str, posts: Sequence[Post]) -> list[Post]:
    """Returns those of `posts` that are known by none of their keys, each once, in order."""
    keys = sorted({key for post in posts for key in post.keys})
    known: set[str] = set()
    for start in range(0, len(keys), _AT_ONCE):
        part = select(SeenRow.key).where(SeenRow.source == source, SeenRow.key.in_(keys[start : start + _AT_ONCE]))
        known.update(await session.scalars(part))
    new = []
    for post in posts:
        if known.isdisjoint(post.keys):
            new.append(post)
        known.update(post.keys)
    return new


async def remember(session: AsyncSession, team: str, source: str, posts: Iterable[Post], now: datetime) -> None:
    """Notes the keys of all `posts`, shown again or not, and forgets the oldest of those that are no longer shown."""
    shown = {key for post in posts for key in post.keys}
    listed = sorted(shown)
    known: set[str] = set()
    for start in range(0, len(listed), _AT_ONCE):
        query = select(SeenRow.key).where(SeenRow.source == source, SeenRow.key.in_(listed[start : start + _AT_ONCE]))
        known.update(await session.scalars(query))
    at = now.timestamp()
    rows = [{"team": team, "source": source, "key": key, "at": at} for key in listed if key not in known]
    if not rows:
        return
    await session.execute(_insert(session, SeenRow), rows)
    held = await session.scalar(select(func.count()).select_from(SeenRow).where(SeenRow.source == source)) or 0
    excess = held - max(REMEMBERED, 4 * len(shown))
    if excess > REMEMBERED // 10:
        oldest = select(SeenRow.key).where(SeenRow.source == source).order_by(SeenRow.at).limit(excess + len(shown))
        gone = [key for key in await session.scalars(oldest) if key not in shown][:excess]
        for start in range(0, len(gone), _AT_ONCE):
            part = gone[start : start + _AT_ONCE]
            await session.execute(delete(SeenRow).where(SeenRow.source == source, SeenRow.key.in_(part)))


async def add_posts(session: AsyncSession, team: str, posts: Sequence[Post], now: datetime) -> None:
    """Stores posts that are new, the oldest first."""
    if posts:
        # Sources list the newest first; what bears one time keeps the order in which it was written.
        ordered = list(posts[::-1])
        ordered.sort(key=lambda post: post.published_at)
        await session.execute(_insert(session, PostRow), [_row(team, post, now) for post in ordered])


async def note(session: AsyncSession, source: Followed, now: datetime, progress: Progress) -> None:
    """Writes how the source is doing. Raises `SourceChanged` when a person has changed it meanwhile."""
    pulse, validators = progress.pulse, progress.validators
    values: dict[str, Any] = {
        "due_at": progress.due_at,
        "looked_at": now.timestamp(),
        "interval": progress.interval,
        "primed": progress.primed,
        "cursor": json.loads(json.dumps(dict(progress.cursor))),
        "validated_url": validators.url,
        "etag": validators.etag,
        "last_modified": validators.last_modified,
        "digest": validators.digest,
        "failures": pulse.failures,
        "fault": asdict(progress.fault) if progress.fault else None,
        "moved_to": progress.moved_to,
        "posts": pulse.posts,
        "gap": pulse.gap,
        "longest_gap": pulse.longest_gap,
        "quiet": pulse.quiet,
        "reported": pulse.reported,
    }
    if progress.ok:
        values["ok_at"] = now.timestamp()
    same = update(SourceRow).where(SourceRow.id == source.id, SourceRow.revision == source.revision)
    if not (await session.execute(same.values(values))).rowcount:  # type: ignore[attr-defined]
        raise SourceChanged
    if progress.told:
        await tell(session, source, progress.told, progress.fault, now)


async def tell(session: AsyncSession, source: Followed, what: What, fault: Fault | None, now: datetime) -> None:
    """Keeps what the source's owner is to be told."""
    event = {"team": source.team, "source": source.id, "what": what, "at": now.timestamp()}
    await session.execute(insert(EventRow).values(**event, fault=asdict(fault) if fault else None))


def _insert(session: AsyncSession, table: type[Base]) -> Any:
    """An insert that leaves what is there: two replicas may be handed one post at once."""
    return INSERT[session.get_bind().dialect.name](table).on_conflict_do_nothing()


def _row(team: str, post: Post, now: datetime) -> Mapping[str, Any]:
    return {
        "team": team,
        "source": post.source,
        "key": post.keys[0],
        "external_id": post.external_id,
        "link": post.link,
        "author": post.author,
        "title": post.title,
        "text": post.text,
        "published_as_given": post.published_as_given,
        "published_at": post.published_at.timestamp(),
        "dating": post.dating,
        "language": post.language,
        "weight": post.weight,
        "numbers": dict(post.numbers),
        "seen_at": now.timestamp(),
        "leased_until": 0.0,
    }
